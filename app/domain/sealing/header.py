"""The header of a package: what it is bound to, and its envelopes without their ciphertexts. SEALING.md section 3.

One form for both custodies: `wraps` holds a committee's wraps in the order of its seats, and none in server custody.
The package's digest is the SHA-256 of the header's canonical JSON and covers, by `ct_sha256`, every byte of the
ciphertexts too.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.sealing.canonical import digest

HEADER_VERSION: Final = 1
LARGEST_REVISION: Final = 999_999
_POINT_BYTES: Final = 65
# A seed or a share of 32 bytes, and the tag of AES-256-GCM.
_SWRAP_BYTES: Final = 48
# No committee has more seats (SEALING.md section 2).
MOST_SEATS: Final = 9
_HASH_BYTES: Final = 32
# 64 MiB, the largest bucket, and the tag.
_LARGEST_SIZE: Final = (64 << 20) + 16

_ID: Final = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MEMBERS: Final = frozenset({"v", "round", "lot", "tag", "rev", "policy", "prev", "envelopes"})
_WRAP_MEMBERS: Final = frozenset({"enc", "ct"})
_ENVELOPE_MEMBERS: Final = frozenset({"kind", "enc", "swrap", "wraps", "commit", "ct_sha256", "size"})


class EnvelopeKind(StrEnum):
    """The part of an offer that an envelope holds, in the order in which they are opened."""

    TECH = "tech"
    PRICE = "price"


class HeaderFault(StrEnum):
    """Why a value is no header."""

    NOT_SEALED = "NOT_SEALED"
    MALFORMED = "MALFORMED"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a package belongs to; `prev` is the digest of the bidder's last revision, "" before the first."""

    round: str
    lot: str
    tag: str
    rev: int
    policy: str
    prev: str = ""


