"""The evaluation rules of a tender: criteria, weights, thresholds, price formula, shortlist; frozen at publication.

Serves SCORING.md sections 1 to 3 and the member `evaluation` of the published document. One reading serves both the
pre-flight (`check_evaluation`) and the frozen document (`evaluation_from_json`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.domain.live_rules import RuleFault
from app.domain.scoring.formulas import Formula, PriceOnly, formula_to_json, read_formula
from app.domain.scoring.typed import LONGEST_TEXT, Typed, plain

HUNDRED: Final = Decimal(100)
# Marks 0 to 5 (SCREENS.md EV-02): six anchored levels.
LEVELS: Final = 6
MOST_CRITERIA: Final = 40
MOST_CHOICES: Final = 20
MOST_SHORTLISTED: Final = 50
_CRITERION_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,32}")


class Aggregation(StrEnum):
    """How the evaluators' marks of one cell become one value."""

    MEAN = "mean"
    MEDIAN = "median"


class AnswerKind(StrEnum):
    """What a supplier answers a criterion with, beside its text."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Wording:
    """One text in both languages; at least one of them is there."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. `threshold` is on its own points: value / 5 · 100. `levels` describe the marks 0 to 5."""

    id: str
    number: int
    title_zh: str
    title_en: str
    weight: Decimal
    threshold: Decimal | None
    answer: AnswerKind
    unit: str
    choices: tuple[Wording, ...]
    prompt_zh: str
    prompt_en: str
    levels: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class TechnicalRules:
    """The technical side: its weight in the total, the threshold on the points, and the criteria (weights sum 100)."""

    weight: Decimal
    threshold: Decimal | None
    aggregation: Aggregation
    criteria: tuple[Criterion, ...]

    def find(self, criterion_id: str) -> Criterion | None:
        """A criterion by its id."""
        return next((each for each in self.criteria if each.id == criterion_id), None)


@dataclass(frozen=True, slots=True)
class PriceRules:
    """The price side."""

    weight: Decimal
    formula: Formula


@dataclass(frozen=True, slots=True)
class EvaluationRules:
    """All of it. `freeze_technical`: the locked points are handed into the live round's rules."""

    technical: TechnicalRules | None
    price: PriceRules
    shortlist_count: int
    freeze_technical: bool


class BadEvaluationError(ValueError):
    """The JSON is no faultless evaluation; `field` names the first place where it is not."""

    def __init__(self, field: str) -> None:
        super().__init__(f"not the form of evaluation rules: {field}")
        self.field = field


def check_evaluation(typed: Any) -> list[RuleFault]:
    """What keeps an evaluation, as typed, from publication; paths are within it, as `technical.criteria.0.weight`."""
    return _read(typed)[1]


def evaluation_from_json(stored: Any) -> EvaluationRules:
    """The rules of a stored or typed form without faults. Raises BadEvaluationError, naming the first faulty field."""
    rules, faults = _read(stored)
    if faults:
        raise BadEvaluationError(faults[0].field)
    return rules


def evaluation_to_json(rules: EvaluationRules) -> dict[str, Any]:
    """The canonical members: decimals as texts without trailing zeros, every parameter written out."""
    technical = rules.technical
    return {
        "technical": None if technical is None else _technical_to_json(technical),
        "price": {"weight": plain(rules.price.weight), "formula": formula_to_json(rules.price.formula)},
        "shortlist": {"count": rules.shortlist_count},
        "freeze_technical": rules.freeze_technical,
    }


