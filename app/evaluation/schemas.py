"""Shapes of the ranking on the wire: labels and amounts, never a tag or a name."""

from collections.abc import Sequence
from typing import Literal, Self

from app.domain.awarding import Field, RankedRow, WhyReason, field_of, why_reason
from app.domain.formula_sentences import formula_sentence
from app.domain.money import format_amount
from app.domain.saving import Basis, Saving, SavingsTotal
from app.domain.scoring.kinds import PriceOnly
from app.domain.shortlisting import Shortlist, Why, reasons
from app.domain.visibility import Phase
from app.evaluation.offers import evaluation_in, ranked_by
from app.evaluation.rule_schemas import EvaluationView, WordingView
from app.evaluation.sheet import LotSheet
from app.infra.web import DecimalText, InstantText, StrictModel
from app.tenders.store import Tender


class SavingView(StrictModel):
    """A claimed saving; `money` and `percent` are null where the baseline is missing. May be negative."""

    awarded: DecimalText
    baseline: DecimalText | None
    money: DecimalText | None
    percent: DecimalText | None
    is_baseline_missing: bool

    @classmethod
    def of(cls, saving: Saving) -> Self:
        """The saving as computed by domain/saving.py."""
        return cls(
            awarded=saving.awarded,
            baseline=saving.baseline,
            money=saving.money,
            percent=saving.percent,
            is_baseline_missing=saving.is_baseline_missing,
        )


class SavingsTotalView(StrictModel):
    """The sum over lots with a baseline; the others are counted beside it."""

    currency: str
    awarded: DecimalText
    baseline: DecimalText
    money: DecimalText
    percent: DecimalText | None
    lots: int
    lots_without_baseline: int

    @classmethod
    def of(cls, total: SavingsTotal, currency: str) -> Self:
        """The sum as computed by domain/saving.py."""
        return cls(
            currency=currency,
            awarded=total.awarded,
            baseline=total.baseline,
            money=total.money,
            percent=total.percent,
            lots=total.lots,
            lots_without_baseline=total.lots_without_baseline,
        )


class RankedBaseline(StrictModel):
    """The baseline of a lot with its source and date (SCREENS.md CK-03: each tile names its source)."""

    price: DecimalText | None
    # The exact total of the lot, from its lines where each has a baseline.
    total: DecimalText | None
    source: str | None
    on: str | None


class RankingRowView(StrictModel):
    """One offer of the official ranking. `alias` is its C-alias of the live round, `t_alias` that of the technical
    part; points and total only where the tender has an evaluation that gives them."""

    label: str
    rank: int
    amount: str
    is_tied: bool
    alias: str | None
    t_alias: str | None
    technical_points: DecimalText | None
    price_points: DecimalText | None
    total: DecimalText | None
    # Of a formula without totals: what it ranks by.
    figure: DecimalText | None
    is_shortlisted: bool
    # Why it is on the shortlist or not (SCREENS.md DR-04); None where the tender has no evaluation.
    shortlist_reason: Why | None
    saving: SavingView | None
    # What a choice of this row would have to explain.
    needs_reason: WhyReason | None


class ShortlistView(StrictModel):
    """The cut (SCREENS.md DR-04): the first of `labels` is the preferred supplier offered in the decision."""

    count: int
    labels: list[str]
    # Equals at the cut made it longer than `count`.
    cut_off_ties: bool


class FailedOfferView(StrictModel):
    """An offer below a threshold, by T-alias: its price was never opened."""

    t_alias: str
    technical_points: DecimalText


