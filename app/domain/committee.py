"""Who may sit in an opening committee, and what it still owes before its round may open. SEALING.md section 2.

The bounds are those of SEALING.md section 2 point 1 (attacks.md O10). A seat is known by its number, from 1, in the
order of the published seats; its title is published, who sits there is not. Pure: people and seats are arguments.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import MOST_SEATS
from app.domain.visibility import Role

FEWEST_SEATS: Final = 3
# From so many seats on two members may lose their keys and the round still opens.
_SPARE_FROM, _SPARE = 5, 2


class Seat(StrEnum):
    """The published title of a seat: what part of the house, or who outside it, keeps one of the keys."""

    PURCHASING = "purchasing"
    TECHNICAL = "technical"
    FINANCE = "finance"
    QUALITY = "quality"
    AUDIT = "audit"
    LEGAL = "legal"
    EXTERNAL = "external"


# One of these sits in every committee: it depends on nobody who buys.
INDEPENDENT: Final = frozenset({Seat.AUDIT, Seat.LEGAL, Seat.EXTERNAL})
# Who holds one of these roles counts as purchasing, whatever the seat (SEALING.md 2: evaluators count as purchasing).
_PURCHASING_ROLES: Final = frozenset({Role.PURCHASER, Role.EVALUATOR})


@dataclass(frozen=True, slots=True)
class CommitteeRules:
    """The published half: how many of which seats must come together."""

    k: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody who is to sit in a seat: the account, its roles, and whether it runs this tender."""

    account: str
    roles: Collection[Role]
    is_purchaser_of_it: bool


@dataclass(frozen=True, slots=True)
class SeatState:
    """Where a seat stands: the member's key is proven, the policy confirmed, the rehearsal passed."""

    number: int
    title: Seat
    has_key: bool
    has_confirmed: bool
    has_rehearsed: bool


class Step(StrEnum):
    """What a committee does next, in order."""

    FORM = "form"
    KEYS = "keys"
    CONFIRM = "confirm"
    REHEARSE = "rehearse"
    READY = "ready"


def committee_faults(rules: CommitteeRules) -> list[tuple[str, str]]:
    """What keeps k and seats from publication, as (field, code); empty where a committee can be formed by them.

    3 ≤ n ≤ 9, k > n/2, k < n and n - k ≥ 2 from five seats on; purchasing holds fewer than k seats; at least one seat
    depends on nobody who buys.
    """
    n, k = len(rules.seats), rules.k
    spare = _SPARE if n >= _SPARE_FROM else 1
    found = [
        ("committee.seats", "OUT_OF_RANGE", not FEWEST_SEATS <= n <= MOST_SEATS),
        ("committee.k", "NO_MAJORITY", 2 * k <= n),
        ("committee.k", "TOO_FEW_SPARE", n - k < spare),
        ("committee.seats", "PURCHASING_TOO_MANY", rules.seats.count(Seat.PURCHASING) >= k),
        ("committee.seats", "NOBODY_INDEPENDENT", not INDEPENDENT & set(rules.seats)),
    ]
    return [(field, code) for field, code, is_wrong in found if is_wrong]


def decide_sittings(rules: CommitteeRules, sittings: Sequence[Sitting]) -> Refusal | None:
    """Refuse who may not sit there: one account one seat, purchasing and evaluators fewer than k, the round's purchaser
    at most once, nobody who only administers. Precondition: the seats themselves are without faults."""
    if len(sittings) != len(rules.seats):
        return Refusal(Code.WRONG_COMMITTEE, {"why": "seats", "seats": str(len(rules.seats))})
    twice = [account for account, count in Counter(each.account for each in sittings).items() if count > 1]
    if twice:
        return Refusal(Code.WRONG_COMMITTEE, {"why": "twice"})
    if any(Role.ADMIN in each.roles or Role.SUPPLIER in each.roles for each in sittings):
        return Refusal(Code.WRONG_COMMITTEE, {"why": "role"})
    pairs = list(zip(rules.seats, sittings, strict=True))
    if any(seat in INDEPENDENT and _is_purchasing(each) for seat, each in pairs):
        return Refusal(Code.WRONG_COMMITTEE, {"why": "independent"})
    buying = sum(seat is Seat.PURCHASING or _is_purchasing(each) for seat, each in pairs)
    if buying >= rules.k:
        return Refusal(Code.WRONG_COMMITTEE, {"why": "purchasing", "most": str(rules.k - 1)})
    return None


def _is_purchasing(sitting: Sitting) -> bool:
    return sitting.is_purchaser_of_it or bool(_PURCHASING_ROLES & set(sitting.roles))


def decide_custody(*, has_committee: bool, value: Decimal | None, band: Decimal | None) -> Refusal | None:
    """Refuse the server's lock alone (CUSTODY_TOO_LOW) for what reaches the band of its currency; without a band, or
    where nothing is known of the value, each tender chooses (SEALING.md section 1)."""
    if has_committee or value is None or band is None or value < band:
        return None
    return Refusal(Code.CUSTODY_TOO_LOW, {"band": f"{band:f}"})


def next_step(seats: Sequence[SeatState], *, has_policy: bool, is_rehearsed: bool) -> Step:
    """What the committee owes next."""
    if not seats:
        return Step.FORM
    if not has_policy:
        return Step.KEYS
    if not all(seat.has_confirmed for seat in seats):
        return Step.CONFIRM
    return Step.READY if is_rehearsed else Step.REHEARSE


def decide_readiness(seats: Sequence[SeatState], *, has_policy: bool, is_rehearsed: bool) -> Refusal | None:
    """Refuse to open a round whose committee still owes something (attacks.md O11); names the step and, of keys and
    confirmations, the seats by number."""
    step = next_step(seats, has_policy=has_policy, is_rehearsed=is_rehearsed)
    if step is Step.READY:
        return None
    owing = {
        Step.KEYS: [seat.number for seat in seats if not seat.has_key],
        Step.CONFIRM: [seat.number for seat in seats if not seat.has_confirmed],
    }.get(step, [])
    told: Mapping[str, str] = {"seats": ",".join(map(str, owing))} if owing else {}
    return Refusal(Code.COMMITTEE_NOT_READY, {"step": step.value, **told})
