"""Shapes of best-and-final rounds on the wire."""

from typing import Any, Literal

from pydantic import ConfigDict

from app.domain.final_offers import FinalState
from app.domain.refusals import Code
from app.infra.web import DecimalText, InstantText, LongText, StrictModel
from app.sealed_rounds.schemas import ReceiptView


class AskRound(StrictModel):
    """Until when, and why."""

    closes_at: InstantText
    reason: LongText


class CancelRound(StrictModel):
    """Why the round is called off."""

    reason: LongText


class FinalOfferBody(StrictModel):
    """A sealed offer; anything else in it is not sealed."""

    model_config = ConfigDict(extra="allow")

    header: Any = None
    price: Any = None


class OwnFinalLot(StrictModel):
    """A lot of the reader's own award, with what its envelope needs."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    unit: str
    basis: str
    scale: int
    # What an offer may not exceed.
    most: DecimalText
    bucket: int
    rev: int
    package: str | None
    receipt: ReceiptView | None


class OpenedPriceView(StrictModel):
    """What an opened round gave for an award."""

    lot_number: int
    supplier_id: str | None
    name_zh: str | None
    name_en: str | None
    before: DecimalText
    after: DecimalText


class FinalRoundView(StrictModel):
    """One round; of its offers nothing before the opening."""

    id: str
    attempt: int
    state: FinalState
    reason: str
    closes_at: InstantText
    end_reason: str | None
    policy: dict[str, Any]
    policy_digest: str
    # The reader's own place; None for the buyer's side.
    tag: str | None
    lots: list[OwnFinalLot]
    opened: list[OpenedPriceView]
    can_cancel: bool
    cancel_proposal_id: str | None


class FinalOffersView(StrictModel):
    """The rounds of the award, and whether another may be asked for."""

    side: Literal["buyer", "supplier"]
    currency: str
    now: InstantText
    least: InstantText
    most_rounds: int
    is_allowed: bool
    can_ask: bool
    # Why not, where the method has such rounds.
    why_not: Code | None
    why_rule: str | None
    proposal_id: str | None
    rounds: list[FinalRoundView]
