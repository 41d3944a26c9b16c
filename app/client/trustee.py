"""A committee member's part over HTTP: prove a key, confirm the policy, rehearse, release. SEALING.md 2 and 6.

What the service says is looked at before the key is used; the private key stays here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

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


_DUE: Final = {
    "keys": "keygen, then prove",
    "wait": "nothing until every member's key is there",
    "confirm": "confirm --compared …",
    "rehearse": "rehearse",
}


class DistrustError(Exception):
    """The key was not used; the message is the sentence."""


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A seat of one's own and what is due of it."""

    reference: str
    title: str
    round: str
    seat: int
    name: str
    status: str
    opens_at: str
    closes_at: str
    k: int
    n: int
    due: str
    fingerprint: Sequence[str]


async def list_seats(caller: Caller) -> list[SeatFacts]:
    """The own seats in opening committees, those with something due first. Raises CallError."""
    told = (await caller.get("/my/seats"))["seats"]
    return [await _seat_facts(caller, each) for each in told]


async def _seat_facts(caller: Caller, told: Mapping[str, Any]) -> SeatFacts:
    path = f"/rounds/{told['round_id']}"
    view = await caller.get(f"{path}/committee")
    own = next(each for each in view["seats"] if each["is_own"])
    due = _DUE.get(_next_act(view, own), "nothing")
    if view["status"] == "closed":
        progress = await caller.get(f"{path}/opening")
        has_spoken = any(each["seat"] == own["seat"] and each["has_released"] for each in progress["seats"])
        is_due = progress["envelope"] is not None and not has_spoken
        due = f"release --envelope {progress['envelope']}" if is_due else "nothing"
    return SeatFacts(
        reference=view["reference"],
        title=view["title_en"],
        round=view["round_id"],
        seat=own["seat"],
        name=own["title"],
        status=view["status"],
        opens_at=view["opens_at"],
        closes_at=view["closes_at"],
        k=view["k"],
        n=len(view["titles"]),
        due=due,
        fingerprint=view["fingerprint"],
    )


def _next_act(view: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    if view["status"] not in ("scheduled", "open"):
        return ""
    if own["key"] is None:
        return "keys"
    if not view["policy_digest"]:
        return "wait"
    if not own["has_confirmed"]:
        return "confirm"
    return "" if own["has_rehearsed"] else "rehearse"


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


async def _check_own_key(caller: Caller, own: MemberKeyFile) -> None:
    """Stop where the file is an older one: with another key the seat would say that nothing opens, and have spoken."""
    view = await caller.get(f"/rounds/{own.round}/committee")
    keys = {each["seat"]: each["key"] for each in view["seats"] if each["is_own"]}
    if keys.get(own.seat) not in (None, own.pair.public.hex()):
        raise DistrustError("the file holds another key than the key policy does for your seat: an older file, perhaps")


async def release_due(
    caller: Caller, own: MemberKeyFile, envelope: EnvelopeKind, *, confirmed: str, now: datetime | None = None
) -> Bundle:
    """Release what is due, after the member's own checks; the bundle that was taken. Raises DistrustError, CallError.

    `confirmed`: the digest of the policy that the member confirmed. A service that says it has closed is not believed:
    the member's own clock decides, which is read where `now` is not given.
    """
    at = datetime.now(UTC) if now is None else now  # noqa: TID251 - an outside client with a wall clock
    facts = await caller.get(f"/rounds/{own.round}/wraps", envelope=envelope.value)
    await _check_own_key(caller, own)
    bundle = make_bundle(OwnSeat(own.round, own.seat, confirmed, own.pair.private), facts, at)
    if isinstance(bundle, Distrust):
        raise DistrustError(_WHY[bundle])
    await caller.post(f"/rounds/{own.round}/releases", bundle_json(bundle))
    return bundle
