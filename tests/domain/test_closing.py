"""Time: the millisecond before, at and after; extension at the edges of its window; pause and what it gives back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.closing import (
    Change,
    LotStatus,
    Timetable,
    decide_close,
    decide_moment,
    decide_open,
    decide_resume,
    extend,
    extend_by_hand,
    is_in_time,
    pause,
    pause_after_outage,
    resumed,
    set_resume,
    shown_status,
    timetable_of,
)
from app.domain.live_rules import ExtensionMode, LotOrder, SoftClose, Trigger, lot_times
from app.domain.refusals import Code, Refusal
from tests.domain.live_strategies import MILLISECOND, OPENS_AT, SECOND, simple_rules, soft_closes

MINUTE = timedelta(minutes=1)
CLOSES_AT = OPENS_AT + 30 * MINUTE
HARD_STOP = OPENS_AT + 75 * MINUTE
WINDOW = 3 * MINUTE
OPEN = Timetable(LotStatus.OPEN, OPENS_AT, CLOSES_AT, HARD_STOP)
SOFT = SoftClose(window=WINDOW, hard_stop_after=45 * MINUTE, max_extensions=10)
LEADS = Change(is_new_best=True, rank=1, has_moved=True)
THIRD = Change(is_new_best=False, rank=3, has_moved=True)


def _code(answer: object) -> Code | None:
    return answer.code if isinstance(answer, Refusal) else None


@pytest.mark.parametrize(("offset_ms", "expected"), [(-1, None), (0, Code.LOT_CLOSED), (1, Code.LOT_CLOSED)])
def test_the_millisecond_at_the_close(offset_ms: int, expected: Code | None) -> None:
    received_at = CLOSES_AT + offset_ms * MILLISECOND
    assert is_in_time(received_at, CLOSES_AT) is (expected is None)
    assert _code(decide_moment(OPEN, received_at)) is expected


@pytest.mark.parametrize(("offset_ms", "expected"), [(-1, Code.LOT_NOT_OPEN), (0, None), (1, None)])
def test_the_millisecond_at_the_opening(offset_ms: int, expected: Code | None) -> None:
    assert _code(decide_moment(OPEN, OPENS_AT + offset_ms * MILLISECOND)) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (LotStatus.SCHEDULED, Code.LOT_NOT_OPEN),
        (LotStatus.PAUSED, Code.LOT_PAUSED),
        (LotStatus.CLOSED, Code.LOT_CLOSED),
        (LotStatus.CANCELLED, Code.LOT_CLOSED),
        (LotStatus.OPEN, None),
        (LotStatus.OVERTIME, None),
        (LotStatus.CLOSING, None),
    ],
)
def test_each_status_and_a_bid(status: LotStatus, expected: Code | None) -> None:
    assert _code(decide_moment(replace(OPEN, status=status), OPENS_AT + MINUTE)) is expected


@pytest.mark.parametrize(
    ("left", "closes_in"),
    [
        (WINDOW + MILLISECOND, WINDOW + MILLISECOND),
        (WINDOW, WINDOW),
        (WINDOW - MILLISECOND, WINDOW),
        (MILLISECOND, WINDOW),
    ],
)
def test_reset_moves_the_close_to_a_window_after_the_bid(left: timedelta, closes_in: timedelta) -> None:
    received_at = CLOSES_AT - left
    after = extend(OPEN, SOFT, received_at, LEADS) or OPEN
    assert after.closes_at == received_at + closes_in
    assert after.extensions == (1 if left < WINDOW else 0)


def test_only_the_named_trigger_extends() -> None:
    late = CLOSES_AT - MINUTE
    new_best = replace(SOFT, trigger=Trigger.NEW_BEST)
    assert extend(OPEN, new_best, late, LEADS) is not None
    assert extend(OPEN, new_best, late, THIRD) is None
    top = replace(SOFT, trigger=Trigger.TOP_CHANGE, top=3)
    assert extend(OPEN, top, late, THIRD) is not None
    assert extend(OPEN, replace(top, top=2), late, THIRD) is None
    assert extend(OPEN, top, late, replace(THIRD, has_moved=False)) is None
    assert extend(OPEN, SOFT, late, THIRD) is not None
    assert extend(OPEN, None, late, LEADS) is None


def test_added_time_cap_and_hard_stop() -> None:
    late = CLOSES_AT - MINUTE
    adds = replace(SOFT, mode=ExtensionMode.ADD, added=5 * MINUTE)
    after = extend(OPEN, adds, late, LEADS)
    assert after is not None
    assert after.closes_at == CLOSES_AT + 5 * MINUTE
    assert extend(replace(OPEN, extensions=10), adds, late, LEADS) is None
    near = replace(OPEN, hard_stop_at=CLOSES_AT + SECOND)
    capped = extend(near, SOFT, late, LEADS)
    assert capped is not None
    assert capped.closes_at == near.hard_stop_at
    assert extend(capped, SOFT, capped.closes_at - SECOND, LEADS) is None


@given(soft_closes(), st.lists(st.integers(0, 600_000), max_size=30))
def test_extensions_only_go_forward_and_stop(soft: SoftClose, gaps: list[int]) -> None:
    table = replace(OPEN, hard_stop_at=CLOSES_AT + soft.hard_stop_after)
    at = CLOSES_AT - soft.window
    for gap in gaps:
        at += gap * MILLISECOND
        if not is_in_time(at, table.closes_at):
            break
        after = extend(table, soft, at, LEADS)
        if after is not None:
            assert table.closes_at < after.closes_at <= after.hard_stop_at
            assert after.extensions == table.extensions + 1 <= soft.max_extensions
            table = after


def test_opening_and_closing() -> None:
    fresh = timetable_of(lot_times(simple_rules(), 0))
    assert decide_open(fresh, OPENS_AT - MILLISECOND) is None
    opened = decide_open(fresh, OPENS_AT)
    assert opened is not None
    assert opened.status is LotStatus.OPEN
    assert decide_open(opened, OPENS_AT) is None
    drain = timedelta(milliseconds=1500)
    assert decide_close(OPEN, CLOSES_AT + drain - MILLISECOND, drain) is None
    closed = decide_close(OPEN, CLOSES_AT + drain, drain)
    assert closed is not None
    assert closed.status is LotStatus.CLOSED
    assert decide_close(closed, CLOSES_AT + drain, drain) is None
    assert shown_status(OPEN, CLOSES_AT - MILLISECOND) is LotStatus.OPEN
    assert shown_status(OPEN, CLOSES_AT) is LotStatus.CLOSING
    assert shown_status(closed, CLOSES_AT) is LotStatus.CLOSED


@given(left_s=st.integers(1, 1800), paused_s=st.integers(0, 7200), window_s=st.integers(0, 600))
def test_a_pause_gives_the_time_back(left_s: int, paused_s: int, window_s: int) -> None:
    now = CLOSES_AT - left_s * SECOND
    paused = pause(OPEN, now)
    assert isinstance(paused, Timetable)
    announced = set_resume(paused, now + paused_s * SECOND)
    assert isinstance(announced, Timetable)
    resume_at = now + paused_s * SECOND
    window = window_s * SECOND
    assert decide_resume(announced, resume_at - MILLISECOND, window) is None
    running = decide_resume(announced, resume_at, window)
    assert running is not None
    assert running.closes_at - resume_at == max(left_s, window_s) * SECOND
    assert running.hard_stop_at - running.closes_at == HARD_STOP - CLOSES_AT
    assert (running.left, running.paused_at, running.resume_at) == (None, None, None)


def test_what_cannot_be_paused_or_resumed() -> None:
    paused = pause(OPEN, OPENS_AT + MINUTE)
    assert isinstance(paused, Timetable)
    assert _code(pause(paused, OPENS_AT + MINUTE)) is Code.LOT_PAUSED
    assert _code(pause(OPEN, CLOSES_AT)) is Code.LOT_CLOSED
    assert _code(pause(timetable_of(lot_times(simple_rules(), 0)), OPENS_AT)) is Code.LOT_NOT_OPEN
    assert _code(set_resume(OPEN, OPENS_AT + MINUTE)) is Code.NOT_PAUSED
    assert decide_resume(paused, OPENS_AT + MINUTE, WINDOW) is None
    with pytest.raises(ValueError, match="announced instant"):
        resumed(OPEN, WINDOW)


@pytest.mark.parametrize(
    ("last_seen_at", "left"),
    [
        (OPENS_AT + 10 * MINUTE, 20 * MINUTE),
        (CLOSES_AT - SECOND, SECOND),
        (CLOSES_AT + SECOND, timedelta(0)),
        (OPENS_AT - MINUTE, 30 * MINUTE),
    ],
)
def test_an_outage_pauses_with_what_was_left_when_it_began(last_seen_at: datetime, left: timedelta) -> None:
    paused = pause_after_outage(OPEN, last_seen_at, OPENS_AT + 50 * MINUTE)
    assert paused.status is LotStatus.PAUSED
    assert paused.left == left


def test_a_person_moves_the_close_forward_only() -> None:
    now = OPENS_AT + MINUTE
    later = extend_by_hand(OPEN, now, 60 * MINUTE)
    assert isinstance(later, Timetable)
    assert later.closes_at == CLOSES_AT + 60 * MINUTE == later.hard_stop_at
    assert later.extensions == 0
    assert _code(extend_by_hand(OPEN, now, timedelta(0))) is Code.NOT_LATER
    assert _code(extend_by_hand(OPEN, now, -SECOND)) is Code.NOT_LATER
    assert _code(extend_by_hand(OPEN, CLOSES_AT, SECOND)) is Code.LOT_CLOSED
    paused = pause(OPEN, now)
    assert isinstance(paused, Timetable)
    assert _code(extend_by_hand(paused, now, SECOND)) is Code.LOT_PAUSED


def test_staggered_lots_close_one_after_the_other() -> None:
    rules = replace(simple_rules(soft_close=SOFT), lots=LotOrder.STAGGERED, stagger=5 * MINUTE)
    times = [lot_times(rules, position) for position in range(3)]
    assert [at.closes_at - CLOSES_AT for at in times] == [timedelta(0), 5 * MINUTE, 10 * MINUTE]
    assert all(at.hard_stop_at - at.closes_at == 45 * MINUTE and at.opens_at == OPENS_AT for at in times)
