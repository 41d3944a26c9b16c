"""A committee's half of a lock: shares of a seed, wrapped for each seat, released after the close. SEALING.md 1 and 3.

    share_i = Shamir k-of-n over GF(2^8) of S; coefficients = HKDF(S, "coef|" + ctx)
    wrap_i  = HPKE.Seal(member_i, info = "share|" + i + "|" + ctx, share_i), its ephemeral key derived from
              HKDF(S, "eph|" + i + "|" + ctx)

The bidder deals his own seed, so that no private key of the round exists anywhere. Seats are numbered from 1 in the
order of the key policy; a seat's number is the point at which Shamir's polynomial is taken.

A member does not hand out his share but the wrap's KEM shared secret (RFC 9180, Decap): with it anybody opens this one
wrap, so a false release is found at once and its seat named, while a bidder's spoilt wrap is never a member's fault. It
tells nothing of any other wrap.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.sealing.header import Binding, Envelope, EnvelopeKind, Wrap, context
from app.domain.sealing.suite import KEY_BYTES, OpeningError, hkdf, hpke_decap, hpke_key_of, hpke_open, hpke_seal

# The field's polynomial x^8 + x^4 + x^3 + x + 1, and 3, which generates all of it but zero.
_POLYNOMIAL: Final = 0x11B
_ORDER: Final = 255


def _powers() -> tuple[bytes, bytes]:
    exponents, logarithms = bytearray(2 * _ORDER), bytearray(_ORDER + 1)
    value = 1
    for power in range(_ORDER):
        exponents[power] = exponents[power + _ORDER] = value
        logarithms[value] = power
        doubled = value << 1
        value ^= doubled ^ _POLYNOMIAL if doubled > _ORDER else doubled
    return bytes(exponents), bytes(logarithms)


_EXP, _LOG = _powers()


@dataclass(frozen=True, slots=True)
class Committee:
    """The committee's half of a key policy: `members` are uncompressed points, in the order of the seats."""

    k: int
    members: tuple[bytes, ...]


# ── Shamir ────────────────────────────────────────────────────────────────────


def split(seed: bytes, k: int, n: int, ctx: str) -> list[bytes]:
    """The shares of a seed of 32 bytes for the seats 1 to n; any k of them give it back. Pure."""
    if len(seed) != KEY_BYTES or not 1 <= k <= n <= _ORDER:
        raise ValueError("a seed has 32 bytes and goes to at least k seats")
    drawn = hkdf(seed, f"coef|{ctx}", KEY_BYTES * (k - 1)) if k > 1 else b""
    rows = [seed, *(drawn[at : at + KEY_BYTES] for at in range(0, len(drawn), KEY_BYTES))]
    return [bytes(_value_at(seat, column) for column in zip(*rows, strict=True)) for seat in range(1, n + 1)]


def combine(shares: Mapping[int, bytes]) -> bytes:
    """What the shares say the seed is, by seat: the polynomials at zero. With a false share it is another seed, and the
    envelope's commitment tells.

    Raises ValueError for no shares, a seat out of range or a share of another length.
    """
    if not shares or not all(1 <= seat <= _ORDER and len(share) == KEY_BYTES for seat, share in shares.items()):
        raise ValueError("shares are 32 bytes for seats from 1 on")
    weights = {seat: _weight(seat, shares) for seat in shares}
    told = bytearray(KEY_BYTES)
    for seat, share in shares.items():
        for at, byte in enumerate(share):
            told[at] ^= _product(weights[seat], byte)
    return bytes(told)


def _weight(seat: int, seats: Iterable[int]) -> int:
    """Lagrange's weight of a seat at zero."""
    weight = 1
    for other in seats:
        if other != seat:
            weight = _product(weight, _quotient(other, other ^ seat))
    return weight


def _value_at(point: int, coefficients: Sequence[int]) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = _product(value, point) ^ coefficient
    return value


def _product(left: int, right: int) -> int:
    return _EXP[_LOG[left] + _LOG[right]] if left and right else 0


def _quotient(left: int, right: int) -> int:
    return _EXP[_LOG[left] + _ORDER - _LOG[right]] if left else 0


# ── wraps ─────────────────────────────────────────────────────────────────────


def make_wraps(committee: Committee, binding: Binding, kind: EnvelopeKind, seed: bytes) -> tuple[Wrap, ...]:
    """The wraps of a seed in the order of the seats. Pure: whoever knows the seed makes the same bytes."""
    ctx = context(binding, kind)
    shares = split(seed, committee.k, len(committee.members), ctx)
    return tuple(
        Wrap(*hpke_seal(key, _info(seat, ctx), share, ephemeral=hkdf(seed, f"eph|{seat}|{ctx}")))
        for seat, (key, share) in enumerate(zip(committee.members, shares, strict=True), start=1)
    )


def release_wrap(private: bytes, binding: Binding, envelope: Envelope, seat: int) -> bytes:
    """What a member hands out for one envelope: the KEM shared secret of the seat's wrap, 32 bytes.

    Raises OpeningError where the wrap does not open with this key: another key, another package, or a spoilt wrap.
    """
    wrap = _wrap_of(envelope, seat)
    if wrap is None:
        raise OpeningError("the envelope has no wrap for this seat")
    share = hpke_open(private, wrap.enc, _info(seat, context(binding, envelope.kind)), wrap.ct)
    if len(share) != KEY_BYTES:
        raise OpeningError("what the wrap holds is no share")
    return hpke_decap(private, wrap.enc)


def share_of(binding: Binding, envelope: Envelope, seat: int, release: bytes) -> bytes | None:
    """The share in a seat's wrap, by what its member released; None where the release does not open it."""
    wrap = _wrap_of(envelope, seat)
    if wrap is None or len(release) != KEY_BYTES:
        return None
    key, nonce = hpke_key_of(release, _info(seat, context(binding, envelope.kind)))
    try:
        share = AESGCM(key).decrypt(nonce, wrap.ct, b"")
    except InvalidTag:
        return None
    return share if len(share) == KEY_BYTES else None


def _wrap_of(envelope: Envelope, seat: int) -> Wrap | None:
    return envelope.wraps[seat - 1] if 1 <= seat <= len(envelope.wraps) else None


def _info(seat: int, ctx: str) -> bytes:
    return f"share|{seat}|{ctx}".encode()


# ── proof of possession ───────────────────────────────────────────────────────


def challenge(public: bytes, round_id: str, seat: int, nonce: bytes, ephemeral: bytes) -> tuple[bytes, bytes]:
    """(enc, ct) of a challenge that the holder of a key alone can answer. Precondition: both random, 32 bytes."""
    return hpke_seal(public, _proof_info(round_id, seat), nonce, ephemeral=ephemeral)


def answer_challenge(private: bytes, round_id: str, seat: int, enc: bytes, ct: bytes) -> bytes:
    """The nonce of a challenge. Raises OpeningError for a challenge to another key, round or seat."""
    return hpke_open(private, enc, _proof_info(round_id, seat), ct)


def _proof_info(round_id: str, seat: int) -> bytes:
    return f"proof|{round_id}|{seat}".encode()
