"""The pre-flight against the world: the draft's own faults, whom it would invite, and whether that is enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.categories import CATEGORIES
from app.domain.certification import Grade, decide_invitation
from app.domain.drafting import draft_from_json
from app.domain.forewarning import ExpectedField, check_field, warn_about_field, warn_about_terms
from app.domain.freezing import Identity, baseline_data, publish_document
from app.domain.preflight import read_draft
from app.domain.refusals import Refusal
from app.domain.terms import Fault
from app.suppliers import store as supplier_store
from app.tenders.participations import Invitee

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.drafting import Draft
    from app.domain.terms import Terms
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


@dataclass(frozen=True, slots=True)
class Field:
    """Whom a draft would invite at an instant."""

    by_rule: tuple[Candidate, ...]
    excluded: tuple[tuple[Candidate, Refusal], ...]
    outside: tuple[Outsider, ...]

    @property
    def expected(self) -> ExpectedField:
        """Give the numbers of the field."""
        return ExpectedField(len(self.by_rule), len([one for one in self.outside if one.refusal is None]))

    def invitees(self) -> list[Invitee]:
        """Name everybody who would be invited."""
        by_rule = [Invitee(one.id, outside_rule=False) for one in self.by_rule]
        return by_rule + [Invitee(one.supplier_id, outside_rule=True) for one in self.outside if one.refusal is None]


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
    bars = {one.id: decide_invitation(one.standing, lowest) for one in candidates}
    by_rule = tuple(one for one in candidates if bars[one.id] is None)
    excluded = tuple((one, bar) for one in candidates if (bar := bars[one.id]) is not None)
    outside = await _outsiders(tx, draft, at)
    return Field(by_rule, excluded, outside)


async def check_tender(tx: AsyncConnection, tender: Tender, at: datetime) -> Preflight:
    """Run the pre-flight of a stored draft."""
    draft = draft_from_json(tender.draft)
    reading = read_draft(draft, now=at, categories=_CATEGORY_CODES)
    field = await find_field(tx, draft, at)
    faults = [*reading.faults, *_outside_faults(field), *check_field(field.expected, draft.min_bidders)]
    warnings: Sequence[Fault] = ()
    if reading.terms is not None:
        about_field = warn_about_field(field.expected, reading.terms)
        warnings = [*about_field, *warn_about_terms(reading.terms, now=at)]
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


async def _outsiders(tx: AsyncConnection, draft: Draft, at: datetime) -> tuple[Outsider, ...]:
    names = await supplier_store.load_names(tx, [one.supplier_id for one in draft.outside])
    found = []
    for one in draft.outside:
        standing = await supplier_store.find_standing(tx, one.supplier_id, draft.category, at)
        known = names.get(one.supplier_id)
        name_zh, name_en = (known.name_zh, known.name_en) if known else ("", "")
        found.append(Outsider(one.supplier_id, name_zh, name_en, one.reason, standing.refusal))
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
