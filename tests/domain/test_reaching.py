"""A lot stands still by itself only for many at once, and for nobody alone (LR-37)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.reaching import AWAY, FEWEST, TOGETHER, out_of_reach_since

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)
past = st.none() | st.integers(0, 200).map(lambda seconds: NOW - timedelta(seconds=seconds))
lines = st.lists(past, max_size=20)


def ago(*seconds: float | None) -> list[datetime | None]:
    return [None if each is None else NOW - timedelta(seconds=each) for each in seconds]


@given(lines, st.integers(50, 100))
def test_never_for_half_or_fewer_and_since_the_one_that_made_it_so_many(
    lost_at: list[datetime | None], share: int
) -> None:
    since = out_of_reach_since(lost_at, NOW, share)
    away = [at for at in lost_at if at is not None and AWAY <= NOW - at < AWAY + TOGETHER]
    near = [at for at in lost_at if at is None or NOW - at < AWAY + TOGETHER]
    assert (since is not None) == (len(near) >= FEWEST and len(away) > len(near) * share / 100)
    if since is not None:
        assert since in away
        assert sum(at <= since for at in away) > len(near) * share / 100
        assert len(away) >= 2
    # Who is there, or comes back, only speaks against it; the order says nothing.
    assert out_of_reach_since([*lost_at, *[None] * len(lost_at)], NOW, share) is None
    assert out_of_reach_since(list(reversed(lost_at)), NOW, share) == since


def test_to_the_millisecond_and_not_for_those_who_went_home_one_by_one() -> None:
    assert out_of_reach_since([NOW - AWAY] * 3, NOW, 50) == NOW - AWAY
    assert out_of_reach_since([NOW - AWAY + MOMENT] * 3, NOW, 50) is None
    assert out_of_reach_since([NOW - AWAY] * 2, NOW, 50) is None
    assert out_of_reach_since(ago(31, 31, None), NOW, 50) == NOW - timedelta(seconds=31)
    assert out_of_reach_since(ago(31, 31, None, None), NOW, 50) is None
    # Lost one after the other within an hour: they are no longer expected.
    assert out_of_reach_since(ago(3000, 2000, 1000, 31, None, None), NOW, 50) is None
    assert out_of_reach_since(ago(89, 60, 31, None), NOW, 50) == NOW - timedelta(seconds=31)
    assert out_of_reach_since(ago(31, 31, 31), NOW, 100) is None
