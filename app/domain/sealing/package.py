"""Sealing, opening and repeating an envelope. SEALING.md sections 3 and 6.

    swrap  = HPKE.Seal(server lock, info = "server|" + ctx, V), its ephemeral key derived from V
    wraps  = a committee's shares of S (committee.py); none in server custody
    cek    = HKDF(S||V, "cek|" + ctx);  commit = HKDF(S||V, "commit|" + ctx)
    ct     = AES-256-GCM(cek, nonce 0, padded body, aad = ctx)          the key is used once

The secret of an envelope is S||V; in server custody there is no S, and it is V alone. Everything random derives from
it, so whoever is told it after the opening makes wraps, commitment and ciphertext again byte for byte and sees who
cheated. What an opening cannot read is a Finding, never an exception.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, combinations
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.sealing.body import BodyFault, PriceOffer, TechnicalOffer, pad, unpack
from app.domain.sealing.committee import Committee, combine, make_wraps
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
    "Committee",
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
    "find_secret",
    "first_difference",
    "header_from_json",
    "header_json",
    "open_envelope",
    "open_server_wrap",
    "package_digest",
    "repeat_opening",
    "seal_envelope",
    "sealed_size",
    "secret_bytes",
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
    """An opened envelope: its secret (S||V, or V alone), its padded body, and the offer that the body says."""

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
    server_lock_public: bytes,
    binding: Binding,
    kind: EnvelopeKind,
    body: bytes,
    bucket: int,
    secret: bytes,
    committee: Committee | None = None,
) -> tuple[Envelope, bytes]:
    """(envelope, ciphertext) of a body. Precondition: a fresh secret of random bytes (32, and 64 with a committee), a
    body that fits its bucket.

    Pure: the same arguments give the same bytes.
    """
    if len(secret) != secret_bytes(committee) or not is_point(server_lock_public):
        raise ValueError("a secret has 32 bytes, with a committee 64, and a lock is a point of the curve")
    ctx = context(binding, kind)
    seed, lock_seed = secret[:-KEY_BYTES], secret[-KEY_BYTES:]
    enc, swrap = _wrap(server_lock_public, ctx, lock_seed)
    wraps = () if committee is None else make_wraps(committee, binding, kind, seed)
    ct = AESGCM(hkdf(secret, f"cek|{ctx}")).encrypt(_NONCE, pad(body, bucket), ctx.encode())
    commit = hkdf(secret, f"commit|{ctx}")
    return Envelope(kind, enc, swrap, commit, hashlib.sha256(ct).hexdigest(), len(ct), wraps), ct


def secret_bytes(committee: Committee | None) -> int:
    """How long an envelope's secret is: V, and before it S where there is a committee."""
    return KEY_BYTES if committee is None else 2 * KEY_BYTES


def open_envelope(private: bytes, binding: Binding, envelope: Envelope, ct: bytes) -> Opened | Finding:
    """What an envelope of server custody says, opened with the server lock's private key; or whose fault it is.

    Precondition: `binding` and `envelope` are the receipted ones, so that a difference in `ct` arose in custody.
    """
    if not _is_receipted(envelope, ct):
        return Finding.ALTERED_IN_CUSTODY
    lock_seed = open_server_wrap(private, binding, envelope)
    if lock_seed is None:
        return Finding.BIDDER_MALFORMED
    return repeat_opening(public_of(private), binding, envelope, ct, lock_seed)


def open_server_wrap(private: bytes, binding: Binding, envelope: Envelope) -> bytes | None:
    """V, by the server lock's private key; None where the wrap does not open, which is its bidder's doing."""
    info = f"server|{context(binding, envelope.kind)}".encode()
    try:
        return hpke_open(private, envelope.enc, info, envelope.swrap)
    except OpeningError:
        return None


def find_secret(binding: Binding, envelope: Envelope, lock_seed: bytes, k: int, shares: Mapping[int, bytes]) -> bytes:
    """The secret S||V by V and the shares of any k seats or more (`committee.share_of`), by seat.

    All shares of a bidder who dealt truly lie on one polynomial. Where they do not, the k whose seed fits the
    commitment are searched for; where there are none, the seed of the first k is given, which fits nothing: the bidder
    dealt falsely, and `repeat_opening` says so. Precondition: at least k shares.
    """
    if len(shares) < k:
        raise ValueError("fewer shares than the policy asks for")
    ctx = context(binding, envelope.kind)
    tried = (combine({seat: shares[seat] for seat in seats}) + lock_seed for seats in combinations(sorted(shares), k))
    first = next(tried)
    fitting = (secret for secret in chain([first], tried) if _is_committed(secret, ctx, envelope))
    return next(fitting, first)


def repeat_opening(
    server_lock_public: bytes,
    binding: Binding,
    envelope: Envelope,
    ct: bytes,
    secret: bytes,
    committee: Committee | None = None,
) -> Opened | Finding:
    """The same opening by an auditor who holds no key, from the published secret.

    Wraps and commitment are made again and compared byte for byte. The ciphertext needs no second making: AES-GCM is
    deterministic, so what the tag lets through is what sealing this body gives.
    """
    if not _is_receipted(envelope, ct):
        return Finding.ALTERED_IN_CUSTODY
    ctx = context(binding, envelope.kind)
    if len(secret) != secret_bytes(committee) or not _is_committed(secret, ctx, envelope):
        return Finding.BIDDER_MALFORMED
    if _wrap(server_lock_public, ctx, secret[-KEY_BYTES:]) != (envelope.enc, envelope.swrap):
        return Finding.BIDDER_MALFORMED
    wraps = () if committee is None else make_wraps(committee, binding, envelope.kind, secret[:-KEY_BYTES])
    if wraps != envelope.wraps:
        return Finding.BIDDER_MALFORMED
    try:
        body = AESGCM(hkdf(secret, f"cek|{ctx}")).decrypt(_NONCE, ct, ctx.encode())
    except InvalidTag:
        return Finding.BIDDER_MALFORMED
    offer = unpack(body)
    if isinstance(offer, BodyFault) or not _belongs(offer, binding, envelope.kind):
        return Finding.UNREADABLE_BODY
    return Opened(secret, body, offer)


def _wrap(server_lock_public: bytes, ctx: str, lock_seed: bytes) -> tuple[bytes, bytes]:
    ephemeral = hkdf(lock_seed, f"eph|server|{ctx}")
    return hpke_seal(server_lock_public, f"server|{ctx}".encode(), lock_seed, ephemeral=ephemeral)


def _is_committed(secret: bytes, ctx: str, envelope: Envelope) -> bool:
    return hmac.compare_digest(hkdf(secret, f"commit|{ctx}"), envelope.commit)


def _is_receipted(envelope: Envelope, ct: bytes) -> bool:
    return len(ct) == envelope.size and hashlib.sha256(ct).hexdigest() == envelope.ct_sha256


def _belongs(offer: PriceOffer | TechnicalOffer, binding: Binding, kind: EnvelopeKind) -> bool:
    if isinstance(offer, PriceOffer):
        return kind is EnvelopeKind.PRICE and offer.lot == binding.lot
    return kind is EnvelopeKind.TECH
