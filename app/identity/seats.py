"""Which hats a person has worn in a tender, and whether two accounts are one person's (ACCESS.md sections 2 and 3)."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.exclusive_roles import may_sit
from app.domain.refusals import Refusal
from app.domain.related_parties import person_keys
from app.domain.visibility import Role
from app.identity import store
from app.identity.access import Actor, seat_scope
from app.infra.errors import Problem
from app.infra.world import World

# Longer than a proposal waits.
_LOOK_BACK: Final = timedelta(hours=48)


async def list_seats(tx: AsyncConnection, account_id: str, tender_id: str) -> set[Role]:
    """The hats an account has worn in a tender."""
    return await store.list_roles(tx, scope=seat_scope(tender_id), holder=f"account:{account_id}")


async def list_seated(tx: AsyncConnection, account_id: str) -> list[str]:
    """The tenders that an account has worn a hat in."""
    return await store.list_scopes(tx, holder=f"account:{account_id}", kind="seat")


async def find_clash(tx: AsyncConnection, account_id: str, tender_id: str | None, role: Role) -> Refusal | None:
    """Whether another hat worn in the tender excludes this one. Refuses EXCLUSIVE_ROLES."""
    return None if tender_id is None else may_sit(await list_seats(tx, account_id, tender_id), role)


async def take_seat(tx: AsyncConnection, account_id: str, tender_id: str | None, role: Role) -> None:
    """Remember the hat, inside the act it is worn in. Problem 409 EXCLUSIVE_ROLES where another one excludes it."""
    if tender_id is None:
        return
    refusal = await find_clash(tx, account_id, tender_id, role)
    if refusal is not None:
        raise Problem(409, refusal.code.value, detail=refusal.detail)
    await store.grant_scope(tx, scope=seat_scope(tender_id), holder=f"account:{account_id}", role=role)


async def find_twin(world: World, tx: AsyncConnection, actor: Actor, other_id: str) -> str | None:
    """By what the actor is the same person as another account: ``account``, ``contact`` (mailbox or telephone) or
    ``device`` (signed in by the same browser of late); None for two persons.

    The demo's seats are all taken in one browser: there devices tell nothing.
    """
    if actor.account_id == other_id:
        return "account"
    pair = [await store.find_account(world, tx, each) for each in (actor.account_id, other_id)]
    own, other = (person_keys(each.email, each.mobile) if each else frozenset() for each in pair)
    if own & other:
        return "contact"
    return "device" if not actor.is_demo and await _share_device(world, tx, (actor.account_id, other_id)) else None


async def _share_device(world: World, tx: AsyncConnection, accounts: Collection[str]) -> bool:
    since = world.clock.now() - _LOOK_BACK
    first, second = [await store.list_devices(world, tx, each, since) for each in accounts]
    return bool(first & second)
