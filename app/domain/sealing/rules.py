"""May this package be received, replaced, withdrawn; when does a sealed round open, close, go on; who opens what, when.

Serves SEALING.md sections 4 (submission) and 6 (opening) and DESIGN.md section 3 (too few bidders). Knows no clock and
no database: instants are arguments, what is stored is an argument.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.closing import is_in_time
from app.domain.entries import digest_of
from app.domain.live_rules_json import instant_text
from app.domain.money import AmountFault, format_amount, parse_amount
from app.domain.refusals import Code, Refusal, not_an_amount

# An outage that touches the last quarter of an hour moves the close by itself and as much again (SEALING.md 4).
LAST_STRETCH: Final = timedelta(minutes=15)
PRICE, TECHNICAL = "price", "tech"
# Rules that an amendment may move are in the timetable, not under the policy's digest (SEALING.md section 2 point 3).
_TIMES: Final = frozenset({"opens_at", "closes_at"})
_LOT_RULES: Final = (
    "id",
    "number",
    "scale",
    "basis",
    "quantity",
    "unit",
    "ceiling_price",
    "start_price",
    "minimum_price",
)


class RoundStatus(StrEnum):
    """Where a sealed round stands. `refused`: closed with too few bidders, its packages stay shut for ever."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a close moved: by rule, never by a person."""

    TOO_FEW = "TOO_FEW"
    OUTAGE = "OUTAGE"
    # The committee was not ready at the opening, or got new keys: all bidders get the whole time again.
    COMMITTEE = "COMMITTEE"


@dataclass(frozen=True, slots=True)
class Timetable:
    """A sealed round in time. `was_extended`: the one extension for too few has been used."""

    status: RoundStatus
    opens_at: datetime
    closes_at: datetime
    was_extended: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """A bidder's last word on a lot: its number, the digest of its package, or that this package was withdrawn."""

    rev: int
    package: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """What a package says it belongs to, or must belong to (SEALING.md section 3, `ctx`)."""

    round: str
    lot: str
    tag: str
    policy: str


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """The published limits of a lot's price."""

    lot: str
    currency: str
    scale: int
    ceiling: Decimal
    minimum: Decimal | None


# ── receiving ─────────────────────────────────────────────────────────────────


def decide_moment(table: Timetable, received_at: datetime) -> Refusal | None:
    """SEALING.md section 4: accepted if and only if `received_at < closes_at`, and not before the round is open.

    A round that has closed takes nothing, whatever the clock says: nothing can be added after the manifest.
    """
    if table.status is RoundStatus.SCHEDULED or received_at < table.opens_at:
        return Refusal(Code.ROUND_NOT_OPEN, {"opens_at": instant_text(table.opens_at)})
    if table.status is RoundStatus.CANCELLED:
        return Refusal(Code.ROUND_NOT_OPEN, {"status": table.status.value})
    if table.status is not RoundStatus.OPEN or not is_in_time(received_at, table.closes_at):
        return Refusal(Code.LATE, {"closes_at": instant_text(table.closes_at)})
    return None


def decide_binding(said: Bound, expected: Bound) -> Refusal | None:
    """Refuse a package bound to another round, lot, tag or policy (attacks.md S11); names the member, never a value."""
    for member in ("round", "lot", "tag", "policy"):
        if getattr(said, member) != getattr(expected, member):
            return Refusal(Code.WRONG_BINDING, {"member": member})
    return None


def decide_revision(last: Revision | None, *, rev: int, prev: str) -> Refusal | None:
    """Refuse a package that does not follow the bidder's last word on the lot.

    SEALING.md section 4: a higher `rev`, and `prev` names the last package, withdrawn or not; the first has "" there. A
    number already used is a conflict (attacks.md R06); a number or name out of the blue is a wrong binding (S11).
    """
    number, before = (0, "") if last is None else (last.rev, last.package)
    if rev <= number:
        return Refusal(Code.REVISION_CONFLICT, {"rev": str(number)})
    if rev != number + 1:
        return Refusal(Code.WRONG_BINDING, {"member": "rev"})
    if prev != before:
        return Refusal(Code.WRONG_BINDING, {"member": "prev"})
    return None


def decide_withdrawal(last: Revision | None, *, rev: int) -> Refusal | None:
    """Refuse a withdrawal where nothing lies. The tombstone is a revision of its own: its number follows the last."""
    if last is None or last.is_withdrawn:
        return Refusal(Code.NO_PACKAGE, {})
    if rev <= last.rev:
        return Refusal(Code.REVISION_CONFLICT, {"rev": str(last.rev)})
    return None if rev == last.rev + 1 else Refusal(Code.WRONG_BINDING, {"member": "rev"})


def decide_envelopes(sizes: Mapping[str, int], expected: Mapping[str, int]) -> Refusal | None:
    """Refuse a package without exactly the envelopes of the round, each of exactly the one size of all bidders.

    SEALING.md section 3 ("padded to a bucket equal for all bidders") and section 4 (over its bucket: nothing stored).
    """
    for kind, size in sizes.items():
        if kind in expected and size > expected[kind]:
            return Refusal(Code.TOO_LARGE, {"envelope": kind, "size": str(expected[kind])})
    return None if dict(sizes) == dict(expected) else Refusal(Code.NOT_SEALED, {"why": "envelopes"})


# ── the round in time ─────────────────────────────────────────────────────────


def is_due_to_open(table: Timetable, now: datetime) -> bool:
    """Whether a scheduled round opens now."""
    return table.status is RoundStatus.SCHEDULED and now >= table.opens_at


