"""The bundle an auditor takes away: names, line forms, manifest, fingerprints (DESIGN.md 4, JOURNAL.md section 4).

Pure: the exporter writes with these functions and the offline verifier reads with them. A bundle is a ZIP of stored
files whose comment is the SHA-256 of every byte before the comment, and whose manifest (a digest a file) is signed.
"""

import hashlib
from binascii import hexlify, unhexlify
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from app.domain.checkpointing import Head, LeafTree, Statement, statement_from
from app.domain.entries import NotCanonical, canonical_bytes, parse_body

BUNDLE_VERSION = 1
INTRO: Final = "bidroom-bundle.txt"
KEY: Final = "key.json"
# Only where the journal's key was ever rotated.
ROTATIONS: Final = "rotations.json"
JOURNAL: Final = "journal.jsonl"
TABLE: Final = "journal.csv"
CHECKPOINTS: Final = "checkpoints.jsonl"
# Only where outside witnesses cosigned any of them.
COSIGNATURES: Final = "cosignatures.jsonl"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
MANIFEST_CONTEXT: Final = b"bidroom-manifest-v1\n"
# Written first and stored, so that a damaged bundle can still be told from a file that never was one.
MAGIC: Final = b"PK\x03\x04"

# {"body":…,"hash":"64 hex","salt":"64 hex"}: the stored bytes are copied, never encoded again (PERFORMANCE.md 4.4).
_BODY: Final = b'{"body":'
_TAIL: Final = b',"hash":"%b","salt":"%b"}'
SHA256_BYTES = 32
_HEX = 2 * SHA256_BYTES
_HASH_AT: Final = slice(_TAIL.index(b"%b"), _TAIL.index(b"%b") + _HEX)
_SALT_AT: Final = slice(-2 - _HEX, -2)
_TAIL_BYTES = len(_TAIL) + 2 * (_HEX - len(b"%b"))
_TAIL_BEGIN, _TAIL_MIDDLE, _TAIL_END = _TAIL.split(b"%b")
_TAIL_MIDDLE_AT: Final = slice(len(_TAIL_BEGIN) + _HEX, len(_TAIL_BEGIN) + _HEX + len(_TAIL_MIDDLE))

# The short name of a key: the first 8 bytes of its fingerprint, in hex.
KEY_ID_LENGTH = 16

COMMENT_PREFIX: Final = b"sha256:"
COMMENT_BYTES = len(COMMENT_PREFIX) + _HEX

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"


class BadBundleError(ValueError):
    """A part of the bundle does not have its form; the message is a sentence for the reader."""


def tender_file(tender: str) -> str:
    """Name of the frozen document of a tender inside the bundle."""
    return f"tenders/{tender}.json"


def stamp_file(n: int) -> str:
    """Name of a checkpoint's time stamp inside the bundle: an authority's answer as RFC 3161 has it (DER)."""
    return f"stamps/{n}.tsr"


def journal_line(body: bytes, entry_hash: str, salt: bytes) -> bytes:
    """One line of journal.jsonl, without its line break."""
    return _BODY + body + _TAIL % (entry_hash.encode(), hexlify(salt))


