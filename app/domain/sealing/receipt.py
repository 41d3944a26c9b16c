"""Receipts of sealed packages and late notices: what the server signs, and how anyone checks it. SEALING.md section 5.

`{v, kind, round, lot, envelopes, rev, package, policy, custody, received_at, entry_hash, pin, key_id, sig}`; `sig` is
Ed25519 by the journal's key over "bidroom package receipt v1" || 0x00 || canonical JSON of the other members, in hex.
All receipts of a lot have one length (attacks.md R08): instants are 13-digit milliseconds, the revision is a text of
six digits. `pin` fixes the journal's past (the root of the newest checkpoint) without telling its size, which would
count the rivals. Needs Python's own library alone: it runs on the machine of a supplier who trusts nobody.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from app.domain.ed25519 import is_signature
from app.domain.sealing.canonical import NotCanonicalError, canonical
from app.domain.sealing.header import EnvelopeKind, Header, package_digest

RECEIPT_VERSION: Final = 1
RECEIVED: Final = "package.received"
WITHDRAWN: Final = "package.withdrawn"
LATE: Final = "package.late"
# The pin of a journal that has no checkpoint yet.
NO_PIN: Final = "0" * 64
REVISION_DIGITS: Final = 6
KEY_ID_LENGTH: Final = 16
_CONTEXT: Final = b"bidroom package receipt v1\x00"
# Thirteen digits: from 2001 to 2286.
_FIRST_INSTANT: Final = 10**12
_LAST_INSTANT: Final = 10**13 - 1

_ID: Final = r"[0-9A-Za-z._-]{1,64}"
_HEX_32: Final = r"[0-9a-f]{64}"
_RECEIPT: Final = {
    "round": _ID,
    "lot": _ID,
    "rev": rf"[0-9]{{{REVISION_DIGITS}}}",
    "package": _HEX_32,
    "policy": _HEX_32,
    "custody": r"server|committee",
    "entry_hash": _HEX_32,
    "pin": _HEX_32,
    "key_id": rf"[0-9a-f]{{{KEY_ID_LENGTH}}}",
    "sig": r"[0-9a-f]{128}",
}
_NOTICE: Final = {name: _RECEIPT[name] for name in ("round", "lot", "package", "key_id", "sig")}
_RECEIPT_MEMBERS: Final = frozenset({*_RECEIPT, "v", "kind", "envelopes", "received_at"})
_NOTICE_MEMBERS: Final = frozenset({*_NOTICE, "v", "kind", "received_at", "closes_at"})


class ReceiptFault(StrEnum):
    """Why a receipt or a notice proves nothing, or proves something else."""

    MALFORMED = "MALFORMED"
    OTHER_KEY = "OTHER_KEY"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    OTHER_PACKAGE = "OTHER_PACKAGE"
    NOT_IN_MANIFEST = "NOT_IN_MANIFEST"


def key_id_of(public_key: bytes) -> str:
    """The short name of a journal's key: the first 8 bytes of its SHA-256 in hex."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_LENGTH]


def sealed_receipt_core(
    header: Header, *, kind: str, custody: str, received_at_ms: int, entry_hash: str, pin: str, key_id: str
) -> dict[str, Any]:
    """A receipt before its signature. Precondition: `kind` is RECEIVED or WITHDRAWN, the header has been accepted.

    Of a withdrawal: `header` is the withdrawn package's, and the receipt bears the tombstone's own revision, one more.
    """
    assert kind in (RECEIVED, WITHDRAWN), "a receipt is of a package received or withdrawn"
    return {
        "v": RECEIPT_VERSION,
        "kind": kind,
        "round": header.binding.round,
        "lot": header.binding.lot,
        "envelopes": [envelope.kind.value for envelope in header.envelopes],
        "rev": _revision(header, kind),
        "package": package_digest(header),
        "policy": header.binding.policy,
        "custody": custody,
        "received_at": received_at_ms,
        "entry_hash": entry_hash,
        "pin": pin,
        "key_id": key_id,
    }


