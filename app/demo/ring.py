"""A planted ring in the demo's past, for the auditor's screens: three firms take turns over six lots, two prices go
together by one ratio, and one firm answers another's steps. All of it is invented, as everything in the demo."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.demo.cast import SUPPLIERS, LotScript, TenderScript
from app.demo.history import AFTER_CLOSE, ROUND, award_and_unseal, open_round
from app.demo.seed import Stage
from app.demo.tenders import INVITED, Timetable
from app.domain.formats import Offer
from app.evaluation import timekeeper as evaluation_timekeeper
from app.live_rounds import store as live_store
from app.live_rounds import timekeeper as live_timekeeper
from app.live_rounds.answers import PlaceBid
from app.live_rounds.batch import commit_batch
from app.suppliers import store as supplier_store
from app.tenders import participations
from app.tenders import store as tender_store

# Who takes turns; who has another's prices times RATIO.
TURNS: Final = (5, 6, 9)
LEADER, FOLLOWER, RATIO = 3, 4, Decimal("1.03")
BIDDING: Final = frozenset({*TURNS, LEADER, FOLLOWER})
# Of each lot: the first of those who take turns, how far the others stay behind, and the price that is followed.
PRICES: Final = (
    ("21.10", "0.46", "0.83", "23.17"),
    ("18.40", "0.71", "0.95", "20.29"),
    ("32.60", "0.58", "1.27", "34.91"),
    ("14.90", "0.62", "0.62", "16.43"),
    ("26.30", "0.39", "1.02", "28.66"),
    ("40.20", "0.97", "1.31", "43.08"),
)
# In the first lot one of them goes down, and another at once by as much.
STEPS: Final = tuple(map(Decimal, ("0.17", "0.29", "0.13", "0.23", "0.19")))
START: Final = Decimal("1.12")
# The last contract's price over the first one's.
HOPED: Final = Decimal("1.02")
CENT: Final = Decimal("0.01")

PANELS: Final = TenderScript(
    title_zh="注塑面板 2026（六个采购包）",
    title_en="Moulded panels 2026 (six lots)",
    summary_zh="室内机注塑面板，按型号分六个采购包。",
    summary_en="Moulded panels of indoor units, a lot for each model.",
    category="plastics",
    template="multi_lot",
    lots=tuple(
        LotScript(
            f"面板 M{number}", f"Panel M{number}", ((f"PN-{number}", "ABS HI-121H", "1200"),), "件",
            str((Decimal(price) * Decimal("1.3")).quantize(CENT)), str((Decimal(price) * HOPED).quantize(CENT)), price,
        )
        for number, (price, *_) in enumerate(PRICES, start=1)
    ),
)  # fmt: skip


async def write_ring(stage: Stage, opens_at: datetime) -> None:
    """The tender from its publication to the names."""
    silent = tuple(seat.number for seat in INVITED if seat.number not in BIDDING)
    rules = {"lots": "parallel", "stagger_s": 0}
    times = Timetable(opens_at - timedelta(hours=20), opens_at, ROUND, rules=rules)
    tender_id, round_id = await open_round(stage, PANELS, times, silent)
    async with stage.world.db.snapshot() as tx:
        floors = await live_store.list_floors(tx, round_id)
    tags = await _tags(stage, tender_id)
    for at, floor in enumerate(floors):
        for number, amount in _bids(at):
            stage.clock.at += timedelta(seconds=5, milliseconds=137 * number)
            bid = PlaceBid(floor.lot_id, tags[number], stage.world.ids.new(), Offer(str(amount), stage.clock.now()))
            async with stage.world.db.transaction() as tx:
                await tx.run_sync(commit_batch, stage.world, [bid], {})
    stage.clock.at = max(each.timetable.closes_at for each in floors) + AFTER_CLOSE
    await live_timekeeper.turn_clocks(stage.world)
    await evaluation_timekeeper.turn(stage.world)
    await award_and_unseal(stage, tender_id)


async def _tags(stage: Stage, tender_id: str) -> dict[int, str]:
    numbers, found = {seat.name_zh: seat.number for seat in SUPPLIERS}, {}
    async with stage.world.db.snapshot() as tx:
        for tag in await participations.list_accepted_tags(stage.world, tx, tender_id):
            supplier_id = await tender_store.find_supplier_by_tag(stage.world, tx, tender_id, tag)
            assert supplier_id is not None, "who has a tag was invited"
            found[numbers[(await supplier_store.load_names(tx, [supplier_id]))[supplier_id].name_zh]] = tag
    return found


def _bids(at: int) -> Iterator[tuple[int, Decimal]]:
    """The bids of a lot in their order: (supplier, amount)."""
    lowest, second, third, followed = map(Decimal, PRICES[at])
    order = [TURNS[(at + place) % len(TURNS)] for place in range(len(TURNS))]
    last = dict(zip(order, (lowest, lowest + second, lowest + third), strict=True))
    last |= {LEADER: followed, FOLLOWER: (followed * RATIO).quantize(CENT)}
    begun = {number: (amount * START).quantize(CENT) for number, amount in last.items()}
    yield from begun.items()
    if at == 0:
        first, other = order[0], order[1]
        for step in STEPS:
            for number in (first, other):
                begun[number] -= step
                yield number, begun[number]
    yield from last.items()
