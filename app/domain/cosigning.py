"""What an outside witness signs: checkpoints of the journal that continue what it signed before (JOURNAL.md 2 and 3).

A witness has a key of its own and a memory of its own. It is shown the signed statements of checkpoints, never the
heads beneath them: these count the entries of each chain, and so the bids of a running lot. What it vouches for is the
one line of checkpoints: that there was no other one of a number, and when it saw it. That the heads beneath only grew
is what the signer and every verifier recompute; no second history can have the checkpoints that a witness holds.

A cosignature is `{v, witness, journal, n, digest, seen_at, sig}`: the short names of both keys, the number and the
digest of the statement, the witness's own clock (UTC ms); `sig` is Ed25519 by the witness's key over a context of its
own and the canonical JSON of the other members. Pure.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.domain.checkpointing import FIRST_PREV, Statement, is_signed, statement_from
from app.domain.entries import canonical_bytes, from_milliseconds
from app.domain.key_history import SENTENCES, HistoryFault, KeyHistory
from app.domain.sealing.receipt import KEY_ID_LENGTH, key_id_of

COSIGNATURE_VERSION: Final = 1
COSIGNATURE_CONTEXT: Final = b"bidroom cosignature v1\x00"
# What a witness signs when it asks for checkpoints: nothing of it can be passed off as a cosignature.
ASKING_CONTEXT: Final = b"bidroom witness asks v1\x00"
# How far the clocks of a witness and the service may be apart before it says so.
CLOCK_MS: Final = 5 * 60_000
# A witness that was not heard of for so long is not there: screens say so.
AWAY_MS: Final = 15 * 60_000
_MEMBERS: Final = frozenset({"v", "witness", "journal", "n", "digest", "seen_at", "sig"})
_DIGEST_LENGTH: Final = 64
_SIGNATURE_LENGTH: Final = 128
_LONGEST_LINE: Final = 1 << 14


class Alarm(StrEnum):
    """Why a witness signs nothing more: what it was shown does not continue what it signed."""

    FORK = "FORK"
    SHRUNK = "SHRUNK"
    BROKEN = "BROKEN"
    OTHER_KEY = "OTHER_KEY"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    OLDER = "OLDER"
    FUTURE = "FUTURE"


class CosignatureFault(StrEnum):
    """Why a cosignature proves nothing, or something else."""

    MALFORMED = "MALFORMED"
    OTHER_KEY = "OTHER_KEY"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    OTHER_CHECKPOINT = "OTHER_CHECKPOINT"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An alarm with its sentence."""

    alarm: Alarm
    sentence: str


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's word on one checkpoint. ``witness`` and ``journal`` are short names of keys."""

    witness: str
    journal: str
    n: int
    digest: str
    seen_at_ms: int
    signature: bytes = b""

    def core(self) -> dict[str, Any]:
        """What is signed."""
        return {
            "v": COSIGNATURE_VERSION,
            "witness": self.witness,
            "journal": self.journal,
            "n": self.n,
            "digest": self.digest,
            "seen_at": self.seen_at_ms,
        }

    def message(self) -> bytes:
        """The bytes to sign."""
        return COSIGNATURE_CONTEXT + canonical_bytes(self.core())

    def as_json(self) -> dict[str, Any]:
        """Its members as they stand in files."""
        return {**self.core(), "sig": self.signature.hex()}


def cosignature_for(statement: Statement, witness_key: bytes, seen_at_ms: int) -> Cosignature:
    """A cosignature before its signature."""
    return Cosignature(key_id_of(witness_key), statement.key_id, statement.n, statement.digest(), seen_at_ms)


def read_cosignature(value: object) -> Cosignature | CosignatureFault:
    """The inverse of `as_json`; MALFORMED where a member is missing, strange or of the wrong type. Signatures are not
    looked at."""
    if not isinstance(value, Mapping) or set(value) != _MEMBERS or value["v"] != COSIGNATURE_VERSION:
        return CosignatureFault.MALFORMED
    lengths = {"witness": KEY_ID_LENGTH, "journal": KEY_ID_LENGTH, "digest": _DIGEST_LENGTH, "sig": _SIGNATURE_LENGTH}
    if not all(_is_hex(value[name], length) for name, length in lengths.items()):
        return CosignatureFault.MALFORMED
    n, seen_at = value["n"], value["seen_at"]
    if not all(type(each) is int for each in (value["v"], n, seen_at)):
        return CosignatureFault.MALFORMED
    if n < 1 or seen_at < 0 or max(n, seen_at) >= 1 << 53:
        return CosignatureFault.MALFORMED
    told = {name: value[name] for name in ("witness", "journal", "digest")}
    return Cosignature(**told, n=n, seen_at_ms=seen_at, signature=bytes.fromhex(value["sig"]))


