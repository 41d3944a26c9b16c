"""HTTP edge of what waits in talks and contracts, and of the contracts of a project (SP-01, PL-01, AP-01, RQ-03)."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.award.agreement_reading import list_of_project, list_waiting
from app.award.contract_schemas import AgreementTasks, AgreementTaskView, ProjectContract, ProjectContracts
from app.demand.reading import READERS, reach_project
from app.identity.access import Actor, ActorDep, staff
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(route_class=StrictRoute, tags=["award"])
ReaderDep = Annotated[Actor, Depends(staff(*READERS))]


@router.get("/agreement-tasks")
async def read_tasks(world: WorldDep, actor: ActorDep) -> AgreementTasks:
    """What waits for the reader in talks and contracts; nothing for those who have no part in them."""
    async with world.db.snapshot() as tx:
        found = await list_waiting(world, tx, actor)
    items = [
        AgreementTaskView(
            tender_id=each.tender.id,
            reference=each.tender.reference,
            title_zh=each.tender.title_zh,
            title_en=each.tender.title_en,
            task=each.task,
            name_zh=None if each.supplier is None else each.supplier.name_zh,
            name_en=None if each.supplier is None else each.supplier.name_en,
            since=each.since,
        )
        for each in found
    ]
    return AgreementTasks(items=items)


@router.get("/projects/{project_id}/contracts")
async def read_contracts(project_id: str, world: WorldDep, actor: ReaderDep) -> ProjectContracts:
    """The contracts of a project that the reader may see: its requester once the tender is filed."""
    async with world.db.snapshot() as tx:
        await reach_project(world, tx, actor, project_id)
        found = await list_of_project(world, tx, actor, project_id)
    items = [
        ProjectContract(tender_id=each.id, reference=each.reference, title_zh=each.title_zh, title_en=each.title_en)
        for each in found
    ]
    return ProjectContracts(items=items)
