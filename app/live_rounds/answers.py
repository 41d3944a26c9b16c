"""A bid on its way in, and its answer: a receipt or a coded refusal, the same to the byte however often asked."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.domain.formats import Offer
from app.domain.refusals import Code, Refusal
from app.live_rounds.store import Attempt


@dataclass(frozen=True, slots=True)
class PenClaim:
    """The window a bid came from: it counts only while that window has the pen of its bidder (LR-36)."""

    place: str
    seat: str


@dataclass(frozen=True, slots=True)
class PlaceBid:
    """A bid to be decided. `bar`: why this bidder may not bid at all (suspended, certificate run out), if so.

    `claim`: the window it came from; None for a bid that nobody typed.
    """

    lot_id: str
    tag: str
    bid_id: str
    offer: Offer
    bar: Refusal | None = None
    claim: PenClaim | None = None
    # Placed by the service under the limit with this commitment (`auto_bidding.py`).
    auto: str | None = None

    @property
    def body_hash(self) -> str:
        """Names lot and amount as sent. The quote is a guard, not part of what is offered."""
        return hashlib.sha256(f"{self.lot_id}\n{self.offer.amount}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipted:
    """The bid counts and is stored. `text`: the receipt as JSON, its members sorted."""

    bid_id: str
    lot_id: str
    text: str

    @property
    def receipt(self) -> Mapping[str, Any]:
        """The receipt's members."""
        return dict(orjson.loads(self.text))


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule said no, and that is stored."""

    bid_id: str
    lot_id: str
    refusal: Refusal
    at: datetime


Answer = Receipted | Refused


def answer_of(attempt: Attempt) -> Answer:
    """The answer a stored bid was given, the same to the byte."""
    if attempt.receipt is not None:
        text = orjson.dumps(attempt.receipt, option=orjson.OPT_SORT_KEYS).decode()
        return Receipted(attempt.bid_id, attempt.lot_id, text)
    refusal = Refusal(Code(attempt.code or ""), attempt.detail or {})
    return Refused(attempt.bid_id, attempt.lot_id, refusal, attempt.answered_at)
