"""Reminders: each once, none owed twice, none at the last moment."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.reminding import AHEAD, TOO_NEAR, is_last, is_reminder_due

OPENS_AT = datetime(2026, 1, 2, tzinfo=UTC)
minutes = st.integers(-60, 3000)


@given(st.lists(minutes, unique=True, max_size=40))
def test_at_most_three_whenever_one_looks(looks: list[int]) -> None:
    told_at, count = None, 0
    for ahead in sorted(looks, reverse=True):
        now = OPENS_AT - timedelta(minutes=ahead)
        if is_reminder_due(OPENS_AT, now, told_at):
            assert AHEAD[0] >= OPENS_AT - now > TOO_NEAR
            told_at, count = now, count + 1
            assert not is_reminder_due(OPENS_AT, now, told_at)
            assert is_last(OPENS_AT, now) == (ahead <= 10)
    assert count <= len(AHEAD)


def test_a_day_an_hour_and_ten_minutes_ahead_and_again_for_an_opening_that_moved() -> None:
    for ahead in AHEAD:
        at = OPENS_AT - ahead
        assert is_reminder_due(OPENS_AT, at, at - timedelta(milliseconds=1))
    assert not is_reminder_due(OPENS_AT, OPENS_AT - AHEAD[0] - timedelta(milliseconds=1), None)
    told_at = OPENS_AT - AHEAD[2]
    later = OPENS_AT + timedelta(hours=2)
    assert not is_reminder_due(later, told_at, told_at)
    assert is_reminder_due(later, later - AHEAD[1], told_at)
