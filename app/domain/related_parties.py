"""One person behind two accounts, and people related to a bidder (attacks.md Z02, Z06, Z14).

A key stands for something that two persons do not share: a mailbox, a telephone. Compared are keyed hashes of them.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from enum import StrEnum

from app.domain.refusals import Code, Refusal

_NOT_DIGITS = re.compile(r"\D")
# Shorter ones are extensions or typing errors, and would make strangers one person.
SHORTEST_NUMBER = 7


class RelationKind(StrEnum):
    """How somebody of the buyer's staff stands to a supplier."""

    EMPLOYMENT = "employment"
    FAMILY = "family"
    HOLDING = "holding"
    OTHER = "other"


def person_keys(email: str, *numbers: str | None) -> frozenset[str]:
    """What tells that two accounts are one person's: the mailbox without its ``+tag``, and each telephone's digits."""
    local, _, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    keys = {f"mail:{local.partition('+')[0]}@{domain}"} if domain else set()
    for number in numbers:
        digits = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", number or ""))
        # With and without the country's code it is one telephone.
        if len(digits) >= SHORTEST_NUMBER:
            keys.add(f"phone:{digits[-11:]}")
    return frozenset(keys)


def same_representative(own: Collection[str], others: Mapping[str, Collection[str]]) -> list[str]:
    """The other firms of one round that this firm's representative stands for too, in order of their ids."""
    return sorted(firm for firm, keys in others.items() if not set(own).isdisjoint(keys))


def decide_representation(own: Collection[str], others: Mapping[str, Collection[str]]) -> Refusal | None:
    """Whether a firm may take part beside these: not where one person represents two. Refuses RELATED_PARTY.

    Compared is what the buyer registered, never what a supplier has set: nobody learns of a rival by trying numbers.
    """
    return Refusal(Code.RELATED_PARTY) if same_representative(own, others) else None


def decide_seat(related: Collection[str], parties: Collection[str]) -> Refusal | None:
    """Whether somebody may sit in a tender with these parties, being related to those: on its panel, and to propose or
    approve what decides it. Refuses RELATED_PARTY, and tells nobody which party it is."""
    return Refusal(Code.RELATED_PARTY) if not set(related).isdisjoint(parties) else None
