"""What of a tender each hat is shown, by domain/visibility.py alone. Reads one snapshot; writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.approvals import store as approval_store
from app.domain.freezing import live_rules_of, plain
from app.domain.live_rules import lot_times
from app.domain.tendering import AMENDABLE_STATES, Continuation, TenderState, decide_continuation, is_final
from app.domain.visibility import Datum, Role, may_see
from app.identity.access import reach_tender
from app.infra.errors import not_found
from app.suppliers import store as supplier_store
from app.tenders import store
from app.tenders.calendars import calendars_of
from app.tenders.draft_forms import form_of
from app.tenders.participations import Participation, Response, list_invited
from app.tenders.projecting import read_project_of
from app.tenders.views import (
    AmendmentView,
    BaselineView,
    ChangeView,
    InviteeView,
    LotTimesView,
    OwnResponse,
    PendingView,
    RoundTimesView,
    StaffTender,
    SupplierTender,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Round, Tender

Act = Literal["edit", "submit", "amend", "cancel", "continue"]
# Under which hats staff reaches a tender; the first that fits counts.
# The desk helps suppliers with the published terms, and relays questions about them (d01).
STAFF_HATS = (
    Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR, Role.DESK_RELAY, Role.DESK_HELP,
)  # fmt: skip


async def read_tender(world: World, actor: Actor, tender_id: str) -> StaffTender | SupplierTender:
    """Give a tender as this actor may see it; the one 404 where absent or forbidden."""
    async with world.db.snapshot() as tx:
        hat = await reach_tender(tx, actor, tender_id, *STAFF_HATS, Role.SUPPLIER)
        tender = await store.load_tender(tx, tender_id)
        if hat is Role.SUPPLIER:
            return await _for_supplier(world, tx, actor, tender)
        datum = Datum.DRAFTS if tender.frozen is None else Datum.NOTICE
        if not may_see((hat,), tender.visited, datum):
            raise not_found()
        return await _for_staff(world, tx, tender, hat)


async def load_document(world: World, actor: Actor, tender_id: str) -> tuple[Tender, Role]:
    """Give a tender to somebody who may read its published document or its draft; the one 404 otherwise."""
    async with world.db.snapshot() as tx:
        hat = await reach_tender(tx, actor, tender_id, *STAFF_HATS, Role.SUPPLIER)
        tender = await store.load_tender(tx, tender_id)
    datum = Datum.DRAFTS if tender.frozen is None else Datum.NOTICE
    if not may_see((hat,), tender.visited, datum):
        raise not_found()
    return tender, hat


async def calendar_of(world: World, actor: Actor, tender_id: str, lang: str) -> str:
    """Give the times of a published tender as a calendar file; the one 404 otherwise."""
    tender, _ = await load_document(world, actor, tender_id)
    async with world.db.snapshot() as tx:
        found = await calendars_of(world, tx, tender)
    if not found:
        raise not_found()
    return found[lang]


async def count_joined(world: World, tx: AsyncConnection, tender: Tender, hat: Role) -> int | None:
    """Count who joined, for a hat and phase that may know (VISIBILITY.md d12), else None."""
    if tender.frozen is None or not may_see((hat,), tender.visited, Datum.JOINED_COUNT):
        return None
    return len(await store.list_accepted_tags(world, tx, tender.id))


def may_see_invited(tender: Tender, hat: Role) -> bool:
    """Tell whether a hat may know the invited suppliers (VISIBILITY.md d04); there are none before publication."""
    return tender.frozen is not None and may_see((hat,), tender.visited, Datum.INVITED_NAMES)


def acts_open(tender: Tender, hat: Role, now: datetime) -> list[Act]:
    """List what the purchaser may do now; the service decides again under the lock."""
    if hat is not Role.PURCHASER:
        return []
    acts: list[Act] = []
    if tender.state is TenderState.DRAFT:
        acts += ["edit", "submit"]
    if tender.state in AMENDABLE_STATES and tender.opens_at is not None and now < tender.opens_at:
        acts.append("amend")
    if not is_final(tender.state):
        acts.append("cancel")
    if tender.opens_at is not None:
        refusal = decide_continuation(tender.state, tender.continuation, now=now, opens_at=tender.opens_at)
        acts += ["continue"] if refusal is None else []
    return acts


def own_response(tender: Tender, own: Participation, now: datetime) -> OwnResponse:
    """Give a supplier's own answer (VISIBILITY.md d11, mode `o`)."""
    is_open = tender.state is TenderState.RESPONDING and tender.response_due_at is not None
    is_stale = own.response is Response.ACCEPTED and not own.joined
    return OwnResponse(
        response=own.response,
        terms_version=own.terms_version,
        reason=own.reason,
        joined=own.joined,
        needs_acknowledgement=is_stale,
        can_answer=is_open and tender.response_due_at is not None and now < tender.response_due_at,
    )


