"""Shapes of requests and projects on the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.budgeting import Plan
from app.domain.grouping import MOST_EXPERTS, GroupHat
from app.domain.needs import Need, Requirement
from app.domain.process import Stage, StageState
from app.domain.visibility import Role
from app.infra.web import InstantText, LongText, StrictModel

# Wider than what may be submitted, so that a text that is too long is kept and named instead of lost.
Typed = Annotated[str, StringConstraints(max_length=500)]
TypedLong = Annotated[str, StringConstraints(max_length=8000)]
TypedCode = Annotated[str, StringConstraints(max_length=40)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Version = Annotated[int, Field(strict=True, ge=1)]
IdText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class RequirementForm(StrictModel):
    """Something the thing must be, or should be."""

    kind: Literal["must", "should"]
    text: Annotated[str, StringConstraints(max_length=1000)]


class NeedForm(StrictModel):
    """The request as typed, complete or not."""

    title_zh: Typed = ""
    title_en: Typed = ""
    category: TypedCode = ""
    item: Typed = ""
    specification: TypedLong = ""
    quantity: TypedCode = ""
    unit: TypedCode = ""
    needed_on: TypedCode = ""
    use: TypedLong = ""
    earlier: TypedLong = ""
    budget_line: Typed = ""
    requirements: Annotated[list[RequirementForm], Field(max_length=60)] = Field(default_factory=list)

    def to_need(self) -> Need:
        """The domain's form."""
        requirements = tuple(Requirement(each.kind, each.text) for each in self.requirements)
        return Need(**{**self.model_dump(), "requirements": requirements})


class SaveNeed(StrictModel):
    """The whole form, on the version its writer saw."""

    version: Version
    need: NeedForm


class PlanForm(StrictModel):
    """Feasibility and budget as typed."""

    is_feasible: bool = False
    finding: TypedLong = ""
    currency: Currency = "CNY"
    budget_line: Typed = ""
    budget: TypedCode = ""
    estimate: TypedCode = ""
    estimate_source: Typed = ""
    estimate_on: TypedCode = ""

    def to_plan(self) -> Plan:
        """The domain's form."""
        return Plan(**self.model_dump())


class SavePlan(StrictModel):
    """Feasibility and budget, on the version their writer saw."""

    version: Version
    plan: PlanForm


class RaiseBudget(StrictModel):
    """A request for more: the whole budget wanted, as typed, and why."""

    version: Version
    amount: TypedCode
    reason: LongText = ""


class BudgetRequestView(StrictModel):
    """A request for more that waits for the decision maker."""

    amount: str
    reason: str
    at: InstantText
    proposal_id: str | None


class MoveStage(StrictModel):
    """An act on the stage at hand; a return and a stop need a reason."""

    version: Version
    act: Literal["submit", "accept", "return", "finish", "propose", "stop"]
    reason: LongText = ""


class NameGroup(StrictModel):
    """Who decides, and who leads the purchase."""

    version: Version
    decision_maker: IdText
    purchasing_lead: IdText


class DrawExperts(StrictModel):
    """How many experts the group is to have in all."""

    version: Version
    experts: Annotated[int, Field(strict=True, ge=1, le=MOST_EXPERTS)]


class DeclareInGroup(StrictModel):
    """Whether a conflict of interest stands in the way; a conflict is told in words."""

    has_conflict: bool
    statement: LongText = ""


class SetDue(StrictModel):
    """Another planned day of a stage."""

    version: Version
    due_on: date


class SetOwner(StrictModel):
    """The purchaser whose work a stage is; null: any purchaser's."""

    version: Version
    owner: IdText | None


class SendMessage(StrictModel):
    """A message to the other side: requester or purchasers."""

    said: LongText


class StageView(StrictModel):
    """A stage: where it stands, whose work it is, planned and actual days."""

    stage: Stage
    state: StageState
    owner: Role
    entered_on: date | None
    due_on: date | None
    done_on: date | None


class ProjectRow(StrictModel):
    """A project in a list. `stage` is null once everything is over; amounts only for whoever may see them."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    category: str
    stage: Stage | None
    state: StageState
    waits_for: Role | None
    due_on: date | None
    is_late: bool
    is_mine: bool
    waits_for_me: bool
    currency: str
    budget: str | None
    stages: list[StageView]
    created_at: InstantText
    edited_at: InstantText


class CheckView(StrictModel):
    """One thing that the stage at hand asks for."""

    code: str
    is_met: bool


class LockView(StrictModel):
    """Words that leave one maker alone."""

    field: str
    words: str


class GroupSeatView(StrictModel):
    """A member of the working group; names for whoever may see staff, declarations for whoever may see those (d10)."""

    account_id: str | None
    name: str | None
    hat: GroupHat
    is_me: bool
    has_declared: bool
    has_conflict: bool | None
    statement: str | None


class RemarkView(StrictModel):
    """What was said when a stage was returned, refused or stopped."""

    stage: Stage
    act: str
    by_role: Role
    said: str
    said_at: InstantText


class AttachmentView(StrictModel):
    """A file of the request."""

    id: str
    title: str
    media_type: str
    size: int
    added_at: InstantText


class MessageView(StrictModel):
    """What requester or purchaser wrote; the name for whoever may see staff."""

    by_role: Role
    said: str
    said_at: InstantText
    is_me: bool
    name: str | None


class OwnerView(StrictModel):
    """A stage that was given to one purchaser."""

    stage: Stage
    account_id: str
    name: str


class GroupCandidateView(StrictModel):
    """Somebody who may be named to the group."""

    account_id: str
    name: str
    hat: GroupHat


class ProjectView(ProjectRow):
    """A project with all that its reader may see; what he may not is null or empty."""

    version: int
    need: NeedForm | None
    plan: PlanForm | None
    experts: int
    checks: list[CheckView]
    locks: list[LockView]
    group: list[GroupSeatView]
    remarks: list[RemarkView]
    attachments: list[AttachmentView]
    candidates: list[GroupCandidateView]
    owners: list[OwnerView]
    messages: list[MessageView]
    budget_request: BudgetRequestView | None
    may_write: bool
    acts: list[str]
    proposal_id: str | None


class ProjectList(StrictModel):
    """The projects a reader may see, the latest touched first."""

    items: list[ProjectRow]


class ProjectMade(StrictModel):
    """The new request."""

    id: str
    reference: str
    version: int


class TaskView(StrictModel):
    """Something on a project that waits for the reader; `for_name` names whose task it is, where it was handed over."""

    kind: Literal["stage", "approve", "declare", "message"]
    project_id: str
    reference: str
    title_zh: str
    title_en: str
    stage: Stage
    state: StageState
    role: Role
    due_on: date | None
    is_late: bool
    is_delegated: bool
    for_name: str | None
    proposal_id: str | None


class TaskList(StrictModel):
    """What waits on projects for the reader, the most urgent first."""

    items: list[TaskView]
