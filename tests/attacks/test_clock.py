"""attacks.md T: the wall clock is set while a sealed round is open; the monotonic one is left real."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from typing_extensions import override

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.sealing.rules import RoundStatus
from app.infra.world import SystemClock
from tests.attacks.site import Site, sealed_site
from tests.live_rounds.floors import chain_of
from tests.sealed_rounds.stage import Stage

TWO_HOURS = timedelta(hours=2)


class BentClock(SystemClock):
    """The machine's clock, set by somebody."""

    bend = timedelta(0)

    @override
    def now(self) -> datetime:
        return super().now() + self.bend


async def jumps(stage: Stage) -> list[Entry]:
    """What the journal says of the clock."""
    return [entry for entry in await chain_of(stage.world, "system") if entry.kind is Kind.CLOCK_JUMPED]


async def answers(site: Site, number: int) -> tuple[int, str, str]:
    """How a new package of a bidder is answered over HTTP and over the socket."""
    sealed = await site.stage.seal(number)
    put = await site.put(number, sealed)
    async with site.enter(site.stage.rep(number)) as seat:
        told = await seat.commit(sealed)
    return put.status_code, put.json()["code"], told["code"]


async def test_t01_the_clock_is_set_back_and_no_late_bid_gets_in(clean_database_url: str, tmp_path: Path) -> None:
    clock = BentClock()
    async with sealed_site(clean_database_url, tmp_path, clock=clock) as site:
        taken = [(await site.hand_in(number))[0].digest for number in range(3)]
        await site.close_in(1.5)
        clock.bend = -TWO_HOURS
        assert await answers(site, 3) == (503, "UNAVAILABLE", "UNAVAILABLE")
        # Within two seconds it is in the journal; behind the true close the answer is still the same.
        await asyncio.sleep(1.8)
        assert [abs(entry.data["by_ms"] + 7_200_000) < 1000 for entry in await jumps(site.stage)] == [True]
        assert await answers(site, 3) == (503, "UNAVAILABLE", "UNAVAILABLE")
        assert (await site.stage.round()).status is RoundStatus.OPEN
        clock.bend = timedelta(0)
        assert await answers(site, 3) == (409, "LATE", "LATE")
        held = await site.until(RoundStatus.CLOSED, has_opened=True)
        assert held.manifest == sorted(taken)
