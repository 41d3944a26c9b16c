"""What the auditor's screens find in the demo: two suppliers of one business park, and what the auditor made of it."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.demo.seats import Seats
from app.identity import vault
from app.infra.world import World

# Both rent offices in one park; everybody else has a network of its own. Addresses kept for examples (RFC 3849).
PARK: Final = frozenset({1, 2})
WHY: Final = (
    "两家登记地址同在一个产业园，园区只有一条出口线路；其余筛查没有发现。Both are registered in one business park "
    "with one line; the other screens found nothing."
)


async def leave_trace(world: World, tx: AsyncConnection, account_id: str, number: int) -> None:
    """A supplier has signed in once, from its own network or the park's."""
    place = min(PARK) if number in PARK else number
    agent = f"Mozilla/5.0 (demo {number}) Firefox"
    await vault.insert_trace(world, tx, account_id=account_id, network=f"2001:db8:{place}::{number}", user_agent=agent)


async def explain_park(seats: Seats) -> None:
    """The auditor has looked at one of the leads that the park gives, and found the explanation."""
    async with seats.seat("staff-3-auditor") as auditor:
        board = await auditor.get("/audit/signals?method=same_network")
        for lead in board["leads"][:1]:
            await auditor.post(f"/audit/signals/{lead['key']}/looks", {"state": "explained", "note": WHY})
