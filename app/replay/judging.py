"""Holding a replayed tender against history: agreed, or the reason as far as the data tell."""

from dataclasses import dataclass
from enum import StrEnum

from app.replay.records import RealTender


class Reason(StrEnum):
    """Why the replay's winner is not history's."""

    BELOW_MINIMUM = "below_minimum"
    TIE = "tie"
    NO_WINNER = "no_winner"
    ABOVE_RESERVE = "above_reserve"
    NO_BID = "no_bid"
    UNEXPLAINED = "unexplained"


SENTENCES = {
    Reason.BELOW_MINIMUM: "the cheapest bid was below the tender's minimum price, which the buyer then refused",
    Reason.TIE: "equal lowest bids; history drew lots, the service ranks the earlier first",
    Reason.NO_WINNER: "history records no winner",
    Reason.ABOVE_RESERVE: "no bid was within the reserve price and the minimum price, so none could count",
    Reason.NO_BID: "no bid was placed",
    Reason.UNEXPLAINED: "the data do not tell why a dearer bid won",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The replay's outcome beside history's; ``reason`` is None where they agree."""

    agrees: bool
    reason: Reason | None
    is_cheapest: bool


def cheapest_eligible(tender: RealTender, *, has_minimum: bool = False) -> int | None:
    """The lowest bid that does not exceed the reserve price, in yen; nor lies below the minimum where that counts."""
    least = tender.minimum if has_minimum and tender.minimum is not None else 0
    return min((bid.amount for bid in tender.bids if least <= bid.amount <= tender.reserve), default=None)


def judge(tender: RealTender, winner: str | None, amount: int | None, *, has_minimum: bool = False) -> Judgement:
    """Compare. ``is_cheapest`` must hold always: the winner's amount is that of the cheapest eligible bid.

    ``has_minimum``: the minimum price was a rule of the replayed tender too (sealed), not the buyer's later act.
    """
    cheapest = cheapest_eligible(tender, has_minimum=has_minimum)
    real = tender.winner
    agrees = winner == (real.supplier if real else None)
    reason = None if agrees else _reason(tender, winner, amount)
    return Judgement(agrees, reason, amount == cheapest)


def _reason(tender: RealTender, winner: str | None, amount: int | None) -> Reason:
    real = tender.winner
    if winner is None or amount is None:
        return Reason.ABOVE_RESERVE if tender.bids else Reason.NO_BID
    if any(bid.supplier == winner and bid.below_minimum for bid in tender.bids) or (
        tender.minimum is not None and amount < tender.minimum
    ):
        return Reason.BELOW_MINIMUM
    if real is None:
        return Reason.NO_WINNER
    return Reason.TIE if real.amount == amount else Reason.UNEXPLAINED
