"""The frames of `WS /ws/rounds/{id}`, both ways; the frontend's types are made from `json_schema()`. LIVE.md section 3.

Amounts are decimal strings, instants RFC 3339 in UTC with milliseconds. Close codes: 4400 malformed, 4401 no session,
4403 not admitted, 4408 no hello, 4409 replaced by a newer socket of the account, 4429 flood, 4008 slow reader,
1012 restart.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from app.domain.auto_bidding import AutoBidState
from app.domain.closing import LotStatus
from app.domain.practising import Drill
from app.domain.ranking import RankBand
from app.domain.refusals import Code
from app.domain.visibility import BuyerView
from app.infra.web import StrictModel

# A UUID as browsers make it, or its 32 hex digits.
BidId = Annotated[
    str, StringConstraints(strict=True, pattern=r"^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")
]
LotId = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=32)]
# Longer than any amount, shorter than a novel: the rules say what is wrong with it.
SentAmount = Annotated[str, StringConstraints(strict=True, max_length=40)]
Hash = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]
Whole = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]


# ── client ────────────────────────────────────────────────────────────────────


class Hello(StrictModel):
    """The first frame: the one-time ticket, the last tick seen before a reconnect, and the window's name."""

    type: Literal["hello"]
    ticket: Annotated[str, StringConstraints(strict=True, max_length=128)]
    tick: Whole | None = None
    # A random name of this window, kept while it is open: it keeps the pen over a reconnect.
    seat: BidId | None = None


class QuoteSent(StrictModel):
    """What a one-tap button was drawn from: own last amount (null before the first bid) and the rules."""

    own: SentAmount | None
    rules_hash: Hash


class PlaceBidSent(StrictModel):
    """A bid. With a quote it is placed only while the quote holds (`STALE_QUOTE` otherwise)."""

    type: Literal["place_bid"]
    bid_id: BidId
    lot_id: LotId
    amount: SentAmount
    quote: QuoteSent | None = None


class PriceTaken(StrictModel):
    """A bid at the price that a format names: to `stay` at it while it falls, to `accept` it while it rises.

    The amount is the price as it was shown: where the tick is another one by now, nothing is placed (`STALE_QUOTE`).
    """

    type: Literal["stay", "accept"]
    bid_id: BidId
    lot_id: LotId
    amount: SentAmount


class BidStatusAsked(StrictModel):
    """What became of a bid; the first thing to ask after a reconnect."""

    type: Literal["bid_status"]
    bid_id: BidId


class TakePen(StrictModel):
    """This window writes from now on; the other windows of the supplier read (LR-36)."""

    type: Literal["take_pen"]


class TimeAsked(StrictModel):
    """A sample for the client's clock; `t0` comes back as it was sent."""

    type: Literal["time"]
    t0: Whole


ClientFrame = Annotated[
    Hello | PlaceBidSent | PriceTaken | BidStatusAsked | TakePen | TimeAsked, Field(discriminator="type")
]
client_frames: TypeAdapter[Hello | PlaceBidSent | PriceTaken | BidStatusAsked | TakePen | TimeAsked] = TypeAdapter(
    ClientFrame
)


class DrillSaid(StrictModel):
    """Practice only: go to the last seconds, cut the line after the next bid; or what only the page can see was done:
    a pasted amount, a receipt read."""

    type: Literal["drill"]
    drill: Drill


PracticeFrame = Annotated[
    Hello | PlaceBidSent | BidStatusAsked | TakePen | TimeAsked | DrillSaid, Field(discriminator="type")
]


# ── server ────────────────────────────────────────────────────────────────────


