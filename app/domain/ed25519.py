"""Verifying Ed25519 signatures (RFC 8032 section 5.1.7) with Python's own library alone.

For the one program that runs where nothing can be installed: a supplier's check of a receipt. It signs nothing and
holds no secret, so it need not run in constant time. Strict: canonical encodings only, no point of small order, the
equation without the cofactor; a signature has one spelling.
"""

import hashlib
from typing import Final

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_P: Final = 2**255 - 19
# The order of the base point.
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)

# Extended homogeneous coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def is_signature(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key signed the message. Any bytes may be given; what is malformed is not a signature."""
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key, commitment = _point_of(public_key), _point_of(signature[:KEY_BYTES])
    scalar = int.from_bytes(signature[KEY_BYTES:], "little")
    if key is None or commitment is None or scalar >= _L or _is_same(_times(8, key), _NEUTRAL):
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:KEY_BYTES] + public_key + message).digest(), "little") % _L
    return _is_same(_times(scalar, _BASE), _sum(commitment, _times(challenge, key)))


def _point_of(data: bytes) -> _Point | None:
    """The point of its 32 bytes, or None where they are not the one encoding of a point."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _sum(first: _Point, second: _Point) -> _Point:
    a = (first[1] - first[0]) * (second[1] - second[0]) % _P
    b = (first[1] + first[0]) * (second[1] + second[0]) % _P
    c = 2 * first[3] * second[3] * _D % _P
    d = 2 * first[2] * second[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    total = _NEUTRAL
    while scalar:
        if scalar & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        scalar >>= 1
    return total


def _is_same(first: _Point, second: _Point) -> bool:
    across = (first[0] * second[2] - second[0] * first[2]) % _P
    return across == 0 and (first[1] * second[2] - second[1] * first[2]) % _P == 0


def _base() -> _Point:
    point = _point_of((4 * pow(5, -1, _P) % _P).to_bytes(KEY_BYTES, "little"))
    assert point is not None, "the base point is on the curve"
    return point


_BASE: Final = _base()
