"""A sealed round of the demo in committee custody: two of three keys are there, the audit seat's is the visitor's.

The colleagues' key files lie in the demo's data folder under one known passphrase: whoever visits may play all three.
So all keys are on this machine, and the tender says so.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from app.client import trustee
from app.demo import sealed_tenders, tenders
from app.demo.cast import STAFF
from app.demo.sealed_cast import KEPT
from app.demo.sealed_tenders import SealedTimes
from app.demo.seed import Stage
from app.domain.sealing.guarding import NONCE_BYTES, SALT_BYTES
from app.domain.sealing.member_key import MemberKeyFile, member_key_file
from app.domain.sealing.suite import derive_key_pair

K: Final = 2
# Who sits where, in the order of the seats.
SEATED: Final[Mapping[str, str]] = {
    "audit": "staff-3-auditor",
    "technical": "staff-10-requester",
    "finance": "staff-2-deputy",
}
# Whose keys the visitor makes.
OWING: Final = "audit"
PASSPHRASE: Final = "demo keys of this machine"  # noqa: S105 - published, for it protects nothing
FOLDER: Final = "committee-keys"


async def write_kept(stage: Stage, opens_at: datetime, closes_at: datetime) -> None:
    """Publish, seat the committee by two persons, and hand in the keys of two members."""
    custody = {"custody": "committee", "committee": {"k": K, "seats": list(SEATED)}}
    due_at = opens_at - timedelta(minutes=30)
    times = SealedTimes(due_at, opens_at, closes_at, closes_at + timedelta(days=4), custody=custody)
    tender_id = await sealed_tenders.publish(stage, KEPT, times)
    await sealed_tenders.call_panel(stage, tender_id)
    await tenders.accept(stage, tender_id)
    emails = {person.seat: person.email for person in STAFF}
    async with stage.seat("staff-1-purchaser") as purchaser:
        round_id = str((await purchaser.get(f"/tenders/{tender_id}"))["sealed_round_id"])
        members = [emails[seat] for seat in SEATED.values()]
        asked = await purchaser.post(f"/rounds/{round_id}/committee", {"members": members})
    await stage.approve(asked["proposal_id"])
    for number, (title, seat) in enumerate(SEATED.items(), start=1):
        if title != OWING:
            await _add_key(stage, round_id, number, title, seat)


async def _add_key(stage: Stage, round_id: str, number: int, title: str, seat: str) -> None:
    stage.clock.at += timedelta(minutes=6)
    own = MemberKeyFile(round_id, number, derive_key_pair(stage.world.ids.salt()))
    salt, nonce = stage.world.ids.salt()[:SALT_BYTES], stage.world.ids.salt()[:NONCE_BYTES]
    _write(stage, f"{number}-{title}", member_key_file(round_id, number, own.pair, PASSPHRASE, salt=salt, nonce=nonce))
    async with stage.seat(seat) as member:
        await trustee.prove_key(member, own)


def _write(stage: Stage, name: str, file: Mapping[str, Any]) -> None:
    folder = stage.world.settings.data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(file, indent=1) + "\n", encoding="utf-8")
