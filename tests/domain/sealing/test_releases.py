"""Bundles and bidders' help as rules: forms read back, quorums, who is named, with many committees and many holes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Code
from app.domain.sealing.body import PriceOffer, pack_price
from app.domain.sealing.committee import Committee, release_wrap
from app.domain.sealing.header import Binding, EnvelopeKind, Header, header_json, package_digest
from app.domain.sealing.member_bundle import Distrust, OwnSeat, make_bundle
from app.domain.sealing.package import seal_envelope
from app.domain.sealing.recovering import Standing, decide_recovery, decide_secret, is_answered, is_committed
from app.domain.sealing.releases import (
    Bundle,
    Due,
    Reason,
    bundle_from_json,
    bundle_json,
    decide_bundle,
    is_quorate,
    manifest_digest,
)
from app.domain.sealing.suite import derive_key_pair

ROUND, LOT, POLICY = "a" * 32, "b" * 32, "d" * 64
LOCK = derive_key_pair(b"l" * 32)
PAIRS = [derive_key_pair(bytes([seat]) * 32) for seat in (1, 2, 3)]
COMMITTEE = Committee(2, tuple(pair.public for pair in PAIRS))
NAMES = st.sets(st.sampled_from([f"{number:064x}" for number in range(8)]))
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def secret_of(number: int) -> bytes:
    return bytes([number, 1]) * 32


@cache
def header_of(number: int) -> Header:
    """A bidder's price, sealed to the committee."""
    binding = Binding(ROUND, LOT, f"{number:032x}", 1, POLICY)
    body = pack_price(PriceOffer(LOT, "CNY", f"{270 + number}.00", 2))
    envelope, _ = seal_envelope(LOCK.public, binding, EnvelopeKind.PRICE, body, 4096, secret_of(number), COMMITTEE)
    return Header(binding, (envelope,))


@cache
def headers() -> dict[str, Header]:
    return {package_digest(header_of(number)): header_of(number) for number in range(3)}


def due() -> Due:
    return Due(ROUND, EnvelopeKind.PRICE, POLICY, tuple(sorted(headers())), headers())


def facts(seat: int = 1, **changes: Any) -> dict[str, Any]:
    """What the service tells a member."""
    manifest = sorted(headers())
    return {
        "round_id": ROUND,
        "seat": seat,
        "envelope": "price",
        "policy_digest": POLICY,
        "closes_at": AT.isoformat(),
        "manifest": manifest,
        "manifest_digest": manifest_digest(manifest),
        "packages": [{"package": name, "header": header_json(header)} for name, header in sorted(headers().items())],
    } | changes


def own(seat: int = 1) -> OwnSeat:
    return OwnSeat(ROUND, seat, POLICY, PAIRS[seat - 1].private)


def bundle(seat: int = 1) -> Bundle:
    made = make_bundle(own(seat), facts(seat), AT)
    assert isinstance(made, Bundle)
    return made


# ── forms ─────────────────────────────────────────────────────────────────────


@given(NAMES, NAMES, st.integers(1, 9), st.sampled_from(EnvelopeKind), st.sampled_from(Reason))
def test_a_bundle_is_read_back_as_it_was_written(
    given_of: set[str], left_of: set[str], seat: int, kind: EnvelopeKind, reason: Reason
) -> None:
    secrets = {name: bytes.fromhex(name) for name in given_of - left_of}
    made = Bundle(ROUND, kind, seat, POLICY, "e" * 64, secrets, dict.fromkeys(left_of, reason))
    written = bundle_json(made)
    assert bundle_from_json(written) == made
    names = [row["package"] for row in written["releases"]]
    assert names == sorted(given_of | left_of)


MEMBERS = st.sampled_from(["v", "kind", "round", "envelope", "seat", "policy", "manifest", "releases"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(MEMBERS, inner),
    max_leaves=12,
)


@given(ANYTHING)
def test_nothing_else_is_a_bundle(value: Any) -> None:
    assert bundle_from_json(value) is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("v", 2),
        ("kind", "other"),
        ("seat", "1"),
        ("seat", True),
        ("envelope", "both"),
        ("releases", {}),
        ("releases", [{"package": "f" * 64}]),
        ("releases", [{"package": "f" * 64, "secret": "00"}]),
        ("releases", [{"package": "f" * 64, "reason": "I like A"}]),
        ("releases", [{"package": "f" * 64, "secret": "0" * 64, "reason": "wrap_does_not_open"}]),
        ("releases", [{"package": "f" * 64, "secret": "0" * 64}] * 2),
    ],
)
def test_a_bundle_in_another_form_is_none(member: str, value: Any) -> None:
    assert bundle_from_json({**bundle_json(bundle()), member: value}) is None


# ── a bundle against what is due ──────────────────────────────────────────────


def test_what_a_members_page_makes_is_taken_from_its_own_seat_alone() -> None:
    for seat in (1, 2, 3):
        assert decide_bundle(bundle(seat), due(), seat) is None
        for other in {1, 2, 3} - {seat}:
            refused = decide_bundle(bundle(seat), due(), other)
            assert refused is not None
            assert refused.detail == {"member": "seat"}


@given(st.sets(st.integers(0, 2), min_size=1), st.integers(0, 255), st.integers(0, 31))
def test_one_false_byte_in_a_release_is_found(which: set[int], byte: int, place: int) -> None:
    true = bundle()
    secrets = dict(true.secrets)
    is_false = False
    for at, name in enumerate(sorted(secrets)):
        if at in which:
            changed = bytearray(secrets[name])
            is_false |= changed[place] != byte
            changed[place] = byte
            secrets[name] = bytes(changed)
    refused = decide_bundle(replace(true, secrets=secrets), due(), 1)
    assert (refused is not None and refused.code is Code.RELEASE_FALSE) == is_false


