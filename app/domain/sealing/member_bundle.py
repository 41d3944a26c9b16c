"""A member's side of a bundle: what is checked before the key is used, and what is released. SEALING.md section 6.1.

The page (TypeScript) and `bidroom trustee release` do the same: own clock past the close, the key policy as the member
confirmed it, the packages those of the manifest, each header the one its package is named by. What fails the last two
is left out with its reason; what fails the first two leaves the key untouched.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.sealing.committee import release_wrap
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json, package_digest
from app.domain.sealing.releases import Bundle, Reason, manifest_digest
from app.domain.sealing.suite import OpeningError


class Distrust(StrEnum):
    """Why a member's key is not used at all."""

    TOO_EARLY = "TOO_EARLY"
    OTHER_ROUND = "OTHER_ROUND"
    OTHER_POLICY = "OTHER_POLICY"
    OTHER_MANIFEST = "OTHER_MANIFEST"
    MALFORMED = "MALFORMED"


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """What a member knows without the service: round and seat of the key file, the policy that was confirmed."""

    round: str
    seat: int
    policy: str
    private: bytes = field(repr=False)


def make_bundle(own: OwnSeat, facts: Mapping[str, Any], now: datetime) -> Bundle | Distrust:
    """The bundle of what the service says is due (`GET …/wraps`), or why the key is not used."""
    try:
        return _make(own, facts, now)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Distrust.MALFORMED


def _make(own: OwnSeat, facts: Mapping[str, Any], now: datetime) -> Bundle | Distrust:
    if now < datetime.fromisoformat(facts["closes_at"]):
        return Distrust.TOO_EARLY
    if (facts["round_id"], facts["seat"]) != (own.round, own.seat):
        return Distrust.OTHER_ROUND
    if facts["policy_digest"] != own.policy:
        return Distrust.OTHER_POLICY
    manifest, kind = [str(each) for each in facts["manifest"]], EnvelopeKind(facts["envelope"])
    if manifest != sorted(set(manifest)) or facts["manifest_digest"] != manifest_digest(manifest):
        return Distrust.OTHER_MANIFEST
    if not _is_whole(facts["packages"], manifest, kind):
        return Distrust.OTHER_MANIFEST
    found = {str(each["package"]): _release(own, each, kind, frozenset(manifest)) for each in facts["packages"]}
    secrets = {name: each for name, each in found.items() if isinstance(each, bytes)}
    omitted = {name: each for name, each in found.items() if isinstance(each, Reason)}
    return Bundle(own.round, kind, own.seat, own.policy, facts["manifest_digest"], secrets, omitted)


def _is_whole(packages: Collection[Mapping[str, Any]], manifest: Collection[str], kind: EnvelopeKind) -> bool:
    """Whether nobody's package is kept from the members: all of the manifest is due, but prices after a technical part,
    where those that failed stay shut. Where nothing is due nothing is released, and nobody is wronged."""
    headers = [each["header"] for each in packages]
    has_technical = any(one["kind"] == EnvelopeKind.TECH.value for header in headers for one in header["envelopes"])
    is_after_marks = kind is EnvelopeKind.PRICE and has_technical
    return not packages or is_after_marks or {each["package"] for each in packages} >= set(manifest)


def _release(own: OwnSeat, each: Mapping[str, Any], kind: EnvelopeKind, manifest: Collection[str]) -> bytes | Reason:
    if each["package"] not in manifest:
        return Reason.NOT_IN_MANIFEST
    header = header_from_json(each["header"])
    if not isinstance(header, Header) or package_digest(header) != each["package"]:
        return Reason.PACKAGE_ALTERED
    envelope = header.envelope(kind)
    if envelope is None or (header.binding.round, header.binding.policy) != (own.round, own.policy):
        return Reason.PACKAGE_ALTERED
    try:
        return release_wrap(own.private, header.binding, envelope, own.seat)
    except OpeningError:
        return Reason.WRAP_DOES_NOT_OPEN