def _optional(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _technical_to_json(rules: TechnicalRules) -> dict[str, Any]:
    return {
        "weight": plain(rules.weight),
        "threshold": _optional(rules.threshold),
        "aggregation": rules.aggregation.value,
        "criteria": [
            {
                "id": each.id,
                "number": each.number,
                "title_zh": each.title_zh,
                "title_en": each.title_en,
                "weight": plain(each.weight),
                "threshold": _optional(each.threshold),
                "answer": each.answer.value,
                "unit": each.unit,
                "choices": [{"zh": choice.zh, "en": choice.en} for choice in each.choices],
                "prompt_zh": each.prompt_zh,
                "prompt_en": each.prompt_en,
                "levels": [{"zh": level.zh, "en": level.en} for level in each.levels],
            }
            for each in rules.criteria
        ],
    }


def _read(value: Any) -> tuple[EvaluationRules, list[RuleFault]]:
    typed = Typed(value)
    if not isinstance(value, Mapping):
        return EvaluationRules(None, PriceRules(HUNDRED, PriceOnly()), 1, freeze_technical=False), typed.faults
    typed.only({"technical", "price", "shortlist", "freeze_technical"})
    technical = None if typed.get("technical") is None else _read_technical(typed.part("technical"))
    price = _read_price(typed.part("price"))
    shortlist = typed.part("shortlist")
    shortlist.only({"count"})
    count = shortlist.integer("count", low=1, high=MOST_SHORTLISTED)
    freezes = typed.flag("freeze_technical")
    if freezes and technical is None:
        typed.fault("freeze_technical", "NOT_ALLOWED_HERE")
    _check_weights(typed, technical, price)
    return EvaluationRules(technical, price, count, freezes), typed.faults


def _check_weights(typed: Typed, technical: TechnicalRules | None, price: PriceRules) -> None:
    share = Decimal(0) if technical is None else technical.weight
    if share + price.weight != HUNDRED:
        typed.fault("price.weight", "WEIGHTS_NOT_100")
    elif isinstance(price.formula, PriceOnly) and share != 0:
        # Ranking by amount uses no weights: a published share of the technical points would be an untruth.
        typed.fault("technical.weight", "NOT_ALLOWED_HERE")


def _read_price(typed: Typed) -> PriceRules:
    typed.only({"weight", "formula"})
    return PriceRules(typed.decimal("weight", low="0", high="100"), read_formula(typed.part("formula")))


def _read_technical(typed: Typed) -> TechnicalRules:
    typed.only({"weight", "threshold", "aggregation", "criteria"})
    weight = typed.decimal("weight", low="0", high="100")
    threshold = typed.optional_decimal("threshold", low="0", high="100")
    aggregation = Aggregation(typed.choice("aggregation", list(Aggregation)))
    read = typed.parts("criteria", most=MOST_CRITERIA)
    criteria = tuple(_read_criterion(one, number) for number, one in enumerate(read, start=1))
    if not criteria:
        typed.fault("criteria", "MISSING_VALUE")
    elif sum(each.weight for each in criteria) != HUNDRED:
        typed.fault("criteria", "WEIGHTS_NOT_100")
    seen: set[str] = set()
    for at, each in enumerate(criteria):
        if each.id in seen:
            typed.fault(f"criteria.{at}.id", "ALREADY_EXISTS")
        seen.add(each.id)
    return TechnicalRules(weight, threshold, aggregation, criteria)


def _read_criterion(typed: Typed, number: int) -> Criterion:
    typed.only(Criterion.__slots__)
    criterion_id = typed.text("id")
    if not _CRITERION_ID.fullmatch(criterion_id):
        typed.fault("id", "MALFORMED" if criterion_id else "MISSING_VALUE")
    if typed.get("number") is not None and typed.get("number") != number:
        typed.fault("number", "OUT_OF_RANGE")
    title_zh, title_en = typed.text("title_zh"), typed.text("title_en")
    if not title_zh and not title_en:
        typed.fault("title_zh", "MISSING_VALUE")
    # What weighs nothing is a question, not a criterion.
    weight = typed.decimal("weight", low="0.0001", high="100")
    answer = AnswerKind(typed.choice("answer", list(AnswerKind)))
    return Criterion(
        id=criterion_id,
        number=number,
        title_zh=title_zh,
        title_en=title_en,
        weight=weight,
        threshold=typed.optional_decimal("threshold", low="0", high="100"),
        answer=answer,
        unit=typed.text("unit", longest=30),
        choices=_read_choices(typed, answer),
        prompt_zh=typed.text("prompt_zh", longest=LONGEST_TEXT),
        prompt_en=typed.text("prompt_en", longest=LONGEST_TEXT),
        levels=_read_levels(typed),
    )


def _read_choices(typed: Typed, answer: AnswerKind) -> tuple[Wording, ...]:
    if typed.get("choices") is None and answer is not AnswerKind.CHOICE:
        return ()
    choices = tuple(_read_wording(one) for one in typed.parts("choices", most=MOST_CHOICES))
    if answer is AnswerKind.CHOICE and len(choices) < 2:
        typed.fault("choices", "INCOMPLETE")
    elif answer is not AnswerKind.CHOICE and choices:
        typed.fault("choices", "NOT_ALLOWED_HERE")
    return choices


def _read_levels(typed: Typed) -> tuple[Wording, ...]:
    levels = tuple(_read_wording(one) for one in typed.parts("levels", most=LEVELS))
    if len(levels) != LEVELS:
        typed.fault("levels", "INCOMPLETE")
    return levels


def _read_wording(typed: Typed) -> Wording:
    typed.only({"zh", "en"})
    zh, en = typed.text("zh", longest=LONGEST_TEXT), typed.text("en", longest=LONGEST_TEXT)
    if not zh and not en:
        typed.fault("zh", "MISSING_VALUE")
    return Wording(zh, en)
