"""The acts that move the first three stages: submitted, accepted, returned, finished, proposed, approved, stopped."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.delegating import find_hands, list_stand_ins
from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.demand import store
from app.demand.stages import decide_version, hat_of, hats_in, move, refuse, stands_for, tell
from app.demand.store import Project, Remark, Seat
from app.domain.approving import ProposalKind, change_hash
from app.domain.budgeting import SPLIT_DAYS, Beside, check_plan, line_of, parse_amount, warn_plan
from app.domain.entries import digest_of
from app.domain.grouping import GroupHat, check_group
from app.domain.needs import BrandLock, check_need, find_locks
from app.domain.noticing import NoticeKind
from app.domain.process import Act, Check, Stage, StageState, current, decide_move, is_stopped
from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import OwnNames
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World
from app.suppliers import store as supplier_store

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def checks_of(world: World, held: Project, seats: Sequence[Seat]) -> tuple[Check, ...]:
    """What the stage at hand asks for before it may be left by its people."""
    match current(held.course):
        case Stage.NEED:
            return check_need(held.need, today_of(world))
        case Stage.FEASIBILITY:
            return check_plan(held.plan)
        case Stage.APPROVAL:
            return check_group([seat.member for seat in seats], held.experts)
        case _:
            return ()


async def move_stage(
    world: World, actor: Actor, project_id: str, *, version: int, act: Act, reason: str
) -> Project | Refusal:
    """Submit, accept, return, finish, propose or stop. Refuses CHANGED_SINCE and what domain/process.py refuses."""
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        seats = await store.list_seats(tx, project_id)
        hats = hats_in(held, actor, await find_hands(world, tx, actor.account_id))
        after = decide_version(held, version) or decide_move(
            held.course, act, hats=hats, reason=reason, checks=checks_of(world, held, seats)
        )
        if isinstance(after, Refusal):
            return await refuse(world, tx, actor, project_id, act=act.value, refusal=after)
        told = stands_for(held, actor, hats)
        changed = await _write(world, tx, actor, held, after, act=act, said=reason.strip(), told=told)
        if act is Act.PROPOSE:
            await _propose(world, tx, actor, changed, seats)
        return changed


async def _write(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    held: Project,
    after: Mapping[Stage, StageState],
    *,
    act: Act,
    said: str,
    told: Mapping[str, str] = NOTHING,
) -> Project:
    hat, stage = hat_of(actor), current(held.course)
    if said and stage is not None:
        new = Remark(
            id=world.ids.new(),
            project_id=held.id,
            stage=int(stage),
            act=act.value,
            by_role=hat.value,
            said=said,
            said_by=actor.account_id,
            said_at=world.clock.now(),
        )
        await store.insert_remark(tx, new)
    return await move(world, tx, held, after, {"act": act.value, "reason": said, **told}, **actor.entry_fields(hat))


async def _propose(world: World, tx: AsyncConnection, actor: Actor, held: Project, seats: Sequence[Seat]) -> None:
    new = NewProposal(
        kind=ProposalKind.PROJECT,
        subject_kind="project",
        subject_id=held.id,
        chain=held.chain,
        change=_change(held, seats),
        summary=await _summary(world, tx, held, seats),
    )
    await insert_proposal(world, tx, new, actor, Role.PURCHASER)
    makers = [one.member.account_id for one in seats if one.member.hat is GroupHat.DECISION_MAKER]
    deputies = [each for one in makers for each in await list_stand_ins(world, tx, one, Role.APPROVER)]
    await tell(world, tx, held, NoticeKind.APPROVAL_WAITING, [*makers, *deputies])


def _change(held: Project, seats: Sequence[Seat]) -> dict[str, Any]:
    """The exact change an approver signs: which request, for how much, bought by whom."""
    return {
        "act": "approve_project",
        "project": held.id,
        "reference": held.reference,
        "requested_by": held.requested_by,
        "version": held.version,
        "need_digest": digest_of(held.need.to_json()),
        "plan": held.plan.to_json(),
        "group": [{"account": one.member.account_id, "hat": one.member.hat.value} for one in seats],
    }


async def _summary(world: World, tx: AsyncConnection, held: Project, seats: Sequence[Seat]) -> dict[str, Any]:
    names = {one.id: one.name for one in await identity_store.list_accounts(world, tx, kind="staff")}
    beside = await list_beside(world, tx, held)
    warned = warn_plan(held.plan, beside)
    locks = await find_brand_locks(world, tx, held)
    return {
        "reference": held.reference,
        "title_zh": held.need.title_zh,
        "title_en": held.need.title_en,
        "category": held.need.category,
        "currency": held.plan.currency,
        "budget": held.plan.budget,
        "budget_line": held.plan.budget_line,
        "estimate": held.plan.estimate,
        "estimate_source": held.plan.estimate_source,
        "estimate_on": held.plan.estimate_on,
        "needed_on": held.need.needed_on,
        "group": [
            {
                "name": names.get(one.member.account_id, ""),
                "hat": one.member.hat.value,
                "has_conflict": one.member.has_conflict is True,
            }
            for one in seats
        ],
        "beside": [one.to_json() for one in beside],
        "warnings": [
            *({"field": "budget", "code": each.value} for each in warned),
            *({"field": each.field, "code": "BRAND_LOCK", "words": each.words} for each in locks),
        ],
    }


async def list_beside(world: World, tx: AsyncConnection, held: Project) -> list[Beside]:
    """The requests of the season that may be parts of the same need, with their budgets: of the same category, or of
    the same requester on the same budget line."""
    since = world.clock.now() - timedelta(days=SPLIT_DAYS)
    found = [_beside(held, one) for one in await store.list_beside(tx, held, since) if not is_stopped(one.course)]
    return [one for one in found if one is not None and (one.is_same_category or one.is_close)]


def _beside(held: Project, other: Project) -> Beside | None:
    budget = parse_amount(other.plan.budget, other.plan.currency)
    if budget is None:
        return None
    return Beside(
        reference=other.reference,
        currency=other.plan.currency,
        budget=budget,
        is_same_requester=other.requested_by == held.requested_by,
        is_same_line=bool(line_of(held.plan)) and line_of(other.plan) == line_of(held.plan),
        is_same_category=other.need.category == held.need.category,
    )


async def find_brand_locks(world: World, tx: AsyncConnection, held: Project) -> list[BrandLock]:
    """Where the request locks one brand, suppliers' names included: for those who may read the dossiers (d05)."""
    listed = await supplier_store.list_candidates(tx, held.need.category, world.clock.now())
    return find_locks(held.need, [OwnNames([one.name_zh, one.name_en]) for one in listed])


# ── the second person's word ─────────────────────────────────────────────────────────────────────────────────────────


async def approve_project(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Approve what was proposed, and nothing else: the effect of `project.approve`. Refuses CHANGED_SINCE, and
    RELATED_PARTY to a decision maker who declared a conflict here."""
    held = await store.lock_project(tx, proposal.subject_id)
    seats = await store.list_seats(tx, held.id)
    if change_hash(_change(held, seats)) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE, {"version": str(held.version)})
    if any(one.member.account_id == actor.account_id and one.member.has_conflict for one in seats):
        return Refusal(Code.RELATED_PARTY)
    after = decide_move(held.course, Act.APPROVE, hats=actor.roles, checks=checks_of(world, held, seats))
    if isinstance(after, Refusal):
        return after
    await _write(world, tx, actor, held, after, act=Act.APPROVE, said="")
    return None


async def refuse_project(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Give the project back to the purchaser with the reason."""
    held = await store.lock_project(tx, proposal.subject_id)
    after = decide_move(held.course, Act.REFUSE, hats=actor.roles)
    if not isinstance(after, Refusal) and held.version == proposal.change["version"]:
        await _write(world, tx, actor, held, after, act=Act.REFUSE, said=proposal.reason or "")
    return None
