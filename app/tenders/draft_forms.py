"""Shapes of drafts on the wire: what comes in and goes out again as it was typed; the pre-flight names its faults."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.domain.committee import Seat
from app.domain.drafting import Draft, LineDraft, LotDraft, OutsideDraft
from app.domain.live_rules import (
    Basis,
    ExtensionMode,
    FeedbackMode,
    LotOrder,
    Measure,
    StepBasis,
    StepRule,
    TieRule,
    Trigger,
)
from app.domain.procedures import Procedure
from app.domain.procurement_methods import ProcurementMethod
from app.domain.questioning import Profile, QuestionRules
from app.domain.rulebooks import Rulebook
from app.domain.sealed_rules import Custody
from app.domain.visibility import BuyerView
from app.infra.web import StrictModel
from app.tenders.evaluation_forms import EvaluationForm, GradePointsForm
from app.tenders.typed_texts import Count, Flag, IdText, Typed, TypedLong


class LineForm(StrictModel):
    """One line of a lot, as typed."""

    item_code: Typed = ""
    description: Typed = ""
    quantity: Typed = ""
    unit: Typed = ""
    baseline_price: Typed = ""


class LotForm(StrictModel):
    """One lot, as typed. A lot without id is new; the answer gives it one."""

    id: IdText | Literal[""] = ""
    title_zh: Typed = ""
    title_en: Typed = ""
    scale: Count = 2
    basis: Literal["unit", "total"] = "unit"
    quantity: Typed = ""
    unit: Typed = ""
    ceiling_price: Typed = ""
    start_price: Typed = ""
    minimum_price: Typed = ""
    baseline_price: Typed = ""
    baseline_source: Typed = ""
    baseline_on: Typed = ""
    lines: list[LineForm] = Field(default_factory=list, max_length=2000)


class StepBelowForm(StrictModel):
    """The size of the step below a price."""

    price: Typed = ""
    size: Typed = ""


class StepForm(StrictModel):
    """The least decrease; `below`: smaller sizes below falling prices."""

    measure: Measure = Measure.PERCENT
    size: Typed = "0.5"
    rule: StepRule = StepRule.AT_LEAST
    basis: StepBasis = StepBasis.OWN_LAST
    below: list[StepBelowForm] = Field(default_factory=list, max_length=20)


class ChangeLimitForm(StrictModel):
    """The largest decrease in one bid."""

    measure: Measure = Measure.PERCENT
    size: Typed = "50"


class SoftCloseForm(StrictModel):
    """When a late bid moves the close."""

    window_s: Count
    hard_stop_after_s: Count
    max_extensions: Count
    trigger: Trigger = Trigger.ANY_ACCEPTED
    mode: ExtensionMode = ExtensionMode.RESET
    added_s: Count | None = None
    top: Count | None = None


class FactorsForm(StrictModel):
    """A bidder's own addition to its price, or its own feature value, by grade; `measure` for additions alone."""

    measure: Measure | None = None
    grades: GradePointsForm = GradePointsForm()


class PaceForm(StrictModel):
    """How a format moves by time: stages, the length of a turn or a tick, and for turns how many a round has."""

    stages: Count = 3
    each_s: Count = 60
    slots: Count | None = None


class RateForm(StrictModel):
    """What one unit of another currency is worth in the tender's."""

    currency: Typed = ""
    rate: Typed = ""


class CurrenciesForm(StrictModel):
    """The other currencies bids may be in, from where their rates are, and of which day."""

    rates: list[RateForm] = Field(default_factory=list, max_length=20)
    source: Typed = ""
    on: Typed = ""


