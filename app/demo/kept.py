"""Sealed rounds of the demo in committee custody: one waits for the audit seat's key, which is the visitor's to make;
one has closed and waits for two members to open it.

The key files that the demo makes are handed to whoever takes the seat, under one known passphrase: the visitor may play
all three. So all keys are on this machine, and the tenders say so.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from app.client import trustee
from app.demo import sealed_tenders, tenders
from app.demo.cast import STAFF
from app.demo.sealed_cast import DUE, KEPT
from app.demo.sealed_history import DRAINED
from app.demo.sealed_tenders import SealedTimes
from app.demo.seed import Stage
from app.domain.sealing.guarding import NONCE_BYTES, SALT_BYTES
from app.domain.sealing.member_key import MemberKeyFile, member_key_file
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.suite import derive_key_pair
from app.sealed_rounds import clockwork
from app.sealed_rounds import timekeeper as sealed_timekeeper
from app.sealed_rounds.demo_keys import PASSPHRASE, write_demo_key
from app.tenders import timekeeper as tender_timekeeper

K: Final = 2
# Who sits where, in the order of the seats.
SEATED: Final[Mapping[str, str]] = {
    "audit": "staff-3-auditor",
    "technical": "staff-10-requester",
    "finance": "staff-2-deputy",
}
CUSTODY: Final[Mapping[str, Any]] = {"custody": "committee", "committee": {"k": K, "seats": list(SEATED)}}
# Whose keys the visitor makes.
OWING: Final = "audit"
# Who seal in the round that waits to be opened.
BIDDERS: Final = 5


async def write_kept(stage: Stage, opens_at: datetime, closes_at: datetime) -> None:
    """Publish, seat the committee by two persons, and hand in the keys of two members."""
    due_at = opens_at - timedelta(minutes=30)
    times = SealedTimes(due_at, opens_at, closes_at, closes_at + timedelta(days=4), custody=CUSTODY)
    tender_id = await sealed_tenders.publish(stage, KEPT, times)
    await sealed_tenders.call_panel(stage, tender_id)
    await tenders.accept(stage, tender_id)
    round_id = await _seat(stage, tender_id)
    for number, (title, seat) in enumerate(SEATED.items(), start=1):
        if title != OWING:
            await _add_key(stage, round_id, number, seat)


async def write_due(stage: Stage, closes_at: datetime) -> None:
    """A round that has closed with everything done but its opening: the visitor plays the members."""
    opens_at = closes_at - timedelta(hours=6)
    due_at = opens_at - timedelta(minutes=30)
    stage.clock.at = due_at - timedelta(hours=3)
    times = SealedTimes(due_at, opens_at, closes_at, closes_at + timedelta(days=4), custody=CUSTODY)
    tender_id = await sealed_tenders.publish(stage, DUE, times, lambda draft: draft["evaluation"])
    await tenders.accept(stage, tender_id)
    round_id = await _seat(stage, tender_id)
    keys = [await _add_key(stage, round_id, number, seat) for number, seat in enumerate(SEATED.values(), start=1)]
    for own, seat in zip(keys, SEATED.values(), strict=True):
        async with stage.seat(seat) as member:
            digest = (await member.get(f"/rounds/{round_id}/committee"))["policy_digest"]
            await trustee.confirm_policy(member, own, " ".join(fingerprint(digest)))
    for own, seat in zip(keys, SEATED.values(), strict=True):
        async with stage.seat(seat) as member:
            await trustee.rehearse(member, own)
    stage.clock.at = due_at + timedelta(seconds=1)
    await tender_timekeeper.look_once(stage.world)
    await sealed_timekeeper.follow_tenders(stage.world)
    stage.clock.at = opens_at
    await clockwork.open_round(stage.world, round_id)
    dice = random.Random(DUE.title_en)  # noqa: S311 - a story, the same every time
    for firm in tenders.INVITED[:BIDDERS]:
        stage.clock.at += timedelta(minutes=23)
        async with stage.seat(firm.seat) as supplier:
            await sealed_tenders.seal(supplier, round_id, firm, sealed_tenders.start_prices(DUE, firm, dice))
    stage.clock.at = closes_at + DRAINED
    await clockwork.close_round(stage.world, round_id)


async def _seat(stage: Stage, tender_id: str) -> str:
    """Two persons name the members; the round's id."""
    emails = {person.seat: person.email for person in STAFF}
    async with stage.seat("staff-1-purchaser") as purchaser:
        round_id = str((await purchaser.get(f"/tenders/{tender_id}"))["sealed_round_id"])
        members = [emails[seat] for seat in SEATED.values()]
        asked = await purchaser.post(f"/rounds/{round_id}/committee", {"members": members})
    await stage.approve(asked["proposal_id"])
    return round_id


async def _add_key(stage: Stage, round_id: str, number: int, seat: str) -> MemberKeyFile:
    stage.clock.at += timedelta(minutes=6)
    own = MemberKeyFile(round_id, number, derive_key_pair(stage.world.ids.salt()))
    salt, nonce = stage.world.ids.salt()[:SALT_BYTES], stage.world.ids.salt()[:NONCE_BYTES]
    file = member_key_file(round_id, number, own.pair, PASSPHRASE, salt=salt, nonce=nonce)
    write_demo_key(stage.world, round_id, number, file)
    async with stage.seat(seat) as member:
        await trustee.prove_key(member, own)
    return own
