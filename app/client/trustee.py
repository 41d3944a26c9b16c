"""A committee member's part over HTTP: prove a key, confirm the policy, rehearse, release. SEALING.md 2 and 6.

What the service says is looked at before the key is used; the private key stays here.
"""

from datetime import UTC, datetime
from typing import Final

from app.client.caller import Caller
from app.domain.sealing.committee import answer_challenge, release_wrap
from app.domain.sealing.header import EnvelopeKind, Header, decode, header_from_json
from app.domain.sealing.member_bundle import Distrust, OwnSeat, make_bundle
from app.domain.sealing.member_key import MemberKeyFile
from app.domain.sealing.policy import KeyPolicy, fingerprint, policy_digest, policy_from_json
from app.domain.sealing.releases import Bundle, bundle_json
from app.domain.sealing.suite import OpeningError

_WHY: Final = {
    Distrust.TOO_EARLY: "by this machine's clock the round has not closed",
    Distrust.OTHER_ROUND: "the service tells of another round or seat",
    Distrust.OTHER_POLICY: "the key policy is not the one you confirmed",
    Distrust.OTHER_MANIFEST: "the manifest is not in order",
    Distrust.MALFORMED: "the service's answer is not in its form",
}


class DistrustError(Exception):
    """The key was not used; the message is the sentence."""


async def prove_key(caller: Caller, own: MemberKeyFile) -> None:
    """Hand the public key in, with the answer to its challenge. Raises DistrustError, CallError."""
    path, public = f"/rounds/{own.round}/committee", own.pair.public.hex()
    asked = await caller.post(f"{path}/challenge", {"public": public})
    try:
        sent = bytes.fromhex(asked["enc"]), decode(asked["ct"]) or b""
        nonce = answer_challenge(own.pair.private, own.round, own.seat, *sent)
    except (OpeningError, KeyError, ValueError):
        raise DistrustError("the challenge is not for this key, round and seat") from None
    await caller.put(f"{path}/key", {"public": public, "answer": nonce.hex()})


async def confirm_policy(caller: Caller, own: MemberKeyFile, compared: str) -> str:
    """Confirm the policy whose fingerprint the member has compared, and in which the own key stands; its digest."""
    view = await caller.get(f"/rounds/{own.round}/committee")
    policy = policy_from_json(view["policy"])
    if not isinstance(policy, KeyPolicy) or policy.round != own.round:
        raise DistrustError("the service tells no key policy of this round")
    digest = policy_digest(policy)
    if compared.split() != fingerprint(digest):
        raise DistrustError(f"the policy's fingerprint is {' '.join(fingerprint(digest))}, not the one you compared")
    is_there = 1 <= own.seat <= len(policy.members)
    if not is_there or policy.members[own.seat - 1].key != own.pair.public.hex():
        raise DistrustError("the key policy does not hold your key on your seat")
    await caller.post(f"/rounds/{own.round}/committee/confirmation", {"digest": digest})
    return digest


async def rehearse(caller: Caller, own: MemberKeyFile) -> None:
    """Release the rehearsal's dummy package. Raises DistrustError, CallError."""
    view = await caller.get(f"/rounds/{own.round}/committee")
    header = header_from_json(view["rehearsal"])
    if not isinstance(header, Header):
        raise DistrustError("there is no rehearsal yet")
    try:
        given = release_wrap(own.pair.private, header.binding, header.envelopes[0], own.seat)
    except OpeningError:
        raise DistrustError("the rehearsal's wrap does not open with this key") from None
    await caller.post(f"/rounds/{own.round}/committee/rehearsal", {"release": given.hex()})


async def release_due(
    caller: Caller, own: MemberKeyFile, envelope: EnvelopeKind, *, confirmed: str, now: datetime | None = None
) -> Bundle:
    """Release what is due, after the member's own checks; the bundle that was taken. Raises DistrustError, CallError.

    `confirmed`: the digest of the policy that the member confirmed. A service that says it has closed is not believed:
    the member's own clock decides, which is read where `now` is not given.
    """
    at = datetime.now(UTC) if now is None else now  # noqa: TID251 - an outside client with a wall clock
    facts = await caller.get(f"/rounds/{own.round}/wraps", envelope=envelope.value)
    bundle = make_bundle(OwnSeat(own.round, own.seat, confirmed, own.pair.private), facts, at)
    if isinstance(bundle, Distrust):
        raise DistrustError(_WHY[bundle])
    await caller.post(f"/rounds/{own.round}/releases", bundle_json(bundle))
    return bundle
