"""What the purchaser adds: feasibility and budget, the working group, the draw of its experts, due dates; and what each
member of the group declares."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from app.demand import store
from app.demand.stages import decide_version, enter, hat_of, refuse, tell
from app.demand.store import Project
from app.domain.budgeting import Plan
from app.domain.grouping import MOST_EXPERTS, ROLE_OF, GroupHat, Member, decide_naming, draw_experts, seats_left
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.process import SHORTEST_REASON, Stage, StageState, current
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import lock_head

_IN_HAND = frozenset({StageState.IN_PROGRESS, StageState.RETURNED})


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Who decides and who leads the purchase; experts are drawn, the requester is who asked."""

    decision_maker: str
    purchasing_lead: str


async def save_plan(world: World, actor: Actor, project_id: str, *, version: int, plan: Plan) -> Project | Refusal:
    """Write feasibility and budget. Refuses CHANGED_SINCE, NOT_ALLOWED_HERE outside its stage."""
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        refusal = decide_version(held, version) or _decide_in(held, Stage.FEASIBILITY)
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="plan", refusal=refusal)
        changed = _touched(world, replace(held, plan=plan))
        await store.set_project(tx, changed)
        data = {"version": changed.version, **plan.to_json()}
        await enter(world, tx, project_id, Kind.PROJECT_PLANNED, data, **actor.entry_fields(Role.PURCHASER))
        return changed


async def name_group(
    world: World, actor: Actor, project_id: str, *, version: int, command: NameGroup
) -> Project | Refusal:
    """Seat the requester, the decision maker and the purchasing lead; who keeps a seat keeps what he declared.

    Refuses CHANGED_SINCE, NOT_ALLOWED_HERE outside the stage, what domain/grouping.decide_naming refuses, OUT_OF_RANGE
    (an account without the role).
    """
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        members = [one.member for one in await store.list_seats(tx, project_id)]
        refusal = (
            decide_version(held, version)
            or _decide_in(held, Stage.APPROVAL)
            or decide_naming(members, held.requested_by, command.decision_maker, command.purchasing_lead)
            or await _decide_roles(world, tx, command)
        )
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="group", refusal=refusal)
        named = {held.requested_by: GroupHat.REQUESTER, command.purchasing_lead: GroupHat.PURCHASING_LEAD}
        named |= {command.decision_maker: GroupHat.DECISION_MAKER}
        seated = {each.account_id: each.hat for each in members}
        leaving = [who for who, hat in seated.items() if hat is not GroupHat.EXPERT and named.get(who) is not hat]
        for who in leaving:
            await store.delete_member(tx, project_id, who)
        coming = [Member(who, hat) for who, hat in named.items() if seated.get(who) is not hat]
        await store.insert_members(tx, project_id, coming)
        changed = _touched(world, held)
        await store.set_project(tx, changed)
        data = {"version": changed.version, "group": {who: hat.value for who, hat in sorted(named.items())}}
        await enter(world, tx, project_id, Kind.GROUP_CHANGED, data, **actor.entry_fields(Role.PURCHASER))
        await tell(world, tx, changed, NoticeKind.GROUP_INVITATION, [each.account_id for each in coming])
        return changed


async def draw(world: World, actor: Actor, project_id: str, *, version: int, experts: int) -> Project | Refusal:
    """Draw as many experts as are missing from all evaluators of the house who have no seat here yet.

    Nobody chooses: the draw follows from the last hash of the project's chain, and whoever was drawn holds the seat
    unless he declares a conflict. Refuses CHANGED_SINCE, OUT_OF_RANGE (too few evaluators, a wrong number),
    NOT_ALLOWED_HERE (outside the stage, or nobody is missing).
    """
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        members = [one.member for one in await store.list_seats(tx, project_id)]
        pool = await _pool(world, tx, held, {each.account_id for each in members})
        count = seats_left(members, experts)
        refusal = (
            decide_version(held, version)
            or _decide_in(held, Stage.APPROVAL)
            or _decide_draw(experts, count=count, pool=len(pool))
        )
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="draw", refusal=refusal)
        _, head, _ = await tx.run_sync(lock_head, held.chain)
        drawn = draw_experts(head, pool, count)
        # First in the chain after the head it was drawn from: `prev` of this entry is the seed.
        data = {"pool": pool, "drawn": list(drawn), "experts": experts}
        await enter(world, tx, project_id, Kind.EXPERTS_DRAWN, data, **actor.entry_fields(Role.PURCHASER))
        await store.insert_members(tx, project_id, [Member(each, GroupHat.EXPERT) for each in drawn])
        changed = _touched(world, replace(held, experts=experts))
        await store.set_project(tx, changed)
        await tell(world, tx, changed, NoticeKind.GROUP_INVITATION, list(drawn))
        return changed


