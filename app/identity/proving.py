"""Proving who one is in a session that goes on: the second step of a sign-in, and the step-up (ACCESS.md section 1).

Every right proof gives the session a new id. Wrong ones are counted per account, as wrong passwords are.
"""

import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.second_factor import FactorKind, steps_worth_trying
from app.identity import arriving_store, factor_store, passkeys, passwords, store
from app.identity.access import Actor
from app.identity.factor_store import RECOVERY, Factor
from app.identity.starting import Started, proofs_of, renew
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody offers: ``by`` totp, recovery or password with a text, or a passkey's answer."""

    by: str
    text: str = ""
    credential: Mapping[str, Any] | None = None


def recovery_hash(world: World, account_id: str, code: str) -> str:
    """What is kept of a recovery code; how it is spelled does not matter."""
    plain = unicodedata.normalize("NFKC", code).replace("-", "").replace(" ", "").lower()
    return world.keys.lookup(f"recovery|{account_id}|{plain}")


def find_step(world: World, factor: Factor, code: str) -> int | None:
    """The half minute a code belongs to, among those that are still good; None for a wrong or used one."""
    plain = unicodedata.normalize("NFKC", code).replace(" ", "")
    codes = pyotp.TOTP(factor.secret)
    for step in steps_worth_trying(world.clock.now(), factor.last_step):
        if hmac.compare_digest(codes.generate_otp(step).encode(), plain.encode()):
            return step
    return None


async def offer_passkey(world: World, actor: Actor) -> dict[str, Any]:
    """What the browser needs to prove by a passkey. Problem 404 where the account has none."""
    async with world.db.transaction() as tx:
        held = await factor_store.list_factors(world, tx, actor.account_id)
        own = [each for each in held if each.kind == FactorKind.PASSKEY]
        if not own:
            raise Problem(404)
        return await passkeys.offer_proof(world, tx, actor.session_hash, own)


async def prove(world: World, actor: Actor, proof: Proof) -> Started | Refusal:
    """Prove the session, and renew it. Refuses WRONG_PROOF, alike for wrong, used and not set up; Problem 429 after too
    many."""
    key = world.keys.lookup("proof|" + actor.account_id)
    since = world.clock.now() - timedelta(seconds=world.settings.sign_in_window)
    async with world.db.snapshot() as tx:
        person = await store.find_account(world, tx, actor.account_id)
        tries = await arriving_store.count_failures(tx, key, since)
    if tries >= world.settings.sign_in_tries:
        raise Problem(429, headers={"Retry-After": str(world.settings.sign_in_window)})
    is_known = proof.by == "password" and await passwords.is_right(proof.text, person.password_hash if person else None)
    async with world.db.transaction() as tx:
        held = await factor_store.lock_factors(world, tx, actor.account_id)
        confirmed = [each for each in held if each.is_confirmed]
        if proof.by == "password":
            may = person is not None and "password" in proofs_of(person, {each.kind for each in confirmed})
            is_right = is_known and may
        else:
            is_right = await _is_right(world, tx, actor, proof, confirmed)
        started = await renew(world, tx, actor, by=proof.by) if is_right else None
        if started is None:
            await arriving_store.insert_failure(world, tx, [key])
            entry = NewEntry("system", Kind.SESSION_REFUSED, {"account": key[:16], "by": proof.by})
            await append(world, tx, entry)
    if started is None:
        return Refusal(Code.WRONG_PROOF)
    world.bell.ring("sessions")
    return started


async def _is_right(world: World, tx: AsyncConnection, actor: Actor, proof: Proof, confirmed: Sequence[Factor]) -> bool:
    match proof.by:
        case FactorKind.TOTP:
            return await _take_code(world, tx, [each for each in confirmed if each.kind == FactorKind.TOTP], proof.text)
        case FactorKind.PASSKEY:
            own = [each for each in confirmed if each.kind == FactorKind.PASSKEY]
            found = await passkeys.read_proof(world, tx, actor.session_hash, own, proof.credential or {})
            if found is not None:
                await factor_store.set_factor(world, tx, replace(found[0], sign_count=found[1]))
            return found is not None
        case _:
            return await _take_recovery(world, tx, actor, confirmed, proof.text)


async def _take_code(world: World, tx: AsyncConnection, own: Sequence[Factor], code: str) -> bool:
    for factor in own:
        step = find_step(world, factor, code)
        if step is not None:
            await factor_store.set_factor(world, tx, replace(factor, last_step=step))
            return True
    return False


async def _take_recovery(
    world: World, tx: AsyncConnection, actor: Actor, confirmed: Sequence[Factor], code: str
) -> bool:
    hashed = recovery_hash(world, actor.account_id, code)
    for factor in confirmed:
        if factor.kind == RECOVERY and hashed in factor.codes:
            left = tuple(each for each in factor.codes if each != hashed)
            await factor_store.set_factor(world, tx, replace(factor, codes=left))
            return True
    return False
