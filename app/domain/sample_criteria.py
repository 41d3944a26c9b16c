"""Four technical criteria to begin a large tender with: what a supplier answers, and what each mark from 0 to 5 means.

Serves SCREENS.md PL-04 (scale anchors per level) and SCORING.md section 2. Samples: the purchaser rewrites them.
"""

from __future__ import annotations

from typing import Any, Final

# Marks 0 to 5 in order, Chinese and English.
_Levels = tuple[tuple[str, str], ...]

_SOLUTION: Final[_Levels] = (
    ("未作答，或与需求无关", "No answer, or not related to the need"),
    ("只复述需求，没有方案", "Repeats the need, offers no solution"),
    ("方案不完整，主要参数有缺项", "Incomplete; main figures are missing"),
    ("方案完整，满足全部要求", "Complete; meets every requirement"),
    ("方案完整，并有实测数据支持", "Complete, and supported by test data"),
    (
        "方案完整，有实测数据，且在同类产品上已验证",
        "Complete, with test data, and proven on comparable products",
    ),
)
_DELIVERY: Final[_Levels] = (
    ("未作答", "No answer"),
    ("超过要求周期四周以上", "More than four weeks beyond the required time"),
    ("超过要求周期，但不超过四周", "Beyond the required time, by four weeks at most"),
    ("符合要求周期", "Within the required time"),
    ("比要求周期短两周以上", "Shorter than required by two weeks or more"),
    ("比要求周期短四周以上", "Shorter than required by four weeks or more"),
)
_QUALITY: Final[_Levels] = (
    ("未作答", "No answer"),
    ("没有检验计划", "No inspection plan"),
    ("有检验计划，但没有判定标准", "An inspection plan without acceptance limits"),
    ("检验计划完整，判定标准明确", "A complete inspection plan with clear acceptance limits"),
    ("另有过程能力数据", "In addition, process capability figures"),
    ("另有过程能力数据和失效分析流程", "In addition, capability figures and a process for failure analysis"),
)
_WARRANTY: Final[_Levels] = (
    ("未作答", "No answer"),
    ("质保不足12个月", "Warranty below 12 months"),
    ("质保12个月，无现场服务", "Warranty of 12 months, no service on site"),
    ("质保12个月，有现场服务", "Warranty of 12 months, with service on site"),
    ("质保24个月，有现场服务", "Warranty of 24 months, with service on site"),
    ("质保36个月，有现场服务", "Warranty of 36 months, with service on site"),
)


def sample_criteria() -> list[dict[str, Any]]:
    """Give the four criteria as a draft holds them; they get their ids when the draft is made."""
    return [
        _criterion(
            ("技术方案", "Technical solution"),
            ("说明方案、主要参数及其依据。请勿出现公司名称或标识。",
             "Describe the solution, its main figures and what they rest on. Do not name or picture your company."),
            _SOLUTION, weight="40", threshold="60", answer="text",
        ),
        _criterion(
            ("交付周期", "Delivery time"),
            ("自订单生效起到首批交货的周数。", "Weeks from the order taking effect to the first delivery."),
            _DELIVERY, weight="20", answer="number", unit="周 / weeks",
        ),
        _criterion(
            ("质量与检验", "Quality and inspection"),
            ("说明检验计划、判定标准和过程能力。", "Describe the inspection plan, acceptance limits and capability."),
            _QUALITY, weight="25", answer="text",
        ),
        _criterion(
            ("质保与售后", "Warranty and service"),
            ("选择所承诺的质保期。", "Choose the warranty you commit to."),
            _WARRANTY, weight="15", answer="choice",
            choices=(("12个月", "12 months"), ("24个月", "24 months"), ("36个月", "36 months")),
        ),
    ]  # fmt: skip


def sample_tree() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the same criteria in two groups, what is offered and how it is delivered: groups, then criteria."""
    groups = [
        {"id": "g1", "title_zh": "方案与质量", "title_en": "Solution and quality", "weight": "60", "threshold": "60"},
        {"id": "g2", "title_zh": "交付与服务", "title_en": "Delivery and service", "weight": "40", "threshold": ""},
    ]
    solution, delivery, quality, warranty = sample_criteria()
    places = ((solution, "g1", "60"), (quality, "g1", "40"), (delivery, "g2", "50"), (warranty, "g2", "50"))
    criteria = [{**one, "parent": parent, "weight": weight, "threshold": ""} for one, parent, weight in places]
    return groups, criteria


def _criterion(
    title: tuple[str, str],
    prompt: tuple[str, str],
    levels: _Levels,
    *,
    weight: str,
    answer: str,
    threshold: str = "",
    unit: str = "",
    choices: _Levels = (),
) -> dict[str, Any]:
    return {
        "id": "",
        "title_zh": title[0],
        "title_en": title[1],
        "weight": weight,
        "threshold": threshold,
        "answer": answer,
        "unit": unit,
        "choices": [_pair(one) for one in choices],
        "prompt_zh": prompt[0],
        "prompt_en": prompt[1],
        "levels": [_pair(one) for one in levels],
    }


def _pair(texts: tuple[str, str]) -> dict[str, str]:
    return {"zh": texts[0], "en": texts[1]}