async def declare(
    world: World, actor: Actor, project_id: str, *, has_conflict: bool, statement: str
) -> Project | Refusal:
    """A member says whether a conflict of interest stands in the way. Refuses NOT_ALLOWED_HERE outside the stage,
    REASON_MISSING (a conflict in fewer than five characters); somebody without a seat finds nothing."""
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        seats = {one.member.account_id: one for one in await store.list_seats(tx, project_id)}
        if actor.account_id not in seats:
            raise not_found()
        refusal = _decide_in(held, Stage.APPROVAL)
        if refusal is None and has_conflict and len(statement.strip()) < SHORTEST_REASON:
            refusal = Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="declare", refusal=refusal)
        await store.set_declared(
            tx,
            project_id,
            actor.account_id,
            has_conflict=has_conflict,
            statement=statement.strip(),
            at=world.clock.now(),
        )
        changed = _touched(world, held)
        await store.set_project(tx, changed)
        data = {"has_conflict": has_conflict, "statement": statement.strip()}
        await enter(world, tx, project_id, Kind.GROUP_DECLARED, data, **actor.entry_fields(hat_of(actor)))
        return changed


async def set_due(
    world: World, actor: Actor, project_id: str, *, version: int, stage: Stage, due_on: date
) -> Project | Refusal:
    """Plan another day for a stage that is not over. Refuses CHANGED_SINCE, NOT_ALLOWED_HERE for one that is."""
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        is_over = held.course[stage] in (StageState.DONE, StageState.NOT_APPLICABLE, StageState.STOPPED)
        refusal = decide_version(held, version) or (Refusal(Code.NOT_ALLOWED_HERE) if is_over else None)
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="due", refusal=refusal)
        before = held.stages[stage]
        changed = _touched(world, replace(held, stages={**held.stages, stage: replace(before, due_on=due_on)}))
        await store.set_project(tx, changed)
        was = "" if before.due_on is None else before.due_on.isoformat()
        data = {"stage": int(stage), "from": was, "to": due_on.isoformat(), "version": changed.version}
        await enter(world, tx, project_id, Kind.STAGE_DUE_SET, data, **actor.entry_fields(Role.PURCHASER))
        return changed


async def set_owner(
    world: World, actor: Actor, project_id: str, *, version: int, stage: Stage, owner: str | None
) -> Project | Refusal:
    """Give a stage that is not over to one purchaser, or to all of them again. Refuses CHANGED_SINCE, NOT_ALLOWED_HERE
    for a stage that is over, OUT_OF_RANGE for somebody who does not purchase."""
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        is_over = held.course[stage] in (StageState.DONE, StageState.NOT_APPLICABLE, StageState.STOPPED)
        found = None if owner is None else await identity_store.find_account(world, tx, owner)
        may_own = owner is None or (found is not None and found.state == "active" and Role.PURCHASER in found.roles)
        refusal = decide_version(held, version) or (Refusal(Code.NOT_ALLOWED_HERE) if is_over else None)
        refusal = refusal or (None if may_own else Refusal(Code.OUT_OF_RANGE, {"field": "owner"}))
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="owner", refusal=refusal)
        before = held.stages[stage]
        changed = _touched(world, replace(held, stages={**held.stages, stage: replace(before, owner_id=owner)}))
        await store.set_project(tx, changed)
        data = {"stage": int(stage), "from": before.owner_id or "", "to": owner or "", "version": changed.version}
        await enter(world, tx, project_id, Kind.STAGE_OWNER_SET, data, **actor.entry_fields(Role.PURCHASER))
        if owner is not None and owner != actor.account_id:
            await tell(world, tx, changed, NoticeKind.STAGE_GIVEN, [owner])
        return changed


def _touched(world: World, held: Project) -> Project:
    return replace(held, version=held.version + 1, edited_at=world.clock.now())


def _decide_in(held: Project, stage: Stage) -> Refusal | None:
    """Refuse NOT_ALLOWED_HERE unless this stage is the one at hand, and in its own people's hands."""
    is_here = current(held.course) is stage and held.course[stage] in _IN_HAND
    return (
        None
        if is_here
        else Refusal(Code.NOT_ALLOWED_HERE, {"stage": str(int(stage)), "state": held.course[stage].value})
    )


async def _decide_roles(world: World, tx: AsyncConnection, command: NameGroup) -> Refusal | None:
    for hat, who in (
        (GroupHat.DECISION_MAKER, command.decision_maker),
        (GroupHat.PURCHASING_LEAD, command.purchasing_lead),
    ):
        found = await identity_store.find_account(world, tx, who)
        if found is None or found.state != "active" or ROLE_OF[hat] not in found.roles:
            return Refusal(Code.OUT_OF_RANGE, {"field": hat.value})
    return None


def _decide_draw(experts: int, *, count: int, pool: int) -> Refusal | None:
    if not 1 <= experts <= MOST_EXPERTS:
        return Refusal(Code.OUT_OF_RANGE, {"field": "experts", "most": str(MOST_EXPERTS)})
    if count == 0:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "experts"})
    return None if pool >= count else Refusal(Code.OUT_OF_RANGE, {"field": "experts", "pool": str(pool)})


async def _pool(world: World, tx: AsyncConnection, held: Project, seated: Collection[str]) -> list[str]:
    """Every active evaluator of the house but who asked, and who has, or had to leave, a seat here."""
    found = await identity_store.list_staff_accounts(world, tx, Role.EVALUATOR)
    return sorted(each.id for each in found if each.id not in seated and each.id != held.requested_by)
