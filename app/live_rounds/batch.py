"""A batch of bids in one transaction: lock the lots, decide each bid in turn, write, append, sign. LIVE.md section 2.

One sync function, so that the same code runs in the committer's thread on SQLite and under `run_sync` on PostgreSQL.
It changes nothing outside the transaction: what the lots are afterwards comes back as values, and is kept only once the
transaction has committed. So a failed commit leaves nothing to patch up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.domain.closing import decide_moment
from app.domain.entries import Kind
from app.domain.formats import FloorState, format_of
from app.domain.money import format_amount
from app.domain.penning import Pen, may_write
from app.domain.ranking import EMPTY, Standing
from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_basis import LotBasis
from app.domain.scoring.live_standing import standing_by
from app.infra.world import World
from app.journal.store import append_batch
from app.live_rounds import batch_store
from app.live_rounds.answers import Answer, PlaceBid, Receipted, Refused, answer_of
from app.live_rounds.courses import moves_at
from app.live_rounds.intact import find_ground
from app.live_rounds.passing import move_on, pass_time
from app.live_rounds.plays import Known, Line, Play
from app.live_rounds.receipting import core_of, make_receipts
from app.live_rounds.store import AcceptedBid, Attempt, Floor

__all__ = ["BatchDone", "Known", "LotAfter", "commit_batch"]

# The entries that answer a bid, one a line; the others stand between them.
_ANSWERS = frozenset({Kind.BID_ACCEPTED, Kind.BID_REFUSED})


@dataclass(frozen=True, slots=True)
class LotAfter:
    """A lot after a batch. `bids` follow the number `since`; `is_whole` when the lot was read anew."""

    floor: Floor
    standing: Standing
    since: int
    bids: tuple[AcceptedBid, ...]
    is_whole: bool
    # Its row is not what was published: nothing was decided by it, and nothing of it may be shown.
    is_changed: bool = False
    # Whose limits were found reached.
    reached: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BatchDone:
    """The answers in the order of the commands, and the lots to be kept after the commit."""

    answers: tuple[Answer, ...]
    lots: tuple[LotAfter, ...]
    # Lots whose limits ask for nothing, by the version at which that was found.
    quiet: Mapping[str, int] = field(default_factory=dict)


def commit_batch(
    connection: Connection,
    world: World,
    commands: Sequence[PlaceBid],
    known: Mapping[str, Known],
    turns: Mapping[str, datetime] | None = None,
) -> BatchDone:
    """Decide and write a batch; the caller commits. A bid on a lot without floor is a bug: the edge knows its lots.

    `turns`: lots to be looked at as of an instant, after the bids: what time brings there (`passing.py`).
    """
    turns = turns or {}
    batch_store.set_lock_timeout(connection)
    floors = batch_store.lock_floors(connection, {command.lot_id for command in commands} | set(turns))
    earlier = batch_store.find_attempts(connection, {command.bid_id for command in commands})
    places = {command.claim.place for command in commands if command.claim is not None}
    pens = batch_store.list_pens(connection, places)
    plays = {lot_id: _start(connection, world, one, known.get(lot_id, Known())) for lot_id, one in floors.items()}
    given: dict[tuple[str, str], Attempt | Line] = dict(earlier)
    settled = [_settle(world, plays[command.lot_id], _claimed(command, pens), given) for command in commands]
    for lot_id, at in turns.items():
        pass_time(connection, world, plays[lot_id], at)
    played = [play for play in plays.values() if play.entries]
    for play in played:
        _append(connection, world, play)
    _sign(world, [(play.floor, line) for play in played for line in play.lines if line.n is not None])
    _write(connection, played)
    answers = tuple(_answer(command, found) for command, found in zip(commands, settled, strict=True))
    quiet = {play.floor.lot_id: play.floor.version for play in plays.values() if play.is_quiet}
    asked = {command.lot_id for command in commands}
    lots = tuple(_after(play) for play in plays.values() if play.entries or play.floor.lot_id in asked)
    return BatchDone(answers, lots, quiet)


def _claimed(command: PlaceBid, pens: Mapping[str, Pen]) -> PlaceBid:
    """A bid from a window that had not the pen of its bidder is barred (LR-36)."""
    claim = command.claim
    if claim is None or command.bar is not None:
        return command
    is_fine = may_write(pens.get(claim.place), claim.seat, command.offer.received_at)
    return command if is_fine else replace(command, bar=Refusal(Code.NOT_PEN_HOLDER))


def _start(connection: Connection, world: World, one: Floor, known: Known) -> Play:
    """The lot's state by what is known, caught up with the bids another process has placed since."""
    is_whole = known.voids != one.voids or known.accepted > one.accepted
    base = Known(voids=one.voids) if is_whole else known
    missed: list[AcceptedBid] = []
    if base.accepted < one.accepted:
        missed = batch_store.list_accepted(connection, one.lot_id, base.accepted)
    ground = find_ground(connection, world, one)
    standing = EMPTY if isinstance(ground, Refusal) else _caught_up(ground, base, missed)
    state = FloorState(one.timetable, standing, one.accepted, one.course)
    play = Play(one, state, base, one.attempts, missed, is_whole, partial(_admits, connection, one))
    play.changed = ground if isinstance(ground, Refusal) else None
    play.auto_at = one.auto_at
    return play


def _admits(connection: Connection, one: Floor, tag: str) -> bool:
    """All on a floor after a sealed round began with their price there; one whose price was voided may go on."""
    return one.rules.starts_from is None or batch_store.has_seed(connection, one.lot_id, tag)


