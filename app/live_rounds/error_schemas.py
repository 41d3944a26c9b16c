"""The HTTP shapes of reports of an error in a bid."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from app.domain.slips import ReportState, Slip
from app.infra.web import InstantText, StrictModel
from app.live_rounds.schemas import Reason, View

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class ReportRequest(StrictModel):
    """What went wrong; the note is for the desk alone."""

    slip: Slip
    note: Note = ""


class CaseDecision(StrictModel):
    """The desk's word, with what the call-back gave."""

    verdict: Literal["verified", "dismissed"]
    reason: Reason


class OwnReportView(View):
    """The sender's own report: until when one is possible, and what became of it."""

    state: Literal["none", "reported", "verified", "dismissed", "proposed", "stands", "voided"]
    until: InstantText


class CaseView(View):
    """A report as the desk sees it: who, and which bid by the short code of its receipt."""

    id: str
    reference: str
    title_zh: str
    title_en: str
    lot: str
    bid: str
    slip: Slip
    state: ReportState
    note: str
    person: str
    supplier_zh: str
    supplier_en: str
    phone: str
    reported_at: InstantText


class CasesView(View):
    """The newest reports."""

    cases: list[CaseView]


class ReportedView(View):
    """A verified report as the buyer's side sees it: which bid, as far as the lot shows it now."""

    id: str
    lot: str
    slip: Slip
    state: ReportState
    alias: str | None
    amount: str | None
    is_voided: bool
    can_propose: bool


class ReportedListView(View):
    """The verified reports of a round."""

    reports: list[ReportedView]
