"""Floors and bids as rows. Decides nothing, never commits.

The statements serve both the async acts of people and the sync batch of bids (`batch.py`), which runs them on the
committer's own connection.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import ENDED, LotStatus, Timetable
from app.domain.formats import (
    LiveRules,
    LotTerms,
    hash_of_rules,
    rules_from_json,
    rules_to_json,
)
from app.domain.formats.play import Course
from app.domain.live_rules import Measure, Step
from app.domain.live_rules_json import BadRulesError
from app.domain.money import format_amount
from app.domain.ranking import PlacedBid
from app.domain.seeding import Seed
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds.courses import course_from, moves_at
from app.live_rounds.tables import bid, floor

MILLISECOND = timedelta(milliseconds=1)
# Rules are parsed once: the hash names them, as long as the row has the text that was parsed.
_PARSED: dict[str, tuple[Mapping[str, Any], LiveRules]] = {}
MOST_PARSED = 1000
# What stands for rules and figures nobody can read: no published ones are these, so nothing is played by them.
UNREADABLE = LiveRules(
    "open_descending", datetime.min.replace(tzinfo=UTC), timedelta(0), Step(Measure.MONEY, Decimal(1))
)
NO_TERMS = LotTerms(0, Decimal(0))


@dataclass(frozen=True, slots=True)
class Floor:
    """A lot while it is bid on: its frozen rules and terms, where its clock stands, and its counters."""

    lot_id: str
    round_id: str
    tender_id: str
    position: int
    terms: LotTerms
    rules: LiveRules
    rules_hash: str
    timetable: Timetable
    pause_reason: str | None
    attempts: int
    accepted: int
    voids: int
    version: int
    alias_sealed: bytes | None
    is_told_soon: bool = False
    # Formats that move by time: where they stand.
    course: Course | None = None
    # The tick at which limits have last placed bids here.
    auto_at: datetime | None = None

    @property
    def chain(self) -> str:
        """The journal's chain of this lot."""
        return f"lot:{self.lot_id}"

    @property
    def status(self) -> LotStatus:
        """As stored; `closing` is only ever shown."""
        return self.timetable.status


@dataclass(frozen=True, slots=True)
class LotClock:
    """The little a timekeeper looks at of a lot that is not over."""

    lot_id: str
    tender_id: str
    status: LotStatus
    opens_at: datetime
    closes_at: datetime
    resume_at: datetime | None
    # When its format moves by itself.
    moves_at: datetime | None = None

    def due_at(self, drain: timedelta) -> datetime | None:
        """When something is to be done about it: opening, resuming, closing; None for a pause without an end."""
        if self.status is LotStatus.SCHEDULED:
            return self.opens_at
        return self.resume_at if self.status is LotStatus.PAUSED else self.closes_at + drain


@dataclass(frozen=True, slots=True)
class AcceptedBid:
    """One accepted bid; `seq` is its number among the accepted bids of the lot (`n` in the journal)."""

    seq: int
    tag: str
    amount: Decimal
    received_at: datetime
    voided: bool
    entry_hash: str
    # The bidder's price of the sealed round, with which the lot began.
    is_seeded: bool = False
    # Placed by the service under the bidder's limit.
    is_auto: bool = False

    @property
    def placed(self) -> PlacedBid:
        """As the ranking wants it."""
        return PlacedBid(self.tag, self.amount, self.seq)


@dataclass(frozen=True, slots=True)
class SeededBid:
    """What a first bid from a sealed price has beside its place: an id of its own, and its entry."""

    bid_id: str
    body_hash: str
    entry_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One bid as it was answered, accepted or refused."""

    lot_id: str
    bid_id: str
    tag: str
    received_at: datetime
    answered_at: datetime
    body_hash: str
    receipt: Mapping[str, Any] | None
    code: str | None
    detail: Mapping[str, str] | None


def terms_json(terms: LotTerms) -> dict[str, Any]:
    """Stored form of a lot's published figures."""
    start = None if terms.start is None else format_amount(terms.start, terms.scale)
    return {"scale": terms.scale, "ceiling": format_amount(terms.ceiling, terms.scale), "start": start}


def _terms(stored: Mapping[str, Any]) -> LotTerms:
    try:
        start = stored["start"]
        return LotTerms(int(stored["scale"]), Decimal(stored["ceiling"]), None if start is None else Decimal(start))
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return NO_TERMS


def _rules(rules_hash: str, stored: Mapping[str, Any]) -> LiveRules:
    held = _PARSED.get(rules_hash)
    if held is not None and held[0] == stored:
        return held[1]
    try:
        parsed = rules_from_json(stored)
    except BadRulesError:
        return UNREADABLE
    if hash_of_rules(parsed) == rules_hash:
        if len(_PARSED) >= MOST_PARSED:
            _PARSED.clear()
        _PARSED[rules_hash] = (stored, parsed)
    return parsed


