"""Shapes of the decision room on the wire: the cut, confirmations, votes, what is missing, what-if notes."""

from typing import Annotated, Literal

from pydantic import Field as Limits
from pydantic import StringConstraints

from app.award.room_schemas import TryChange
from app.award.schemas import MOST_LOTS, HexId, Label, Reason
from app.domain.confirming import Vote
from app.domain.cutting import LONGEST_NOTE
from app.domain.whatif import STAMP
from app.infra.web import InstantText, StrictModel

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE)]
MOST_OFFERS = 500


class OfferNote(StrictModel):
    """Why one offer stands where it stands, in the purchaser's words."""

    label: Label
    text: Note


class CutBody(StrictModel):
    """The cut of one lot: the first of its ranking, in order; `reason` where it is not the rule's."""

    lot_id: HexId
    labels: Annotated[list[Label], Limits(min_length=1, max_length=MOST_OFFERS)]
    reason: Note = ""
    notes: Annotated[list[OfferNote], Limits(max_length=MOST_OFFERS)] = Limits(default_factory=list)


class ProposeShortlist(StrictModel):
    """Put ranking and shortlist to the panel: a cut for every lot that has a ranking."""

    cuts: Annotated[list[CutBody], Limits(min_length=1, max_length=MOST_LOTS)]


class ConfirmRanking(StrictModel):
    """Confirm the rankings with this digest."""

    digest: Digest


class LockShortlist(StrictModel):
    """Lock the shortlist with this digest."""

    digest: Digest


class CastVote(StrictModel):
    """Vote on the shortlist with this digest; against it with a reason."""

    digest: Digest
    vote: Vote
    reason: Reason = ""


class NoteWhatIf(StrictModel):
    """Keep a change that was tried, with a word on it."""

    change: TryChange
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NOTE)]


class BallotView(StrictModel):
    """What one member of the panel has said on what stands now."""

    name: str
    is_you: bool
    confirmed_at: InstantText | None
    vote: Vote | None
    reason: str
    voted_at: InstantText | None


class CutView(StrictModel):
    """The cut of one lot. `allowed`: how many of the best may be on the list; `by_rule`: how many the rule lists."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    ranked: list[str]
    by_rule: int
    allowed: list[int]
    # As it was put to the panel; the rule's before.
    labels: list[str]
    reason: str
    notes: list[OfferNote]


class UnexaminedView(StrictModel):
    """What of a lot keeps the shortlist from being locked: an inquiry that runs, or one that is due."""

    number: int
    code: Literal["PENDING", "INQUIRY_DUE"]
    label: str | None


class WhatIfNote(StrictModel):
    """A change that was tried and noted. `is_current`: on the ranking that stands."""

    stamp: Literal["WHAT-IF"] = STAMP
    at: InstantText
    by: str
    lot_id: str
    number: int
    change: TryChange
    first: str | None
    shortlist: list[str]
    text: str
    is_current: bool


class DecisionRoomView(StrictModel):
    """How the panel stands to ranking and shortlist. `not_due`: there is no panel to ask; `waiting`: no ranking yet, or
    none for this reader."""

    tender_id: str
    state: Literal["waiting", "not_due", "to_propose", "voting", "locked"]
    rankings_digest: str | None
    shortlist_digest: str | None
    proposed_at: InstantText | None
    locked_at: InstantText | None
    can_propose: bool
    can_confirm: bool
    can_vote: bool
    # Everybody has said so, and no more against it than for it.
    can_lock: bool
    # More against it than for it: another cut is due.
    is_outvoted: bool
    can_note: bool
    ballots: list[BallotView]
    cuts: list[CutView]
    unexamined: list[UnexaminedView]
    notes: list[WhatIfNote]
