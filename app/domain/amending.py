"""Amendments: what of a published document may still change, and the new version of it.

Serves DESIGN.md section 3 ("amendment (versioned, acknowledged again)") and SCREENS.md PL-06. Texts may change and
times may move later, before the first round opens. Prices, quantities, decimals, currency, the rules of the rounds and
how offers are compared never do: whoever needs that cancels the tender and copies it into a new one.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from app.domain.drafting import changed_fields
from app.domain.fault_list import LONGEST_TITLE
from app.domain.freezing import round_of
from app.domain.lines import has_hidden
from app.domain.live_rules_json import instant_text
from app.domain.preflight import FARTHEST, LONGEST_TEXT
from app.domain.refusals import Code, Refusal
from app.domain.tendering import AMENDABLE_STATES, TenderState
from app.domain.terms import Fault
from app.domain.timetable import TimeFault, load_zone, resolve_local

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TITLES: Final = frozenset({"title_zh", "title_en"})
TEXTS: Final = _TITLES | {"summary_zh", "summary_en", "terms_zh", "terms_en"}

# The paths of a document that an amendment may touch; the first opening stands in two places that must agree.
_MAY_CHANGE: Final = re.compile(
    r"terms_version|(title|summary|terms)_(zh|en)|times\.(response_due_at|opens_at)|rounds\.\d+\.rules\.opens_at"
    r"|rounds\.\d+\.rules\.closes_at|lots\.\d+\.title_(zh|en)|lots\.\d+\.lines\.\d+\.description"
)

# The times of a round that an amendment names, in the order in which the rounds are held.
_ROUND_TIMES: Final[Mapping[str, Mapping[str, str]]] = {
    "sealed": {"sealed_opens_at": "opens_at", "sealed_closes_at": "closes_at"},
    "live": {"opens_at": "opens_at"},
}


@dataclass(frozen=True, slots=True)
class LotTexts:
    """New texts of one lot: titles by name, descriptions by the number of the line."""

    lot_id: str
    titles: Mapping[str, str]
    descriptions: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Amendment:
    """What shall change, and what the suppliers are told about it in both languages. Times are local, as in a draft."""

    summary_zh: str
    summary_en: str
    texts: Mapping[str, str]
    lots: tuple[LotTexts, ...] = ()
    response_due: str | None = None
    # Of the live round, and of the sealed one.
    opens_at: str | None = None
    sealed_opens_at: str | None = None
    sealed_closes_at: str | None = None


@dataclass(frozen=True, slots=True)
class Amended:
    """The next version of the document where there is no fault, else the faults."""

    document: dict[str, Any] | None
    faults: tuple[Fault, ...]


def decide_amendment(state: TenderState, document: Mapping[str, Any], *, now: datetime) -> Refusal | None:
    """Refuse an amendment before publication, after the end, and from the opening of the first round on."""
    if state not in AMENDABLE_STATES:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    if now >= datetime.fromisoformat(document["times"]["opens_at"]):
        return Refusal(Code.TOO_LATE, {"opens_at": str(document["times"]["opens_at"])})
    return None


def amend(document: Mapping[str, Any], change: Amendment, *, now: datetime, due_at: datetime) -> Amended:
    """Give the next version of a published document. Precondition: `decide_amendment` did not refuse.

    `due_at` is the response deadline as it stands: an extension by rule may have moved it since the document was made.
    """
    after = deepcopy(dict(document))
    faults = [
        *_told(change),
        *_set_texts(after, change),
        *_set_lots(after, change),
        *_set_times(after, change, now, due_at),
    ]
    if not faults and not changed_fields(document, after):
        faults.append(Fault("texts", "NOTHING_CHANGED"))
    if faults:
        return Amended(None, tuple(faults))
    after["terms_version"] = document["terms_version"] + 1
    return Amended(after, ())


def illegal_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name what differs between two versions and may not; what an auditor asks of every amendment in the journal."""
    wrong = [path for path in changed_fields(before, after) if not _MAY_CHANGE.fullmatch(path)]
    if after.get("terms_version") != before["terms_version"] + 1:
        wrong.append("terms_version")
    if after["times"]["opens_at"] != after["rounds"][0]["rules"]["opens_at"]:
        wrong.append("times.opens_at")
    return wrong + _out_of_order(after) + _earlier(before, after)


def _instants(document: Mapping[str, Any]) -> dict[str, str]:
    """Give the times of a document by their paths, in the order in which they must lie."""
    found = {"times.response_due_at": document["times"]["response_due_at"]}
    for at, one in enumerate(document["rounds"]):
        names = [name for name in ("opens_at", "closes_at") if name in one["rules"]]
        found |= {f"rounds.{at}.rules.{name}": one["rules"][name] for name in names}
    return found


def _out_of_order(after: Mapping[str, Any]) -> list[str]:
    """Name the times that do not lie after the one before them; the first round may open when the answers are due."""
    # Instants are written alike, in UTC with milliseconds, so they compare as texts.
    times = list(_instants(after).items())
    pairs = pairwise(times)
    return [path for at, ((_, one), (path, next_)) in enumerate(pairs) if next_ < one or (at > 0 and next_ == one)]


