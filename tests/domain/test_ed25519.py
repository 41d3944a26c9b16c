"""The small verifier says what `cryptography` says, and is strict where signatures could have a second spelling."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ed25519 import is_signature

ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
# RFC 8032 section 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def agrees(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_rfc(public: str, message: str, signature: str) -> None:
    assert is_signature(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
    assert not is_signature(bytes.fromhex(public), bytes.fromhex(message) + b"x", bytes.fromhex(signature))


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511), st.booleans())
def test_both_verifiers_agree(seed: bytes, message: bytes, bit: int, is_spoilt: bool) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
    if is_spoilt:
        signature[bit // 8] ^= 1 << bit % 8
    assert is_signature(public, message, bytes(signature)) is agrees(public, message, bytes(signature)) is not is_spoilt


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_no_bytes_break_it(public: bytes, signature: bytes) -> None:
    assert not is_signature(public, b"message", signature)


def test_the_same_signature_plus_the_order_is_refused() -> None:
    # Malleability: s and s + L satisfy the same equation; one of them is the signature.
    signature = KEY.sign(b"m")
    for times in range(1, 8):
        s = int.from_bytes(signature[32:], "little") + times * ORDER
        twin = signature[:32] + s.to_bytes(32, "little")
        assert not is_signature(PUBLIC, b"m", twin)
        assert not agrees(PUBLIC, b"m", twin)


@pytest.mark.parametrize("size", [0, 31, 33, 63, 65])
def test_other_lengths_are_refused(size: int) -> None:
    signature = KEY.sign(b"m")
    assert not is_signature(PUBLIC, b"m", (signature * 2)[:size])
    assert not is_signature((PUBLIC * 3)[:size], b"m", signature)


# Encodings of points whose order divides 8, and spellings of y at or above the prime.
SMALL = [
    (1).to_bytes(32, "little"),
    (PRIME - 1).to_bytes(32, "little"),
    bytes(32),
    bytes(31) + b"\x80",
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]
NOT_CANONICAL = [
    PRIME.to_bytes(32, "little"),
    (PRIME + 1).to_bytes(32, "little"),
    (2**255 - 1).to_bytes(32, "little"),
    (1 | 1 << 255).to_bytes(32, "little"),
    (PRIME - 1 | 1 << 255).to_bytes(32, "little"),
]


@pytest.mark.parametrize("public", [*SMALL, *NOT_CANONICAL])
def test_weak_and_oddly_spelt_keys_vouch_for_nothing(public: bytes) -> None:
    # Under a key of small order R = the neutral point and s = 0 would "sign" every message.
    for commitment in (*SMALL, *NOT_CANONICAL):
        assert not is_signature(public, b"anything", commitment + bytes(32))


@pytest.mark.parametrize("commitment", NOT_CANONICAL)
def test_oddly_spelt_commitments_are_refused(commitment: bytes) -> None:
    assert not is_signature(PUBLIC, b"m", commitment + KEY.sign(b"m")[32:])