def split_line(line: bytes) -> tuple[bytes, str, bytes]:
    """(body, hash, salt) of a journal line. Raises BadBundleError unless it is just what journal_line writes."""
    tail = line[-_TAIL_BYTES:]
    told, salt_hex = tail[_HASH_AT], tail[_SALT_AT]
    try:
        unhexlify(told)
        salt = unhexlify(salt_hex)
    except ValueError:
        raise BadBundleError("the line is not an entry") from None
    # Both are hex, so that nothing but small letters is left to be asked for. Head and tail cannot overlap: a tail
    # begins with a comma, and there is none in the head.
    is_tail = tail.startswith(_TAIL_BEGIN) and tail[_TAIL_MIDDLE_AT] == _TAIL_MIDDLE and tail.endswith(_TAIL_END)
    if not is_tail or not tail.islower() or not line.startswith(_BODY):
        raise BadBundleError("the line is not an entry")
    return line[len(_BODY) : -_TAIL_BYTES], told.decode(), salt


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of the raw Ed25519 public key, in hex: what is printed in notices and on the public page."""
    return hashlib.sha256(public_key).hexdigest()


def spoken(hex_text: str) -> str:
    """The first 128 bits of a fingerprint as eight pronounceable words (proquints), to be read out on the telephone."""
    data = bytes.fromhex(hex_text)[:16]
    return "-".join(_word(data[place] << 8 | data[place + 1]) for place in range(0, len(data), 2))


def _word(number: int) -> str:
    parts = (number >> 12, number >> 10 & 3, number >> 6 & 15, number >> 4 & 3, number & 15)
    return "".join((_VOWELS if index % 2 else _CONSONANTS)[part] for index, part in enumerate(parts))


def is_same_key(public_key: bytes, expected: str) -> bool:
    """True if ``expected`` names the key: its fingerprint in hex or words, or itself in hex, however spaced."""
    text = "".join(expected.split()).lower()
    whole = fingerprint(public_key)
    return text.replace(":", "") in (whole, public_key.hex()) or text == spoken(whole)


@dataclass(frozen=True, slots=True)
class ChainScope:
    """One chain of a bundle: its entries 1 to ``seq``; ``is_partial`` where later ones may not be shown yet."""

    chain: str
    seq: int
    hash: str
    is_partial: bool

    def as_json(self) -> dict[str, Any]:
        """Its members in the manifest."""
        return {"chain": self.chain, "seq": self.seq, "hash": self.hash, "partial": self.is_partial}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bundle holds: a digest for each file, and how far each chain goes."""

    scope: Mapping[str, Any]
    chains: Sequence[ChainScope]
    files: Mapping[str, str]
    entries: int
    checkpoints: int
    made_at: int
    key_id: str
    release: str

    def as_json(self) -> dict[str, Any]:
        """Its members as they stand in manifest.json."""
        return {
            "v": BUNDLE_VERSION,
            "scope": dict(self.scope),
            "chains": [chain.as_json() for chain in self.chains],
            "files": dict(self.files),
            "entries": self.entries,
            "checkpoints": self.checkpoints,
            "made_at": self.made_at,
            "key_id": self.key_id,
            "release": self.release,
        }


def manifest_message(manifest: bytes) -> bytes:
    """The bytes to sign for a manifest's file content."""
    return MANIFEST_CONTEXT + manifest


def signature_file(public_key: bytes, signature: bytes) -> bytes:
    """The content of manifest.sig."""
    return canonical_bytes({"key_id": fingerprint(public_key)[:KEY_ID_LENGTH], "sig": signature.hex()})


def parse_signature(content: bytes, public_key: bytes) -> bytes | None:
    """The signature in manifest.sig, or None unless the content is just what signature_file writes for this key."""
    try:
        signature = bytes.fromhex(_text(parse_body(content)["sig"]))
    except (NotCanonical, KeyError, TypeError, ValueError, RecursionError):
        return None
    return signature if signature_file(public_key, signature) == content else None


def parse_manifest(content: bytes) -> Manifest:
    """The manifest of its file's bytes. Raises BadBundleError on anything that canonical manifest bytes cannot be."""
    try:
        value = parse_body(content)
        if value["v"] != BUNDLE_VERSION:
            raise BadBundleError(f"the bundle has version {value['v']}; this verifier knows {BUNDLE_VERSION}")
        return Manifest(
            scope=_members(value["scope"]),
            chains=[_chain_scope(item) for item in value["chains"]],
            files={_text(name): _text(digest) for name, digest in value["files"].items()},
            entries=_count(value["entries"]),
            checkpoints=_count(value["checkpoints"]),
            made_at=_count(value["made_at"]),
            key_id=_text(value["key_id"]),
            release=_text(value["release"]),
        )
    except (NotCanonical, KeyError, TypeError, AttributeError, RecursionError):
        raise BadBundleError("manifest.json is not in its form") from None


