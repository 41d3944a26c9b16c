"""May this package be received, replaced, withdrawn; when a sealed round closes; who opens what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Code, Refusal
from app.domain.sealing.rules import (
    LAST_STRETCH,
    Bound,
    CloseVerdict,
    OpeningState,
    PriceTerms,
    Revision,
    RoundStatus,
    Timetable,
    close_after_outage,
    decide_binding,
    decide_close,
    decide_envelopes,
    decide_moment,
    decide_opening,
    decide_price,
    decide_revision,
    decide_withdrawal,
    is_due_to_open,
    manifest_of,
    next_opening,
    rules_digest,
)

OPENS = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
MS = timedelta(milliseconds=1)
TABLE = Timetable(RoundStatus.OPEN, OPENS, CLOSES)
DRAIN = timedelta(milliseconds=1500)
DIGEST = "ab" * 32
instants = st.datetimes(min_value=datetime(2026, 11, 1), max_value=datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes with the strategy


def code_of(found: object) -> Code | None:
    """The code of a refusal."""
    return found.code if isinstance(found, Refusal) else None


@pytest.mark.parametrize(("at", "code"), [(CLOSES - MS, None), (CLOSES, Code.LATE), (CLOSES + MS, Code.LATE)])
def test_in_time_to_the_millisecond(at: datetime, code: Code | None) -> None:
    assert code_of(decide_moment(TABLE, at)) is code


@pytest.mark.parametrize(("at", "code"), [(OPENS - MS, Code.ROUND_NOT_OPEN), (OPENS, None), (OPENS + MS, None)])
def test_not_before_the_opening(at: datetime, code: Code | None) -> None:
    assert code_of(decide_moment(TABLE, at)) is code


@given(instants, st.sampled_from(RoundStatus))
def test_a_package_is_received_if_and_only_if_open_and_in_time(at: datetime, status: RoundStatus) -> None:
    is_taken = decide_moment(replace(TABLE, status=status), at) is None
    assert is_taken == (status is RoundStatus.OPEN and OPENS <= at < CLOSES)


def test_nothing_is_added_after_the_manifest_whatever_the_clock_says() -> None:
    closed = replace(TABLE, status=RoundStatus.CLOSED)
    assert code_of(decide_moment(closed, CLOSES - MS)) is Code.LATE


@pytest.mark.parametrize("member", ["round", "lot", "tag", "policy"])
def test_another_binding_is_named_and_not_repeated(member: str) -> None:
    own = Bound("r", "l", "t", "p")
    refusal = decide_binding(replace(own, **{member: "other"}), own)
    assert refusal == Refusal(Code.WRONG_BINDING, {"member": member})
    assert decide_binding(own, own) is None


@given(st.integers(1, 50), st.booleans(), st.integers(1, 60), st.sampled_from(["", DIGEST, "cd" * 32]))
def test_a_revision_follows_the_last_word_and_nothing_else(last: int, is_withdrawn: bool, rev: int, prev: str) -> None:
    held = Revision(last, DIGEST, is_withdrawn)
    refusal = decide_revision(held, rev=rev, prev=prev)
    assert (refusal is None) == (rev == last + 1 and prev == DIGEST)
    if rev <= last:
        assert code_of(refusal) is Code.REVISION_CONFLICT


def test_the_first_revision_is_one_and_names_nothing() -> None:
    assert decide_revision(None, rev=1, prev="") is None
    assert code_of(decide_revision(None, rev=2, prev="")) is Code.WRONG_BINDING
    assert code_of(decide_revision(None, rev=1, prev=DIGEST)) is Code.WRONG_BINDING


def test_a_withdrawal_needs_a_package_and_its_own_number() -> None:
    live = Revision(3, DIGEST, is_withdrawn=False)
    assert decide_withdrawal(live, rev=4) is None
    assert code_of(decide_withdrawal(live, rev=3)) is Code.REVISION_CONFLICT
    assert code_of(decide_withdrawal(live, rev=5)) is Code.WRONG_BINDING
    assert code_of(decide_withdrawal(None, rev=1)) is Code.NO_PACKAGE
    assert code_of(decide_withdrawal(replace(live, is_withdrawn=True), rev=4)) is Code.NO_PACKAGE


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        ({"price": 4112}, Code.NOT_SEALED),
        ({"price": 4112, "tech": 262160}, None),
        ({"price": 4113, "tech": 262160}, Code.TOO_LARGE),
        ({"price": 4112, "tech": 262161}, Code.TOO_LARGE),
        ({"price": 4111, "tech": 262160}, Code.NOT_SEALED),
    ],
)
def test_every_envelope_has_the_one_size(sizes: dict[str, int], code: Code | None) -> None:
    assert code_of(decide_envelopes(sizes, {"price": 4112, "tech": 262160})) is code


def test_a_round_without_technical_part_takes_none() -> None:
    assert code_of(decide_envelopes({"price": 4112, "tech": 262160}, {"price": 4112})) is Code.NOT_SEALED


@given(st.integers(0, 6), st.integers(0, 4), st.booleans(), st.integers(0, 3), st.integers(-5, 5))
def test_the_close_is_one_of_four(bidders: int, needed: int, was_extended: bool, hours: int, seconds: int) -> None:
    table = replace(TABLE, was_extended=was_extended)
    now = CLOSES + DRAIN + timedelta(seconds=seconds)
    decided = decide_close(
        table, now=now, drain=DRAIN, bidders=bidders, needed=needed, extension=timedelta(hours=hours)
    )
    if seconds < 0:
        assert decided.verdict is CloseVerdict.WAIT
    elif bidders >= max(needed, 1):
        assert decided.verdict is CloseVerdict.CLOSE
    elif was_extended or hours == 0:
        assert decided.verdict is CloseVerdict.REFUSE
    else:
        assert decided.verdict is CloseVerdict.EXTEND
        assert decided.closes_at is not None
        assert decided.closes_at > now


def test_an_extension_that_would_be_over_already_counts_from_now() -> None:
    now = CLOSES + timedelta(days=2)
    decided = decide_close(TABLE, now=now, drain=DRAIN, bidders=0, needed=3, extension=timedelta(hours=1))
    assert decided.closes_at == now + timedelta(hours=1)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_an_outage_moves_the_close_only_near_it_and_always_leaves_a_stretch(down: datetime, lasted: timedelta) -> None:
    up = down + lasted
    later = close_after_outage(TABLE, down_from=down, up_at=up)
    is_near = down < CLOSES and up > CLOSES - LAST_STRETCH and lasted > timedelta(0)
    assert (later is not None) == is_near
    if later is not None:
        assert later == CLOSES + lasted + LAST_STRETCH
        assert later >= up


def test_a_scheduled_round_opens_at_its_instant_and_not_twice() -> None:
    table = replace(TABLE, status=RoundStatus.SCHEDULED)
    assert [is_due_to_open(table, OPENS + shift) for shift in (-MS, timedelta(0), MS)] == [False, True, True]
    assert not is_due_to_open(TABLE, OPENS)


STATE = OpeningState(
    RoundStatus.CLOSED, has_technical=True, is_technical_open=False, is_price_open=False, is_released=False
)


@given(st.sampled_from(RoundStatus), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_prices_never_open_before_the_lock(
    status: RoundStatus, has_technical: bool, is_technical_open: bool, is_price_open: bool, is_released: bool
) -> None:
    state = OpeningState(status, has_technical, is_technical_open, is_price_open, is_released)
    if decide_opening(state, "price") is None:
        assert status is RoundStatus.CLOSED
        assert not is_price_open
        assert not has_technical or (is_technical_open and is_released)
    if decide_opening(state, "tech") is None:
        assert status is RoundStatus.CLOSED
        assert has_technical
        assert not is_technical_open


def test_the_order_of_openings() -> None:
    assert next_opening(replace(STATE, status=RoundStatus.OPEN)) is None
    assert next_opening(STATE) == "tech"
    opened = replace(STATE, is_technical_open=True)
    assert next_opening(opened) is None
    assert code_of(decide_opening(opened, "price")) is Code.NOT_LOCKED
    assert next_opening(replace(opened, is_released=True)) == "price"
    assert next_opening(replace(opened, is_released=True, is_price_open=True)) is None
    assert next_opening(replace(STATE, has_technical=False)) == "price"
    assert next_opening(replace(STATE, status=RoundStatus.REFUSED)) is None


TERMS = PriceTerms("lot", "CNY", 2, Decimal("300.00"), Decimal("100.00"))


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("300.00", None),
        ("300.01", Code.ABOVE_CEILING),
        ("100.00", None),
        ("99.99", Code.BELOW_MINIMUM),
        ("0.00", Code.NOT_AN_AMOUNT),
        ("200.001", Code.PRECISION),
        ("1e5", Code.NOT_AN_AMOUNT),
    ],
)
def test_an_opened_price_keeps_the_published_limits(amount: str, code: Code | None) -> None:
    assert code_of(decide_price(TERMS, lot="lot", currency="CNY", scale=2, amount=amount)) is code


def test_a_price_of_another_lot_currency_or_scale_does_not_count() -> None:
    for bent in ({"lot": "other"}, {"currency": "EUR"}, {"scale": 3}):
        said = {"lot": "lot", "currency": "CNY", "scale": 2, "amount": "200.00", **bent}
        assert code_of(decide_price(TERMS, **said)) is Code.WRONG_BINDING  # type: ignore[arg-type]  # mixed on purpose


@given(st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=8))
def test_the_manifest_has_no_order_of_arrival(digests: list[str]) -> None:
    assert manifest_of(digests) == manifest_of(reversed(digests)) == sorted(digests)


def test_the_rules_digest_moves_with_the_rules_and_not_with_times_or_titles() -> None:
    lot = {"id": "l", "number": 1, "title_zh": "a", "ceiling_price": "300.00"}
    document = {
        "currency": "CNY",
        "tax_basis": "excluded",
        "min_bidders": 3,
        "lots": [lot],
        "rounds": [{"id": "r", "rules": {"opens_at": "1", "closes_at": "2", "price_bucket": 4096}}],
    }
    plain = rules_digest(document, "r")
    later = {**document, "rounds": [{"id": "r", "rules": {"opens_at": "3", "closes_at": "4", "price_bucket": 4096}}]}
    retitled = {**document, "lots": [{**lot, "title_zh": "b"}]}
    assert rules_digest(later, "r") == rules_digest(retitled, "r") == plain
    assert rules_digest({**document, "min_bidders": 2}, "r") != plain
