"""Shapes of decision, unsealing, result and savings on the wire."""

from typing import Annotated, Literal

from pydantic import Field as Limits
from pydantic import StringConstraints

from app.award.reopening import Standing
from app.domain.awarding import DecisionState, UnsealScope
from app.domain.debriefing import Unit
from app.domain.measuring import Certainty
from app.domain.own_result import Outcome
from app.domain.ranking import RankBand
from app.domain.saving import Basis
from app.domain.splitting import MOST_PARTS
from app.domain.visibility import Phase
from app.evaluation.schemas import SavingsTotalView, SavingView
from app.infra.web import DecimalText, InstantText, StrictModel

HexId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
# The most lots a tender can have is far below; the bound keeps a body small.
MOST_LOTS = 500


class ShareBody(StrictModel):
    """A label and its percent of the lot."""

    label: Label
    share: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$")]


class ChoiceBody(StrictModel):
    """The proposal for one lot: a label of its ranking, or null for no award. Where several are awarded, their
    announced shares, and as `label` the one with the largest."""

    lot_id: HexId
    label: Label | None
    reason: Reason = ""
    shares: Annotated[tuple[ShareBody, ...], Limits(max_length=MOST_PARTS)] = ()


class ProposeDecision(StrictModel):
    """Propose the preferred supplier of every lot by label."""

    choices: Annotated[list[ChoiceBody], Limits(min_length=1, max_length=MOST_LOTS)]


class AwardProposal(StrictModel):
    """The proposal that now waits for a second person."""

    proposal_id: str


class ShareView(StrictModel):
    """One share of a lot, at its own price."""

    label: str
    rank: int
    share: str
    amount: str


class ChoiceView(StrictModel):
    """What was decided for one lot, by label; `shares` only where several are awarded: `label` has the largest."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    label: str | None
    rank: int | None
    amount: str | None
    reason: str
    reserve: str | None
    shares: list[ShareView]
    saving: SavingView | None


class PreconditionView(StrictModel):
    """One condition of the unsealing and whether it is met (SCREENS.md PL-10)."""

    code: Literal["DECISION_APPROVED", "SCOPE_FROZEN", "SECOND_PERSON"]
    is_met: bool


class UnsealingView(StrictModel):
    """How the unsealing stands, and whose names it will show."""

    state: Literal["not_asked", "pending", "done"]
    scope: UnsealScope
    names: int
    proposal_id: str | None
    unsealed_at: InstantText | None
    preconditions: list[PreconditionView]


class ReopeningView(StrictModel):
    """A reopening of the decision that was asked for after the unsealing, and how far it has come."""

    state: Standing
    reason: str
    # Of the decision that was to be opened again.
    digest: str
    proposal_id: str
    asked_at: InstantText
    decided_at: InstantText | None


class AskReopening(StrictModel):
    """Why the decision should be open again: read by approver and auditor, kept in the journal and in the report."""

    reason: Reason


class DecisionView(StrictModel):
    """The decision by alias of a tender; `none` before the first proposal."""

    tender_id: str
    state: Literal["none", "proposed", "approved", "returned", "reopened"]
    phase: Phase
    digest: str | None
    proposal_id: str | None
    proposed_at: InstantText | None
    decided_at: InstantText | None
    return_reason: str | None
    can_propose: bool
    # Approved on a ranking that a void has changed since: it is to be proposed again.
    has_fallen: bool
    can_unseal: bool
    # After the unsealing: ask two others to open the decision again.
    can_reopen: bool
    reopenings: list[ReopeningView]
    choices: list[ChoiceView]
    savings: SavingsTotalView | None
    unsealing: UnsealingView


class PersonView(StrictModel):
    """Whom to talk to, once names are unsealed."""

    name: str
    email: str
    phone: str | None


class UnsealedView(StrictModel):
    """A bidder in the scope of the unsealing."""

    lot_id: str
    label: str
    rank: int
    supplier_id: str
    name_zh: str
    name_en: str
    is_preferred: bool
    # Percent of the lot, where it is awarded in shares.
    share: str | None
    contact: PersonView | None


class LotResultView(StrictModel):
    """The result of one lot for the buyer's side: everyone by label, the unsealed by name."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    basis: Basis
    outcome: Literal["awarded", "no_award", "no_bid"]
    label: str | None
    amount: str | None
    shares: list[ShareView]
    saving: SavingView | None
    # How many bids were refused; which and whose is not for the buyer's side (VISIBILITY.md d15).
    refused_attempts: int
    unsealed: list[UnsealedView]