def read_floor(row: Any) -> Floor:
    """A Floor from a row of its table."""
    timetable = Timetable(
        status=LotStatus(row.status),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        hard_stop_at=row.hard_stop_at,
        extensions=row.extensions,
        left=None if row.left_ms is None else row.left_ms * MILLISECOND,
        paused_at=row.paused_at,
        resume_at=row.resume_at,
    )
    return Floor(
        lot_id=row.lot_id,
        round_id=row.round_id,
        tender_id=row.tender_id,
        position=row.position,
        terms=_terms(row.terms),
        rules=_rules(row.rules_hash, row.rules),
        rules_hash=row.rules_hash,
        timetable=timetable,
        pause_reason=row.pause_reason,
        attempts=row.attempts,
        accepted=row.accepted,
        voids=row.voids,
        version=row.version,
        alias_sealed=row.alias_sealed,
        is_told_soon=row.is_told_soon,
        course=course_from(row.course),
        auto_at=row.auto_at,
    )


def timetable_values(table: Timetable) -> dict[str, Any]:
    """The columns of a timetable."""
    return {
        "status": table.status.value,
        "opens_at": table.opens_at,
        "closes_at": table.closes_at,
        "hard_stop_at": table.hard_stop_at,
        "extensions": table.extensions,
        "left_ms": None if table.left is None else table.left // MILLISECOND,
        "paused_at": table.paused_at,
        "resume_at": table.resume_at,
    }


def read_accepted(row: Any) -> AcceptedBid:
    """An AcceptedBid from a row."""
    is_voided = row.voided_at is not None
    return AcceptedBid(
        row.n, row.tag, row.amount, row.received_at, is_voided, row.entry_hash, row.is_seeded, row.is_auto
    )


def accepted_query(lot_id: str, after: int = 0) -> Select[Any]:
    """Accepted bids of a lot in their order, after a number."""
    columns = (bid.c.n, bid.c.tag, bid.c.amount, bid.c.received_at, bid.c.voided_at, bid.c.entry_hash)
    return (
        select(*columns, bid.c.is_seeded, bid.c.is_auto)
        .where(bid.c.lot_id == lot_id, bid.c.n > after)
        .order_by(bid.c.n)
    )


def read_attempt(row: Any) -> Attempt:
    """An Attempt from a row."""
    names = ("lot_id", "bid_id", "tag", "received_at", "answered_at", "body_hash", "receipt", "code", "detail")
    return Attempt(*(getattr(row, name) for name in names))


async def insert_floor(tx: AsyncConnection, new: Floor) -> None:
    """Write the floor of a lot nobody has touched."""
    values = {
        "lot_id": new.lot_id,
        "round_id": new.round_id,
        "tender_id": new.tender_id,
        "position": new.position,
        "terms": terms_json(new.terms),
        "rules_hash": new.rules_hash,
        **timetable_values(new.timetable),
        "attempts": 0,
        "accepted": 0,
        "voids": 0,
        "version": 1,
        "is_told_soon": new.is_told_soon,
    }
    await tx.execute(insert(floor).values(**values, rules=rules_to_json(new.rules)))


async def find_floor(tx: AsyncConnection, lot_id: str) -> Floor | None:
    """The floor of a lot, or None before one was made."""
    row = (await tx.execute(select(floor).where(floor.c.lot_id == lot_id))).first()
    return None if row is None else read_floor(row)


async def load_floor(tx: AsyncConnection, lot_id: str) -> Floor:
    """The floor of a lot; the one 404 where absent."""
    found = await find_floor(tx, lot_id)
    if found is None:
        raise not_found()
    return found


async def lock_floor(tx: AsyncConnection, lot_id: str) -> Floor:
    """The floor of a lot, its row locked until the transaction ends; the one 404 where absent."""
    row = (await tx.execute(select(floor).where(floor.c.lot_id == lot_id).with_for_update())).first()
    if row is None:
        raise not_found()
    return read_floor(row)


async def list_floors(tx: AsyncConnection, round_id: str) -> list[Floor]:
    """The floors of a round in the order of the lots."""
    rows = await tx.execute(select(floor).where(floor.c.round_id == round_id).order_by(floor.c.position))
    return [read_floor(row) for row in rows]


