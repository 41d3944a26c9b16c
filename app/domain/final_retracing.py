"""Retracing best-and-final rounds: who was invited until when, what came in, that opening it again gives the same
prices, and that contracts stand at them (JOURNAL.md section 4, "state rules").

Pure, one entry of the tender's chain at a time; header and ciphertext of an offer stand in its own entry, so that the
journal alone repeats the opening.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, canonical_bytes
from app.domain.final_offers import MOST_ROUNDS, price_in_force, rules_digest, terms_of
from app.domain.framing import BadDataError, instant_of, rows_of, text_of
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.package_retracing import Received
from app.domain.procedures import Procedure
from app.domain.procurement_methods import allows_final_offers
from app.domain.reopening import OpeningDuty, opening_file, package_file, repeat
from app.domain.replaying import WRITING
from app.domain.sealed_retracing import ToldOpening
from app.domain.sealing.header import EnvelopeKind, Header, decode, header_from_json, package_digest
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_from_json
from app.domain.sealing.record import record_digest
from app.domain.sealing.rules import Revision, decide_revision

KINDS: Final = frozenset(
    {Kind.BAFO_INVITED, Kind.BAFO_RECEIVED, Kind.BAFO_OPENED, Kind.BAFO_CANCELLED, Kind.CONTRACT_DRAFTED}
)
# (lot, supplier) of an award.
_Place = tuple[str, str]


@dataclass(slots=True)
class _Round:
    id: str
    closes_at: datetime
    policy: KeyPolicy
    digest: str
    suppliers: frozenset[str]
    # By lot and tag: the last offer, and its ciphertext by the name it has in a bundle.
    live: dict[tuple[str, str], Received] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


class FinalRetrace:
    """Folds the best-and-final rounds of one tender's award."""

    def __init__(self) -> None:
        self._open: _Round | None = None
        self._count = 0
        # Of a decision that was reopened: to be called off, never to be opened.
        self._gone: set[str] = set()
        self._opened: dict[_Place, Decimal] = {}

    def reopen(self) -> None:
        """The decision is open again: its rounds, and what they gave, count no more."""
        if self._open is not None:
            self._gone.add(self._open.id)
        self._open, self._count, self._opened = None, 0, {}

    def take(self, entry: Entry, awards: Mapping[_Place, Decimal], document: Mapping[str, Any]) -> Fault | None:
        """What is wrong with this entry; `awards`: the prices of the award that stands. Raises BadDataError."""
        match entry.kind:
            case Kind.BAFO_INVITED:
                return self._invited(entry, awards, document)
            case Kind.BAFO_RECEIVED:
                return self._received(entry)
            case Kind.BAFO_OPENED:
                return self._told(entry, awards, document)
            case Kind.BAFO_CANCELLED:
                return self._cancelled(entry)
            case Kind.CONTRACT_DRAFTED if awards:
                return self._drafted(entry, awards, document)
            case _:
                return None

    def in_force(self, awards: Mapping[_Place, Decimal]) -> dict[_Place, Decimal]:
        """The prices in force."""
        told = {place: [self._opened[place]] if place in self._opened else [] for place in awards}
        return {place: price_in_force(amount, told[place]) for place, amount in awards.items()}

    def _invited(self, entry: Entry, awards: Mapping[_Place, Decimal], document: Mapping[str, Any]) -> Fault | None:
        policy, closes_at = policy_from_json(entry.data.get("policy")), instant_of(entry.data, "closes_at")
        if not isinstance(policy, KeyPolicy) or policy_digest(policy) != entry.data.get("digest"):
            return Fault(Why.DIGEST, "the key policy of the final round is none, or not that of its digest")
        told, reason = text_of(entry.data, "closes_at"), text_of(entry.data, "reason")
        if policy.rules_digest != rules_digest(policy.round, told, reason) or policy.round != entry.data.get("round"):
            return Fault(Why.DIGEST, "the key policy of the final round is bound to another close or reason")
        suppliers = frozenset(_texts(entry.data, "suppliers"))
        if {supplier for _, supplier in awards} != suppliers or {lot for lot, _ in awards} != set(policy.lots):
            return Fault(Why.STATE, "final offers were asked of others than just the suppliers of the award")
        if not allows_final_offers(document, _procedure(document)):
            return Fault(Why.STATE, "the procurement method has no best-and-final round")
        if self._open is not None or self._count >= MOST_ROUNDS:
            return Fault(Why.STATE, "a best-and-final round beside another one, or one too many")
        if closes_at <= entry.at:
            return Fault(Why.STATE, "a best-and-final round that was over when it began")
        self._count += 1
        self._open = _Round(text_of(entry.data, "round"), closes_at, policy, policy_digest(policy), suppliers)
        return None

    def _received(self, entry: Entry) -> Fault | None:
        if text_of(entry.data, "round") in self._gone:
            return None
        held = self._open
        if held is None or held.id != entry.data.get("round"):
            return Fault(Why.STATE, "a final offer outside of an open round")
        received_at = instant_of(entry.data, "received_at")
        if received_at >= held.closes_at or received_at > entry.at + WRITING:
            return Fault(Why.STATE, f"a final offer of {received_at}; the round was open until just before its close")
        header, ct = header_from_json(entry.data.get("header")), decode(entry.data.get("ct"))
        if not isinstance(header, Header) or ct is None or entry.tag is None:
            return Fault(Why.FORM, "a final offer is not in its form")
        bound, lot = header.binding, text_of(entry.data, "lot")
        if (bound.round, bound.lot, bound.tag, bound.policy) != (held.id, lot, entry.tag, held.digest):
            return Fault(Why.STATE, "a final offer is bound to another round, lot, supplier or key policy")
        if lot not in held.policy.lots or package_digest(header) != entry.data.get("package"):
            return Fault(Why.DIGEST, "a final offer is of another lot, or its digest not its header's")
        last = held.live.get((lot, entry.tag))
        before = None if last is None else Revision(last.header.binding.rev, last.package, is_withdrawn=False)
        refusal = decide_revision(before, rev=bound.rev, prev=bound.prev)
        if refusal is not None or len(header.envelopes) != 1:
            return Fault(Why.REPLAY, "a final offer came in that by the rules is refused")
        held.live[lot, entry.tag] = Received(package_digest(header), header, received_at)
        held.files[package_file(header.envelopes[0].ct_sha256)] = ct
        return None

    def _told(self, entry: Entry, awards: Mapping[_Place, Decimal], document: Mapping[str, Any]) -> Fault | None:
        held, prices = self._open, self.in_force(awards)
        if held is None or held.id != entry.data.get("round"):
            return Fault(Why.STATE, "final offers were opened outside of an open round")
        tags = {text_of(entry.data["tags"], supplier): supplier for supplier in _mapping(entry.data, "tags")}
        if frozenset(tags.values()) != held.suppliers or not {tag for _, tag in held.live} <= tags.keys():
            return Fault(Why.STATE, "final offers were opened of others than those who were invited")
        lots = _lots(document)
        if not {lot for lot, _ in prices} <= lots.keys():
            raise BadDataError("an award is of no lot of the document")
        before = {
            (text_of(row, "lot"), text_of(row, "supplier")): text_of(row, "before")
            for row in rows_of(entry.data, "prices")
        }
        if before != {place: format_amount(amount, lots[place[0]][1]) for place, amount in prices.items()}:
            return Fault(Why.REPLAY, "the prices before the opening are not those in force")
        records = rows_of(entry.data, "records")
        if sorted(text_of(record, "lot") for record in records) != sorted(held.policy.lots):
            return Fault(Why.REPLAY, "the opening does not tell of just the lots of the round")
        for record in records:
            fault = self._repeat(entry, held, record, tags=tags, prices=prices, document=document)
            if fault is not None:
                return fault
        self._open = None
        return None

    def _repeat(
        self,
        entry: Entry,
        held: _Round,
        record: Mapping[str, Any],
        *,
        tags: Mapping[str, str],
        prices: Mapping[_Place, Decimal],
        document: Mapping[str, Any],
    ) -> Fault | None:
        """Open the offers of a lot again, each against its own supplier's price in force."""
        lot = text_of(record, "lot")
        told = ToldOpening(entry.seq, entry.at, record_digest(record), len(rows_of(record, "results")))
        live = {tag: received for (each, tag), received in held.live.items() if each == lot}
        files = {**held.files, opening_file(lot, EnvelopeKind.PRICE.value): canonical_bytes(record)}
        scale = _lots(document)[lot][1]
        for tag in [*live] or [""]:
            ceiling = prices.get((lot, tags.get(tag, "")))
            if tag and ceiling is None:
                return Fault(Why.STATE, "a final offer for a lot that its supplier was not awarded")
            duty = OpeningDuty(
                round=held.id,
                lot=lot,
                envelope=EnvelopeKind.PRICE,
                told=told,
                policy=held.policy,
                closed_at=held.closes_at,
                live=live,
                terms=terms_of(lot, str(document["currency"]), scale, ceiling or Decimal(0)),
                only=tag,
            )
            found = repeat(duty, files.get)
            if isinstance(found, Fault):
                return found
            amount = found.valid.get(tag)
            if amount is not None:
                self._opened[lot, tags[tag]] = amount
        return None

    def _cancelled(self, entry: Entry) -> Fault | None:
        named, held = text_of(entry.data, "round"), self._open
        if entry.data.get("proposal") is None:
            return None if named in self._gone else Fault(Why.STATE, "a final round was called off by nobody")
        if held is None or held.id != named or entry.at > held.closes_at + WRITING:
            return Fault(Why.STATE, "a final round was called off that was not open")
        self._open = None
        return None

    def _drafted(self, entry: Entry, awards: Mapping[_Place, Decimal], document: Mapping[str, Any]) -> Fault | None:
        if self._open is not None:
            return Fault(Why.STATE, "a contract was written while final offers could come in")
        supplier, lots = text_of(entry.data, "supplier"), _lots(document)
        due = {
            lots[lot][0]: format_amount(amount, lots[lot][1])
            for (lot, whose), amount in self.in_force(awards).items()
            if whose == supplier and lot in lots
        }
        told = {row.get("number"): row.get("amount") for row in rows_of(_mapping(entry.data, "document"), "lots")}
        return None if not due or told == due else Fault(Why.REPLAY, "a contract is not written at the prices in force")


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    if not isinstance(value, dict):
        raise BadDataError(f"{name} is not in its form")
    return value


def _texts(data: Mapping[str, Any], name: str) -> list[str]:
    value = data.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadDataError(f"{name} is not in its form")
    return value


def _lots(document: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """{lot: its number and scale}."""
    try:
        return {str(lot["id"]): (int(lot["number"]), int(lot["scale"])) for lot in document.get("lots", ())}
    except (KeyError, TypeError, ValueError):
        raise BadDataError("the lots of the document are not in their form") from None


def _procedure(document: Mapping[str, Any]) -> Procedure:
    try:
        kinds = {str(one["kind"]) for one in document["rounds"]}
    except (KeyError, TypeError):
        raise BadDataError("the rounds of the document are not in their form") from None
    if "live" not in kinds:
        return Procedure.SEALED
    return Procedure.SEALED_LIVE if "sealed" in kinds else Procedure.LIVE