class RulesForm(StrictModel):
    """The rules of the live round; `opens_at` is a local time of the tender's zone, e.g. 2026-11-25T10:00.

    `lead_s` counts after a sealed round only: the floor opens no sooner than so long after the prices.
    """

    format: Literal["open_descending", "turn_based", "japanese", "dutch"] = "open_descending"
    opens_at: Typed = ""
    duration_s: Count = 1800
    lots: LotOrder = LotOrder.PARALLEL
    stagger_s: Count = 0
    step: StepForm = StepForm()
    change_limit: ChangeLimitForm | None = None
    feedback: FeedbackMode = FeedbackMode.RANK_ONLY
    ties: TieRule = TieRule.EARLIER_FIRST
    buyer_view: BuyerView = BuyerView.ALIASES
    soft_close: SoftCloseForm | None = None
    lead_s: Count = 900
    basis: Basis = Basis.PRICE
    factors: FactorsForm | None = None
    tells_lead: Flag = False
    starting_gate: Flag = False
    gap_s: Count = 0
    currencies: CurrenciesForm | None = None
    auto_bid: Flag = False
    pace: PaceForm | None = None


class CommitteeForm(StrictModel):
    """How many seats must come together to open, and which seats there are."""

    k: Count = 3
    seats: list[Seat] = Field(default_factory=list, max_length=20)


class SealedForm(StrictModel):
    """The rules of the sealed round; times are local. `tech_bucket` is the size technical envelopes are padded to.

    `has_technical` decides whether the technical part of the evaluation is in force; its texts are kept either way.
    """

    opens_at: Typed = ""
    closes_at: Typed = ""
    custody: Custody = Custody.SERVER
    # Read only with committee custody; kept either way.
    committee: CommitteeForm | None = None
    extension_s: Count = 24 * 3600
    has_technical: Flag = False
    tech_bucket: Annotated[int, Field(strict=True, ge=0, le=2**30)] = 262_144


class QuestionsForm(StrictModel):
    """How questions are relayed, how long before the response deadline they close, at which local times answers go
    out."""

    profile: Profile = Profile.LEAN
    close_hours: Count = 24
    times: list[Typed] = Field(default_factory=lambda: list(QuestionRules().times), max_length=50)


class OutsideForm(StrictModel):
    """A supplier to be invited outside the rule, and why."""

    supplier_id: IdText
    reason: Typed = ""


class DraftForm(StrictModel):
    """The whole draft. `response_due` is a local time of the tender's zone; amounts are texts.

    What the procedure does not use is kept as typed and plays no part: `sealed`, `evaluation` and the lots' minimum
    prices of a live tender, the rules of a sealed one, the start prices of both with a sealed round.
    """

    title_zh: Typed = ""
    title_en: Typed = ""
    summary_zh: TypedLong = ""
    summary_en: TypedLong = ""
    terms_zh: TypedLong = ""
    terms_en: TypedLong = ""
    category: Typed = ""
    currency: Typed = "CNY"
    tax_basis: Literal["excluded", "included"] = "excluded"
    time_zone: Typed = "Asia/Shanghai"
    min_bidders: Count = 3
    min_grade: Literal["A", "B", "C", "D"] = "D"
    unseal_scope: Literal["preferred", "shortlist"] = "preferred"
    announce_winner: bool = False
    award_rule: Literal["price_only"] = "price_only"
    response_due: Typed = ""
    response_extension_minutes: Count = 16 * 60
    purchaser_note: TypedLong = ""
    lots: list[LotForm] = Field(default_factory=list, max_length=100)
    rules: RulesForm = RulesForm()
    outside: list[OutsideForm] = Field(default_factory=list, max_length=100)
    procedure: Procedure = Procedure.LIVE
    sealed: SealedForm | None = None
    evaluation: EvaluationForm | None = None
    rulebook: Rulebook = Rulebook.HOUSE
    procurement_method: ProcurementMethod | Literal[""] = ""
    questions: QuestionsForm = QuestionsForm()

    def to_draft(self) -> Draft:
        """Give the domain's draft, as typed."""
        values = self.model_dump(mode="json", include=set(DraftForm.model_fields))
        lots = tuple(
            LotDraft(**{**lot, "lines": tuple(LineDraft(**line) for line in lot["lines"])})
            for lot in values.pop("lots")
        )
        outside = tuple(OutsideDraft(**one) for one in values.pop("outside"))
        return Draft(**values, lots=lots, outside=outside)


def form_of(stored: dict[str, Any]) -> DraftForm:
    """Give the form of a stored draft. Precondition: it was stored from a form or a template."""
    return DraftForm.model_validate(stored)
