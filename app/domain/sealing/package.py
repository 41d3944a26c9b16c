"""Sealing, opening and repeating an envelope. SEALING.md sections 3 and 6; server custody: the key uses V alone.

    swrap  = HPKE.Seal(server lock, info = "server|" + ctx, V), its ephemeral key derived from V
    cek    = HKDF(V, "cek|" + ctx);  commit = HKDF(V, "commit|" + ctx)
    ct     = AES-256-GCM(cek, nonce 0, padded body, aad = ctx)          the key is used once

Everything random derives from V, so whoever is told V after the opening makes wrap, commitment and ciphertext again
byte for byte and sees who cheated. What an opening cannot read is a Finding, never an exception.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.sealing.body import BodyFault, PriceOffer, TechnicalOffer, pad, unpack
from app.domain.sealing.header import (
    Binding,
    Envelope,
    EnvelopeKind,
    Header,
    HeaderFault,
    context,
    decode,
    encode,
    first_difference,
    header_from_json,
    header_json,
    package_digest,
)
from app.domain.sealing.suite import (
    KEY_BYTES,
    TAG_BYTES,
    OpeningError,
    hkdf,
    hpke_open,
    hpke_seal,
    is_point,
    public_of,
)

__all__ = [
    "Binding",
    "Envelope",
    "EnvelopeKind",
    "Finding",
    "Header",
    "HeaderFault",
    "Opened",
    "body_sha256",
    "context",
    "decode",
    "encode",
    "first_difference",
    "header_from_json",
    "header_json",
    "open_envelope",
    "package_digest",
    "repeat_opening",
    "seal_envelope",
    "sealed_size",
]

# The key is used for this one message, so a fixed nonce repeats nothing.
_NONCE: Final = bytes(12)


class Finding(StrEnum):
    """Why an envelope did not open, and whose doing it is (SEALING.md section 6)."""

    BIDDER_MALFORMED = "bidder_malformed"
    ALTERED_IN_CUSTODY = "altered_in_custody"
    UNREADABLE_BODY = "unreadable_body"
    NOT_OPENED = "not_opened"


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened envelope: its secret V, its padded body, and the offer that the body says."""

    secret: bytes = field(repr=False)
    body: bytes = field(repr=False)
    offer: PriceOffer | TechnicalOffer = field(repr=False)


def sealed_size(bucket: int) -> int:
    """The length of every ciphertext of a bucket."""
    return bucket + TAG_BYTES


def body_sha256(body: bytes) -> str:
    """The digest of a padded body, as opening records name it."""
    return hashlib.sha256(body).hexdigest()


def seal_envelope(
    server_lock_public: bytes, binding: Binding, kind: EnvelopeKind, body: bytes, bucket: int, secret: bytes
) -> tuple[Envelope, bytes]:
    """(envelope, ciphertext) of a body. Precondition: a fresh secret of 32 random bytes, a body that fits its bucket.

    Pure: the same arguments give the same bytes.
    """
    if len(secret) != KEY_BYTES or not is_point(server_lock_public):
        raise ValueError("a secret has 32 bytes and a lock is a point of the curve")
    ctx = context(binding, kind)
    enc, swrap = _wrap(server_lock_public, ctx, secret)
    ct = AESGCM(hkdf(secret, f"cek|{ctx}")).encrypt(_NONCE, pad(body, bucket), ctx.encode())
    commit = hkdf(secret, f"commit|{ctx}")
    return Envelope(kind, enc, swrap, commit, hashlib.sha256(ct).hexdigest(), len(ct)), ct


def open_envelope(private: bytes, binding: Binding, envelope: Envelope, ct: bytes) -> Opened | Finding:
    """What an envelope says, opened with the server lock's private key; or whose fault it is that it does not open.

    Precondition: `binding` and `envelope` are the receipted ones, so that a difference in `ct` arose in custody.
    """
    if not _is_receipted(envelope, ct):
        return Finding.ALTERED_IN_CUSTODY
    info = f"server|{context(binding, envelope.kind)}".encode()
    try:
        secret = hpke_open(private, envelope.enc, info, envelope.swrap)
    except OpeningError:
        return Finding.BIDDER_MALFORMED
    return repeat_opening(public_of(private), binding, envelope, ct, secret)


def repeat_opening(
    server_lock_public: bytes, binding: Binding, envelope: Envelope, ct: bytes, secret: bytes
) -> Opened | Finding:
    """The same opening by an auditor who holds no key, from the published secret.

    Wrap and commitment are made again and compared byte for byte. The ciphertext needs no second making: AES-GCM is
    deterministic, so what the tag lets through is what sealing this body gives.
    """
    if not _is_receipted(envelope, ct):
        return Finding.ALTERED_IN_CUSTODY
    ctx = context(binding, envelope.kind)
    if len(secret) != KEY_BYTES or not hmac.compare_digest(hkdf(secret, f"commit|{ctx}"), envelope.commit):
        return Finding.BIDDER_MALFORMED
    if _wrap(server_lock_public, ctx, secret) != (envelope.enc, envelope.swrap):
        return Finding.BIDDER_MALFORMED
    try:
        body = AESGCM(hkdf(secret, f"cek|{ctx}")).decrypt(_NONCE, ct, ctx.encode())
    except InvalidTag:
        return Finding.BIDDER_MALFORMED
    offer = unpack(body)
    if isinstance(offer, BodyFault) or not _belongs(offer, binding, envelope.kind):
        return Finding.UNREADABLE_BODY
    return Opened(secret, body, offer)


def _wrap(server_lock_public: bytes, ctx: str, secret: bytes) -> tuple[bytes, bytes]:
    ephemeral = hkdf(secret, f"eph|server|{ctx}")
    return hpke_seal(server_lock_public, f"server|{ctx}".encode(), secret, ephemeral=ephemeral)


def _is_receipted(envelope: Envelope, ct: bytes) -> bool:
    return len(ct) == envelope.size and hashlib.sha256(ct).hexdigest() == envelope.ct_sha256


def _belongs(offer: PriceOffer | TechnicalOffer, binding: Binding, kind: EnvelopeKind) -> bool:
    if isinstance(offer, PriceOffer):
        return kind is EnvelopeKind.PRICE and offer.lot == binding.lot
    return kind is EnvelopeKind.TECH