class ServerModel(BaseModel):
    """A frame of ours: written by this code alone, so nothing is checked twice on the hot path."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class LotClock(ServerModel):
    """What everyone with access sees of a lot: its clock."""

    lot_id: str
    status: LotStatus
    opens_at: str
    closes_at: str
    hard_stop_at: str
    extensions: int
    max_extensions: int
    pause_reason: str | None
    resume_at: str | None


class OwnScore(ServerModel):
    """A bidder's own figures where bids are ranked by another basis than the price: null what the rules do not tell.

    `feature` is its addition to the price (money or percent) or the sum of its feature values, `figure` its evaluated
    price; the points come with `score_rank`, and `leads_at`, the price at which it would lead, where the rules tell it.
    """

    feature: str | None
    figure: str | None
    technical: str | None
    bonus: str | None
    price_points: str | None
    total: str | None
    leads_at: str | None


class OwnPace(ServerModel):
    """Where a format that moves by time stands, for this bidder: the stage (round of turns, tick of the price), from 0.

    Between `acts_from` and `acts_until` it may act in this stage, at `price` where the format names it. Nothing else is
    told of turns: not whose turn it is before or after, nor how many there are beside the published slots.
    """

    stage: int
    stages: int
    acts_from: str | None
    acts_until: str | None
    price: str | None
    is_out: bool
    is_done: bool
    ends_at: str | None


class SupplierLot(LotClock):
    """A lot as its bidder sees it: own figures, and the market as far as the rules announce it."""

    own_amount: str | None
    # The number of the bidder's own bids that count; never the lot's, which would count the rivals'.
    own_seq: int
    next_valid: str | None
    rank: int | None
    tied: bool
    leading: bool
    best: str | None
    score: OwnScore | None = None
    # In rounds that tell the own rank in steps; there, and where only the lead is told, `rank` is null and never tied.
    band: RankBand | None = None
    # How the own limit stands under which the service bids, in rounds that allow one; null where none was set.
    auto_bid: AutoBidState | None = None
    # In rounds whose format moves by time.
    pace: OwnPace | None = None


class SavingsView(ServerModel):
    """Provisional: best price against baseline, both over the quantity."""

    money: str
    percent: str | None


# [instant rounded to the second, alias, amount, number of the bid]
SeriesPoint = tuple[str, str, str, int]
# [instant rounded to the second, amount]
BestPoint = tuple[str, str]


# [place, alias, amount, evaluated price or null]
RankedPoint = tuple[int, str, str, str | None]


class BuyerPace(ServerModel):
    """Where a format that moves by time stands: its stage, from 0, of how many, until when, and the price it names."""

    stage: int
    stages: int
    price: str | None
    ends_at: str | None


class BuyerLot(LotClock):
    """A lot in the cockpit: `series` by alias from four active bidders on, else `best_line`, or neither, by `view`.

    In `state` frames the lists hold the tail only: `series_from` / `best_from` is the index of their first element.
    """

    view: BuyerView
    best: str | None
    active: int | None
    series_from: int
    series: list[SeriesPoint]
    best_from: int
    best_line: list[BestPoint]
    savings: SavingsView | None
    # By alias, where bids are ranked by another basis than the price. No points: those by T-alias could be found by
    # them while the lot runs (VISIBILITY.md d20, d40).
    ranked: list[RankedPoint] | None = None
    # In rounds whose format moves by time.
    pace: BuyerPace | None = None


class BroadcastView(ServerModel):
    """A message to all."""

    zh: str
    en: str
    at: str


class OwnAnswer(ServerModel):
    """The answer to an own bid: its receipt, or the refusal."""

    bid_id: str
    lot_id: str
    state: Literal["accepted", "refused"]
    receipt: dict[str, Any] | None = None
    code: Code | None = None
    detail: dict[str, str] | None = None


class Welcome(ServerModel):
    """The snapshot after `hello`. `answers`: the supplier's own answers since the tick it named."""

    type: Literal["welcome"] = "welcome"
    tick: int
    tick_ms: int
    now: str
    audience: Literal["supplier", "buyer", "observer"]
    lots: list[SupplierLot] | list[BuyerLot] | list[LotClock]
    rules: dict[str, Any]
    rules_hash: str
    broadcasts: list[BroadcastView]
    answers: list[OwnAnswer]


class State(ServerModel):
    """The common tick, whether anything changed or not; padded to one length for all of an audience."""

    type: Literal["state"] = "state"
    tick: int
    now: str
    lots: list[SupplierLot] | list[BuyerLot] | list[LotClock]
    pad: str


class ReceiptGiven(ServerModel):
    """An accepted bid, durably stored. No rank: that comes with the tick."""

    type: Literal["receipt"] = "receipt"
    bid_id: str
    lot_id: str
    receipt: dict[str, Any]


class Refused(ServerModel):
    """A rule said no: own numbers, the published rule and the next valid amount, nothing of others."""

    type: Literal["refused"] = "refused"
    bid_id: str
    lot_id: str
    code: Code
    detail: dict[str, str]
    now: str


class Status(ServerModel):
    """What became of a bid; `unseen` means it never arrived."""

    type: Literal["status"] = "status"
    bid_id: str
    state: Literal["accepted", "refused", "unseen"]
    lot_id: str | None = None
    receipt: dict[str, Any] | None = None
    code: Code | None = None
    detail: dict[str, str] | None = None
    now: str


NoticeName = Literal[
    "broadcast",
    "opened",
    "extension",
    "extended_by_hand",
    "pause",
    "resume_set",
    "resumed",
    "void",
    "closed",
    "cancelled",
]


class Notice(ServerModel):
    """Something everyone is told.

    `params` are texts: from, to, n, reason_code, message_zh, message_en, resume_at, zh, en.
    """

    type: Literal["notice"] = "notice"
    kind: NoticeName
    lot_id: str | None = None
    params: dict[str, str]
    at: str


class Peer(ServerModel):
    """Another window of the same supplier in this round."""

    name: str
    is_me: bool
    writes: bool


class PenGiven(ServerModel):
    """Who of the supplier's own people writes: this window, another one, or nobody until somebody takes the pen."""

    type: Literal["pen"] = "pen"
    mine: bool
    free: bool
    peers: list[Peer]


class PracticeGiven(ServerModel):
    """Practice only: the drills done so far, and until when the pass counts."""

    type: Literal["practice"] = "practice"
    done: list[Drill]
    passed_until: str | None


class TimeGiven(ServerModel):
    """The sample, and the server's time."""

    type: Literal["time"] = "time"
    t0: int
    now: str


class ProblemGiven(ServerModel):
    """The frame was no frame, or could not be answered; with `bid_id`: ask for its status."""

    type: Literal["problem"] = "problem"
    code: str
    bid_id: str | None = None


AnyServerFrame = (
    Welcome | State | ReceiptGiven | Refused | Status | Notice | PenGiven | PracticeGiven | TimeGiven | ProblemGiven
)
ServerFrame = Annotated[AnyServerFrame, Field(discriminator="type")]
server_frames: TypeAdapter[AnyServerFrame] = TypeAdapter(ServerFrame)


def json_schema() -> dict[str, Any]:
    """Both directions in one JSON schema with the definitions `ClientFrame` and `ServerFrame`."""
    client = client_frames.json_schema(ref_template="#/$defs/{model}")
    server = server_frames.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    shapes = {**client.pop("$defs"), **server.pop("$defs"), "ClientFrame": client, "ServerFrame": server}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "LiveRoundFrames", "$defs": shapes}
