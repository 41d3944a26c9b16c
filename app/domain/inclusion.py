"""A short proof that one chain stood in one checkpoint as it is told (RFC 6962 section 2.1.1; attacks.md G15).

Made of a bundle that its holder may read, for somebody who shall not get the bundle: the signed statement, the chain's
head, its place among the leaves and the siblings up to the root; with it, if wanted, the entry that the head is.
The rest of the journal is in it as digests alone. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.chaining import read_entry
from app.domain.checkpointing import Head, Statement, is_signed, statement_from
from app.domain.entries import Entry, canonical_bytes, entry_hash, is_included

KIND: Final = "bidroom.inclusion"
VERSION = 1
_MEMBERS: Final = frozenset({"v", "kind", "key", "statement", "sig", "head", "index", "path"})
_ENTRY: Final = "entry"
_DIGEST_BYTES = 32


class BadInclusionError(ValueError):
    """The file is not in its form."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """One head in one checkpoint. `entry`: (body, salt) of the entry that the head is, where it is told."""

    public_key: bytes
    statement: Statement
    signature: bytes
    head: Head
    index: int
    path: Sequence[bytes]
    entry: tuple[bytes, bytes] | None = None

    def as_json(self) -> dict[str, Any]:
        """The members of its file."""
        told = {
            "v": VERSION,
            "kind": KIND,
            "key": self.public_key.hex(),
            "statement": self.statement.as_json(),
            "sig": self.signature.hex(),
            "head": [self.head.chain, self.head.seq, self.head.hash],
            "index": self.index,
            "path": [sibling.hex() for sibling in self.path],
        }
        if self.entry is None:
            return told
        body, salt = self.entry
        return told | {_ENTRY: {"body": body.decode(), "salt": salt.hex()}}


def inclusion_from(value: object) -> Inclusion:
    """The inverse of as_json. Raises BadInclusionError."""
    if not isinstance(value, Mapping) or set(value) - {_ENTRY} != _MEMBERS:
        raise BadInclusionError("this is no proof of inclusion")
    if (value["v"], value["kind"]) != (VERSION, KIND):
        raise BadInclusionError("this is no proof of inclusion that this program knows")
    try:
        chain, seq, told = value["head"]
        entry = value.get(_ENTRY)
        made = Inclusion(
            bytes.fromhex(value["key"]),
            statement_from(value["statement"]),
            bytes.fromhex(value["sig"]),
            Head(chain, seq, told),
            value["index"],
            [bytes.fromhex(sibling) for sibling in value["path"]],
            None if entry is None else (entry["body"].encode(), bytes.fromhex(entry["salt"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadInclusionError("the file is not in its form") from None
    if not _is_well_typed(made) or canonical_bytes(made.as_json()) != canonical_bytes(value):
        raise BadInclusionError("the file is not in its form")
    return made


def _is_well_typed(made: Inclusion) -> bool:
    numbers, texts = (made.head.seq, made.index), (made.head.chain, made.head.hash)
    is_typed = all(type(one) is int for one in numbers) and all(type(one) is str for one in texts)
    return is_typed and all(len(sibling) == _DIGEST_BYTES for sibling in made.path)


def inclusion_fault(proof: Inclusion) -> str | None:
    """Why the proof does not hold by the key it names, or None. That the key is the journal's, the reader knows from
    outside."""
    if not is_signed(proof.public_key, proof.statement.message(), proof.signature):
        return "the checkpoint was not signed by the key"
    data = canonical_bytes([proof.head.chain, proof.head.seq, proof.head.hash])
    root = bytes.fromhex(proof.statement.root)
    if not is_included(data, proof.index, proof.statement.chains, proof.path, root):
        return "the head does not lie under the root of the checkpoint at the place that is told"
    if proof.entry is None:
        return None
    body, salt = proof.entry
    if entry_hash(salt, body) != proof.head.hash:
        return "the entry does not have the hash of the head"
    entry = read_entry(body, salt, proof.head.hash)
    if not isinstance(entry, Entry) or (entry.chain, entry.seq) != (proof.head.chain, proof.head.seq):
        return "the entry is not the one that the head names"
    return None
