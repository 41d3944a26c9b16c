"""Savings of a tender as they harden: read together for page and report, and the recording of figures by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import figure_store, store
from app.domain.kinds import Kind
from app.domain.measuring import (
    Certainty,
    Figure,
    FigureKind,
    LotCosts,
    LotSavings,
    Reference,
    best_start,
    decide_figure,
    measure,
)
from app.domain.money import minor_units
from app.domain.refusals import Code, Refusal
from app.domain.saving import Basis, lot_total
from app.domain.scoring.typed import plain
from app.domain.timetable import load_zone
from app.domain.visibility import Role
from app.evaluation.sheet import load_baseline
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import store as live_store
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender


@dataclass(frozen=True, slots=True)
class LotMeasure:
    """The savings of one lot with what they are measured against and where each figure is from."""

    lot: Lot
    costs: LotCosts
    savings: LotSavings
    figures: Mapping[FigureKind, Figure]

    def source_of(self, reference: Reference) -> tuple[str | None, date | None]:
        """Where a reference is from, and of which day (SCREENS.md CK-03: each figure names its source)."""
        if reference is Reference.BASELINE:
            return self.lot.baseline_source, self.lot.baseline_on
        budget = self.figures.get(FigureKind.BUDGET) if reference is Reference.BUDGET else None
        return (None, None) if budget is None else (budget.source, budget.as_of)


async def load_measures(
    tx: AsyncConnection, tender: Tender, lots: Sequence[Lot], prices: Mapping[str, Decimal | None]
) -> list[LotMeasure]:
    """The savings of these lots; `prices` are those chosen or awarded, by lot. The bids of a live round are read for
    its best start price; a lot that was only ever sealed has none."""
    figures = await figure_store.list_figures(tx, [tender.id])
    found = []
    for lot in lots:
        bids = await live_store.list_accepted_bids(tx, lot.id) if tender.procedure.has_live else []
        placed = [bid.placed for bid in bids if not bid.voided]
        start = best_start(placed, quantity=lot.quantity, basis=Basis(lot.basis))
        own = figures.get(lot.id, {})
        costs = await load_costs(tx, tender, lot, price=prices.get(lot.id), figures=own, start=start)
        found.append(LotMeasure(lot, costs, measure(costs), own))
    return found


async def load_costs(
    tx: AsyncConnection,
    tender: Tender,
    lot: Lot,
    *,
    price: Decimal | None,
    figures: Mapping[FigureKind, Figure],
    start: Decimal | None = None,
) -> LotCosts:
    """What the savings of one lot are computed from."""
    contracted, realised = figures.get(FigureKind.CONTRACTED), figures.get(FigureKind.REALISED)
    budget = figures.get(FigureKind.BUDGET)
    return LotCosts(
        quantity=lot.quantity,
        digits=minor_units(tender.currency),
        references={
            Reference.BASELINE: await load_baseline(tx, lot),
            Reference.BUDGET: None if budget is None else budget.amount,
            Reference.BEST_START: start,
        },
        costs={
            Certainty.CLAIMED: None if price is None else lot_total(price, lot.quantity, Basis(lot.basis)),
            Certainty.CONTRACTED: None if contracted is None else contracted.amount,
            Certainty.REALISED: None if realised is None else realised.amount,
        },
        delivered=None if realised is None else realised.quantity,
    )


async def record_figure(world: World, actor: Actor, tender_id: str, lot_id: str, figure: Figure) -> Refusal | None:
    """Record a figure of a lot with its source; an earlier one of its kind stays on record.

    Refuses what domain/measuring.decide_figure refuses, and a lot of another tender (NOT_ALLOWED_HERE).
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        lot = next((each for each in await tender_store.list_lots(tx, tender_id) if each.id == lot_id), None)
        if lot is None or tender.frozen is None:
            return Refusal(Code.NOT_ALLOWED_HERE, {"field": "lot_id"})
        awards = {each.lot_id for each in await store.list_awards(tx, [tender_id])}
        zone = load_zone(tender.time_zone)
        refusal = decide_figure(
            figure,
            is_awarded=lot_id in awards,
            lot_quantity=lot.quantity,
            digits=minor_units(tender.currency),
            today=world.clock.now().astimezone(zone).date(),
        )
        if refusal is not None:
            return refusal
        now, by = world.clock.now(), actor.account_id
        await figure_store.insert_figure(tx, world.ids.new(), figure, tender_id=tender_id, lot_id=lot_id, at=now, by=by)
        data = {"lot": lot_id, "figure": figure.kind.value, "amount": plain(figure.amount)}
        data |= {"source": figure.source.strip(), "as_of": figure.as_of.isoformat()}
        data |= {} if figure.quantity is None else {"quantity": plain(figure.quantity)}
        fields = actor.entry_fields(Role.PURCHASER)
        await append(world, tx, NewEntry(tender.chain, Kind.SAVINGS_RECORDED, data, tender=tender_id, **fields))
    return None
