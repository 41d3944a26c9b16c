"""HTTP edge of the year view: savings, cycle time and competition by category, purchaser and quarter (AP-05)."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.award.money_sheets import Locale, make_book, sheet_of
from app.award.year_reading import load_year_sheet
from app.award.year_schemas import YearView
from app.award.year_views import year_book, year_view
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World

router = APIRouter(route_class=StrictRoute, tags=["award"])
MoneyDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER, Role.AUDITOR))]
YearQuery = Annotated[int | None, Query(ge=2000, le=2999)]


@router.get("/year-view")
async def read_year(world: WorldDep, actor: MoneyDep, year: YearQuery = None) -> YearView:
    """A year of awards, or all of them; figures of fewer than five are not told."""
    return await _load(world, actor, year)


@router.get("/year-view/sheet", response_class=Response)
async def read_year_sheet(world: WorldDep, actor: MoneyDep, year: YearQuery = None, locale: Locale = "zh") -> Response:
    """The same as a workbook."""
    pages = year_book(await _load(world, actor, year), locale)
    made = await asyncio.to_thread(make_book, pages)
    return sheet_of(made, f"year-{year or 'all'}")


async def _load(world: World, actor: Actor, year: int | None) -> YearView:
    async with world.db.snapshot() as tx:
        return year_view(await load_year_sheet(world, tx, actor), year)
