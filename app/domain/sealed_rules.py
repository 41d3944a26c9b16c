"""The rules of a sealed round as one frozen value, and their JSON form: when it opens and closes, and its custody.

Serves SEALING.md sections 1 to 4. What a package must look like is said here as well, for its two sizes are part of the
rules: an envelope is padded to a size that tells nothing of what is in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from app.domain.committee import CommitteeRules, Seat, committee_faults
from app.domain.live_rules import RuleFault
from app.domain.live_rules_json import instant_text
from app.domain.members import BadRulesError, Members

__all__ = [
    "LEAST_BUCKET",
    "TECH_BUCKETS",
    "BadRulesError",
    "Custody",
    "SealedRules",
    "check_sealed_rules",
    "sealed_rules_from_json",
    "sealed_rules_to_json",
]

_SECOND = timedelta(seconds=1)
_MIB: Final = 1024 * 1024
# A technical envelope is padded to one of these; beyond the largest the files belong elsewhere.
TECH_BUCKETS: Final = (256 * 1024, _MIB, 4 * _MIB, 16 * _MIB, 64 * _MIB)
# A price envelope is small and comes whole with the commit; a long list of lines doubles it until it fits.
LEAST_BUCKET: Final = 4096
MOST_BUCKET: Final = 4 * _MIB
# Shorter is a slip: nobody seals an offer in less.
SHORTEST: Final = timedelta(seconds=10)
LONGEST_EXTENSION: Final = timedelta(days=30)


class Custody(StrEnum):
    """Who holds the locks of a package (SEALING.md section 1)."""

    SERVER = "server"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class SealedRules:
    """All rules of one sealed round, frozen at publication."""

    opens_at: datetime
    closes_at: datetime
    # With fewer bidders than `min_bidders` at the close the round goes on once for so long; nothing: it does not.
    extension: timedelta
    has_technical: bool
    # The sizes, in bytes, to which the two envelopes are padded.
    price_bucket: int
    tech_bucket: int
    custody: Custody = Custody.SERVER
    # With committee custody: how many of which seats open it.
    committee: CommitteeRules | None = None


def sealed_rules_to_json(rules: SealedRules) -> dict[str, Any]:
    """Give the canonical members; those of a committee only where there is one, so that old documents keep their
    bytes."""
    committee = rules.committee
    shared = {} if committee is None else {"committee_k": committee.k, "committee_seats": list(committee.seats)}
    return {
        **shared,
        "opens_at": instant_text(rules.opens_at),
        "closes_at": instant_text(rules.closes_at),
        "custody": rules.custody.value,
        "extension_s": rules.extension // _SECOND,
        "has_technical": rules.has_technical,
        "price_bucket": rules.price_bucket,
        "tech_bucket": rules.tech_bucket,
    }


_KEYS: Final = frozenset(
    {"opens_at", "closes_at", "custody", "extension_s", "has_technical", "price_bucket", "tech_bucket"}
)
_COMMITTEE_KEYS: Final = frozenset({"committee_k", "committee_seats"})


def sealed_rules_from_json(stored: Mapping[str, Any]) -> SealedRules:
    """Read a stored form. Raises BadRulesError, naming the field, on what `sealed_rules_to_json` does not write."""
    read = Members(stored)
    custody = Custody(read.choice("custody", Custody))
    unknown = set(stored) - _KEYS - (_COMMITTEE_KEYS if custody is Custody.COMMITTEE else frozenset())
    if unknown:
        raise BadRulesError(min(unknown))
    return SealedRules(
        opens_at=read.instant("opens_at"),
        closes_at=read.instant("closes_at"),
        extension=read.seconds("extension_s"),
        has_technical=read.truth("has_technical"),
        price_bucket=read.integer("price_bucket"),
        tech_bucket=read.integer("tech_bucket"),
        custody=custody,
        committee=_committee(stored, read) if custody is Custody.COMMITTEE else None,
    )


def _committee(stored: Mapping[str, Any], read: Members) -> CommitteeRules:
    seats = stored.get("committee_seats")
    if not isinstance(seats, list) or not all(isinstance(seat, str) and seat in set(Seat) for seat in seats):
        raise BadRulesError("committee_seats")
    return CommitteeRules(read.integer("committee_k"), tuple(Seat(seat) for seat in seats))


def check_sealed_rules(rules: SealedRules) -> list[RuleFault]:
    """Say what keeps these rules from publication; empty when a round can be held by them."""
    size = rules.price_bucket
    found = [
        ("closes_at", "BEFORE_OPENING", rules.closes_at <= rules.opens_at),
        ("closes_at", "TOO_SHORT", timedelta(0) < rules.closes_at - rules.opens_at < SHORTEST),
        ("extension_s", "OUT_OF_RANGE", not timedelta(0) <= rules.extension <= LONGEST_EXTENSION),
        ("price_bucket", "OUT_OF_RANGE", not LEAST_BUCKET <= size <= MOST_BUCKET or size & (size - 1) != 0),
        ("tech_bucket", "OUT_OF_RANGE", rules.tech_bucket not in TECH_BUCKETS),
    ]
    found += [("committee", "MISSING_VALUE", rules.custody is Custody.COMMITTEE and rules.committee is None)]
    of_committee = [] if rules.committee is None else committee_faults(rules.committee)
    return [RuleFault(name, code) for name, code, is_wrong in found if is_wrong] + [
        RuleFault(name, code) for name, code in of_committee
    ]
