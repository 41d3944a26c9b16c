"""Lists of tenders: the buyer's portfolio, counts as the phase allows, and a supplier's own invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.tendering import Continuation, TenderState
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity import store as identity_store
from app.infra.errors import Problem
from app.tenders import store
from app.tenders.participations import count_invited
from app.tenders.reading import STAFF_HATS, count_joined, may_see_invited, own_response, rounds_of
from app.tenders.views import DeadlineView, InvitationRow, OwnInvitations, Portfolio, PortfolioRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender


async def list_for(
    world: World, actor: Actor, states: Sequence[TenderState] | None = None
) -> Portfolio | OwnInvitations:
    """Give the list of this actor, to staff in these states only.

    Problem 403 for staff without a hat that sees tenders (the administrator).
    """
    async with world.db.snapshot() as tx:
        if actor.is_supplier:
            return await _invitations(world, tx, actor)
        hat = next((role for role in STAFF_HATS if role in actor.roles), None)
        if hat is None:
            raise Problem(403)
        invited = await count_invited(tx)
        tenders = await store.list_tenders(tx, states=states)
        rows = [await _row(world, tx, tender, hat, invited) for tender in tenders if _shows(tender, hat)]
        return Portfolio(items=rows)


def _shows(tender: Tender, hat: Role) -> bool:
    datum = Datum.DRAFTS if tender.phase is Phase.DRAFT else Datum.NOTICE
    return may_see((hat,), tender.visited, datum)


async def _row(
    world: World, tx: AsyncConnection, tender: Tender, hat: Role, invited: Mapping[str, int]
) -> PortfolioRow:
    is_internal = may_see((hat,), tender.visited, Datum.DRAFTS)
    return PortfolioRow(
        id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        category=tender.category,
        currency=tender.currency,
        state=tender.state,
        phase=tender.phase,
        template=tender.template,
        lots=len(tender.draft["lots"] if tender.frozen is None else tender.frozen["lots"]),
        procedure=tender.procedure,
        round_id=tender.round_id,
        sealed_round_id=tender.sealed_round_id if tender.procedure.has_sealed else None,
        next_deadline=await _next(tx, tender, world.clock.now()),
        project_id=tender.project_id,
        continuation=tender.continuation if is_internal else Continuation.NOT_NEEDED,
        invited=invited.get(tender.id, 0) if may_see_invited(tender, hat) else None,
        joined=await count_joined(world, tx, tender, hat),
        edited_at=tender.edited_at,
        published_at=tender.published_at,
    )


async def _next(tx: AsyncConnection, tender: Tender, now: datetime) -> DeadlineView | None:
    if tender.state is TenderState.RESPONDING and tender.response_due_at is not None:
        return DeadlineView(kind="response_due", at=tender.response_due_at)
    if tender.state is not TenderState.RESPONSE_CLOSED or tender.opens_at is None:
        return None
    if now < tender.opens_at:
        return DeadlineView(kind="opens_at", at=tender.opens_at)
    return await _next_of_rounds(tx, tender, now) if tender.procedure.has_sealed else None


async def _next_of_rounds(tx: AsyncConnection, tender: Tender, now: datetime) -> DeadlineView | None:
    """Tell what comes after the sealed opening; the close in force, not the published one, which may have moved."""
    sealed = await store.find_sealed_round(tx, tender.id)
    closes_at = None if sealed is None else sealed.closes_at
    if closes_at is not None and now < closes_at:
        return DeadlineView(kind="sealed_closes_at", at=closes_at)
    live = await store.find_live_round(tx, tender.id)
    opens_at = None if live is None else live.opens_at
    return DeadlineView(kind="live_opens_at", at=opens_at) if opens_at is not None and now < opens_at else None


async def _invitations(world: World, tx: AsyncConnection, actor: Actor) -> OwnInvitations:
    ids = {
        tender_id
        for holder in actor.holders
        for tender_id in await identity_store.list_scopes(tx, holder=holder, kind="tender")
    }
    rows = []
    for tender in await store.list_by_ids(tx, sorted(ids)):
        own = await store.find_participation(world, tx, tender.id, actor.supplier_id or "")
        if own is None or tender.response_due_at is None or tender.opens_at is None or tender.published_at is None:
            continue
        rows.append(
            InvitationRow(
                id=tender.id,
                reference=tender.reference,
                title_zh=tender.title_zh,
                title_en=tender.title_en,
                currency=tender.currency,
                state=tender.state,
                procedure=tender.procedure,
                round_id=tender.round_id,
                sealed_round_id=tender.sealed_round_id if tender.procedure.has_sealed else None,
                response_due_at=tender.response_due_at,
                opens_at=tender.opens_at,
                rounds=await rounds_of(tx, tender.id),
                terms_version=tender.terms_version,
                own=own_response(tender, own, world.clock.now()),
                published_at=tender.published_at,
            )
        )
    return OwnInvitations(items=rows)
