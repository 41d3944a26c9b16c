"""Sealed rounds and packages as rows, and what higher rooms ask or hand down. Decides nothing, never commits.

Packages stand in `package_store.py`, what was opened in `opening_store.py`; higher rooms find both here. Uploads stand
in `upload_store.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.money import format_amount
from app.domain.sealed_rules import SealedRules, sealed_rules_from_json, sealed_rules_to_json
from app.domain.sealing.rules import (
    PRICE,
    TECHNICAL,
    OpeningState,
    PriceTerms,
    RoundStatus,
    Timetable,
)
from app.infra.errors import not_found
from app.sealed_rounds import recovery_store, release_store
from app.sealed_rounds.opening_store import (
    OpenedPrice,
    OpenedTechnical,
    Opening,
    find_opening,
    list_opened_prices,
    list_opened_technical,
    list_openings,
)
from app.sealed_rounds.package_store import (
    Package,
    delete_package,
    find_by_digest,
    find_last,
    find_received,
    insert_packages,
    list_last,
    list_live_packages,
    list_own,
    list_words,
    load_price_ct,
    set_bytes,
)
from app.sealed_rounds.tables import sealed_round, upload

__all__ = [
    "OpenedPrice",
    "OpenedTechnical",
    "Opening",
    "Package",
    "delete_package",
    "find_by_digest",
    "find_last",
    "find_opening",
    "find_received",
    "insert_packages",
    "list_last",
    "list_live_packages",
    "list_opened_prices",
    "list_opened_technical",
    "list_openings",
    "list_own",
    "list_words",
    "load_price_ct",
    "set_bytes",
]

# What AES-256-GCM adds to the padded body.
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class SealedRound:
    """A sealed round: its frozen rules, its key policy, where it stands."""

    round_id: str
    tender_id: str
    category: str
    timetable: Timetable
    rules: SealedRules
    lots: tuple[PriceTerms, ...]
    min_bidders: int
    policy: Mapping[str, Any]
    policy_digest: str
    opened_at: datetime | None
    closed_at: datetime | None
    seen_at: datetime | None
    extensions: Sequence[Mapping[str, str]]
    manifest: Sequence[str] | None
    technical_opened_at: datetime | None
    prices_opened_at: datetime | None
    altered_at: datetime | None
    passing: Mapping[str, Sequence[str]] | None
    release_digest: str | None
    released_at: datetime | None
    version: int

    @property
    def status(self) -> RoundStatus:
        """As stored."""
        return self.timetable.status

    @property
    def chain(self) -> str:
        """The journal's chain of its tender."""
        return f"tender:{self.tender_id}"

    @property
    def opening_state(self) -> OpeningState:
        """What decides whether envelopes may be opened."""
        return OpeningState(
            status=self.status,
            has_technical=self.rules.has_technical,
            is_technical_open=self.technical_opened_at is not None,
            is_price_open=self.prices_opened_at is not None,
            is_released=self.passing is not None,
        )

    @property
    def has_policy(self) -> bool:
        """Whether the key policy is fixed: with a committee, not before all its keys are there."""
        return bool(self.policy_digest)

    @property
    def sizes(self) -> Mapping[str, int]:
        """The one length that each envelope's ciphertext has."""
        price = {PRICE: self.rules.price_bucket + TAG_BYTES}
        return {TECHNICAL: self.rules.tech_bucket + TAG_BYTES, **price} if self.rules.has_technical else price

    def terms(self, lot_id: str) -> PriceTerms:
        """The limits of a lot; the one 404 for a lot that is not of this round."""
        found = next((lot for lot in self.lots if lot.lot == lot_id), None)
        if found is None:
            raise not_found()
        return found


def lots_json(lots: Sequence[PriceTerms]) -> list[dict[str, Any]]:
    """Stored form of the lots' limits."""
    return [
        {
            "id": lot.lot,
            "currency": lot.currency,
            "scale": lot.scale,
            "ceiling": format_amount(lot.ceiling, lot.scale),
            "minimum": None if lot.minimum is None else format_amount(lot.minimum, lot.scale),
        }
        for lot in lots
    ]


def _lots(stored: Sequence[Mapping[str, Any]]) -> tuple[PriceTerms, ...]:
    return tuple(
        PriceTerms(
            lot["id"],
            lot["currency"],
            lot["scale"],
            Decimal(lot["ceiling"]),
            None if lot["minimum"] is None else Decimal(lot["minimum"]),
        )
        for lot in stored
    )


_SAME = (
    "round_id",
    "tender_id",
    "category",
    "min_bidders",
    "policy",
    "policy_digest",
    "opened_at",
    "closed_at",
    "seen_at",
    "extensions",
    "manifest",
    "technical_opened_at",
    "prices_opened_at",
    "altered_at",
    "passing",
    "release_digest",
    "released_at",
    "version",
)


def _round(row: Any) -> SealedRound:
    return SealedRound(
        timetable=Timetable(RoundStatus(row.status), row.opens_at, row.closes_at, row.was_extended),
        rules=sealed_rules_from_json(row.rules),
        lots=_lots(row.lots),
        **{name: getattr(row, name) for name in _SAME},
    )