async def list_floors_in(tx: AsyncConnection, statuses: Iterable[LotStatus]) -> list[Floor]:
    """All floors in some states, in the order of their ids: the order in which they may be locked together."""
    wanted = [status.value for status in statuses]
    rows = await tx.execute(select(floor).where(floor.c.status.in_(wanted)).order_by(floor.c.lot_id))
    return [read_floor(row) for row in rows]


async def list_clocks(tx: AsyncConnection) -> list[LotClock]:
    """The clocks of all lots that are not over; asked several times a second."""
    names = LotClock.__slots__
    columns = [floor.c[name] for name in names]
    rows = await tx.execute(select(*columns).where(floor.c.status.not_in([status.value for status in ENDED])))
    return [
        LotClock(**{name: getattr(row, name) for name in names} | {"status": LotStatus(row.status)}) for row in rows
    ]


async def set_floor(tx: AsyncConnection, one: Floor, **values: Any) -> None:
    """Write columns of a locked floor and raise its version."""
    changed = {**values, "version": one.version + 1}
    await tx.execute(update(floor).where(floor.c.lot_id == one.lot_id).values(**changed))


async def set_timetable(tx: AsyncConnection, one: Floor, table: Timetable, **values: Any) -> None:
    """Write a new timetable onto a locked floor and raise its version."""
    due_at = moves_at(one.rules, table, one.course)
    await set_floor(tx, one, **timetable_values(table), moves_at=due_at, **values)


async def list_accepted_bids(tx: AsyncConnection, lot_id: str, after: int = 0) -> list[AcceptedBid]:
    """Accepted bids of a lot in their order, voided ones marked."""
    return [read_accepted(row) for row in await tx.execute(accepted_query(lot_id, after))]


async def find_attempt(tx: AsyncConnection, *, tag: str, bid_id: str) -> Attempt | None:
    """What became of a bid of this bidder, or None if it never arrived."""
    row = (await tx.execute(select(bid).where(bid.c.bid_id == bid_id, bid.c.tag == tag))).first()
    return None if row is None else read_attempt(row)


async def list_attempts(
    tx: AsyncConnection, *, tag: str, lot_ids: Sequence[str], since: datetime | None = None, limit: int = 1000
) -> list[Attempt]:
    """A bidder's own attempts on some lots, oldest first, at most the newest `limit`; what it never sent is none."""
    query = select(bid).where(bid.c.tag == tag, bid.c.lot_id.in_(lot_ids), bid.c.is_seeded.is_(False))
    if since is not None:
        query = query.where(bid.c.answered_at >= since)
    newest = query.order_by(bid.c.answered_at.desc(), bid.c.seq.desc()).limit(limit)
    return [read_attempt(row) for row in await tx.execute(newest)][::-1]


async def list_by_bid_id(tx: AsyncConnection, bid_id: str) -> list[Attempt]:
    """All bids with this id: each bidder makes its own, so there may be several."""
    return [read_attempt(row) for row in await tx.execute(select(bid).where(bid.c.bid_id == bid_id))]


async def insert_seed(tx: AsyncConnection, lot_id: str, seed: Seed, made: SeededBid, *, received_at: datetime) -> None:
    """Write a first bid from a sealed price; it is also the attempt of its number, for nothing came before."""
    values = {
        "lot_id": lot_id,
        "seq": seed.n,
        "n": seed.n,
        "bid_id": made.bid_id,
        "tag": seed.price.tag,
        "amount": seed.price.amount,
        "received_at": received_at,
        "verdict": "accepted",
        "is_seeded": True,
        "answered_at": made.at,
        "body_hash": made.body_hash,
        "entry_hash": made.entry_hash,
    }
    await tx.execute(insert(bid).values(**values))


async def set_voided(tx: AsyncConnection, *, lot_id: str, seq: int, at: datetime) -> None:
    """Mark an accepted bid as voided."""
    await tx.execute(update(bid).where(bid.c.lot_id == lot_id, bid.c.n == seq).values(voided_at=at))


async def load_aliases(world: World, tx: AsyncConnection, lot_id: str) -> dict[str, str]:
    """The C-aliases of a lot by tag; empty before the lot opens. For the buyer's frames and the ranking alone."""
    return open_aliases(world, await load_floor(tx, lot_id))


def seal_aliases(world: World, lot_id: str, aliases: Mapping[str, str]) -> bytes:
    """The alias map under the scoring key, bound to the lot."""
    return world.keys.seal("scoring", orjson.dumps(aliases, option=orjson.OPT_SORT_KEYS), lot_id.encode())


def open_aliases(world: World, one: Floor) -> dict[str, str]:
    """The alias map of a floor."""
    if one.alias_sealed is None:
        return {}
    return dict(orjson.loads(world.keys.unseal("scoring", one.alias_sealed, one.lot_id.encode())))
