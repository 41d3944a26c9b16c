"""Second factors set up, named and taken away; recovery codes; an administrator's reset (ACCESS.md section 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyotp
import segno
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.second_factor import (
    RECOVERY_CODES,
    FactorKind,
    SteppedAct,
    decide_addition,
    decide_removal,
)
from app.domain.visibility import Role
from app.identity import factor_store, passkeys, store
from app.identity.access import Actor, require_step_up
from app.identity.factor_store import RECOVERY, Factor
from app.identity.proving import find_step, recovery_hash
from app.identity.starting import Started, acted_by, renew
from app.infra.errors import Problem
from app.infra.web import instant_text
from app.infra.world import World
from app.journal.store import NewEntry, append

# 48 bits, tried at most ten times in a quarter of an hour.
_CODE_LETTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret for an authenticator's app, to be confirmed by a first code."""

    id: str
    secret: str
    uri: str
    # An image of the address as a data URI, for the page to show.
    qr: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A factor added: the renewed session, and the recovery codes where these are the first."""

    started: Started
    codes: Sequence[str] = ()


async def _enter(world: World, tx: AsyncConnection, actor: Actor) -> tuple[store.Account, list[Factor]]:
    """The account and its factors, locked. Whoever has one proves it first, and freshly; without one a password is all
    there is to go by."""
    held = await factor_store.lock_factors(world, tx, actor.account_id)
    person = await store.find_account(world, tx, actor.account_id)
    if person is None:
        raise Problem(401)
    if actor.is_proven:
        require_step_up(world, actor, SteppedAct.FACTORS)
    elif any(each.is_confirmed for each in held):
        raise Problem(401, Code.SECOND_FACTOR_NEEDED.value)
    return person, held


def _confirmed(held: Sequence[Factor]) -> list[Factor]:
    return [each for each in held if each.is_confirmed and each.kind != RECOVERY]


def _hour(world: World) -> str:
    return instant_text(world.clock.now().replace(minute=0, second=0, microsecond=0))


async def _note(world: World, tx: AsyncConnection, person: store.Account, kind: Kind, factor: str) -> None:
    await append(world, tx, NewEntry("system", kind, {"factor": factor}, **acted_by(person)))  # type: ignore[arg-type]  # values fit the fields by name


async def begin_totp(world: World, actor: Actor) -> Offer | Refusal:
    """A fresh secret, good for nothing until its first code comes; an older unconfirmed one is forgotten."""
    async with world.db.transaction() as tx:
        person, held = await _enter(world, tx, actor)
        refusal = decide_addition(present=len(_confirmed(held)))
        if refusal is not None:
            return refusal
        for each in held:
            if not each.is_confirmed:
                await factor_store.delete_factor(tx, each.id)
        made = Factor(
            world.ids.new(), person.id, FactorKind.TOTP.value, is_confirmed=False, name="", made_at=_hour(world),
            secret=pyotp.random_base32(),
        )  # fmt: skip
        await factor_store.insert_factor(world, tx, made)
    uri = pyotp.TOTP(made.secret).provisioning_uri(name=person.email, issuer_name="Bidroom")
    return Offer(made.id, made.secret, uri, segno.make(uri, error="m", micro=False).svg_data_uri(scale=5))


async def confirm_totp(world: World, actor: Actor, factor_id: str, *, code: str, name: str) -> Enrolled | Refusal:
    """Take the secret into use by its first code. Refuses WRONG_PROOF; Problem 404 for another's or none."""
    async with world.db.transaction() as tx:
        person, held = await _enter(world, tx, actor)
        made = next((each for each in held if each.id == factor_id and not each.is_confirmed), None)
        if made is None:
            raise Problem(404)
        step = find_step(world, made, code)
        if step is None:
            return Refusal(Code.WRONG_PROOF)
        await factor_store.set_factor(world, tx, replace(made, is_confirmed=True, name=name, last_step=step))
        return await _finish(world, tx, actor, person, held, FactorKind.TOTP)


async def begin_passkey(world: World, actor: Actor) -> dict[str, Any] | Refusal:
    """What the browser needs to make a passkey."""
    async with world.db.transaction() as tx:
        person, held = await _enter(world, tx, actor)
        refusal = decide_addition(present=len(_confirmed(held)))
        if refusal is not None:
            return refusal
        own = [each for each in held if each.kind == FactorKind.PASSKEY]
        return await passkeys.offer_enrolment(world, tx, person, actor.session_hash, own)


