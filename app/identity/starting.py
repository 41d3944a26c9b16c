"""Sessions begun and renewed: how much they prove, on which device, and how their owner proves more."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.second_factor import Stage, needs_second_factor, stage_of
from app.domain.visibility import Role
from app.identity import factor_store, store, vault
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append


@dataclass(frozen=True, slots=True)
class Device:
    """What a request says of the browser, the token in its cookie of long life, and where it came from."""

    agent: str = ""
    token: str = ""
    network: str = ""


NO_DEVICE = Device()


@dataclass(frozen=True, slots=True)
class Started:
    """A session just started: its secret token goes into the cookie and nowhere else."""

    token: str
    account: store.Account
    is_demo: bool
    stage: Stage = Stage.FULL
    # By what its owner can prove more: `totp`, `passkey`, `recovery`, or `password` where there is no factor.
    proofs: tuple[str, ...] = ()


def hat_of(person: store.Account) -> str:
    """Under which hat a person signs in."""
    return Role.SUPPLIER.value if person.supplier_id else min(person.roles, default=Role.PUBLIC).value


def acted_by(person: store.Account) -> dict[str, str | None]:
    """Who acted, for the journal: suppliers' sessions name no account (VISIBILITY.md d50)."""
    return {"actor_role": hat_of(person), "actor_ref": None if person.supplier_id else person.id}


def proofs_of(person: store.Account, kinds: Collection[str]) -> tuple[str, ...]:
    """By what a person proves to be there: the factors, or the password where there is none and none is asked for."""
    if set(kinds) - {factor_store.RECOVERY}:
        return tuple(sorted(kinds))
    return () if needs_second_factor(person.roles) or person.password_hash is None else ("password",)


async def read_stage(tx: AsyncConnection, person: store.Account, *, is_proven: bool) -> tuple[Stage, tuple[str, ...]]:
    """How far a session of the person has come, and by what it goes on."""
    kinds = await factor_store.list_kinds(tx, person.id)
    has_factor = bool(kinds - {factor_store.RECOVERY})
    return stage_of(person.roles, has_factor=has_factor, is_proven=is_proven), proofs_of(person, kinds)


async def start(
    world: World,
    tx: AsyncConnection,
    person: store.Account,
    *,
    device: Device = NO_DEVICE,
    is_demo: bool = False,
    is_proven: bool = False,
) -> Started:
    """Start a session after a password, a one-time link, or a proof elsewhere (``is_proven``); a demo's seat counts as
    proven (ACCESS.md section 1). A session that proves all it has to is fresh for a step-up too."""
    token, now = world.ids.token(), world.clock.now()
    stage, proofs = await read_stage(tx, person, is_proven=is_demo or is_proven)
    is_full = stage is Stage.FULL
    key = world.keys.lookup("device|" + device.token) if device.token and not is_demo else ""
    proof = store.Proof(is_full, now if is_full else None, device.agent, key)
    await store.insert_session(world, tx, token=token, account_id=person.id, at=now, is_demo=is_demo, proof=proof)
    if device.network:
        await vault.insert_trace(world, tx, account_id=person.id, network=device.network, user_agent=device.agent)
    kind = Kind.DEMO_SEAT_TAKEN if is_demo else Kind.SESSION_STARTED
    await append(world, tx, NewEntry("system", kind, {}, **acted_by(person)))  # type: ignore[arg-type]  # values fit the fields by name
    return Started(token, person, is_demo, stage, proofs)


async def renew(world: World, tx: AsyncConnection, actor: Actor, *, by: str) -> Started | None:
    """Give the actor's session a new id after a proof; None where it has ended meanwhile. Journals session.proven."""
    row = await store.find_session(world, tx, actor.session_hash)
    if row is None:
        return None
    token = world.ids.token()
    await store.renew_session(world, tx, row, token=token, at=world.clock.now())
    _, proofs = await read_stage(tx, row.account, is_proven=True)
    await append(world, tx, NewEntry("system", Kind.SESSION_PROVEN, {"by": by}, **acted_by(row.account)))  # type: ignore[arg-type]  # values fit the fields by name
    return Started(token, row.account, row.is_demo, Stage.FULL, proofs)