async def insert_round(tx: AsyncConnection, new: SealedRound) -> None:
    """Write a round whose key policy has just been fixed."""
    values = {name: getattr(new, name) for name in _SAME}
    table = new.timetable
    await tx.execute(
        insert(sealed_round).values(
            **values,
            status=table.status.value,
            opens_at=table.opens_at,
            closes_at=table.closes_at,
            was_extended=table.was_extended,
            rules=sealed_rules_to_json(new.rules),
            lots=lots_json(new.lots),
        )
    )


async def find_round(tx: AsyncConnection, round_id: str) -> SealedRound | None:
    """A sealed round, or None before its policy is fixed."""
    row = (await tx.execute(select(sealed_round).where(sealed_round.c.round_id == round_id))).first()
    return None if row is None else _round(row)


async def find_round_of(tx: AsyncConnection, tender_id: str) -> SealedRound | None:
    """The sealed round of a tender, if it has one whose policy is fixed."""
    row = (await tx.execute(select(sealed_round).where(sealed_round.c.tender_id == tender_id))).first()
    return None if row is None else _round(row)


async def load_round(tx: AsyncConnection, round_id: str) -> SealedRound:
    """A sealed round; the one 404 where absent."""
    found = await find_round(tx, round_id)
    if found is None:
        raise not_found()
    return found


async def lock_round(tx: AsyncConnection, round_id: str) -> SealedRound:
    """A sealed round, locked against everybody until the transaction ends: for close and opening."""
    query = select(sealed_round).where(sealed_round.c.round_id == round_id).with_for_update()
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return _round(row)


async def share_round(tx: AsyncConnection, round_id: str) -> SealedRound:
    """A sealed round that cannot close before the transaction ends: commits on its lots run side by side."""
    query = select(sealed_round).where(sealed_round.c.round_id == round_id).with_for_update(read=True)
    row = (await tx.execute(query)).first()
    if row is None:
        raise not_found()
    return _round(row)


async def list_rounds(tx: AsyncConnection, *statuses: RoundStatus) -> list[SealedRound]:
    """The rounds in these statuses, by id."""
    query = select(sealed_round).where(sealed_round.c.status.in_([status.value for status in statuses]))
    return [_round(row) for row in await tx.execute(query.order_by(sealed_round.c.round_id))]


async def list_alive(tx: AsyncConnection) -> list[SealedRound]:
    """The rounds to which time may still bring something, by id."""
    is_waiting = (sealed_round.c.status == RoundStatus.CLOSED.value) & sealed_round.c.prices_opened_at.is_(None)
    is_ahead = sealed_round.c.status.in_([RoundStatus.SCHEDULED.value, RoundStatus.OPEN.value])
    query = select(sealed_round).where(is_ahead | is_waiting)
    return [_round(row) for row in await tx.execute(query.order_by(sealed_round.c.round_id))]


async def list_with_uploads(tx: AsyncConnection) -> list[SealedRound]:
    """The rounds that hold uploads at all, by id."""
    query = select(sealed_round).where(sealed_round.c.round_id.in_(select(upload.c.round_id)))
    return [_round(row) for row in await tx.execute(query.order_by(sealed_round.c.round_id))]


async def set_round(tx: AsyncConnection, held: SealedRound, **values: Any) -> None:
    """Write columns of a round. Precondition: the caller holds its lock."""
    plain = {name: value.value if isinstance(value, RoundStatus) else value for name, value in values.items()}
    query = update(sealed_round).where(sealed_round.c.round_id == held.round_id)
    await tx.execute(query.values(**plain, version=held.version + 1))


# ── what higher rooms ask and hand down ───────────────────────────────────────


async def may_mark(tx: AsyncConnection, tender_id: str) -> bool:
    """Whether the technical envelopes of a tender are open."""
    found = await find_round_of(tx, tender_id)
    return found is not None and found.technical_opened_at is not None


async def prices_opened_at(tx: AsyncConnection, round_id: str) -> datetime | None:
    """When the prices of a round were opened, or None."""
    found = await find_round(tx, round_id)
    return None if found is None else found.prices_opened_at


async def release_prices(
    tx: AsyncConnection,
    round_id: str,
    passing: Mapping[str, tuple[str, ...]],
    digest: str,
    at: datetime | None = None,
) -> None:
    """Hand down from the lock of the scores whose prices may be opened. Locks the round; the timekeeper opens them.

    Raises ValueError before the technical opening, after another release, or for a lot that is not of the round: bugs
    of the caller, not refusals.
    """
    held = await lock_round(tx, round_id)
    if held.technical_opened_at is None or held.passing is not None:
        raise ValueError("prices are released once, after the technical opening")
    if set(passing) - {lot.lot for lot in held.lots}:
        raise ValueError("a lot of another round")
    told = {lot: sorted(tags) for lot, tags in passing.items()}
    await set_round(tx, held, passing=told, release_digest=digest, released_at=at)


async def withdraw_release(tx: AsyncConnection, round_id: str) -> None:
    """Take a release back that was handed down from scores now unlocked. Locks the round.

    Raises ValueError where nothing is released, or once the prices were opened: a bug of the caller.
    """
    held = await lock_round(tx, round_id)
    if held.passing is None or held.prices_opened_at is not None:
        raise ValueError("only a release whose prices are shut is taken back")
    # What members and bidders released was meant for those who passed by the scores that are gone.
    await release_store.forget(tx, round_id, PRICE)
    await recovery_store.forget(tx, round_id, PRICE)
    await set_round(tx, held, passing=None, release_digest=None, released_at=None)