def _chain_scope(item: Mapping[str, Any]) -> ChainScope:
    return ChainScope(_text(item["chain"]), _count(item["seq"]), _text(item["hash"]), _flag(item["partial"]))


def _members(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


@dataclass(frozen=True, slots=True)
class CheckpointLine:
    """One line of checkpoints.jsonl. A leaf is a Head where the bundle holds the entry, else opaque bytes."""

    statement: Statement
    signature: bytes
    added: Sequence[tuple[int, Head | bytes]]
    replaced: Sequence[tuple[int, Head | bytes]]

    def encode(self) -> bytes:
        """The line, without its line break."""
        return canonical_bytes(
            {
                "statement": self.statement.as_json(),
                "sig": self.signature.hex(),
                "add": [_leaf_json(*item) for item in self.added],
                "set": [_leaf_json(*item) for item in self.replaced],
            }
        )

    def known(self) -> list[Head]:
        """The heads it tells in the open."""
        return [leaf for _, leaf in (*self.added, *self.replaced) if isinstance(leaf, Head)]


def _leaf_json(place: int, leaf: Head | bytes) -> list[Any]:
    return [place, leaf.hex()] if isinstance(leaf, bytes) else [place, leaf.chain, leaf.seq, leaf.hash]


def _leaf_from(value: Sequence[Any]) -> tuple[int, Head | bytes]:
    place = _count(value[0])
    if len(value) == 2:
        return place, bytes.fromhex(_text(value[1]))
    chain, seq, head_hash = value[1:]
    if len(bytes.fromhex(_text(head_hash))) != SHA256_BYTES:
        raise ValueError("not a hash")
    return place, Head(_text(chain), _count(seq), head_hash)


def parse_checkpoint_line(line: bytes) -> CheckpointLine:
    """The inverse of CheckpointLine.encode. Raises BadBundleError."""
    try:
        value = parse_body(line)
        added = [_leaf_from(item) for item in value["add"]]
        replaced = [_leaf_from(item) for item in value["set"]]
        return CheckpointLine(statement_from(value["statement"]), bytes.fromhex(value["sig"]), added, replaced)
    except (NotCanonical, KeyError, TypeError, ValueError, IndexError, RecursionError):
        raise BadBundleError("the line is not a checkpoint") from None


def fold_leaves(tree: LeafTree, line: CheckpointLine) -> None:
    """Take a line's leaves over into the tree. Raises BadBundleError where a place does not exist."""
    for place, leaf in line.added:
        if place > len(tree):
            raise BadBundleError("a leaf was added at a place that does not exist")
        tree.insert(place, leaf.leaf() if isinstance(leaf, Head) else leaf)
    for place, leaf in line.replaced:
        if place >= len(tree):
            raise BadBundleError("a leaf was changed at a place that does not exist")
        tree.replace(place, leaf.leaf() if isinstance(leaf, Head) else leaf)


TABLE_HEAD: Final = (
    *("chain", "seq", "at", "kind", "tender", "round", "lot", "tag"),
    *("actor_role", "actor_ref", "request_id", "data", "sealed", "hash"),
)
# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA: Final = frozenset("=+-@\t\r")


def table_row(body: Mapping[str, Any], entry_hash: str, at: str) -> list[str]:
    """The cells of journal.csv for an entry: every text guarded against being run as a formula."""
    optional = [str(body.get(name, "")) for name in ("tender", "round", "lot", "tag")]
    actor = [str(body["actor_role"]), str(body.get("actor_ref", "")), str(body.get("request_id", ""))]
    data = orjson.dumps(body["data"], option=orjson.OPT_SORT_KEYS).decode()
    sealed = "yes" if "sealed" in body else ""
    cells = [body["chain"], str(body["seq"]), at, body["kind"], *optional, *actor, data, sealed, entry_hash]
    return [guard_cell(cell) for cell in cells]


def guard_cell(text: str) -> str:
    """The text as a spreadsheet may open it: a leading apostrophe where it would be run as a formula."""
    return "'" + text if text[:1] in FORMULA else text
