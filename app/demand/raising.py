"""A request for more: the budget of an approved project rises by a second person's word alone (issue 7, stage 2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.delegating import find_hands, list_stand_ins
from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.demand import store
from app.demand.moving import list_beside
from app.demand.stages import decide_version, enter, hat_of, hats_in, refuse, tell
from app.demand.store import Project, Remark, Seat
from app.domain.approving import ProposalKind
from app.domain.budgeting import decide_raise, warn_plan
from app.domain.grouping import GroupHat
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.process import current
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World


async def ask_for_more(
    world: World, actor: Actor, project_id: str, *, version: int, amount: str, reason: str
) -> Proposal | Refusal:
    """Put a higher budget to the project's decision maker; a newer request takes the place of the one that waits.

    Refuses CHANGED_SINCE and what domain/budgeting.decide_raise refuses; to whoever neither asked nor buys the project
    is not found.
    """
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        hats = hats_in(held, actor, await find_hands(world, tx, actor.account_id))
        if not hats & {Role.REQUESTER, Role.PURCHASER}:
            raise not_found()
        wanted = decide_version(held, version) or decide_raise(held.course, held.plan, amount, reason)
        if isinstance(wanted, Refusal):
            return await refuse(world, tx, actor, project_id, act="raise_budget", refusal=wanted)
        seats = await store.list_seats(tx, project_id)
        raised = replace(held.plan, budget=f"{wanted:f}")
        change = _change(held, seats, to=raised.budget, reason=reason.strip())
        beside = await list_beside(world, tx, held)
        warned = [{"field": "budget", "code": each.value} for each in warn_plan(raised, beside)]
        new = NewProposal(
            kind=ProposalKind.BUDGET,
            subject_kind="project",
            subject_id=held.id,
            chain=held.chain,
            change=change,
            summary=_summary(held, change) | {"beside": [one.to_json() for one in beside], "warnings": warned},
        )
        hat = Role.PURCHASER if Role.PURCHASER in actor.roles else Role.REQUESTER
        proposal = await insert_proposal(world, tx, new, actor, hat)
        makers = [one.member.account_id for one in seats if one.member.hat is GroupHat.DECISION_MAKER]
        deputies = [each for one in makers for each in await list_stand_ins(world, tx, one, Role.APPROVER)]
        await tell(world, tx, held, NoticeKind.APPROVAL_WAITING, [*makers, *deputies])
        return proposal


def _change(held: Project, seats: list[Seat], *, to: str, reason: str) -> dict[str, Any]:
    """The exact change an approver signs: from what he approved, to what, why."""
    return {
        "act": "raise_budget",
        "project": held.id,
        "reference": held.reference,
        "requested_by": held.requested_by,
        "currency": held.plan.currency,
        "from": held.plan.budget,
        "to": to,
        "reason": reason,
        "group": [{"account": one.member.account_id, "hat": one.member.hat.value} for one in seats],
    }


def _summary(held: Project, change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reference": held.reference,
        "title_zh": held.need.title_zh,
        "title_en": held.need.title_en,
        "currency": held.plan.currency,
        "budget_line": held.plan.budget_line,
        "estimate": held.plan.estimate,
        **{name: change[name] for name in ("from", "to", "reason")},
    }


async def raise_budget(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The budget is what was asked for: the effect of `project.raise_budget`. Refuses CHANGED_SINCE once the budget is
    another, RELATED_PARTY to a decision maker who declared a conflict, and what decide_raise refuses by now."""
    held = await store.lock_project(tx, proposal.subject_id)
    change = proposal.change
    if held.plan.budget != change["from"]:
        return Refusal(Code.CHANGED_SINCE, {"version": str(held.version)})
    seats = await store.list_seats(tx, held.id)
    if any(one.member.account_id == actor.account_id and one.member.has_conflict for one in seats):
        return Refusal(Code.RELATED_PARTY)
    wanted = decide_raise(held.course, held.plan, change["to"], change["reason"])
    if isinstance(wanted, Refusal):
        return wanted
    after = replace(
        held,
        plan=replace(held.plan, budget=change["to"]),
        version=held.version + 1,
        edited_at=world.clock.now(),
    )
    await store.set_project(tx, after)
    data = {name: change[name] for name in ("currency", "from", "to", "reason")}
    data |= {"proposal": proposal.id, "version": after.version}
    await enter(world, tx, held.id, Kind.BUDGET_RAISED, data, **actor.entry_fields(Role.APPROVER))
    return None


async def refuse_raise(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """The budget stays; why is said where the project is read."""
    held = await store.lock_project(tx, proposal.subject_id)
    stage = current(held.course)
    if proposal.reason and stage is not None:
        new = Remark(
            id=world.ids.new(),
            project_id=held.id,
            stage=int(stage),
            act="budget",
            by_role=hat_of(actor).value,
            said=proposal.reason,
            said_by=actor.account_id,
            said_at=world.clock.now(),
        )
        await store.insert_remark(tx, new)
    return None
