"""Retracing the packages of one lot: what was received, replaced and taken back, by the rules of SEALING.md section 4.

Pure, one entry of the lot's chain at a time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import BadDataError, instant_of, number_of, text_of
from app.domain.kinds import Kind
from app.domain.replaying import WRITING
from app.domain.sealed_retracing import SealedRetrace
from app.domain.sealing.header import Header, HeaderFault, header_from_json, package_digest
from app.domain.sealing.rules import (
    PRICE,
    TECHNICAL,
    Revision,
    decide_envelopes,
    decide_revision,
    decide_withdrawal,
)
from app.domain.sealing.suite import TAG_BYTES

PACKAGE_KINDS: Final = (Kind.PACKAGE_RECEIVED, Kind.PACKAGE_WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Received:
    """A package that lies in the box."""

    package: str
    header: Header
    received_at: datetime


class PackageRetrace:
    """Folds the packages of one lot's chain."""

    def __init__(self, lot: str, sealed: SealedRetrace) -> None:
        self.lot = lot
        self._live: dict[str, Received] = {}
        self._sealed = sealed
        self._last: dict[str, Revision] = {}

    @property
    def live(self) -> dict[str, Received]:
        """The live package of each tag: after rekeying, what was sealed under an older key policy is void."""
        in_force = self._sealed.policy_digest
        return {tag: held for tag, held in self._live.items() if held.header.binding.policy == in_force}

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with this entry after those before it. Raises BadDataError."""
        if entry.kind not in PACKAGE_KINDS:
            return None
        if entry.tag is None:
            raise BadDataError("a package has a tag")
        fault = self._moment_fault(entry)
        if fault is not None:
            return fault
        if entry.kind is Kind.PACKAGE_RECEIVED:
            return self._received(entry, entry.tag)
        return self._withdrawn(entry, entry.tag)

    def _moment_fault(self, entry: Entry) -> Fault | None:
        sealed, received_at = self._sealed, instant_of(entry.data, "received_at")
        close = sealed.closes_at(entry.at)
        if sealed.rules is None or close is None:
            return Fault(Why.STATE, "received before the sealed round was open")
        if not sealed.rules.opens_at <= received_at < close:
            return Fault(Why.STATE, f"received at {received_at}; the round was open until just before {close}")
        if received_at > entry.at + WRITING:
            return Fault(Why.FORM, "received after it was written")
        if sealed.closed_at is not None and entry.at > sealed.closed_at:
            return Fault(Why.STATE, "written after the sealed round was closed")
        return None

    def _received(self, entry: Entry, tag: str) -> Fault | None:
        header = header_from_json(entry.data.get("header"))
        if isinstance(header, HeaderFault):
            return Fault(Why.FORM, f"the header of the package is not in its form: {header.value}")
        package, bound = package_digest(header), header.binding
        if package != entry.data.get("package"):
            return Fault(Why.DIGEST, "the digest beside the package is not its header's")
        is_bound = (bound.round, bound.lot, bound.tag) == (self._sealed.round, self.lot, tag)
        if not is_bound or bound.policy not in self._sealed.policies_at(entry.at) - {""}:
            return Fault(Why.STATE, "the package is bound to another round, lot, bidder or key policy")
        if (number_of(entry.data, "rev"), text_of(entry.data, "prev")) != (bound.rev, bound.prev):
            return Fault(Why.REPLAY, "revision or predecessor beside the package are not its header's")
        if any(len(envelope.wraps) != self._seats() for envelope in header.envelopes):
            return Fault(Why.REPLAY, "received without a wrap for each seat of the committee")
        sizes = {envelope.kind.value: envelope.size for envelope in header.envelopes}
        refusal = decide_revision(self._last.get(tag), rev=bound.rev, prev=bound.prev)
        refusal = refusal or decide_envelopes(sizes, self._sizes())
        if refusal is not None:
            return Fault(Why.REPLAY, f"received, but by the rules this package is refused: {refusal.code.value}")
        self._last[tag] = Revision(bound.rev, package, is_withdrawn=False)
        self._live[tag] = Received(package, header, instant_of(entry.data, "received_at"))
        return None

    def _withdrawn(self, entry: Entry, tag: str) -> Fault | None:
        rev, last = number_of(entry.data, "rev"), self._last.get(tag)
        refusal = decide_withdrawal(last, rev=rev)
        if refusal is not None or last is None:
            code = "" if refusal is None else refusal.code.value
            return Fault(Why.REPLAY, f"withdrawn, but by the rules this is refused: {code}")
        if entry.data.get("package") != last.package:
            return Fault(Why.REPLAY, "the withdrawal names another package than the bidder's last")
        self._last[tag] = Revision(rev, last.package, is_withdrawn=True)
        del self._live[tag]
        return None

    def _seats(self) -> int:
        rules = self._sealed.rules
        return 0 if rules is None or rules.committee is None else len(rules.committee.seats)

    def _sizes(self) -> dict[str, int]:
        rules = self._sealed.rules
        if rules is None:
            raise BadDataError("the tender has no sealed round")
        price = {PRICE: rules.price_bucket + TAG_BYTES}
        return {TECHNICAL: rules.tech_bucket + TAG_BYTES, **price} if rules.has_technical else price
