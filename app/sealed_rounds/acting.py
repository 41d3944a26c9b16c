"""The acts of a supplier's representative in a sealed round, the same for the socket and for HTTP: who it is, how often
it may, and then the act itself."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.refusals import Code, Refusal
from app.domain.representing import Right, decide_right
from app.identity.access import Actor
from app.infra.world import World
from app.sealed_rounds import uploading
from app.sealed_rounds.answering import Outcome, Receipted, Turned
from app.sealed_rounds.batch import Answer, hand_in
from app.sealed_rounds.bidders import find_bidder, find_own_upload
from app.sealed_rounds.desk import Act
from app.sealed_rounds.limits import limits_of
from app.sealed_rounds.packages import Announce, CommitPackage, WithdrawPackage, read_package
from app.sealed_rounds.soundness import require_sound_clock
from app.sealed_rounds.upload_store import Upload
from app.sealed_rounds.uploading import Progress


@dataclass(frozen=True, slots=True)
class Sent:
    """A package as it came over a wire."""

    round_id: str
    lot_id: str
    header: object
    price: object
    upload_id: object
    received_at: datetime


async def commit(world: World, actor: Actor, sent: Sent) -> Outcome:
    """Commit a package."""
    await require_sound_clock(world, sent.received_at)
    held, bidder = await find_bidder(world, actor, sent.round_id)
    held.terms(sent.lot_id)
    if not limits_of(world).admits(bidder, sent.lot_id):
        return Turned(Refusal(Code.SLOW_DOWN, {}))
    missing = decide_right(actor.rights, Right.BID)
    if missing is not None:
        return Turned(missing)
    command = CommitPackage(
        sent.round_id, sent.lot_id, sent.header, sent.price, sent.upload_id, sent.received_at, actor.request_id
    )
    # While a committee is rekeyed there is nothing to seal to.
    waits = None if held.has_policy else Refusal(Code.COMMITTEE_NOT_READY)
    read = waits or read_package(command, held.sizes, seats=len(held.policy["members"]))
    return _outcome(await hand_in(world, Act(bidder, command, read)))


async def withdraw(
    world: World, actor: Actor, round_id: str, lot_id: str, *, rev: int, received_at: datetime
) -> Outcome:
    """Withdraw the own package on a lot."""
    await require_sound_clock(world, received_at)
    held, bidder = await find_bidder(world, actor, round_id)
    held.terms(lot_id)
    if not limits_of(world).admits(bidder, lot_id):
        return Turned(Refusal(Code.SLOW_DOWN, {}))
    missing = decide_right(actor.rights, Right.BID)
    if missing is not None:
        return Turned(missing)
    command = WithdrawPackage(round_id, lot_id, rev, received_at, actor.request_id)
    return _outcome(await hand_in(world, Act(bidder, command)))


def _outcome(answer: Answer) -> Outcome:
    assert not isinstance(answer, Upload), "a package is received or turned away"
    return answer


async def announce(  # what is announced, where, when
    world: World, actor: Actor, round_id: str, lot_id: str, *, size: int, sha256: str, received_at: datetime
) -> Progress | Refusal:
    """Announce a technical ciphertext."""
    await require_sound_clock(world, received_at)
    held, bidder = await find_bidder(world, actor, round_id)
    held.terms(lot_id)
    if not limits_of(world).admits(bidder, lot_id):
        return Refusal(Code.SLOW_DOWN, {})
    missing = decide_right(actor.rights, Right.BID)
    if missing is not None:
        return missing
    command = Announce(lot_id, size, sha256, received_at, actor.request_id)
    answer = await hand_in(world, Act(bidder, command))
    assert not isinstance(answer, Receipted), "an announced upload has no receipt"
    return answer.refusal if isinstance(answer, Turned) else await uploading.find_progress(world, answer)


async def find_progress(world: World, actor: Actor, round_id: str, upload_id: str) -> Progress:
    """How far an own upload has come."""
    _, found = await find_own_upload(world, actor, round_id, upload_id)
    return await uploading.find_progress(world, found)


async def append_chunk(
    world: World, actor: Actor, round_id: str, upload_id: str, *, offset: int, chunks: AsyncIterator[bytes]
) -> Progress | Refusal:
    """Append a chunk to an own upload."""
    held, found = await find_own_upload(world, actor, round_id, upload_id)
    return await uploading.append_chunk(world, held, found, offset=offset, chunks=chunks)
