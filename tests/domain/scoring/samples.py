"""Evaluations for tests: a faultless one, and the field of the demo (SCREENS.md section 3)."""

from decimal import Decimal
from typing import Any

from app.domain.scoring.price_points import PriceField
from app.domain.scoring.rules import EvaluationRules, evaluation_from_json

LEVELS = [{"zh": f"{mark} 分", "en": f"Level {mark}"} for mark in range(6)]
DEMO_FORMULA = {"code": "deduct_from_benchmark", "params": {"benchmark": "lowest", "above": "3"}}


def a_criterion(criterion_id: str = "c1", weight: str = "100", **changes: Any) -> dict[str, Any]:
    """A faultless criterion as typed."""
    return {
        "id": criterion_id,
        "title_zh": "能效",
        "title_en": "Efficiency",
        "weight": weight,
        "threshold": None,
        "answer": "text",
        "unit": "",
        "choices": [],
        "prompt_zh": "请说明",
        "prompt_en": "Explain",
        "levels": LEVELS,
        **changes,
    }


def an_evaluation(**changes: Any) -> dict[str, Any]:
    """A faultless evaluation as typed: two criteria, 40/60, threshold 70, the demo's price formula."""
    return {
        "technical": {
            "weight": "40",
            "threshold": "70",
            "aggregation": "mean",
            "criteria": [a_criterion("c1", "30"), a_criterion("c2", "70")],
        },
        "price": {"weight": "60", "formula": DEMO_FORMULA},
        "shortlist": {"count": 3},
        "freeze_technical": False,
        **changes,
    }


def rules(**changes: Any) -> EvaluationRules:
    """The same, read."""
    return evaluation_from_json(an_evaluation(**changes))


# Lot 2 of the demo: alias, final price, technical points, price points, total at 60/40.
DEMO_LOT = (
    ("C", "274.90", "90.0", "96.13", "93.68"),
    ("K", "271.40", "84.0", "100.00", "93.60"),
    ("A", "277.60", "86.5", "93.15", "90.49"),
    ("F", "276.20", "82.0", "94.69", "89.62"),
    ("B", "281.90", "88.0", "88.39", "88.24"),
    ("H", "280.40", "85.0", "90.05", "88.03"),
    ("D", "279.30", "79.5", "91.27", "86.56"),
    ("E", "287.50", "92.0", "82.20", "86.12"),
    ("G", "284.00", "74.0", "86.07", "81.24"),
)
DEMO_FIELD = PriceField(tuple(Decimal(row[1]) for row in DEMO_LOT), Decimal("300.00"))
