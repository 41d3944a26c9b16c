"""Lots in series: each opens the gap after the close of the one before, however that close has moved."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain import closing
from app.domain.closing import LotStatus, Timetable, in_series, is_its_turn, timetable_of
from app.domain.formats import lot_times
from app.domain.live_rules import LotOrder
from tests.domain.live_strategies import OPENS_AT, SECOND, simple_rules

GAP = timedelta(minutes=5)
RULES = replace(simple_rules(), lots=LotOrder.SERIES, gap=GAP)
LOTS = 4


def planned() -> list[Timetable]:
    return [timetable_of(lot_times(RULES, place)) for place in range(LOTS)]


def later(table: Timetable, seconds: int) -> Timetable:
    return replace(table, closes_at=table.closes_at + seconds * SECOND)


def test_as_planned_nothing_moves() -> None:
    tables = planned()
    assert in_series(RULES, tables) == tables
    assert [(one.opens_at - OPENS_AT) // timedelta(minutes=1) for one in tables] == [0, 35, 70, 105]
    assert all(one.closes_at - one.opens_at == RULES.duration for one in tables)


@given(st.integers(0, LOTS - 1), st.integers(0, 7200))
def test_a_later_close_moves_all_behind_it_by_as_much(place: int, seconds: int) -> None:
    tables = planned()
    tables[:place] = [replace(one, status=LotStatus.CLOSED) for one in tables[:place]]
    tables[place] = later(replace(tables[place], status=LotStatus.OVERTIME), seconds)
    moved = in_series(RULES, tables)
    for at, (before, after) in enumerate(zip(planned(), moved, strict=True)):
        by = seconds * SECOND if at > place else timedelta(0)
        assert after.opens_at - before.opens_at == by
        assert after.hard_stop_at - before.hard_stop_at == by
        assert at == 0 or after.opens_at == moved[at - 1].closes_at + GAP
    # What was moved once is moved no further.
    assert in_series(RULES, moved) == moved


@given(st.integers(0, LOTS - 1), st.integers(1, 1700))
def test_an_early_end_moves_none(place: int, seconds: int) -> None:
    tables = planned()
    tables[place] = later(replace(tables[place], status=LotStatus.CLOSED), -seconds)
    assert in_series(RULES, tables) == tables


@given(st.integers(1, 1700), st.integers(0, 7200))
def test_a_pause_moves_them_once_its_end_is_known(paused_s: int, pause_s: int) -> None:
    tables = planned()
    tables[0] = replace(tables[0], status=LotStatus.OPEN)
    at = OPENS_AT + paused_s * SECOND
    paused = closing.pause(tables[0], at)
    assert isinstance(paused, Timetable)
    announced = closing.set_resume(paused, at + pause_s * SECOND)
    assert isinstance(announced, Timetable)
    resumed = closing.resumed(announced, RULES.window)
    expected = in_series(RULES, [resumed, *tables[1:]])[1:]
    assert in_series(RULES, [announced, *tables[1:]])[1:] == expected
    assert expected[0].opens_at == tables[1].opens_at + pause_s * SECOND


def test_a_lot_waits_for_all_before_it_in_series_only() -> None:
    one, two = planned()[:2]
    closed = replace(one, status=LotStatus.CLOSED)
    assert is_its_turn(RULES, [])
    assert not is_its_turn(RULES, [one])
    assert not is_its_turn(RULES, [closed, two])
    assert is_its_turn(RULES, [closed])
    assert is_its_turn(simple_rules(), [one])
    assert in_series(simple_rules(), [later(one, 60), two]) == [later(one, 60), two]