def _caught_up(basis: LotBasis | None, base: Known, missed: Sequence[AcceptedBid]) -> Standing:
    counting = [one.placed for one in missed if not one.voided]
    if not base.accepted:
        return standing_by(basis, counting)
    standing = base.standing
    for placed in counting:
        standing = standing.placed(placed)
    return standing


def _settle(
    world: World, play: Play, command: PlaceBid, given: dict[tuple[str, str], Attempt | Line]
) -> Attempt | Line:
    """The first answer to a repeated id, or a new decision. LIVE.md section 2 rule 6."""
    key = (command.tag, command.bid_id)
    first = given.get(key)
    if first is None:
        line = given[key] = _decide(world, play, command)
        return line
    same = first.body_hash if isinstance(first, Attempt) else first.command.body_hash
    if same == command.body_hash:
        return first
    refusal = Refusal(Code.DUPLICATE_ID)
    play.refuse(command, refusal)
    line = Line(command, 0, refusal=refusal)
    # Seq 0 is never stored: the id belongs to the first bid. The entry is appended with the others.
    play.lines.append(line)
    return line


def _decide(world: World, play: Play, command: PlaceBid) -> Line:
    floor = play.floor
    line = play.line_of(command)
    move_on(world, play, command.offer.received_at)
    bar = command.bar
    if bar is None and play.changed is not None:
        bar = decide_moment(play.state.timetable, command.offer.received_at) or play.changed
    played = bar or format_of(floor.rules).play_bid(floor.rules, floor.terms, play.state, command.tag, command.offer)
    if not isinstance(played, Refusal) and played.own_before is None and not play.admits(command.tag):
        played = Refusal(Code.NOT_INVITED)
    if isinstance(played, Refusal):
        line.refusal = played
        play.refuse(command, played)
    else:
        play.accept(line, played)
    return line


def _append(connection: Connection, world: World, play: Play) -> None:
    made = [one for one in append_batch(connection, world, play.entries) if one.kind in _ANSWERS]
    for line, one in zip(play.lines, made, strict=True):
        line.entry_hash, line.at = one.hash, one.at


def _write(connection: Connection, played: Sequence[Play]) -> None:
    batch_store.insert_bids(connection, [_row(line) for play in played for line in play.lines if line.seq])
    for play in played:
        table = play.state.timetable
        if table != play.floor.timetable or play.state.course != play.floor.course:
            due_at = moves_at(play.floor.rules, table, play.state.course)
            batch_store.set_moved(connection, play.floor.lot_id, table, play.state.course, due_at)
        # Refused bids change nothing that people see, so they leave the version alone.
        play.floor = replace(
            play.floor,
            timetable=table,
            attempts=play.attempts,
            version=play.version,
            accepted=play.state.seq,
            course=play.state.course,
            auto_at=play.auto_at,
        )
    batch_store.insert_marks(connection, [mark for play in played for mark in play.marks])
    batch_store.set_counters(connection, [play.floor for play in played])


def _row(line: Line) -> dict[str, Any]:
    command, refusal = line.command, line.refusal
    return {
        "lot_id": command.lot_id,
        "seq": line.seq,
        "n": line.n,
        "bid_id": command.bid_id,
        "tag": command.tag,
        "amount": line.amount,
        "received_at": command.offer.received_at,
        "verdict": "refused" if refusal else "accepted",
        "code": refusal.code.value if refusal else None,
        "detail": dict(refusal.detail) if refusal else None,
        "answered_at": line.at,
        "body_hash": command.body_hash,
        "entry_hash": line.entry_hash,
        "receipt": line.receipt,
        "is_seeded": False,
        "is_auto": command.auto is not None,
    }


def _sign(world: World, accepted: Sequence[tuple[Floor, Line]]) -> None:
    cores = [
        core_of(
            world,
            round_id=floor.round_id,
            lot_id=floor.lot_id,
            bid_id=line.command.bid_id,
            amount=format_amount(line.amount or Decimal(0), floor.terms.scale),
            received_at=line.command.offer.received_at,
            rules_hash=floor.rules_hash,
            entry_hash=line.entry_hash,
            sent=line.command.offer.amount,
        )
        for floor, line in accepted
    ]
    for (_, line), receipt in zip(accepted, make_receipts(world, cores), strict=True):
        line.receipt = receipt


def _answer(command: PlaceBid, found: Attempt | Line) -> Answer:
    if found.receipt is not None:
        return Receipted(command.bid_id, command.lot_id, found.receipt)
    if isinstance(found, Attempt):
        return answer_of(found)
    if found.refusal is None or found.at is None:
        raise ValueError("a decided bid has a receipt or a refusal")
    return Refused(command.bid_id, command.lot_id, found.refusal, found.at)


def _after(play: Play) -> LotAfter:
    fresh = [
        AcceptedBid(
            line.n,
            line.command.tag,
            line.amount,
            line.command.offer.received_at,
            voided=False,
            entry_hash=line.entry_hash,
            is_auto=line.command.auto is not None,
        )
        for line in play.lines
        if line.n is not None and line.amount is not None
    ]
    bids = (*play.missed, *fresh)
    is_changed = play.changed is not None
    known, reached = play.known.accepted, frozenset(play.reached)
    return LotAfter(play.floor, play.state.standing, known, bids, play.is_whole, is_changed, reached)
