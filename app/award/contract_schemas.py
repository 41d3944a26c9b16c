"""Shapes of negotiations and contracts on the wire; one sheet for both sides, the supplier's with its own row alone."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.award.schemas import HexId
from app.domain.agreement_tasks import AgreementTask
from app.domain.contracting import ContractState, EndKind
from app.domain.negotiating import Side, TalkState, TurnAct
from app.domain.payment_terms import PartKind
from app.domain.procurement_methods import ProcurementMethod
from app.domain.signature_requests import RequestState
from app.infra.web import DecimalText, InstantText, LongText, ShortText, StrictModel

Days = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Percent = Annotated[str, Field(pattern=r"^\d{1,3}(\.\d{1,2})?$")]
Seen = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class IssuesForm(StrictModel):
    """The issue table: percent as texts, whole days and months."""

    prepayment: Percent
    credit_days: Days
    draft_days: Days
    retention: Percent
    retention_days: Days
    delivery_days: Days
    warranty_months: Days


class PartView(StrictModel):
    """One payment: what it is for, how much, how many days after the signature, and what it is worth on that day."""

    kind: PartKind
    amount: DecimalText
    day: int
    value: DecimalText


class WorthView(StrictModel):
    """The price under terms as present value."""

    value: DecimalText
    parts: list[PartView]


class TurnView(StrictModel):
    """A turn as it was taken, with what its terms are worth."""

    number: int
    act: TurnAct
    side: Side
    issues: IssuesForm | None
    worth: WorthView | None
    text: str
    at: InstantText


class NegotiationView(StrictModel):
    """The talks with one supplier. `limits`: the mandate, null for the supplier and before it is set."""

    id: str
    state: TalkState
    rate: DecimalText
    opened_at: InstantText
    turns: list[TurnView]
    my_acts: list[TurnAct]
    limits: IssuesForm | None
    has_mandate: bool
    can_limit: bool


class ClauseView(StrictModel):
    """A clause; `standard_*` is what the template says where this differs."""

    key: str
    source: str
    zh: str
    en: str
    standard_zh: str | None
    standard_en: str | None


class SignatureView(StrictModel):
    """A side's signature."""

    side: Side
    signatory: str
    title: str
    method: str
    digest: str
    at: InstantText


class RequestView(StrictModel):
    """A signature that a provider was asked for; the last one of a side. `is_down`: the last call failed."""

    side: Side
    provider: str
    state: RequestState
    signatory: str
    asked_at: InstantText
    is_down: bool
    can_withdraw: bool


class EndingView(StrictModel):
    """How a contract ended before its time, in force up to and with `ends_on`."""

    kind: EndKind
    reason: str
    ends_on: date | None
    at: InstantText


class ContractView(StrictModel):
    """The contract as it stands; the supplier sees it from its approval on, without what the buyer said inside."""

    id: str
    version: int
    state: ContractState
    digest: str
    clauses: list[ClauseView]
    last_day: date
    ends_at: InstantText
    is_standstill: bool
    signatures: list[SignatureView]
    proposal_id: str | None
    return_reason: str | None
    can_submit: bool
    # Written at a price that a best-and-final round has changed since: it has to be written anew.
    is_stale: bool
    can_sign: bool
    # Who collects the signature; null: this page.
    provider: str | None
    requests: list[RequestView]
    ending: EndingView | None
    in_force: bool
    end_proposal_id: str | None
    can_end: EndKind | None


class AgreementView(StrictModel):
    """What is agreed with one supplier of the award; its names are null on its own page."""

    supplier_id: str | None
    name_zh: str | None
    name_en: str | None
    total: DecimalText
    negotiation: NegotiationView | None
    contract: ContractView | None
    can_open: bool
    can_draft: bool


class AgreementsView(StrictModel):
    """Negotiations and contracts of a tender. `standard`: what the template says, and what that is worth at no rate."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    side: Side
    # The requester's: the contract alone, nothing to be done.
    reads_only: bool
    method: ProcurementMethod
    allows_talks: bool
    currency: str
    digits: int
    standard: IssuesForm
    agreements: list[AgreementView]


class OpenNegotiation(StrictModel):
    """With whom, and the yearly rate in percent by which payments are discounted."""

    supplier_id: HexId
    rate: Percent


class TakeTurn(StrictModel):
    """A turn; `answers`: the number of the last turn seen, 0 before the first."""

    act: TurnAct
    answers: Seen
    issues: IssuesForm | None = None
    text: LongText = ""


class DraftContract(StrictModel):
    """With whom, and what the purchaser adds to the template in both languages."""

    supplier_id: HexId
    special_zh: LongText = ""
    special_en: LongText = ""


class SignContract(StrictModel):
    """A signature under exactly this text."""

    digest: Digest
    signatory: ShortText
    title: ShortText = ""


class EndContract(StrictModel):
    """An end before its time, with the reason the supplier reads; `ends_on`: the last day in force."""

    kind: EndKind
    reason: LongText
    ends_on: date | None = None


class CallBack(StrictModel):
    """A provider's knock: it knows more about this request. What it knows it is asked itself."""

    key: HexId


class AgreementTaskView(StrictModel):
    """What waits for the reader; names of the supplier are null on its own page."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    task: AgreementTask
    name_zh: str | None
    name_en: str | None
    since: InstantText | None


class AgreementTasks(StrictModel):
    """The cards of the home page, the longest waiting first."""

    items: list[AgreementTaskView]


class ProjectContract(StrictModel):
    """A tender of a project whose contract the reader may see."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str


class ProjectContracts(StrictModel):
    """The contracts of a project."""

    items: list[ProjectContract]
