"""A tender and the project it was opened from: prefilled from it, telling it how far it is, warning of its budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.demand import store as project_store
from app.demand.stages import note_stage
from app.domain.budgeting import Alone, BudgetWarning, band_of, find_split, parse_amount, warn_parts
from app.domain.committee import decide_custody
from app.domain.drafting import draft_from_json
from app.domain.needs import parse_quantity
from app.domain.procedures import Procedure
from app.domain.process import Fact
from app.domain.project_basis import MONEY, compare, price_of
from app.domain.sealed_rules import Custody
from app.domain.tendering import TenderState
from app.domain.terms import Fault
from app.domain.visibility import Datum, may_see
from app.tenders import store
from app.tenders.views import LinkedProject, SaidView

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.drafting import Draft
    from app.domain.refusals import Refusal
    from app.domain.visibility import Role
    from app.infra.world import World
    from app.tenders.store import Tender

_ENDED = frozenset({TenderState.CANCELLED, TenderState.UNSUCCESSFUL})
_CENT = Decimal("0.01")


async def prefill(tx: AsyncConnection, draft: Draft, project_id: str | None) -> Draft:
    """Give the draft with what its project says: names, category, currency, and one lot of what is needed."""
    if project_id is None:
        return draft
    held = await project_store.load_project(tx, project_id)
    need, plan = held.need, held.plan
    first, *others = draft.lots
    price = price_of(plan.estimate, need.quantity, plan.currency, is_total=first.basis == "total")
    lot = replace(
        first,
        title_zh=need.item or first.title_zh,
        quantity=need.quantity or first.quantity,
        unit=need.unit or first.unit,
        baseline_price=price or first.baseline_price,
        baseline_source=plan.estimate_source or first.baseline_source,
        baseline_on=plan.estimate_on or first.baseline_on,
    )
    return replace(
        draft,
        title_zh=need.title_zh or draft.title_zh,
        title_en=need.title_en or draft.title_en,
        category=need.category or draft.category,
        currency=plan.currency or draft.currency,
        lots=(lot, *others),
    )


async def note_project(world: World, tx: AsyncConnection, tender: Tender, fact: Fact) -> None:
    """Tell the project of a tender what happened; an end only where no other tender of it goes on."""
    if tender.project_id is None:
        return
    if fact is Fact.TENDER_ENDED:
        beside = [one for one in await store.list_of_project(tx, tender.project_id) if one.id != tender.id]
        if any(one.state not in _ENDED and one.published_at is not None for one in beside):
            return
    await note_stage(world, tx, tender.project_id, fact)


async def read_project_of(tx: AsyncConnection, tender: Tender, hat: Role) -> LinkedProject | None:
    """Give the project of a tender as a hat may see it (VISIBILITY.md d63, d59)."""
    if tender.project_id is None or not may_see((hat,), tender.visited, Datum.STAGE):
        return None
    held = await project_store.load_project(tx, tender.project_id)
    plan, shows = held.plan, may_see((hat,), tender.visited, Datum.BUDGET)
    parts = await _parts_of_project(tx, tender.project_id) if shows else []
    own = [value for code, value in parts if code == plan.currency]
    # Once published the tender speaks for itself.
    said = compare(held.need, plan, draft_from_json(tender.draft)) if tender.published_at is None else ()
    return LinkedProject(
        id=held.id,
        reference=held.reference,
        title_zh=held.need.title_zh,
        title_en=held.need.title_en,
        currency=plan.currency,
        budget=(plan.budget or None) if shows else None,
        estimate=(plan.estimate or None) if shows else None,
        total=f"{sum(own):f}" if own else None,
        said=[
            SaidView(field=one.field, project=one.project, draft=one.draft, is_same=one.is_same)
            for one in said
            if shows or one.field not in MONEY
        ],
    )


async def _parts_of_project(tx: AsyncConnection, project_id: str) -> list[tuple[str, Decimal]]:
    listed = [one for one in await store.list_of_project(tx, project_id) if one.state not in _ENDED]
    return [part for one in listed for part in _parts(draft_from_json(one.draft))]


async def warn_of_budget(tx: AsyncConnection, tender: Tender) -> list[Fault]:
    """Warn where the lots of all tenders of one project together pass its budget, or look cut below the band. A lot
    counts with its ceiling times its quantity: the most it may cost."""
    if tender.project_id is None:
        return []
    held = await project_store.load_project(tx, tender.project_id)
    budget = parse_amount(held.plan.budget, held.plan.currency)
    parts = await _parts_of_project(tx, tender.project_id)
    return [Fault("lots", each.value) for each in warn_parts(parts, budget=budget, currency=held.plan.currency)]


async def warn_of_split(world: World, tx: AsyncConnection, tender: Tender) -> list[Fault]:
    """Warn where a tender without a project and others like it look like one purchase cut in parts: of the same
    purchaser and category, within the days of the settings."""
    if tender.project_id is not None:
        return []
    draft = draft_from_json(tender.draft)
    since = world.clock.now() - timedelta(days=world.settings.split_days)
    listed = [one for one in await store.list_alone(tx, tender, draft.category, since) if one.state not in _ENDED]
    drafts = [(one.reference, draft_from_json(one.draft)) for one in listed]
    others = [
        Alone(reference, other.currency, value) for reference, other in drafts if (value := _value(other)) is not None
    ]
    band = band_of(draft.currency, world.settings.split_bands)
    found = find_split(_value(draft), draft.currency, others, band)
    if found is None:
        return []
    detail = {
        "tenders": ", ".join(found.references),
        "total": f"{found.total:f}",
        "band": f"{found.band:f}",
        "currency": draft.currency,
        "days": str(world.settings.split_days),
    }
    return [Fault("lots", BudgetWarning.TENDERS_LOOK_SPLIT.value, detail)]


def decide_draft_custody(world: World, draft: Draft, *, has_committee: bool) -> Refusal | None:
    """Refuse the server's lock alone where the house asks for a committee at this value (`min_custody`)."""
    band = world.settings.min_custody.get(draft.currency)
    return decide_custody(has_committee=has_committee, value=_value(draft), band=band)


def check_custody(world: World, draft: Draft) -> list[Fault]:
    """The fault of a draft whose sealed round has too low a custody for its value."""
    has_sealed = draft.procedure in set(Procedure) and Procedure(draft.procedure).has_sealed
    custody = (draft.sealed or {}).get("custody")
    if not has_sealed or custody is None:
        return []
    found = decide_draft_custody(world, draft, has_committee=custody == Custody.COMMITTEE)
    return [] if found is None else [Fault("sealed.custody", found.code.value, dict(found.detail))]


def _value(draft: Draft) -> Decimal | None:
    """The most a tender may cost: each lot at its ceiling, where it has none at its baseline; None where no lot has
    a figure."""
    found = []
    for lot in draft.lots:
        price = parse_amount(lot.ceiling_price, draft.currency) or parse_amount(lot.baseline_price, draft.currency)
        quantity = parse_quantity(lot.quantity)
        if price is not None and quantity is not None:
            found.append(price if lot.basis == "total" else price * quantity)
    return sum(found, Decimal(0)).quantize(_CENT) if found else None


def _parts(draft: Draft) -> list[tuple[str, Decimal]]:
    """(currency, value) of each lot that has both figures."""
    found = []
    for lot in draft.lots:
        ceiling, quantity = parse_amount(lot.ceiling_price, draft.currency), parse_quantity(lot.quantity)
        if ceiling is not None and quantity is not None:
            found.append((draft.currency, ceiling if lot.basis == "total" else ceiling * quantity))
    return found
