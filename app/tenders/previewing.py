"""What a draft would be: its pre-flight list, its rules as sentences, whom it would invite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.drafting import draft_from_json
from app.domain.freezing import evaluation_of
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Refusal
from app.domain.wording import tender_sentences
from app.tenders import reading, store
from app.tenders.checking import check_tender, exact_change, find_field
from app.tenders.comparing import leverage_view
from app.tenders.draft_views import (
    EligibleView,
    ExcludedView,
    ExpectedView,
    FaultView,
    FieldView,
    OutsideView,
    PreflightView,
    PreviewView,
    SentencesView,
)
from app.tenders.entering import incomplete

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.domain.terms import Fault
    from app.identity.access import Actor
    from app.infra.world import World
    from app.suppliers.store import Candidate
    from app.tenders.checking import Field


async def preflight(world: World, actor: Actor, tender_id: str) -> PreflightView:
    """Run the pre-flight as of now, with the rules in words where none of the terms is at fault."""
    await reading.load_document(world, actor, tender_id)
    async with world.db.snapshot() as tx:
        tender = await store.load_tender(tx, tender_id)
        checked = await check_tender(world, tx, tender)
    expected = checked.field.expected
    return PreflightView(
        version=tender.version,
        may_submit=not checked.faults and tender.frozen is None,
        faults=[_fault(fault) for fault in checked.faults],
        warnings=[_fault(fault) for fault in checked.warnings],
        expected=ExpectedView(by_rule=expected.by_rule, outside=expected.outside),
        sentences=None if checked.terms is None else _sentences(exact_change(tender, checked.terms)["document"]),
    )


async def sentences(world: World, actor: Actor, tender_id: str) -> SentencesView | Refusal:
    """Say the rules in both languages: of the published document, else of the draft. Refuses a draft with faults."""
    document = await _document(world, actor, tender_id)
    return document if isinstance(document, Refusal) else _sentences(document)


async def preview(world: World, actor: Actor, tender_id: str) -> PreviewView | Refusal:
    """Show the tender as suppliers will see it, or do. Refuses a draft with faults."""
    document = await _document(world, actor, tender_id)
    if isinstance(document, Refusal):
        return document
    evaluation = evaluation_of(document)
    return PreviewView(
        document=document,
        lot_times=reading.lot_times_of(document),
        sentences=_sentences(document),
        leverage=None if evaluation is None else leverage_view(evaluation),
    )


async def _document(world: World, actor: Actor, tender_id: str) -> dict[str, Any] | Refusal:
    tender, _ = await reading.load_document(world, actor, tender_id)
    if tender.frozen is None:
        async with world.db.snapshot() as tx:
            checked = await check_tender(world, tx, tender)
        if checked.terms is None:
            return incomplete(checked.faults)
        document: dict[str, Any] = exact_change(tender, checked.terms)["document"]
        return document
    if tender.response_due_at is None:
        return dict(tender.frozen)
    # The deadline in force: an extension by rule moves it without making a new document.
    times = {**tender.frozen["times"], "response_due_at": instant_text(tender.response_due_at)}
    return {**tender.frozen, "times": times}


def _sentences(document: Mapping[str, Any]) -> SentencesView:
    return SentencesView(zh=tender_sentences(document, "zh"), en=tender_sentences(document, "en"))


async def field(world: World, actor: Actor, tender_id: str) -> FieldView:
    """Apply the rule of the invitation as of now (SCREENS.md PL-05)."""
    tender, _ = await reading.load_document(world, actor, tender_id)
    draft = draft_from_json(tender.draft)
    async with world.db.snapshot() as tx:
        found = await find_field(tx, draft, world.clock.now())
    return FieldView(
        category=draft.category,
        min_grade=draft.min_grade,
        by_rule=[_eligible(one) for one in found.by_rule],
        excluded=[_excluded(one, refusal, found) for one, refusal in found.excluded],
        outside=[
            OutsideView(
                supplier_id=one.supplier_id,
                name_zh=one.name_zh,
                name_en=one.name_en,
                reason=one.reason,
                code=None if one.refusal is None else one.refusal.code.value,
            )
            for one in found.outside
        ],
    )


def _fault(fault: Fault) -> FaultView:
    return FaultView(field=fault.field, code=fault.code, detail=dict(fault.detail))


def _eligible(one: Candidate) -> EligibleView:
    certificate = one.standing.certificate
    assert certificate is not None
    return EligibleView(
        supplier_id=one.id,
        name_zh=one.name_zh,
        name_en=one.name_en,
        grade=certificate.grade.value,
        score=format(certificate.score, "f"),
        valid_until=certificate.valid_until,
    )


def _excluded(one: Candidate, refusal: Refusal, found: Field) -> ExcludedView:
    return ExcludedView(
        supplier_id=one.id,
        name_zh=one.name_zh,
        name_en=one.name_en,
        code=refusal.code.value,
        detail=dict(refusal.detail),
        # Outside the rule of the grade, never outside certification: that is asked again at every bid.
        may_be_outside=found.may_be_outside(one.standing),
    )
