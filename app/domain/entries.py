"""Journal entries: kinds, canonical bytes, salted hash chain, Merkle root and proofs (JOURNAL.md sections 1 and 2).

An entry's body is canonical JSON (RFC 8785) of strings, integers, booleans, lists and objects; floats are refused,
because amounts are decimal strings. ``hash = SHA-256(0x00 || salt32 || body)``; the body names the hash before it.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import orjson

from app.domain.kinds import Kind

ENTRY_VERSION = 1
SALT_BYTES = 32
# The hash before the first entry of a chain.
GENESIS = "0" * 64
# JCS numbers are IEEE doubles: integers beyond this would change on the way through a browser.
LARGEST_INTEGER = 2**53 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# What is hashed begins with one of these. Copied for each: beginning anew costs as much again as a short text.
_LEAF: Final = hashlib.sha256(b"\x00")
_NODE: Final = hashlib.sha256(b"\x01")


# Members of an entry that are left out where there is nothing to say.
OPTIONAL: Final = ("tender", "round", "lot", "tag", "actor_ref", "request_id", "sealed")


class NotCanonical(ValueError):  # noqa: N818 - says what is wrong
    """The value cannot stand in an entry: a float, a huge integer, a lone surrogate, a non-string key."""


# Leaves that are canonical as they are; how large a whole number may be, the encoder looks.
_LEAVES: Final = frozenset({str, bool, type(None), int})
_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical_bytes(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Canonical JSON bytes (RFC 8785) of strings, integers, booleans, None, lists and string-keyed objects.

    Keys are compared by UTF-16 code units in the RFC and by UTF-8 bytes here, which is the same for ASCII keys;
    keys that are not ASCII are refused. Raises NotCanonical for anything else.
    """
    _check(value)
    try:
        made = orjson.dumps(value, option=_OPTIONS)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise NotCanonical(str(error)) from None
    # The encoder escapes no letter: bytes that are all ASCII come of names that are.
    if not made.isascii():
        _check_names(value)
    return made


def _check(value: object) -> None:
    """Refuse what the encoder would take and the RFC or this house would not: floats, dates, whole-number enums.

    Runs for every bid: the members of an object are looked at together, one by one only where some are no leaves.
    """
    if isinstance(value, dict):
        items: Iterable[object] = value.values()
    elif isinstance(value, (list, tuple)):
        items = value
    elif type(value) in _LEAVES or isinstance(value, str):
        return
    else:
        raise NotCanonical(f"{type(value).__name__} has no canonical form here")
    if not _LEAVES.issuperset(map(type, items)):
        for item in items:
            if type(item) not in _LEAVES:
                _check(item)


def _check_names(value: object) -> None:
    if isinstance(value, dict):
        if not all(map(str.isascii, value)):
            raise NotCanonical("keys are ASCII strings")
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            _check_names(item)


