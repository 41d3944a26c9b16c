"""The figures of an assessment: from audits, tests and deliveries, and typed where nothing else tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.assessing import (
    DELIVERY_DAYS,
    FINDING_DAYS,
    RESULT_SCORES,
    TYPED,
    Computed,
    Source,
    Sub,
    compute,
    decide_marks,
    parts_from_json,
    to_json,
)
from app.domain.certification import SCORE_STEP, Aspect, Marks, plain
from app.domain.improving import FindingKind
from app.domain.performance import Order, shares_of
from app.domain.refusals import Code, Refusal
from app.infra.days import today_of
from app.infra.world import World
from app.suppliers import dossier_store, finding_store, store
from app.suppliers.finding_store import Finding
from app.suppliers.performance_store import list_orders

MOST_ORDERS = 1000
_AUDITS = {
    Sub.SITE_AUDIT: (FindingKind.SITE_AUDIT, Aspect.QUALITY),
    Sub.SAMPLE_TEST: (FindingKind.SAMPLE_TEST, Aspect.QUALITY),
    Sub.DELIVERY_AUDIT: (FindingKind.SITE_AUDIT, Aspect.DELIVERY),
}


@dataclass(frozen=True, slots=True)
class Assess:
    """What the assessor types: figures nothing else tells, marks given directly, and the reason of each of these."""

    figures: Mapping[Sub, str]
    given: Mapping[Aspect, Decimal]
    reasons: Mapping[Aspect, str]


async def preview(world: World, supplier_id: str, typed: Mapping[Sub, str] | None) -> Computed | Refusal:
    """What the sub-criteria give with these typed figures, or with those of the certification in force."""
    async with world.db.snapshot() as tx:
        held = await store.load_supplier(tx, supplier_id)
        found = await find_figures(world, tx, supplier_id)
        if typed is None:
            typed = await _typed_before(tx, held.certification_id)
    return _compute(found, typed)


async def assess(
    world: World, tx: AsyncConnection, supplier_id: str, command: Assess
) -> tuple[Marks, dict[str, Any]] | Refusal:
    """The marks to certify with and the assessment that is kept with them, within the proposal's transaction.

    Refuses OUT_OF_RANGE (a figure), NOT_ALLOWED_HERE (a figure that is not typed), REASON_MISSING, INCOMPLETE."""
    computed = _compute(await find_figures(world, tx, supplier_id), command.figures)
    if isinstance(computed, Refusal):
        return computed
    marks = decide_marks(computed, command.given, command.reasons)
    if isinstance(marks, Refusal):
        return marks
    return marks, to_json(computed, {aspect: command.reasons[aspect] for aspect in command.given})


async def find_figures(world: World, tx: AsyncConnection, supplier_id: str) -> dict[Sub, str]:
    """The figures that findings and deliveries tell today."""
    day = today_of(world)
    findings = await finding_store.list_findings(tx, supplier_id)
    figures = {sub: score for sub in _AUDITS if (score := _audit_score(findings, sub, day)) is not None}
    since = (day - timedelta(days=DELIVERY_DAYS)).isoformat()
    held = await list_orders(tx, supplier_id=supplier_id, limit=MOST_ORDERS)
    due = [one.counted for one in held if one.state == "open" and since <= one.due_on < day.isoformat()]
    return {**figures, **_delivery_figures(due)}


def _compute(found: Mapping[Sub, str], typed: Mapping[Sub, str]) -> Computed | Refusal:
    foreign = next((sub for sub in typed if sub not in TYPED), None)
    if foreign is not None:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": foreign.value})
    return compute({**found, **{sub: figure.strip() for sub, figure in typed.items() if figure.strip()}})


def _audit_score(findings: Sequence[Finding], sub: Sub, day: date) -> str | None:
    """The score of the last audit or test that stands and is not too old; one without a score counts by its result."""
    kind, aspect = _AUDITS[sub]
    alike = [one for one in findings if one.kind is kind and one.aspect is aspect and one.annulled_at is None]
    fresh = [one for one in alike if one.held_on >= day - timedelta(days=FINDING_DAYS)]
    if not fresh:
        return None
    last = max(fresh, key=lambda one: (one.held_on, one.recorded_at))
    return plain(RESULT_SCORES[last.result] if last.score is None else last.score)


def _delivery_figures(orders: Sequence[Order]) -> dict[Sub, str]:
    """Rejected pieces of a million and quantity on time in percent; every order counts the same."""
    shares = [shares_of(order) for order in orders]
    quality = [share for share, _, _ in shares if share is not None]
    figures = {}
    if quality:
        figures[Sub.REJECTED_PPM] = _text((1 - sum(quality, Fraction(0)) / len(quality)) * 1_000_000, Decimal(1))
    if shares:
        mean = sum((share for _, share, _ in shares), Fraction(0)) / len(shares)
        figures[Sub.ON_TIME] = _text(mean * 100, SCORE_STEP)
    return figures


def _text(exact: Fraction, step: Decimal) -> str:
    return plain((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(step, rounding=ROUND_HALF_UP))


async def _typed_before(tx: AsyncConnection, certification_id: str | None) -> dict[Sub, str]:
    held = None if certification_id is None else await dossier_store.find_certification(tx, certification_id)
    if held is None or held.assessment is None:
        return {}
    parts = parts_from_json(held.assessment)
    return {part.sub: part.figure for part in parts if part.source is Source.ASSESSOR and part.figure is not None}
