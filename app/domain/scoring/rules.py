"""The evaluation rules of a tender: criteria, weights, thresholds, price formula, shortlist; frozen at publication.

Serves SCORING.md sections 1 to 3 and the member `evaluation` of the published document. One reading serves both the
pre-flight (`check_evaluation`) and the frozen document (`evaluation_from_json`). The parts are in files of their own;
a part that a document does not have is not written, so that old documents keep their bytes and their hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.live_rules import RuleFault
from app.domain.scoring.abnormal_rules import AbnormalRules, abnormal_to_json, read_abnormal
from app.domain.scoring.certification_rules import CertificationRules, certification_to_json, read_certification
from app.domain.scoring.criteria import (
    HUNDRED,
    LEVELS,
    MOST_CRITERIA,
    Aggregation,
    AnswerKind,
    Criterion,
    Group,
    TechnicalRules,
    Wording,
)
from app.domain.scoring.criteria_json import read_technical, technical_to_json
from app.domain.scoring.formulas import (
    Formula,
    PriceOnly,
    formula_to_json,
    has_total,
    needs_quality,
    read_formula,
)
from app.domain.scoring.kinds import Ties
from app.domain.scoring.shortlist_rules import MOST_SHORTLISTED, ShortlistRules, read_shortlist, shortlist_to_json
from app.domain.scoring.split_rules import SplitRules, read_split, split_to_json
from app.domain.scoring.typed import Typed, plain

__all__ = [
    "HUNDRED",
    "LEVELS",
    "MOST_CRITERIA",
    "MOST_SHORTLISTED",
    "PRICE_ALONE",
    "AbnormalRules",
    "Aggregation",
    "AnswerKind",
    "BadEvaluationError",
    "CertificationRules",
    "Criterion",
    "EvaluationRules",
    "Group",
    "PriceRules",
    "ShortlistRules",
    "SplitRules",
    "TechnicalRules",
    "Wording",
    "check_evaluation",
    "evaluation_from_json",
    "evaluation_to_json",
    "read_evaluation",
]


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
    shortlist: ShortlistRules
    freeze_technical: bool
    abnormal: AbnormalRules | None = None
    certification: CertificationRules | None = None
    split: SplitRules | None = None

    @property
    def shortlist_count(self) -> int:
        """How many are on the shortlist at most, ties at the cut beside."""
        return self.shortlist.count


# Of a tender without sealed round: price alone decides, and the first is preferred.
PRICE_ALONE = EvaluationRules(None, PriceRules(HUNDRED, PriceOnly()), ShortlistRules(1), freeze_technical=False)


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
    technical, abnormal, certification, split = rules.technical, rules.abnormal, rules.certification, rules.split
    return {
        "technical": None if technical is None else technical_to_json(technical),
        "price": {"weight": plain(rules.price.weight), "formula": formula_to_json(rules.price.formula)},
        "shortlist": shortlist_to_json(rules.shortlist),
        "freeze_technical": rules.freeze_technical,
        **({} if abnormal is None else {"abnormal": abnormal_to_json(abnormal)}),
        **({} if certification is None else {"certification": certification_to_json(certification)}),
        **({} if split is None else {"split": split_to_json(split)}),
    }


def _read(value: Any) -> tuple[EvaluationRules, list[RuleFault]]:
    typed = Typed(value)
    return (read_evaluation(typed) if isinstance(value, Mapping) else PRICE_ALONE), typed.faults


def read_evaluation(typed: Typed, *, may_offer_features: bool = False) -> EvaluationRules:
    """The rules as typed; what is wrong with them goes to the reader's faults. Feature values that the offers bring
    themselves are for score sheets."""
    typed.only({"technical", "price", "shortlist", "freeze_technical", "abnormal", "certification", "split"})
    technical = None if typed.get("technical") is None else read_technical(typed.part("technical"))
    price = _read_price(typed.part("price"), may_offer_features=may_offer_features)
    shortlist = read_shortlist(typed.part("shortlist"))
    freezes = typed.flag("freeze_technical")
    abnormal = None if typed.get("abnormal") is None else read_abnormal(typed.part("abnormal"))
    certification = None if typed.get("certification") is None else read_certification(typed.part("certification"))
    split = None if typed.get("split") is None else read_split(typed.part("split"))
    if freezes and technical is None:
        typed.fault("freeze_technical", "NOT_ALLOWED_HERE")
    if certification is not None and certification.points and not has_total(price.formula):
        # Ranking by an amount or a figure has no total that points could be added to.
        typed.fault("certification.points", "NOT_ALLOWED_HERE")
    _check_weights(typed, technical, price)
    return EvaluationRules(technical, price, shortlist, freezes, abnormal, certification, split)


def _check_weights(typed: Typed, technical: TechnicalRules | None, price: PriceRules) -> None:
    share = Decimal(0) if technical is None else technical.weight
    if share + price.weight != HUNDRED:
        typed.fault("price.weight", "WEIGHTS_NOT_100")
    elif not has_total(price.formula) and share != 0:
        # Ranking by an amount or a figure uses no weights: a published share of technical points would be an untruth.
        typed.fault("technical.weight", "NOT_ALLOWED_HERE")
    by_quality = price.formula.ties is Ties.TECHNICAL
    if technical is None and (needs_quality(price.formula) or by_quality):
        # Quality that nobody marks can neither make a figure nor part equals.
        typed.fault(f"price.formula.{'params.ties' if by_quality else 'code'}", "NOT_ALLOWED_HERE")


def _read_price(typed: Typed, *, may_offer_features: bool) -> PriceRules:
    typed.only({"weight", "formula"})
    weight = typed.decimal("weight", low="0", high="100")
    return PriceRules(weight, read_formula(typed.part("formula"), may_offer_features=may_offer_features))
