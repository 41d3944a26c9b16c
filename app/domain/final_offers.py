"""The best-and-final sealed round (最后报价): the one way in which a price changes after the award, and never upwards.

The purchaser proposes it, an approver agrees, every supplier of the award may seal one lower price a lot; who says
nothing keeps the awarded price. The service opens all of them at once after the close.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.domain.contracting import SIGNED, ContractState
from app.domain.entries import digest_of
from app.domain.money import unit_of
from app.domain.refusals import Code, Refusal
from app.domain.sealing.rules import PriceTerms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from decimal import Decimal

# A working day at least to calculate and to find whoever may sign for the firm.
LEAST_LEAD: Final = timedelta(hours=24)
FARTHEST: Final = timedelta(days=30)
# The first is the real one; a second mends a mistake in it. A third would teach everybody to keep something back.
MOST_ROUNDS: Final = 2
SHORTEST_REASON: Final = 10
# A pen that slips, a calculation made anew; whoever needs more floods the record.
MOST_REVISIONS: Final = 50
# What came in before the close waits for its lock no longer than this.
SETTLE: Final = timedelta(seconds=2)


class FinalState(StrEnum):
    """Life of a round: what was opened or called off stays so."""

    OPEN = "open"
    OPENED = "opened"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rule looks at before a round is asked for, and again when it is agreed to."""

    is_allowed: bool
    # The states of the rounds of this award, in order.
    rounds: tuple[FinalState, ...]
    contracts: tuple[ContractState, ...]
    # A contract that waits for its approver.
    is_waiting: bool
    # What binds the award: a signature or a milestone.
    bound: str | None
    is_asked: bool = False


def decide_round(found: Situation, *, reason: str, closes_at: datetime, now: datetime) -> Refusal | None:
    """Whether a best-and-final round may be asked for or begun. Refuses where the method has none (NOT_ALLOWED_HERE),
    beside another one or one that is asked for (PENDING), a third (OUT_OF_RANGE), once something is signed or planned
    (ALREADY_DECIDED), beside a contract that waits or is approved at the old price (PENDING), without a reason
    (REASON_MISSING), and a close that is too near or too far (OUT_OF_RANGE)."""
    if not found.is_allowed:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "method"})
    if found.is_asked:
        return Refusal(Code.PENDING, {"rule": "approval"})
    refusal = _decide_rounds(found.rounds) or _decide_papers(found)
    if refusal is not None:
        return refusal
    if len(reason.strip()) < SHORTEST_REASON:
        return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
    if not now + LEAST_LEAD <= closes_at <= now + FARTHEST:
        least, most = (now + LEAST_LEAD).isoformat(), (now + FARTHEST).isoformat()
        return Refusal(Code.OUT_OF_RANGE, {"field": "closes_at", "least": least, "most": most})
    return None


def _decide_rounds(rounds: Collection[FinalState]) -> Refusal | None:
    if FinalState.OPEN in rounds:
        return Refusal(Code.PENDING, {"rule": "final_offers"})
    # One that was called off before its close counts too: its invitation was read.
    is_over = len(rounds) >= MOST_ROUNDS
    return Refusal(Code.OUT_OF_RANGE, {"field": "rounds", "most": str(MOST_ROUNDS)}) if is_over else None


def _decide_papers(found: Situation) -> Refusal | None:
    if found.bound is not None or any(state in SIGNED for state in found.contracts):
        return Refusal(Code.ALREADY_DECIDED, {"rule": found.bound or "signatures"})
    if found.is_waiting or ContractState.PENDING in found.contracts:
        return Refusal(Code.PENDING, {"rule": "contract"})
    return None


def round_change(tender: str, number: int, closes_at: str, reason: str) -> dict[str, Any]:
    """The exact change an approval of a round is bound to: for which award, until when, why."""
    return {"tender": tender, "number": number, "closes_at": closes_at, "reason": reason}


def cancel_change(round_id: str, reason: str) -> dict[str, Any]:
    """The exact change an approval of calling a round off is bound to."""
    return {"round": round_id, "reason": reason}


def rules_digest(round_id: str, closes_at: str, reason: str) -> str:
    """What a round's key policy is bound to."""
    return digest_of({"round": round_id, "closes_at": closes_at, "reason": reason})


def is_late(received_at: datetime, closes_at: datetime) -> bool:
    """The close itself is too late."""
    return received_at >= closes_at


def decide_offer(
    *, state: FinalState, received_at: datetime, closes_at: datetime, has_lot: bool, rev: int = 1
) -> Refusal | None:
    """Whether an offer may come in. Refuses what came at the close or after it (LATE), a lot that the supplier was
    not awarded (NOT_ALLOWED_HERE), and one revision too many (OUT_OF_RANGE)."""
    if state is not FinalState.OPEN or is_late(received_at, closes_at):
        return Refusal(Code.LATE, {"closes_at": closes_at.isoformat()})
    if not has_lot:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "lot_id"})
    return Refusal(Code.OUT_OF_RANGE, {"field": "rev", "most": str(MOST_REVISIONS)}) if rev > MOST_REVISIONS else None


def terms_of(lot: str, currency: str, scale: int, in_force: Decimal) -> PriceTerms:
    """What an opened price is held against: something, and not more than the price in force."""
    return PriceTerms(lot, currency, scale, ceiling=in_force, minimum=unit_of(scale))


def price_in_force(awarded: Decimal, opened: Iterable[Decimal]) -> Decimal:
    """The price of an award: its lowest opened final offer, or the awarded price where none is lower."""
    return min([awarded, *opened])


def decide_cancelling(state: FinalState, *, is_asked: bool, closes_at: datetime, now: datetime) -> Refusal | None:
    """Whether a round may be called off: before its close (TOO_LATE), once (PENDING, ALREADY_DECIDED)."""
    if state is not FinalState.OPEN:
        return Refusal(Code.ALREADY_DECIDED, {"state": state.value})
    if is_late(now, closes_at):
        return Refusal(Code.TOO_LATE)
    return Refusal(Code.PENDING, {"rule": "approval"}) if is_asked else None


def is_due(state: FinalState, closes_at: datetime, now: datetime) -> bool:
    """Whether a round is opened now."""
    return state is FinalState.OPEN and now >= closes_at + SETTLE
