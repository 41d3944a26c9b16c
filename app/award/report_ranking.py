"""Scores and ranking as a recommendation report tells them: by T-alias and R-label (VISIBILITY.md d20, d40, d41)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.award.reading import DecisionSheet
from app.domain.awarding import RankedRow
from app.domain.entries import Entry
from app.domain.firmness import firmness
from app.domain.marking import OfferScore, value_text
from app.domain.money import format_amount
from app.domain.recommending import Stage, shown_at
from app.domain.scoring.topsis import Opinion, second_opinion
from app.domain.scoring.typed import plain
from app.domain.whatif import Contest
from app.evaluation.offers import TagScores, evaluation_in
from app.evaluation.sheet import LotSheet
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class Sources:
    """What a document is made of, beside what is read on the way."""

    sheet: DecisionSheet
    stage: Stage
    entries: Sequence[Entry]
    scores: Mapping[str, TagScores]
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def tender(self) -> Tender:
        """The tender."""
        return self.sheet.tender


def scores_data(made: Sources) -> dict[str, Any] | None:
    """The locked technical scores by T-alias, with the R-label of those that are ranked; None without any."""
    rules = evaluation_in(made.tender)
    if rules is None or rules.technical is None or not made.scores:
        return None
    weights = rules.technical.told_weights()
    criteria = [
        {
            "id": each.id,
            "number": each.number,
            "title_zh": each.title_zh,
            "title_en": each.title_en,
            "weight": plain(weights[each.id]),
        }
        for each in rules.technical.criteria
    ]
    return {"criteria": criteria, "lots": [_lot_scores(made, each) for each in made.sheet.lots]}


def _lot_scores(made: Sources, each: LotSheet) -> dict[str, Any]:
    held = made.scores.get(each.lot.id)
    labels = {alias: label for label, alias in each.t_aliases.items()}
    offers: Sequence[OfferScore] = () if held is None else held.scores.offers
    return {
        "lot": each.lot.number,
        "offers": [
            {
                "offer": one.alias,
                "label": labels.get(one.alias),
                "values": {name: value_text(value) for name, value in one.values.items()},
                "points": f"{one.points:.2f}",
                "passes": one.passes,
            }
            for one in offers
        ],
    }


def ranking_data(each: LotSheet, contest: Contest | None) -> dict[str, Any]:
    """The official ranking of a lot, its shortlist, how firm both stand, and what another way of looking at it says;
    `contest`: None where the tender has no evaluation."""
    official = each.ranking.official
    told, opinion = None, None
    if contest is not None and official.shortlist is not None:
        offers = {one.key: one for one in contest.offers}
        ranked = [offers[row.label] for row in official.rows]
        cut, others = official.shortlist, contest.others
        told = firmness(contest.rules, ranked, shortlist=cut, ceiling=contest.ceiling, others=others)
        opinion = _opinion(official.rows, second_opinion(contest.rules, ranked, contest.values))
    return {
        "lot": each.lot.number,
        "digest": official.digest,
        "made_at": shown_at(each.ranking.made_at),
        "rows": [_row(row, each.lot.scale, official.shortlist) for row in official.rows],
        "shortlist": None if official.shortlist is None else list(official.shortlist),
        "sensitivity": told,
        "second_opinion": opinion,
    }


def _opinion(rows: Sequence[RankedRow], opinions: Sequence[Opinion]) -> dict[str, Any] | None:
    """Whom it would put first, and how many offers it would put elsewhere."""
    if not opinions:
        return None
    ranks = {row.label: row.rank for row in rows}
    return {"first": opinions[0].key, "elsewhere": sum(one.rank != ranks[one.key] for one in opinions)}


def _row(row: RankedRow, scale: int, shortlist: Sequence[str] | None) -> dict[str, Any]:
    points = {name: getattr(row, name) for name in ("technical_points", "price_points", "total", "figure")}
    return {
        "label": row.label,
        "rank": row.rank,
        "amount": format_amount(row.amount, scale),
        "tied": row.is_tied,
        **{name: None if value is None else f"{value:f}" for name, value in points.items()},
        "shortlisted": shortlist is not None and row.label in shortlist,
    }
