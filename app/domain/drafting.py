"""A tender as its purchaser writes it: everything as typed, complete or not, until the pre-flight reads it.

Serves DESIGN.md section 6 ("never loses what was typed") and PL-06. A draft begins from `templates.py` and may hold any
text anywhere; `preflight.py` says what is wrong with it, and only a faultless draft is frozen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.domain.money import AmountFault, normalise_typed
from app.domain.procedures import Procedure
from app.domain.questioning import QuestionRules
from app.domain.rulebooks import Rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping


class Template(StrEnum):
    """The beginnings: live with one lot, several lots or announced best price; sealed; the usual large tender;
    and a sealed one with a tree of criteria, a least certification and tests of low prices."""

    QUICK = "quick"
    MULTI_LOT = "multi_lot"
    BEST_PRICE = "best_price"
    SEALED = "sealed"
    LARGE = "large"
    SCORED = "scored"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line of a lot, as typed."""

    item_code: str = ""
    description: str = ""
    quantity: str = ""
    unit: str = ""
    baseline_price: str = ""


@dataclass(frozen=True, slots=True)
class LotDraft:
    """One lot, as typed. An empty `start_price` or `baseline_price` means: there is none."""

    id: str = ""
    title_zh: str = ""
    title_en: str = ""
    scale: int = 2
    basis: str = "unit"
    quantity: str = ""
    unit: str = ""
    ceiling_price: str = ""
    start_price: str = ""
    # Sealed tenders only: an opened price below it does not count.
    minimum_price: str = ""
    baseline_price: str = ""
    baseline_source: str = ""
    baseline_on: str = ""
    lines: tuple[LineDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideDraft:
    """A supplier to be invited though the rule does not name it, and why."""

    supplier_id: str
    reason: str = ""


def default_questions() -> dict[str, Any]:
    """Give what a draft says of questions before anybody says anything else."""
    rules = QuestionRules()
    hours = rules.close // timedelta(hours=1)
    return {"profile": rules.profile.value, "close_hours": hours, "times": list(rules.times)}


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole draft, as typed. `rules` and `sealed` are the JSON forms of the two rounds with local times.

    `evaluation` is the JSON form of the published evaluation, with empty texts where there is nothing.
    """

    title_zh: str = ""
    title_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    terms_zh: str = ""
    terms_en: str = ""
    category: str = ""
    currency: str = "CNY"
    tax_basis: str = "excluded"
    time_zone: str = "Asia/Shanghai"
    min_bidders: int = 3
    # The lowest grade invited by rule; D invites every certified supplier of the category.
    min_grade: str = "D"
    unseal_scope: str = "preferred"
    announce_winner: bool = False
    award_rule: str = "price_only"
    response_due: str = ""
    # From the default deadline to the next morning: some hours remain to decide about a continuation (DESIGN.md 3).
    response_extension_minutes: int = 16 * 60
    purchaser_note: str = ""
    lots: tuple[LotDraft, ...] = ()
    rules: Mapping[str, Any] | None = None
    outside: tuple[OutsideDraft, ...] = ()
    procedure: str = Procedure.LIVE.value
    sealed: Mapping[str, Any] | None = None
    evaluation: Mapping[str, Any] | None = None
    rulebook: str = Rulebook.HOUSE.value
    # Empty: what is usual for the procedure (procurement_methods.py).
    procurement_method: str = ""
    questions: Mapping[str, Any] = field(default_factory=default_questions)

    def to_json(self) -> dict[str, Any]:
        """Give the stored form; tuples become lists."""
        value = asdict(self)
        value["rules"] = dict(self.rules or {})
        value["lots"] = [{**lot, "lines": list(lot["lines"])} for lot in value["lots"]]
        value["outside"] = list(value["outside"])
        return value


def draft_from_json(stored: Mapping[str, Any]) -> Draft:
    """Read the stored form. Precondition: written by `Draft.to_json`; a member added since then takes its default."""
    known = {field.name for field in fields(Draft)}
    members = {name: value for name, value in stored.items() if name in known}
    lots = tuple(
        LotDraft(**{**lot, "lines": tuple(LineDraft(**line) for line in lot.get("lines", ()))})
        for lot in members.pop("lots", ())
    )
    outside = tuple(OutsideDraft(**one) for one in members.pop("outside", ()))
    return Draft(**members, lots=lots, outside=outside)


def normalised(draft: Draft) -> Draft:
    """Write every amount that can be read in only one way in the form of the wire; leave all others as typed.

    SCREENS.md section 1.4: full-width digits and currency marks are converted; LR-29: what may mean two magnitudes is
    left for a person to resolve.
    """
    return replace(draft, lots=tuple(_normalised_lot(lot, draft.currency) for lot in draft.lots))


def _normalised_lot(lot: LotDraft, currency: str) -> LotDraft:
    def read(typed: str) -> str:
        found = normalise_typed(typed, currency=currency)
        return typed if isinstance(found, AmountFault) else found

    lines = tuple(
        replace(line, quantity=read(line.quantity), baseline_price=read(line.baseline_price)) for line in lot.lines
    )
    return replace(
        lot,
        quantity=read(lot.quantity),
        ceiling_price=read(lot.ceiling_price),
        start_price=read(lot.start_price),
        minimum_price=read(lot.minimum_price),
        baseline_price=read(lot.baseline_price),
        lines=lines,
    )


# ── two people at once ─────────────────────────────────────────────────────────────────────────────────────────────


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the fields in which two stored drafts differ, lots by their place: what the later of two writers is told."""
    return sorted(_differences(before, after, ""))


_ABSENT: Final = object()


def _differences(before: object, after: object, path: str) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        # A member that is there and null differs from one that is not there.
        pairs = {name: (before.get(name, _ABSENT), after.get(name, _ABSENT)) for name in sorted({*before, *after})}
        prefix = f"{path}." if path else ""
        return [found for name, pair in pairs.items() for found in _differences(*pair, f"{prefix}{name}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        places = enumerate(zip(before, after, strict=True))
        return [found for at, (one, other) in places for found in _differences(one, other, f"{path}.{at}")]
    return [] if before == after else [path]
