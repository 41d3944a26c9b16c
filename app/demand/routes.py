"""HTTP edge of purchase requests and projects."""

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile

from app.demand import messaging, moving, planning, raising, reading, requesting, schemas, tasks
from app.domain.budgeting import normalised
from app.domain.process import Act, Stage
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["demand"])
ReaderDep = Annotated[Actor, Depends(staff(*reading.READERS))]
RequesterDep = Annotated[Actor, Depends(staff(Role.REQUESTER, Role.PURCHASER))]
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]


@router.get("/tasks")
async def list_tasks(world: WorldDep, actor: ReaderDep) -> schemas.TaskList:
    """What waits on projects for its reader, the most urgent first."""
    return await tasks.list_tasks(world, actor)


@router.get("/projects")
async def list_projects(world: WorldDep, actor: ReaderDep) -> schemas.ProjectList:
    """The portfolio by stage, or a requester's own requests."""
    return await reading.list_for(world, actor)


@router.post("/projects", status_code=201)
async def begin_request(body: schemas.NeedForm, world: WorldDep, actor: RequesterDep) -> schemas.ProjectMade:
    """Begin a purchase request; whoever begins it is its requester."""
    made = await requesting.begin_request(world, actor, body.to_need())
    return schemas.ProjectMade(id=made.id, reference=made.reference, version=made.version)


@router.get("/projects/{project_id}")
async def read_project(project_id: str, world: WorldDep, actor: ReaderDep) -> schemas.ProjectView:
    """A project as its reader may see it."""
    return await reading.read_project(world, actor, project_id)


@router.put("/projects/{project_id}/need")
async def save_need(
    project_id: str, body: schemas.SaveNeed, world: WorldDep, actor: RequesterDep
) -> schemas.ProjectView:
    """Write the whole request form."""
    need = body.need.to_need()
    answer(await requesting.save_need(world, actor, project_id, version=body.version, need=need))
    return await reading.read_project(world, actor, project_id)


@router.post("/projects/{project_id}/attachments", status_code=201)
async def attach_file(
    project_id: str,
    world: WorldDep,
    actor: RequesterDep,
    file: Annotated[UploadFile, File()],
    title: Annotated[str, Form(max_length=200)],
) -> schemas.ProjectView:
    """Attach a PDF, PNG or JPEG of at most 10 MiB, told by its content."""
    data = await file.read(requesting.MOST_BYTES + 1)
    answer(await requesting.attach_file(world, actor, project_id, title=title, data=data))
    return await reading.read_project(world, actor, project_id)


@router.get("/projects/{project_id}/attachments/{attachment_id}/content")
async def read_attachment(project_id: str, attachment_id: str, world: WorldDep, actor: ReaderDep) -> Response:
    """The file itself, under a neutral name."""
    found = await reading.read_attachment(world, actor, project_id, attachment_id)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(found.data, media_type=found.media_type, headers=headers)


@router.post("/projects/{project_id}/moves")
async def move_stage(
    project_id: str, body: schemas.MoveStage, world: WorldDep, actor: RequesterDep
) -> schemas.ProjectView:
    """Move the stage at hand: submit, accept, return, finish, propose to the approver, stop."""
    async with world.db.snapshot() as tx:
        await reading.reach_project(world, tx, actor, project_id)
    moved = await moving.move_stage(
        world, actor, project_id, version=body.version, act=Act(body.act), reason=body.reason
    )
    answer(moved)
    return await reading.read_project(world, actor, project_id)


@router.put("/projects/{project_id}/plan")
async def save_plan(
    project_id: str, body: schemas.SavePlan, world: WorldDep, actor: PurchaserDep
) -> schemas.ProjectView:
    """Write feasibility and budget."""
    plan = normalised(body.plan.to_plan())
    answer(await planning.save_plan(world, actor, project_id, version=body.version, plan=plan))
    return await reading.read_project(world, actor, project_id)


@router.post("/projects/{project_id}/budget-requests", status_code=201)
async def ask_for_more(
    project_id: str, body: schemas.RaiseBudget, world: WorldDep, actor: RequesterDep
) -> schemas.ProjectView:
    """Ask the decision maker of an approved project for a higher budget."""
    asked = await raising.ask_for_more(
        world, actor, project_id, version=body.version, amount=body.amount, reason=body.reason
    )
    answer(asked)
    return await reading.read_project(world, actor, project_id)


@router.put("/projects/{project_id}/group")
async def name_group(
    project_id: str, body: schemas.NameGroup, world: WorldDep, actor: PurchaserDep
) -> schemas.ProjectView:
    """Name the decision maker and the purchasing lead of the working group."""
    command = planning.NameGroup(body.decision_maker, body.purchasing_lead)
    answer(await planning.name_group(world, actor, project_id, version=body.version, command=command))
    return await reading.read_project(world, actor, project_id)


@router.post("/projects/{project_id}/draw")
async def draw_experts(
    project_id: str, body: schemas.DrawExperts, world: WorldDep, actor: PurchaserDep
) -> schemas.ProjectView:
    """Draw the missing experts from the house's evaluators, by the journal: anybody can draw again."""
    answer(await planning.draw(world, actor, project_id, version=body.version, experts=body.experts))
    return await reading.read_project(world, actor, project_id)


@router.post("/projects/{project_id}/declaration")
async def declare(
    project_id: str, body: schemas.DeclareInGroup, world: WorldDep, actor: ReaderDep
) -> schemas.ProjectView:
    """A member of the group declares whether a conflict of interest stands in the way."""
    answer(await planning.declare(world, actor, project_id, has_conflict=body.has_conflict, statement=body.statement))
    return await reading.read_project(world, actor, project_id)


@router.put("/projects/{project_id}/stages/{stage}/due")
async def set_due(
    project_id: str, stage: Stage, body: schemas.SetDue, world: WorldDep, actor: PurchaserDep
) -> schemas.ProjectView:
    """Plan another day for a stage."""
    answer(await planning.set_due(world, actor, project_id, version=body.version, stage=stage, due_on=body.due_on))
    return await reading.read_project(world, actor, project_id)


@router.put("/projects/{project_id}/stages/{stage}/owner")
async def set_owner(
    project_id: str, stage: Stage, body: schemas.SetOwner, world: WorldDep, actor: PurchaserDep
) -> schemas.ProjectView:
    """Give a stage to one purchaser, or to all of them again."""
    answer(await planning.set_owner(world, actor, project_id, version=body.version, stage=stage, owner=body.owner))
    return await reading.read_project(world, actor, project_id)


@router.post("/projects/{project_id}/messages", status_code=201)
async def send_message(
    project_id: str, body: schemas.SendMessage, world: WorldDep, actor: RequesterDep
) -> schemas.ProjectView:
    """Write to the other side: the requester to the purchasers, a purchaser to the requester."""
    answer(await messaging.send_message(world, actor, project_id, body.said))
    return await reading.read_project(world, actor, project_id)
