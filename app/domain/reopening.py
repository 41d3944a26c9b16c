"""Repeating an opening: from the published secrets every envelope is made again (SEALING.md section 6, attacks.md O17).

Pure: the documents and ciphertexts are the bundle's, the headers the journal's. Whatever differs is a Fault.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.chaining import Fault, Why
from app.domain.checkpointing import is_signed
from app.domain.committee_retracing import record_fault
from app.domain.entries import NotCanonical, parse_body
from app.domain.framing import BadDataError, instant_of, rows_of, text_of
from app.domain.key_auditing import record_key
from app.domain.money import format_amount
from app.domain.package_retracing import Received
from app.domain.refusals import Refusal
from app.domain.sealed_retracing import ToldOpening
from app.domain.sealing.body import PriceOffer
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.package import Finding, Opened, body_sha256, repeat_opening
from app.domain.sealing.policy import KeyPolicy
from app.domain.sealing.record import OPENED, REFUSED, RETURNED_UNOPENED, record_digest, record_message
from app.domain.sealing.record_table import record_table
from app.domain.sealing.rules import PriceTerms, decide_price

# The content of a file of the bundle, or None where it does not hold the file.
Read = Callable[[str], bytes | None]


def opening_file(lot: str, envelope: str) -> str:
    """Name of an opening document inside the bundle."""
    return f"openings/{lot}-{envelope}.json"


def opening_table_file(lot: str, envelope: str) -> str:
    """Name of the same as a table inside the bundle."""
    return f"openings/{lot}-{envelope}.csv"


def alias_file(lot: str) -> str:
    """Name of a lot's map of T-aliases inside the bundle."""
    return f"aliases/{lot}-T.json"


def package_file(ct_sha256: str) -> str:
    """Name of a ciphertext inside the bundle."""
    return f"packages/{ct_sha256}.bin"


@dataclass(frozen=True, slots=True)
class OpeningDuty:
    """Envelopes to be opened again: what the journal says of them, and what they are held against."""

    round: str
    lot: str
    envelope: EnvelopeKind
    told: ToldOpening
    policy: KeyPolicy
    closed_at: datetime
    live: Mapping[str, Received]
    # Of the lot's price; None for technical envelopes.
    terms: PriceTerms | None
    # The one tag whose result is opened again; None: all of them.
    only: str | None = None


@dataclass(slots=True)
class OpenedLot:
    """What the repeated opening gave, by tag."""

    # Tags whose envelope opened (of prices: and whose price counts).
    valid: dict[str, Decimal | None] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)
    # Tags whose envelope was opened, with whatever finding.
    tried: set[str] = field(default_factory=set)


def repeat(duty: OpeningDuty, read: Read) -> OpenedLot | Fault:
    """Open the envelopes again; or the first thing in which the record differs. Raises BadDataError."""
    name = opening_file(duty.lot, duty.envelope)
    content = read(name)
    if content is None:
        return Fault(Why.MISSING, f"{name} is missing from the bundle")
    try:
        document = parse_body(content)
        fault = _frame_fault(duty, document, name, read)
    except NotCanonical:
        return Fault(Why.CANONICAL, f"{name} is not canonical JSON")
    except ValueError:
        return Fault(Why.FORM, f"{name} is not in its form")
    if fault is not None:
        return fault
    by_package = {held.package: (tag, held) for tag, held in duty.live.items()}
    rows = rows_of(document, "results")
    named = [text_of(row, "package") for row in rows]
    if named != sorted(by_package):
        return Fault(Why.REPLAY, f"{name} does not name just the packages that lay in the box at the close, in order")
    found = OpenedLot()
    for row in rows:
        tag, held = by_package[row["package"]]
        if (row.get("tag"), row.get("rev")) != (tag, held.header.binding.rev):
            return Fault(Why.REPLAY, f"{name} gives package {held.package[:8]} another bidder or revision")
        fault = _result_fault(duty, held, row, read, found) if duty.only in (None, tag) else None
        if fault is not None:
            return Fault(fault.why, f"{name}, package {held.package[:8]}: {fault.text}")
    if duty.told.count != len(rows):
        return Fault(Why.REPLAY, f"{name} holds {len(rows)} results, not {duty.told.count}")
    return found


