"""Panels, T-aliases, marks, agreed values and the lock as rows. Decides nothing, never commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.empanelling import Member
from app.domain.marking import Cell, LotScores, Mark, alias_digest, scores_from_data, value_text
from app.evaluation.tables import agreed_value, alias_set, mark, panel_member, score_lock
from app.infra.world import World

PURPOSE = "scoring"
_MEMBER = [panel_member.c[name] for name in Member.__slots__]


@dataclass(frozen=True, slots=True)
class AliasSet:
    """The T-aliases of one lot; `tags` is {alias: tag} and never leaves the service but for the auditor's bundle."""

    lot_id: str
    digest: str
    salt: str
    tags: Mapping[str, str]
    drawn_at: datetime

    def alias_of(self, tag: str) -> str | None:
        """The alias of a tag."""
        return next((alias for alias, each in self.tags.items() if each == tag), None)


@dataclass(frozen=True, slots=True)
class SavedMark:
    """A mark with the number of its last saving."""

    mark: Mark
    version: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """A value the panel agreed on in one cell."""

    cell: Cell
    value: Decimal
    reason: str
    version: int


@dataclass(frozen=True, slots=True)
class ScoreLock:
    """The locked scores of a tender: as journaled, and read."""

    digest: str
    data: Sequence[Mapping[str, Any]]
    scores: tuple[LotScores, ...]
    locked_at: datetime

    def of_lot(self, lot_id: str) -> LotScores:
        """The scores of a lot; of one without an offer there are none."""
        return next((each for each in self.scores if each.lot_id == lot_id), LotScores(lot_id, ()))


# ── members ───────────────────────────────────────────────────────────────────


async def list_members(tx: AsyncConnection, tender_id: str) -> list[Member]:
    """The panel of a tender in the order of naming, the recused among them."""
    query = select(*_MEMBER).where(panel_member.c.tender_id == tender_id).order_by(panel_member.c.position)
    return [Member(*row) for row in await tx.execute(query)]


async def list_seats(tx: AsyncConnection, account_id: str) -> list[str]:
    """The tenders whose panel an account was called to, the newest first."""
    query = select(panel_member.c.tender_id).where(panel_member.c.account_id == account_id)
    rows = await tx.execute(query.order_by(panel_member.c.invited_at.desc(), panel_member.c.tender_id))
    return [row.tender_id for row in rows]


async def seat_members(
    tx: AsyncConnection, tender_id: str, accounts: Sequence[str], *, known: Sequence[Member], at: datetime
) -> None:
    """Make the panel this one, in this order. Who is not in it leaves with its drafts; the recused stay on record."""
    recused = {each.account_id for each in known if each.has_conflict}
    gone = [each.account_id for each in known if each.account_id not in {*accounts, *recused}]
    here = panel_member.c.tender_id == tender_id
    await tx.execute(delete(mark).where(mark.c.tender_id == tender_id, mark.c.account_id.in_(gone)))
    await tx.execute(delete(panel_member).where(here, panel_member.c.account_id.in_(gone)))
    held = {each.account_id for each in known}
    # The recused keep their rows and come last in the order.
    for position, account_id in enumerate([*accounts, *sorted(recused)], start=1):
        if account_id in held:
            which = here & (panel_member.c.account_id == account_id)
            await tx.execute(update(panel_member).where(which).values(position=position))
            continue
        values = {"tender_id": tender_id, "account_id": account_id, "position": position, "invited_at": at}
        await tx.execute(insert(panel_member).values(**values, has_conflict=False, statement=""))


async def set_member(tx: AsyncConnection, tender_id: str, account_id: str, **values: Any) -> None:
    """Write columns of a member. Precondition: the caller holds the tender's lock."""
    which = (panel_member.c.tender_id == tender_id) & (panel_member.c.account_id == account_id)
    await tx.execute(update(panel_member).where(which).values(**values))


async def list_orders(tx: AsyncConnection, tender_id: str) -> dict[str, Mapping[str, Sequence[str]] | None]:
    """{account: {lot: aliases in its own order}}, None where it is not drawn yet."""
    query = select(panel_member.c.account_id, panel_member.c.offer_order).where(panel_member.c.tender_id == tender_id)
    return {row.account_id: row.offer_order for row in await tx.execute(query)}


# ── aliases ───────────────────────────────────────────────────────────────────


def _aad(lot_id: str) -> bytes:
    return f"{lot_id}-T".encode()


async def insert_alias_set(
    world: World, tx: AsyncConnection, *, tender_id: str, lot_id: str, tags: Mapping[str, str]
) -> tuple[str, bytes]:
    """Store the freshly drawn aliases of a lot; returns their digest, and the sealed map for the journal."""
    salt = world.ids.salt().hex()
    digest = alias_digest(salt, tags)
    plain = orjson.dumps({"salt": salt, "map": dict(tags)}, option=orjson.OPT_SORT_KEYS)
    sealed = world.keys.seal(PURPOSE, plain, _aad(lot_id))
    row = {"lot_id": lot_id, "tender_id": tender_id, "digest": digest, "drawn_at": world.clock.now()}
    await tx.execute(insert(alias_set).values(**row, map_sealed=sealed))
    return digest, sealed


