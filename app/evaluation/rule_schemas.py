"""Shapes of the published evaluation rules on the wire, as frozen in the document (domain/scoring/rules.py)."""

from typing import Any, Literal

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


class TechnicalView(StrictModel):
    """The technical side."""

    weight: str
    threshold: str | None
    aggregation: Literal["mean", "median"]
    criteria: list[CriterionView]


class FormulaView(StrictModel):
    """The price formula with its parameters."""

    code: Literal["price_only", "lowest_ratio", "deduct_from_benchmark"]
    params: dict[str, Any]


class PriceView(StrictModel):
    """The price side."""

    weight: str
    formula: FormulaView


class ShortlistRule(StrictModel):
    """How many are on the shortlist, ties at the cut beside."""

    count: int


class EvaluationView(StrictModel):
    """All of it."""

    technical: TechnicalView | None
    price: PriceView
    shortlist: ShortlistRule
    freeze_technical: bool
