"""The HTTP shapes of live rounds: the round page, the cockpit, history, receipts and the acts of a purchaser."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.domain.auto_bidding import AutoBidState
from app.domain.message_scanning import LeakKind
from app.domain.visibility import BuyerView
from app.infra.web import InstantText, StrictModel
from app.live_rounds.messages import BroadcastView, BuyerLot, LotClock, OwnAnswer, SentAmount, SupplierLot

# CK-06: a reason that says something.
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]
Announcement = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
PauseReason = Literal["technical", "question", "error_in_documents", "suspected_error", "other"]


class View(BaseModel):
    """An answer of ours."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class RoundTender(View):
    """The tender of a round, from the published document."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    currency: str
    tax_basis: str
    time_zone: str


class RoundLot(View):
    """A lot's published terms."""

    id: str
    number: int
    title_zh: str
    title_en: str
    scale: int
    basis: str
    quantity: str
    unit: str
    ceiling_price: str
    start_price: str | None


class Sentences(View):
    """The rules in words."""

    zh: list[str]
    en: list[str]


class PointWeights(View):
    """What technical and price points count for in the total."""

    technical: str
    price: str


class RoundView(View):
    """The round as a page needs it before the socket is open."""

    id: str
    audience: Literal["supplier", "buyer", "observer"]
    tender: RoundTender
    lots: list[RoundLot]
    rules: dict[str, Any]
    rules_hash: str
    sentences: Sentences
    broadcasts: list[BroadcastView]
    # In percent of the total, where bids are ranked by points.
    weights: PointWeights | None
    tick_ms: int
    resume_notice_s: int


class StateView(View):
    """The last tick, never fresher: the same text as the `state` frame of the socket."""

    type: Literal["state"]
    tick: int
    now: str
    lots: list[SupplierLot] | list[BuyerLot] | list[LotClock]
    pad: str


class PauseBand(View):
    """A pause on the chart; `until` is null while it lasts."""

    since: InstantText
    until: InstantText | None
    reason_code: str | None


class ExtensionMark(View):
    """An extension on the chart."""

    at: InstantText
    before: InstantText
    after: InstantText
    by_hand: bool


class CockpitLot(View):
    """A lot's figures for the buyer's side, the baseline among them."""

    lot: RoundLot
    state: BuyerLot
    baseline_price: str | None
    baseline_source: str | None
    baseline_on: str | None
    pauses: list[PauseBand]
    extensions: list[ExtensionMark]
    # When a bid was voided; which one, the series no longer shows.
    voids: list[InstantText]


class CockpitView(View):
    """The cockpit. `joined` and `practised` are null before the round opens (VISIBILITY.md d12).

    `call_code` is the reader's own, for a pause by phone through the neutral desk (CK-12).
    """

    id: str
    tender: RoundTender
    rules: dict[str, Any]
    tick: int
    now: InstantText
    invited: int
    joined: int | None
    practised: int | None
    call_code: str | None
    lots: list[CockpitLot]
    broadcasts: list[BroadcastView]
    savings_money: str | None
    savings_percent: str | None


class HistoryBid(View):
    """One accepted bid. A supplier sees its own, to the millisecond; the buyer's side by alias, to the second."""

    n: int | None
    at: InstantText
    alias: str | None
    amount: str
    voided: bool
    # The price of the sealed round, with which the lot began.
    opening: bool
    # Placed by the service under the bidder's limit.
    auto: bool


class HistoryView(View):
    """The history of a lot after its close; for a supplier its own bids and refusals at any time."""

    lot_id: str
    view: Literal["own", "aliases"]
    buyer_view: BuyerView
    bids: list[HistoryBid]
    answers: list[OwnAnswer]


class AutoBidView(View):
    """The supplier's own limit on a lot; `state` is null where it never set one. With the salt it can prove what the
    commitment in the journal stands for."""

    lot_id: str
    state: AutoBidState | None
    limit: str | None
    commitment: str | None
    salt: str | None
    set_at: InstantText | None


class AutoBidRequest(StrictModel):
    """The lowest amount the service may bid for the supplier on this lot."""

    limit: SentAmount


class PauseRequest(StrictModel):
    """Stop the clock of a lot. The message goes to all suppliers, word for word."""

    reason_code: PauseReason
    reason: Reason
    message_zh: Announcement
    message_en: Announcement
    # The numbers in the messages were looked at and are no prices.
    amounts_checked: Annotated[bool, Field(strict=True)] = False


class CancelRequest(StrictModel):
    """Propose to cancel a lot. The message goes to all suppliers, word for word, once it is approved."""

    reason: Reason
    message_zh: Announcement
    message_en: Announcement
    amounts_checked: Annotated[bool, Field(strict=True)] = False


class PhonePauseRequest(StrictModel):
    """What a purchaser said to the desk."""

    code: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{8}$")]
    reason: Reason


class ResumeRequest(StrictModel):
    """Announce when a paused lot goes on."""

    resume_in_s: Annotated[int, Field(strict=True, ge=0, le=24 * 3600)] | None = None


class ExtendRequest(StrictModel):
    """Move the close forward, never back."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=24 * 60)]
    reason: Reason


class BroadcastRequest(StrictModel):
    """One text in both languages to everyone in the round. There is no message to one."""

    zh: Announcement
    en: Announcement
    amounts_checked: Annotated[bool, Field(strict=True)] = False


Typed = Annotated[str, StringConstraints(max_length=1000)]


class MessageCheck(StrictModel):
    """A message as far as it is typed."""

    zh: Typed
    en: Typed


class LeakView(View):
    """A find in a text, by its place; never the words themselves."""

    where: Literal["zh", "en"]
    kind: LeakKind
    start: int
    end: int


class MessageChecked(View):
    """What the message would give away."""

    leaks: list[LeakView]


class DeskLot(View):
    """A lot as the neutral desk sees it: its clock, no amounts, no counts."""

    number: int
    title_zh: str
    title_en: str
    clock: LotClock


class DeskRound(View):
    """A live round that opens soon or runs."""

    id: str
    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    time_zone: str
    lots: list[DeskLot]


class DeskView(View):
    """What the neutral desk can help with now."""

    now: InstantText
    rounds: list[DeskRound]


class VoidRequest(StrictModel):
    """Propose to void a bid with a manifest error: by number and alias, or the best bid where no aliases are shown."""

    n: Annotated[int, Field(strict=True, ge=1)] | None = None
    alias: Annotated[str, StringConstraints(strict=True, max_length=8)] | None = None
    reason: Reason


class ProposalMade(View):
    """The proposal another person now has to decide."""

    proposal_id: str


class LotView(View):
    """A lot's clock after an act."""

    lot: LotClock
