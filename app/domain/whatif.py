"""What if: other weights, other marks, an offer away, another cut. Computed and shown, never the official result.

Serves SCORING.md section 3 (one-level changes, leave-one-out, "what-if never touches the official result") and
SCREENS.md DR-02. Nothing here is proposed or becomes a result; whoever shows it, or keeps a note of it, stamps it
WHAT-IF.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.scoring.criteria import HUNDRED
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.totals import (
    HIGHEST_MARK,
    Offer,
    ScoredOffer,
    is_passing,
    rank_offers,
    technical_points,
)
from app.domain.sensitivity import has_weights, reweighed
from app.domain.shortlisting import Listed, Shortlist, make_shortlist

STAMP: Final = "WHAT-IF"
Values = Mapping[str, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Contest:
    """One lot as it was ranked: its offers by label, their agreed values, the rules, and what fell out."""

    rules: EvaluationRules
    offers: Sequence[Offer]
    ceiling: Decimal
    values: Values = field(default_factory=dict)
    others: Sequence[Decimal] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What is tried: another price weight, other values of (label, criterion), offers left out, another cut."""

    price_weight: Decimal | None = None
    values: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome of a change; `failing`: who would miss a minimum score and would not be ranked."""

    rows: tuple[ScoredOffer, ...]
    shortlist: Shortlist
    failing: tuple[str, ...] = ()

    @property
    def first(self) -> str | None:
        """Who would be first."""
        return self.rows[0].offer.key if self.rows else None


def try_change(contest: Contest, change: Change) -> Tried | Refusal:
    """The ranking under a change. Refuses a weight that is none or cannot be shifted (OUT_OF_RANGE, NOT_ALLOWED_HERE),
    a label or criterion that is not there (UNKNOWN_LABEL), a value off the scale (NOT_A_MARK)."""
    refusal = _refused(contest, change)
    if refusal is not None:
        return refusal
    rules = contest.rules
    if change.price_weight is not None:
        rules = reweighed(rules, change.price_weight)
    if change.count is not None:
        rules = replace(rules, shortlist=replace(rules.shortlist, count=change.count, within=None, at_least=None))
    kept, failing = [], []
    for offer in contest.offers:
        values = _changed(contest, offer.key, change)
        if offer.key in change.without:
            continue
        if values is None or rules.technical is None:
            kept.append(offer)
        elif is_passing(rules.technical, values):
            kept.append(replace(offer, technical=technical_points(rules.technical, values)))
        else:
            failing.append(offer.key)
    return replace(_rank(replace(contest, rules=rules, offers=kept)), failing=tuple(failing))


def _refused(contest: Contest, change: Change) -> Refusal | None:
    known = {each.key for each in contest.offers}
    asked = {*change.without, *(label for label, _criterion in change.values)}
    if change.price_weight is not None:
        if not has_weights(contest.rules):
            return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "price_weight"})
        if not 0 <= change.price_weight <= HUNDRED:
            return Refusal(Code.OUT_OF_RANGE, {"lowest": "0", "highest": "100"})
    if change.count is not None and change.count < 1:
        return Refusal(Code.OUT_OF_RANGE, {"lowest": "1"})
    if not asked <= known or any(name not in contest.values.get(label, {}) for label, name in change.values):
        return Refusal(Code.UNKNOWN_LABEL)
    is_marked = all(value.is_finite() and 0 <= value <= HIGHEST_MARK for value in change.values.values())
    return None if is_marked else Refusal(Code.NOT_A_MARK)


def _changed(contest: Contest, key: str, change: Change) -> dict[str, Decimal] | None:
    """The values of an offer with those that are tried; None where none of its own is."""
    own = {criterion: value for (label, criterion), value in change.values.items() if label == key}
    return {**contest.values[key], **own} if own else None


def _rank(contest: Contest) -> Tried:
    rows = rank_offers(contest.rules, contest.offers, ceiling=contest.ceiling, others=contest.others)
    return Tried(tuple(rows), make_shortlist("", _listed(rows), contest.rules.shortlist))


def _listed(rows: Sequence[ScoredOffer]) -> list[Listed]:
    return [Listed(row.offer.key, row.offer.amount, row.total, row.figure) for row in rows]
