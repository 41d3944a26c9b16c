"""HTTP edge of secret reserve prices: typed in a draft, read there and after the opening (VISIBILITY.md d03)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints

from app.award import reserve_reading
from app.award.reserve_reading import READERS, ReserveSheet
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.errors import answer
from app.infra.web import InstantText, StrictModel, StrictRoute, WorldDep
from app.tenders.reserving import SetReserve, set_reserves
from app.tenders.typed_texts import IdText

router = APIRouter(route_class=StrictRoute)
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class LotReserveForm(StrictModel):
    """A lot's reserve price as typed, empty for none; `seen` is the commitment of the one the editor saw."""

    lot_id: IdText
    amount: Annotated[str, StringConstraints(max_length=40)]
    seen: Digest | None


class SetReserves(StrictModel):
    """The reserve prices of a draft's lots; lots that are not named keep theirs."""

    lots: Annotated[list[LotReserveForm], Field(min_length=1, max_length=100)]


class LotReserveView(StrictModel):
    """A lot's reserve price: the figure where it may be read now, else its commitment alone."""

    lot_id: str
    number: int
    commitment: str | None
    amount: str | None
    opened_at: InstantText | None
    # The stored bytes were not those that were sealed: the figure is lost.
    is_altered: bool
    is_met: bool | None


class ReservesView(StrictModel):
    """The reserve prices of a tender, by number of lot; of a published one only the lots that have one."""

    lots: list[LotReserveView]


@router.get("/tenders/{tender_id}/reserves")
async def read_reserves(tender_id: str, world: WorldDep, actor: ReaderDep) -> ReservesView:
    """The reserve prices of a draft, or those that were opened; 409 TOO_EARLY in between, which is journaled."""
    return _view(answer(await reserve_reading.read_reserves(world, actor, tender_id)))


@router.put("/tenders/{tender_id}/reserves")
async def write_reserves(tender_id: str, body: SetReserves, world: WorldDep, actor: PurchaserDep) -> ReservesView:
    """Write reserve prices of a draft. They are sealed at once; an approval asked for before is void."""
    commands = [SetReserve(one.lot_id, one.amount, one.seen) for one in body.lots]
    refusal = await set_reserves(world, actor, tender_id, commands)
    if refusal is not None:
        answer(refusal)
    return _view(answer(await reserve_reading.read_reserves(world, actor, tender_id)))


def _view(sheets: list[ReserveSheet]) -> ReservesView:
    return ReservesView(
        lots=[LotReserveView(**{name: getattr(sheet, name) for name in ReserveSheet.__slots__}) for sheet in sheets]
    )
