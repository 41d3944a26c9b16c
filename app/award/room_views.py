"""From a contest to what the decision room shows of it (room_schemas.py): computed anew each time, stored never."""

from decimal import Decimal
from fractions import Fraction

from app.award.contest import LotContest
from app.award.room_schemas import (
    AgreedView,
    HoldingView,
    IsoView,
    LeavingView,
    LevelView,
    LotSensitivityView,
    OpinionView,
    SensitivityView,
    TriedCriterion,
    TriedRow,
    WeightLine,
    WhatIfView,
)
from app.domain.awarding import RankedRow
from app.domain.marking import value_text
from app.domain.pareto import iso_total, pareto
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.topsis import second_opinion
from app.domain.scoring.totals import price_field
from app.domain.sensitivity import first_holding, has_weights, lines_of, shortlist_holding, totals_by_weight
from app.domain.stepping import leave_one_out, one_level_changes
from app.domain.whatif import Contest, Tried
from app.tenders.store import Tender

# Beyond six digits nobody reads a closeness.
_CLOSENESS = Decimal("0.000001")


def sensitivity_view(tender: Tender, rules: EvaluationRules | None, lots: list[LotContest]) -> SensitivityView:
    """How firm the ranking of a tender stands; `lots` is empty where this reader may not know it yet."""
    technical = None if rules is None else rules.technical
    criteria = () if technical is None else technical.criteria
    return SensitivityView(
        tender_id=tender.id,
        state="ranked" if lots else "waiting",
        price_weight=rules.price.weight if rules is not None and has_weights(rules) else None,
        threshold=None if technical is None else technical.threshold,
        criteria=[
            TriedCriterion(criterion=each.id, number=each.number, title_zh=each.title_zh, title_en=each.title_en)
            for each in criteria
        ],
        lots=[_lot_view(each) for each in lots],
    )


def _lot_view(lot: LotContest) -> LotSensitivityView:
    contest, official = lot.contest, lot.sheet.ranking.official
    rules, offers = contest.rules, contest.offers
    lines = lines_of(rules, offers, ceiling=contest.ceiling, others=contest.others)
    weight, rows = Fraction(rules.price.weight), official.rows
    is_shifted = bool(lines and rows)
    listed = official.shortlist or ()
    return LotSensitivityView(
        lot_id=official.lot_id,
        first=HoldingView.of(first_holding(lines, rows[0].label, weight)) if is_shifted else None,
        shortlist=HoldingView.of(shortlist_holding(lines, listed, rules.shortlist, weight)) if is_shifted else None,
        lines=_weight_lines(contest),
        levels=[
            LevelView(
                label=each.key,
                criterion=each.criterion,
                step=1 if each.step > 0 else -1,
                first=each.first,
                shortlist=list(each.shortlist),
                fails=each.fails,
            )
            for each in one_level_changes(contest)
        ],
        leaving=[
            LeavingView(label=each.key, first=each.first, shortlist=list(each.shortlist), turns=each.turns)
            for each in leave_one_out(contest)
        ],
        pareto=[] if rules.technical is None else pareto(offers),
        iso=_iso_views(contest, rows, listed),
        second_opinion=_opinion_views(contest, rows),
        values=[
            AgreedView(label=row.label, criterion=criterion, value=value_text(value))
            for row in rows
            for criterion, value in contest.values.get(row.label, {}).items()
        ],
    )


def _opinion_views(contest: Contest, rows: tuple[RankedRow, ...]) -> list[OpinionView]:
    ranks = {row.label: row.rank for row in rows}
    return [
        OpinionView(
            label=each.key,
            rank=each.rank,
            official_rank=ranks[each.key],
            closeness=each.closeness.quantize(_CLOSENESS),
            is_tied=each.is_tied,
        )
        for each in second_opinion(contest.rules, contest.offers, contest.values)
    ]


def _weight_lines(contest: Contest) -> list[WeightLine]:
    table = totals_by_weight(contest.rules, contest.offers, ceiling=contest.ceiling, others=contest.others)
    found = {each.key: WeightLine(label=each.key, ranks=[], totals=[]) for each in contest.offers if table}
    for column in table:
        for rank, (key, total) in enumerate(column, start=1):
            found[key].ranks.append(rank)
            found[key].totals.append(total)
    return list(found.values())


def _iso_views(contest: Contest, rows: tuple[RankedRow, ...], listed: tuple[str, ...]) -> list[IsoView]:
    """The lines of equal total through the first, and through the last on the shortlist."""
    amounts = [row.amount for row in rows]
    shown = [row for row in rows if row.label in {rows[0].label, *listed[-1:]}]
    found = []
    for row in shown:
        if row.total is None:
            continue
        field = price_field(contest.rules.price.formula, amounts, contest.others, contest.ceiling)
        line = iso_total(contest.rules, row.total, field, (min(amounts), max(amounts)))
        prices, points = [price for price, _ in line], [technical for _, technical in line]
        found.append(IsoView(label=row.label, total=row.total, prices=prices, points=points))
    return found


def what_if_view(lot: LotContest, tried: Tried) -> WhatIfView:
    """A ranking that was tried, each row beside its official rank."""
    official = {row.label: row.rank for row in lot.sheet.ranking.official.rows}
    return WhatIfView(
        lot_id=lot.sheet.lot.id,
        rows=[
            TriedRow(
                label=row.offer.key,
                rank=row.rank,
                official_rank=official[row.offer.key],
                is_tied=row.is_tied,
                technical_points=row.offer.technical,
                price_points=row.price_points,
                total=row.total,
                figure=row.figure,
                is_shortlisted=row.offer.key in tried.shortlist.labels,
            )
            for row in tried.rows
        ],
        shortlist=list(tried.shortlist.labels),
        failing=list(tried.failing),
    )
