"""Notices to everyone in a round, read off two ticks: what is announced is exactly what the lots' clocks show.

Nobody is told who or what moved a lot (LR-05); all sockets get the same text at the same tick.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.domain.closing import RUNNING, LotStatus
from app.domain.live_rules_json import instant_text
from app.live_rounds.frames import LotView, TickView, text_of
from app.live_rounds.round_store import Broadcast
from app.live_rounds.store import Floor

Told = tuple[str, dict[str, str]]


def notices_between(before: TickView, after: TickView, broadcasts: Sequence[Broadcast]) -> list[str]:
    """The `notice` frames for what happened between two ticks, the same for every audience."""
    known = {lot.floor.lot_id: lot for lot in before.lots}
    notices = [
        _frame(kind, params, lot.floor.lot_id, after.now)
        for lot in after.lots
        for kind, params in _moves(known.get(lot.floor.lot_id), lot)
    ]
    return notices + [_frame("broadcast", {"zh": one.zh, "en": one.en}, None, one.at) for one in broadcasts]


def _frame(kind: str, params: dict[str, str], lot_id: str | None, at: datetime) -> str:
    return text_of({"type": "notice", "kind": kind, "lot_id": lot_id, "params": params, "at": instant_text(at)})


def _moves(before: LotView | None, after: LotView) -> Iterator[Told]:
    if before is None or before.floor is after.floor:
        return
    old, new = before.floor, after.floor
    yield from _ending(old, new)
    if new.status is not LotStatus.PAUSED or old.status is not LotStatus.PAUSED:
        yield from _running(old, new)
    if new.timetable.resume_at is not None and old.timetable.resume_at != new.timetable.resume_at:
        yield "resume_set", {"resume_at": instant_text(new.timetable.resume_at)}
    if new.voids > old.voids:
        yield "void", {}


def _ending(old: Floor, new: Floor) -> Iterator[Told]:
    if old.status is not new.status and new.status is LotStatus.CLOSED:
        yield "closed", {"closes_at": instant_text(new.timetable.closes_at)}
    if old.status is not new.status and new.status is LotStatus.CANCELLED:
        yield "cancelled", {}


def _running(old: Floor, new: Floor) -> Iterator[Told]:
    closes = {"closes_at": instant_text(new.timetable.closes_at)}
    if new.status is LotStatus.PAUSED:
        yield "pause", {"reason_code": new.pause_reason or ""}
        return
    if old.status is LotStatus.PAUSED and new.status in RUNNING:
        yield "resumed", closes
        return
    if old.status is LotStatus.SCHEDULED and new.status in RUNNING:
        yield "opened", closes
        return
    if old.timetable.closes_at >= new.timetable.closes_at:
        # A format may end a lot early: that is told as its close.
        return
    moved = {"from": instant_text(old.timetable.closes_at), "to": instant_text(new.timetable.closes_at)}
    if new.timetable.extensions > old.timetable.extensions:
        yield "extension", {**moved, "n": str(new.timetable.extensions)}
    elif old.status in RUNNING:
        yield "extended_by_hand", moved
