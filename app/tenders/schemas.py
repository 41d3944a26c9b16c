"""Shapes of tenders on the wire: what comes in. A draft holds any text as typed; the pre-flight names its faults."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from app.domain.amending import Amendment, LotTexts
from app.domain.columns import Column
from app.domain.drafting import Draft, LineDraft, LotDraft, OutsideDraft, Template
from app.domain.live_rules import (
    ExtensionMode,
    FeedbackMode,
    LotOrder,
    Measure,
    StepBasis,
    StepRule,
    TieRule,
    Trigger,
)
from app.domain.money import NumberStyle
from app.domain.visibility import BuyerView
from app.infra.web import StrictModel
from app.tenders.participations import LONGEST_REASON

# Wider than what may be published, so that a text that is too long is kept and named instead of lost.
Typed = Annotated[str, StringConstraints(max_length=1000)]
TypedLong = Annotated[str, StringConstraints(max_length=10_000)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Version = Annotated[int, Field(strict=True, ge=1)]
IdText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
# No line breaks and no invisible characters; as long as an answer may be before its padding would show.
OneLine = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST_REASON, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000)]


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
    baseline_price: Typed = ""
    baseline_source: Typed = ""
    baseline_on: Typed = ""
    lines: list[LineForm] = Field(default_factory=list, max_length=2000)


class StepForm(StrictModel):
    """The least decrease."""

    measure: Measure = Measure.PERCENT
    size: Typed = "0.5"
    rule: StepRule = StepRule.AT_LEAST
    basis: StepBasis = StepBasis.OWN_LAST


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


class RulesForm(StrictModel):
    """The rules of the live round; `opens_at` is a local time of the tender's zone, e.g. 2026-11-25T10:00."""

    format: Literal["open_descending"] = "open_descending"
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


class OutsideForm(StrictModel):
    """A supplier to be invited outside the rule, and why."""

    supplier_id: IdText
    reason: Typed = ""


class DraftForm(StrictModel):
    """The whole draft. `response_due` is a local time of the tender's zone; amounts are texts."""

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

    def to_draft(self) -> Draft:
        """Give the domain's draft, as typed."""
        values = self.model_dump(mode="json", include=set(DraftForm.model_fields))
        lots = tuple(
            LotDraft(**{**lot, "lines": tuple(LineDraft(**line) for line in lot["lines"])})
            for lot in values.pop("lots")
        )
        outside = tuple(OutsideDraft(**one) for one in values.pop("outside"))
        return Draft(**values, lots=lots, outside=outside)


class SaveTender(DraftForm):
    """The whole draft as it shall be, written on the version the editor saw; 409 CHANGED_SINCE names what changed."""

    version: Version


class CreateTender(StrictModel):
    """A new draft, from a template or as a copy of an earlier tender (one of both)."""

    template: Template | None = None
    copy_of: IdText | None = None
    title_zh: Typed = ""
    title_en: Typed = ""
    category: Typed = ""
    time_zone: Typed = "Asia/Shanghai"

    @model_validator(mode="after")
    def _from_one_thing(self) -> "CreateTender":
        if (self.template is None) is (self.copy_of is None):
            raise ValueError("a template or a tender to copy, one of both")
        return self


class ParseLines(StrictModel):
    """Text from a clipboard. `columns` is the editor's own choice from the left; null ignores a column."""

    text: Annotated[str, StringConstraints(max_length=900_000)]
    target: Literal["lines", "lots"] = "lines"
    style: NumberStyle = NumberStyle.UNSTATED
    columns: Annotated[list[Column | None], Field(max_length=60)] | None = None


class SubmitTender(StrictModel):
    """Submit the draft in the version the editor saw."""

    version: Version


class GiveReason(StrictModel):
    """Why; the approver reads it, after a cancellation the suppliers too."""

    reason: Reason


class LotTextsForm(StrictModel):
    """New texts of one lot: titles, and descriptions by the number of the line."""

    id: IdText
    title_zh: Typed | None = None
    title_en: Typed | None = None
    descriptions: dict[int, Typed] = Field(default_factory=dict, max_length=2000)


class AmendTender(StrictModel):
    """What shall change after publication. Texts left out stay; times are local and only ever later."""

    summary_zh: TypedLong
    summary_en: TypedLong
    title_zh: Typed | None = None
    title_en: Typed | None = None
    tender_summary_zh: TypedLong | None = None
    tender_summary_en: TypedLong | None = None
    terms_zh: TypedLong | None = None
    terms_en: TypedLong | None = None
    lots: list[LotTextsForm] = Field(default_factory=list, max_length=100)
    response_due: Typed | None = None
    opens_at: Typed | None = None

    def to_amendment(self) -> Amendment:
        """Give the domain's amendment: what was left out is left out."""
        named = {
            "title_zh": self.title_zh,
            "title_en": self.title_en,
            "summary_zh": self.tender_summary_zh,
            "summary_en": self.tender_summary_en,
            "terms_zh": self.terms_zh,
            "terms_en": self.terms_en,
        }
        return Amendment(
            summary_zh=self.summary_zh.strip(),
            summary_en=self.summary_en.strip(),
            texts={name: value for name, value in named.items() if value is not None},
            lots=tuple(_lot_texts(lot) for lot in self.lots),
            response_due=self.response_due,
            opens_at=self.opens_at,
        )


def _lot_texts(lot: LotTextsForm) -> LotTexts:
    titles = {"title_zh": lot.title_zh, "title_en": lot.title_en}
    return LotTexts(lot.id, {name: value for name, value in titles.items() if value is not None}, lot.descriptions)


class AnswerInvitation(StrictModel):
    """A supplier's answer to the terms of the version it read."""

    response: Literal["accept", "decline"]
    version: Version
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = (
        ""
    )


def form_of(stored: dict[str, Any]) -> DraftForm:
    """Give the form of a stored draft. Precondition: it was stored from a form or a template."""
    return DraftForm.model_validate(stored)
