"""Tenders as rows, and what higher rooms hand down onto them. Decides nothing, never commits.

Lots and rounds stand in `lots.py`, invitations and answers in `participations.py`; higher rooms find all of it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, update

from app.approvals.tables import proposal
from app.domain.approving import ProposalKind, ProposalState
from app.domain.procedures import Procedure
from app.domain.tendering import Continuation, TenderState, later_phase, may_become
from app.domain.visibility import Phase, path_of, visited
from app.infra.db import row_mapping
from app.infra.errors import not_found
from app.journal.store import lock_head
from app.tenders.lots import (
    Amendment,
    LineItem,
    Lot,
    Round,
    find_live_round,
    find_sealed_round,
    insert_amendment,
    insert_lots,
    insert_round,
    list_amendments,
    list_line_items,
    list_lots,
    list_rounds,
    load_lot,
    load_round,
    set_description,
    set_lot,
    set_round,
)
from app.tenders.participations import (
    Participation,
    find_participation,
    find_supplier_by_tag,
    list_accepted_tags,
    list_participations,
)
from app.tenders.tables import tender

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = [
    "Amendment",
    "LineItem",
    "Lot",
    "Participation",
    "Round",
    "Tender",
    "find_live_round",
    "find_participation",
    "find_sealed_round",
    "find_supplier_by_tag",
    "insert_amendment",
    "insert_lots",
    "insert_round",
    "list_accepted_tags",
    "list_amendments",
    "list_line_items",
    "list_lots",
    "list_participations",
    "list_rounds",
    "load_lot",
    "load_round",
    "set_description",
    "set_lot",
    "set_round",
]


@dataclass(frozen=True, slots=True)
class Tender:
    """A tender's row. `frozen` is the published document in force; before publication there is none."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    category: str
    currency: str
    tax_basis: str
    time_zone: str
    state: TenderState
    phase: Phase
    version: int
    template: str
    min_bidders: int
    unseal_scope: str
    announce_winner: bool
    award_rule: str
    response_due_at: datetime | None
    opens_at: datetime | None
    is_extended: bool
    is_reminded: bool
    continuation: Continuation
    created_by: str
    created_at: datetime
    edited_at: datetime
    published_at: datetime | None
    ended_at: datetime | None
    draft: Mapping[str, Any]
    frozen: Mapping[str, Any] | None
    frozen_hash: str | None
    terms_version: int
    # Of the live round, reserved even where there is none; of the sealed one, reserved where there was to be one.
    round_id: str
    sealed_round_id: str | None
    procedure: Procedure
    purchaser_note: str
    project_id: str | None

    @property
    def chain(self) -> str:
        """The journal's chain of this tender."""
        return f"tender:{self.id}"

    @property
    def visited(self) -> tuple[Phase, ...]:
        """The phases it has been through, on the path of its published document."""
        return visited(self.phase, path_of(self.frozen))

    @property
    def first_round_id(self) -> str:
        """The round that opens at `opens_at`."""
        sealed = self.sealed_round_id if self.procedure.has_sealed else None
        return sealed or self.round_id


def _tender(row: Any) -> Tender:
    values = {name: row_mapping(row)[name] for name in Tender.__slots__}
    values["state"] = TenderState(row.state)
    values["phase"] = Phase(row.phase)
    values["continuation"] = Continuation(row.continuation)
    values["procedure"] = Procedure(row.procedure)
    return Tender(**values)


