"""Formats whose price moves by ticks: one price for all, by time alone; who stays, who accepts, and when it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.closing import LotStatus, pause, resumed, timetable_of
from app.domain.formats import (
    FloorState,
    LiveRules,
    LotTerms,
    Offer,
    check_rules,
    dutch,
    format_of,
    japanese,
    lot_times,
)
from app.domain.formats.ticks import length_of
from app.domain.live_rules import FeedbackMode, Pace
from app.domain.money import format_amount
from app.domain.refusals import Code, Refusal
from tests.domain.live_strategies import MILLISECOND, OPENS_AT, SECOND, simple_rules

TERMS = LotTerms(2, Decimal("300.00"))
PACE = Pace(stages=5, each=20 * SECOND)
EACH = PACE.each


def tick_rules(name: str, pace: Pace = PACE) -> LiveRules:
    return replace(simple_rules(), format=name, pace=pace, duration=length_of(pace))


def opened(rules: LiveRules) -> FloorState:
    return FloorState(replace(timetable_of(lot_times(rules, 0)), status=LotStatus.OPEN))


def moved(rules: LiveRules, state: FloorState, at: datetime) -> FloorState:
    while (after := format_of(rules).move(rules, TERMS, state, at, lambda _count: {})) is not None:
        state = after
    return state


def act(rules: LiveRules, state: FloorState, tag: str, amount: Decimal | None, at: datetime) -> FloorState | Code:
    """What comes of a bidder taking a price, as the engine does it: first what time has brought."""
    state = moved(rules, state, at)
    sent = "1.00" if amount is None else format_amount(amount, 2)
    played = format_of(rules).play_bid(rules, TERMS, state, tag, Offer(sent, at))
    return played.code if isinstance(played, Refusal) else played.after


FALLING, RISING = tick_rules("japanese"), tick_rules("dutch")


@settings(max_examples=60)
@given(st.lists(st.sets(st.sampled_from("abcd")), min_size=5, max_size=5))
def test_who_misses_a_tick_is_out_and_the_last_one_is_first(stays: Sequence[set[str]]) -> None:
    rules, state = FALLING, opened(FALLING)
    alive, count = set("abcd"), 0
    for tick, staying in enumerate(stays):
        at = OPENS_AT + tick * EACH
        state = moved(rules, state, at)
        if tick and len(alive) <= 1:
            # It was over as this tick would have begun: to the millisecond, whoever asks.
            assert state.timetable.closes_at == at
            assert act(rules, state, "a", japanese.price_at(rules, TERMS, tick), at) is Code.LOT_CLOSED
            break
        price = japanese.price_at(rules, TERMS, tick)
        for tag in sorted(staying):
            after = act(rules, state, tag, price, at + SECOND)
            if tag not in alive:
                assert after is Code.OUT
                continue
            assert isinstance(after, FloorState)
            state, count = after, count + 1
            assert act(rules, state, tag, price, at + 2 * SECOND) is Code.STEP_TOO_SMALL
        alive &= staying
    assert state.seq == count
    assert state.timetable.closes_at <= OPENS_AT + length_of(PACE)
    if count:
        lowest = min(amount for amount, _, _ in state.standing.order)
        assert state.standing.order[0][0] == lowest


def test_a_tick_takes_its_own_price_until_three_seconds_before_its_end() -> None:
    rules, state = FALLING, opened(FALLING)
    price = japanese.price_at(rules, TERMS, 0)
    assert price == Decimal("300.00")
    until = OPENS_AT + EACH - japanese.SETTLED
    moments = {OPENS_AT - MILLISECOND: Code.LOT_NOT_OPEN, until - MILLISECOND: None, until: Code.NOT_YOUR_TURN}
    for at, code in moments.items():
        after = act(rules, state, "a", price, at)
        assert (after is code) or (code is None and isinstance(after, FloorState))
    assert act(rules, state, "a", Decimal("299.10"), OPENS_AT) is Code.STALE_QUOTE
    # In the next tick, without having confirmed: out for good, told from the own last bid alone.
    later = moved(rules, act_all(rules, state, "bc", OPENS_AT), OPENS_AT + EACH)
    assert act(rules, later, "a", japanese.price_at(rules, TERMS, 1), OPENS_AT + EACH) is Code.OUT
    told = format_of(rules).feedback(rules, TERMS, later, "a")
    assert told.pace is not None
    assert told.pace.is_out
    assert told.next_valid is None


def act_all(rules: LiveRules, state: FloorState, tags: str, at: datetime) -> FloorState:
    for tag in tags:
        told = format_of(rules).feedback(rules, TERMS, moved(rules, state, at), tag)
        after = act(rules, state, tag, told.next_valid, at)
        assert isinstance(after, FloorState)
        state = after
    return state


@given(st.integers(0, 4), st.integers(0, 19_999), st.sampled_from("ab"))
def test_the_first_to_accept_has_the_lot_at_the_price_of_its_tick(tick: int, ms: int, tag: str) -> None:
    rules, at = RISING, OPENS_AT + tick * EACH + ms * MILLISECOND
    price = dutch.price_at(rules, TERMS, tick)
    after = act(rules, opened(rules), tag, price, at)
    assert isinstance(after, FloorState)
    assert after.standing.order[0] == (price, 1, tag)
    assert after.timetable.closes_at == at + MILLISECOND
    assert format_of(rules).moves_at(rules, after) is None
    # In the same millisecond, and after it: too late.
    for later in (at, at + MILLISECOND):
        assert act(rules, after, "c", price, later) is Code.LOT_CLOSED
    assert format_of(rules).feedback(rules, TERMS, after, "c").pace is None


def test_the_price_rises_to_the_ceiling_and_no_other_is_taken() -> None:
    rules = RISING
    prices = [dutch.price_at(rules, TERMS, tick) for tick in range(PACE.stages)]
    assert prices == sorted(set(prices))
    assert prices[-1] == TERMS.ceiling
    assert act(rules, opened(rules), "a", prices[1], OPENS_AT + EACH - MILLISECOND) is Code.STALE_QUOTE
    assert isinstance(act(rules, opened(rules), "a", prices[1], OPENS_AT + EACH), FloorState)
    assert act(rules, opened(rules), "a", prices[-1], OPENS_AT + length_of(PACE)) is Code.LOT_CLOSED
    started = replace(TERMS, start=Decimal("200.00"))
    assert dutch.price_at(rules, started, 0) == Decimal("200.00")
    assert dutch.price_at(rules, started, 10**6) == TERMS.ceiling


@pytest.mark.parametrize("rules", [FALLING, RISING])
def test_a_pause_moves_every_tick_with_it(rules: LiveRules) -> None:
    state = moved(rules, opened(rules), OPENS_AT)
    at = OPENS_AT + 7 * SECOND
    stopped = pause(state.timetable, at)
    assert not isinstance(stopped, Refusal)
    again = resumed(replace(stopped, resume_at=at + timedelta(minutes=3)), rules.window)
    later = replace(state, timetable=again)
    assert format_of(rules).moves_at(rules, later) == OPENS_AT + EACH + timedelta(minutes=3)
    assert not format_of(rules).may_extend(rules)


@pytest.mark.parametrize("rules", [FALLING, RISING])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pace": None}, "pace"),
        ({"pace": Pace(5, EACH, 3)}, "pace.slots"),
        ({"duration": timedelta(minutes=30)}, "duration_s"),
        ({"feedback": FeedbackMode.RANK_AND_BEST}, "feedback"),
        ({"auto_bid": True}, "auto_bid"),
    ],
)
def test_rules_that_do_not_fit_are_named(rules: LiveRules, changes: dict[str, object], field: str) -> None:
    assert check_rules(rules) == []
    assert field in {fault.field for fault in check_rules(replace(rules, **changes))}  # type: ignore[arg-type]  # the fields by name
    assert all(len(format_of(rules).rule_sentences(rules, lang)) > 4 for lang in ("zh", "en"))
