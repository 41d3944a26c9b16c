"""Reading a chain of the journal back: form, canonical bytes, hash, number, link, time of each entry (JOURNAL.md 4).

Pure and without memory: a chain's state is its last number, hash and time. The replay of what the entries *say* is in
`replaying.py`; here it is checked that they are the entries that were written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.entries import (
    ENTRY_VERSION,
    GENESIS,
    SALT_BYTES,
    Entry,
    Kind,
    NotCanonical,
    entry_hash,
    from_milliseconds,
    parse_body,
    to_milliseconds,
)


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


_REQUIRED: Final = frozenset({"v", "chain", "seq", "at", "kind", "data", "actor_role", "prev", "release"})
_OPTIONAL: Final = frozenset({"tender", "round", "lot", "tag", "actor_ref", "request_id", "sealed"})
_TEXTS: Final = ("chain", "kind", "actor_role", "prev", "release")


def read_entry(body: bytes, salt: bytes, stored_hash: str) -> Entry | Fault:
    """The entry of its stored bytes, or what is wrong with them; never raises, whatever the bytes."""
    try:
        value = parse_body(body)
    except NotCanonical as error:
        return Fault(Why.CANONICAL, f"the entry is not canonical JSON: {error}")
    except RecursionError:
        return Fault(Why.CANONICAL, "the entry is nested too deeply")
    fault = _form_fault(value, salt)
    if fault is not None:
        return fault
    try:
        kind, at = Kind(value["kind"]), from_milliseconds(value["at"])
    except ValueError:
        return Fault(Why.UNKNOWN, f"this verifier does not know the kind {value['kind'][:40]!r}")
    except OverflowError:
        return Fault(Why.FORM, "the entry's time is no instant")
    optional = {name: value.get(name) for name in _OPTIONAL}
    return Entry(
        chain=value["chain"],
        seq=value["seq"],
        at=at,
        kind=kind,
        data=value["data"],
        actor_role=value["actor_role"],
        prev=value["prev"],
        release=value["release"],
        salt=salt,
        hash=stored_hash,
        body=body,
        **optional,
    )


def _form_fault(value: Mapping[str, Any], salt: bytes) -> Fault | None:
    members = set(value)
    if not members >= _REQUIRED or members - _REQUIRED - _OPTIONAL:
        return Fault(Why.FORM, "the entry lacks a member or has one too many")
    is_typed = all(isinstance(value[name], str) for name in _TEXTS)
    is_typed = is_typed and all(isinstance(value[name], str) for name in _OPTIONAL & members)
    is_typed = is_typed and type(value["seq"]) is int and type(value["at"]) is int and isinstance(value["data"], dict)
    if not is_typed or value["v"] != ENTRY_VERSION or len(salt) != SALT_BYTES:
        return Fault(Why.FORM, "a member of the entry has the wrong type")
    return None


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """How far a chain has been read."""

    chain: str
    seq: int = 0
    hash: str = GENESIS
    at_ms: int = 0

    def follow(self, entry: Entry) -> "ChainEnd | Fault":
        """The chain with one more entry; or why it does not follow: own hash, number, link to the one before, time."""
        if entry_hash(entry.salt, entry.body) != entry.hash:
            return Fault(Why.HASH, "its content does not have the hash that stands beside it")
        if entry.seq != self.seq + 1:
            return Fault(Why.NUMBER, f"number {entry.seq} follows number {self.seq}: {_gap_words(self.seq, entry.seq)}")
        if entry.prev != self.hash:
            return Fault(Why.LINK, "it does not name the hash of the entry before it")
        at_ms = to_milliseconds(entry.at)
        if at_ms < self.at_ms:
            return Fault(Why.TIME, "it is older than the entry before it")
        return ChainEnd(self.chain, entry.seq, entry.hash, at_ms)


def _gap_words(before: int, after: int) -> str:
    return "an entry is missing" if after > before + 1 else "an entry stands twice or out of order"
