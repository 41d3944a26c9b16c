"""Evidence from outside: receipts that bidders hold and checkpoints that a witness holds (JOURNAL.md section 3).

Pure. An operator who rewrites and re-signs the whole journal is caught by any one of them: their signatures are his,
and what they name is no longer there.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from app.domain.bundling import ChainScope
from app.domain.chaining import Fault, Why
from app.domain.checkpointing import Statement, statement_from
from app.domain.covering import TOLERANCE_MS
from app.domain.entries import to_milliseconds
from app.domain.framing import BadDataError, instant_of
from app.domain.key_auditing import checkpoint_fault, receipt_key
from app.domain.key_history import HistoryFault, KeyHistory
from app.domain.kinds import Kind
from app.domain.own_proving import PROOF_KIND
from app.domain.receipts import KIND as LIVE_KIND
from app.domain.receipts import ReceiptFault, check_receipt
from app.domain.reporting import Finding
from app.domain.sealing.receipt import (
    LATE,
    NO_PIN,
    RECEIVED,
    WITHDRAWN,
    check_late_notice,
    check_sealed_receipt,
    key_id_of,
)
from app.domain.stating import KIND as STATED
from app.domain.stating import check_statement, statement_difference

_SEALED_KINDS: Final = (RECEIVED, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """A receipt, and the file it was handed in as."""

    name: str
    members: Mapping[str, Any]

    @property
    def chain(self) -> str:
        """The chain its entry stands in: a bid's is its lot's, a result's its tender's."""
        if self.members["kind"] == STATED:
            return f"tender:{self.members['tender']}"
        return f"lot:{self.members['lot']}"


@dataclass(slots=True)
class ReceiptAudit:
    """Holds receipts against a journal while that is read: first `begin`, then every checkpoint and line."""

    count: int = 0
    # Receipts of lots that the bundle does not hold, or not as far.
    elsewhere: int = 0
    _by_hash: dict[str, list[HeldReceipt]] = field(default_factory=dict)
    # Of chains that end early: an older entry than the last one shown must be there, a newer one may not be shown yet.
    _early: dict[str, list[HeldReceipt]] = field(default_factory=dict)
    _pins: dict[str, HeldReceipt] = field(default_factory=dict)

    def begin(self, held: Iterable[HeldReceipt], keys: KeyHistory, chains: Mapping[str, bool]) -> list[Finding]:
        """What is wrong with the receipts themselves; ``chains`` tells for each chain whether the bundle has it whole.

        attacks.md R10: a changed byte, another key.
        """
        findings = []
        for one in held:
            self.count += 1
            fault = _receipt_fault(one.members, keys)
            if fault is not None:
                findings.append(Finding(Why.SIGNATURE, f"the receipt proves nothing: {fault}", file=one.name))
            elif one.members["kind"] == LATE or one.chain not in chains or not (chains[one.chain] or _has_time(one)):
                self.elsewhere += 1
            else:
                held_in = self._by_hash if chains[one.chain] else self._early
                held_in.setdefault(one.members["entry_hash"], []).append(one)
                pin = one.members.get("pin", NO_PIN)
                if pin != NO_PIN:
                    self._pins.setdefault(pin, one)
        return findings

    def see_root(self, root: str) -> None:
        """A checkpoint of the journal: receipts that are pinned to it stand."""
        self._pins.pop(root, None)

    def see_entry(self, entry_hash: str, body: bytes) -> list[Finding]:
        """An entry of the journal: receipts that name it must say what it says."""
        findings = []
        for one in (*self._by_hash.pop(entry_hash, ()), *self._early.pop(entry_hash, ())):
            text = _difference(one.members, orjson.loads(body))
            if text is not None:
                findings.append(Finding(Why.REPLAY, f"the receipt's entry says otherwise: {text}", file=one.name))
        return findings

    def finish(self, ends: Mapping[str, int] | None = None, as_of_ms: int | None = None) -> list[Finding]:
        """The receipts whose entry or checkpoint is not in the journal (attacks.md R11, G04).

        `ends`: by chain the time of its last entry; `as_of_ms`: when the bundle was taken. What is newer is elsewhere.
        """
        whole = [(one, as_of_ms) for held in self._by_hash.values() for one in held]
        early = [(one, (ends or {}).get(one.chain, 0)) for held in self._early.values() for one in held]
        newer = {id(one) for one, until_ms in whole + early if _may_be_newer(one, until_ms)}
        lost = [one for one, _ in whole + early if id(one) not in newer]
        self.elsewhere += len(newer)
        findings = [
            Finding(Why.MISSING, "the receipt names an entry that is not in the journal", file=one.name) for one in lost
        ]
        known = {id(one) for one in lost} | newer
        findings += [
            Finding(
                Why.CHECKPOINT, "the receipt names a checkpoint that is not among those of the journal", file=one.name
            )
            for one in self._pins.values()
            if id(one) not in known
        ]
        return findings


def _has_time(one: HeldReceipt) -> bool:
    """Whether it says when its entry was written; a told result does not."""
    return bool(one.members["kind"] != STATED)


def _may_be_newer(one: HeldReceipt, until_ms: int | None) -> bool:
    """Whether a receipt's entry may come after what is shown of its chain."""
    if until_ms is None or not _has_time(one):
        return False
    told = one.members["received_at"]
    try:
        at_ms: int = told if type(told) is int else to_milliseconds(instant_of(one.members, "received_at"))
    except BadDataError:
        return False
    return at_ms + TOLERANCE_MS > until_ms


