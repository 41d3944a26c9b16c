"""Rounds of turns: everybody has one in every round, worst first; one bids in the own turn; the end is known."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.closing import LotStatus, pause, pause_after_outage, resumed, timetable_of
from app.domain.formats import FloorState, LiveRules, LotTerms, Offer, check_rules, format_of, lot_times
from app.domain.formats.turn_based import BREAK, SETTLED, length_of, turn_of
from app.domain.live_rules import FeedbackMode, LotOrder, Pace, SoftClose
from app.domain.money import format_amount
from app.domain.refusals import Code, Refusal
from tests.domain.live_strategies import MILLISECOND, OPENS_AT, SECOND, simple_rules

TERMS = LotTerms(2, Decimal("300.00"))
PACE = Pace(stages=3, each=20 * SECOND, slots=4)
TAGS = "abcdef"


def turn_rules(pace: Pace = PACE) -> LiveRules:
    return replace(simple_rules(), format="turn_based", pace=pace, duration=length_of(pace))


def drawn(tags: str, slots: int) -> dict[str, int]:
    return {tag: at % slots + 1 for at, tag in enumerate(tags)}


def opened(rules: LiveRules) -> FloorState:
    return FloorState(replace(timetable_of(lot_times(rules, 0)), status=LotStatus.OPEN))


def moved(rules: LiveRules, state: FloorState, at: datetime, tags: str = TAGS) -> FloorState:
    """All moves that are due."""
    while (after := format_of(rules).move(rules, TERMS, state, at, lambda count: drawn(tags, count))) is not None:
        state = after
    return state


def bid(rules: LiveRules, state: FloorState, tag: str, amount: str, at: datetime) -> FloorState | Refusal:
    played = format_of(rules).play_bid(rules, TERMS, state, tag, Offer(amount, at))
    return played if isinstance(played, Refusal) else played.after


def turn(rules: LiveRules, state: FloorState, tag: str) -> tuple[datetime, datetime]:
    assert state.course is not None
    found = turn_of(rules, state.timetable, state.course, tag)
    assert found is not None
    return found


paces = st.builds(Pace, st.integers(1, 4), st.integers(10, 120).map(lambda s: s * SECOND), st.integers(2, 8))


@settings(max_examples=40)
@given(paces, st.integers(1, 6), st.data())
def test_every_bidder_has_one_turn_a_round_worst_first_and_the_end_is_known(
    pace: Pace, bidders: int, data: st.DataObject
) -> None:
    rules, tags = turn_rules(pace), TAGS[:bidders]
    state = opened(rules)
    closes_at, taken = state.timetable.closes_at, 0
    for stage in range(pace.stages):
        at = format_of(rules).moves_at(rules, state)
        assert at is not None
        assert moved(rules, state, at - MILLISECOND, tags) == state
        state = moved(rules, state, at, tags)
        assert state.course is not None
        assert state.course.stage == stage
        begins = OPENS_AT + stage * (BREAK + pace.each * (pace.slots or 0))
        turns = {tag: turn(rules, state, tag) for tag in tags}
        for tag, (since, until) in turns.items():
            assert begins + BREAK <= since < until <= closes_at
            rank = state.standing.rank_of(tag)
            if stage:
                assert (until - begins - BREAK) // pace.each == (
                    1 if rank is None else max(1, (pace.slots or 0) - rank + 1)
                )
        for tag in sorted(tags, key=lambda tag: turns[tag]):
            if data.draw(st.booleans()):
                following = format_of(rules).feedback(rules, TERMS, state, tag).next_valid
                assert following is not None
                after = bid(rules, state, tag, format_amount(following, 2), turns[tag][0])
                assert not isinstance(after, Refusal)
                taken += 1
                # A bid changes nobody's turn in the round it is made in.
                assert after.course == state.course
                state = after
    assert state.seq == taken
    assert state.timetable.closes_at == closes_at == OPENS_AT + length_of(pace)
    assert format_of(rules).moves_at(rules, state) is None


def test_a_turn_begins_and_ends_to_the_millisecond() -> None:
    rules = turn_rules()
    state = moved(rules, opened(rules), OPENS_AT, "abc")
    since, until = turn(rules, state, "b")
    moments = {since - MILLISECOND: False, since: True, until - MILLISECOND: True, until: False}
    for at, is_taken in moments.items():
        answer = bid(rules, state, "b", "299.00", at)
        assert isinstance(answer, FloorState) is is_taken
        if isinstance(answer, Refusal):
            assert answer.code is Code.NOT_YOUR_TURN
    stranger = bid(rules, state, "f", "299.00", since)
    assert isinstance(stranger, Refusal)
    assert stranger.code is Code.NOT_YOUR_TURN


def test_the_best_is_last_and_a_missed_turn_keeps_the_last_bid() -> None:
    rules = turn_rules()
    state = moved(rules, opened(rules), OPENS_AT, "abc")
    for tag, amount in (("a", "299.00"), ("b", "280.00"), ("c", "290.00")):
        after = bid(rules, state, tag, amount, turn(rules, state, tag)[0])
        assert isinstance(after, FloorState)
        state = after
    round_ = BREAK + 4 * PACE.each
    assert moved(rules, state, OPENS_AT + round_ + SETTLED - MILLISECOND) == state
    state = moved(rules, state, OPENS_AT + round_ + SETTLED)
    assert state.course is not None
    assert dict(state.course.slots) == {"b": 4, "c": 3, "a": 2}
    state = moved(rules, state, OPENS_AT + 2 * round_ + SETTLED)
    assert state.course is not None
    assert state.course.stage == 2
    assert state.standing.own_last("b") == Decimal("280.00")


def test_a_turn_tells_the_own_rank_and_nothing_else() -> None:
    """Two lots with other rivals, as many or not: who has the same rank has the same turn, and is told the same."""
    rules, told = turn_rules(), []
    for others in ("b", "bcdef"):
        state = moved(rules, opened(rules), OPENS_AT, "a" + others)
        after = bid(rules, state, "a", "290.00", turn(rules, state, "a")[0])
        assert isinstance(after, FloorState)
        state = after
        for place, tag in enumerate(others):
            amount = "280.00" if place == 0 else f"29{place}.50"
            # Played in whatever turn they have.
            found = bid(rules, state, tag, amount, turn(rules, state, tag)[0])
            assert isinstance(found, FloorState)
            state = found
        state = moved(rules, state, OPENS_AT + BREAK + 4 * PACE.each + SETTLED)
        told.append(format_of(rules).feedback(rules, TERMS, state, "a"))
    assert told[0] == told[1]
    assert told[0].pace is not None
    assert told[0].rank == 2


def test_a_pause_moves_every_turn_with_it() -> None:
    rules = turn_rules()
    state = moved(rules, opened(rules), OPENS_AT, "abcd")
    since, until = turn(rules, state, "d")
    at = since + 5 * SECOND
    stopped = pause(state.timetable, at)
    assert not isinstance(stopped, Refusal)
    for table in (stopped, pause_after_outage(state.timetable, at, at + 9 * SECOND)):
        again = resumed(replace(table, resume_at=at + timedelta(minutes=2)), rules.window)
        later = replace(state, timetable=again)
        assert turn(rules, later, "d") == (since + timedelta(minutes=2), until + timedelta(minutes=2))
    assert not format_of(rules).may_extend(rules)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pace": None}, "pace"),
        ({"duration": timedelta(minutes=30)}, "duration_s"),
        ({"soft_close": SoftClose(SECOND, SECOND, 1)}, "soft_close"),
        ({"feedback": FeedbackMode.LEAD_ONLY}, "feedback"),
        ({"auto_bid": True}, "auto_bid"),
        ({"lots": LotOrder.STAGGERED, "stagger": SECOND}, "lots"),
        ({"pace": Pace(0, SECOND, 1)}, "pace.stages"),
    ],
)
def test_rules_that_do_not_fit_are_named(changes: dict[str, object], field: str) -> None:
    assert check_rules(turn_rules()) == []
    assert field in {fault.field for fault in check_rules(replace(turn_rules(), **changes))}  # type: ignore[arg-type]  # the fields by name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sentences_say_it(lang: str) -> None:
    said = format_of(turn_rules()).rule_sentences(turn_rules(), lang)
    assert "20" in said[0]
    assert len(said) > 5