def late_notice_core(
    *, round_id: str, lot: str, package: str, received_at_ms: int, closes_at_ms: int, key_id: str
) -> dict[str, Any]:
    """A late notice before its signature: the package came, and came too late; its bytes are not kept."""
    return {
        "v": RECEIPT_VERSION,
        "kind": LATE,
        "round": round_id,
        "lot": lot,
        "package": package,
        "received_at": received_at_ms,
        "closes_at": closes_at_ms,
        "key_id": key_id,
    }


def receipt_message(core: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: of a receipt and of a late notice alike, told apart by `kind`."""
    return _CONTEXT + canonical({name: item for name, item in core.items() if name != "sig"})


def signed(core: Mapping[str, Any], signature: bytes) -> dict[str, Any]:
    """The core with the signature over `receipt_message(core)`."""
    return {**core, "sig": signature.hex()}


def revision_text(rev: int) -> str:
    """A revision as receipts write it, always equally long."""
    return f"{rev:0{REVISION_DIGITS}d}"


def _revision(header: Header, kind: str) -> str:
    return revision_text(header.binding.rev + (kind == WITHDRAWN))


def check_sealed_receipt(receipt: object, public_key: bytes) -> ReceiptFault | None:
    """What is wrong with a receipt, or None when the journal's key vouches for every member of it."""
    if not isinstance(receipt, Mapping) or not _has_form(receipt, _RECEIPT_MEMBERS, _RECEIPT):
        return ReceiptFault.MALFORMED
    kinds = [kind.value for kind in EnvelopeKind]
    if receipt["kind"] not in (RECEIVED, WITHDRAWN) or receipt["envelopes"] not in (kinds, [EnvelopeKind.PRICE.value]):
        return ReceiptFault.MALFORMED
    return _signature_fault(receipt, public_key)


def check_late_notice(notice: object, public_key: bytes) -> ReceiptFault | None:
    """What is wrong with a late notice, or None. A notice that says it was in time is malformed."""
    if not isinstance(notice, Mapping) or not _has_form(notice, _NOTICE_MEMBERS, _NOTICE) or notice["kind"] != LATE:
        return ReceiptFault.MALFORMED
    if not _is_instant(notice["closes_at"]) or notice["received_at"] < notice["closes_at"]:
        return ReceiptFault.MALFORMED
    return _signature_fault(notice, public_key)


def check_own_package(receipt: Mapping[str, Any], header: Header) -> ReceiptFault | None:
    """Whether a good receipt is of this package. attacks.md R10: another package is not vouched for."""
    binding = header.binding
    expected = {
        "round": binding.round,
        "lot": binding.lot,
        "rev": _revision(header, receipt["kind"]),
        "policy": binding.policy,
        "package": package_digest(header),
        "envelopes": [envelope.kind.value for envelope in header.envelopes],
    }
    is_same = all(receipt[name] == item for name, item in expected.items())
    return None if is_same else ReceiptFault.OTHER_PACKAGE


def check_manifest(receipt: Mapping[str, Any], digests: Sequence[str]) -> ReceiptFault | None:
    """Whether the package of a receipt stands among the live ones at the close (SEALING.md section 4)."""
    return None if receipt["package"] in digests else ReceiptFault.NOT_IN_MANIFEST


def _has_form(value: Mapping[Any, Any], members: frozenset[str], texts: Mapping[str, str]) -> bool:
    if set(value) != members or type(value["v"]) is not int or value["v"] != RECEIPT_VERSION:
        return False
    if not isinstance(value["kind"], str) or not _is_instant(value["received_at"]):
        return False
    return all(
        isinstance(value[name], str) and re.fullmatch(pattern, value[name], re.ASCII) is not None
        for name, pattern in texts.items()
    )


def _is_instant(value: object) -> bool:
    return isinstance(value, int) and type(value) is int and _FIRST_INSTANT <= value <= _LAST_INSTANT


def _signature_fault(value: Mapping[str, Any], public_key: bytes) -> ReceiptFault | None:
    if value["key_id"] != key_id_of(public_key):
        return ReceiptFault.OTHER_KEY
    try:
        message = receipt_message(value)
    except NotCanonicalError:
        return ReceiptFault.MALFORMED
    is_good = is_signature(public_key, message, bytes.fromhex(value["sig"]))
    return None if is_good else ReceiptFault.BAD_SIGNATURE