async def add_passkey(world: World, actor: Actor, credential: Mapping[str, Any], *, name: str) -> Enrolled | Refusal:
    """Take a passkey into use that answers this session's challenge. Refuses WRONG_PROOF."""
    async with world.db.transaction() as tx:
        person, held = await _enter(world, tx, actor)
        read = await passkeys.read_enrolment(world, tx, actor.session_hash, credential)
        if read is None:
            return Refusal(Code.WRONG_PROOF)
        credential_id, public_key, count = read
        made = Factor(
            world.ids.new(), person.id, FactorKind.PASSKEY.value, is_confirmed=True, name=name, made_at=_hour(world),
            secret=public_key, credential_id=credential_id, sign_count=count,
        )  # fmt: skip
        await factor_store.insert_factor(world, tx, made)
        return await _finish(world, tx, actor, person, held, FactorKind.PASSKEY)


async def _finish(
    world: World, tx: AsyncConnection, actor: Actor, person: store.Account, held: Sequence[Factor], kind: FactorKind
) -> Enrolled:
    """Journal the new factor, hand out codes with the first one, and renew the session: it is proven now."""
    codes = await _new_codes(world, tx, person, held) if not _confirmed(held) else ()
    await _note(world, tx, person, Kind.SECOND_FACTOR_ADDED, kind.value)
    started = await renew(world, tx, actor, by=kind.value)
    if started is None:
        raise Problem(401)
    return Enrolled(started, codes)


async def _new_codes(
    world: World, tx: AsyncConnection, person: store.Account, held: Sequence[Factor]
) -> tuple[str, ...]:
    drawn = [world.ids.new()[:_CODE_LETTERS] for _ in range(RECOVERY_CODES)]
    for each in held:
        if each.kind == RECOVERY:
            await factor_store.delete_factor(tx, each.id)
    kept = tuple(recovery_hash(world, person.id, code) for code in drawn)
    made = Factor(world.ids.new(), person.id, RECOVERY, is_confirmed=True, name="", made_at=_hour(world), codes=kept)
    await factor_store.insert_factor(world, tx, made)
    return tuple(f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in drawn)


async def renew_codes(world: World, actor: Actor) -> Sequence[str] | Refusal:
    """Ten fresh recovery codes; the older ones are good no more. Refuses NOT_ALLOWED_HERE without a factor."""
    async with world.db.transaction() as tx:
        person, held = await _enter(world, tx, actor)
        if not _confirmed(held):
            return Refusal(Code.NOT_ALLOWED_HERE)
        await _note(world, tx, person, Kind.SECOND_FACTOR_ADDED, RECOVERY)
        return await _new_codes(world, tx, person, held)


async def rename(world: World, actor: Actor, factor_id: str, name: str) -> None:
    """Name a factor. Problem 404 for another's or none."""
    async with world.db.transaction() as tx:
        _, held = await _enter(world, tx, actor)
        found = next((each for each in _confirmed(held) if each.id == factor_id), None)
        if found is None:
            raise Problem(404)
        await factor_store.set_factor(world, tx, replace(found, name=name))


async def remove(world: World, actor: Actor, factor_id: str) -> Refusal | None:
    """Take a factor away; with the last one the recovery codes go. Refuses LAST_SECOND_FACTOR; Problem 404."""
    async with world.db.transaction() as tx:
        person, held = await _enter(world, tx, actor)
        own = _confirmed(held)
        if factor_id not in {each.id for each in own}:
            raise Problem(404)
        refusal = decide_removal(person.roles, left=len(own) - 1)
        if refusal is not None:
            return refusal
        gone = next(each for each in own if each.id == factor_id)
        for each in held if len(own) == 1 else [gone]:
            await factor_store.delete_factor(tx, each.id)
        await _note(world, tx, person, Kind.SECOND_FACTOR_REMOVED, gone.kind)
    return None


async def reset(world: World, actor: Actor, account_id: str, *, reason: str) -> Refusal | None:
    """An administrator takes away everything that proves somebody who has lost it; their sessions end. Journaled with
    the reason. Refuses SAME_PERSON; Problem 404 where absent."""
    if account_id == actor.account_id:
        return Refusal(Code.SAME_PERSON)
    async with world.db.transaction() as tx:
        if await store.find_account(world, tx, account_id) is None:
            raise Problem(404)
        for each in await factor_store.lock_factors(world, tx, account_id):
            await factor_store.delete_factor(tx, each.id)
        await store.end_sessions(world, tx, account_id=account_id, at=world.clock.now())
        data = {"account": account_id, "reason": reason}
        await append(world, tx, NewEntry("system", Kind.SECOND_FACTOR_RESET, data, **actor.entry_fields(Role.ADMIN)))
    world.bell.ring("sessions")
    return None