def _earlier(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    old, new = _instants(before), _instants(after)
    return [path for path in old if path in new and new[path] < old[path]]


def _told(change: Amendment) -> list[Fault]:
    return [
        fault
        for name in ("summary_zh", "summary_en")
        for fault in _text_faults(name, getattr(change, name), longest=LONGEST_TEXT, required=True)
    ]


def _set_texts(after: dict[str, Any], change: Amendment) -> list[Fault]:
    faults: list[Fault] = []
    for name, value in change.texts.items():
        if name not in TEXTS:
            faults.append(Fault(f"texts.{name}", Code.FROZEN.value))
            continue
        faults += _text_faults(f"texts.{name}", value, longest=LONGEST_TITLE if name in _TITLES else LONGEST_TEXT)
        after[name] = value.strip()
    if not after["title_zh"] and not after["title_en"]:
        faults.append(Fault("texts.title_zh", "MISSING_VALUE"))
    return faults


def _set_lots(after: dict[str, Any], change: Amendment) -> list[Fault]:
    faults: list[Fault] = []
    by_id = {lot["id"]: lot for lot in after["lots"]}
    for at, texts in enumerate(change.lots):
        lot = by_id.get(texts.lot_id)
        if lot is None:
            faults.append(Fault(f"lots.{at}.id", "UNKNOWN_LOT"))
            continue
        faults += _set_lot(lot, texts, f"lots.{at}")
    return faults


def _set_lot(lot: dict[str, Any], texts: LotTexts, path: str) -> list[Fault]:
    faults: list[Fault] = []
    for name, value in texts.titles.items():
        if name not in _TITLES:
            faults.append(Fault(f"{path}.{name}", Code.FROZEN.value))
            continue
        faults += _text_faults(f"{path}.{name}", value, longest=LONGEST_TITLE)
        lot[name] = value.strip()
    if not lot["title_zh"] and not lot["title_en"]:
        faults.append(Fault(f"{path}.title_zh", "MISSING_VALUE"))
    lines = {line["number"]: line for line in lot["lines"]}
    for number, value in texts.descriptions.items():
        place = f"{path}.lines.{number}.description"
        faults += _text_faults(place, value, longest=500, required=True)
        if number in lines:
            lines[number]["description"] = value.strip()
        else:
            faults.append(Fault(place, "UNKNOWN_LINE"))
    return faults


def _set_times(after: dict[str, Any], change: Amendment, now: datetime, due_at: datetime) -> list[Fault]:
    due, faults = _later(change.response_due, "response_due", due_at, after["time_zone"])
    moved = [("response_due", due)]
    for kind, names in _ROUND_TIMES.items():
        found = round_of(after, kind)
        for field, name in names.items():
            typed = getattr(change, field)
            if found is None:
                faults += [Fault(field, Code.NOT_ALLOWED_HERE.value)] if typed is not None else []
                continue
            at, wrong = _later(typed, field, datetime.fromisoformat(found["rules"][name]), after["time_zone"])
            faults += wrong
            moved.append((field, at))
            found["rules"][name] = instant_text(at)
    if not faults and due <= now:
        # Everybody acknowledges the new version, so there must be time left for it.
        faults.append(Fault("response_due", "IN_THE_PAST" if change.response_due else "MISSING_VALUE"))
    faults += _order_faults(moved)
    faults += [Fault(field, "TOO_FAR") for field, at in moved[1:] if at > now + FARTHEST]
    after["times"] |= {"response_due_at": instant_text(due), "opens_at": after["rounds"][0]["rules"]["opens_at"]}
    return faults


def _order_faults(moved: Sequence[tuple[str, datetime]]) -> list[Fault]:
    """Ask for answers, sealed opening, sealed close and live opening in this order."""
    codes = {"response_due": "BEFORE_RESPONSES", "sealed_opens_at": "BEFORE_OPENING"}
    pairs = pairwise(moved)
    return [
        Fault(field, codes.get(before, "BEFORE_SEALED_CLOSE"))
        for (before, earlier), (field, later) in pairs
        if later < earlier or (later == earlier and before != "response_due")
    ]


def _later(typed: str | None, path: str, old: datetime, zone_name: str) -> tuple[datetime, list[Fault]]:
    """Read a new time that must lie after the old one; without a new one the old stays."""
    if typed is None:
        return old, []
    zone = load_zone(zone_name)
    assert zone is not None
    at = resolve_local(typed, zone)
    if isinstance(at, TimeFault):
        return old, [Fault(path, at.code, {f"choice_{n}": choice for n, choice in enumerate(at.choices, start=1)})]
    if at - old < timedelta(milliseconds=1):
        return old, [Fault(path, Code.NOT_LATER.value, {"now": instant_text(old)})]
    return at, []


def _text_faults(path: str, value: str, *, longest: int, required: bool = False) -> list[Fault]:
    if required and not value.strip():
        return [Fault(path, "MISSING_VALUE")]
    if len(value) > longest:
        return [Fault(path, "TEXT_TOO_LONG", {"longest": str(longest)})]
    return [Fault(path, "BAD_CHARACTERS")] if has_hidden(value) else []
