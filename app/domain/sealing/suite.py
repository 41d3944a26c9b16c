"""The one suite of packages: HPKE (RFC 9180) with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. SEALING.md 3.

Everything is deterministic: a sender's ephemeral key derives from his secret, so that anyone who is told the secret
after the opening makes the same bytes again. `cryptography` opens, `pyhpke` seals, because only it takes the ephemeral
key; the test vectors hold the two against each other, against Node and against Chromium.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhpke import AEADId, CipherSuite, KDFId, KEMId
from typing_extensions import override

# The registry's entry as a key policy names it.
SUITE: Final = "P-256/HKDF-SHA256/AES-256-GCM"
KEY_BYTES: Final = 32
POINT_BYTES: Final = 65
TAG_BYTES: Final = 16
# y² = x³ - 3x + b over the integers modulo p: NIST P-256.
_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

# "HPKE" and the registry's numbers of KEM, KDF and AEAD (RFC 9180 section 7).
_SUITE_ID: Final = b"HPKE" + bytes.fromhex("001000010002")

_OPENER: Final = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SEALER: Final = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)


class OpeningError(ValueError):
    """The wrap does not open: another key, another context, or changed bytes."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A P-256 key pair: 32 bytes of scalar, 65 bytes of uncompressed point."""

    private: bytes
    public: bytes

    @override
    def __repr__(self) -> str:
        """Never the private half: a key pair may end in a log."""
        return f"KeyPair(public={self.public.hex()})"


def hkdf(secret: bytes, info: str, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256 (RFC 5869) with an empty salt; `info` as UTF-8."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info.encode()).derive(secret)


def derive_key_pair(ikm: bytes) -> KeyPair:
    """DeriveKeyPair of RFC 9180 section 7.1.3. Precondition: at least 32 bytes that nobody can guess."""
    pair = _SEALER.kem.derive_key_pair(ikm)
    # Not pyhpke's own to_private_bytes: 0.6.5 writes 256 bytes instead of 256 bits.
    scalar: int = pair.private_key.raw.private_numbers().private_value
    return KeyPair(scalar.to_bytes(KEY_BYTES), pair.public_key.to_public_bytes())


def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    key = ec.derive_private_key(int.from_bytes(private), ec.SECP256R1())
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def hpke_seal(public: bytes, info: bytes, plaintext: bytes, *, ephemeral: bytes) -> tuple[bytes, bytes]:
    """(enc, ciphertext) in base mode without aad, the ephemeral key derived from `ephemeral`.

    Precondition: `is_point(public)`, and an `ephemeral` that is used for this one message.
    """
    pair = _SEALER.kem.derive_key_pair(ephemeral)
    recipient = _SEALER.kem.deserialize_public_key(public)
    enc, context = _SEALER.create_sender_context(recipient, info=info, eks=pair)
    return enc, context.seal(plaintext, b"")


def hpke_open(private: bytes, enc: bytes, info: bytes, ct: bytes) -> bytes:
    """The plaintext; raises OpeningError unless key, context and every byte are those of the sealing."""
    try:
        key = ec.derive_private_key(int.from_bytes(private), ec.SECP256R1())
        return _OPENER.decrypt(enc + ct, key, info)
    except (InvalidTag, ValueError):
        raise OpeningError("the wrap does not open") from None


def hpke_decap(private: bytes, enc: bytes) -> bytes:
    """The KEM shared secret of a wrap (RFC 9180 section 4.1, Decap), 32 bytes: it opens that one wrap and no other.

    Raises OpeningError where `enc` is no point.
    """
    if not is_point(enc):
        raise OpeningError("no point of the curve")
    secret: bytes = _SEALER.kem.decap(enc, _SEALER.kem.deserialize_private_key(private))
    return secret


def hpke_key_of(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """(key, nonce) of the single message under a KEM shared secret: KeySchedule of RFC 9180 section 5.1, base mode."""
    context = b"\x00" + _labeled_extract(b"", b"psk_id_hash", b"") + _labeled_extract(b"", b"info_hash", info)
    secret = _labeled_extract(shared_secret, b"secret", b"")
    return _labeled_expand(secret, b"key", context, KEY_BYTES), _labeled_expand(secret, b"base_nonce", context, 12)


def _labeled_extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
    # HKDF-Extract is HMAC with the salt as key; an empty key stands for zeros by HMAC's own rule.
    return hmac.digest(salt, b"HPKE-v1" + _SUITE_ID + label + ikm, "sha256")


def _labeled_expand(secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    told = length.to_bytes(2) + b"HPKE-v1" + _SUITE_ID + label + info
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=told).derive(secret)


def is_point(public: bytes) -> bool:
    """Whether the bytes are an uncompressed point of P-256. attacks.md S18: off the curve, zero, short are refused."""
    # SEC 1: 04 marks an uncompressed point.
    if len(public) != POINT_BYTES or public[0] != 4:
        return False
    x, y = int.from_bytes(public[1:33]), int.from_bytes(public[33:])
    return x < _P and y < _P and (y * y - (x * x * x - 3 * x + _B)) % _P == 0
