"""Shapes of drafts on the wire: what a builder is shown besides the draft itself."""

from typing import Any

from app.domain.columns import Column
from app.domain.drafting import Template
from app.domain.scoring.parameters import ParameterKind
from app.infra.web import InstantText, StrictModel
from app.tenders.draft_forms import DraftForm
from app.tenders.views import LotTimesView


class FaultView(StrictModel):
    """What is wrong or may not work, and where: `field` is a path in the draft, e.g. lots.0.ceiling_price."""

    field: str
    code: str
    detail: dict[str, str]


class TemplateView(StrictModel):
    """A template with the defaults it would give a draft now."""

    template: Template
    draft: DraftForm


class CurrencyView(StrictModel):
    """A currency and its decimals (ISO 4217)."""

    code: str
    minor_units: int


class ChoicesView(StrictModel):
    """What a builder's lists offer."""

    currencies: list[CurrencyView]
    time_zones: list[str]


class ParsedCellView(StrictModel):
    """One cell: what was typed and what it was read as, or the code of its fault; `choices` for an ambiguous number."""

    column: Column | None
    address: str | None
    typed: str
    value: str | None
    fault: str | None
    choices: list[str]


class ParsedRowView(StrictModel):
    """One row of the source; `values` are those that were read."""

    number: int
    is_clean: bool
    values: dict[str, str]
    cells: list[ParsedCellView]


class ParsedView(StrictModel):
    """What was read; nothing is stored and nothing is lost. `fault` is set where the whole source was refused."""

    columns: list[Column | None]
    header_row: int | None
    fault: str | None
    clean_rows: int
    faulty_rows: int
    rows: list[ParsedRowView]


class ExpectedView(StrictModel):
    """How many would be invited."""

    by_rule: int
    outside: int


class SentencesView(StrictModel):
    """The rules as sentences in both languages: of the tender, then of its round."""

    zh: list[str]
    en: list[str]


class PreflightView(StrictModel):
    """The pre-flight list: faults stop a publication, warnings do not; the sentences once no term is at fault."""

    version: int
    may_submit: bool
    faults: list[FaultView]
    warnings: list[FaultView]
    expected: ExpectedView
    # Of the same draft as the list: asked for apart, they could be refused for a change between the two.
    sentences: SentencesView | None


class LevelWorthView(StrictModel):
    """What one level of a criterion is worth in the total."""

    criterion: str
    points: str


class LeverageView(StrictModel):
    """What one percent off the price is worth in the total (null where price alone ranks), and one level each."""

    percent: str | None
    levels: list[LevelWorthView]


class PreviewView(StrictModel):
    """The document as suppliers will read it or do, its rules in words, and what is worth how much."""

    document: dict[str, Any]
    lot_times: list[LotTimesView]
    sentences: SentencesView
    leverage: LeverageView | None


class CriterionShareView(StrictModel):
    """The percent of the technical points that a criterion decides, through all its groups."""

    criterion: str
    percent: str


class ComparisonView(StrictModel):
    """How offers are compared: sentences with the worked example, leverage, weights in the whole; the hash once frozen.

    `faults` are those of a draft; while there are any the rest is empty.
    """

    faults: list[FaultView]
    sentences: SentencesView | None
    leverage: LeverageView | None
    shares: list[CriterionShareView]
    # The canonical rules: what a score sheet takes.
    evaluation: dict[str, Any] | None
    digest: str | None
    # What bids of the live round are ranked by, with an example; None for the price alone, and while it has faults.
    basis: SentencesView | None = None
    # Worked examples of the live rules on the first lot; None while either has faults, and without a live round.
    examples: SentencesView | None = None


class ParameterView(StrictModel):
    """One parameter of a formula: its bounds or choices, and its default, null where it must be given."""

    name: str
    kind: ParameterKind
    low: str
    high: str
    default: str | int | bool | None
    choices: list[str]


class FormulasView(StrictModel):
    """The parameters by formula, those by benchmark, and what is dropped before a mean."""

    formulas: dict[str, list[ParameterView]]
    benchmark: ParameterView
    benchmarks: dict[str, list[ParameterView]]
    trimming: list[ParameterView]


class EligibleView(StrictModel):
    """A supplier the rule invites."""

    supplier_id: str
    name_zh: str
    name_en: str
    grade: str
    score: str
    valid_until: InstantText


class ExcludedView(StrictModel):
    """A supplier of the category the rule does not invite, and why."""

    supplier_id: str
    name_zh: str
    name_en: str
    code: str
    detail: dict[str, str]
    may_be_outside: bool


class OutsideView(StrictModel):
    """A supplier named outside the rule; `code` says why it cannot be invited even so."""

    supplier_id: str
    name_zh: str
    name_en: str
    reason: str
    code: str | None


class FieldView(StrictModel):
    """Whom the tender would invite now: by rule, outside of it, and whom not (SCREENS.md PL-05)."""

    category: str
    min_grade: str
    by_rule: list[EligibleView]
    excluded: list[ExcludedView]
    outside: list[OutsideView]
