"""Amendments: what of a published document may still change, and the new version of it.

Serves DESIGN.md section 3 ("amendment (versioned, acknowledged again)") and SCREENS.md PL-06. Texts may change and
times may move later, before the round opens. Prices, quantities, decimals, currency, the rules of the round and the
award rule never do: whoever needs that cancels the tender and copies it into a new one.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.domain.drafting import changed_fields
from app.domain.freezing import rules_of
from app.domain.lines import has_hidden
from app.domain.live_rules_json import instant_text
from app.domain.preflight import FARTHEST, LONGEST_TEXT, LONGEST_TITLE
from app.domain.refusals import Code, Refusal
from app.domain.tendering import AMENDABLE_STATES, TenderState
from app.domain.terms import Fault
from app.domain.timetable import TimeFault, load_zone, resolve_local

if TYPE_CHECKING:
    from collections.abc import Mapping

_TITLES: Final = frozenset({"title_zh", "title_en"})
TEXTS: Final = _TITLES | {"summary_zh", "summary_en", "terms_zh", "terms_en"}

# The paths of a document that an amendment may touch; the opening stands in two places that must agree.
_MAY_CHANGE: Final = re.compile(
    r"terms_version|(title|summary|terms)_(zh|en)|times\.(response_due_at|opens_at)|rounds\.0\.rules\.opens_at"
    r"|lots\.\d+\.title_(zh|en)|lots\.\d+\.lines\.\d+\.description"
)


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
    opens_at: str | None = None


@dataclass(frozen=True, slots=True)
class Amended:
    """The next version of the document where there is no fault, else the faults."""

    document: dict[str, Any] | None
    faults: tuple[Fault, ...]


def decide_amendment(state: TenderState, document: Mapping[str, Any], *, now: datetime) -> Refusal | None:
    """Refuse an amendment before publication, after the end, and from the opening of the round on."""
    if state not in AMENDABLE_STATES:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": state.value})
    if now >= rules_of(document).opens_at:
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
    earlier = ("response_due_at", "opens_at")
    # Instants are written alike, in UTC with milliseconds, so they compare as texts.
    return wrong + [f"times.{name}" for name in earlier if after["times"][name] < before["times"][name]]


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
    old_opens = rules_of(after).opens_at
    due, faults = _later(change.response_due, "response_due", due_at, after["time_zone"])
    opens, opening_faults = _later(change.opens_at, "opens_at", old_opens, after["time_zone"])
    faults += opening_faults
    if not faults and due <= now:
        # Everybody acknowledges the new version, so there must be time left for it.
        faults.append(Fault("response_due", "IN_THE_PAST" if change.response_due else "MISSING_VALUE"))
    if opens < due:
        faults.append(Fault("opens_at", "BEFORE_RESPONSES"))
    if opens > now + FARTHEST:
        faults.append(Fault("opens_at", "TOO_FAR"))
    after["times"] |= {"response_due_at": instant_text(due), "opens_at": instant_text(opens)}
    after["rounds"][0]["rules"]["opens_at"] = instant_text(opens)
    return faults


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
