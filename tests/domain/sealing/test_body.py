"""Bodies and buckets: what is packed is unpacked, in one spelling, and nothing else is read."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.entries import canonical_bytes
from app.domain.sealing.body import (
    BodyFault,
    PriceOffer,
    SealedFile,
    TechnicalOffer,
    fits,
    is_amount,
    pack_price,
    pack_technical,
    pad,
    price_bucket,
    price_template,
    unpack,
)
from app.domain.sealing.canonical import NotCanonicalError, canonical, parse_canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ANSWERS = st.lists(st.tuples(st.text("abc123", min_size=1, max_size=8), TEXTS, TEXTS), unique_by=lambda one: one[0])
FILES = st.lists(st.tuples(TEXTS.filter(bool), TEXTS, st.binary(max_size=300)), max_size=5)


def amounts(scale: int) -> st.SearchStrategy[str]:
    return st.integers(0, 10 ** (14 + scale) - 1).map(lambda units: with_scale(units, scale))


def with_scale(units: int, scale: int) -> str:
    whole, rest = divmod(units, 10**scale)
    return f"{whole}.{rest:0{scale}d}" if scale else str(whole)


@given(st.data())
def test_a_price_is_unpacked_as_packed(data: st.DataObject) -> None:
    scale = data.draw(st.integers(0, 4))
    numbers = data.draw(st.lists(st.integers(1, 9999), unique=True, max_size=20))
    lines = tuple((number, data.draw(amounts(scale))) for number in numbers)
    offer = PriceOffer("lot", "CNY", data.draw(amounts(scale)), scale, lines)
    body = pack_price(offer)
    bucket = price_bucket(price_template("lot", "CNY", scale, numbers))
    assert fits(body, bucket)
    assert unpack(pad(body, bucket)) == offer


@given(ANSWERS, FILES, st.integers(0, 100))
def test_a_technical_offer_is_unpacked_as_packed(
    answers: list[tuple[str, str, str]], files: list[tuple[str, str, bytes]], room: int
) -> None:
    body = pack_technical(answers, files)
    expected = TechnicalOffer(tuple(answers), tuple(SealedFile(*file) for file in files))
    assert unpack(pad(body, len(body) + room)) == expected


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert isinstance(unpack(data), (BodyFault, PriceOffer, TechnicalOffer))


@pytest.mark.parametrize(
    ("size", "bucket"), [(0, 4096), (4095, 4096), (4096, 8192), (8191, 8192), (8192, 16384), (100_000, 131_072)]
)
def test_the_bucket_is_a_power_of_two_above_the_template(size: int, bucket: int) -> None:
    assert price_bucket(bytes(size)) == bucket


def test_a_body_one_byte_over_its_bucket_does_not_fit() -> None:
    # attacks.md S15.
    assert [fits(bytes(size), 4096) for size in (4095, 4096, 4097)] == [True, True, False]
    assert len(pad(bytes(4096), 4096)) == 4096
    with pytest.raises(ValueError, match="larger"):
        pad(bytes(4097), 4096)


@pytest.mark.parametrize("text", ["1.00", "0.00", "99999999999999.99"])
def test_amounts(text: str) -> None:
    assert is_amount(text, 2)


@pytest.mark.parametrize(
    "text",
    ["1", "1.0", "1.000", "01.00", "-1.00", "+1.00", "1e2", " 1.00", "1.00\n", "1,00", "１.00", "", "NaN",
     "9" * 15 + ".00"],
)  # fmt: skip
def test_other_texts_are_no_amounts(text: str) -> None:
    assert not is_amount(text, 2)
    with pytest.raises(ValueError, match="scale"):
        pack_price(PriceOffer("lot", "CNY", text, 2))


PRICE: dict[str, Any] = {
    "v": 1, "kind": "price", "lot": "l", "currency": "CNY", "scale": 2, "amount": "1.00", "lines": [[1, "1.00"]],
}  # fmt: skip


def framed(value: dict[str, Any], rest: bytes = b"") -> bytes:
    text = canonical(value)
    return len(text).to_bytes(4) + text + rest


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"v": True}, {"kind": "prices"}, {"scale": "2"}, {"scale": 5}, {"scale": True}, {"amount": 1},
        {"amount": "1"}, {"lines": {}}, {"lines": [[1]]}, {"lines": [[0, "1.00"]]}, {"lines": [[True, "1.00"]]},
        {"lines": [["1", "1.00"]]}, {"lines": [[1, "1.00"], [1, "2.00"]]}, {"lines": [[1, "1"]]}, {"lot": None},
        {"note": "call me"},
    ],
)  # fmt: skip
def test_a_price_is_read_strictly(change: dict[str, Any]) -> None:
    assert unpack(framed(PRICE)) == PriceOffer("l", "CNY", "1.00", 2, ((1, "1.00"),))
    assert unpack(framed(PRICE | change)) is BodyFault.MALFORMED


def technical(**change: object) -> bytes:
    listed = {"name": "f", "type": "t", "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()} | change
    return framed({"v": 1, "kind": "tech", "answers": [], "files": [listed]}, b"x")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"size": 2}, BodyFault.FILES_DIFFER), ({"size": 0}, BodyFault.FILES_DIFFER),
        ({"sha256": "0" * 64}, BodyFault.FILES_DIFFER), ({"size": -1}, BodyFault.MALFORMED),
        ({"size": True}, BodyFault.MALFORMED), ({"name": ""}, BodyFault.MALFORMED),
        ({"name": "n" * 256}, BodyFault.MALFORMED), ({"more": 1}, BodyFault.MALFORMED),
    ],
)  # fmt: skip
def test_files_are_read_strictly(change: dict[str, object], fault: BodyFault) -> None:
    assert isinstance(unpack(technical()), TechnicalOffer)
    assert unpack(technical(**change)) is fault


@pytest.mark.parametrize(
    "answers",
    [
        [{"criterion": "c", "value": "1", "text": ""}] * 2, [{"criterion": "c", "value": 1, "text": ""}], [[]],
        [{"criterion": "c", "value": "1"}], [{"criterion": "c", "value": "1", "text": "", "mark": 5}], {},
    ],
)  # fmt: skip
def test_answers_are_read_strictly(answers: object) -> None:
    assert unpack(framed({"v": 1, "kind": "tech", "answers": answers, "files": []})) is BodyFault.MALFORMED


def test_nothing_hides_in_the_padding() -> None:
    assert unpack(framed(PRICE, b"\0\0\x01\0")) is BodyFault.NOT_PADDED
    assert unpack(technical() + b"\0\x01") is BodyFault.NOT_PADDED


@pytest.mark.parametrize(
    "text",
    [b'{"b":1,"a":1}', b'{"a":1 }', b'{"a":1,"a":1}', b'{"a":1.0}', b"[1]", b"{", b"\xff", b'{"a":"\\u0041"}',
     b'{"a":' + b"9" * 5000 + b"}", b'{"a":NaN}', b'{"a":"\\ud800"}', b"[" * 100_000],
)  # fmt: skip
def test_other_spellings_are_not_canonical(text: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse_canonical(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abAB10_", max_size=4), inner, max_size=4),
)


@given(st.dictionaries(st.text("abAB10_", max_size=4), JSON, max_size=4))
def test_the_journal_writes_the_same_bytes(value: dict[str, Any]) -> None:
    assert canonical(value) == canonical_bytes(value)
    assert parse_canonical(canonical(value)) == value


@pytest.mark.parametrize("value", [[0.5], [2**53], {"é": 1}, {1: 1}, ["\ud800"], [b"x"], [object()]])
def test_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        canonical(value)
