"""Shapes of questionnaires on the wire. A draft is its supplier's alone; the buyer's side reads what was handed in."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.domain.surveying import QuestionKind, ReplyState
from app.infra.web import InstantText, StrictModel

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]
Answer = Annotated[str, StringConstraints(max_length=4000)]
Answers = Annotated[dict[str, Answer], Field(max_length=100)]


class WordsView(StrictModel):
    """One text in both languages."""

    zh: Text
    en: Text


class QuestionView(StrictModel):
    """A question; a number has a unit, a choice has choices. ``id`` is empty for a new one."""

    id: Annotated[str, StringConstraints(max_length=32)] = ""
    kind: QuestionKind
    title_zh: Text
    title_en: Text
    is_must: bool
    unit: Text = ""
    choices: Annotated[list[WordsView], Field(max_length=40, default_factory=list)]


class PublishQuestionnaire(StrictModel):
    """The next version of a category; ``after`` is the version it follows, 0 for the first."""

    questions: Annotated[list[QuestionView], Field(max_length=100)]
    valid_days: int
    after: Annotated[int, Field(ge=0)]


class QuestionnaireView(StrictModel):
    """What is asked in a category."""

    id: str
    category: str
    version: int
    questions: list[QuestionView]
    valid_days: int
    made_at: InstantText


class ReplyView(StrictModel):
    """What was handed in, with the questions as they were then."""

    version: int
    questions: list[QuestionView]
    answers: dict[str, str]
    submitted_at: InstantText
    valid_until: InstantText


class OwedView(StrictModel):
    """Where a supplier stands with what is asked in one of its categories."""

    questionnaire: QuestionnaireView
    state: ReplyState
    last: ReplyView | None


class OwnOwedView(OwedView):
    """The same for the supplier, with what its reply begins with."""

    answers: dict[str, str]


class GiveAnswers(StrictModel):
    """Answers by question, as texts: yes or no, the place of a choice from 0, a number, a text."""

    answers: Answers


class SavedView(StrictModel):
    """When a draft was kept."""

    saved_at: InstantText
