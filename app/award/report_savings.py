"""The savings of a report as data: each figure with its source and day (SCREENS.md CK-03)."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.award.saving import LotMeasure
from app.domain.measuring import Certainty, FigureKind, Reference, total_by_certainty
from app.domain.money import round_half_up
from app.domain.saving import Saving, SavingsTotal


def savings_data(measures: Sequence[LotMeasure], digits: int) -> dict[str, Any]:
    """`savings` lot by lot and `totals` against the baseline."""
    totals = total_by_certainty([each.savings for each in measures], digits)
    return {
        "savings": [_lot(each) for each in measures],
        "totals": {certainty.value: _total(total) for certainty, total in totals.items()},
    }


def _lot(each: LotMeasure) -> dict[str, Any]:
    return {
        "lot": each.lot.number,
        "references": {reference.value: _reference(each, reference) for reference in Reference},
        "rows": {certainty.value: _row(each, certainty, row) for certainty, row in each.savings.rows.items()},
    }


def _reference(each: LotMeasure, reference: Reference) -> dict[str, Any] | None:
    amount = each.costs.references[reference]
    if amount is None:
        return None
    source, on = each.source_of(reference)
    shown = f"{round_half_up(amount, each.costs.digits):f}"
    return {"amount": shown, "source": source, "on": None if on is None else on.isoformat()}


def _row(each: LotMeasure, certainty: Certainty, row: Mapping[Reference, Saving]) -> dict[str, Any]:
    figure = None if certainty is Certainty.CLAIMED else each.figures[FigureKind(certainty.value)]
    return {
        "cost": f"{row[Reference.BASELINE].awarded:f}",
        "source": None if figure is None else figure.source,
        "on": None if figure is None else figure.as_of.isoformat(),
        "quantity": None if figure is None or figure.quantity is None else f"{figure.quantity.normalize():f}",
        "against": {reference.value: _saving(saving) for reference, saving in row.items()},
    }


def _saving(saving: Saving) -> dict[str, str] | None:
    if saving.money is None:
        return None
    return {"money": f"{saving.money:f}", "percent": "" if saving.percent is None else f"{saving.percent:f}"}


def _total(total: SavingsTotal) -> dict[str, Any]:
    return {
        "cost": f"{total.awarded:f}",
        "baseline": f"{total.baseline:f}",
        "money": f"{total.money:f}",
        "percent": "" if total.percent is None else f"{total.percent:f}",
        "lots": total.lots,
        "without": total.lots_without_baseline,
    }
