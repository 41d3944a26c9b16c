"""What the neutral desk sees of live rounds: which run or open soon, and their clocks. No amounts, no counts, no names.

VISIBILITY.md d01, d56, column HLP; SCREENS.md HD-01 and CK-12.
"""

from datetime import timedelta
from typing import Any

from app.domain.closing import LotStatus
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.frames import clock_of
from app.tenders import store as tenders_store

AHEAD = timedelta(hours=24)
ALIVE = (LotStatus.SCHEDULED, LotStatus.OPEN, LotStatus.OVERTIME, LotStatus.PAUSED, LotStatus.CLOSING)


async def read_desk(world: World) -> dict[str, Any]:
    """The members of `DeskView`: the rounds of today, the one that ends first at the top."""
    now = world.clock.now()
    async with world.db.snapshot() as tx:
        floors = [
            one
            for one in await store.list_floors_in(tx, ALIVE)
            if one.status is not LotStatus.SCHEDULED or one.timetable.opens_at < now + AHEAD
        ]
        rounds: dict[str, dict[str, Any]] = {}
        for one in sorted(floors, key=lambda each: (each.timetable.closes_at, each.position)):
            lot = await tenders_store.load_lot(tx, one.lot_id)
            if one.round_id not in rounds:
                tender = await tenders_store.load_tender(tx, one.tender_id)
                names = ("reference", "title_zh", "title_en", "time_zone")
                rounds[one.round_id] = {
                    "id": one.round_id,
                    "tender_id": one.tender_id,
                    **{name: getattr(tender, name) for name in names},
                    "lots": [],
                }
            titles = {"number": lot.number, "title_zh": lot.title_zh, "title_en": lot.title_en}
            rounds[one.round_id]["lots"].append({**titles, "clock": clock_of(one, now)})
    return {"now": now, "rounds": list(rounds.values())}
