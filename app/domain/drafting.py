"""A tender as its purchaser writes it: everything as typed, complete or not, until the pre-flight reads it.

Serves DESIGN.md section 6 ("never loses what was typed"; a live tender in five minutes from a template) and PL-06.
A draft may hold any text anywhere; `preflight.py` says what is wrong with it, and only a faultless draft is frozen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from app.domain.money import AmountFault, normalise_typed
from app.domain.timetable import TimeFault, resolve_local

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo


class Template(StrEnum):
    """The three beginnings of issue 1: one lot, several lots, and announced best price."""

    QUICK = "quick"
    MULTI_LOT = "multi_lot"
    BEST_PRICE = "best_price"


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line of a lot, as typed."""

    item_code: str = ""
    description: str = ""
    quantity: str = ""
    unit: str = ""
    baseline_price: str = ""


@dataclass(frozen=True, slots=True)
class LotDraft:
    """One lot, as typed. An empty `start_price` or `baseline_price` means: there is none."""

    id: str = ""
    title_zh: str = ""
    title_en: str = ""
    scale: int = 2
    basis: str = "unit"
    quantity: str = ""
    unit: str = ""
    ceiling_price: str = ""
    start_price: str = ""
    baseline_price: str = ""
    baseline_source: str = ""
    baseline_on: str = ""
    lines: tuple[LineDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsideDraft:
    """A supplier to be invited though the rule does not name it, and why."""

    supplier_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole draft, as typed. `rules` is the JSON form of the live rules with `opens_at` as a local time."""

    title_zh: str = ""
    title_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    terms_zh: str = ""
    terms_en: str = ""
    category: str = ""
    currency: str = "CNY"
    tax_basis: str = "excluded"
    time_zone: str = "Asia/Shanghai"
    min_bidders: int = 3
    # The lowest grade invited by rule; D invites every certified supplier of the category.
    min_grade: str = "D"
    unseal_scope: str = "preferred"
    announce_winner: bool = False
    award_rule: str = "price_only"
    response_due: str = ""
    # From the default deadline to the next morning: some hours remain to decide about a continuation (DESIGN.md 3).
    response_extension_minutes: int = 16 * 60
    purchaser_note: str = ""
    lots: tuple[LotDraft, ...] = ()
    rules: Mapping[str, Any] | None = None
    outside: tuple[OutsideDraft, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the stored form; tuples become lists."""
        value = asdict(self)
        value["rules"] = dict(self.rules or {})
        value["lots"] = [{**lot, "lines": list(lot["lines"])} for lot in value["lots"]]
        value["outside"] = list(value["outside"])
        return value


def draft_from_json(stored: Mapping[str, Any]) -> Draft:
    """Read the stored form. Precondition: written by `Draft.to_json`; a member added since then takes its default."""
    known = {field.name for field in fields(Draft)}
    members = {name: value for name, value in stored.items() if name in known}
    lots = tuple(
        LotDraft(**{**lot, "lines": tuple(LineDraft(**line) for line in lot.get("lines", ()))})
        for lot in members.pop("lots", ())
    )
    outside = tuple(OutsideDraft(**one) for one in members.pop("outside", ()))
    return Draft(**members, lots=lots, outside=outside)


def normalised(draft: Draft) -> Draft:
    """Write every amount that can be read in only one way in the form of the wire; leave all others as typed.

    SCREENS.md section 1.4: full-width digits and currency marks are converted; LR-29: what may mean two magnitudes is
    left for a person to resolve.
    """
    return replace(draft, lots=tuple(_normalised_lot(lot, draft.currency) for lot in draft.lots))


def _normalised_lot(lot: LotDraft, currency: str) -> LotDraft:
    def read(typed: str) -> str:
        found = normalise_typed(typed, currency=currency)
        return typed if isinstance(found, AmountFault) else found

    lines = tuple(
        replace(line, quantity=read(line.quantity), baseline_price=read(line.baseline_price)) for line in lot.lines
    )
    return replace(
        lot,
        quantity=read(lot.quantity),
        ceiling_price=read(lot.ceiling_price),
        start_price=read(lot.start_price),
        baseline_price=read(lot.baseline_price),
        lines=lines,
    )


# ── templates ──────────────────────────────────────────────────────────────────────────────────────────────────────

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
_RULES: Final[Mapping[str, Any]] = {
    "format": "open_descending",
    "opens_at": "",
    "duration_s": 1800,
    "lots": "parallel",
    "stagger_s": 0,
    "step": {"measure": "percent", "size": "0.5", "rule": "at_least", "basis": "own_last"},
    "change_limit": {"measure": "percent", "size": "50"},
    "feedback": "rank_only",
    "ties": "earlier_first",
    "buyer_view": "aliases",
    "soft_close": _SOFT_CLOSE,
}
# LR-28: lots must not all close at one second; five minutes apart by default.
_STAGGER: Final = {"lots": "staggered", "stagger_s": 300}

# Three days to answer and the round in the next afternoon: enough to ask inside the supplier's house and to come back.
_DAYS_TO_RESPOND: Final = 3
_RESPONSE_HOUR: Final = time(17, 0)
_OPENING_HOUR: Final = time(14, 0)


def from_template(template: Template, *, now: datetime, zone: ZoneInfo, lot_ids: tuple[str, str]) -> Draft:
    """Begin a draft with the defaults of DESIGN.md section 6: rank only, soft close, price only, three bidders."""
    count = 2 if template is Template.MULTI_LOT else 1
    lots = tuple(LotDraft(id=lot_id) for lot_id in lot_ids[:count])
    rules = dict(_RULES)
    if template is Template.MULTI_LOT:
        rules |= _STAGGER
    elif template is Template.BEST_PRICE:
        rules |= {"feedback": "best_price"}
    return with_default_times(Draft(time_zone=zone.key, lots=lots, rules=rules), now=now, zone=zone)


def with_default_times(draft: Draft, *, now: datetime, zone: ZoneInfo) -> Draft:
    """Set the response deadline and the opening to the default days: for a new draft and for a copy of an old one."""
    today = now.astimezone(zone).date()
    due_on = today + timedelta(days=_DAYS_TO_RESPOND)
    due = _local_text(datetime.combine(due_on, _RESPONSE_HOUR), zone)
    opens = _local_text(datetime.combine(due_on + timedelta(days=1), _OPENING_HOUR), zone)
    return replace(draft, response_due=due, rules={**(draft.rules or _RULES), "opens_at": opens})


def copy_of(earlier: Draft, *, now: datetime, zone: ZoneInfo, lot_ids: tuple[str, ...]) -> Draft:
    """Begin a draft from an earlier tender: same texts, lots and rules; new ids and times; nobody outside the rule.

    The outside invitations are left behind because their reasons were given and approved for the earlier tender only.
    """
    lots = tuple(replace(lot, id=new) for lot, new in zip(earlier.lots, lot_ids, strict=True))
    return with_default_times(replace(earlier, lots=lots, outside=()), now=now, zone=zone)


def _local_text(naive: datetime, zone: ZoneInfo) -> str:
    """Write a default local time, an hour later where the clocks skip it or show it twice."""
    while isinstance(resolve_local(naive.isoformat(timespec="minutes"), zone), TimeFault):
        naive += timedelta(hours=1)
    return naive.isoformat(timespec="minutes")


# ── two people at once ─────────────────────────────────────────────────────────────────────────────────────────────


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the fields in which two stored drafts differ, lots by their place: what the later of two writers is told."""
    return sorted(_differences(before, after, ""))


_ABSENT: Final = object()


def _differences(before: object, after: object, path: str) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        # A member that is there and null differs from one that is not there.
        pairs = {name: (before.get(name, _ABSENT), after.get(name, _ABSENT)) for name in sorted({*before, *after})}
        prefix = f"{path}." if path else ""
        return [found for name, pair in pairs.items() for found in _differences(*pair, f"{prefix}{name}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        places = enumerate(zip(before, after, strict=True))
        return [found for at, (one, other) in places for found in _differences(one, other, f"{path}.{at}")]
    return [] if before == after else [path]
