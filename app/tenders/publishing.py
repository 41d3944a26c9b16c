"""Submitting a draft to a second person, and what their approval does: freeze, record, invite, tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.approvals.store import NewProposal, insert_proposal
from app.demand.stages import decide_buying
from app.domain.approving import ProposalKind, change_hash
from app.domain.freezing import FIRST_TERMS, baseline_data, freeze
from app.domain.grading import frozen_data
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.refusals import Code, Refusal
from app.domain.tendering import Act, TenderState, decide_edit, decide_move, later_phase
from app.domain.visibility import Phase, Role
from app.identity import store as identity_store
from app.tenders import store
from app.tenders.checking import check_tender, exact_change
from app.tenders.entering import enter, incomplete, refuse, respond_by, tell_invited, tell_staff
from app.tenders.participations import insert_invitations
from app.tenders.projecting import note_project
from app.tenders.reserve_store import delete_others
from app.tenders.service import changed_since

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.approvals.store import Proposal
    from app.domain.grading import FrozenGrade
    from app.domain.terms import Terms
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.checking import Preflight
    from app.tenders.store import Tender


async def submit_tender(world: World, actor: Actor, tender_id: str, version: int) -> Proposal | Refusal:
    """Propose the publication of a draft. Refuses FROZEN, CHANGED_SINCE, and INCOMPLETE with the faults."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        checked = await check_tender(world, tx, tender)
        refusal = decide_edit(tender.state) or await changed_since(tx, tender, version)
        refusal = refusal or await decide_buying(tx, tender.project_id)
        if refusal is None and (checked.faults or checked.terms is None):
            refusal = incomplete(checked.faults)
        if refusal is not None or checked.terms is None:
            said = refusal or incomplete(checked.faults)
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="submit", refusal=said)
        new = NewProposal(
            kind=ProposalKind.PUBLISH,
            subject_kind="tender",
            subject_id=tender_id,
            chain=tender.chain,
            change=exact_change(tender, checked.terms),
            summary=_summary(tender, checked),
            tender=tender_id,
        )
        proposal = await insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        data = {"version": version, "proposal": proposal.id, "change_hash": proposal.change_hash}
        await enter(world, tx, tender_id, Kind.TENDER_SUBMITTED, data, **actor.entry_fields(Role.PURCHASER))
        return proposal


async def publish_tender(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Publish what was approved, and nothing else: the effect of `tender.publish`, in the approval's transaction."""
    tender = await store.lock_tender(tx, proposal.subject_id)
    refusal = decide_edit(tender.state) or await decide_buying(tx, tender.project_id)
    if refusal is not None:
        return refusal
    if tender.version != proposal.change["draft_version"]:
        return Refusal(Code.CHANGED_SINCE, {"version": str(tender.version)})
    checked = await check_tender(world, tx, tender)
    if checked.terms is None or checked.faults:
        return incomplete(checked.faults)
    change = exact_change(tender, checked.terms)
    if change_hash(change) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE, {"version": str(tender.version)})
    grades = await _write(world, tx, tender, checked, change["document"])
    await _record(world, tx, tender, checked, actor, proposal, change["document"])
    if grades:
        await enter(world, tx, tender.id, Kind.GRADES_FROZEN, frozen_data(grades), **actor.entry_fields(Role.APPROVER))
    published = await store.load_tender(tx, tender.id)
    due = respond_by(change["document"], checked.terms.response_due_at)
    await tell_invited(world, tx, published, NoticeKind.INVITATION, respond_by=due)
    await note_project(world, tx, published, Fact.TENDER_PUBLISHED)
    return None


def published_state() -> TenderState:
    """Walk approved → published → responding at once: answers are taken from the moment of publication."""
    state = TenderState.DRAFT
    for act in (Act.APPROVE, Act.PUBLISH, Act.OPEN_RESPONSES):
        after = decide_move(state, act)
        assert not isinstance(after, Refusal)
        state = after
    return state