async def insert_tender(tx: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Write a new tender's row."""
    await tx.execute(insert(tender).values(**values))


async def load_tender(tx: AsyncConnection, tender_id: str) -> Tender:
    """Read a tender; the one 404 where absent."""
    row = (await tx.execute(select(tender).where(tender.c.id == tender_id))).first()
    if row is None:
        raise not_found()
    return _tender(row)


async def lock_tender(tx: AsyncConnection, tender_id: str) -> Tender:
    """Read a tender and keep it locked until the transaction ends.

    The head of its chain is locked first: an approval appends to the chain before its effect locks the tender, and two
    orders of the same two locks would be a deadlock.
    """
    if (await tx.execute(select(tender.c.id).where(tender.c.id == tender_id))).first() is None:
        raise not_found()
    await tx.run_sync(lock_head, f"tender:{tender_id}")
    row = (await tx.execute(select(tender).where(tender.c.id == tender_id).with_for_update())).one()
    return _tender(row)


async def set_tender(tx: AsyncConnection, tender_id: str, **values: Any) -> None:
    """Write columns of a tender. Precondition: the caller holds its lock."""
    plain = {
        name: value.value if isinstance(value, TenderState | Continuation | Phase | Procedure) else value
        for name, value in values.items()
    }
    await tx.execute(update(tender).where(tender.c.id == tender_id).values(**plain))


async def set_phase(
    tx: AsyncConnection,
    tender_id: str,
    *,
    phase: Phase | None = None,
    state: TenderState | None = None,
    at: datetime | None = None,
) -> Tender:
    """Hand down where the tender stands, from a higher room: the phase never shrinks, the state moves as it may.

    Locks the tender. Raises ValueError on a state that does not follow: that is a bug of the caller, not a refusal.
    """
    found = await lock_tender(tx, tender_id)
    after = state or found.state
    if not may_become(found.state, after):
        raise ValueError(f"a tender cannot go from {found.state} to {after}")
    letter = later_phase(found.phase, phase or found.phase)
    ended = {"ended_at": at} if at is not None else {}
    await set_tender(tx, tender_id, phase=letter, state=after, **ended)
    return await load_tender(tx, tender_id)


async def list_tenders(tx: AsyncConnection, *, states: Sequence[TenderState] | None = None) -> list[Tender]:
    """Read all tenders, or those in some states, the latest touched first."""
    query = select(tender).order_by(tender.c.edited_at.desc(), tender.c.id)
    if states is not None:
        query = query.where(tender.c.state.in_([state.value for state in states]))
    return [_tender(row) for row in await tx.execute(query)]


async def list_of_project(tx: AsyncConnection, project_id: str) -> list[Tender]:
    """Read the tenders opened from one project, the earliest first."""
    query = select(tender).where(tender.c.project_id == project_id).order_by(tender.c.created_at, tender.c.id)
    return [_tender(row) for row in await tx.execute(query)]


async def list_alone(tx: AsyncConnection, held: Tender, category: str, since: datetime) -> list[Tender]:
    """Read the other tenders of its purchaser in a category that have no project and were published since, or wait for
    the approval of their publication."""
    waits = select(proposal.c.subject_id).where(
        proposal.c.kind == ProposalKind.PUBLISH.value, proposal.c.state == ProposalState.PENDING.value
    )
    query = select(tender).where(
        tender.c.created_by == held.created_by,
        tender.c.category == category,
        tender.c.project_id.is_(None),
        tender.c.id != held.id,
        or_(tender.c.published_at >= since, tender.c.id.in_(waits)),
    )
    return [_tender(row) for row in await tx.execute(query.order_by(tender.c.reference))]


async def list_with_sealed_round(tx: AsyncConnection, states: Sequence[TenderState]) -> list[Tender]:
    """Read the published tenders with a sealed round in some states; for the timekeeper of the sealed rounds."""
    query = select(tender).where(
        tender.c.procedure != Procedure.LIVE.value,
        tender.c.state.in_([state.value for state in states]),
        tender.c.frozen_hash.is_not(None),
    )
    return [_tender(row) for row in await tx.execute(query.order_by(tender.c.id))]


async def list_by_ids(tx: AsyncConnection, tender_ids: Sequence[str]) -> list[Tender]:
    """Read the named tenders, the latest published first: a supplier's own list."""
    query = select(tender).where(tender.c.id.in_(tender_ids)).order_by(tender.c.published_at.desc(), tender.c.id)
    return [_tender(row) for row in await tx.execute(query)]


async def list_in_evaluation(tx: AsyncConnection) -> list[str]:
    """Name the tenders whose lots are closed and that wait for ranking or decision; asked often, by an index."""
    return await _ids(tx, TenderState.EVALUATION)


async def list_response_closed(tx: AsyncConnection) -> list[str]:
    """Name the tenders between the response deadline and the end of the live round; for the live timekeeper."""
    is_played = (tender.c.state == TenderState.RESPONSE_CLOSED.value) & (tender.c.procedure != Procedure.SEALED.value)
    rows = await tx.execute(select(tender.c.id).where(is_played).order_by(tender.c.id))
    return [str(row.id) for row in rows]


async def _ids(tx: AsyncConnection, state: TenderState) -> list[str]:
    rows = await tx.execute(select(tender.c.id).where(tender.c.state == state.value).order_by(tender.c.id))
    return [str(row.id) for row in rows]


async def list_due(tx: AsyncConnection, at: datetime) -> list[str]:
    """Name the tenders whose response deadline or last moment for a continuation has come; for the timekeeper."""
    is_due = (tender.c.state == TenderState.RESPONDING.value) & (tender.c.response_due_at <= at)
    is_over = (
        (tender.c.state == TenderState.RESPONSE_CLOSED.value)
        & (tender.c.continuation == Continuation.NEEDED.value)
        & (tender.c.opens_at <= at)
    )
    rows = await tx.execute(select(tender.c.id).where(is_due | is_over).order_by(tender.c.id))
    return [str(row.id) for row in rows]


async def list_to_remind(tx: AsyncConnection, at: datetime, *, before: timedelta, shortest: timedelta) -> list[str]:
    """Name the tenders whose deadline is less than `before` away, that were announced long enough before it."""
    is_near = (tender.c.response_due_at > at) & (tender.c.response_due_at <= at + before)
    query = select(tender.c.id, tender.c.published_at, tender.c.response_due_at).where(
        tender.c.state == TenderState.RESPONDING.value, tender.c.is_reminded.is_(False), is_near
    )
    rows = await tx.execute(query.order_by(tender.c.id))
    return [str(row.id) for row in rows if row.response_due_at - row.published_at >= shortest]


async def may_open(tx: AsyncConnection, tender_id: str) -> bool:
    """Tell whether the first round may open: answers are closed and too few bidders is no open question."""
    found = await load_tender(tx, tender_id)
    return found.state is TenderState.RESPONSE_CLOSED and found.continuation is not Continuation.NEEDED
