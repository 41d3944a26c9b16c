"""Shapes of tenders on the wire: what goes out, to the buyer's side and, much less of it, to a supplier."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.domain.procedures import Procedure
from app.domain.project_basis import SaidField
from app.domain.tendering import Continuation, TenderState
from app.domain.visibility import Phase, Role
from app.infra.web import InstantText, StrictModel
from app.tenders.draft_forms import DraftForm
from app.tenders.participations import Response


class Created(StrictModel):
    """The new draft."""

    id: str
    reference: str
    version: int


class Proposed(StrictModel):
    """The proposal that now waits for a second person; null where none was needed."""

    proposal_id: str | None


class DeadlineView(StrictModel):
    """What comes next: the answers, the opening of the first round, the sealed close, the live opening."""

    kind: Literal["response_due", "opens_at", "sealed_closes_at", "live_opens_at"]
    at: InstantText


class PortfolioRow(StrictModel):
    """A tender in the buyer's list. Counts are null in the phases that do not show them."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    category: str
    currency: str
    state: TenderState
    phase: Phase
    template: str
    lots: int
    procedure: Procedure
    round_id: str
    sealed_round_id: str | None
    next_deadline: DeadlineView | None
    project_id: str | None
    continuation: Continuation
    invited: int | None
    joined: int | None
    edited_at: InstantText
    published_at: InstantText | None


class Portfolio(StrictModel):
    """The buyer's list."""

    audience: Literal["staff"] = "staff"
    items: list[PortfolioRow]


class LotTimesView(StrictModel):
    """Scheduled times of one lot."""

    lot_id: str
    number: int
    opens_at: InstantText
    closes_at: InstantText
    hard_stop_at: InstantText


class RoundTimesView(StrictModel):
    """A round in the order of the tender, with its times in force; a live round's close is its lots' own.

    `is_earliest`: it opens then or later, so long after the sealed prices as the tender says.
    """

    id: str
    number: int
    kind: Literal["sealed", "live"]
    opens_at: InstantText
    closes_at: InstantText | None
    is_earliest: bool


class ChangeView(StrictModel):
    """One change of an amendment."""

    path: str
    before: str
    after: str


class AmendmentView(StrictModel):
    """An amendment as told to the suppliers."""

    version: int
    summary_zh: str
    summary_en: str
    changes: list[ChangeView]
    made_at: InstantText


class OwnResponse(StrictModel):
    """A supplier's own answer. `needs_acknowledgement`: the terms changed after it accepted."""

    response: Response
    terms_version: int
    reason: str
    joined: bool
    needs_acknowledgement: bool
    can_answer: bool


class InvitationRow(StrictModel):
    """A tender in a supplier's own list."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    currency: str
    state: TenderState
    procedure: Procedure
    round_id: str
    sealed_round_id: str | None
    response_due_at: InstantText
    opens_at: InstantText
    rounds: list[RoundTimesView]
    terms_version: int
    own: OwnResponse
    published_at: InstantText


class OwnInvitations(StrictModel):
    """A supplier's list."""

    audience: Literal["supplier"] = "supplier"
    items: list[InvitationRow]


TenderList = Annotated[Portfolio | OwnInvitations, Field(discriminator="audience")]


class InviteeView(StrictModel):
    """An invited supplier (VISIBILITY.md d04). Nothing here tells whether it answered."""

    supplier_id: str
    name_zh: str
    name_en: str
    outside_rule: bool


class BaselineView(StrictModel):
    """The baseline of a lot (VISIBILITY.md d58)."""

    lot_id: str
    baseline_price: str | None
    source: str | None
    on: str | None


class PendingView(StrictModel):
    """A proposal about this tender that waits for a second person."""

    id: str
    kind: str
    proposed_at: InstantText
    expires_at: InstantText


class SaidView(StrictModel):
    """A field as the project has it and as its draft has it; `is_same` of the ceiling: it keeps the budget."""

    field: SaidField
    project: str
    draft: str
    is_same: bool


class LinkedProject(StrictModel):
    """The project a tender buys for; amounts for whoever may see a budget. `total`: all lots of all its tenders at
    their ceilings, as far as both figures are there, in the project's currency."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    currency: str
    budget: str | None
    estimate: str | None
    total: str | None
    # What it says of a draft, field by field; empty once the tender is published.
    said: list[SaidView]


class StaffTender(StrictModel):
    """A tender as the buyer's side sees it under a hat; parts the hat may not see are null."""

    audience: Literal["staff"] = "staff"
    hat: Role
    id: str
    reference: str
    state: TenderState
    phase: Phase
    version: int
    template: str
    title_zh: str
    title_en: str
    category: str
    procedure: Procedure
    round_id: str
    sealed_round_id: str | None
    rounds: list[RoundTimesView]
    draft: DraftForm | None
    document: dict[str, Any] | None
    document_hash: str | None
    terms_version: int
    response_due_at: InstantText | None
    opens_at: InstantText | None
    is_extended: bool
    continuation: Continuation
    lot_times: list[LotTimesView]
    project: LinkedProject | None
    amendments: list[AmendmentView]
    baselines: list[BaselineView] | None
    invited: list[InviteeView] | None
    joined: int | None
    pending: list[PendingView]
    acts: list[Literal["edit", "submit", "amend", "cancel", "continue"]]
    created_at: InstantText
    edited_at: InstantText
    published_at: InstantText | None


class SupplierTender(StrictModel):
    """A tender as an invited supplier sees it: the published document, its own answer, the times. Nothing else."""

    audience: Literal["supplier"] = "supplier"
    id: str
    reference: str
    state: TenderState
    procedure: Procedure
    round_id: str
    sealed_round_id: str | None
    rounds: list[RoundTimesView]
    document: dict[str, Any]
    document_hash: str
    terms_version: int
    response_due_at: InstantText
    opens_at: InstantText
    is_extended: bool
    lot_times: list[LotTimesView]
    amendments: list[AmendmentView]
    own: OwnResponse
    published_at: InstantText


TenderView = Annotated[StaffTender | SupplierTender, Field(discriminator="audience")]
