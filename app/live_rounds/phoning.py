"""Pause by phone: a purchaser without a screen calls the neutral desk, is called back, and says a code (CK-12).

Every purchaser has a code of its own for every round, shown in the cockpit beforehand. The desk sees clocks and no
amounts (VISIBILITY.md d56), and can do with the code what its owner could at once: stop a running lot.
"""

import hmac
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.db import Database
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.entering import refuse
from app.live_rounds.limits import Bucket
from app.live_rounds.service import BY_PHONE, PauseLot, pause_lot
from app.live_rounds.store import Floor

DIGITS = 8
# A code has 100 million values: five tries at once and one a minute find none in a round.
TRIES, TRIES_PER_SECOND = 5, 1 / 60
_TRIED: WeakKeyDictionary[Database, dict[str, Bucket]] = WeakKeyDictionary()

# What everybody reads: fixed, for a person on the phone dictates no messages.
MESSAGE_ZH = "采购人因技术原因请求暂停竞价，恢复时间将另行通知。"
MESSAGE_EN = "The buyer has asked for a pause for a technical reason. The resumption will be announced."


@dataclass(frozen=True, slots=True)
class PhonePause:
    """What the desk heard on the phone."""

    code: str
    reason: str


def call_code(world: World, round_id: str, account_id: str) -> str:
    """The code of one person for one round: the same on every replica and after a restart."""
    value = int(world.keys.lookup(f"call-code|{round_id}|{account_id}"), 16)
    return f"{value % 10**DIGITS:0{DIGITS}d}"


async def pause_by_phone(world: World, actor: Actor, lot_id: str, command: PhonePause) -> Floor | Refusal:
    """Pause a lot for a purchaser who said its code. Refuses WRONG_CALL_CODE, and SLOW_DOWN after a few of them."""
    async with world.db.transaction() as tx:
        one = await store.lock_floor(tx, lot_id)
        caller = await _find_caller(world, tx, one.round_id, command.code)
        refusal = None
        if not _tries_of(world, actor).take(world.clock.monotonic()):
            refusal = Refusal(Code.SLOW_DOWN)
        elif caller is None:
            refusal = Refusal(Code.WRONG_CALL_CODE)
        if refusal is not None:
            return await refuse(world, tx, actor, one, act="pause", refusal=refusal, hat=Role.DESK_HELP)
    said = PauseLot(BY_PHONE, command.reason, MESSAGE_ZH, MESSAGE_EN, asked_by=caller)
    return await pause_lot(world, actor, lot_id, said, hat=Role.DESK_HELP)


async def _find_caller(world: World, tx: AsyncConnection, round_id: str, code: str) -> str | None:
    """Whose code it is; every code is compared, so that the time tells nothing."""
    people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
    found = [one.id for one in people if hmac.compare_digest(call_code(world, round_id, one.id), code)]
    return found[0] if found else None


def _tries_of(world: World, actor: Actor) -> Bucket:
    tried = _TRIED.setdefault(world.db, {})
    return tried.setdefault(actor.account_id, Bucket(rate=TRIES_PER_SECOND, burst=TRIES))
