"""How a buyer procures, frozen at publication: what is talked about with the preferred supplier, and what never is.

WORDS.md `procurement_method` (GB/T 43711-2024: 竞价采购, 询比采购, 谈判采购, 直接采购). The mode of a statutory open
tender is the rulebook `public`: after it nothing of substance may differ from the offer (Tendering Law, article 46).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.domain.procedures import Procedure
from app.domain.rulebooks import Rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProcurementMethod(StrEnum):
    """The four of WORDS.md."""

    REVERSE_AUCTION = "reverse_auction"
    RFQ = "rfq"
    NEGOTIATION = "negotiation"
    DIRECT = "direct"


def usual_method(procedure: Procedure) -> ProcurementMethod:
    """The method of a tender that names none: with a live round an auction, else quotations."""
    return ProcurementMethod.REVERSE_AUCTION if procedure.has_live else ProcurementMethod.RFQ


def read_method(typed: str, procedure: Procedure) -> ProcurementMethod | None:
    """The method of a draft, or None where it does not go with its rounds: an auction has a live round, quotations and
    direct procurement have none."""
    if not typed:
        return usual_method(procedure)
    if typed not in set(ProcurementMethod):
        return None
    found = ProcurementMethod(typed)
    is_auction = found is ProcurementMethod.REVERSE_AUCTION
    fits = found is ProcurementMethod.NEGOTIATION or is_auction is procedure.has_live
    return found if fits else None


def method_of(document: Mapping[str, Any], procedure: Procedure) -> ProcurementMethod:
    """The method of a published document; an older one names none and has the usual."""
    named = document.get("procurement_method")
    return usual_method(procedure) if named is None else ProcurementMethod(named)


def allows_talks(document: Mapping[str, Any]) -> bool:
    """Whether payment terms, delivery and warranty may be talked about after the award. The price never is: it changes
    by a best-and-final sealed round alone."""
    return bool(document.get("rulebook", Rulebook.HOUSE) == Rulebook.HOUSE)


# Whose price an auction found, or who quoted once and for all, is not asked again: that would punish the honest bid.
_FINAL_OFFERS = frozenset({ProcurementMethod.NEGOTIATION, ProcurementMethod.DIRECT})


def allows_final_offers(document: Mapping[str, Any], procedure: Procedure) -> bool:
    """Whether a best-and-final sealed round may change the price after the award: where the frozen method is to
    negotiate or to buy directly; never after an auction, a quotation (询比采购: one price, not altered) or in a
    statutory open tender."""
    return allows_talks(document) and method_of(document, procedure) in _FINAL_OFFERS