@dataclass(frozen=True, slots=True)
class Wrap:
    """One seat's share of an envelope's seed, sealed to the member's key."""

    enc: bytes
    ct: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope without its ciphertext; `size` and `ct_sha256` are the ciphertext's."""

    kind: EnvelopeKind
    enc: bytes
    swrap: bytes
    commit: bytes
    ct_sha256: str
    size: int
    # A committee's, in the order of its seats; none in server custody.
    wraps: tuple[Wrap, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What is committed: the binding, and the envelopes in the order of EnvelopeKind; the price is always there."""

    binding: Binding
    envelopes: tuple[Envelope, ...]

    def envelope(self, kind: EnvelopeKind) -> Envelope | None:
        """The envelope of a kind, if the package has it."""
        return next((item for item in self.envelopes if item.kind is kind), None)


def context(binding: Binding, envelope: EnvelopeKind) -> str:
    """The `ctx` that every key and every ciphertext of an envelope is bound to. No part holds a bar."""
    parts = (binding.round, binding.lot, envelope, binding.tag, str(binding.rev), binding.policy, binding.prev)
    assert not any("|" in part for part in parts), "a part with a bar could stand for two parts"
    return "|".join(parts)


def encode(data: bytes) -> str:
    """base64url without padding: how ciphertexts are written."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: object) -> bytes | None:
    """The bytes of base64url as `encode` writes it; None for any other spelling."""
    if not isinstance(text, str) or not text.isascii():
        return None
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return data if encode(data) == text else None


def header_json(header: Header) -> dict[str, Any]:
    """The header as it goes over the wire and into the journal."""
    binding = header.binding
    return {
        "v": HEADER_VERSION,
        "round": binding.round,
        "lot": binding.lot,
        "tag": binding.tag,
        "rev": binding.rev,
        "policy": binding.policy,
        "prev": binding.prev,
        "envelopes": [_envelope_json(envelope) for envelope in header.envelopes],
    }


def package_digest(header: Header) -> str:
    """The name of a package: SHA-256 of its header's canonical JSON, in hex."""
    return digest(header_json(header))


def header_from_json(value: object) -> Header | HeaderFault:
    """The header of a parsed JSON value, strictly: nothing missing, nothing else, no other type or spelling."""
    if not isinstance(value, Mapping) or "envelopes" not in value:
        return HeaderFault.NOT_SEALED
    if set(value) != _MEMBERS or not _is_int(value["v"], HEADER_VERSION, HEADER_VERSION):
        return HeaderFault.MALFORMED
    ids = all(_fits(_ID, value[name]) for name in ("round", "lot", "tag"))
    digests = _fits(_DIGEST, value["policy"]) and (value["prev"] == "" or _fits(_DIGEST, value["prev"]))
    if not ids or not digests or not _is_int(value["rev"], 1, LARGEST_REVISION) or type(value["envelopes"]) is not list:
        return HeaderFault.MALFORMED
    read = [_envelope_of(item) for item in value["envelopes"]]
    envelopes = tuple(item for item in read if item is not None)
    kinds = tuple(item.kind for item in envelopes)
    if len(envelopes) != len(read) or kinds not in ((EnvelopeKind.PRICE,), tuple(EnvelopeKind)):
        return HeaderFault.MALFORMED
    parts = {name: value[name] for name in ("round", "lot", "tag", "rev", "policy", "prev")}
    return Header(Binding(**parts), envelopes)


def first_difference(expected: Binding, given: Binding) -> str | None:
    """The first member in which a binding is another than it must be. attacks.md S11: WRONG_BINDING names it."""
    names = ("round", "lot", "tag", "rev", "policy", "prev")
    return next((name for name in names if getattr(expected, name) != getattr(given, name)), None)


def _envelope_json(envelope: Envelope) -> dict[str, Any]:
    return {
        "kind": envelope.kind.value,
        "enc": envelope.enc.hex(),
        "swrap": encode(envelope.swrap),
        "wraps": [{"enc": wrap.enc.hex(), "ct": encode(wrap.ct)} for wrap in envelope.wraps],
        "commit": envelope.commit.hex(),
        "ct_sha256": envelope.ct_sha256,
        "size": envelope.size,
    }


def _envelope_of(value: object) -> Envelope | None:
    if not isinstance(value, Mapping) or set(value) != _ENVELOPE_MEMBERS:
        return None
    enc, commit, swrap = _hex(value["enc"], _POINT_BYTES), _hex(value["commit"], _HASH_BYTES), decode(value["swrap"])
    # SEC 1: 04 marks an uncompressed point.
    if enc is None or enc[0] != 4 or commit is None or swrap is None or len(swrap) != _SWRAP_BYTES:
        return None
    if not _fits(_DIGEST, value["ct_sha256"]) or not _is_int(value["size"], 1, _LARGEST_SIZE):
        return None
    if value["kind"] not in tuple(EnvelopeKind):
        return None
    wraps = _wraps_of(value["wraps"])
    if wraps is None:
        return None
    return Envelope(EnvelopeKind(value["kind"]), enc, swrap, commit, value["ct_sha256"], value["size"], wraps)


def _wraps_of(value: object) -> tuple[Wrap, ...] | None:
    if type(value) is not list or len(value) > MOST_SEATS:
        return None
    read = [_wrap_of(item) for item in value]
    wraps = tuple(wrap for wrap in read if wrap is not None)
    return wraps if len(wraps) == len(read) else None


def _wrap_of(value: object) -> Wrap | None:
    if not isinstance(value, Mapping) or set(value) != _WRAP_MEMBERS:
        return None
    enc, ct = _hex(value["enc"], _POINT_BYTES), decode(value["ct"])
    if enc is None or enc[0] != 4 or ct is None or len(ct) != _SWRAP_BYTES:
        return None
    return Wrap(enc, ct)


def _hex(value: object, size: int) -> bytes | None:
    if not isinstance(value, str) or re.fullmatch(rf"[0-9a-f]{{{2 * size}}}", value, re.ASCII) is None:
        return None
    return bytes.fromhex(value)


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_int(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and type(value) is int and least <= value <= most
