"""What requester and purchasers write to each other in a project (SCREENS.md RQ-03): kept, journalled by digest.

A purchaser names neither a supplier nor an alias to a requester before there is a contract (VISIBILITY.md REQ, d04).
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.delegating import find_hands, list_stand_ins
from app.demand import store
from app.demand.stages import enter, hats_in, person_of, refuse, stands_for, tell
from app.demand.store import Message, Project
from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.message_scanning import LeakKind, decide_message, scan_message
from app.domain.noticing import NoticeKind
from app.domain.process import Stage, StageState, current, is_stopped
from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import OwnNames
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.suppliers import store as supplier_store

# A thread, not an archive: enough for every question of a purchase.
MOST_MESSAGES: Final = 500
_NAMING: Final = frozenset({LeakKind.NAME, LeakKind.ALIAS})


def side_of(hats: Iterable[Role]) -> Role | None:
    """On which side somebody writes: its requester's, or the purchasers'; None for everybody else."""
    worn = frozenset(hats)
    return next((role for role in (Role.REQUESTER, Role.PURCHASER) if role in worn), None)


async def send_message(world: World, actor: Actor, project_id: str, said: str) -> Message | Refusal:
    """Write to the other side. Refuses INCOMPLETE (nothing said), NOT_ALLOWED_HERE (stopped), TOO_LARGE (too many),
    LEAK (a purchaser names a firm or an alias before the contract); to everybody else the project is not found."""
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        hats = hats_in(held, actor, await find_hands(world, tx, actor.account_id))
        side = side_of(hats)
        if side is None:
            raise not_found()
        refusal = await _decide(world, tx, held, side, said)
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="message", refusal=refusal)
        new = Message(world.ids.new(), project_id, side.value, said.strip(), actor.account_id, world.clock.now())
        await store.insert_message(tx, new)
        data = {"message": new.id, "side": side.value, "digest": digest_of({"said": new.said})}
        data |= stands_for(held, actor, hats) if side is Role.REQUESTER else {}
        await enter(world, tx, project_id, Kind.MESSAGE_SENT, data, **actor.entry_fields(side))
        people = await _others(world, tx, held, side)
        told = [each for each in people if each != actor.account_id]
        await tell(world, tx, held, NoticeKind.MESSAGE_WAITING, told)
        return new


async def _decide(world: World, tx: AsyncConnection, held: Project, side: Role, said: str) -> Refusal | None:
    if not said.strip():
        return Refusal(Code.INCOMPLETE, {"said": "MISSING"})
    if is_stopped(held.course):
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": StageState.STOPPED.value})
    if len(await store.list_messages(tx, [held.id])) >= MOST_MESSAGES:
        return Refusal(Code.TOO_LARGE, {"field": "messages", "most": str(MOST_MESSAGES)})
    if side is Role.REQUESTER or held.course[Stage.CONTRACT] is StageState.DONE:
        return None
    listed = await supplier_store.list_candidates(tx, held.need.category, world.clock.now())
    leaks = scan_message({"said": said}, [OwnNames([one.name_zh, one.name_en]) for one in listed])
    return decide_message([one for one in leaks if one.kind in _NAMING], amounts_checked=False)


async def _others(world: World, tx: AsyncConnection, held: Project, side: Role) -> list[str]:
    """Who is told: the requester and his delegates; the stage's purchaser, or all of them where there is none yet."""
    if side is Role.PURCHASER:
        return [held.requested_by, *await list_stand_ins(world, tx, held.requested_by, Role.REQUESTER)]
    stage = current(held.course)
    members = [one.member for one in await store.list_seats(tx, held.id)]
    person = None if stage is None or stage is Stage.NEED else person_of(held, members, stage)
    if person is not None and Role.PURCHASER in await _roles(world, tx, person):
        return [person, *await list_stand_ins(world, tx, person, Role.PURCHASER)]
    return [each.id for each in await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)]


async def _roles(world: World, tx: AsyncConnection, account_id: str) -> frozenset[Role]:
    found = await identity_store.find_account(world, tx, account_id)
    return frozenset() if found is None else found.roles
