"""Builders for floor tests: open floors straight in the tables, bids as commands, and the batch run by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from app.domain.closing import LotStatus, timetable_of
from app.domain.entries import Entry, digest_of, entry_from, is_link
from app.domain.formats import LiveRules, LotTerms, Offer, Quote, hash_of_rules, lot_times, rules_to_json
from app.domain.kinds import Kind
from app.domain.live_rules import FeedbackMode, Measure, SoftClose, Step
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.journal.tables import entry
from app.live_rounds import store
from app.live_rounds.answers import PlaceBid
from app.live_rounds.batch import BatchDone, Known, commit_batch
from tests.worlds import START

TERMS = LotTerms(scale=2, ceiling=Decimal("300.00"))
SOFT = SoftClose(window=timedelta(minutes=3), hard_stop_after=timedelta(minutes=45), max_extensions=10)


def rules_at(
    opens_at: datetime = START, *, feedback: FeedbackMode = FeedbackMode.RANK_ONLY, soft: bool = True
) -> LiveRules:
    """Half an hour, 0.30 % from the own last bid."""
    return LiveRules(
        format="open_descending",
        opens_at=opens_at,
        duration=timedelta(minutes=30),
        step=Step(Measure.PERCENT, Decimal("0.30")),
        soft_close=SOFT if soft else None,
        feedback=feedback,
    )


def a_floor(world: World, rules: LiveRules, *, status: LotStatus = LotStatus.OPEN, position: int = 0) -> store.Floor:
    """A floor that belongs to no tender, for tests of the batch alone."""
    return store.Floor(
        lot_id=world.ids.new(),
        round_id=world.ids.new(),
        tender_id=world.ids.new(),
        position=position,
        terms=TERMS,
        rules=rules,
        rules_hash=hash_of_rules(rules),
        timetable=replace(timetable_of(lot_times(rules, position)), status=status),
        pause_reason=None,
        attempts=0,
        accepted=0,
        voids=0,
        version=1,
        alias_sealed=None,
    )


async def insert_floors(world: World, *floors: store.Floor) -> None:
    """Write floors, and of their tenders what a floor is held against."""
    async with world.db.transaction() as tx:
        for one in floors:
            await store.insert_floor(tx, one)
            terms = store.terms_json(one.terms)
            lot = {"id": one.lot_id, "scale": terms["scale"], "ceiling_price": terms["ceiling"], "start_price": None}
            document = {"rounds": [{"kind": "live", "rules": rules_to_json(one.rules)}], "lots": [lot]}
            data = {"document": document, "hash": digest_of(document)}
            await append(world, tx, NewEntry(f"tender:{one.tender_id}", Kind.TENDER_PUBLISHED, data))


def a_bid(
    world: World,
    lot_id: str,
    tag: str,
    amount: str,
    *,
    bid_id: str | None = None,
    at: datetime | None = None,
    quote: Quote | None = None,
) -> PlaceBid:
    """A bid received now, unless said otherwise."""
    return PlaceBid(lot_id, tag, bid_id or world.ids.new(), Offer(amount, at or world.clock.now(), quote))


async def play(world: World, commands: Sequence[PlaceBid], known: Mapping[str, Known] | None = None) -> BatchDone:
    """One batch in a transaction of its own, as the committer does it."""
    async with world.db.transaction() as tx:
        return await tx.run_sync(commit_batch, world, commands, known or {})


async def chain_of(world: World, chain: str) -> list[Entry]:
    """The entries of a chain, checked link by link."""
    async with world.db.snapshot() as tx:
        rows = await tx.execute(select(entry).where(entry.c.chain == chain).order_by(entry.c.seq))
        found = [entry_from(row.body.encode(), row.salt, row.hash) for row in rows]
    previous: Entry | None = None
    for one in found:
        assert is_link(previous, one)
        previous = one
    return found
