"""A member's bundle: what one seat releases of the envelopes that are due. SEALING.md section 6, attacks.md O01 to O05.

`{v, kind, round, envelope, seat, policy, manifest, releases}`: `manifest` is the digest of the close manifest that the
member has checked; `releases` are sorted by package and hold `{package, secret}` for every package that is due (the
wrap's KEM shared secret, `committee.py`), or `{package, reason}` where it cannot be released, with one of REASONS.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.domain.entries import digest_of
from app.domain.refusals import Code, Refusal
from app.domain.sealing.committee import share_of
from app.domain.sealing.header import EnvelopeKind, Header
from app.domain.sealing.record import OPENED, REFUSED

BUNDLE_KIND: Final = "bidroom.releases"
_MEMBERS: Final = frozenset({"v", "kind", "round", "envelope", "seat", "policy", "manifest", "releases"})
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
MOST_PACKAGES: Final = 100_000


class Reason(StrEnum):
    """Why a member releases nothing of a package."""

    WRAP_DOES_NOT_OPEN = "wrap_does_not_open"
    PACKAGE_ALTERED = "package_altered"
    NOT_IN_MANIFEST = "not_in_manifest"


# The findings after which every wrap has been made again: the packages that were sealed as they should be.
_SOUND: Final = (OPENED, "unreadable_body")


def is_false_claim(reason: Reason, result: str) -> bool:
    """Whether a member's reason for releasing nothing of a due package is not so, by what the opening gave.

    What is due stands in the manifest, always. That a wrap does not open, or that the package is not the receipted one,
    is known to be wrong once the package has been made again from its secret, byte for byte.
    """
    is_sound = result in _SOUND or result.startswith(REFUSED)
    return reason is Reason.NOT_IN_MANIFEST or is_sound


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as read. `secrets` and `omitted` are by package."""

    round: str
    envelope: EnvelopeKind
    seat: int
    policy: str
    manifest: str
    secrets: Mapping[str, bytes] = field(repr=False)
    omitted: Mapping[str, Reason] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """What a bundle of a seat must be for: the envelopes of one kind that are to be opened now."""

    round: str
    envelope: EnvelopeKind
    policy: str
    manifest: tuple[str, ...]
    # By package: its header as it was journalled when it came.
    headers: Mapping[str, Header]


def bundle_json(bundle: Bundle) -> dict[str, Any]:
    """The bundle as it is sent, kept and named by its digest."""
    rows: list[dict[str, str]] = [{"package": name, "secret": secret.hex()} for name, secret in bundle.secrets.items()]
    rows += [{"package": name, "reason": reason.value} for name, reason in bundle.omitted.items()]
    return {
        "v": 1,
        "kind": BUNDLE_KIND,
        "round": bundle.round,
        "envelope": bundle.envelope.value,
        "seat": bundle.seat,
        "policy": bundle.policy,
        "manifest": bundle.manifest,
        "releases": sorted(rows, key=lambda row: row["package"]),
    }


def omissions_of(bundle: Bundle) -> list[dict[str, str]]:
    """What a bundle leaves out and why, by package: as the journal and the opening record tell it."""
    return [{"package": name, "reason": reason.value} for name, reason in sorted(bundle.omitted.items())]


def manifest_digest(manifest: Collection[str]) -> str:
    """What stands in a bundle for the manifest of the close."""
    return digest_of(list(manifest))


def bundle_from_json(value: object) -> Bundle | None:
    """The bundle of a parsed JSON value, strictly; None for anything else."""
    if not isinstance(value, Mapping) or set(value) != _MEMBERS or value["v"] != 1 or value["kind"] != BUNDLE_KIND:
        return None
    texts = ("round", "envelope", "policy", "manifest")
    if not all(isinstance(value[name], str) for name in texts) or type(value["seat"]) is not int:
        return None
    rows = value["releases"]
    if value["envelope"] not in set(EnvelopeKind) or not isinstance(rows, list) or len(rows) > MOST_PACKAGES:
        return None
    secrets: dict[str, bytes] = {}
    omitted: dict[str, Reason] = {}
    for row in rows:
        if not _take(row, secrets, omitted):
            return None
    kind = EnvelopeKind(value["envelope"])
    return Bundle(value["round"], kind, value["seat"], value["policy"], value["manifest"], secrets, omitted)


def _take(row: object, secrets: dict[str, bytes], omitted: dict[str, Reason]) -> bool:
    if not isinstance(row, Mapping) or not _is_digest(row.get("package")):
        return False
    package = row["package"]
    if package in secrets or package in omitted:
        return False
    if set(row) == {"package", "secret"} and _is_digest(row["secret"]):
        secrets[package] = bytes.fromhex(row["secret"])
        return True
    if set(row) == {"package", "reason"} and row["reason"] in set(Reason):
        omitted[package] = Reason(row["reason"])
        return True
    return False


def _is_digest(text: object) -> bool:
    return isinstance(text, str) and _DIGEST.fullmatch(text) is not None


def decide_bundle(bundle: Bundle, due: Due, seat: int) -> Refusal | None:
    """Refuse a bundle of another round, seat, policy, manifest or envelope (WRONG_BINDING), one that leaves a package
    out without saying why or names one that is not due (RELEASE_MISSING), and a release that does not open its wrap
    (RELEASE_FALSE, with the seat)."""
    expected = (due.round, due.envelope, due.policy, manifest_digest(due.manifest), seat)
    told = (bundle.round, bundle.envelope, bundle.policy, bundle.manifest, bundle.seat)
    for member, one, other in zip(("round", "envelope", "policy", "manifest", "seat"), expected, told, strict=True):
        if one != other:
            return Refusal(Code.WRONG_BINDING, {"member": member})
    named = set(bundle.secrets) | set(bundle.omitted)
    if named != set(due.headers):
        missing = len(set(due.headers) - named)
        return Refusal(Code.RELEASE_MISSING, {"missing": str(missing), "other": str(len(named - set(due.headers)))})
    false = [
        name for name, given in bundle.secrets.items() if opened_share(due.headers[name], due, seat, given) is None
    ]
    if false:
        return Refusal(Code.RELEASE_FALSE, {"seat": str(seat), "packages": str(len(false))})
    return None


def opened_share(header: Header, due: Due, seat: int, secret: bytes) -> bytes | None:
    """The share that a release opens, or None."""
    envelope = header.envelope(due.envelope)
    return None if envelope is None else share_of(header.binding, envelope, seat, secret)


def is_quorate(
    bundles: Collection[Bundle], packages: Collection[str], *, k: int, n: int, has_waited: bool = False
) -> bool:
    """Whether the envelopes may be opened: k members released each of them, or every seat has spoken.

    Where k came and left packages out, the others are waited for only so long (`has_waited`): neither a spoilt wrap nor
    a false reason holds all others up.
    """
    if len(bundles) < k:
        return False
    is_whole = all(sum(package in bundle.secrets for bundle in bundles) >= k for package in packages)
    return is_whole or len(bundles) >= n or has_waited
