"""What stands inside an envelope, and the bucket it is padded to. SEALING.md section 3.

`length (4 bytes, big-endian) || canonical JSON || files || zeros`. All bidders of a lot pad to one bucket, so that a
ciphertext tells neither amount nor number of files (attacks.md S13). Amounts are texts at the lot's scale.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.money import LARGEST_SCALE, WHOLE_DIGITS
from app.domain.sealing.canonical import NotCanonicalError, canonical, parse_canonical

BODY_VERSION: Final = 1
PREFIX_BYTES: Final = 4
SMALLEST_PRICE_BUCKET: Final = 4096
TECH_BUCKETS: Final = (256 << 10, 1 << 20, 4 << 20, 16 << 20, 64 << 20)
MOST_LINES: Final = 10_000
MOST_ANSWERS: Final = 1000
MOST_FILES: Final = 200
LONGEST_NAME: Final = 255
_WHOLE: Final = rf"(?:0|[1-9][0-9]{{0,{WHOLE_DIGITS - 1}}})"
_PRICE_MEMBERS: Final = frozenset({"v", "kind", "lot", "currency", "scale", "amount", "lines"})
_TECH_MEMBERS: Final = frozenset({"v", "kind", "answers", "files"})


class BodyFault(StrEnum):
    """Why a body cannot be read."""

    MALFORMED = "MALFORMED"
    FILES_DIFFER = "FILES_DIFFER"
    NOT_PADDED = "NOT_PADDED"


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """The content of a price envelope: the lot's total and, where the lot has lines, (line number, amount)."""

    lot: str
    currency: str
    amount: str
    scale: int
    lines: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file inside a technical envelope; its name and type are the bidder's own words."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class TechnicalOffer:
    """The content of a technical envelope: (criterion, value, text) and files."""

    answers: tuple[tuple[str, str, str], ...]
    files: tuple[SealedFile, ...] = ()


def is_amount(text: str, scale: int) -> bool:
    """Whether the text is an amount with exactly `scale` decimals: one spelling an amount, no sign, no exponent."""
    decimals = rf"\.[0-9]{{{scale}}}" if scale else ""
    return re.fullmatch(_WHOLE + decimals, text, re.ASCII) is not None


def pack_price(offer: PriceOffer) -> bytes:
    """The body of a price offer. Precondition: every amount has the offer's scale."""
    if not all(is_amount(amount, offer.scale) for amount in (offer.amount, *(amount for _, amount in offer.lines))):
        raise ValueError("an amount does not have the lot's scale")
    return _framed(
        {
            "v": BODY_VERSION,
            "kind": "price",
            "lot": offer.lot,
            "currency": offer.currency,
            "scale": offer.scale,
            "amount": offer.amount,
            "lines": [[number, amount] for number, amount in offer.lines],
        }
    )