def digest_of(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """SHA-256 of the canonical bytes, in hex: binds an approval to its change, a ranking to its rows."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def to_milliseconds(at: datetime) -> int:
    """An aware instant as whole milliseconds since 1970 UTC, cut (never rounded up: a bid must not drift past the
    close)."""
    return (at - EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """Whole milliseconds since 1970 as an aware UTC instant; the inverse of to_milliseconds."""
    return EPOCH + milliseconds * _MILLISECOND


class Entry(NamedTuple):
    """One numbered, hashed line of the journal (JOURNAL.md section 1).

    A named tuple, because one is made for every bid: a frozen dataclass of so many members takes five times as long.
    """

    chain: str
    seq: int
    at: datetime
    kind: Kind
    data: Mapping[str, Any]
    actor_role: str
    prev: str
    release: str
    tender: str | None = None
    round: str | None = None
    lot: str | None = None
    tag: str | None = None
    actor_ref: str | None = None
    request_id: str | None = None
    # Hex of what VISIBILITY.md hides, encrypted under a key outside the database.
    sealed: str | None = None
    salt: bytes = b""
    hash: str = ""
    body: bytes = b""


def entry_hash(salt: bytes, body: bytes) -> str:
    """SHA-256(0x00 || salt32 || body) in hex; salted, because acts are guessable."""
    begun = _LEAF.copy()
    begun.update(salt + body)
    return begun.hexdigest()


def parse_body(body: bytes) -> dict[str, Any]:
    """The body's members; raises NotCanonical where the bytes are not the canonical form of what they say."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotCanonical("not JSON") from None
    if not isinstance(value, dict) or canonical_bytes(value) != body:
        raise NotCanonical("bytes are not the canonical form")
    return value


def parse_entry(body: bytes) -> dict[str, Any]:
    """As `parse_body`, for the many lines of a journal: what JSON can hold and an entry may not is looked for in `data`
    alone. Precondition: the caller compares the types of the other members with those of an entry."""
    try:
        value = orjson.loads(body)
        made = orjson.dumps(value, option=_OPTIONS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        raise NotCanonical("not JSON, or a number too large") from None
    if made != body or type(value) is not dict:
        raise NotCanonical("bytes are not the canonical form")
    if not made.isascii():
        _check_names(value)
    data = value.get("data")
    if type(data) is not dict or not _LEAVES.issuperset(map(type, data.values())):
        _check(value)
    return value


def entry_from(body: bytes, salt: bytes, stored_hash: str) -> Entry:
    """An Entry from its stored bytes. Raises NotCanonical or KeyError/ValueError on a malformed body; does not check
    the hash."""
    value = parse_body(body)
    return entry_of(value, Kind(value["kind"]), salt, stored_hash=stored_hash, body=body)


def entry_of(value: Mapping[str, Any], kind: Kind, salt: bytes, *, stored_hash: str, body: bytes) -> Entry:
    """An Entry from its body's members, read before. Raises KeyError, TypeError, OverflowError where they are no
    entry's."""
    get = value.get
    return Entry(
        value["chain"], value["seq"], from_milliseconds(value["at"]), kind, value["data"], value["actor_role"],
        value["prev"], value["release"], get("tender"), get("round"), get("lot"), get("tag"), get("actor_ref"),
        get("request_id"), get("sealed"), salt, stored_hash, body,
    )  # fmt: skip


def is_link(previous: Entry | None, entry: Entry) -> bool:
    """True if ``entry`` follows ``previous`` in its chain: next number, names its hash, own hash right."""
    expected_prev = GENESIS if previous is None else previous.hash
    expected_seq = 1 if previous is None else previous.seq + 1
    return (
        entry.seq == expected_seq
        and hmac.compare_digest(entry.prev, expected_prev)
        and hmac.compare_digest(entry.hash, entry_hash(entry.salt, entry.body))
    )


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 leaf: SHA-256(0x00 || data)."""
    begun = _LEAF.copy()
    begun.update(data)
    return begun.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 inner node: SHA-256(0x01 || left || right)."""
    begun = _NODE.copy()
    begun.update(left + right)
    return begun.digest()


def _split(count: int) -> int:
    """The largest power of two smaller than ``count`` (count >= 2), as RFC 6962 splits a tree."""
    return 1 << ((count - 1).bit_length() - 1)


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """RFC 6962 Merkle tree head over the data of the leaves, in order; of nothing: SHA-256 of the empty string."""
    hashes = [leaf_hash(data) for data in leaves]
    return _root(hashes) if hashes else hashlib.sha256(b"").digest()


def _root(hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    middle = _split(len(hashes))
    return node_hash(_root(hashes[:middle]), _root(hashes[middle:]))


def merkle_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf ``index`` (RFC 6962 section 2.1.1), from the leaf's sibling up to the root's child."""
    return _path([leaf_hash(data) for data in leaves], index)


def _path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    if len(hashes) == 1:
        return []
    middle = _split(len(hashes))
    if index < middle:
        return [*_path(hashes[:middle], index), _root(hashes[middle:])]
    return [*_path(hashes[middle:], index - middle), _root(hashes[:middle])]


def is_included(data: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """True if ``path`` proves that ``data`` is leaf ``index`` of a tree of ``size`` leaves with head ``root`` (RFC
    9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    current, last, head = index, size - 1, leaf_hash(data)
    for sibling in path:
        if last == 0:
            return False
        if current & 1 or current == last:
            head = node_hash(sibling, head)
            while not current & 1 and current:
                current >>= 1
                last >>= 1
        else:
            head = node_hash(head, sibling)
        current >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(head, root)
