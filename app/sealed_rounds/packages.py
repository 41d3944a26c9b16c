"""What was sent, looked at for its form alone: is it a sealed package of this round? No database, no clock.

Everything slow about a commit (base64, digests, points of the curve) is done here, before any lock is taken.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import EnvelopeKind, Header, HeaderFault, decode, header_from_json, package_digest
from app.domain.sealing.rules import Bound, decide_envelopes
from app.domain.sealing.suite import is_point


@dataclass(frozen=True, slots=True)
class CommitPackage:
    """A commit as it came: `header`, `price` and `upload_id` are whatever JSON was sent. `lot_id` is the address's."""

    round_id: str
    lot_id: str
    header: object
    price: object
    upload_id: object
    received_at: datetime
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawPackage:
    """A withdrawal: `rev` is the number of the tombstone, one above the last revision."""

    round_id: str
    lot_id: str
    rev: int
    received_at: datetime
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Announce:
    """A technical ciphertext about to be sent."""

    lot_id: str
    size: int
    sha256: str
    received_at: datetime
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package whose form is right; whether it belongs here and comes in time is decided under the lock."""

    header: Header
    digest: str
    price_ct: bytes
    upload_id: str | None

    @property
    def bound(self) -> Bound:
        """What it says it belongs to."""
        binding = self.header.binding
        return Bound(binding.round, binding.lot, binding.tag, binding.policy)


def read_package(command: CommitPackage, sizes: Mapping[str, int], seats: int = 0) -> Sealed | Refusal:
    """The sealed package of a commit, or why it is none. attacks.md S01, S15: nothing of it is stored or repeated.

    `seats`: how many members the committee has, each of whom needs a wrap; none in server custody.
    """
    header = header_from_json(command.header)
    if isinstance(header, HeaderFault):
        return _not_sealed("header")
    refusal = decide_envelopes({envelope.kind.value: envelope.size for envelope in header.envelopes}, sizes)
    if refusal is not None:
        return refusal
    price_ct = _price_ct(command.price, sizes[EnvelopeKind.PRICE])
    if isinstance(price_ct, Refusal):
        return price_ct
    price = header.envelope(EnvelopeKind.PRICE)
    if price is None or len(price_ct) != price.size or hashlib.sha256(price_ct).hexdigest() != price.ct_sha256:
        return _not_sealed("price")
    if not all(len(envelope.wraps) == seats for envelope in header.envelopes):
        return _not_sealed("wraps")
    points = (point for each in header.envelopes for point in (each.enc, *(wrap.enc for wrap in each.wraps)))
    if not all(is_point(point) for point in points):
        return _not_sealed("point")
    upload_id = command.upload_id
    if upload_id is not None and not isinstance(upload_id, str):
        return _not_sealed("upload")
    has_technical = header.envelope(EnvelopeKind.TECH) is not None
    if has_technical != (upload_id is not None):
        return Refusal(Code.UPLOAD_INCOMPLETE, {}) if has_technical else _not_sealed("upload")
    return Sealed(header, package_digest(header), price_ct, upload_id)


def _price_ct(sent: object, size: int) -> bytes | Refusal:
    ct: Any = sent.get("ct") if isinstance(sent, Mapping) and set(sent) == {"ct"} else None
    if not isinstance(ct, str):
        return _not_sealed("price")
    # Four characters for three bytes: what is longer is over its bucket, whatever it says.
    if len(ct) * 3 > (size + 3) * 4:
        return Refusal(Code.TOO_LARGE, {"envelope": EnvelopeKind.PRICE.value, "size": str(size)})
    return decode(ct) or _not_sealed("price")


def _not_sealed(why: str) -> Refusal:
    return Refusal(Code.NOT_SEALED, {"why": why})