def _alias_set(world: World, row: Any) -> AliasSet:
    opened = orjson.loads(world.keys.unseal(PURPOSE, row.map_sealed, _aad(row.lot_id)))
    return AliasSet(row.lot_id, row.digest, opened["salt"], opened["map"], row.drawn_at)


async def list_alias_sets(world: World, tx: AsyncConnection, tender_id: str) -> dict[str, AliasSet]:
    """{lot: T-aliases} of a tender; empty until they are drawn."""
    query = select(alias_set).where(alias_set.c.tender_id == tender_id)
    return {row.lot_id: _alias_set(world, row) for row in await tx.execute(query)}


async def load_alias_set(world: World, tx: AsyncConnection, lot_id: str) -> AliasSet | None:
    """The T-aliases of a lot, for the auditor's bundle; None where there are none."""
    row = (await tx.execute(select(alias_set).where(alias_set.c.lot_id == lot_id))).first()
    return None if row is None else _alias_set(world, row)


async def has_aliases(tx: AsyncConnection, tender_id: str) -> bool:
    """Whether the T-aliases of a tender are drawn."""
    query = select(alias_set.c.lot_id).where(alias_set.c.tender_id == tender_id).limit(1)
    return (await tx.execute(query)).first() is not None


# ── marks and values ──────────────────────────────────────────────────────────


async def list_marks(tx: AsyncConnection, tender_id: str, accounts: Iterable[str]) -> dict[str, dict[Cell, SavedMark]]:
    """{account: {cell: mark}} of these evaluators."""
    wanted = list(accounts)
    query = select(mark).where(mark.c.tender_id == tender_id, mark.c.account_id.in_(wanted))
    found: dict[str, dict[Cell, SavedMark]] = {account: {} for account in wanted}
    for row in await tx.execute(query):
        cell = (row.lot_id, row.alias, row.criterion)
        found[row.account_id][cell] = SavedMark(Mark(cell, row.mark, row.comment), row.version)
    return found


async def find_mark(tx: AsyncConnection, account_id: str, cell: Cell) -> SavedMark | None:
    """One evaluator's mark of one cell."""
    row = (await tx.execute(select(mark).where(*_cell(cell), mark.c.account_id == account_id))).first()
    return None if row is None else SavedMark(Mark(cell, row.mark, row.comment), row.version)


def _cell(cell: Cell) -> tuple[Any, ...]:
    lot_id, alias, criterion = cell
    return mark.c.lot_id == lot_id, mark.c.alias == alias, mark.c.criterion == criterion


async def save_mark(
    tx: AsyncConnection, *, tender_id: str, account_id: str, new: Mark, version: int, at: datetime
) -> None:
    """Write a mark as this version. Precondition: the caller holds the tender's lock."""
    lot_id, alias, criterion = new.cell
    values = {"mark": new.value, "comment": new.comment, "version": version, "saved_at": at}
    if version == 1:
        keys = {"lot_id": lot_id, "alias": alias, "criterion": criterion, "account_id": account_id}
        await tx.execute(insert(mark).values(**keys, tender_id=tender_id, **values))
        return
    await tx.execute(update(mark).where(*_cell(new.cell), mark.c.account_id == account_id).values(**values))


async def list_agreed(tx: AsyncConnection, tender_id: str) -> dict[Cell, Agreed]:
    """The values the panel agreed on, by cell."""
    rows = await tx.execute(select(agreed_value).where(agreed_value.c.tender_id == tender_id))
    found = {}
    for row in rows:
        cell = (row.lot_id, row.alias, row.criterion)
        found[cell] = Agreed(cell, Decimal(row.value), row.reason, row.version)
    return found


async def save_agreed(tx: AsyncConnection, tender_id: str, new: Agreed, at: datetime) -> None:
    """Write an agreed value as its version. Precondition: the caller holds the tender's lock."""
    lot_id, alias, criterion = new.cell
    keys = {"lot_id": lot_id, "alias": alias, "criterion": criterion}
    values = {"value": value_text(new.value), "reason": new.reason, "version": new.version, "changed_at": at}
    if new.version == 1:
        await tx.execute(insert(agreed_value).values(**keys, tender_id=tender_id, **values))
        return
    which = [agreed_value.c[name] == value for name, value in keys.items()]
    await tx.execute(update(agreed_value).where(*which).values(**values))


# ── the lock ──────────────────────────────────────────────────────────────────


async def insert_lock(
    tx: AsyncConnection, tender_id: str, *, digest: str, data: Sequence[Mapping[str, Any]], at: datetime
) -> None:
    """Store the locked scores; there is no way to change them but to unlock."""
    values = {"tender_id": tender_id, "digest": digest, "scores": [dict(lot) for lot in data], "locked_at": at}
    await tx.execute(insert(score_lock).values(**values))


async def delete_lock(tx: AsyncConnection, tender_id: str) -> None:
    """Forget the lock; the journal keeps what was locked. Precondition: the caller holds the tender's lock."""
    await tx.execute(delete(score_lock).where(score_lock.c.tender_id == tender_id))


async def find_lock(tx: AsyncConnection, tender_id: str) -> ScoreLock | None:
    """The locked scores of a tender, None before the lock."""
    row = (await tx.execute(select(score_lock).where(score_lock.c.tender_id == tender_id))).first()
    return (
        None if row is None else ScoreLock(row.digest, row.scores, tuple(scores_from_data(row.scores)), row.locked_at)
    )
