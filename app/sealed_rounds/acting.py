"""The acts of a supplier's representative in a sealed round, the same for the socket and for HTTP: who it is, how often
it may, and then the act itself."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.refusals import Code, Refusal
from app.identity.access import Actor
from app.infra.world import World
from app.sealed_rounds import submitting, uploading
from app.sealed_rounds.answering import Outcome, Turned
from app.sealed_rounds.bidders import find_bidder
from app.sealed_rounds.limits import limits_of
from app.sealed_rounds.packages import CommitPackage, WithdrawPackage
from app.sealed_rounds.uploading import Announce, Progress


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
    held, bidder = await find_bidder(world, actor, sent.round_id)
    held.terms(sent.lot_id)
    if not limits_of(world).admits(bidder, sent.lot_id):
        return Turned(Refusal(Code.SLOW_DOWN, {}))
    command = CommitPackage(
        sent.round_id, sent.lot_id, sent.header, sent.price, sent.upload_id, sent.received_at, actor.request_id
    )
    return await submitting.commit_package(world, held, bidder, command)


async def withdraw(
    world: World, actor: Actor, round_id: str, lot_id: str, *, rev: int, received_at: datetime
) -> Outcome:
    """Withdraw the own package on a lot."""
    held, bidder = await find_bidder(world, actor, round_id)
    held.terms(lot_id)
    if not limits_of(world).admits(bidder, lot_id):
        return Turned(Refusal(Code.SLOW_DOWN, {}))
    command = WithdrawPackage(round_id, lot_id, rev, received_at, actor.request_id)
    return await submitting.withdraw_package(world, bidder, command)


async def announce(  # what is announced, where, when
    world: World, actor: Actor, round_id: str, lot_id: str, *, size: int, sha256: str, received_at: datetime
) -> Progress | Refusal:
    """Announce a technical ciphertext."""
    held, bidder = await find_bidder(world, actor, round_id)
    held.terms(lot_id)
    if not limits_of(world).admits(bidder, lot_id):
        return Refusal(Code.SLOW_DOWN, {})
    command = Announce(lot_id, size, sha256, received_at, actor.request_id)
    return await uploading.announce_upload(world, bidder, command)


async def find_progress(world: World, actor: Actor, round_id: str, upload_id: str) -> Progress:
    """How far an own upload has come."""
    _, bidder = await find_bidder(world, actor, round_id)
    return await uploading.find_progress(world, bidder, upload_id)


async def append_chunk(
    world: World, actor: Actor, round_id: str, upload_id: str, *, offset: int, chunks: AsyncIterator[bytes]
) -> Progress | Refusal:
    """Append a chunk to an own upload."""
    held, bidder = await find_bidder(world, actor, round_id)
    return await uploading.append_chunk(world, held, bidder, upload_id, offset=offset, chunks=chunks)
