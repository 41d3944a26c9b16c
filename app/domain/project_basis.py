"""What a project says of the tender that buys for it, beside what the draft says now (issue 7).

A draft opened from a project begins with its words, quantity and estimate; the purchaser may change all of it, and what
differs is shown. The budget stays a hint: a ceiling is told to the suppliers, so it is never copied there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Final

from app.domain.budgeting import Plan, parse_amount
from app.domain.drafting import Draft
from app.domain.needs import Need, parse_quantity

_CENT: Final = Decimal("0.01")


class SaidField(StrEnum):
    """What is compared: the tender's own words, and those of its lot where it has one alone."""

    TITLE_ZH = "title_zh"
    TITLE_EN = "title_en"
    CATEGORY = "category"
    CURRENCY = "currency"
    ITEM = "item"
    QUANTITY = "quantity"
    UNIT = "unit"
    BASELINE = "baseline_price"
    # The most the lot may cost within the budget.
    CEILING = "ceiling_price"


# For whoever may see a budget (VISIBILITY.md d59).
MONEY: Final = frozenset({SaidField.BASELINE, SaidField.CEILING})


@dataclass(frozen=True, slots=True)
class Said:
    """A field as the project has it and as the draft has it; of the ceiling, whether it keeps the budget."""

    field: SaidField
    project: str
    draft: str
    is_same: bool


def price_of(total: str, quantity: str, currency: str, *, is_total: bool, down: bool = False) -> str:
    """An amount of the project for one piece, or for the whole lot where its price is one of the whole; empty where
    either figure is missing. Rounded down where it must not be passed."""
    amount, pieces = parse_amount(total, currency), parse_quantity(quantity)
    if amount is None or (pieces is None and not is_total):
        return ""
    exact = amount if is_total or pieces is None else amount / pieces
    rounded = exact.quantize(_CENT, rounding=ROUND_DOWN if down else ROUND_HALF_EVEN)
    return f"{rounded:f}" if rounded > 0 else ""


def said_by_project(need: Need, plan: Plan, *, is_total: bool = False) -> dict[SaidField, str]:
    """What the project says, field by field, without what it leaves open."""
    found = {
        SaidField.TITLE_ZH: need.title_zh,
        SaidField.TITLE_EN: need.title_en,
        SaidField.CATEGORY: need.category,
        SaidField.CURRENCY: plan.currency,
        SaidField.ITEM: need.item,
        SaidField.QUANTITY: need.quantity,
        SaidField.UNIT: need.unit,
        SaidField.BASELINE: price_of(plan.estimate, need.quantity, plan.currency, is_total=is_total),
        SaidField.CEILING: price_of(plan.budget, need.quantity, plan.currency, is_total=is_total, down=True),
    }
    return {field: value for field, value in found.items() if value.strip()}


def compare(need: Need, plan: Plan, draft: Draft) -> tuple[Said, ...]:
    """Each field the project says something of, beside the draft's. With several lots nobody knows which of them the
    project's item is: then the tender's own words are compared alone."""
    lot = draft.lots[0] if len(draft.lots) == 1 else None
    ours = {
        SaidField.TITLE_ZH: draft.title_zh,
        SaidField.TITLE_EN: draft.title_en,
        SaidField.CATEGORY: draft.category,
        SaidField.CURRENCY: draft.currency,
    }
    if lot is not None:
        ours |= {
            SaidField.ITEM: lot.title_zh,
            SaidField.QUANTITY: lot.quantity,
            SaidField.UNIT: lot.unit,
            SaidField.BASELINE: lot.baseline_price,
            SaidField.CEILING: lot.ceiling_price,
        }
    said = said_by_project(need, plan, is_total=lot is not None and lot.basis == "total")
    shown = [field for field in SaidField if field in said and field in ours]
    return tuple(_said(field, said[field], ours, draft.currency) for field in shown)


def _said(field: SaidField, theirs: str, ours: Mapping[SaidField, str], currency: str) -> Said:
    typed = ours[field]
    if field is SaidField.CEILING:
        # No ceiling, or one that cannot be read, passes no budget by itself: preflight speaks of those.
        amount, most = parse_amount(typed, currency), parse_amount(theirs, currency)
        is_same = amount is None or most is None or amount <= most
    elif field is SaidField.QUANTITY:
        is_same = parse_quantity(typed) == parse_quantity(theirs)
    elif field is SaidField.BASELINE:
        is_same = parse_amount(typed, currency) == parse_amount(theirs, currency)
    else:
        is_same = " ".join(typed.split()) == " ".join(theirs.split())
    return Said(field, theirs, typed, is_same)