def _is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and not set(value) - set("0123456789abcdef")


def check_cosignature(told: Cosignature, witness_key: bytes, statement: Statement) -> CosignatureFault | None:
    """What is wrong with a cosignature of this checkpoint by the holder of this key, or None."""
    if told.witness != key_id_of(witness_key):
        return CosignatureFault.OTHER_KEY
    if not is_signed(witness_key, told.message(), told.signature):
        return CosignatureFault.BAD_SIGNATURE
    if (told.n, told.digest, told.journal) != (statement.n, statement.digest(), statement.key_id):
        return CosignatureFault.OTHER_CHECKPOINT
    return None


def decide_cosigning(
    last: Statement | None, offered: Statement, signature: bytes, keys: KeyHistory, now_ms: int
) -> Refusal | None:
    """Why a witness does not sign what it is shown next, or None.

    ``last`` is what it signed last (None: nothing yet), ``keys`` the journal's keys as they follow from the one that it
    was given at the beginning, ``now_ms`` its own clock (UTC ms).
    """
    due, prev = (1, FIRST_PREV) if last is None else (last.n + 1, last.digest())
    key = keys.checkpoint_key(offered.n, offered.key_id, offered.prev)
    if isinstance(key, HistoryFault):
        return Refusal(Alarm.OTHER_KEY, f"checkpoint {offered.n}: {SENTENCES[key]}")
    if not is_signed(key, offered.message(), signature):
        return Refusal(Alarm.BAD_SIGNATURE, f"checkpoint {offered.n} was not signed by the journal's key")
    if offered.n != due:
        return Refusal(Alarm.BROKEN, f"checkpoint {offered.n} was shown, but {due} is next")
    if offered.prev != prev:
        return Refusal(Alarm.FORK, f"checkpoint {offered.n} does not follow the one that was cosigned before it")
    is_less = last is not None and (offered.entries < last.entries or offered.chains < last.chains)
    if is_less:
        return Refusal(Alarm.SHRUNK, f"checkpoint {offered.n} covers less than the one before it")
    if last is not None and offered.at_ms < last.at_ms:
        return Refusal(Alarm.OLDER, f"checkpoint {offered.n} is older than the one before it")
    if offered.at_ms > now_ms + CLOCK_MS:
        return Refusal(Alarm.FUTURE, f"checkpoint {offered.n} bears a time that has not come")
    return None


def decide_same(last: Statement, shown: Statement | None) -> Refusal | None:
    """Whether the service still shows the checkpoint that the witness signed last: each look begins with it.

    None of that number: the journal was cut, or put back to an older copy. Another one: a second history.
    """
    if shown is None or shown.n != last.n:
        return Refusal(Alarm.SHRUNK, f"checkpoint {last.n}, which was cosigned, is not there any more")
    if shown.digest() != last.digest():
        return Refusal(Alarm.FORK, f"checkpoint {last.n} is another one than was cosigned")
    return None


def asking_message(path: str, at_ms: int) -> bytes:
    """What a witness signs to be let in: the path with its query that it asks for, and its clock (UTC ms)."""
    return ASKING_CONTEXT + canonical_bytes([path, at_ms])


def is_there(seen_at_ms: int | None, now_ms: int) -> bool:
    """Whether a witness's last word (by the service's clock) is young enough to say that it watches."""
    return seen_at_ms is not None and now_ms - seen_at_ms <= AWAY_MS


