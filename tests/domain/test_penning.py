"""The pen's rule: alone one has it; a holder that lives keeps it; among several nobody gets it unasked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.penning import GRACE, Pen, Seated, is_living, may_write, settle

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEATS = st.sets(st.sampled_from("abcd"))
MOMENT = timedelta(milliseconds=1)


@given(holder=st.sampled_from("abcd") | st.none(), living=SEATS)
def test_who_has_the_pen(holder: str | None, living: set[str]) -> None:
    after = settle(holder, living)
    assert after is None or after in living
    if holder in living:
        assert after == holder
    elif len(living) == 1:
        assert {after} == living
    else:
        assert after is None
    assert settle(after, living) == after


def test_a_window_lives_as_long_as_it_may_come_back() -> None:
    assert is_living(Seated("a"), NOW)
    for past, lives in ((GRACE - MOMENT, True), (GRACE, False), (GRACE + MOMENT, False)):
        assert is_living(Seated("a", left_at=NOW - past), NOW) is lives
        assert is_living(Seated("a", seen_at=NOW - past), NOW) is lives
    # Both: the connection broke before the process went.
    assert not is_living(Seated("a", left_at=NOW - GRACE, seen_at=NOW), NOW)


def test_what_was_sent_counts_though_the_pen_passed_on() -> None:
    pen = Pen("b", before="a", since=NOW)
    instants = (NOW - MOMENT, NOW, NOW + MOMENT)
    assert [may_write(pen, "a", at) for at in instants] == [True, False, False]
    assert [may_write(pen, "b", at) for at in instants] == [True, True, True]
    assert not any(may_write(pen, "c", at) for at in instants)
    # Before the pen was taken nobody had it, or nobody has it now: nobody is in the way.
    assert [may_write(Pen("b", None, NOW), "c", at) for at in instants] == [True, False, False]
    assert may_write(Pen(None, "a", NOW), "c", NOW)
    assert may_write(None, "c", NOW)
