"""Suppliers that apply by themselves: whether one is known already, and what may become of an application.

Serves issue 7 ("self-registration with approval, duplicates merged") and SCREENS.md AD-02. A credit code is one legal
person (GB 32100-2015): the same code is the same firm, another code never is, however alike the names.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.refusals import Code, Refusal

_MARKS = re.compile(r"[\W_]+")
# What says only that it is a company; the longest ending first, for the others are its ends.
_FORMS = (
    "股份有限公司", "有限责任公司", "有限公司", "公司",
    "companylimited", "incorporated", "corporation", "coltd", "limited", "company", "gmbh", "corp", "inc", "ltd", "co",
)  # fmt: skip


class ApplicationState(StrEnum):
    """Life of an application; only ``applied`` can be decided."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    MERGED = "merged"
    REFUSED = "refused"


class Likeness(StrEnum):
    """In what a registered supplier is like an applicant."""

    CREDIT_CODE = "credit_code"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Firm:
    """What is compared of an applicant and of a registered supplier."""

    id: str
    credit_code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A registered supplier that may be the applicant, and in what they are alike."""

    id: str
    likeness: tuple[Likeness, ...]


def name_key(name: str) -> str:
    """A name without width, case, blanks, marks and the form of the company: what two spellings of one share."""
    key = _MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())
    for form in _FORMS:
        shorter = key.removesuffix(form)
        # A name that is nothing but its form keeps it: the empty key would be like every other empty one.
        if shorter and shorter != key:
            return shorter
    return key


def find_duplicates(applicant: Firm, registered: Iterable[Firm]) -> list[Duplicate]:
    """The registered suppliers that the applicant may be: the same code first, then by id. Never the applicant."""
    names = _keys(applicant)
    found = []
    for firm in registered:
        alike = [Likeness.CREDIT_CODE] if firm.credit_code == applicant.credit_code else []
        alike += [] if names.isdisjoint(_keys(firm)) else [Likeness.NAME]
        if alike and firm.id != applicant.id:
            found.append(Duplicate(firm.id, tuple(alike)))
    return sorted(found, key=lambda each: (each.likeness[0] is not Likeness.CREDIT_CODE, each.id))


def decide_admission(state: ApplicationState, holder: str | None, into: str | None) -> Refusal | None:
    """Whether an application may be admitted as a supplier of its own (``into`` None) or joined to one.

    ``holder`` is who has the applicant's credit code. Refuses ALREADY_DECIDED; ALREADY_EXISTS where the code is held
    and the application is not to be joined to its holder; NOT_ALLOWED_HERE where it would be joined to another legal
    person.
    """
    if state is not ApplicationState.APPLIED:
        return Refusal(Code.ALREADY_DECIDED)
    if into is None:
        return None if holder is None else Refusal(Code.ALREADY_EXISTS, {"field": "credit_code"})
    return None if into == holder else Refusal(Code.NOT_ALLOWED_HERE, {"field": "credit_code"})


def _keys(firm: Firm) -> frozenset[str]:
    return frozenset(key for key in (name_key(firm.name_zh), name_key(firm.name_en)) if key)
