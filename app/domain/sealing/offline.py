"""Opening packages without the service: the server's lock, k members' keys, and the packages themselves. SEALING.md 6.

For the day on which the service is gone. It opens no more than the service would: k of n members and the lock. With
fewer nothing is opened at all, and nothing is told of what might have been (attacks.md S05).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.domain.sealing.committee import release_wrap, share_of
from app.domain.sealing.header import Envelope, EnvelopeKind, Header, decode, header_from_json, package_digest
from app.domain.sealing.package import Finding, Opened, find_secret, open_server_wrap, repeat_opening
from app.domain.sealing.policy import KeyPolicy, check_policy, policy_digest, policy_from_json
from app.domain.sealing.suite import KeyPair, OpeningError, derive_key_pair, hkdf


class OfflineFault(StrEnum):
    """Why nothing was opened."""

    NO_PACKAGE = "NO_PACKAGE"
    OTHER_POLICY = "OTHER_POLICY"
    OTHER_LOCK = "OTHER_LOCK"
    OTHER_KEY = "OTHER_KEY"
    QUORUM_MISSING = "QUORUM_MISSING"


@dataclass(frozen=True, slots=True)
class OfflinePackage:
    """A package with the ciphertexts that are at hand."""

    policy: KeyPolicy
    header: Header
    ciphertexts: Mapping[EnvelopeKind, bytes] = field(repr=False)

    @property
    def digest(self) -> str:
        """Its name."""
        return package_digest(self.header)


@dataclass(frozen=True, slots=True)
class OfflineResult:
    """What one envelope said, or whose fault it is that it did not open."""

    package: str
    tag: str
    envelope: EnvelopeKind
    found: Opened | Finding = field(repr=False)


def server_lock_of(master: bytes, round_id: str) -> KeyPair:
    """The server's lock of a round by the service's `lock.key`."""
    return derive_key_pair(hkdf(master, f"server-lock|{round_id}"))


def package_of(file: Any) -> OfflinePackage | None:
    """A package file, as `bidroom seal` and the page write it; None for anything else."""
    try:
        policy, header = policy_from_json(file["policy"]), header_from_json(file["header"])
        parts = {kind: file.get(kind.value) for kind in EnvelopeKind}
        found = {kind: decode(part["ct"]) for kind, part in parts.items() if part is not None}
    except (KeyError, TypeError, AttributeError):
        return None
    if not isinstance(policy, KeyPolicy) or check_policy(policy) is not None or not isinstance(header, Header):
        return None
    return OfflinePackage(policy, header, {kind: ct for kind, ct in found.items() if ct is not None})


def open_offline(
    packages: Sequence[OfflinePackage], kind: EnvelopeKind, master: bytes, members: Mapping[int, bytes]
) -> list[OfflineResult] | OfflineFault:
    """Everything of a kind, by package; or why nothing. `members`: private keys by seat, each of this policy.

    All packages must be bound to one policy, the lock be the one it names, and the keys k of its seats: only then is
    the first wrap opened.
    """
    if not packages:
        return OfflineFault.NO_PACKAGE
    policy = packages[0].policy
    digest, lock = policy_digest(policy), server_lock_of(master, policy.round)
    if any(policy_digest(each.policy) != digest or each.header.binding.policy != digest for each in packages):
        return OfflineFault.OTHER_POLICY
    if lock.public.hex() != policy.server_lock:
        return OfflineFault.OTHER_LOCK
    committee = policy.committee
    if committee is not None and len(members) < committee.k:
        return OfflineFault.QUORUM_MISSING
    opened = []
    for each in sorted(packages, key=lambda one: one.digest):
        envelope, ct = each.header.envelope(kind), each.ciphertexts.get(kind)
        if envelope is None or ct is None:
            continue
        found = _open(each, envelope, ct, lock, members)
        opened.append(OfflineResult(each.digest, each.header.binding.tag, kind, found))
    return opened or OfflineFault.NO_PACKAGE


def _open(
    each: OfflinePackage, envelope: Envelope, ct: bytes, lock: KeyPair, members: Mapping[int, bytes]
) -> Opened | Finding:
    binding, committee = each.header.binding, each.policy.committee
    lock_seed = open_server_wrap(lock.private, binding, envelope)
    if lock_seed is None:
        return Finding.BIDDER_MALFORMED
    secret = lock_seed
    if committee is not None:
        shares: dict[int, bytes] = {}
        for seat, private in members.items():
            share = _share(private, each, envelope, seat)
            if share is not None:
                shares[seat] = share
        if len(shares) < committee.k:
            return Finding.NOT_OPENED
        secret = find_secret(binding, envelope, lock_seed, committee.k, shares)
    return repeat_opening(lock.public, binding, envelope, ct, secret, committee)


def _share(private: bytes, each: OfflinePackage, envelope: Envelope, seat: int) -> bytes | None:
    try:
        release = release_wrap(private, each.header.binding, envelope, seat)
    except OpeningError:
        return None
    return share_of(each.header.binding, envelope, seat, release)