def pack_technical(answers: Sequence[tuple[str, str, str]], files: Sequence[tuple[str, str, bytes]] = ()) -> bytes:
    """The body of answers (criterion, value, text) and files (name, type, content), in the order given."""
    listed = [
        {"name": name, "type": kind, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, kind, content in files
    ]
    said = [{"criterion": criterion, "value": value, "text": text} for criterion, value, text in answers]
    head = _framed({"v": BODY_VERSION, "kind": "tech", "answers": said, "files": listed})
    return b"".join([head, *(content for _, _, content in files)])


def price_bucket(template: bytes) -> int:
    """The bucket of a lot's price envelopes: 4 KiB, or the next power of two above the largest body they can hold."""
    return max(SMALLEST_PRICE_BUCKET, 1 << len(template).bit_length())


def price_template(lot: str, currency: str, scale: int, lines: Sequence[int]) -> bytes:
    """The longest body that a price offer for the lot can have: every amount with all its digits."""
    most = "9" * WHOLE_DIGITS + ("." + "9" * scale if scale else "")
    return pack_price(PriceOffer(lot, currency, most, scale, tuple((number, most) for number in lines)))


def fits(body: bytes, bucket: int) -> bool:
    """Whether a body can be padded to the bucket. attacks.md S15: one byte over is refused before anything is sent."""
    return len(body) <= bucket


def pad(body: bytes, bucket: int) -> bytes:
    """The body followed by zeros up to the bucket. Precondition: it fits."""
    if not fits(body, bucket):
        raise ValueError("the body is larger than its bucket")
    return body.ljust(bucket, b"\0")


def unpack(body: bytes) -> PriceOffer | TechnicalOffer | BodyFault:
    """The offer of a padded body, strictly: canonical JSON, whole files with their digests, nothing but zeros after."""
    length = int.from_bytes(body[:PREFIX_BYTES])
    try:
        value = parse_canonical(body[PREFIX_BYTES : PREFIX_BYTES + length])
    except NotCanonicalError:
        return BodyFault.MALFORMED
    if type(value.get("v")) is not int or value["v"] != BODY_VERSION:
        return BodyFault.MALFORMED
    end = PREFIX_BYTES + length
    if value.get("kind") == "price":
        offer = _price_of(value)
        return offer if _is_blank(body, end) else BodyFault.NOT_PADDED
    if value.get("kind") == "tech":
        return _technical_of(value, body, end)
    return BodyFault.MALFORMED


def _framed(value: Mapping[str, Any]) -> bytes:
    text = canonical(value)
    return len(text).to_bytes(PREFIX_BYTES) + text


def _is_blank(body: bytes, start: int) -> bool:
    return body.count(0, start) == len(body) - start


def _price_of(value: Mapping[str, Any]) -> PriceOffer | BodyFault:
    if set(value) != _PRICE_MEMBERS or type(value["scale"]) is not int or not 0 <= value["scale"] <= LARGEST_SCALE:
        return BodyFault.MALFORMED
    if not all(isinstance(value[name], str) for name in ("lot", "currency", "amount")):
        return BodyFault.MALFORMED
    lines, scale = value["lines"], value["scale"]
    if not isinstance(lines, list) or len(lines) > MOST_LINES or not all(_is_line(line, scale) for line in lines):
        return BodyFault.MALFORMED
    numbers = [number for number, _ in lines]
    if not is_amount(value["amount"], scale) or len(set(numbers)) != len(numbers):
        return BodyFault.MALFORMED
    told = tuple((number, amount) for number, amount in lines)
    return PriceOffer(value["lot"], value["currency"], value["amount"], scale, told)


def _is_line(line: object, scale: int) -> bool:
    match line:
        case [int(number), str(amount)]:
            return type(number) is int and number > 0 and is_amount(amount, scale)
    return False


def _technical_of(value: Mapping[str, Any], body: bytes, at: int) -> TechnicalOffer | BodyFault:
    answers, listed = value.get("answers"), value.get("files")
    if set(value) != _TECH_MEMBERS or not isinstance(answers, list) or not isinstance(listed, list):
        return BodyFault.MALFORMED
    if len(answers) > MOST_ANSWERS or len(listed) > MOST_FILES or not all(_is_answer(answer) for answer in answers):
        return BodyFault.MALFORMED
    told = tuple((answer["criterion"], answer["value"], answer["text"]) for answer in answers)
    if len({criterion for criterion, _, _ in told}) != len(told) or not all(_is_file(file) for file in listed):
        return BodyFault.MALFORMED
    files = []
    for file in listed:
        content = body[at : at + file["size"]]
        at += file["size"]
        if len(content) != file["size"] or hashlib.sha256(content).hexdigest() != file["sha256"]:
            return BodyFault.FILES_DIFFER
        files.append(SealedFile(file["name"], file["type"], content))
    return TechnicalOffer(told, tuple(files)) if _is_blank(body, at) else BodyFault.NOT_PADDED


def _is_answer(answer: object) -> bool:
    match answer:
        case {"criterion": str(), "value": str(), "text": str(), **rest}:
            return not rest
    return False


def _is_file(file: object) -> bool:
    match file:
        case {"name": str(name), "type": str(kind), "size": int(size), "sha256": str(), **rest}:
            is_short = 0 < len(name) <= LONGEST_NAME and len(kind) <= LONGEST_NAME
            return not rest and is_short and type(size) is int and size >= 0
    return False