async def _write(
    world: World, tx: AsyncConnection, tender: Tender, checked: Preflight, document: Mapping[str, Any]
) -> list[FrozenGrade]:
    terms = checked.terms
    assert terms is not None
    now = world.clock.now()
    await store.set_tender(
        tx,
        tender.id,
        state=published_state(),
        phase=later_phase(tender.phase, Phase.QUESTIONS),
        response_due_at=terms.response_due_at,
        opens_at=terms.opens_at,
        published_at=now,
        edited_at=now,
        frozen=document,
        frozen_hash=freeze(document),
        terms_version=FIRST_TERMS,
    )
    await store.insert_lots(tx, _lots(tender.id, terms, document), _lines(world, terms))
    await delete_others(tx, tender.id, [lot.id for lot in terms.lots])
    for one in document["rounds"]:
        new = store.Round(one["id"], tender.id, one["number"], one["kind"], one["rules"], "scheduled")
        await store.insert_round(tx, new)
    invitees = checked.field.invitees()
    grades = await insert_invitations(world, tx, tender_id=tender.id, invitees=invitees, at=now)
    for invitee in world.ids.shuffled(invitees):
        holder = f"supplier:{invitee.supplier_id}"
        await identity_store.grant_scope(tx, scope=f"tender:{tender.id}", holder=holder, role=Role.SUPPLIER)
    return grades


async def _record(
    world: World,
    tx: AsyncConnection,
    tender: Tender,
    checked: Preflight,
    actor: Actor,
    proposal: Proposal,
    document: Mapping[str, Any],
) -> None:
    assert checked.terms is not None
    fields = actor.entry_fields(Role.APPROVER)
    hashed = freeze(document)
    invited = sorted(checked.field.invitees(), key=lambda invitee: invitee.supplier_id)
    outside = [{"supplier": one.supplier_id, "reason": one.reason.strip()} for one in checked.field.outside]
    acts: list[tuple[Kind, dict[str, Any]]] = [
        (Kind.TENDER_APPROVED, {"proposal": proposal.id, "hash": hashed}),
        (Kind.TENDER_PUBLISHED, {"document": document, "hash": hashed}),
        (Kind.BASELINE_RECORDED, baseline_data(checked.terms)),
        (Kind.INVITATION_SENT, {"suppliers": [one.supplier_id for one in invited], "outside": outside}),
    ]
    for kind, data in acts:
        await enter(world, tx, tender.id, kind, data, **fields)


def _lots(tender_id: str, terms: Terms, document: Mapping[str, Any]) -> list[store.Lot]:
    return [
        store.Lot(
            id=lot.id,
            tender_id=tender_id,
            number=shown["number"],
            title_zh=shown["title_zh"],
            title_en=shown["title_en"],
            scale=lot.scale,
            basis=lot.basis,
            quantity=lot.quantity,
            unit=lot.unit,
            ceiling_price=lot.ceiling,
            start_price=lot.start,
            baseline_price=lot.baseline.price if lot.baseline else None,
            baseline_source=lot.baseline.source if lot.baseline else None,
            baseline_on=lot.baseline.on if lot.baseline else None,
            minimum_price=lot.minimum,
        )
        for lot, shown in zip(terms.lots, document["lots"], strict=True)
    ]


def _lines(world: World, terms: Terms) -> list[store.LineItem]:
    return [
        store.LineItem(
            id=world.ids.new(),
            lot_id=lot.id,
            number=number,
            item_code=line.item_code,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            baseline_price=line.baseline,
        )
        for lot in terms.lots
        for number, line in enumerate(lot.lines, start=1)
    ]


def _typed_times(terms: Terms) -> dict[str, str]:
    """Give the times of the rounds as they were typed, in the tender's zone; `opens_at` is the first opening."""
    live, sealed = terms.draft.rules or {}, terms.draft.sealed or {}
    shown = {"procedure": terms.procedure.value, "opens_at": str(live.get("opens_at", ""))}
    if terms.sealed is None:
        return shown
    shown |= {"opens_at": str(sealed["opens_at"]), "sealed_closes_at": str(sealed["closes_at"])}
    return shown if terms.rules is None else {**shown, "live_opens_at": str(live["opens_at"])}


def _summary(tender: Tender, checked: Preflight) -> dict[str, Any]:
    """Give what the approver reads first; the exact change stands beside it."""
    terms = checked.terms
    assert terms is not None
    expected = checked.field.expected
    return {
        "reference": tender.reference,
        "title_zh": tender.title_zh,
        "title_en": tender.title_en,
        "category": tender.category,
        "currency": tender.currency,
        "lots": len(terms.lots),
        "response_due": terms.draft.response_due,
        **_typed_times(terms),
        "time_zone": tender.time_zone,
        "by_rule": expected.by_rule,
        "outside": [
            {
                "supplier_id": one.supplier_id,
                "name_zh": one.name_zh,
                "name_en": one.name_en,
                "reason": one.reason.strip(),
            }
            for one in checked.field.outside
        ],
        "warnings": [
            {"field": fault.field, "code": fault.code, **({"detail": dict(fault.detail)} if fault.detail else {})}
            for fault in checked.warnings
        ],
    }
