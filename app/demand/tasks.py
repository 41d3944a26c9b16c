"""What waits on projects for somebody: stages, approvals, declarations and messages, with their days (RQ-01, AP-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.approvals import store as approval_store
from app.demand import schemas, store
from app.demand.messaging import side_of
from app.demand.reading import Reader, reader_of
from app.demand.stages import is_mine, person_of
from app.demand.store import Message, Project
from app.domain.approving import ProposalKind, ProposalState
from app.domain.grouping import GroupHat, Member
from app.domain.process import TAIL, Stage, StageState, current, owner_of
from app.domain.visibility import Datum, Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World

_OPEN = frozenset({StageState.IN_PROGRESS, StageState.WAITING, StageState.RETURNED})
_IN_HAND = frozenset({StageState.IN_PROGRESS, StageState.RETURNED})
_HAT_ROLES = {
    GroupHat.REQUESTER: Role.REQUESTER,
    GroupHat.DECISION_MAKER: Role.APPROVER,
    GroupHat.PURCHASING_LEAD: Role.PURCHASER,
    GroupHat.EXPERT: Role.EVALUATOR,
}


@dataclass(frozen=True, slots=True)
class _Task:
    """A task before it is named for the wire; `person` is whose it is, None: anybody's of the role."""

    kind: str
    role: Role
    person: str | None


async def list_tasks(world: World, actor: Actor) -> schemas.TaskList:
    """What waits for this actor, for itself or for whoever has handed tasks over to it; the late first."""
    async with world.db.snapshot() as tx:
        reader = await reader_of(world, tx, actor)
        listed = await store.list_projects(tx, requested_by=reader.requesters)
        found = [one for one in listed if reader.sees(one, Datum.STAGE)]
        ids = [one.id for one in found]
        groups = await store.list_groups(tx, ids)
        threads: dict[str, list[Message]] = {each: [] for each in ids}
        for message in await store.list_messages(tx, ids):
            threads[message.project_id].append(message)
        waiting = await approval_store.list_proposals(tx, states=(ProposalState.PENDING,))
        names = {one.id: one.name for one in await identity_store.list_accounts(world, tx, kind="staff")}
    now = world.clock.now()
    proposals = {one.subject_id: one for one in waiting if one.kind is ProposalKind.PROJECT and one.pending.waits(now)}
    items = []
    for held in found:
        proposal = proposals.get(held.id)
        for task in _tasks(reader, held, groups[held.id], threads[held.id]):
            if task.kind == "approve" and (proposal is None or proposal.proposed_by == actor.account_id):
                continue
            proposal_id = proposal.id if task.kind == "approve" and proposal is not None else None
            items.append(_view(world, actor, held, task, proposal_id=proposal_id, names=names))
    items.sort(key=lambda one: (not one.is_late, one.due_on or date.max, one.reference, one.kind))
    return schemas.TaskList(items=items)


def _tasks(reader: Reader, held: Project, members: Sequence[Member], thread: Sequence[Message]) -> list[_Task]:
    stage = current(held.course)
    if stage is None or held.course[stage] not in _OPEN:
        return []
    actor, hats, state = reader.actor, reader.hats(held), held.course[stage]
    found = []
    person, role = person_of(held, members, stage), owner_of(stage, state)
    # The tail is worked on in rooms of its own: deliveries, reviews, payments.
    if stage not in TAIL and is_mine(person, role, actor, hats, reader.hands):
        found.append(_Task("approve" if role is Role.APPROVER else "stage", role, person))
    if stage is Stage.APPROVAL and state in _IN_HAND:
        # What somebody declares he declares himself: nobody does it for him.
        own = [one for one in members if one.account_id == actor.account_id and one.has_conflict is None]
        found += [_Task("declare", _HAT_ROLES[one.hat], one.account_id) for one in own]
    side = side_of(hats)
    if thread and side is not None and thread[-1].by_role != side.value:
        asked = held.requested_by if side is Role.REQUESTER else (person if role is Role.PURCHASER else None)
        if is_mine(asked, side, actor, hats, reader.hands):
            found.append(_Task("message", side, asked))
    return found


def _view(
    world: World, actor: Actor, held: Project, task: _Task, *, proposal_id: str | None, names: dict[str, str]
) -> schemas.TaskView:
    stage = current(held.course)
    assert stage is not None
    due = held.stages[stage].due_on
    is_delegated = task.person not in (None, actor.account_id)
    return schemas.TaskView.model_validate(
        {
            "kind": task.kind,
            "project_id": held.id,
            "reference": held.reference,
            "title_zh": held.need.title_zh,
            "title_en": held.need.title_en,
            "stage": stage,
            "state": held.course[stage],
            "role": task.role,
            "due_on": due,
            "is_late": due is not None and due < today_of(world),
            "is_delegated": is_delegated,
            "for_name": names.get(task.person or "", "") if is_delegated else None,
            "proposal_id": proposal_id,
        }
    )