class StaffResult(StrictModel):
    """The result as the buyer's side sees it after the unsealing."""

    audience: Literal["staff"]
    tender_id: str
    state: Literal["waiting", "decided"]
    phase: Phase
    tender_state: str
    # There was a result, and its decision is open again.
    is_reopened: bool
    decision: DecisionState | None
    currency: str
    unsealed_at: InstantText | None
    # How many suppliers joined (VISIBILITY.md d12).
    joined: int | None
    lots: list[LotResultView]
    savings: SavingsTotalView | None


class WinnerView(StrictModel):
    """The winner's name, only where the published rules announce it."""

    name_zh: str
    name_en: str


class OwnCriterionView(StrictModel):
    """The own value of one criterion, and why it is not the one by rule, where it is not."""

    criterion: str
    number: int
    title_zh: str
    title_en: str
    weight: str
    value: DecimalText
    reason: str


class OwnScoreView(StrictModel):
    """The own technical score with its reasons (VISIBILITY.md d42)."""

    points: DecimalText
    threshold: str | None
    passes: bool
    criteria: list[OwnCriterionView]


class OwnFindingView(StrictModel):
    """Why the own sealed offer did not count: what was found at the opening of one of its two envelopes."""

    envelope: Literal["tech", "price"]
    # A finding of the opening (lower case), or the code of the rule that the price broke.
    code: str


class DistanceView(StrictModel):
    """How far from the first, in bands (domain/debriefing.py); `within` is null beyond the widest."""

    unit: Unit
    within: str | None
    is_equal: bool


class OwnLotResult(StrictModel):
    """A supplier's own result of one lot; `outcome` and `rank` are null until the decision is out."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    outcome: Outcome | None
    rank: int | None
    is_tied: bool
    # In place of the rank, where the rules of the live round told no more: its band, or whether it led.
    band: RankBand | None
    is_leading: bool | None
    distance: DistanceView | None
    amount: str | None
    # The own percent, where the lot was awarded in shares; nobody is told another's.
    share: str | None
    winners: list[WinnerView]
    finding: OwnFindingView | None
    # Why two persons excluded it after an inquiry about its low price.
    exclusion: str | None
    # Once the names are unsealed; null where the lot had no technical part.
    technical: OwnScoreView | None


class SupplierResult(StrictModel):
    """The own result (SCREENS.md SP-08): nothing about others unless the rules announce the winner."""

    audience: Literal["supplier"]
    tender_id: str
    state: Literal["waiting", "decided"]
    # The tender's last state: awarded or unsuccessful.
    outcome: str | None
    # There was a result, and its decision is open again: nothing of it stands.
    is_reopened: bool
    currency: str
    decided_at: InstantText | None
    # How many suppliers joined, told once the decision is out (VISIBILITY.md d12).
    joined: int | None
    lots: list[OwnLotResult]
    # The buyer's person to talk to, for the unsealed bidders only.
    contact: PersonView | None


ResultView = Annotated[StaffResult | SupplierResult, Limits(discriminator="audience")]


class TenderSavingsView(StrictModel):
    """Claimed savings of one awarded tender."""

    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    awarded_at: InstantText
    total: SavingsTotalView
    # Lots whose baseline is missing: flagged, not counted (SCREENS.md PL-14).
    is_complete: bool


class CertaintyTotal(StrictModel):
    """The sum over lots with a baseline."""

    certainty: Certainty
    currency: str
    money: DecimalText
    percent: DecimalText | None
    lots: int
    lots_without_baseline: int


class SavingsView(StrictModel):
    """Claimed savings to date: a sum for each currency, and the tenders behind it."""

    totals: list[SavingsTotalView]
    # Claimed, contracted, realised: a sum for each currency, over the lots that have the figure.
    by_certainty: list[CertaintyTotal]
    tenders: list[TenderSavingsView]
