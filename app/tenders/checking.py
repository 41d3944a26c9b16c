"""The pre-flight against the world: the draft's own faults, whom it would invite, and whether that is enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.categories import CATEGORIES
from app.domain.certification import Grade, decide_invitation
from app.domain.drafting import draft_from_json
from app.domain.forewarning import ExpectedField, check_field, warn_about_field, warn_about_terms
from app.domain.freezing import Identity, baseline_data, publish_document
from app.domain.grading import check_grades
from app.domain.holidays import check_period, warn_about_period
from app.domain.preflight import read_draft
from app.domain.preflight_sealed import certification_of, has_factors
from app.domain.refusals import Refusal
from app.domain.reserve_pricing import with_commitments
from app.domain.terms import Fault
from app.suppliers import store as supplier_store
from app.tenders.calendar_store import load_periods
from app.tenders.participations import Invitee
from app.tenders.projecting import check_custody, warn_of_budget, warn_of_split
from app.tenders.reserving import find_faults, list_commitments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.certification import Aspect, Standing
    from app.domain.drafting import Draft
    from app.domain.scoring.certification_rules import CertificationRules
    from app.domain.terms import Terms
    from app.infra.world import World
    from app.suppliers.store import Candidate
    from app.tenders.store import Tender

_CATEGORY_CODES = frozenset(CATEGORIES)


@dataclass(frozen=True, slots=True)
class Outsider:
    """A supplier named outside the rule, and why it cannot be invited even so, if it cannot."""

    supplier_id: str
    name_zh: str
    name_en: str
    reason: str
    refusal: Refusal | None
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """Whom a draft would invite at an instant."""

    by_rule: tuple[Candidate, ...]
    excluded: tuple[tuple[Candidate, Refusal], ...]
    outside: tuple[Outsider, ...]
    certification: CertificationRules | None = None
    # Whether the rules of the live round have values by grade.
    has_factors: bool = False

    @property
    def expected(self) -> ExpectedField:
        """Give the numbers of the field."""
        return ExpectedField(len(self.by_rule), len([one for one in self.outside if one.refusal is None]))

    def invitees(self) -> list[Invitee]:
        """Name everybody who would be invited."""
        invited = [one for one in self.outside if one.refusal is None]
        return [
            *(Invitee(one.id, outside_rule=False, grade=self._frozen(grade_of(one.standing))) for one in self.by_rule),
            *(Invitee(one.supplier_id, outside_rule=True, grade=self._frozen(one.grade)) for one in invited),
        ]

    def grades(self) -> list[Grade]:
        """Give the grades of everybody who would be invited."""
        found = [*(grade_of(one.standing) for one in self.by_rule), *(one.grade for one in self.outside)]
        return [grade for grade in found if grade is not None]

    def may_be_outside(self, standing: Standing) -> bool:
        """Tell whether only the rule of the grade excludes a supplier; certification and its minimum bar everybody."""
        return decide_invitation(standing, None, self._minimum) is None

    @property
    def _minimum(self) -> Mapping[Aspect, Decimal] | None:
        return None if self.certification is None else self.certification.minimum

    def _frozen(self, grade: Grade | None) -> Grade | None:
        is_pointed = self.certification is not None and bool(self.certification.points)
        return grade if is_pointed or self.has_factors else None


def grade_of(standing: Standing) -> Grade | None:
    """Give the grade of a standing, None without certificate."""
    return None if standing.certificate is None else standing.certificate.grade


@dataclass(frozen=True, slots=True)
class Preflight:
    """All faults and warnings of a draft, with what it reads as where there is no fault in it."""

    terms: Terms | None
    field: Field
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


async def find_field(tx: AsyncConnection, draft: Draft, at: datetime) -> Field:
    """Apply the rule of the invitation (SCREENS.md PL-05): certified, in the category, of the grade asked for."""
    candidates = await supplier_store.list_candidates(tx, draft.category, at) if draft.category in CATEGORIES else []
    lowest = Grade(draft.min_grade) if draft.min_grade in set(Grade) else None
    certification = certification_of(draft)
    minimum = None if certification is None else certification.minimum
    bars = {one.id: decide_invitation(one.standing, lowest, minimum) for one in candidates}
    by_rule = tuple(one for one in candidates if bars[one.id] is None)
    excluded = tuple((one, bar) for one in candidates if (bar := bars[one.id]) is not None)
    outside = await _outsiders(tx, draft, at, minimum)
    return Field(by_rule, excluded, outside, certification, has_factors=has_factors(draft))


async def check_tender(world: World, tx: AsyncConnection, tender: Tender) -> Preflight:
    """Run the pre-flight of a stored draft, as of now."""
    at = world.clock.now()
    draft = draft_from_json(tender.draft)
    reading = read_draft(draft, now=at, categories=_CATEGORY_CODES)
    if reading.terms is not None:
        reading = replace(reading, terms=with_commitments(reading.terms, await list_commitments(tx, tender.id)))
    field = await find_field(tx, draft, at)
    faults = [*reading.faults, *_outside_faults(field), *check_field(field.expected, draft.min_bidders)]
    faults += await find_faults(world, tx, tender)
    live = None if reading.terms is None else reading.terms.rules
    faults += check_grades(field.grades(), field.certification, None if live is None else live.factors)
    faults += check_custody(world, draft)
    warnings: Sequence[Fault] = ()
    if reading.terms is not None:
        about_field = warn_about_field(field.expected, reading.terms)
        periods = await load_periods(world, tx)
        faults += check_period(reading.terms, periods, now=at)
        about_period = warn_about_period(reading.terms, periods, now=at)
        about_budget = [*await warn_of_budget(tx, tender), *await warn_of_split(world, tx, tender)]
        warnings = [*about_field, *warn_about_terms(reading.terms, now=at), *about_period, *about_budget]
    return Preflight(reading.terms, field, tuple(faults), tuple(warnings))


def exact_change(tender: Tender, terms: Terms) -> dict[str, Any]:
    """Give the exact change an approval of the publication is bound to."""
    draft = terms.draft
    return {
        "tender": tender.id,
        "draft_version": tender.version,
        "document": publish_document(terms, _identity(tender)),
        "baseline": baseline_data(terms),
        "invite": {
            "category": draft.category,
            "min_grade": draft.min_grade,
            "outside": [{"supplier": one.supplier_id, "reason": one.reason.strip()} for one in draft.outside],
        },
    }


def _identity(tender: Tender) -> Identity:
    return Identity(tender.id, tender.reference, tender.round_id, tender.sealed_round_id)


async def _outsiders(
    tx: AsyncConnection, draft: Draft, at: datetime, minimum: Mapping[Aspect, Decimal] | None
) -> tuple[Outsider, ...]:
    names = await supplier_store.load_names(tx, [one.supplier_id for one in draft.outside])
    found = []
    for one in draft.outside:
        standing = await supplier_store.find_standing(tx, one.supplier_id, draft.category, at)
        known = names.get(one.supplier_id)
        name_zh, name_en = (known.name_zh, known.name_en) if known else ("", "")
        refusal = decide_invitation(standing, None, minimum)
        found.append(Outsider(one.supplier_id, name_zh, name_en, one.reason, refusal, grade_of(standing)))
    return tuple(found)


def _outside_faults(field: Field) -> list[Fault]:
    invited = {one.id for one in field.by_rule}
    faults = []
    for at, one in enumerate(field.outside):
        if one.refusal is not None:
            faults.append(Fault(f"outside.{at}.supplier_id", one.refusal.code.value, dict(one.refusal.detail)))
        elif one.supplier_id in invited:
            faults.append(Fault(f"outside.{at}.supplier_id", "INVITED_BY_RULE"))
    return faults
