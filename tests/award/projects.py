"""A project around a tender that is decided: who asked for it, and its stages up to the contract."""

from sqlalchemy import update

from app.demand import store as project_store
from app.demand.store import Project, StageRow
from app.domain.budgeting import Plan
from app.domain.needs import Need
from app.domain.process import Stage, StageState
from app.identity.access import Actor
from app.tenders.tables import tender
from tests.evaluation.stage import Stage as TenderStage


async def put_under_project(stage: TenderStage, requester: Actor) -> str:
    """Put the tender under a project whose contract is to be signed."""
    world = stage.world
    project_id, now = world.ids.new(), world.clock.now()
    head = {one: StageState.DONE for one in Stage if one < Stage.CONTRACT}
    rows = {
        one: StageRow(one, head.get(one, StageState.IN_PROGRESS if one is Stage.CONTRACT else StageState.NOT_STARTED))
        for one in Stage
    }
    new = Project(
        id=project_id,
        reference=f"P-{project_id[:6]}",
        need=Need(title_zh="压缩机", title_en="Compressors"),
        plan=Plan(),
        experts=0,
        version=1,
        requested_by=requester.account_id,
        created_at=now,
        edited_at=now,
        stages=rows,
    )
    async with world.db.transaction() as tx:
        await project_store.insert_project(tx, new)
        await tx.execute(update(tender).where(tender.c.id == stage.tender_id).values(project_id=project_id))
    return project_id


async def course_of(stage: TenderStage, project_id: str) -> dict[Stage, StageState]:
    """Where the project stands."""
    async with stage.world.db.snapshot() as tx:
        return (await project_store.load_project(tx, project_id)).course