@dataclass(slots=True)
class CosignedAudit:
    """Holds the cosignatures of a bundle against its checkpoints, both in order of number: `begin`, `see` each
    checkpoint, `finish`. Nothing but the newest is kept."""

    # By the short names of the witnesses whose keys the reader brought: what counts as evidence.
    counted: dict[str, int] = field(default_factory=dict)
    newest: dict[str, Cosignature] = field(default_factory=dict)
    # Of witnesses whose key was not given: they say something, and nobody here can tell whether it is true.
    unknown: set[str] = field(default_factory=set)
    _keys: dict[str, bytes] = field(default_factory=dict)
    _lines: Iterator[bytes] = field(default_factory=lambda: iter(()))
    _read: int = 0
    _next: Cosignature | None = None

    def begin(self, keys: Iterable[bytes], lines: Iterable[bytes]) -> str | None:
        """The keys of the witnesses that the reader trusts, and the lines of `cosignatures.jsonl`; a sentence where the
        first is none."""
        self._keys = {key_id_of(key): key for key in keys}
        self._lines = iter(lines)
        return self._advance()

    def see(self, statement: Statement) -> str | None:
        """A checkpoint of the bundle: what is wrong with its cosignatures."""
        while self._next is not None and self._next.n <= statement.n:
            told, fault = self._next, self._advance()
            if told.n < statement.n:
                return f"checkpoint {told.n} was cosigned, and is not in the bundle"
            fault = fault or self._hold(told, statement)
            if fault is not None:
                return fault
        return None

    def _hold(self, told: Cosignature, statement: Statement) -> str | None:
        key = self._keys.get(told.witness)
        if key is None:
            self.unknown.add(told.witness)
            return None
        fault = check_cosignature(told, key, statement)
        if fault is CosignatureFault.BAD_SIGNATURE:
            return f"the cosignature of checkpoint {statement.n} is not by the witness {told.witness}"
        if fault is not None:
            return f"the witness {told.witness} cosigned another checkpoint {statement.n}"
        self.counted[told.witness] = self.counted.get(told.witness, 0) + 1
        self.newest[told.witness] = told
        return None

    def finish(self) -> str | None:
        """A sentence where a witness cosigned what the bundle does not hold."""
        left = self._next
        return None if left is None else f"checkpoint {left.n} was cosigned, and is not in the bundle"

    def notes(self) -> list[str]:
        """What the reader should know of the witnesses, a sentence each."""
        told = [
            f"The witness {name} cosigned {count} of its checkpoints, the newest is {self.newest[name].n}, "
            f"seen at {from_milliseconds(self.newest[name].seen_at_ms):%Y-%m-%dT%H:%M:%SZ}."
            for name, count in sorted(self.counted.items())
        ]
        told += [
            f"The witness {name} cosigned none of its checkpoints." for name in self._keys if name not in self.counted
        ]
        if self.unknown:
            told.append(
                f"Cosignatures by {', '.join(sorted(self.unknown))} were not checked: give the key with --witness-key."
            )
        return told

    def _advance(self) -> str | None:
        before, self._next = self._next, None
        line = next(self._lines, None)
        if line is None:
            return None
        self._read += 1
        told = read_line(line)
        if isinstance(told, CosignatureFault) or (before is not None and told.n < before.n):
            return f"line {self._read} is not a cosignature in its order"
        self._next = told
        return None


def read_line(line: bytes) -> Cosignature | CosignatureFault:
    """A cosignature as JSON: by itself, or as `cosignature` of a line in a witness's own memory."""
    if len(line) > _LONGEST_LINE:
        return CosignatureFault.MALFORMED
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return CosignatureFault.MALFORMED
    return read_cosignature(value["cosignature"] if isinstance(value, dict) and "cosignature" in value else value)


def is_fork_proof(first: Mapping[str, Any], second: Mapping[str, Any], keys: KeyHistory) -> bool:
    """Whether two signed checkpoints (`{statement, sig}`) show that the journal's key signed two histories.

    The same number and other contents, each by the key in force: no witness need be believed, the operator's own
    signatures speak.
    """
    try:
        told = [(statement_from(each["statement"]), bytes.fromhex(each["sig"])) for each in (first, second)]
    except (ValueError, KeyError, TypeError):
        return False
    (one, one_sig), (other, other_sig) = told
    if one.n != other.n or one.digest() == other.digest():
        return False
    signers = [keys.find(each.key_id) for each, _ in told]
    return all(
        key is not None and is_signed(key, each.message(), signature)
        for key, (each, signature) in zip(signers, ((one, one_sig), (other, other_sig)), strict=True)
    )