def _frame_fault(duty: OpeningDuty, document: Mapping[str, Any], name: str, read: Read) -> Fault | None:
    if duty.told.digest != record_digest(document):
        return Fault(Why.DIGEST, f"{name} is not the record that the journal names")
    signature = bytes.fromhex(text_of(document, "sig"))
    key = record_key(read, bytes.fromhex(duty.policy.journal_key), document)
    if key is None or not is_signed(key, record_message(document), signature):
        return Fault(Why.SIGNATURE, f"{name} was not signed by the journal's key")
    expected = {"round": duty.round, "lot": duty.lot, "envelope": duty.envelope.value, "custody": duty.policy.custody}
    if any(document.get(member) != value for member, value in expected.items()):
        return Fault(Why.REPLAY, f"{name} is the record of another opening")
    if not duty.closed_at <= instant_of(document, "opened_at") <= duty.told.at:
        return Fault(Why.STATE, f"{name} was opened before the close, or after it was told")
    fault = record_fault(document, duty.told.quorum)
    if fault is not None:
        return Fault(fault.why, f"{name}: {fault.text}")
    return _table_fault(duty, document, read)


def _table_fault(duty: OpeningDuty, document: Mapping[str, Any], read: Read) -> Fault | None:
    """How the table beside a record tells it otherwise, or None; a bundle may have none."""
    name = opening_table_file(duty.lot, duty.envelope)
    told = read(name)
    try:
        is_same = told is None or told == record_table(document)
    except (KeyError, TypeError, AttributeError):
        raise BadDataError("the opening record is not in its form") from None
    return None if is_same else Fault(Why.REPLAY, f"{name} is not the table of the signed record")


def _result_fault(
    duty: OpeningDuty, held: Received, row: Mapping[str, Any], read: Read, found: OpenedLot
) -> Fault | None:
    """What is wrong with one result; notes in ``found`` what it gave."""
    result, tag = text_of(row, "result"), held.header.binding.tag
    if result == RETURNED_UNOPENED:
        if any(row.get(member) is not None for member in ("secret", "body_sha256", "amount")):
            return Fault(Why.STATE, "it was returned unopened, but something of it is told")
        found.returned.add(tag)
        return None
    found.tried.add(tag)
    envelope = held.header.envelope(duty.envelope)
    if envelope is None:
        return Fault(Why.REPLAY, "it has no such envelope")
    ct = read(package_file(envelope.ct_sha256))
    if row.get("secret") is None:
        return _unrepeated_fault(result, ct, envelope.ct_sha256)
    if ct is None:
        return Fault(Why.MISSING, f"{package_file(envelope.ct_sha256)} is missing from the bundle")
    if row.get("ct_sha256") != envelope.ct_sha256:
        return Fault(Why.REPLAY, "it names another ciphertext than the package")
    lock = bytes.fromhex(duty.policy.server_lock)
    opened = repeat_opening(lock, held.header.binding, envelope, ct, _secret(row), duty.policy.committee)
    if not isinstance(opened, Opened):
        return None if result == opened.value else Fault(Why.REPLAY, f"opened again it is {opened.value}, not {result}")
    if row.get("body_sha256") != body_sha256(opened.body):
        return Fault(Why.REPLAY, "opened again it holds another body")
    return _offer_fault(duty, opened, row, found)


def _unrepeated_fault(result: str, ct: bytes | None, ct_sha256: str) -> Fault | None:
    """An envelope whose wrap gave no secret cannot be repeated: its finding must be one of those."""
    if result == Finding.ALTERED_IN_CUSTODY and ct is not None and hashlib.sha256(ct).hexdigest() == ct_sha256:
        return Fault(Why.REPLAY, "said to be altered in custody, but its bytes are those that were receipted")
    if result in tuple(Finding):
        return None
    return Fault(Why.REPLAY, f"{result} without the secret that would show it")


def _secret(row: Mapping[str, Any]) -> bytes:
    try:
        return bytes.fromhex(text_of(row, "secret"))
    except ValueError:
        raise BadDataError("a secret is not in its form") from None


def _offer_fault(duty: OpeningDuty, opened: Opened, row: Mapping[str, Any], found: OpenedLot) -> Fault | None:
    result, tag = text_of(row, "result"), text_of(row, "tag")
    if not isinstance(opened.offer, PriceOffer) or duty.terms is None:
        found.valid[tag] = None
        return None if result == OPENED else Fault(Why.REPLAY, f"opened again it is in order, not {result}")
    offer, terms = opened.offer, duty.terms
    decided = decide_price(terms, lot=offer.lot, currency=offer.currency, scale=offer.scale, amount=offer.amount)
    expected = f"{REFUSED}{decided.code.value}" if isinstance(decided, Refusal) else OPENED
    if result != expected:
        return Fault(Why.REPLAY, f"by the rules its price is {expected}, not {result}")
    if row.get("amount") != offer.amount:
        return Fault(Why.REPLAY, "opened again it holds another amount")
    if isinstance(decided, Decimal):
        if format_amount(decided, terms.scale) != offer.amount:
            return Fault(Why.REPLAY, "its amount is not written at the lot's scale")
        found.valid[tag] = decided
    return None
