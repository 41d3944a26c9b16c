"""Shapes of questions and answers on the wire. None has a field for a recipient, an asker or, on the buyer's side, the
time of asking."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.contact_filtering import FindKind
from app.domain.questioning import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    AnswerState,
    OwnState,
    Profile,
    QuestionState,
    ReturnReason,
)
from app.infra.web import InstantText, StrictModel
from app.tenders.question_relay import RelayAct
from app.tenders.typed_texts import Flag, IdText

QuestionText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION)]
AnswerText = Annotated[str, StringConstraints(max_length=LONGEST_ANSWER)]


class AskQuestion(StrictModel):
    """A question to the buyer, through the relay."""

    text: QuestionText


class RelayQuestion(StrictModel):
    """The relay's word on a held question: `text` to release, `reason` to return, `into` to merge."""

    act: RelayAct
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_QUESTION)] = ""
    reason: ReturnReason | None = None
    into: IdText | Literal[""] = ""


class WriteAnswer(StrictModel):
    """Both texts; `version` is the one read, 0 where there was none. Everybody gets it: there is no recipient."""

    zh: AnswerText = ""
    en: AnswerText = ""
    version: Annotated[int, Field(strict=True, ge=0)]
    is_finished: Flag = False
    amounts_checked: Flag = False


class PublishedView(StrictModel):
    """A question as relayed, with the answer to all (d48)."""

    id: str
    text: str
    zh: str
    en: str
    published_at: InstantText


class QuestionsView(StrictModel):
    """The rule of questions in a tender, and what is published."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    profile: Profile
    times: list[str]
    time_zone: str
    closes_at: InstantText
    next_at: InstantText
    is_open: bool
    published: list[PublishedView]


class OwnQuestionView(StrictModel):
    """An own question as its asker sees it (d45, d46, mode `o`)."""

    id: str
    text: str
    asked_at: InstantText
    state: OwnState
    reason: ReturnReason | None
    # What the journal holds of it; the asker can have it looked up.
    commitment: str


class OwnQuestionsView(StrictModel):
    """A supplier's own questions, the latest first."""

    tender_id: str
    can_ask: bool
    questions: list[OwnQuestionView]


class DraftAnswerView(StrictModel):
    """An answer on the buyer's side (d47)."""

    zh: str
    en: str
    state: AnswerState
    version: int
    published_at: InstantText | None
    # It reads as if it changed the terms: then an amendment is due.
    suggests_amendment: bool


class QueuedView(StrictModel):
    """A question as the relay let it through, with its answer. No asker, no time of asking."""

    id: str
    text: str
    released_at: InstantText
    answer: DraftAnswerView | None


class QueueView(StrictModel):
    """The purchaser's queue."""

    tender_id: str
    profile: Profile
    can_answer: bool
    questions: list[QueuedView]


class FindView(StrictModel):
    """A find of the filter in the text shown."""

    kind: FindKind
    start: int
    end: int


class HeldView(StrictModel):
    """A question at the relay. `is_covered`: the clauses with finds are blacked out."""

    id: str
    text: str
    is_covered: bool
    finds: list[FindView]
    state: QuestionState
    shown: str | None
    reason: ReturnReason | None


class MergeTarget(StrictModel):
    """A question that another may be merged into."""

    id: str
    text: str


class RelayView(StrictModel):
    """What the relay has before it in a tender, in random order."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    profile: Profile
    can_decide: bool
    questions: list[HeldView]
    targets: list[MergeTarget]


class RelayTenderView(StrictModel):
    """A tender with held questions."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    profile: Profile
    held: int


class RelayListView(StrictModel):
    """The tenders in which the reader relays and something is held."""

    tenders: list[RelayTenderView]