class LotRankingView(StrictModel):
    """The official ranking of one lot (SCREENS.md DR-01). `rows` is in order of rank; empty where nobody bid."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    basis: Basis
    quantity: DecimalText
    unit: str
    scale: int
    field: Field
    made_at: InstantText
    digest: str
    baseline: RankedBaseline | None
    rows: list[RankingRowView]
    # None where the tender has no evaluation.
    shortlist: ShortlistView | None
    failed: list[FailedOfferView]


class RankingView(StrictModel):
    """The ranking of a tender. `waiting` until the last lot is closed and ranked; then all lots at once."""

    tender_id: str
    state: Literal["waiting", "ranked"]
    phase: Phase
    currency: str
    tax_basis: str
    award_rule: str
    # Of equal amounts the earlier stands first (LIVE.md section 1, ties); of equal totals the lower amount before that.
    tie_rule: Literal["earlier_first"]
    # The published evaluation: weights, thresholds, formula; None where the tender has none.
    evaluation: EvaluationView | None
    # What is ranked by as a sentence; None where that is the price alone of a live round.
    formula_words: WordingView | None
    # Digest of the locked scores the totals stand on.
    scores_digest: str | None
    min_bidders: int
    frozen_hash: str | None
    lots: list[LotRankingView]


def ranking_view(
    tender: Tender, sheets: Sequence[LotSheet], *, shows_money: bool, scores_digest: str | None = None
) -> RankingView:
    """The ranking of a tender; `shows_money`: the reader may see baseline and savings (VISIBILITY.md d58, d60)."""
    evaluation = None if tender.frozen is None else tender.frozen.get("evaluation")
    return RankingView(
        tender_id=tender.id,
        state="ranked" if sheets else "waiting",
        phase=tender.phase,
        currency=tender.currency,
        tax_basis=tender.tax_basis,
        award_rule=tender.award_rule,
        tie_rule="earlier_first",
        min_bidders=tender.min_bidders,
        frozen_hash=tender.frozen_hash,
        evaluation=None if evaluation is None else EvaluationView.model_validate(evaluation),
        formula_words=_formula_words(tender),
        scores_digest=scores_digest,
        lots=[_lot_view(tender, sheet, shows_money=shows_money) for sheet in sheets],
    )


def _formula_words(tender: Tender) -> WordingView | None:
    formula = ranked_by(tender).price.formula
    if evaluation_in(tender) is None and isinstance(formula, PriceOnly):
        return None
    return WordingView(zh=formula_sentence(formula, "zh"), en=formula_sentence(formula, "en"))


def _lot_view(tender: Tender, sheet: LotSheet, *, shows_money: bool) -> LotRankingView:
    lot, official = sheet.lot, sheet.ranking.official
    on = None if lot.baseline_on is None else lot.baseline_on.isoformat()
    baseline = RankedBaseline(price=lot.baseline_price, total=sheet.baseline, source=lot.baseline_source, on=on)
    return LotRankingView(
        lot_id=lot.id,
        number=lot.number,
        title_zh=lot.title_zh,
        title_en=lot.title_en,
        basis=Basis(lot.basis),
        quantity=lot.quantity,
        unit=lot.unit,
        scale=lot.scale,
        field=field_of(len(official.rows), tender.min_bidders),
        made_at=sheet.ranking.made_at,
        digest=official.digest,
        baseline=baseline if shows_money else None,
        rows=_row_views(tender, sheet, shows_money=shows_money),
        shortlist=_shortlist_view(sheet.ranking.shortlist),
        failed=[FailedOfferView(t_alias=each.alias, technical_points=each.points) for each in sheet.failed],
    )


def _shortlist_view(cut: Shortlist | None) -> ShortlistView | None:
    if cut is None:
        return None
    return ShortlistView(count=cut.count, labels=list(cut.labels), cut_off_ties=cut.has_cut_off_ties)


def _row_views(tender: Tender, sheet: LotSheet, *, shows_money: bool) -> list[RankingRowView]:
    rows, evaluation = sheet.ranking.official.rows, evaluation_in(tender)
    why = {} if evaluation is None else reasons(rows, evaluation.shortlist)
    return [_row_view(sheet, row, why.get(row.label), shows_money=shows_money) for row in rows]


def _row_view(sheet: LotSheet, row: RankedRow, why: Why | None, *, shows_money: bool) -> RankingRowView:
    return RankingRowView(
        label=row.label,
        rank=row.rank,
        amount=format_amount(row.amount, sheet.lot.scale),
        is_tied=row.is_tied,
        alias=sheet.aliases.get(row.label),
        t_alias=sheet.t_aliases.get(row.label),
        technical_points=row.technical_points,
        price_points=row.price_points,
        total=row.total,
        figure=row.figure,
        shortlist_reason=why,
        is_shortlisted=row.label in (sheet.ranking.official.shortlist or ()),
        saving=SavingView.of(sheet.saving_at(row.amount)) if shows_money else None,
        needs_reason=why_reason(sheet.ranking.official, row.label),
    )
