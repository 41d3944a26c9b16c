"""The JSON form of the technical side: its canonical members, and a fault with its path for all that cannot stand.

Serves SCORING.md section 2 and the member `evaluation.technical` of the published document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from app.domain.scoring.ahp import Judgements
from app.domain.scoring.ahp_json import check_judgements, judgements_to_json, read_judgements
from app.domain.scoring.criteria import (
    DEEPEST,
    HUNDRED,
    LEAST_DROP_FROM,
    LEVELS,
    MOST_CHOICES,
    MOST_CRITERIA,
    MOST_GROUPS,
    Aggregation,
    AnswerKind,
    Criterion,
    Group,
    TechnicalRules,
    Wording,
)
from app.domain.scoring.typed import LONGEST_TEXT, Typed, plain

_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,32}")


def technical_to_json(rules: TechnicalRules) -> dict[str, Any]:
    """The canonical members; what a flat list has not is not written."""
    drops = {"drop_from": rules.drop_from} if rules.aggregation is Aggregation.TRIMMED_MEAN else {}
    groups = {"groups": [_group_to_json(each) for each in rules.groups]} if rules.groups else {}
    judged = {"ahp": [judgements_to_json(each) for each in rules.judgements]} if rules.judgements else {}
    return {
        "weight": plain(rules.weight),
        "threshold": _optional(rules.threshold),
        "aggregation": rules.aggregation.value,
        **drops,
        **groups,
        "criteria": [_criterion_to_json(each) for each in rules.criteria],
        **judged,
    }


def _optional(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _group_to_json(group: Group) -> dict[str, Any]:
    parent = {} if group.parent is None else {"parent": group.parent}
    least = {} if group.threshold is None else {"threshold": plain(group.threshold)}
    titles = {"title_zh": group.title_zh, "title_en": group.title_en}
    return {"id": group.id, **titles, "weight": plain(group.weight), **parent, **least}


def _criterion_to_json(each: Criterion) -> dict[str, Any]:
    parent = {} if each.parent is None else {"parent": each.parent}
    return {
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
        **parent,
    }


def read_technical(typed: Typed) -> TechnicalRules:
    """The technical side as typed; what is wrong with it goes to the reader's faults."""
    typed.only({"weight", "threshold", "aggregation", "drop_from", "groups", "criteria", "ahp"})
    weight = typed.decimal("weight", low="0", high="100")
    threshold = typed.optional_decimal("threshold", low="0", high="100")
    aggregation = Aggregation(typed.choice("aggregation", list(Aggregation)))
    drop_from = LEAST_DROP_FROM
    if typed.get("drop_from") is not None:
        drop_from = typed.integer("drop_from", low=LEAST_DROP_FROM, high=20)
        if aggregation is not Aggregation.TRIMMED_MEAN:
            typed.fault("drop_from", "NOT_ALLOWED_HERE")
    listed = [] if typed.get("groups") is None else typed.parts("groups", most=MOST_GROUPS)
    groups = tuple(_read_group(one) for one in listed)
    read = typed.parts("criteria", most=MOST_CRITERIA)
    criteria = tuple(_read_criterion(one, number) for number, one in enumerate(read, start=1))
    if not criteria:
        typed.fault("criteria", "MISSING_VALUE")
    _check_tree(typed, groups, criteria)
    judged = _read_judged(typed, groups, criteria)
    return TechnicalRules(weight, threshold, aggregation, criteria, groups, drop_from, judged)


def _read_judged(typed: Typed, groups: Sequence[Group], criteria: Sequence[Criterion]) -> tuple[Judgements, ...]:
    """The comparisons in pairs, each of one place of the tree; they must give the weights that stand there."""
    if typed.get("ahp") is None:
        return ()
    weights: dict[str | None, dict[str, Decimal]] = {}
    for _, each in _placed(groups, criteria):
        weights.setdefault(each.parent, {})[each.id] = each.weight
    found: dict[str | None, Judgements] = {}
    for part in typed.parts("ahp", most=MOST_GROUPS + 1):
        judged = read_judgements(part)
        if judged is None:
            continue
        if judged.parent in found:
            part.fault("parent", "ALREADY_EXISTS")
        found[judged.parent] = judged
        check_judgements(part, judged, weights.get(judged.parent, {}))
    return tuple(found.values())


def _check_tree(typed: Typed, groups: Sequence[Group], criteria: Sequence[Criterion]) -> None:
    """Every id once, every parent a group listed before, no empty group, the weights of siblings 100."""
    seen: set[str] = set()
    depth: dict[str, int] = {}
    for path, each in _placed(groups, criteria):
        if each.id in seen:
            typed.fault(f"{path}.id", "ALREADY_EXISTS")
        seen.add(each.id)
        above = 0 if each.parent is None else depth.get(each.parent, -1)
        if above < 0:
            # Listed before: so no group can stand in itself, by whatever way round.
            typed.fault(f"{path}.parent", "OUT_OF_RANGE")
        elif isinstance(each, Group):
            depth[each.id] = above + 1
            if above + 1 > DEEPEST:
                typed.fault(f"{path}.parent", "TOO_LARGE")
    sums: dict[str | None, Decimal] = {}
    for _, each in _placed(groups, criteria):
        sums[each.parent] = sums.get(each.parent, Decimal(0)) + each.weight
    if criteria and sums.get(None) != HUNDRED:
        typed.fault("criteria", "WEIGHTS_NOT_100")
    for at, group in enumerate(groups):
        if group.id not in sums:
            typed.fault(f"groups.{at}", "INCOMPLETE")
        elif sums[group.id] != HUNDRED:
            typed.fault(f"groups.{at}", "WEIGHTS_NOT_100")


def _placed(groups: Sequence[Group], criteria: Sequence[Criterion]) -> Iterator[tuple[str, Group | Criterion]]:
    yield from ((f"groups.{at}", each) for at, each in enumerate(groups))
    yield from ((f"criteria.{at}", each) for at, each in enumerate(criteria))


def _read_id(typed: Typed) -> str:
    found = typed.text("id")
    if not _ID.fullmatch(found):
        typed.fault("id", "MALFORMED" if found else "MISSING_VALUE")
    return found


def _read_titles(typed: Typed) -> tuple[str, str]:
    title_zh, title_en = typed.text("title_zh"), typed.text("title_en")
    if not title_zh and not title_en:
        typed.fault("title_zh", "MISSING_VALUE")
    return title_zh, title_en


def _read_group(typed: Typed) -> Group:
    typed.only(Group.__slots__)
    title_zh, title_en = _read_titles(typed)
    return Group(
        id=_read_id(typed),
        title_zh=title_zh,
        title_en=title_en,
        weight=typed.decimal("weight", low="0.0001", high="100"),
        parent=typed.text("parent") or None,
        threshold=typed.optional_decimal("threshold", low="0", high="100"),
    )


def _read_criterion(typed: Typed, number: int) -> Criterion:
    typed.only(Criterion.__slots__)
    if typed.get("number") is not None and typed.get("number") != number:
        typed.fault("number", "OUT_OF_RANGE")
    criterion_id = _read_id(typed)
    title_zh, title_en = _read_titles(typed)
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
        parent=typed.text("parent") or None,
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