class CloseVerdict(StrEnum):
    """What the close brings."""

    WAIT = "wait"
    EXTEND = "extend"
    CLOSE = "close"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class CloseDecision:
    """The verdict, and the new close where it is `EXTEND`."""

    verdict: CloseVerdict
    closes_at: datetime | None = None


def is_due_to_close(table: Timetable, now: datetime, drain: timedelta) -> bool:
    """Whether the close has come and the short drain for calls already received is over."""
    return table.status is RoundStatus.OPEN and now >= table.closes_at + drain


def decide_close(
    table: Timetable, *, now: datetime, drain: timedelta, bidders: int, needed: int, extension: timedelta
) -> CloseDecision:
    """Decide at the close. DESIGN.md section 3: fewer than `needed` → extended once, then unsuccessful, unopened.

    The extension counts from the close, or from now where the service comes late to it: nobody loses time by that.
    """
    if not is_due_to_close(table, now, drain):
        return CloseDecision(CloseVerdict.WAIT)
    if bidders >= max(needed, 1):
        return CloseDecision(CloseVerdict.CLOSE)
    if not table.was_extended and extension > timedelta(0):
        later = table.closes_at + extension
        return CloseDecision(CloseVerdict.EXTEND, later if later > now else now + extension)
    return CloseDecision(CloseVerdict.REFUSE)


def close_after_outage(table: Timetable, *, down_from: datetime, up_at: datetime) -> datetime | None:
    """The close after the service was down from one instant to another, or None where it stays.

    SEALING.md section 4: an outage in the last 15 minutes moves the close by the outage plus 15 minutes.
    """
    is_touched = down_from < table.closes_at and up_at > table.closes_at - LAST_STRETCH
    if table.status is not RoundStatus.OPEN or up_at <= down_from or not is_touched:
        return None
    return table.closes_at + (up_at - down_from) + LAST_STRETCH


def close_after_committee(table: Timetable, opened_at: datetime, patience: timedelta) -> datetime | None:
    """The close of a round that its committee kept shut past its opening time, or None where it was in time.

    Nobody loses time to a committee: the close moves by as much as the opening did; `patience` is the timekeeper's.
    """
    late = opened_at - table.opens_at
    return None if late <= patience else table.closes_at + late


# ── opening ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OpeningState:
    """What decides whether envelopes may be opened."""

    status: RoundStatus
    has_technical: bool
    is_technical_open: bool
    is_price_open: bool
    # The lock of the scores has handed down who passed.
    is_released: bool


def decide_opening(state: OpeningState, envelope: str) -> Refusal | None:
    """Refuse to open envelopes before their time. SEALING.md section 3, "Who opens": the service alone, the technical
    part at the close, the price on the lock of the scores, or at the close where there is no technical part."""
    if state.status is not RoundStatus.CLOSED:
        return Refusal(Code.NOT_CLOSED, {"status": state.status.value})
    if envelope == TECHNICAL:
        is_done = state.is_technical_open or not state.has_technical
        return Refusal(Code.NOT_ALLOWED_HERE, {"envelope": envelope}) if is_done else None
    if state.is_price_open:
        return Refusal(Code.NOT_ALLOWED_HERE, {"envelope": envelope})
    if state.has_technical and not (state.is_technical_open and state.is_released):
        return Refusal(Code.NOT_LOCKED, {"envelope": envelope})
    return None


def next_opening(state: OpeningState) -> str | None:
    """The envelopes that are due to be opened, if any."""
    return next((kind for kind in (TECHNICAL, PRICE) if decide_opening(state, kind) is None), None)


def decide_price(terms: PriceTerms, *, lot: str, currency: str, scale: int, amount: str) -> Decimal | Refusal:
    """The opened price as an amount of the lot, or why it does not count (the issue's minimum price; LIVE.md 2 rule 2).

    The refusal names the published limit alone: what was offered is nobody's to read in an error.
    """
    if lot != terms.lot or currency != terms.currency or scale != terms.scale:
        return Refusal(Code.WRONG_BINDING, {"member": "body"})
    parsed = parse_amount(amount, terms.scale)
    if isinstance(parsed, AmountFault):
        return not_an_amount(parsed, terms.scale)
    if parsed > terms.ceiling:
        return Refusal(Code.ABOVE_CEILING, {"ceiling_price": format_amount(terms.ceiling, terms.scale)})
    if terms.minimum is not None and parsed < terms.minimum:
        return Refusal(Code.BELOW_MINIMUM, {"minimum_price": format_amount(terms.minimum, terms.scale)})
    return parsed


# ── digests ───────────────────────────────────────────────────────────────────


def manifest_of(packages: Iterable[str]) -> list[str]:
    """The close manifest: the digests of the live packages, sorted, so that no order of arrival is left in it."""
    return sorted(packages)


def rules_digest(document: Mapping[str, Any], round_id: str) -> str:
    """The digest of the rules a key policy names: what no amendment may change; an auditor makes it from the document.

    SEALING.md section 2 point 3: the deadline is not in it, and neither are titles and descriptions.
    """
    return digest_of(fixed_rules(document, round_id))


def fixed_rules(document: Mapping[str, Any], round_id: str) -> dict[str, Any]:
    """What of a published document `rules_digest` is taken over: the rules that a sealed bid is made under."""
    rules = next(each["rules"] for each in document["rounds"] if each["id"] == round_id)
    return {
        "currency": document["currency"],
        "tax_basis": document["tax_basis"],
        "min_bidders": document["min_bidders"],
        "evaluation": document.get("evaluation"),
        "lots": [{name: lot.get(name) for name in _LOT_RULES} for lot in document["lots"]],
        "sealed": {name: value for name, value in rules.items() if name not in _TIMES},
    }
