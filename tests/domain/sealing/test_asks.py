"""What an opening still wants of a bidder: running alone, the soonest over first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.sealing.asks import Ask, AskKind, asks_of

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
INSTANTS = st.none() | st.integers(-3, 3).map(lambda ms: NOW + timedelta(milliseconds=ms))


@given(copy_until=INSTANTS, help_until=INSTANTS)
def test_only_what_can_still_be_given_is_wanted(copy_until: datetime | None, help_until: datetime | None) -> None:
    asks = asks_of(now=NOW, copy_until=copy_until, help_until=help_until)
    ends = {AskKind.COPY: copy_until, AskKind.HELP: help_until}
    assert {ask.kind for ask in asks} == {kind for kind, end in ends.items() if end is not None and end > NOW}
    assert all(ends[ask.kind] == ask.until for ask in asks)
    assert list(asks) == sorted(asks, key=lambda ask: ask.until)


def test_a_millisecond_before_its_end_and_at_it() -> None:
    end = NOW + timedelta(milliseconds=1)
    assert asks_of(now=NOW, copy_until=None, help_until=end) == (Ask(AskKind.HELP, end),)
    assert asks_of(now=end, copy_until=None, help_until=end) == ()
