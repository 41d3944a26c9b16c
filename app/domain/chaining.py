"""Reading a chain of the journal back: form, canonical bytes, hash, number, link, time of each entry (JOURNAL.md 4).

Pure and without memory: a chain's state is its last number, hash and time. The replay of what the entries *say* is in
`replaying.py`; here it is checked that they are the entries that were written.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from operator import itemgetter
from typing import Any, Final, NamedTuple

from app.domain.entries import (
    ENTRY_VERSION,
    EPOCH,
    GENESIS,
    OPTIONAL,
    SALT_BYTES,
    Entry,
    NotCanonical,
    entry_hash,
    from_milliseconds,
    parse_entry,
)
from app.domain.kinds import Kind


class Why(StrEnum):
    """What a verifier can find wrong."""

    FORM = "form"
    CANONICAL = "canonical"
    UNKNOWN = "unknown"
    HASH = "hash"
    NUMBER = "number"
    LINK = "link"
    TIME = "time"
    ORDER = "order"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"
    DIGEST = "digest"
    CONTAINER = "container"
    MISSING = "missing"
    STATE = "state"
    APPROVAL = "approval"
    REPLAY = "replay"
    RANKING = "ranking"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, in a sentence for a person."""

    why: Why
    text: str


# The types of an entry's members; those of the second line may be absent.
_TYPES: Final = {
    **dict.fromkeys(("actor_role", "chain", "kind", "prev", "release"), str),
    **dict.fromkeys(OPTIONAL, str),
    "at": int,
    "data": dict,
    "seq": int,
    "v": int,
}
_MADE: Final = ("at", "kind", "salt", "hash", "body")


def _members_of(names: tuple[str, ...]) -> "itemgetter[Any]":
    """Picks the members of an Entry, in their order, out of those of a body, None, and what is made of them."""
    places = {None: len(names)} | {name: at for at, name in enumerate(names)}
    places |= {name: len(names) + 1 + at for at, name in enumerate(_MADE)}
    return itemgetter(*(places.get(name, len(names)) for name in Entry._fields))


# Every set of members an entry may have, in canonical order, with their types: a canonical entry is looked up whole.
_FORMS: Final = {
    names: (tuple(_TYPES[name] for name in names), _members_of(names))
    for count in range(len(OPTIONAL) + 1)
    for absent in combinations(OPTIONAL, count)
    for names in [tuple(sorted(_TYPES.keys() - set(absent)))]
}
_KINDS: Final = {kind.value: kind for kind in Kind}


def read_entry(body: bytes, salt: bytes, stored_hash: str) -> Entry | Fault:
    """The entry of its stored bytes, or what is wrong with them; never raises, whatever the bytes."""
    try:
        value = parse_entry(body)
    except NotCanonical as error:
        return Fault(Why.CANONICAL, f"the entry is not canonical JSON: {error}")
    except RecursionError:
        return Fault(Why.CANONICAL, "the entry is nested too deeply")
    form = _FORMS.get(tuple(value))
    if form is None:
        return Fault(Why.FORM, "the entry lacks a member or has one too many")
    types, members = form
    if tuple(map(type, value.values())) != types or value["v"] != ENTRY_VERSION or len(salt) != SALT_BYTES:
        return Fault(Why.FORM, "a member of the entry has the wrong type")
    kind = _KINDS.get(value["kind"])
    if kind is None:
        return Fault(Why.UNKNOWN, f"this verifier does not know the kind {value['kind'][:40]!r}")
    try:
        at = from_milliseconds(value["at"])
    except OverflowError:
        return Fault(Why.FORM, "the entry's time is no instant")
    return tuple.__new__(Entry, members((*value.values(), None, at, kind, salt, stored_hash, body)))


class ChainEnd(NamedTuple):
    """How far a chain has been read."""

    chain: str
    seq: int = 0
    hash: str = GENESIS
    at: datetime = EPOCH

    def follow(self, entry: Entry) -> "ChainEnd | Fault":
        """The chain with one more entry; or why it does not follow: own hash, number, link to the one before, time."""
        if entry_hash(entry.salt, entry.body) != entry.hash:
            return Fault(Why.HASH, "its content does not have the hash that stands beside it")
        if entry.seq != self.seq + 1:
            return Fault(Why.NUMBER, f"number {entry.seq} follows number {self.seq}: {_gap_words(self.seq, entry.seq)}")
        if entry.prev != self.hash:
            return Fault(Why.LINK, "it does not name the hash of the entry before it")
        if entry.at < self.at:
            return Fault(Why.TIME, "it is older than the entry before it")
        return ChainEnd(self.chain, entry.seq, entry.hash, entry.at)


def _gap_words(before: int, after: int) -> str:
    return "an entry is missing" if after > before + 1 else "an entry stands twice or out of order"
