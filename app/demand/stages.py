"""Moving a project from stage to stage: by its people's acts, and by facts that the rooms above hand down."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.demand import store
from app.demand.store import Project, StageRow
from app.domain.approving import NOBODYS
from app.domain.delegating import Hands
from app.domain.grouping import GroupHat, Member
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.process import Fact, Stage, StageState, current, due_on, may_buy, owner_of, take_fact
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices

_OPEN = frozenset({StageState.IN_PROGRESS, StageState.WAITING, StageState.RETURNED})
_OVER = frozenset({StageState.DONE, StageState.NOT_APPLICABLE})


def hats_in(held: Project, actor: Actor, hands: Hands = NOBODYS) -> frozenset[Role]:
    """The hats somebody wears in a project: its requester is one person, or whoever has his tasks in hand, whatever
    roles others have."""
    is_own = held.requested_by == actor.account_id or held.requested_by in hands.givers(Role.REQUESTER)
    return frozenset(({Role.REQUESTER} if is_own else set()) | (set(actor.roles) - {Role.REQUESTER}))


def person_of(held: Project, members: Iterable[Member], stage: Stage) -> str | None:
    """Whose work a stage is: its named owner, its requester, its decision maker, its lead; None: any purchaser's."""
    row = held.stages[stage]
    owner = owner_of(stage, row.state)
    if owner is Role.REQUESTER:
        return held.requested_by
    hat = GroupHat.DECISION_MAKER if owner is Role.APPROVER else GroupHat.PURCHASING_LEAD
    seated = next((one.account_id for one in members if one.hat is hat), None)
    return seated if owner is Role.APPROVER else row.owner_id or seated


def is_mine(person: str | None, role: Role, actor: Actor, hats: frozenset[Role], hands: Hands) -> bool:
    """Whether work of a role that belongs to a person (None: to anybody of the role) is this actor's to do."""
    return role in hats and (person is None or person == actor.account_id or person in hands.givers(role))


def stands_for(held: Project, actor: Actor, hats: frozenset[Role]) -> dict[str, str]:
    """What an entry tells of an act that a delegate does as the requester."""
    is_delegate = Role.REQUESTER in hats and held.requested_by != actor.account_id
    return {"for": held.requested_by} if is_delegate else {}


async def note_stage(world: World, tx: AsyncConnection, project_id: str | None, fact: Fact) -> None:
    """Take a fact of a tender, contract or payment into its project's course; none, or nothing new, changes nothing.

    For the rooms above, within their act's transaction and after their own locks.
    """
    if project_id is None:
        return
    held = await store.lock_project(tx, project_id)
    after = take_fact(held.course, fact)
    if after != held.course:
        await move(world, tx, held, after, {"fact": fact.value})


async def decide_buying(tx: AsyncConnection, project_id: str | None) -> Refusal | None:
    """Whether a tender may be opened or published under a project. Refuses NOT_ALLOWED_HERE before its approval and
    after it was stopped; without a project there is nothing to ask."""
    if project_id is None or may_buy((await store.load_project(tx, project_id)).course):
        return None
    return Refusal(Code.NOT_ALLOWED_HERE, {"field": "project_id"})


async def move(
    world: World,
    tx: AsyncConnection,
    held: Project,
    after: Mapping[Stage, StageState],
    why: Mapping[str, str],
    **fields: Any,
) -> Project:
    """Write a new course with its days and its entry, and tell whoever it now waits for. Precondition: the lock."""
    day = today_of(world)
    rows = {stage: _moved(row, after[stage], day) for stage, row in held.stages.items()}
    changed = replace(held, stages=rows, version=held.version + 1, edited_at=world.clock.now())
    await store.set_project(tx, changed)
    moved = [stage for stage in Stage if held.course[stage] is not after[stage]]
    data = {
        **why,
        "from": {str(stage.value): held.course[stage].value for stage in moved},
        "to": {str(stage.value): after[stage].value for stage in moved},
        "version": changed.version,
    }
    await enter(world, tx, held.id, Kind.STAGE_MOVED, data, **fields)
    await _tell_next(world, tx, changed, moved)
    return changed


def _moved(row: StageRow, state: StageState, day: date) -> StageRow:
    if state is row.state:
        return row
    if state is StageState.NOT_STARTED:
        return StageRow(row.stage, state, owner_id=row.owner_id)
    if state in _OVER:
        return replace(row, state=state, entered_on=row.entered_on or day, done_on=day)
    entered = row.entered_on or day
    # What comes back, or goes to another desk, keeps its plan: the delay shows.
    due = row.due_on or due_on(row.stage, entered)
    return replace(row, state=state, entered_on=entered, due_on=due, done_on=None)


async def _tell_next(world: World, tx: AsyncConnection, changed: Project, moved: list[Stage]) -> None:
    stage = current(changed.course)
    if stage is None or stage not in moved:
        return
    state = changed.course[stage]
    if state is StageState.STOPPED:
        await tell(world, tx, changed, NoticeKind.PROJECT_STOPPED, [changed.requested_by])
    elif state is StageState.RETURNED and stage is Stage.NEED:
        await tell(world, tx, changed, NoticeKind.PROJECT_RETURNED, [changed.requested_by])
    elif state is StageState.WAITING and owner_of(stage, state) is Role.PURCHASER:
        people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
        await tell(world, tx, changed, NoticeKind.PROJECT_WAITING, [each.id for each in people])
    elif stage is Stage.CRITERIA and Stage.APPROVAL in moved:
        await tell(world, tx, changed, NoticeKind.PROJECT_APPROVED, [changed.requested_by])


async def enter(
    world: World, tx: AsyncConnection, project_id: str, kind: Kind, data: Mapping[str, Any], **fields: Any
) -> None:
    """Append an entry to the project's chain; `fields` say who acted (default: the service)."""
    await append(world, tx, NewEntry(store.chain_of(project_id), kind, data, **fields))


async def refuse(
    world: World, tx: AsyncConnection, actor: Actor, project_id: str, *, act: str, refusal: Refusal
) -> Refusal:
    """Journal that a rule said no, and give the refusal back."""
    data = {"act": act, "code": refusal.code.value, "detail": dict(refusal.detail)}
    await enter(world, tx, project_id, Kind.PROJECT_REFUSED, data, **actor.entry_fields(hat_of(actor)))
    return refusal


def decide_version(held: Project, seen: int) -> Refusal | None:
    """Refuse CHANGED_SINCE to whoever acts on a project that has changed since he saw it."""
    return None if seen == held.version else Refusal(Code.CHANGED_SINCE, {"version": str(held.version)})


# The hat of an act in this room, by the first that somebody holds.
_HATS = (Role.PURCHASER, Role.REQUESTER, Role.APPROVER, Role.EVALUATOR, Role.AUDITOR)


def hat_of(actor: Actor) -> Role:
    """Under which hat somebody acts here."""
    return next((hat for hat in _HATS if hat in actor.roles), Role.REQUESTER)


async def tell(
    world: World, tx: AsyncConnection, project: Project, kind: NoticeKind, accounts: list[str], **params: str
) -> None:
    """One notice to these accounts; it names the project by its reference alone."""
    told = {"reference": project.reference, "project": project.id, **params}
    await insert_notices(world, tx, accounts=accounts, kind=kind, params=told)
