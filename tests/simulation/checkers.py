"""What must hold whatever happens, asked of the record, the outboxes and the feeds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.domain.closing import RUNNING
from app.domain.entries import Entry
from app.domain.framing import LotFrame, lot_frames
from app.domain.kinds import Kind
from app.domain.ranking import rank
from app.domain.replaying import LotReplay
from app.infra.world import World
from app.journal.tables import chain_head
from app.live_rounds import store
from app.live_rounds.limits import TAIL
from app.live_rounds.tables import bid, floor
from app.tenders import store as tenders_store
from tests.live_rounds.floors import chain_of
from tests.simulation.network import Line
from tests.simulation.people import Outbox, Page
from tests.simulation.record import Record

# What may come of a running lot; and so far ahead its close must be for a jump to be the first thing that concerns it.
TURNS = frozenset({Kind.LOT_PAUSED, Kind.LOT_CLOSED})
AHEAD = timedelta(seconds=2)
# Members of a frame of a lot that belong to the moment, not to the lot.
MOMENT = frozenset({"status", "series_from", "best_from"})


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as recorded, checked."""

    floor: store.Floor
    entries: Sequence[Entry]
    # By the tag and id of the bid: the hash of its entry where it was accepted, else None.
    decided: Mapping[tuple[str, str], str | None]


async def check_record(world: World, tender_id: str) -> list[Lot]:
    """Numbers without gaps, links that hold, and the replay of each lot's chain against its tables."""
    async with world.db.snapshot() as tx:
        tender = await tenders_store.load_tender(tx, tender_id)
        floors = await store.list_floors(tx, tender.round_id)
    assert tender.frozen is not None
    frames = lot_frames(tender.frozen)
    return [await _check_lot(world, one, frames[one.lot_id]) for one in floors]


async def _check_lot(world: World, one: store.Floor, frame: LotFrame) -> Lot:
    entries = await chain_of(world, one.chain)
    async with world.db.snapshot() as tx:
        rows = (await tx.execute(select(bid).where(bid.c.lot_id == one.lot_id).order_by(bid.c.seq))).all()
        placed = await store.list_accepted_bids(tx, one.lot_id)
    assert [row.seq for row in rows] == list(range(1, one.attempts + 1)), "attempts are numbered without gaps"
    assert [each.seq for each in placed] == list(range(1, one.accepted + 1)), "bids are numbered without gaps"
    assert [entry.hash for entry in entries if entry.kind is Kind.BID_ACCEPTED] == [each.entry_hash for each in placed]
    # Those under limits are the service's own.
    sent = [row for row in rows if not row.is_auto]
    decided = {(row.tag, row.bid_id): row.entry_hash if row.verdict == "accepted" else None for row in sent}
    assert len(decided) == len(sent), "an id is decided once"
    _check_replay(one, frame, entries, placed)
    return Lot(one, entries, decided)


def _check_replay(
    one: store.Floor, frame: LotFrame, entries: Iterable[Entry], placed: Sequence[store.AcceptedBid]
) -> None:
    replay = LotReplay(frame)
    last = None
    for last in entries:
        fault = replay.take(last)
        assert fault is None, (last.seq, last.kind, fault)
    assert replay.finish() is None
    assert replay._state.timetable == one.timetable
    standing = rank(each.placed for each in placed if not each.voided)
    assert last is None or replay.ranked_at(last.at, is_inclusive=True) == standing


def check_outboxes(outboxes: Mapping[str, Outbox], lots: Sequence[Lot], *, is_over: bool) -> None:
    """No receipt without its one entry; at the end no act without its answer, and no bid nobody sent."""
    decided = {key: found for lot in lots for key, found in lot.decided.items()}
    hashes = Counter(found for found in decided.values() if found is not None)
    assert not hashes or max(hashes.values()) == 1
    for tag, outbox in outboxes.items():
        for bid_id, own in outbox.bids.items():
            if own.receipt is not None:
                assert decided[tag, bid_id] == own.receipt["entry_hash"], "a receipt names its entry"
            elif own.state == "refused" and own.code not in UNSTORED:
                assert decided[tag, bid_id] is None, "a refused bid is stored as refused"
            if is_over:
                assert own.state != "open", f"{bid_id} has no answer"
                assert (own.state == "unsent") == ((tag, bid_id) not in decided), f"{bid_id} {own.state} in the end"
    if is_over:
        sent = {(tag, bid_id) for tag, outbox in outboxes.items() for bid_id in outbox.bids}
        assert decided.keys() <= sent


# Refusals of the edge: said, counted, and not stored bid by bid.
UNSTORED = frozenset({"SLOW_DOWN"})


def find_running(record: Record, now: datetime) -> list[tuple[str, int]]:
    """The lots that run for a while yet, each with the number of its last entry."""
    running = floor.c.status.in_([status.value for status in RUNNING])
    is_head = chain_head.c.chain == "lot:" + floor.c.lot_id
    query = select(floor.c.lot_id, chain_head.c.seq).where(is_head, running, floor.c.closes_at > now + AHEAD)
    return [(row.lot_id, row.seq) for row in record.peek(query)]


def check_jumps(jumps: Sequence[tuple[str, int]], lots: Sequence[Lot]) -> None:
    """A lot that ran when the clock was set stands still before anything else comes of it."""
    entries = {lot.floor.lot_id: lot.entries for lot in lots}
    for lot_id, seq in jumps:
        turns = [entry.kind for entry in entries[lot_id] if entry.seq > seq and entry.kind in TURNS]
        assert turns[:1] in ([], [Kind.LOT_PAUSED]), f"{turns} after the clock was set"


def is_caught_up(page: Page, fresh: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a feed shows what a fresh snapshot shows."""
    shown = {lot_id: _lasting(lot) for lot_id, lot in page.lots.items()}
    return shown == {lot_id: _lasting(lot) for lot_id, lot in fresh.items()}


def _lasting(lot: Mapping[str, Any]) -> dict[str, Any]:
    # The buyer's welcome has all points, a state the newest ones alone.
    return {
        name: value[-TAIL:] if isinstance(value, list) else value for name, value in lot.items() if name not in MOMENT
    }


def check_line(line: Line, *, is_padded: bool) -> None:
    """What one process wrote onto one line: ticks in order, a supplier's states of one length."""
    states = [text for text in line.sent if '"type":"state"' in text]
    ticks = [int(text.rpartition('"tick":')[2].partition(",")[0]) for text in states]
    assert ticks == sorted(set(ticks)), "ticks go forward"
    assert not is_padded or len({len(text) for text in states}) <= 1, "states have one length"
