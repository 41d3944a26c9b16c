"""Replaying award scenarios: what was adopted is computed again from the rankings, exactly (JOURNAL.md section 4).

Costs, shares, quality and every constraint are repeated; that there is no cheaper award is not: the gap said how near
it was shown to be. Pure, one entry of the tender's chain at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.awarding import LotRanking, rankings_data
from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, digest_of
from app.domain.framing import BadDataError, number_of, text_of
from app.domain.kinds import Kind
from app.domain.saving import Basis
from app.domain.scenario import (
    ScenarioLot,
    ScenarioRow,
    award_data,
    award_of,
    awarded_in,
    constraint_of,
    decide_adoption,
    name_of,
    problem_of,
    winners_of,
)
from app.domain.scoring.rules import EvaluationRules
from app.domain.sharing import Awarded
from app.domain.split_award import is_award, weigh

# What a document that is not in its form raises on the way through it.
_BAD = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The newest ranking of a lot as it was told."""

    rows: Sequence[Mapping[str, Any]]
    digest: str


class ScenarioRetrace:
    """Folds the scenarios of one tender."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        # {(lot, label): S1…} of the one adopted last, and the tags that names were unsealed for.
        self._winners: dict[tuple[str, str], str] = {}
        self._tags: dict[str, str] = {}
        self._adopted_last: Mapping[str, Any] | None = None

    def take(
        self, entry: Entry, rules: EvaluationRules | None, rankings: Mapping[str, Ranked], published: Mapping[str, Any]
    ) -> Fault | None:
        """What is wrong with this entry after those before it. Raises BadDataError."""
        number, digest = number_of(entry.data, "scenario"), text_of(entry.data, "digest")
        if entry.kind is Kind.SCENARIO_KEPT:
            self._kept.append(digest)
            is_next = number == len(self._kept)
            return None if is_next else Fault(Why.REPLAY, f"the next scenario is number {len(self._kept)}")
        document = {name: value for name, value in entry.data.items() if name not in {"scenario", "digest"}}
        if digest_of(document) != digest or not 0 < number <= len(self._kept) or self._kept[number - 1] != digest:
            return Fault(Why.DIGEST, "the adopted scenario is not the one that was kept")
        try:
            return self._adopted(document, rules, rankings, published)
        except _BAD:
            raise BadDataError("the scenario is not in its form") from None

    def _adopted(
        self,
        document: Mapping[str, Any],
        rules: EvaluationRules | None,
        rankings: Mapping[str, Ranked],
        published: Mapping[str, Any],
    ) -> Fault | None:
        bound_to = [{"lot": lot, "digest": rankings[lot].digest} for lot in sorted(rankings)]
        # Which of the ranked were on the shortlist then is the room's to replay.
        ranked = {lot: {row["label"] for row in told.rows} for lot, told in rankings.items()}
        refusal = decide_adoption(document, rules, bound_to, ranked)
        if refusal is not None:
            return Fault(Why.STATE, f"adopted, but by the rules this is refused: {refusal.code.value}")
        told = document["award"]
        names = winners_of(told)
        lots = [_lot(each, rankings[each["lot"]].rows, published) for each in document["lots"]]
        constraints = [constraint_of(each, names) for each in document["constraints"]]
        problem = problem_of(lots, constraints, names, str(published.get("currency", "")))
        award = award_of(told)
        if not is_award(problem, award):
            return Fault(Why.REPLAY, "the scenario awards what was not offered, or in shares that are none")
        broken = weigh(problem, award).broken
        if broken:
            return Fault(Why.REPLAY, f"the scenario breaks its own constraints: {', '.join(broken)}")
        labels = {(lot.id, name_of(names, lot.id, row.label)): row.label for lot in lots for row in lot.rows}
        if award_data(problem, award, labels) != told:
            return Fault(Why.REPLAY, "the figures of the scenario are not those of its shares")
        if document["bound"] is None or Decimal(document["bound"]) > Decimal(told["cost"]):
            return Fault(Why.REPLAY, "the scenario costs less than its bound says is possible")
        self._winners, self._adopted_last = names, document
        return None

    def adopted(self, rankings: Sequence[LotRanking]) -> Mapping[str, Awarded]:
        """What the scenario adopted last awards, by lot, as long as these are its rankings."""
        return {} if self._adopted_last is None else awarded_in(self._adopted_last, rankings_data(rankings))

    def unsealed(self, entry: Entry) -> Fault | None:
        """Whether a name says that labels which the scenario took for one supplier's, or for several, are not."""
        name = self._winners.get((str(entry.data.get("lot")), str(entry.data.get("label"))))
        tag = entry.data.get("tag")
        if name is None or not isinstance(tag, str):
            return None
        others = {own for other, own in self._tags.items() if other != name}
        if self._tags.setdefault(name, tag) != tag or tag in others:
            return Fault(Why.REPLAY, "the adopted scenario counted labels as one supplier's that are not")
        return None


def _lot(each: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], published: Mapping[str, Any]) -> ScenarioLot:
    """A lot of the document with its offers as they were ranked. Raises what `_BAD` names."""
    frame = next(lot for lot in published["lots"] if lot["id"] == each["lot"])
    ranked = {row["label"]: row for row in rows}
    listed = [label for label in ranked if label in each["labels"]]
    if set(listed) != set(each["labels"]):
        raise ValueError("a label that is not ranked")
    offers = (ScenarioRow(label, Decimal(ranked[label]["amount"]), _points(ranked[label])) for label in listed)
    first = rows[0]["label"] if rows[0]["label"] in listed else None
    return ScenarioLot(
        each["lot"], tuple(offers), first, Basis(frame["basis"]), Decimal(frame["quantity"]), frame["unit"]
    )


def _points(row: Mapping[str, Any]) -> Decimal | None:
    points = row.get("technical_points")
    return None if points is None else Decimal(points)
