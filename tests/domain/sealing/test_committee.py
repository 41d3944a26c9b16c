"""Committee custody: any k members and the server's lock open an envelope, fewer do not; who cheats is named."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.sealing.body import pack_price, pad
from app.domain.sealing.committee import (
    Committee,
    answer_challenge,
    challenge,
    combine,
    make_wraps,
    release_wrap,
    share_of,
    split,
)
from app.domain.sealing.guarding import FileFault
from app.domain.sealing.header import Binding, Envelope, EnvelopeKind, Header, header_from_json, header_json
from app.domain.sealing.member_key import MemberKeyFile, member_key_file, open_member_key
from app.domain.sealing.package import (
    Finding,
    Opened,
    find_secret,
    open_envelope,
    open_server_wrap,
    repeat_opening,
    seal_envelope,
)
from app.domain.sealing.policy import (
    KeyPolicy,
    MemberKey,
    PolicyFault,
    check_policy,
    policy_from_json,
    policy_json,
)
from app.domain.sealing.suite import OpeningError, derive_key_pair, hpke_decap, hpke_key_of, hpke_seal
from tests.domain.sealing.offers import BINDING, BUCKET, LOCK, OTHER_LOCK, price_of

SEED, LOCK_SEED = b"S" * 32, b"V" * 32
SECRET = SEED + LOCK_SEED
PAIRS = [derive_key_pair(bytes([number]) * 32) for number in range(1, 6)]
COMMITTEE = Committee(3, tuple(pair.public for pair in PAIRS))
KIND = EnvelopeKind.PRICE
CTX = "any context"


def sealed(binding: Binding = BINDING, secret: bytes = SECRET) -> tuple[Envelope, bytes]:
    body = pack_price(price_of())
    return seal_envelope(LOCK.public, binding, KIND, body, BUCKET, secret, COMMITTEE)


def released(envelope: Envelope, *seats: int, binding: Binding = BINDING) -> dict[int, bytes]:
    """The shares of these seats, by what each released."""
    shares = {}
    for seat in seats:
        release = release_wrap(PAIRS[seat - 1].private, binding, envelope, seat)
        share = share_of(binding, envelope, seat, release)
        assert share is not None
        shares[seat] = share
    return shares


# ── Shamir ────────────────────────────────────────────────────────────────────


@settings(max_examples=60)
@given(st.binary(min_size=32, max_size=32), st.integers(1, 9), st.data())
def test_any_k_shares_give_the_seed_back(seed: bytes, n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, n))
    shares = split(seed, k, n, CTX)
    chosen = data.draw(st.permutations(range(1, n + 1)))[:k]
    assert combine({seat: shares[seat - 1] for seat in chosen}) == seed
    assert combine({seat: shares[seat - 1] for seat in range(1, n + 1)}) == seed


@settings(max_examples=60)
@given(st.binary(min_size=32, max_size=32), st.integers(2, 9))
def test_one_share_fewer_fits_every_seed(seed: bytes, n: int) -> None:
    # k - 1 shares and any guess of the seed lie on one polynomial: they rule nothing out.
    k = n // 2 + 1
    shares = split(seed, k, n, CTX)
    few = {seat: shares[seat - 1] for seat in range(1, k)}
    assert combine(few) != seed
    guess = bytes(32)
    points = {**few, n: combine_at(n, {0: guess, **few})}
    assert combine(points) == guess


def combine_at(point: int, known: dict[int, bytes]) -> bytes:
    """The value at a point of the polynomial through the known ones, shifted so that the point becomes zero."""
    return combine({seat ^ point: share for seat, share in known.items()})


def test_shamir_in_the_field_of_aes() -> None:
    # One byte by hand: p(x) = 0x53 + 0xca x over GF(2^8) with 0x11b, where 0x53 * 0xca = 1 (FIPS 197's example pair).
    first = split(SEED, 2, 2, CTX)
    slopes = bytes(a ^ b for a, b in zip(first[0], SEED, strict=True))
    doubled = bytes((s << 1 ^ (0x11B if s & 0x80 else 0)) & 0xFF for s in slopes)
    assert first[1] == bytes(a ^ b for a, b in zip(SEED, doubled, strict=True))


@pytest.mark.parametrize("shares", [{}, {0: bytes(32)}, {256: bytes(32)}, {1: bytes(31)}])
def test_what_is_no_share_is_not_combined(shares: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="shares"):
        combine(shares)


@pytest.mark.parametrize(("seed", "k", "n"), [(b"short", 1, 2), (SEED, 0, 2), (SEED, 3, 2), (SEED, 2, 256)])
def test_what_is_no_seed_is_not_split(seed: bytes, k: int, n: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        split(seed, k, n, CTX)


# ── packages ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seats", list(combinations(range(1, 6), 3)))
def test_any_three_members_and_the_server_open(seats: tuple[int, ...]) -> None:
    envelope, ct = sealed()
    lock_seed = open_server_wrap(LOCK.private, BINDING, envelope)
    assert lock_seed == LOCK_SEED
    secret = find_secret(BINDING, envelope, lock_seed, 3, released(envelope, *seats))
    opened = repeat_opening(LOCK.public, BINDING, envelope, ct, secret, COMMITTEE)
    assert opened == Opened(SECRET, pad(pack_price(price_of()), BUCKET), price_of())


def test_two_members_and_the_server_do_not_open() -> None:
    # attacks.md S05.
    envelope, ct = sealed()
    shares = released(envelope, 1, 2)
    with pytest.raises(ValueError, match="fewer"):
        find_secret(BINDING, envelope, LOCK_SEED, 3, shares)
    guessed = combine(shares) + LOCK_SEED
    assert repeat_opening(LOCK.public, BINDING, envelope, ct, guessed, COMMITTEE) is Finding.BIDDER_MALFORMED


def test_the_server_alone_does_not_open() -> None:
    envelope, ct = sealed()
    assert open_envelope(LOCK.private, BINDING, envelope, ct) is Finding.BIDDER_MALFORMED


def test_all_members_without_the_server_do_not_open() -> None:
    envelope, ct = sealed()
    assert open_server_wrap(OTHER_LOCK.private, BINDING, envelope) is None
    seed = combine(released(envelope, 1, 2, 3))
    assert seed == SEED
    wrong = repeat_opening(LOCK.public, BINDING, envelope, ct, seed + b"W" * 32, COMMITTEE)
    assert wrong is Finding.BIDDER_MALFORMED


def test_sealing_twice_gives_the_same_bytes_and_another_secret_others() -> None:
    assert sealed() == sealed()
    first, other = sealed()[0], sealed(secret=b"T" * 32 + LOCK_SEED)[0]
    assert all(a != b for a, b in zip(first.wraps, other.wraps, strict=True))


@settings(max_examples=30)
@given(st.integers(1, 5), st.integers(0, 32 * 8 - 1))
def test_a_false_release_opens_nothing(seat: int, bit: int) -> None:
    envelope, _ = sealed()
    release = bytearray(release_wrap(PAIRS[seat - 1].private, BINDING, envelope, seat))
    release[bit // 8] ^= 1 << bit % 8
    assert share_of(BINDING, envelope, seat, bytes(release)) is None


def test_a_release_belongs_to_its_wrap() -> None:
    envelope, _ = sealed()
    release = release_wrap(PAIRS[0].private, BINDING, envelope, 1)
    assert share_of(BINDING, envelope, 2, release) is None
    assert share_of(replace(BINDING, tag="f" * 32), envelope, 1, release) is None
    assert share_of(BINDING, replace(envelope, kind=EnvelopeKind.TECH), 1, release) is None
    assert share_of(BINDING, envelope, 1, release[:31]) is None
    for seat in (0, -1, 6):
        assert share_of(BINDING, envelope, seat, release) is None
        with pytest.raises(OpeningError):
            release_wrap(PAIRS[0].private, BINDING, envelope, seat)


def test_a_member_of_another_key_or_package_releases_nothing() -> None:
    envelope, _ = sealed()
    with pytest.raises(OpeningError):
        release_wrap(PAIRS[1].private, BINDING, envelope, 1)
    with pytest.raises(OpeningError):
        release_wrap(PAIRS[0].private, replace(BINDING, rev=3), envelope, 1)
    # attacks.md S08: the wraps of two packages exchanged.
    other = replace(BINDING, tag="f" * 32)
    exchanged = replace(envelope, wraps=sealed(other)[0].wraps)
    with pytest.raises(OpeningError):
        release_wrap(PAIRS[0].private, BINDING, exchanged, 1)


def test_what_a_member_releases_is_the_secret_of_rfc_9180() -> None:
    wrap = sealed()[0].wraps[0]
    secret = hpke_decap(PAIRS[0].private, wrap.enc)
    key, nonce = hpke_key_of(secret, b"share|1|" + b"x")
    assert (len(secret), len(key), len(nonce)) == (32, 32, 12)
    with pytest.raises(OpeningError):
        hpke_decap(PAIRS[0].private, b"\x04" + bytes(64))


def spoilt(envelope: Envelope, seat: int, share: bytes) -> Envelope:
    """The envelope with another share dealt to a seat, rightly wrapped."""
    ctx = "|".join((BINDING.round, BINDING.lot, KIND, BINDING.tag, str(BINDING.rev), BINDING.policy, BINDING.prev))
    made = hpke_seal(PAIRS[seat - 1].public, f"share|{seat}|{ctx}".encode(), share, ephemeral=b"x" * 32)
    wraps = list(envelope.wraps)
    wraps[seat - 1] = type(wraps[0])(*made)
    return replace(envelope, wraps=tuple(wraps))


@pytest.mark.parametrize("seats", [(1, 2, 3), (2, 3, 4), (1, 2, 3, 4, 5)])
def test_a_bidder_who_deals_a_false_share_is_found_whoever_comes(seats: tuple[int, ...]) -> None:
    # His envelope must not open by some members and fail by others: it is malformed either way.
    envelope, ct = sealed()
    cheating = spoilt(envelope, 1, b"f" * 32)
    secret = find_secret(BINDING, cheating, LOCK_SEED, 3, released(cheating, *seats))
    found = repeat_opening(LOCK.public, BINDING, cheating, ct, secret, COMMITTEE)
    assert found is Finding.BIDDER_MALFORMED


def test_a_share_of_another_length_is_released_by_nobody() -> None:
    short = spoilt(sealed()[0], 1, b"f" * 31)
    with pytest.raises(OpeningError):
        release_wrap(PAIRS[0].private, BINDING, short, 1)
    secret = hpke_decap(PAIRS[0].private, short.wraps[0].enc)
    assert share_of(BINDING, short, 1, secret) is None


def test_an_envelope_for_another_committee_is_malformed() -> None:
    envelope, ct = sealed()
    for other in (replace(COMMITTEE, k=2), Committee(3, COMMITTEE.members[:4]), None):
        found = repeat_opening(LOCK.public, BINDING, envelope, ct, SECRET, other)
        assert found is Finding.BIDDER_MALFORMED
    bare, bare_ct = seal_envelope(LOCK.public, BINDING, KIND, pack_price(price_of()), BUCKET, LOCK_SEED)
    assert repeat_opening(LOCK.public, BINDING, bare, bare_ct, SECRET, COMMITTEE) is Finding.BIDDER_MALFORMED


def test_a_header_keeps_its_wraps() -> None:
    header = Header(BINDING, (sealed()[0],))
    told = header_json(header)
    assert header_from_json(told) == header
    wraps = told["envelopes"][0]["wraps"]
    assert len(wraps) == 5
    crooked: tuple[object, ...] = (
        [*wraps, *wraps],
        "x",
        {},
        [None],
        [{"enc": wraps[0]["enc"]}],
        [wraps[0] | {"more": 1}],
        [wraps[0] | {"enc": "00" * 65}],
        [wraps[0] | {"ct": wraps[0]["ct"] + "AAAA"}],
        [wraps[0] | {"ct": None}],
    )
    for bent in crooked:
        envelope = told["envelopes"][0] | {"wraps": bent}
        assert not isinstance(header_from_json(told | {"envelopes": [envelope]}), Header)


def test_wraps_are_made_for_each_seat_in_order() -> None:
    wraps = make_wraps(COMMITTEE, BINDING, KIND, SEED)
    assert sealed()[0].wraps == wraps
    assert len({wrap.enc for wrap in wraps}) == 5


# ── policy, key files, proofs ─────────────────────────────────────────────────

POLICY = KeyPolicy(
    "r1",
    ("l1",),
    LOCK.public.hex(),
    "0" * 64,
    "1" * 64,
    custody="committee",
    k=3,
    members=tuple(MemberKey("audit", pair.public.hex()) for pair in PAIRS),
)


def test_a_committee_policy_goes_over_the_wire_and_back() -> None:
    assert policy_from_json(policy_json(POLICY)) == POLICY
    assert check_policy(POLICY) is None
    assert POLICY.committee == COMMITTEE


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"k": 0}, PolicyFault.MALFORMED),
        ({"k": 6}, PolicyFault.MALFORMED),
        ({"members": ()}, PolicyFault.MALFORMED),
        ({"members": POLICY.members * 2}, PolicyFault.MALFORMED),
        ({"members": (replace(POLICY.members[0], seat="Zhang San"), *POLICY.members[1:])}, PolicyFault.MALFORMED),
        ({"members": (POLICY.members[0], *POLICY.members[:4])}, PolicyFault.KEY_TAKEN),
        ({"members": (MemberKey("audit", LOCK.public.hex()), *POLICY.members[1:])}, PolicyFault.KEY_TAKEN),
        ({"members": (MemberKey("audit", "04" + "0" * 128), *POLICY.members[1:])}, PolicyFault.NOT_A_POINT),
        ({"members": (MemberKey("audit", "00" * 65), *POLICY.members[1:])}, PolicyFault.NOT_A_POINT),
        ({"members": (MemberKey("audit", "0" * 62), *POLICY.members[1:])}, PolicyFault.NOT_A_POINT),
    ],
)
def test_keys_that_lock_nothing_are_refused(change: dict[str, object], fault: PolicyFault) -> None:
    # attacks.md S18.
    assert check_policy(replace(POLICY, **change)) is fault  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("bent", [[{"seat": "audit"}], ["04"], [{"seat": 1, "key": "04"}], {}, None])
def test_members_are_read_strictly(bent: object) -> None:
    assert policy_from_json(policy_json(POLICY) | {"members": bent}) is PolicyFault.MALFORMED


def test_a_key_file_opens_with_its_passphrase_alone() -> None:
    file = member_key_file("r1", 2, PAIRS[1], "correct horse", salt=b"s" * 16, nonce=b"n" * 12)
    assert PAIRS[1].private.hex() not in str(file)
    assert open_member_key(file, "correct horse") == MemberKeyFile("r1", 2, PAIRS[1])
    assert open_member_key(file, "wrong horse") is FileFault.WRONG_PASSPHRASE
    for change in ({"round": "r2"}, {"seat": 1}, {"public": PAIRS[0].public.hex()}):
        assert open_member_key(file | change, "correct horse") is FileFault.WRONG_PASSPHRASE
    for bent in (None, {}, file | {"more": 1}, file | {"iterations": 1000}, file | {"kind": "bidroom.recovery"}):
        assert open_member_key(bent, "correct horse") is FileFault.MALFORMED
    # A key that is another's, sealed by somebody who knows the passphrase.
    false = member_key_file("r1", 2, replace(PAIRS[1], public=PAIRS[0].public), "p", salt=b"s" * 16, nonce=b"n" * 12)
    assert open_member_key(false, "p") is FileFault.MALFORMED


def test_a_challenge_is_answered_by_the_keys_holder_for_his_seat() -> None:
    enc, ct = challenge(PAIRS[0].public, "r1", 1, b"n" * 32, b"e" * 32)
    assert answer_challenge(PAIRS[0].private, "r1", 1, enc, ct) == b"n" * 32
    for private, round_id, seat in (
        (PAIRS[1].private, "r1", 1),
        (PAIRS[0].private, "r2", 1),
        (PAIRS[0].private, "r1", 2),
    ):
        with pytest.raises(OpeningError):
            answer_challenge(private, round_id, seat, enc, ct)