@given(st.sets(st.integers(0, 2)), st.sets(st.integers(0, 2)))
def test_every_due_package_needs_a_release_or_a_reason(given_of: set[int], left_of: set[int]) -> None:
    true, names = bundle(), sorted(headers())
    secrets = {names[at]: true.secrets[names[at]] for at in given_of - left_of}
    omitted = {names[at]: Reason.WRAP_DOES_NOT_OPEN for at in left_of}
    refused = decide_bundle(replace(true, secrets=secrets, omitted=omitted), due(), 1)
    assert (refused is None) == (given_of | left_of == {0, 1, 2})


def test_a_package_that_is_not_due_is_refused() -> None:
    more = {**bundle().omitted, "0" * 64: Reason.NOT_IN_MANIFEST}
    refused = decide_bundle(replace(bundle(), omitted=more), due(), 1)
    assert refused is not None
    assert refused.code is Code.RELEASE_MISSING


def test_another_seats_release_does_not_open_the_own_wrap() -> None:
    theirs = {
        name: release_wrap(PAIRS[1].private, header.binding, header.envelopes[0], 2)
        for name, header in headers().items()
    }
    refused = decide_bundle(replace(bundle(1), secrets=theirs), due(), 1)
    assert refused is not None
    assert refused.code is Code.RELEASE_FALSE


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"closes_at": (AT + timedelta(seconds=1)).isoformat()}, Distrust.TOO_EARLY),
        ({"round_id": "f" * 32}, Distrust.OTHER_ROUND),
        ({"seat": 2}, Distrust.OTHER_ROUND),
        ({"policy_digest": "f" * 64}, Distrust.OTHER_POLICY),
        ({"manifest_digest": "f" * 64}, Distrust.OTHER_MANIFEST),
        ({"manifest": []}, Distrust.OTHER_MANIFEST),
        ({"packages": facts()["packages"][1:]}, Distrust.OTHER_MANIFEST),
        ({"packages": None}, Distrust.MALFORMED),
        ({"envelope": "both"}, Distrust.MALFORMED),
    ],
)
def test_a_key_is_not_used_on_what_cannot_be_trusted(changes: dict[str, Any], why: Distrust) -> None:
    assert make_bundle(own(), facts(**changes), AT) is why


def test_where_nothing_is_due_an_empty_bundle_is_made() -> None:
    # All offers failed: their prices are nobody's.
    made = make_bundle(own(), facts(packages=[]), AT)
    assert isinstance(made, Bundle)
    assert (made.secrets, made.omitted) == ({}, {})


# ── quorum ────────────────────────────────────────────────────────────────────


@given(st.integers(2, 5), st.integers(0, 9), st.data(), st.booleans())
def test_nothing_opens_with_fewer_than_k_and_all_seats_are_always_enough(
    k: int, seats: int, data: st.DataObject, has_waited: bool
) -> None:
    names = ["1" * 64, "2" * 64]
    bundles = []
    for seat in range(1, seats + 1):
        held = data.draw(st.sets(st.sampled_from(names)))
        secrets = dict.fromkeys(held, b"")
        bundles.append(Bundle(ROUND, EnvelopeKind.PRICE, seat, POLICY, "", secrets, {}))
    said = is_quorate(bundles, names, k=k, n=9, has_waited=has_waited)
    whole = all(sum(name in each.secrets for each in bundles) >= k for name in names)
    assert said == (seats >= k and (whole or seats == 9 or has_waited))


# ── help by bidders ───────────────────────────────────────────────────────────


@given(st.integers(0, 2), st.binary(max_size=80))
def test_only_the_sealed_secret_fits_the_commitment(number: int, guess: bytes) -> None:
    header = header_of(number)
    envelope = header.envelopes[0]
    assert is_committed(header.binding, envelope, secret_of(number))
    assert is_committed(header.binding, envelope, guess) == (guess == secret_of(number))
    other = header_of((number + 1) % 3)
    assert not is_committed(other.binding, other.envelopes[0], secret_of(number))


def test_a_secret_counts_within_the_window() -> None:
    header = header_of(0)
    envelope, ends_at = header.envelopes[0], AT + timedelta(hours=1)
    in_time = decide_secret(header.binding, envelope, secret_of(0), now=AT, ends_at=ends_at)
    late = decide_secret(header.binding, envelope, secret_of(0), now=ends_at, ends_at=ends_at)
    assert in_time is None
    assert late is not None
    assert late.code is Code.TOO_LATE


@given(NAMES, NAMES, st.integers(-5, 5))
def test_bidders_are_all_waited_for_or_the_window_is_over(asked: set[str], answered: set[str], minutes: int) -> None:
    now = AT + timedelta(minutes=minutes)
    assert is_answered(asked, answered, now=now, ends_at=AT) == (asked <= answered or minutes >= 0)


def standing(**changes: Any) -> Standing:
    """Prices are due of a committee that cannot open them."""
    return replace(Standing("price", has_committee=True, is_quorate=False, is_asked=False), **changes)


@pytest.mark.parametrize(
    ("found", "reason", "code"),
    [
        (standing(), "keys are lost", None),
        (standing(), " so ", Code.REASON_MISSING),
        (standing(is_quorate=True), "keys are lost", Code.NOT_ALLOWED_HERE),
        (standing(is_asked=True), "keys are lost", Code.NOT_ALLOWED_HERE),
        (standing(envelope=None), "keys are lost", Code.NOT_CLOSED),
        (standing(has_committee=False), "keys are lost", Code.NOT_ALLOWED_HERE),
    ],
)
def test_when_bidders_may_be_asked(found: Standing, reason: str, code: Code | None) -> None:
    refused = decide_recovery(found, reason)
    assert (None if refused is None else refused.code) is code
