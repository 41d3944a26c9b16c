"""A purchase request as its requester writes it: whole or not yet, and whether it locks one brand (SCREENS.md RQ-02).

The form keeps what was typed; only a whole one may be submitted. A locked brand is a warning, never a refusal: some
needs have one maker, and a person decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from app.domain.categories import CATEGORIES
from app.domain.money import AmountFault, normalise_typed
from app.domain.process import Check
from app.domain.sealing.own_names import OwnNames, ScannedText, scan_for_names


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something the thing must be, or should be."""

    kind: Literal["must", "should"]
    text: str


@dataclass(frozen=True, slots=True)
class Need:
    """The form, as typed. `needed_on` is a day; `quantity` a decimal text."""

    title_zh: str = ""
    title_en: str = ""
    category: str = ""
    item: str = ""
    specification: str = ""
    quantity: str = ""
    unit: str = ""
    needed_on: str = ""
    use: str = ""
    earlier: str = ""
    budget_line: str = ""
    requirements: tuple[Requirement, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {**asdict(self), "requirements": [asdict(each) for each in self.requirements]}


def need_from_json(stored: Mapping[str, Any]) -> Need:
    """Read the stored form; a member added since then takes its default."""
    known = {each.name for each in fields(Need)}
    members = {name: value for name, value in stored.items() if name in known}
    requirements = tuple(Requirement(**each) for each in members.pop("requirements", ()))
    return Need(**members, requirements=requirements)


def parse_quantity(typed: str) -> Decimal | None:
    """A quantity above nothing, or None where there is none."""
    found = normalise_typed(typed, currency="CNY")
    if isinstance(found, AmountFault):
        return None
    value = Decimal(found)
    return value if value > 0 else None


def parse_day(typed: str) -> date | None:
    """A day, or None where the text is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def check_need(need: Need, today: date) -> tuple[Check, ...]:
    """What a request asks for before it may be submitted; the day it is needed on lies ahead."""
    day = parse_day(need.needed_on)
    return (
        Check("TITLE", bool(need.title_zh.strip() or need.title_en.strip())),
        Check("CATEGORY", need.category in CATEGORIES),
        Check("ITEM", bool(need.item.strip())),
        Check("SPECIFICATION", bool(need.specification.strip())),
        Check("QUANTITY", parse_quantity(need.quantity) is not None and bool(need.unit.strip())),
        Check("NEEDED_ON", day is not None and day > today),
        Check("USE", bool(need.use.strip())),
        Check("MUST", any(each.kind == "must" and each.text.strip() for each in need.requirements)),
    )


# ── brand lock ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class BrandLock:
    """Words that leave one maker alone: where they stand, and which they are."""

    field: str
    words: str


_LOCKS: Final = re.compile(
    r"(?:品牌|牌号|厂牌|商标|型号|原厂|原装|指定(?:品牌|厂家|供应商|型号)|唯一(?:供应商|来源)?|独家|仅限|只能(?:用|采用|选用))"
    r"|[®™]"
    r"|\b(?:brand(?:ed)?|trade ?mark|genuine|OEM part|sole[- ]source|only from|must be from|made by|model no\.?)(?!\w)",
    re.IGNORECASE,
)
# Whoever also takes an equal one has locked nothing.
_OR_EQUAL: Final = re.compile(r"或同等|或相当|同等(?:品|性能)|or (?:an? )?(?:equivalent|equal)\b", re.IGNORECASE)


def find_locks(need: Need, firms: Sequence[OwnNames] = ()) -> list[BrandLock]:
    """Where the texts name one brand or maker and say nothing of an equal one. `firms` are names of suppliers, for
    readers who may know them (VISIBILITY.md d05)."""
    texts = {"item": need.item, "specification": need.specification, "use": need.use}
    texts |= {f"requirements.{at}": each.text for at, each in enumerate(need.requirements)}
    open_ones = {field: text for field, text in texts.items() if not _OR_EQUAL.search(text)}
    found: dict[str, list[str]] = {
        field: [match.group() for match in _LOCKS.finditer(text)] for field, text in open_ones.items()
    }
    scanned = [ScannedText(field, text) for field, text in open_ones.items()]
    for hit in scan_for_names(scanned, *firms) if firms else ():
        found[hit.where].append(hit.found)
    return [BrandLock(field, ", ".join(dict.fromkeys(words))) for field, words in found.items() if words]