async def _for_supplier(world: World, tx: AsyncConnection, actor: Actor, tender: Tender) -> SupplierTender:
    own = await store.find_participation(world, tx, tender.id, actor.supplier_id or "")
    if own is None or tender.frozen is None:
        raise not_found()
    assert tender.frozen_hash is not None
    assert tender.response_due_at is not None
    assert tender.opens_at is not None
    assert tender.published_at is not None
    return SupplierTender(
        id=tender.id,
        reference=tender.reference,
        state=tender.state,
        procedure=tender.procedure,
        round_id=tender.round_id,
        sealed_round_id=tender.sealed_round_id if tender.procedure.has_sealed else None,
        rounds=await rounds_of(tx, tender.id),
        document=dict(tender.frozen),
        document_hash=tender.frozen_hash,
        terms_version=tender.terms_version,
        response_due_at=tender.response_due_at,
        opens_at=tender.opens_at,
        is_extended=tender.is_extended,
        lot_times=lot_times_of(tender.frozen, await store.find_live_round(tx, tender.id)),
        amendments=await _amendments(tx, tender.id),
        own=own_response(tender, own, world.clock.now()),
        published_at=tender.published_at,
    )


async def _for_staff(world: World, tx: AsyncConnection, tender: Tender, hat: Role) -> StaffTender:
    seen = tender.visited
    shows_draft = may_see((hat,), seen, Datum.DRAFTS)
    shows_baseline = tender.frozen is not None and may_see((hat,), seen, Datum.BASELINE)
    return StaffTender(
        hat=hat,
        id=tender.id,
        reference=tender.reference,
        state=tender.state,
        phase=tender.phase,
        version=tender.version,
        template=tender.template,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        category=tender.category,
        procedure=tender.procedure,
        round_id=tender.round_id,
        sealed_round_id=tender.sealed_round_id if tender.procedure.has_sealed else None,
        rounds=await rounds_of(tx, tender.id),
        draft=form_of(dict(tender.draft)) if shows_draft else None,
        document=None if tender.frozen is None else dict(tender.frozen),
        document_hash=tender.frozen_hash,
        terms_version=tender.terms_version,
        response_due_at=tender.response_due_at,
        opens_at=tender.opens_at,
        is_extended=tender.is_extended,
        continuation=tender.continuation if shows_draft else Continuation.NOT_NEEDED,
        lot_times=[]
        if tender.frozen is None
        else lot_times_of(tender.frozen, await store.find_live_round(tx, tender.id)),
        amendments=await _amendments(tx, tender.id),
        baselines=await _baselines(tx, tender.id) if shows_baseline else None,
        project=await read_project_of(tx, tender, hat),
        invited=await _invited(tx, tender.id) if may_see_invited(tender, hat) else None,
        joined=await count_joined(world, tx, tender, hat),
        pending=await _pending(world, tx, tender.id) if shows_draft else [],
        acts=acts_open(tender, hat, world.clock.now()),
        created_at=tender.created_at,
        edited_at=tender.edited_at,
        published_at=tender.published_at,
    )


def lot_times_of(document: Mapping[str, Any], live: Round | None = None) -> list[LotTimesView]:
    """Give the times of a document's lots by the opening in force of its live round; none without one."""
    rules = live_rules_of(document)
    if rules is None:
        return []
    opens_at = None if live is None else live.opens_at
    scheduled = [(lot, lot_times(rules, at, opens_at)) for at, lot in enumerate(document["lots"])]
    return [
        LotTimesView(
            lot_id=lot["id"],
            number=lot["number"],
            opens_at=times.opens_at,
            closes_at=times.closes_at,
            hard_stop_at=times.hard_stop_at,
        )
        for lot, times in scheduled
    ]


async def rounds_of(tx: AsyncConnection, tender_id: str) -> list[RoundTimesView]:
    """Give the rounds of a published tender with their times in force."""
    return [
        RoundTimesView(
            id=one.id,
            number=one.number,
            kind="sealed" if one.kind == "sealed" else "live",
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            is_earliest=one.is_earliest,
        )
        for one in await store.list_rounds(tx, tender_id)
    ]


async def _amendments(tx: AsyncConnection, tender_id: str) -> list[AmendmentView]:
    return [
        AmendmentView(
            version=made.version,
            summary_zh=made.summary_zh,
            summary_en=made.summary_en,
            changes=[ChangeView(**change) for change in made.change],
            made_at=made.made_at,
        )
        for made in await store.list_amendments(tx, tender_id)
    ]


async def _baselines(tx: AsyncConnection, tender_id: str) -> list[BaselineView]:
    return [
        BaselineView(
            lot_id=lot.id,
            baseline_price=None if lot.baseline_price is None else plain(lot.baseline_price),
            source=lot.baseline_source,
            on=None if lot.baseline_on is None else lot.baseline_on.isoformat(),
        )
        for lot in await store.list_lots(tx, tender_id)
    ]


async def _invited(tx: AsyncConnection, tender_id: str) -> list[InviteeView]:
    invitees = await list_invited(tx, tender_id)
    names = await supplier_store.load_names(tx, [one.supplier_id for one in invitees])
    named = [(one, names[one.supplier_id]) for one in invitees if one.supplier_id in names]
    shown = [
        InviteeView(
            supplier_id=one.supplier_id, name_zh=name.name_zh, name_en=name.name_en, outside_rule=one.outside_rule
        )
        for one, name in named
    ]
    # By name: an order that tells nothing about tags, aliases or answers.
    return sorted(shown, key=lambda one: (one.name_zh, one.supplier_id))


async def _pending(world: World, tx: AsyncConnection, tender_id: str) -> list[PendingView]:
    now = world.clock.now()
    return [
        PendingView(
            id=proposal.id,
            kind=proposal.kind.value,
            proposed_at=proposal.proposed_at,
            expires_at=proposal.expires_at,
        )
        for proposal in await approval_store.list_for_tender(tx, tender_id)
        if proposal.pending.waits(now)
    ]