def read_receipts(name: str, content: bytes) -> list[HeldReceipt]:
    """The receipts of a file: one, or a list of them. Raises BadDataError."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise BadDataError(f"{name} is not JSON") from None
    listed = value if isinstance(value, list) else [value]
    if not _are_receipts(listed):
        raise BadDataError(f"{name} holds no receipt")
    # A bidder's proof of a tender holds its receipts, and what it was told of its result.
    parts = [each for one in listed for each in ([*one["receipts"], *one["statements"]] if _is_proof(one) else [one])]
    return [HeldReceipt(name, one) for one in parts]


def _is_proof(value: Mapping[str, Any]) -> bool:
    return value["kind"] == PROOF_KIND and all(_are_receipts(value.get(name)) for name in ("receipts", "statements"))


def _are_receipts(listed: object) -> bool:
    return isinstance(listed, list) and all(
        isinstance(one, dict) and isinstance(one.get("kind"), str) for one in listed
    )


def _receipt_fault(receipt: Mapping[str, Any], keys: KeyHistory) -> str | None:
    kind, public_key = receipt["kind"], receipt_key(keys, receipt)
    if isinstance(public_key, HistoryFault):
        return public_key.value
    key_id = key_id_of(public_key)
    if kind == LIVE_KIND:
        try:
            live = check_receipt(receipt, public_key, key_id)
        except IndexError:
            # A step of its path is empty.
            return ReceiptFault.MALFORMED.value
        return None if live is None else live.value
    if kind in _SEALED_KINDS or kind == LATE:
        check = check_late_notice if kind == LATE else check_sealed_receipt
        sealed = check(receipt, public_key)
        return None if sealed is None else sealed.value
    if kind == STATED:
        stated = check_statement(receipt, public_key, key_id)
        return None if stated is None else stated.value
    return "its kind is not known"


def _difference(receipt: Mapping[str, Any], body: Mapping[str, Any]) -> str | None:
    if receipt["kind"] == STATED:
        return statement_difference(receipt, body)
    data = body["data"]
    try:
        received_at = to_milliseconds(instant_of(data, "received_at"))
        if receipt["kind"] == LIVE_KIND:
            told_at = to_milliseconds(instant_of(receipt, "received_at"))
            expected = {"kind": Kind.BID_ACCEPTED.value, "bid_id": data.get("bid_id"), "amount": data.get("amount")}
            if receipt.get("sent") != data.get("sent"):
                return "sent"
        else:
            told_at = receipt["received_at"]
            expected = {"kind": body["kind"], "package": data.get("package"), "rev": f"{data.get('rev', 0):06d}"}
    except (BadDataError, TypeError, ValueError):
        return "the entry is of another kind"
    for name, value in {**expected, "lot": body.get("lot")}.items():
        if receipt[name] != value:
            return name
    return None if (body["kind"], told_at) == (receipt["kind"], received_at) else "received_at"


@dataclass(slots=True)
class WitnessAudit:
    """Holds a witness's checkpoints against those of a bundle: `read` them first, then `see` each of the bundle's."""

    newest: Statement | None = None
    seen: int = 0
    # How many are newer than the instant at which the bundle says that it was taken.
    newer: int = 0
    _digests: dict[int, str] = field(default_factory=dict)
    _times: dict[int, int] = field(default_factory=dict)

    def read(self, lines: Iterable[bytes], keys: KeyHistory) -> Fault | None:
        """Take the witness's lines, `{"statement": …, "sig": …}` as in `checkpoints.jsonl`; or what is wrong."""
        for number, line in enumerate(lines, start=1):
            try:
                value = json.loads(line)
                told, signature = statement_from(value["statement"]), bytes.fromhex(value["sig"])
            except (ValueError, KeyError, TypeError, RecursionError):
                return Fault(Why.FORM, f"line {number} is not a checkpoint")
            unsigned = checkpoint_fault(keys, told, signature)
            if unsigned is not None:
                return Fault(Why.SIGNATURE, unsigned)
            self._digests[told.n] = told.digest()
            self._times[told.n] = told.at_ms
            if self.newest is None or told.n > self.newest.n:
                self.newest = told
        return None

    def see(self, statement: Statement) -> Fault | None:
        """A checkpoint of the bundle: is it the one that the witness holds?"""
        known = self._digests.get(statement.n)
        if known is None:
            return None
        self.seen += 1
        if known != statement.digest():
            return Fault(Why.CHECKPOINT, f"the witness holds another checkpoint {statement.n}")
        return None

    def finish(self, last: Statement | None, as_of: int) -> Fault | None:
        """What the witness knows and the bundle lacks: checkpoints signed until the bundle was taken (G04)."""
        known = [n for n, at_ms in self._times.items() if at_ms <= as_of]
        self.newer = len(self._times) - len(known)
        newest = max(known, default=0)
        if last is not None and last.n >= newest:
            return None
        return Fault(Why.MISSING, f"the witness holds checkpoint {newest}, which the bundle lacks") if newest else None


@dataclass(slots=True)
class GrowthAudit:
    """Proves that a newer bundle only appends: it still holds the entry with which each older chain ended (G10)."""

    _wanted: dict[str, ChainScope] = field(default_factory=dict)

    def begin(self, chains: Iterable[ChainScope]) -> None:
        """The ends of the older bundle's chains. An entry's hash binds its chain and number."""
        self._wanted = {scope.hash: scope for scope in chains if scope.seq}

    def see_entry(self, entry_hash: str) -> None:
        """An entry of the newer bundle."""
        self._wanted.pop(entry_hash, None)

    def finish(self) -> list[Finding]:
        """The chains that were cut or changed since."""
        return [
            Finding(Why.MISSING, "the newer bundle lacks this entry of the older one", chain=scope.chain, seq=scope.seq)
            for scope in self._wanted.values()
        ]
