"""The rehearsal: k members open a dummy package before the round may open. SEALING.md section 2 point 4.

The service seals a made-up price under the very policy; members release its wraps as they will those of real packages,
and the envelope is opened and made again. What does not work on this day would not have worked after the close.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.body import PriceOffer, pack_price
from app.domain.sealing.committee import share_of
from app.domain.sealing.header import (
    Binding,
    Envelope,
    EnvelopeKind,
    Header,
    decode,
    encode,
    header_from_json,
    header_json,
)
from app.domain.sealing.package import (
    Opened,
    find_secret,
    open_server_wrap,
    repeat_opening,
    seal_envelope,
    secret_bytes,
)
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_from_json
from app.infra.world import World
from app.sealed_rounds import committee_store
from app.sealed_rounds.committee_store import HeldCommittee, Member
from app.sealed_rounds.entering import enter
from app.sealed_rounds.store import SealedRound

# No bidder's tag: tags are 32 hex digits.
REHEARSAL_TAG = "rehearsal"
_AMOUNT_DIGITS = 1_000_000


def make_rehearsal(world: World, policy: KeyPolicy, bucket: int) -> dict[str, Any]:
    """{header, ct} of a dummy package under a policy; its amount is drawn, so that nobody could know it unopened."""
    binding = Binding(policy.round, policy.lots[0], REHEARSAL_TAG, 1, policy_digest(policy))
    drawn = int.from_bytes(world.ids.salt()) % _AMOUNT_DIGITS
    body = pack_price(PriceOffer(policy.lots[0], "CNY", f"{drawn}.00", 2))
    secret = b"".join(world.ids.salts(secret_bytes(policy.committee) // 32))
    lock = bytes.fromhex(policy.server_lock)
    envelope, ct = seal_envelope(lock, binding, EnvelopeKind.PRICE, body, bucket, secret, policy.committee)
    return {"header": header_json(Header(binding, (envelope,))), "ct": encode(ct)}


def envelope_of(rehearsal: Mapping[str, Any]) -> tuple[Binding, Envelope]:
    """The dummy package's only envelope and what it is bound to."""
    header = header_from_json(rehearsal["header"])
    assert isinstance(header, Header), "the service made it"
    return header.binding, header.envelopes[0]


def decide_rehearsal_release(now: HeldCommittee, own: Member, release: bytes) -> Refusal | None:
    """Refuse a release before the policy is fixed and confirmed by its member, and one that does not open the wrap."""
    if now.rehearsal is None or own.confirmed_at is None:
        return Refusal(Code.COMMITTEE_NOT_READY, {"step": "confirm"})
    binding, envelope = envelope_of(now.rehearsal)
    if share_of(binding, envelope, own.seat, release) is None:
        return Refusal(Code.RELEASE_FALSE, {"seat": str(own.seat)})
    return None


async def finish_rehearsal(world: World, tx: AsyncConnection, held: SealedRound, now: HeldCommittee) -> bool:
    """Open the dummy package once k members have released; whether the rehearsal is done by now."""
    policy = policy_from_json(dict(held.policy))
    assert isinstance(policy, KeyPolicy), "a rehearsal is made of a fixed policy"
    assert now.rehearsal is not None, "with the policy comes its rehearsal"
    given = {each.seat: bytes.fromhex(each.rehearsal_release) for each in now.members if each.rehearsal_release}
    if now.rehearsed_at is not None or len(given) < policy.k:
        return now.rehearsed_at is not None
    binding, envelope = envelope_of(now.rehearsal)
    shares = {seat: share_of(binding, envelope, seat, release) for seat, release in given.items()}
    lock = world.keys.server_lock(held.round_id)
    lock_seed = open_server_wrap(lock.private, binding, envelope)
    assert lock_seed is not None, "the service sealed it to its own lock"
    whole = {seat: share for seat, share in shares.items() if share is not None}
    secret = find_secret(binding, envelope, lock_seed, policy.k, whole)
    ct = decode(now.rehearsal["ct"]) or b""
    opened = repeat_opening(lock.public, binding, envelope, ct, secret, policy.committee)
    assert isinstance(opened, Opened), "what the service sealed opens by releases that each opened their wrap"
    await committee_store.set_committee(tx, now, rehearsed_at=world.clock.now())
    data = {"round": held.round_id, "generation": now.generation, "seats": sorted(given), "digest": held.policy_digest}
    await enter(world, tx, held, Kind.REHEARSAL_DONE, data)
    return True
