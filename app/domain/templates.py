"""What a draft begins with: a template's defaults or an earlier tender, and the default days of its rounds.

Serves DESIGN.md section 3 (the usual large tender) and section 6 (a live tender in five minutes from a template).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.domain.drafting import Draft, LotDraft, Template
from app.domain.procedures import Procedure
from app.domain.sample_criteria import sample_criteria, sample_tree
from app.domain.timetable import TimeFault, resolve_local

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

# SCREENS.md section 3: window 3 min, reset, at most 10, hard stop 45 min after the scheduled close.
_SOFT_CLOSE: Final[Mapping[str, Any]] = {
    "window_s": 180,
    "hard_stop_after_s": 2700,
    "max_extensions": 10,
    "trigger": "any_accepted",
    "mode": "reset",
    "added_s": None,
    "top": None,
}
# The step is the upper end of the guide in PL-06 (0.25-0.5 % of the reference price); LR-22 blocks drops above 50 %.
# After a sealed round all are told a quarter of an hour ahead, at least.
_RULES: Final[Mapping[str, Any]] = {
    "format": "open_descending",
    "opens_at": "",
    "duration_s": 1800,
    "lots": "parallel",
    "stagger_s": 0,
    "step": {"measure": "percent", "size": "0.5", "rule": "at_least", "basis": "own_last", "below": []},
    "change_limit": {"measure": "percent", "size": "50"},
    "feedback": "rank_only",
    "ties": "earlier_first",
    "buyer_view": "aliases",
    "soft_close": _SOFT_CLOSE,
    "lead_s": 900,
    "basis": "price",
    "factors": None,
    "tells_lead": False,
    "starting_gate": False,
    "gap_s": 0,
    "currencies": None,
    "auto_bid": False,
    "pace": None,
}
# LR-28: lots must not all close at one second; five minutes apart by default.
_STAGGER: Final = {"lots": "staggered", "stagger_s": 300}

# A day more where too few have sealed; a committee is one step away (DESIGN.md: simple by default).
_SEALED: Final[Mapping[str, Any]] = {
    "opens_at": "",
    "closes_at": "",
    "custody": "server",
    "committee": None,
    "extension_s": 24 * 3600,
    "has_technical": False,
    "tech_bucket": 262_144,
}
_PRICE_ONLY: Final[Mapping[str, Any]] = {
    "technical": None,
    "price": {"weight": "100", "formula": {"code": "price_only", "params": {}}},
    "shortlist": {"count": 3},
    "freeze_technical": False,
}

# Three days to answer and the round in the next afternoon: enough to ask inside the supplier's house and to come back.
_DAYS_TO_RESPOND: Final = 3
_RESPONSE_HOUR: Final = time(17, 0)
_OPENING_HOUR: Final = time(14, 0)
# Five days to seal, from the day after the answers; after that five days to mark before the floor opens.
_DAYS_TO_SEAL: Final = 5
_DAYS_TO_MARK: Final = 5


def from_template(template: Template, *, now: datetime, zone: ZoneInfo, lot_ids: tuple[str, str]) -> Draft:
    """Begin a draft with the defaults of DESIGN.md section 6: rank only, soft close, price only, three bidders."""
    count = 2 if template is Template.MULTI_LOT else 1
    lots = tuple(LotDraft(id=lot_id) for lot_id in lot_ids[:count])
    draft = _of_kind(template, Draft(time_zone=zone.key, lots=lots, rules=dict(_RULES)))
    return with_default_times(draft, now=now, zone=zone)


def _of_kind(template: Template, draft: Draft) -> Draft:
    match template:
        case Template.MULTI_LOT:
            return replace(draft, rules=dict(_RULES) | _STAGGER)
        case Template.BEST_PRICE:
            return replace(draft, rules={**_RULES, "feedback": "rank_and_best"})
        case Template.SEALED:
            return replace(draft, procedure=Procedure.SEALED.value, sealed=dict(_SEALED), evaluation=dict(_PRICE_ONLY))
        case Template.LARGE:
            sealed = {**_SEALED, "has_technical": True}
            return replace(draft, procedure=Procedure.SEALED_LIVE.value, sealed=sealed, evaluation=_large())
        case Template.SCORED:
            sealed = {**_SEALED, "has_technical": True}
            return replace(draft, procedure=Procedure.SEALED.value, sealed=sealed, evaluation=_scored())
        case _:
            return draft


def _large() -> dict[str, Any]:
    """Technical 40, price 60, a minimum of 70 points, and the three best (DESIGN.md section 3: ten to three)."""
    return {
        "technical": {"weight": "40", "threshold": "70", "aggregation": "mean", "criteria": sample_criteria()},
        "price": {"weight": "60", "formula": {"code": "lowest_ratio", "params": {}}},
        "shortlist": {"count": 3},
        "freeze_technical": True,
    }


def _scored() -> dict[str, Any]:
    """A tree of criteria, a deduction from the lowest price, a least certification, and questions about low prices."""
    groups, criteria = sample_tree()
    return {
        "technical": {
            "weight": "50",
            "threshold": "60",
            "aggregation": "trimmed_mean",
            "drop_from": 5,
            "groups": groups,
            "criteria": criteria,
        },
        "price": {
            "weight": "50",
            "formula": {
                "code": "deduct_from_benchmark",
                "params": {"benchmark": "lowest", "above": "1"},
            },
        },
        "shortlist": {"count": 3, "within": "10", "at_least": 2},
        "freeze_technical": False,
        "abnormal": {"tests": [{"kind": "share_of_mean", "share": "80", "is_strict": True}], "answer_hours": 24},
        "certification": {"minimum": {"quality": "60", "delivery": "60", "credit": "60"}, "points": None},
    }


def with_default_times(draft: Draft, *, now: datetime, zone: ZoneInfo) -> Draft:
    """Set the response deadline and the rounds to the default days: for a new draft and for a copy of an old one."""
    due_on = now.astimezone(zone).date() + timedelta(days=_DAYS_TO_RESPOND)

    def at(days: int, hour: time) -> str:
        return _local_text(datetime.combine(due_on + timedelta(days=days), hour), zone)

    last = 1
    sealed = draft.sealed
    if sealed is not None:
        sealed = {
            **sealed,
            "opens_at": at(1, _OPENING_HOUR),
            "closes_at": at(1 + _DAYS_TO_SEAL, _RESPONSE_HOUR),
        }
        last = 1 + _DAYS_TO_SEAL + _DAYS_TO_MARK if draft.procedure != Procedure.LIVE else 1
    rules = {**(draft.rules or _RULES), "opens_at": at(last, _OPENING_HOUR)}
    return replace(draft, response_due=at(0, _RESPONSE_HOUR), rules=rules, sealed=sealed)


def copy_of(earlier: Draft, *, now: datetime, zone: ZoneInfo, lot_ids: tuple[str, ...]) -> Draft:
    """Begin a draft from an earlier tender: same texts, lots and rules; new ids and times; nobody outside the rule.

    The outside invitations are left behind because their reasons were given and approved for the earlier tender only.
    """
    lots = tuple(replace(lot, id=new) for lot, new in zip(earlier.lots, lot_ids, strict=True))
    copied = replace(earlier, lots=lots, outside=(), evaluation=without_ids(earlier.evaluation))
    return with_default_times(copied, now=now, zone=zone)


def without_ids(evaluation: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Take the ids from the criteria: each tender's criteria are its own. A comparison in pairs names them by id and is
    left behind; the weights it gave stay."""
    technical = (evaluation or {}).get("technical")
    if evaluation is None or technical is None:
        return evaluation
    criteria = [{**one, "id": ""} for one in technical["criteria"]]
    return {**evaluation, "technical": {**technical, "criteria": criteria, "ahp": []}}


def _local_text(naive: datetime, zone: ZoneInfo) -> str:
    """Write a default local time, an hour later where the clocks skip it or show it twice."""
    while isinstance(resolve_local(naive.isoformat(timespec="minutes"), zone), TimeFault):
        naive += timedelta(hours=1)
    return naive.isoformat(timespec="minutes")
