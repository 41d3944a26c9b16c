"""A closed round with a hundred packages in its box and five of nine members to open it (issue 8)."""

from datetime import timedelta
from pathlib import Path
from typing import Final

from app.domain.committee import Seat
from app.infra.world import SystemClock
from tests.domain.tender_drafts import a_lot
from tests.sealed_rounds.committees import Committee, set_committee_stage
from tests.sealed_rounds.stage import SealedPackage

SEATS: Final = (
    *(Seat.AUDIT, Seat.TECHNICAL, Seat.EXTERNAL, Seat.LEGAL, Seat.FINANCE, Seat.QUALITY),
    *(Seat.AUDIT, Seat.LEGAL, Seat.EXTERNAL),
)
QUORUM, BIDDERS, LOTS = 5, 10, 10
PACKAGES: Final = BIDDERS * LOTS


def amount_of(number: int, position: int) -> str:
    """What a bidder offers for a lot."""
    return f"27{number}.0{position}"


async def fill_box(url: str, folder: Path) -> tuple[Committee, list[SealedPackage]]:
    """The committee and the packages, bidder by bidder. It closed some days ago; nobody has released anything."""
    lots = tuple(a_lot(number) for number in range(1, LOTS + 1))
    at = SystemClock().now() - timedelta(days=20)
    made = await set_committee_stage(
        url, folder / "house", seats=SEATS, k=QUORUM, bidders=BIDDERS, lots=lots, at=at, with_key_files=True
    )
    await made.stage.open()
    sealed = [
        await made.stage.hand_in(number, amount_of(number, position), position=position)
        for number in range(BIDDERS)
        for position in range(LOTS)
    ]
    await made.stage.close()
    return made, sealed
