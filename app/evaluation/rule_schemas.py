"""Shapes of the published evaluation rules on the wire, as frozen in the document (domain/scoring/rules.py)."""

from typing import Any, Literal

from pydantic import Field

from app.domain.scoring.codes import FormulaCode
from app.infra.web import StrictModel


class WordingView(StrictModel):
    """One text in both languages."""

    zh: str
    en: str


class CriterionView(StrictModel):
    """One criterion; `levels` describe the marks 0 to 5 in order."""

    id: str
    number: int
    title_zh: str
    title_en: str
    weight: str
    threshold: str | None
    answer: Literal["text", "number", "choice"]
    unit: str
    choices: list[WordingView]
    prompt_zh: str
    prompt_en: str
    levels: list[WordingView]
    parent: str | None = None


class GroupView(StrictModel):
    """A branch of the tree of criteria, listed after the one it stands in."""

    id: str
    title_zh: str
    title_en: str
    weight: str
    parent: str | None = None
    threshold: str | None = None


class JudgementsView(StrictModel):
    """Comparisons in pairs that the weights of one place of the tree were derived from (domain/scoring/ahp_json.py)."""

    parent: str | None = None
    items: list[str]
    matrix: list[list[str]]
    digits: int


class TechnicalView(StrictModel):
    """The technical side."""

    weight: str
    threshold: str | None
    aggregation: Literal["mean", "median", "trimmed_mean"]
    drop_from: int | None = None
    groups: list[GroupView] = Field(default_factory=list)
    criteria: list[CriterionView]
    ahp: list[JudgementsView] = Field(default_factory=list)


class FormulaView(StrictModel):
    """The price formula with its parameters."""

    code: FormulaCode
    params: dict[str, Any]


class PriceView(StrictModel):
    """The price side."""

    weight: str
    formula: FormulaView


class ShortlistRule(StrictModel):
    """How many are on the shortlist, how far from the best, how many at least, and what ties at the cut mean."""

    count: int
    within: str | None = None
    at_least: int | None = None
    ties: Literal["include", "record"] = "include"


class AbnormalTestView(StrictModel):
    """One test that calls a price abnormally low."""

    kind: Literal["share_of_mean", "share_of_second_lowest", "share_of_ceiling"]
    share: str
    is_strict: bool


class AbnormalView(StrictModel):
    """The tests, and the hours to answer."""

    tests: list[AbnormalTestView]
    answer_hours: int


class CertificationRuleView(StrictModel):
    """Least marks by aspect, and points on the total by grade."""

    minimum: dict[Literal["quality", "delivery", "credit"], str] = Field(default_factory=dict)
    points: dict[Literal["A", "B", "C", "D"], str] = Field(default_factory=dict)


class SplitView(StrictModel):
    """The shares in percent that a lot may be awarded in to several suppliers."""

    patterns: list[list[str]]


class EvaluationView(StrictModel):
    """All of it."""

    technical: TechnicalView | None
    price: PriceView
    shortlist: ShortlistRule
    freeze_technical: bool
    abnormal: AbnormalView | None = None
    certification: CertificationRuleView | None = None
    split: SplitView | None = None
