"""Envelopes: what is sealed opens, what was changed by one bit or bound elsewhere gives a finding. attacks.md S."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.sealing.body import PriceOffer, TechnicalOffer, pack_price, pack_technical, pad
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
from app.domain.sealing.package import (
    Finding,
    Opened,
    body_sha256,
    open_envelope,
    repeat_opening,
    seal_envelope,
    sealed_size,
)
from tests.domain.sealing.offers import BINDING, BUCKET, LOCK, OTHER_LOCK, SECRET, price_of, sealed_price


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_what_was_sealed_opens_for_the_service_and_for_the_auditor() -> None:
    envelope, ct = sealed_price()
    opened = open_envelope(LOCK.private, BINDING, envelope, ct)
    assert opened == Opened(SECRET, pad(pack_price(price_of()), BUCKET), price_of())
    assert repeat_opening(LOCK.public, BINDING, envelope, ct, SECRET) == opened
    assert isinstance(opened, Opened)
    assert len(body_sha256(opened.body)) == 64
    assert "278.46" not in repr(opened)


def test_sealing_twice_gives_the_same_bytes() -> None:
    assert sealed_price() == sealed_price()


def test_every_amount_has_the_same_length() -> None:
    # attacks.md S13.
    sizes = {len(sealed_price(amount)[1]) for amount in ("1.00", "999999999.99")}
    assert sizes == {sealed_size(BUCKET)}


def test_files_do_not_show_in_the_length() -> None:
    bodies = [pack_technical([("c1", "1", "x")], [("f", "t", b"x" * 1000)] * count) for count in (1, 9)]
    made = [seal_envelope(LOCK.public, BINDING, EnvelopeKind.TECH, body, 256 << 10, SECRET) for body in bodies]
    assert {len(ct) for _, ct in made} == {(256 << 10) + 16}
    offers = [open_envelope(LOCK.private, BINDING, envelope, ct) for envelope, ct in made]
    assert [len(opened.offer.files) for opened in offers if isinstance(opened, Opened)
            and isinstance(opened.offer, TechnicalOffer)] == [1, 9]  # fmt: skip


@settings(max_examples=60)
@given(st.data())
def test_one_flipped_bit_anywhere_is_found(data: st.DataObject) -> None:
    envelope, ct = sealed_price()
    part = data.draw(st.sampled_from(["ct", "enc", "swrap", "commit", "all"]))
    bits = {"ct": ct, "enc": envelope.enc, "swrap": envelope.swrap, "commit": envelope.commit, "all": ct}[part]
    bit = data.draw(st.integers(0, 8 * len(bits) - 1))
    if part == "ct":
        assert open_envelope(LOCK.private, BINDING, envelope, flipped(ct, bit)) is Finding.ALTERED_IN_CUSTODY
        assert repeat_opening(LOCK.public, BINDING, envelope, flipped(ct, bit), SECRET) is Finding.ALTERED_IN_CUSTODY
        return
    if part == "all":
        # The bidder himself names the digest of a spoilt ciphertext.
        ct = flipped(ct, bit)
        spoilt = replace(envelope, ct_sha256=body_sha256(ct))
    else:
        change: dict[str, Any] = {part: flipped(bits, bit)}
        spoilt = replace(envelope, **change)
    assert open_envelope(LOCK.private, BINDING, spoilt, ct) is Finding.BIDDER_MALFORMED
    assert repeat_opening(LOCK.public, BINDING, spoilt, ct, SECRET) is Finding.BIDDER_MALFORMED


@pytest.mark.parametrize(
    "change",
    [
        {"round": "1" * 32},
        {"lot": "1" * 32},
        {"tag": "1" * 32},
        {"rev": 3},
        {"policy": "1" * 64},
        {"prev": ""},
    ],
)
def test_a_package_bound_elsewhere_is_known(change: dict[str, Any]) -> None:
    # attacks.md S11: refused at submission by name, and it would not open either.
    envelope, ct = sealed_price()
    foreign = replace(BINDING, **change)
    assert first_difference(BINDING, foreign) == next(iter(change))
    assert open_envelope(LOCK.private, foreign, envelope, ct) is Finding.BIDDER_MALFORMED
    assert repeat_opening(LOCK.public, foreign, envelope, ct, SECRET) is Finding.BIDDER_MALFORMED
    assert first_difference(BINDING, BINDING) is None


def test_an_envelope_of_the_other_kind_does_not_open() -> None:
    envelope, ct = sealed_price()
    assert open_envelope(LOCK.private, BINDING, replace(envelope, kind=EnvelopeKind.TECH), ct) is (
        Finding.BIDDER_MALFORMED
    )


def test_another_lock_and_another_secret_do_not_open() -> None:
    envelope, ct = sealed_price()
    assert open_envelope(OTHER_LOCK.private, BINDING, envelope, ct) is Finding.BIDDER_MALFORMED
    assert repeat_opening(LOCK.public, BINDING, envelope, ct, b"W" * 32) is Finding.BIDDER_MALFORMED
    assert repeat_opening(OTHER_LOCK.public, BINDING, envelope, ct, SECRET) is Finding.BIDDER_MALFORMED
    assert repeat_opening(LOCK.public, BINDING, envelope, ct, b"") is Finding.BIDDER_MALFORMED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0\x02{}",
        b"\0\0\0\xff{}",
        pack_price(replace(price_of(), lot="another")),
        pack_technical([("c1", "1", "")]),
        pack_price(price_of()) + b"x",
    ],
)
def test_what_is_no_offer_for_the_lot_is_unreadable(body: bytes) -> None:
    envelope, ct = seal_envelope(LOCK.public, BINDING, EnvelopeKind.PRICE, body, BUCKET, SECRET)
    assert open_envelope(LOCK.private, BINDING, envelope, ct) is Finding.UNREADABLE_BODY


@pytest.mark.parametrize(("lock", "secret"), [(bytes(65), SECRET), (LOCK.public, b"short"), (LOCK.public[:64], SECRET)])
def test_nothing_is_sealed_to_no_point_or_under_no_secret(lock: bytes, secret: bytes) -> None:
    with pytest.raises(ValueError, match="curve"):
        seal_envelope(lock, BINDING, EnvelopeKind.PRICE, b"", BUCKET, secret)


def a_header() -> Header:
    tech, _ = seal_envelope(LOCK.public, BINDING, EnvelopeKind.TECH, pack_technical([]), 256 << 10, SECRET)
    return Header(BINDING, (tech, sealed_price()[0]))


def test_a_header_goes_over_the_wire_and_back() -> None:
    header = a_header()
    assert header_from_json(header_json(header)) == header
    assert header.envelope(EnvelopeKind.PRICE) == header.envelopes[1]
    assert Header(BINDING, header.envelopes[1:]).envelope(EnvelopeKind.TECH) is None


@pytest.mark.parametrize("value", [None, [], "x", 1, {}, {"amount": "1.00", "currency": "CNY"}])
def test_a_plain_price_is_not_sealed(value: object) -> None:
    assert header_from_json(value) is HeaderFault.NOT_SEALED


HEADER_CHANGES: list[dict[str, Any]] = [
    {"v": 2}, {"v": True}, {"v": 1.0}, {"round": "a|b"}, {"round": ""}, {"round": 7}, {"lot": "x" * 65}, {"tag": None},
    {"rev": 0}, {"rev": "1"}, {"rev": True}, {"rev": 1.0}, {"rev": 1_000_000}, {"policy": "D" * 64}, {"policy": ""},
    {"prev": "x"}, {"prev": None}, {"envelopes": {}}, {"envelopes": []}, {"envelopes": [1]}, {"note": ""},
]  # fmt: skip


@pytest.mark.parametrize("change", HEADER_CHANGES)
def test_a_header_is_read_strictly(change: dict[str, Any]) -> None:
    assert header_from_json(header_json(a_header()) | change) is HeaderFault.MALFORMED


ENVELOPE_CHANGES: list[dict[str, Any]] = [
    {"kind": "PRICE"}, {"kind": "tech"}, {"kind": None}, {"kind": []}, {"enc": "04" + "0" * 127},
    {"enc": "02" + "0" * 128}, {"enc": "04" + "A" * 128}, {"enc": 4},
    {"swrap": ""}, {"swrap": "A" * 63}, {"swrap": "=" * 64}, {"swrap": "+" * 64},
    {"wraps": [""]}, {"wraps": None}, {"commit": "0" * 63}, {"ct_sha256": "0" * 65}, {"size": 0}, {"size": "1"},
    {"size": 2**27}, {"size": 1.5}, {"ct": ""},
]  # fmt: skip


@pytest.mark.parametrize("change", ENVELOPE_CHANGES)
def test_an_envelope_is_read_strictly(change: dict[str, Any]) -> None:
    value = header_json(a_header())
    value["envelopes"][1] |= change
    assert header_from_json(value) is HeaderFault.MALFORMED


def test_the_order_and_number_of_envelopes_are_fixed() -> None:
    value = header_json(a_header())
    tech, price = value["envelopes"]
    for envelopes in ([price, tech], [tech], [price, price], [tech, price, price]):
        assert header_from_json(value | {"envelopes": envelopes}) is HeaderFault.MALFORMED


def test_every_member_is_in_the_name() -> None:
    header = a_header()
    names = {package_digest(header), package_digest(Header(BINDING, header.envelopes[1:]))}
    names |= {package_digest(Header(replace(BINDING, rev=3), header.envelopes))}
    spoilt: list[Envelope] = [
        replace(header.envelopes[1], **change)
        for change in ({"size": 1}, {"commit": bytes(32)}, {"ct_sha256": "0" * 64}, {"swrap": bytes(48)})
    ]
    names |= {package_digest(Header(BINDING, (header.envelopes[0], envelope))) for envelope in spoilt}
    assert len(names) == 7


def test_a_bar_cannot_move_a_border() -> None:
    with pytest.raises(AssertionError):
        context(Binding("a|b", "c", "d", 1, "e"), EnvelopeKind.PRICE)


@given(st.binary(max_size=80))
def test_base64url_has_one_spelling(data: bytes) -> None:
    assert decode(encode(data)) == data
    assert decode(encode(data) + "=") is None


@pytest.mark.parametrize("text", ["A", "AB", "A B=", "AA==", "+/AA", "Ä", None, 1])
def test_other_spellings_are_refused(text: object) -> None:
    assert decode(text) is None


def test_an_offer_is_what_was_said() -> None:
    opened = open_envelope(LOCK.private, BINDING, *sealed_price("1.00"))
    assert isinstance(opened, Opened)
    assert isinstance(opened.offer, PriceOffer)
    assert opened.offer.amount == "1.00"
