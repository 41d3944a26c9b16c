"""Shapes of a supplier's life on the wire: applications, findings, corrective actions, appeals.

No shape for staff holds contact data (VISIBILITY.md d06), none for suppliers the name of an assessor (SP-02).
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.applying import ApplicationState, Likeness
from app.domain.certification import Aspect
from app.domain.improving import ActionState, AppealState, FindingKind, Result
from app.infra.web import DecimalText, InstantText, StrictModel
from app.suppliers.history import What
from app.suppliers.schemas import ContactForm, MarkText, PendingView, Reason, Typed
from app.suppliers.survey_schemas import Answers, OwedView

OpaqueId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=2000)]
Subject = Literal["certification", "finding", "performance"]


class ApplyAsSupplier(StrictModel):
    """What somebody without an account tells of its company."""

    name_zh: Typed
    name_en: Typed = ""
    credit_code: Typed
    city: Typed = ""
    categories: Annotated[list[Typed], Field(max_length=20)]
    contact: ContactForm
    locale: Literal["zh", "en"] = "zh"
    # By questionnaire: what the categories ask.
    answers: Annotated[dict[OpaqueId, Answers], Field(max_length=20, default_factory=dict)]


class AppliedView(StrictModel):
    """What an applicant gets: the same whether its company is known or not."""

    reference: str


class ApplicationRow(StrictModel):
    """An application in the list."""

    id: str
    reference: str
    state: ApplicationState
    name_zh: str
    name_en: str
    credit_code: str
    city: str
    categories: list[str]
    applied_at: InstantText
    decided_at: InstantText | None
    reason: str | None
    into_id: str | None


class CandidateView(StrictModel):
    """A registered supplier that the applicant may be, and in what they are alike."""

    id: str
    name_zh: str
    name_en: str
    credit_code: str
    city: str
    likeness: list[Likeness]


class ApplicationView(ApplicationRow):
    """An application with what a purchaser needs to propose something."""

    candidates: list[CandidateView]
    pending: PendingView | None
    questionnaires: list[OwedView]


class ProposeAdmission(StrictModel):
    """Admit as a supplier of its own, or join to the supplier that holds the credit code."""

    into: OpaqueId | None = None


class ActionForm(StrictModel):
    """One thing to mend."""

    text: Reason
    due_on: date


class RecordFinding(StrictModel):
    """The result of an on-site audit or a sample test; the supplier reads it."""

    kind: FindingKind
    aspect: Aspect
    result: Result
    title: Typed
    text: LongText
    held_on: date
    # 0 to 100; without it the result counts.
    score: MarkText | None = None
    actions: Annotated[list[ActionForm], Field(max_length=50, default_factory=list)]


class Made(StrictModel):
    """The id of what was made."""

    id: str


class ActionView(StrictModel):
    """What a supplier is or was to mend."""

    id: str
    text: str
    due_on: date
    state: ActionState
    is_overdue: bool
    reply: str | None
    replied_at: InstantText | None
    closed_at: InstantText | None


class FindingView(StrictModel):
    """The result of an on-site audit or a sample test."""

    id: str
    kind: FindingKind
    aspect: Aspect
    result: Result
    title: str
    text: str
    held_on: date
    score: DecimalText | None
    recorded_at: InstantText
    annulled_at: InstantText | None
    actions: list[ActionView]


class LifeView(StrictModel):
    """What was found about a supplier; while actions are owed it is certified on conditions only."""

    is_conditional: bool
    is_to_reassess: bool
    findings: list[FindingView]


class OwnAppealView(StrictModel):
    """An own appeal and its answer."""

    id: str
    subject: Subject
    subject_id: str
    text: str
    state: AppealState
    made_at: InstantText
    decided_at: InstantText | None
    answer: str | None


class RecountView(StrictModel):
    """What a performance review would come to with its orders as they are now, and which of them differ."""

    before: DecimalText | None
    after: DecimalText | None
    orders: list[str]


class AppealView(OwnAppealView):
    """An appeal for whoever decides it: whose, and the title of the finding, the grade of the certification or the
    period of the review; `recount`: of a review, while its appeal is open."""

    supplier_id: str
    name_zh: str
    name_en: str
    title: str
    may_decide: bool
    recount: RecountView | None


class ImprovementView(StrictModel):
    """The mark at which one aspect alone would bring the next grade; None where it alone cannot."""

    aspect: Aspect
    mark: DecimalText
    needed: DecimalText | None


class OwnLifeView(LifeView):
    """The own findings, appeals, and the way to the next grade."""

    appeals: list[OwnAppealView]
    improvements: list[ImprovementView]


class MomentView(StrictModel):
    """One thing that happened; ``subject``: a grade, kind, category or state, by what happened."""

    at: InstantText
    what: What
    subject: str
    text: str


class SayText(StrictModel):
    """What was done, in the supplier's words."""

    text: Reason


class DecideAction(StrictModel):
    """Whether it is done."""

    accept: bool


class MakeAppeal(StrictModel):
    """Against which certification, finding or performance review, and why."""

    subject: Subject
    subject_id: OpaqueId
    text: LongText


class DecideAppeal(StrictModel):
    """The word on an appeal, with the answer its supplier reads."""

    uphold: bool
    answer: Reason
