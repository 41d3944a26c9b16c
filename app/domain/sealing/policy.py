"""The key policy of a round: which keys lock its packages. Immutable; its digest stands in every package. SEALING 2.

The closing time is not in it: that lives in the timetable and can only be extended.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from app.domain.sealing.canonical import digest
from app.domain.sealing.committee import Committee
from app.domain.sealing.header import MOST_SEATS
from app.domain.sealing.suite import POINT_BYTES, SUITE, is_point

POLICY_VERSION: Final = 1
SERVER: Final = "server"
COMMITTEE: Final = "committee"
# SEALING.md section 1: the honest words, on every screen, receipt and export.
CUSTODY_LABELS: Final = MappingProxyType(
    {
        SERVER: MappingProxyType(
            {
                "zh": "服务器保管：在开启之前，本服务器的运营方有能力读取报价。",
                "en": "Server custody: the operator of this server could read bids before opening.",
            }
        ),
        COMMITTEE: MappingProxyType(
            {
                "zh": "须由 {n} 名开启人中的 {k} 名共同开启，且仅在截止时间之后。",
                "en": "Opens only with {k} of {n} committee members, after closing time.",
            }
        ),
    }
)

_GROUPS: Final = 8
_GROUP_BYTES: Final = 4
_GROUP_RANGE: Final = 100_000
_ID: Final = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)
_HEX_32: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SEAT: Final = re.compile(r"[a-z_]{1,20}", re.ASCII)
_SEAT_MEMBERS: Final = frozenset({"seat", "key"})
_HEX_POINT: Final = re.compile(rf"04[0-9a-f]{{{2 * POINT_BYTES - 2}}}", re.ASCII)
_MEMBERS: Final = frozenset(
    {"v", "round", "lots", "suite", "custody", "k", "members", "server_lock", "journal_key", "rules_digest"}
)


class PolicyFault(StrEnum):
    """Why a round cannot have this policy."""

    MALFORMED = "MALFORMED"
    UNKNOWN_SUITE = "UNKNOWN_SUITE"
    NOT_A_POINT = "NOT_A_POINT"
    KEY_TAKEN = "KEY_TAKEN"


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A committee member's public key (hex) under the title of the seat: what is published of a member."""

    seat: str
    key: str


@dataclass(frozen=True, slots=True)
class KeyPolicy:
    """Who holds which lock. `members` are a committee's keys in the order of the seats, which are numbered from 1."""

    round: str
    lots: tuple[str, ...]
    server_lock: str
    journal_key: str
    rules_digest: str
    suite: str = SUITE
    custody: str = SERVER
    k: int = 0
    members: tuple[MemberKey, ...] = ()

    @property
    def committee(self) -> Committee | None:
        """The committee's half of the lock, or None in server custody. Precondition: `check_policy` found nothing."""
        if self.custody == SERVER:
            return None
        return Committee(self.k, tuple(bytes.fromhex(member.key) for member in self.members))


def policy_json(policy: KeyPolicy) -> dict[str, Any]:
    """The policy as published."""
    return {
        "v": POLICY_VERSION,
        "round": policy.round,
        "lots": list(policy.lots),
        "suite": policy.suite,
        "custody": policy.custody,
        "k": policy.k,
        "members": [{"seat": member.seat, "key": member.key} for member in policy.members],
        "server_lock": policy.server_lock,
        "journal_key": policy.journal_key,
        "rules_digest": policy.rules_digest,
    }


def policy_digest(policy: KeyPolicy) -> str:
    """SHA-256 of the policy's canonical JSON, in hex: the `policy` of every package of the round."""
    return digest(policy_json(policy))


def fingerprint(policy: str) -> list[str]:
    """A digest as eight groups of five digits, the same in every language, to be read out and compared."""
    data = bytes.fromhex(policy)
    chunks = (data[at : at + _GROUP_BYTES] for at in range(0, _GROUPS * _GROUP_BYTES, _GROUP_BYTES))
    return [f"{int.from_bytes(chunk) % _GROUP_RANGE:05d}" for chunk in chunks]


def check_policy(policy: KeyPolicy) -> PolicyFault | None:
    """Why nothing may be sealed under this policy, or None.

    Of a committee this is its form alone: who may sit in it, and how many must come together, is app/domain/committee.
    """
    if policy.suite != SUITE:
        return PolicyFault.UNKNOWN_SUITE
    has_ids = bool(policy.lots) and all(_ID.fullmatch(name) for name in (policy.round, *policy.lots))
    has_digests = all(_HEX_32.fullmatch(text) for text in (policy.journal_key, policy.rules_digest))
    if not has_ids or not has_digests or len(set(policy.lots)) != len(policy.lots):
        return PolicyFault.MALFORMED
    fault = _committee_fault(policy)
    if fault is not None:
        return fault
    if not all(is_public_key(key) for key in (policy.server_lock, *(member.key for member in policy.members))):
        return PolicyFault.NOT_A_POINT
    keys = {policy.server_lock, *(member.key for member in policy.members)}
    return None if len(keys) == 1 + len(policy.members) else PolicyFault.KEY_TAKEN


def _committee_fault(policy: KeyPolicy) -> PolicyFault | None:
    if policy.custody == SERVER:
        return PolicyFault.MALFORMED if policy.k != 0 or policy.members else None
    is_formed = policy.custody == COMMITTEE and 1 <= policy.k <= len(policy.members) <= MOST_SEATS
    is_formed = is_formed and all(_SEAT.fullmatch(member.seat) for member in policy.members)
    return None if is_formed else PolicyFault.MALFORMED


def is_public_key(key: str) -> bool:
    """Whether a text is a key that locks may be made for: an uncompressed point of the curve, in lower-case hex."""
    return _HEX_POINT.fullmatch(key) is not None and is_point(bytes.fromhex(key))


def policy_from_json(value: object) -> KeyPolicy | PolicyFault:
    """The policy of a parsed JSON value, strictly, and fit for use (`check_policy`)."""
    if not isinstance(value, Mapping) or set(value) != _MEMBERS or type(value["v"]) is not int:
        return PolicyFault.MALFORMED
    texts = ("round", "suite", "custody", "server_lock", "journal_key", "rules_digest")
    is_formed = value["v"] == POLICY_VERSION and type(value["k"]) is int
    is_formed = is_formed and all(isinstance(value[name], str) for name in texts)
    is_formed = is_formed and isinstance(value["lots"], list) and all(isinstance(item, str) for item in value["lots"])
    members = _members_of(value["members"])
    if not is_formed or members is None:
        return PolicyFault.MALFORMED
    given = {name: value[name] for name in texts}
    policy = KeyPolicy(lots=tuple(value["lots"]), k=value["k"], members=members, **given)
    return check_policy(policy) or policy


def _members_of(value: object) -> tuple[MemberKey, ...] | None:
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return None
    is_formed = all(
        set(item) == _SEAT_MEMBERS and isinstance(item["seat"], str) and isinstance(item["key"], str) for item in value
    )
    return tuple(MemberKey(item["seat"], item["key"]) for item in value) if is_formed else None


def custody_label(policy: KeyPolicy, language: str) -> str:
    """The honest words of a policy's custody in `zh` or `en`."""
    return CUSTODY_LABELS[policy.custody][language].format(k=policy.k, n=len(policy.members))
