"""HTTP edge of award scenarios: compute and keep, list, adopt into the recommendation (SCREENS.md DR-05)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import splitting_service, splitting_store
from app.award.reading import load_published
from app.award.splitting_reading import load_split_sheet
from app.award.splitting_schemas import ComputeScenario, ConstraintBody, ScenariosView, ScenarioView
from app.award.splitting_service import Asked
from app.award.splitting_store import Scenario
from app.award.splitting_views import Kept, Reader, scenario_view, scenarios_view
from app.domain.visibility import RANKING_READERS, Datum, Role, may_see
from app.evaluation.offers import evaluation_in
from app.identity.access import Actor, staff
from app.infra.errors import answer, not_found
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.tenders.store import Tender

router = APIRouter(route_class=StrictRoute)
ReaderDep = Annotated[Actor, Depends(staff(*RANKING_READERS))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
ScenarioNumber = Annotated[int, Path(ge=1, le=10_000)]


@router.get("/tenders/{tender_id}/scenarios")
async def read_scenarios(tender_id: str, world: WorldDep, actor: ReaderDep) -> ScenariosView:
    """The scenarios of a tender for readers of its ranking (VISIBILITY.md d41); before that there is nothing."""
    async with world.db.snapshot() as tx:
        tender = await load_published(tx, actor, tender_id, *RANKING_READERS)
        kept = await _load(world, tx, actor, tender)
    return scenarios_view(kept, _reader(actor, tender))


@router.post("/tenders/{tender_id}/scenarios", status_code=201)
async def compute_scenario(tender_id: str, body: ComputeScenario, world: WorldDep, actor: PurchaserDep) -> ScenarioView:
    """Solve a scenario and keep it, an infeasible one with the constraints that clash."""
    async with world.db.snapshot() as tx:
        await load_published(tx, actor, tender_id, Role.PURCHASER)
    constraints = [_constraint(at, each) for at, each in enumerate(body.constraints, start=1)]
    asked = Asked(body.note, body.among, constraints)
    made = answer(await splitting_service.compute_scenario(world, actor, tender_id, asked))
    return await _view(world, actor, tender_id, made)


@router.post("/tenders/{tender_id}/scenarios/{scenario_number}/adoption")
async def adopt_scenario(
    tender_id: str, scenario_number: ScenarioNumber, world: WorldDep, actor: PurchaserDep
) -> ScenarioView:
    """Make a scenario part of the recommendation; refused unless the split was announced before any bid."""
    async with world.db.snapshot() as tx:
        await load_published(tx, actor, tender_id, Role.PURCHASER)
    adopted = await splitting_service.adopt_scenario(world, actor, tender_id, scenario_number)
    if adopted is None:
        raise not_found()
    return await _view(world, actor, tender_id, answer(adopted))


def _constraint(at: int, body: ConstraintBody) -> dict[str, Any]:
    """A constraint in the document's form (domain/scenario.constraint_of)."""
    return {
        "id": f"c{at}",
        "limit": body.limit.value,
        "value": body.value or "0",
        "lots": body.lots,
        "offer": None if body.offer is None else [body.offer.lot_id, body.offer.label],
        "patterns": body.patterns,
    }


def _reader(actor: Actor, tender: Tender) -> Reader:
    return Reader(
        shows_money=may_see(actor.roles, tender.visited, Datum.BUDGET),
        shows_notes=may_see(actor.roles, tender.visited, Datum.DRAFTS),
        is_purchaser=Role.PURCHASER in actor.roles,
    )


async def _view(world: World, actor: Actor, tender_id: str, made: Scenario) -> ScenarioView:
    async with world.db.snapshot() as tx:
        tender = await load_published(tx, actor, tender_id, Role.PURCHASER)
        kept = await _load(world, tx, actor, tender)
    return scenario_view(kept, made, _reader(actor, tender))


async def _load(world: World, tx: AsyncConnection, actor: Actor, tender: Tender) -> Kept:
    sheet, rules = await load_split_sheet(world, tx, tender), evaluation_in(tender)
    if not may_see(actor.roles, tender.visited, Datum.RANKING):
        return Kept(type(sheet)(tender, [], {}), rules, [], None, None)
    scenarios = await splitting_store.list_scenarios(tx, tender.id)
    adopted = await splitting_store.find_adopted(tx, tender.id)
    moment = await splitting_service.decide_moment(world, tx, sheet)
    return Kept(sheet, rules, scenarios, adopted, moment)
