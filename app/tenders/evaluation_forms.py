"""Shapes of the comparison of sealed offers in a draft: criteria, weights, formula, shortlist, as typed."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.infra.web import StrictModel
from app.tenders.typed_texts import Count, Flag, GroupId, IdText, Typed, TypedLong


class WordingForm(StrictModel):
    """One text in both languages."""

    zh: TypedLong = ""
    en: TypedLong = ""


class CriterionForm(StrictModel):
    """One criterion, as typed. Without id it is new; an empty threshold is none; six levels for the marks 0 to 5."""

    id: IdText | Literal[""] = ""
    title_zh: Typed = ""
    title_en: Typed = ""
    weight: Typed = ""
    threshold: Typed = ""
    answer: Literal["text", "number", "choice"] = "text"
    unit: Typed = ""
    choices: list[WordingForm] = Field(default_factory=list, max_length=100)
    prompt_zh: TypedLong = ""
    prompt_en: TypedLong = ""
    levels: list[WordingForm] = Field(default_factory=list, max_length=20)
    parent: GroupId | Literal[""] = ""


class GroupForm(StrictModel):
    """A branch of the tree of criteria. Its id is the editor's: a short text, used once in the tender."""

    id: GroupId
    title_zh: Typed = ""
    title_en: Typed = ""
    weight: Typed = ""
    parent: GroupId | Literal[""] = ""
    threshold: Typed = ""


class JudgementsForm(StrictModel):
    """Comparisons in pairs of what stands in one place of the tree, as `scoring/ahp_json.py` reads them."""

    parent: GroupId | Literal[""] = ""
    items: list[Typed] = Field(default_factory=list, max_length=100)
    matrix: list[list[Typed]] = Field(default_factory=list, max_length=100)
    digits: Count = 2


class TechnicalForm(StrictModel):
    """The technical side, as typed."""

    weight: Typed = ""
    threshold: Typed = ""
    aggregation: Literal["mean", "median", "trimmed_mean"] = "mean"
    # Of `trimmed_mean`: from so many marks on the highest and the lowest are dropped.
    drop_from: Count = 4
    groups: list[GroupForm] = Field(default_factory=list, max_length=100)
    criteria: list[CriterionForm] = Field(default_factory=list, max_length=100)
    ahp: list[JudgementsForm] = Field(default_factory=list, max_length=100)


class FormulaForm(StrictModel):
    """The price formula by its code (SCORING.md section 1); its parameters as `scoring/formulas.py` reads them."""

    code: Typed = "price_only"
    params: Annotated[dict[str, Any], Field(max_length=30)] = Field(default_factory=dict)


class PriceForm(StrictModel):
    """The price side, as typed."""

    weight: Typed = ""
    formula: FormulaForm = FormulaForm()


class ShortlistForm(StrictModel):
    """How many are shortlisted; `within` percent of the best, but so many at least; what ties at the cut mean."""

    count: Count = 3
    within: Typed = ""
    at_least: Count | None = None
    ties: Literal["include", "record"] = "include"


class AbnormalTestForm(StrictModel):
    """One test that calls a price abnormally low."""

    kind: Literal["share_of_mean", "share_of_second_lowest", "share_of_ceiling"] = "share_of_mean"
    share: Typed = "80"
    is_strict: Flag = True


class AbnormalForm(StrictModel):
    """The tests of low prices, any of which asks, and the hours to answer."""

    tests: list[AbnormalTestForm] = Field(default_factory=list, max_length=20)
    answer_hours: Count = 24


class LeastMarksForm(StrictModel):
    """The least mark of each aspect of a certification; empty is none."""

    quality: Typed = ""
    delivery: Typed = ""
    credit: Typed = ""


class GradePointsForm(StrictModel):
    """Points on the total by grade."""

    A: Typed = ""
    B: Typed = ""
    C: Typed = ""
    D: Typed = ""


class CertificationForm(StrictModel):
    """What certification means to the comparison: a minimum, points, or both."""

    minimum: LeastMarksForm | None = None
    points: GradePointsForm | None = None


class SplitForm(StrictModel):
    """The shares a lot may be awarded in, in percent, as typed."""

    patterns: list[Annotated[list[Typed], Field(max_length=20)]] = Field(default_factory=list, max_length=20)


class EvaluationForm(StrictModel):
    """How sealed offers are compared, as typed. Without a technical part in force the price counts for all."""

    technical: TechnicalForm | None = None
    price: PriceForm = PriceForm()
    shortlist: ShortlistForm = ShortlistForm()
    freeze_technical: Flag = False
    abnormal: AbnormalForm | None = None
    certification: CertificationForm | None = None
    split: SplitForm | None = None
