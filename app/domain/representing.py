"""What a representative may do for its supplier, and who decides about one that joined by itself.

Serves ACCESS.md section 2 ("within a supplier: view, bid, sign") and issue 7 ("representatives and rights"). Whoever
may sign for the supplier may also say what its other representatives may do.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from app.domain.refusals import Code, Refusal


class Right(StrEnum):
    """View: read. Bid: offer, ask, answer, report and send invoices for the supplier. Sign: contracts, negotiation,
    invoices, and others' rights."""

    VIEW = "view"
    BID = "bid"
    SIGN = "sign"


class JoinState(StrEnum):
    """Somebody who came by self-registration: waits for the word of those who were there before."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"


ALL_RIGHTS: Final = frozenset(Right)
# Until the supplier has confirmed who joined.
JOINED_RIGHTS: Final = frozenset({Right.VIEW})


def check_rights(wanted: Collection[Right]) -> frozenset[Right]:
    """Rights in their one form: who may do anything may read."""
    return frozenset({Right.VIEW, *wanted})


def decide_right(held: Collection[Right], asked: Right) -> Refusal | None:
    """Whether somebody with these rights may do what asks for one. Refuses RIGHT_MISSING."""
    return None if asked in held else Refusal(Code.RIGHT_MISSING, {"right": asked.value})


def decide_any_right(held: Collection[Right], asked: Collection[Right]) -> Refusal | None:
    """Whether somebody with these rights may do what asks for one of several: an invoice is entered by who may bid and
    by who may sign. Refuses RIGHT_MISSING. Precondition: at least one is asked for."""
    refusals = [decide_right(held, each) for each in sorted(asked)]
    return None if None in refusals else Refusal(Code.RIGHT_MISSING, {"right": ", ".join(sorted(asked))})


def decide_change(actor: str, target: str, state: JoinState | None) -> Refusal | None:
    """Whether the rights of ``target`` may be changed by ``actor``, who may sign: never the own ones, so that one who
    may sign always stays; not of one that waits for the word, or was objected to.

    Refuses SAME_PERSON, NOT_ALLOWED_HERE."""
    if actor == target:
        return Refusal(Code.SAME_PERSON)
    return Refusal(Code.NOT_ALLOWED_HERE, {"field": "state"}) if state in _UNSETTLED else None


def decide_joining(actor: str, target: str, state: JoinState | None) -> Refusal | None:
    """Whether ``actor`` may confirm ``target`` or object to it: once, and not for itself. Refuses SAME_PERSON,
    ALREADY_DECIDED."""
    if actor == target:
        return Refusal(Code.SAME_PERSON)
    return None if state is JoinState.WAITING else Refusal(Code.ALREADY_DECIDED)


_UNSETTLED: Final = frozenset({JoinState.WAITING, JoinState.OBJECTED})
