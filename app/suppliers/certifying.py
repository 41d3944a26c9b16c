"""Certification on quality, delivery and credit: proposed by one person, approved by another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.domain.approving import ProposalKind, change_hash
from app.domain.certification import DEFAULT_WEIGHTS, Assessment, Marks, assess, check_validity, published
from app.domain.improving import decide_conditions
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.identity.access import Actor
from app.infra.days import zone_of
from app.infra.world import World
from app.suppliers import assessing, dossier_store, finding_store, store
from app.suppliers.assessing import Assess
from app.suppliers.dossier_store import Certification
from app.suppliers.entering import chain_of, instant, note, note_refused, staff_hat, tell_approvers, tell_supplier


@dataclass(frozen=True, slots=True)
class Certify:
    """The marks given, until when they hold, and a note for the approver."""

    marks: Marks
    valid_until: datetime
    weights: Marks = DEFAULT_WEIGHTS
    note: str = ""
    # The sub-criteria the marks come from; they take the place of ``marks``.
    assess: Assess | None = None
    assessment: Mapping[str, Any] | None = None


async def propose_certification(
    world: World, actor: Actor, supplier_id: str, command: Certify
) -> Certification | Refusal:
    """Assess and put before a second person; a certification that still waits is replaced.

    Refuses what `assessing.assess` refuses, OUT_OF_RANGE (a mark, the validity), WEIGHTS_NOT_100, BELOW_MINIMUM;
    OUT_OF_RANGE too where it would outlast the corrective actions that are owed.
    """
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, supplier_id)
        made = await add_proposal(world, tx, actor, held, command)
        if isinstance(made, Refusal):
            return await note_refused(world, tx, actor, "certify", made, supplier_id)
        await tell_approvers(world, tx)
        return made


async def add_proposal(
    world: World, tx: AsyncConnection, actor: Actor, held: store.Supplier, command: Certify
) -> Certification | Refusal:
    """Assess and store a certification with its proposal and entries; a refusal leaves no trace.

    Call within the act's transaction; the import calls it row by row.
    """
    now = world.clock.now()
    if command.assess is not None:
        found = await assessing.assess(world, tx, held.id, command.assess)
        if isinstance(found, Refusal):
            return found
        command = replace(command, marks=found[0], assessment=found[1])
    assessed = check_certification(command, now)
    if isinstance(assessed, Refusal):
        return assessed
    refusal = await _check_conditions(world, tx, held.id, command.valid_until)
    if refusal is not None:
        return refusal
    await dossier_store.void_proposed(tx, held.id)
    draft = _draft(world, actor, held, command, assessed)
    new = NewProposal(
        kind=ProposalKind.CERTIFY,
        subject_kind="supplier",
        subject_id=held.id,
        chain=chain_of(held.id),
        change=certify_change(held, draft),
        summary=await _summary(tx, held, draft),
    )
    proposal = await insert_proposal(world, tx, new, actor, staff_hat(actor))
    made = replace(draft, proposal_id=proposal.id)
    await dossier_store.insert_certification(tx, made)
    data = {**_figures(made), "certification": made.id, "proposal": proposal.id}
    await note(world, tx, actor, held.id, Kind.CERTIFICATION_PROPOSED, data)
    return made


def check_certification(command: Certify, at: datetime) -> Assessment | Refusal:
    """What the marks amount to, or the first rule that refuses them."""
    return check_validity(at, command.valid_until) or assess(command.marks, command.weights)


def certify_change(held: store.Supplier, row: Certification) -> dict[str, Any]:
    """The exact change an approver signs: whom, in which categories, with which figures, until when."""
    return {
        "act": "certify",
        "supplier": held.id,
        "name_zh": held.name_zh,
        "name_en": held.name_en,
        "credit_code": held.credit_code,
        "certification": row.id,
        **_figures(row),
    }


async def certify(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Effect of an approved certification: in force from now. CHANGED_SINCE if anything it is bound to has changed."""
    held = await store.lock_supplier(tx, proposal.subject_id)
    row = await dossier_store.find_certification(tx, str(proposal.change["certification"]))
    if row is None or row.state != "proposed" or set(row.categories) != set(held.categories):
        return Refusal(Code.CHANGED_SINCE)
    if change_hash(certify_change(held, row)) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE)
    now = world.clock.now()
    refusal = check_validity(now, row.valid_until) or await _check_conditions(world, tx, held.id, row.valid_until)
    if refusal is not None:
        return refusal
    await dossier_store.set_certification(tx, row.id, state="approved", valid_from=now, approved_by=actor.account_id)
    await store.set_supplier(tx, held.id, certification_id=row.id)
    valid_until = f"{row.valid_until:%Y-%m-%d %H:%M} UTC"
    params = {"grade": row.grade.value, "valid_until": valid_until}
    await tell_supplier(world, tx, held.id, NoticeKind.SUPPLIER_CERTIFIED, params)
    data = {**_figures(row), "certification": row.id, "valid_from": instant(now)}
    await note(world, tx, actor, held.id, Kind.CERTIFICATION_APPROVED, data)
    return None


async def drop_certification(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Effect of a refused certification: the one in force before stays in force."""
    held = await store.lock_supplier(tx, proposal.subject_id)
    certification_id = str(proposal.change["certification"])
    await dossier_store.set_certification(tx, certification_id, state="refused", approved_by=actor.account_id)
    await note(world, tx, actor, held.id, Kind.CERTIFICATION_REFUSED, {"certification": certification_id})
    return None


async def _check_conditions(
    world: World, tx: AsyncConnection, supplier_id: str, valid_until: datetime
) -> Refusal | None:
    """While corrective actions are owed, a certification ends with the last of them: it is one on conditions."""
    actions = await finding_store.list_actions(tx, supplier_id)
    return decide_conditions([each.due for each in actions], valid_until, zone_of(world))


def _draft(world: World, actor: Actor, held: store.Supplier, command: Certify, assessed: Assessment) -> Certification:
    return Certification(
        id=world.ids.new(),
        supplier_id=held.id,
        marks=assessed.marks,
        weights=assessed.weights,
        minimums=assessed.minimums,
        score=assessed.score,
        grade=assessed.grade,
        categories=held.categories,
        note=command.note,
        state="proposed",
        proposed_at=world.clock.now(),
        valid_from=None,
        valid_until=command.valid_until,
        proposed_by=actor.account_id,
        approved_by=None,
        proposal_id=None,
        assessment=command.assessment,
    )


def _figures(row: Certification) -> dict[str, Any]:
    return {
        "marks": row.marks.to_json(),
        "weights": row.weights.to_json(),
        "minimums": row.minimums.to_json(),
        "score": str(published(row.score)),
        "grade": row.grade.value,
        "categories": list(row.categories),
        "valid_until": instant(row.valid_until),
        **({} if row.assessment is None else {"assessment": dict(row.assessment)}),
    }


async def _summary(tx: AsyncConnection, held: store.Supplier, row: Certification) -> Mapping[str, Any]:
    """What the approver reads at a glance, with the certification in force for comparison."""
    before = None
    if held.certification_id is not None:
        before = await dossier_store.find_certification(tx, held.certification_id)
    return {
        "name_zh": held.name_zh,
        "name_en": held.name_en,
        "marks": row.marks.to_json(),
        "score": str(published(row.score)),
        "grade": row.grade.value,
        "valid_until": instant(row.valid_until),
        "note": row.note,
        "score_before": None if before is None else str(published(before.score)),
        "grade_before": None if before is None else before.grade.value,
    }
