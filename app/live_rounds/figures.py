"""What the cockpit measures bids against: baseline and quantity of each lot, and provisional savings from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import LotStatus
from app.domain.money import minor_units
from app.domain.saving import Basis, Saving, baseline_total, lot_total, saving_of, total_savings
from app.live_rounds.store import Floor
from app.tenders import store as tenders_store
from app.tenders.store import Lot


@dataclass(frozen=True, slots=True)
class LotFigures:
    """Quantity, basis and baseline of a lot, in a currency with so many digits."""

    quantity: Decimal
    basis: Basis
    baseline: Decimal | None
    digits: int

    def saving(self, best: Decimal | None) -> Saving | None:
        """What the best price would save, or None before the first bid. The same figures as on the result page."""
        if best is None:
            return None
        awarded = lot_total(best, self.quantity, self.basis)
        return saving_of(awarded=awarded, baseline=self.baseline, digits=self.digits)


async def load_figures(tx: AsyncConnection, lot: Lot, currency: str) -> LotFigures:
    """The figures of a published lot."""
    basis = Basis(lot.basis)
    lines = await tenders_store.list_line_items(tx, lot.id)
    baseline = baseline_total(
        price=lot.baseline_price,
        quantity=lot.quantity,
        basis=basis,
        lines=[(line.quantity, line.baseline_price) for line in lines],
    )
    return LotFigures(lot.quantity, basis, baseline, minor_units(currency))


def counts(one: Floor) -> bool:
    """Whether anything can be saved on a lot: not once it was cancelled."""
    return one.status is not LotStatus.CANCELLED


def savings_json(figures: LotFigures | None, best: Decimal | None) -> dict[str, Any] | None:
    """The members of `SavingsView`, or None where nothing can be claimed."""
    saving = None if figures is None else figures.saving(best)
    if saving is None or saving.money is None:
        return None
    percent = None if saving.percent is None else f"{saving.percent:f}"
    return {"money": f"{saving.money:f}", "percent": percent}


def total_json(pairs: Mapping[str, tuple[LotFigures, Decimal | None]]) -> tuple[str | None, str | None]:
    """Savings over all lots with a bid: money and percent, or None where nothing can be claimed."""
    savings = [saving for figures, best in pairs.values() if (saving := figures.saving(best)) is not None]
    digits = max((figures.digits for figures, _ in pairs.values()), default=2)
    total = total_savings(savings, digits)
    if not savings or total.lots == total.lots_without_baseline:
        return None, None
    return f"{total.money:f}", None if total.percent is None else f"{total.percent:f}"
