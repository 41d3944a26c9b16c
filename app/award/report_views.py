"""Reports and savings in the shapes of the wire (report_schemas.py)."""

from collections.abc import Sequence

from app.award.figure_store import Figures
from app.award.report_schemas import (
    BudgetsView,
    BudgetView,
    CostRow,
    LotSavingsView,
    ReferenceView,
    ReportView,
    SavingCell,
    TenderSavingsSheet,
)
from app.award.report_store import Report
from app.award.saving import LotMeasure
from app.award.views import totals_view
from app.domain.measuring import Certainty, FigureKind, Reference, total_by_certainty
from app.domain.money import minor_units, round_half_up
from app.domain.recommending import missing_parts
from app.tenders.store import Tender


def report_view(report: Report) -> ReportView:
    """One report."""
    return ReportView(
        number=report.number,
        stage=report.stage,
        digest=report.digest,
        code=report.code,
        made_at=report.made_at,
        missing=missing_parts(report.document),
    )


def budgets_view(figures: Figures, digits: int) -> BudgetsView:
    """The recorded budgets, lot by lot."""
    found = [(lot_id, own[FigureKind.BUDGET]) for lot_id, own in figures.items() if FigureKind.BUDGET in own]
    return BudgetsView(
        budgets=[
            BudgetView(
                lot_id=lot_id,
                amount=round_half_up(figure.amount, digits),
                source=figure.source,
                as_of=figure.as_of.isoformat(),
            )
            for lot_id, figure in sorted(found)
        ]
    )


def savings_sheet(tender: Tender, measures: Sequence[LotMeasure], *, can_record: bool) -> TenderSavingsSheet:
    """The savings of a tender, lot by lot and in sum."""
    totals = total_by_certainty([each.savings for each in measures], minor_units(tender.currency))
    return TenderSavingsSheet(
        tender_id=tender.id,
        reference=tender.reference,
        currency=tender.currency,
        can_record=can_record,
        lots=[_lot(each) for each in measures],
        totals=totals_view(totals, tender.currency),
    )


def _lot(each: LotMeasure) -> LotSavingsView:
    return LotSavingsView(
        lot_id=each.lot.id,
        number=each.lot.number,
        title_zh=each.lot.title_zh,
        title_en=each.lot.title_en,
        quantity=each.lot.quantity,
        unit=each.lot.unit,
        references=[_reference(each, reference) for reference in Reference],
        rows=[_row(each, certainty) for certainty in each.savings.rows],
    )


def _reference(each: LotMeasure, reference: Reference) -> ReferenceView:
    amount, digits = each.costs.references[reference], each.costs.digits
    source, on = each.source_of(reference)
    return ReferenceView(
        reference=reference,
        amount=None if amount is None else round_half_up(amount, digits),
        source=source,
        as_of=None if on is None else on.isoformat(),
    )


def _row(each: LotMeasure, certainty: Certainty) -> CostRow:
    figure = None if certainty is Certainty.CLAIMED else each.figures[FigureKind(certainty.value)]
    row = each.savings.rows[certainty]
    return CostRow(
        certainty=certainty,
        cost=row[Reference.BASELINE].awarded,
        source=None if figure is None else figure.source,
        as_of=None if figure is None else figure.as_of.isoformat(),
        quantity=None if figure is None else figure.quantity,
        against=[
            SavingCell(reference=reference, money=saving.money, percent=saving.percent)
            for reference, saving in row.items()
        ],
    )
