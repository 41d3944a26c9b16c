"""Staff who sign in through the buyer's own directory: linked by a verified mail address, or made without roles.

A directory grants nothing that matters: roles without privileges on first sight, all others as a proposal that an
auditor decides (ACCESS.md section 2; attacks.md Z05).
"""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.granting import CHAIN, tell_auditors
from app.approvals.store import NewProposal, insert_proposal
from app.domain.approving import ProposalKind
from app.domain.exclusive_roles import PRIVILEGED, STAFF_ROLES, clashing
from app.domain.kinds import Kind
from app.domain.visibility import Role
from app.identity import arriving_store, factor_store, store
from app.identity.access import Actor
from app.identity.provider import Asked, Claimed, Provider, ProviderError, ProviderUnreachable
from app.identity.starting import Device, Started, start
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append

LIFE: Final = timedelta(minutes=10)
UNREACHABLE: Final = "PROVIDER_UNREACHABLE"


def _key(state: str) -> str:
    return store.hash_token(f"sso|{state}")


async def ask(world: World, provider: Provider) -> Asked:
    """Where to send somebody; what has to come back is kept for ten minutes. Problem 503 PROVIDER_UNREACHABLE."""
    try:
        asked = await provider.ask()
    except (ProviderError, ProviderUnreachable):
        raise Problem(503, UNREACHABLE) from None
    kept = json.dumps({"nonce": asked.nonce, "verifier": asked.verifier})
    async with world.db.transaction() as tx:
        await factor_store.put_challenge(
            world, tx, key=_key(asked.state), kept=kept, expires_at=world.clock.now() + LIFE
        )
    return asked


async def come_back(world: World, provider: Provider, *, code: str, state: str, device: Device) -> Started:
    """Start the session of whoever came back with a code for a state of ours, which is good once.

    Problem 401 WRONG_SIGN_IN alike for whatever is wrong, 503 PROVIDER_UNREACHABLE.
    """
    async with world.db.transaction() as tx:
        kept = await factor_store.take_challenge(world, tx, key=_key(state))
    claimed = None
    if kept is not None:
        try:
            claimed = await provider.read(code=code, **json.loads(kept))
        except ProviderUnreachable:
            raise Problem(503, UNREACHABLE) from None
        except ProviderError:
            claimed = None
    async with world.db.transaction() as tx:
        person = None if claimed is None else await _find(world, tx, claimed)
        if person is not None and claimed is not None:
            return await start(world, tx, person, device=device, is_proven=claimed.has_second_factor)
        await append(world, tx, NewEntry(CHAIN, Kind.SESSION_REFUSED, {"by": "sso"}))
    raise Problem(401, "WRONG_SIGN_IN")


async def _find(world: World, tx: AsyncConnection, claimed: Claimed) -> store.Account | None:
    """Whose account this is: known by the provider's own name, else by a verified address; None for a supplier's
    address, a disabled account, or an address that is somebody else's over there."""
    known = await arriving_store.find_account_by_subject(world, tx, claimed.subject)
    if known is not None:
        return known if known.state == "active" else None
    if not claimed.is_verified or "@" not in claimed.email:
        return None
    person = await store.find_account_by_email(world, tx, claimed.email)
    if person is None:
        return await _make(world, tx, claimed)
    if person.kind != "staff" or person.state == "disabled" or await arriving_store.has_subject(tx, person.id):
        return None
    bound = arriving_store.subject_key(world, claimed.subject)
    await store.set_account(tx, person.id, subject_key=bound, state="active")
    return replace(person, state="active")


async def _make(world: World, tx: AsyncConnection, claimed: Claimed) -> store.Account:
    """A new account: roles without privileges at once, the others as a proposal."""
    wanted = {Role(name) for group, name in world.settings.oidc_roles.items() if group in claimed.groups}
    wanted &= STAFF_ROLES
    given = wanted - PRIVILEGED - clashing(wanted)
    person = store.Account(
        id=world.ids.new(),
        kind="staff",
        email=claimed.email.strip(),
        name=claimed.name.strip()[:200],
        roles=frozenset(given),
        supplier_id=None,
        locale="zh",
        password_hash=None,
        state="active",
        seat=None,
    )
    await store.insert_account(world, tx, person)
    await store.set_account(tx, person.id, subject_key=arriving_store.subject_key(world, claimed.subject))
    data = {"account": person.id, "roles": sorted(given), "by": "sso"}
    await append(world, tx, NewEntry(CHAIN, Kind.ACCOUNT_INVITED, data))
    if wanted != given:
        await _propose(world, tx, person, wanted)
    return person


async def _propose(world: World, tx: AsyncConnection, person: store.Account, wanted: Collection[Role]) -> None:
    before, after = sorted(person.roles), sorted(wanted)
    change = {"account": person.id, "from": before, "to": after}
    summary = {"from": before, "to": after, "source": world.settings.oidc_name}
    new = NewProposal(ProposalKind.ROLES, "account", person.id, CHAIN, change, summary)
    # Nobody asked: the directory did.
    house = Actor(
        account_id="service", roles=frozenset(), supplier_id=None, name="", email="", locale="zh", session_hash="",
        request_id=world.ids.new(), is_demo=False,
    )  # fmt: skip
    await tell_auditors(world, tx, but={person.id})
    await insert_proposal(world, tx, new, house, Role.SERVICE)
