"""Bids the service places for a bidder, down to a limit that only the service knows. LIVE.md section 1, auto-bid.

Exactly: at every common tick of a running lot, each bidder with a limit in force that does not stand first as the tick
begins is bid for once, with the highest amount that is valid for it then, as long as that is not below its limit; all
are decided from the same standing, and placed in a freshly drawn order. Where even the highest valid amount is below
the limit, the limit is reached, and nothing more is placed under it. The bids are ordinary ones: the format that plays
every other bid plays these.

Nothing here can tell a bidder of a rival: it acts on what the bidder is told anyway, whether it stands first.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.closing import ENDED, Timetable
from app.domain.entries import canonical_bytes, from_milliseconds, to_milliseconds
from app.domain.formats import FloorState, LiveRules, LotTerms, format_of
from app.domain.live_rules_json import instant_text
from app.domain.money import AmountFault, format_amount, parse_amount
from app.domain.refusals import Code, Refusal, not_an_amount


class AutoBidState(StrEnum):
    """What a limit is: in force, or why it is no more."""

    ACTIVE = "active"
    # The next bid would have to be below it.
    REACHED = "reached"
    WITHDRAWN = "withdrawn"
    # A bid of the bidder was voided, or it may not bid any more.
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Due:
    """What a limit asks for at a tick: a bid, or None where the limit is reached."""

    tag: str
    amount: Decimal | None


def commitment_of(lot: str, tag: str, limit: str, salt: bytes) -> str:
    """The digest that stands for a limit in the journal: salted, because limits are guessable."""
    body = canonical_bytes({"lot": lot, "tag": tag, "limit": limit})
    return hashlib.sha256(b"\x02" + salt + body).hexdigest()


def decide_limit(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, sent: str) -> Decimal | Refusal:
    """The limit a bidder sets, or why it may not: own numbers and published rules only (SCREENS.md LR-24)."""
    bar = decide_auto_bid(rules, state.timetable)
    if bar is not None:
        return bar
    limit = parse_amount(sent, terms.scale)
    if isinstance(limit, AmountFault):
        return not_an_amount(limit, terms.scale)
    shown = {"sent": format_amount(limit, terms.scale)}
    if limit > terms.ceiling:
        return Refusal(Code.ABOVE_CEILING, {**shown, "ceiling": format_amount(terms.ceiling, terms.scale)})
    highest = format_of(rules).feedback(rules, terms, state, tag).next_valid
    if highest is None or limit > highest:
        # Nothing could ever be placed under it.
        next_valid = {} if highest is None else {"next_valid": format_amount(highest, terms.scale)}
        return Refusal(Code.STEP_TOO_SMALL, {**shown, **next_valid})
    return limit


def decide_auto_bid(rules: LiveRules, table: Timetable) -> Refusal | None:
    """Whether limits may be set or withdrawn: only where the rules allow them, and not after the end."""
    if not rules.auto_bid:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "auto_bid"})
    if table.status in ENDED:
        return Refusal(Code.LOT_CLOSED, {"closes_at": instant_text(table.closes_at)})
    return None


def find_due(rules: LiveRules, terms: LotTerms, state: FloorState, limits: Mapping[str, Decimal]) -> list[Due]:
    """What the limits in force ask for at a tick that begins with this state; of those that stand first, nothing."""
    return [due for tag, limit in limits.items() if (due := _due(rules, terms, state, tag, limit)) is not None]


def _due(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, limit: Decimal) -> Due | None:
    told = format_of(rules).feedback(rules, terms, state, tag)
    if told.is_leading:
        return None
    return Due(tag, None if told.next_valid is None or told.next_valid < limit else told.next_valid)


def tick_at(now: datetime, tick_ms: int) -> datetime:
    """The common tick an instant belongs to, the same in every process."""
    return from_milliseconds(to_milliseconds(now) // tick_ms * tick_ms)
