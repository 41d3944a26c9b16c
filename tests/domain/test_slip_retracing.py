"""Reports of an error read back: about an own bid of the last minute, decided once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.slip_retracing import WRITING, SlipRetrace
from app.domain.slips import REPORT_WITHIN

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)


def entry(kind: Kind, at: datetime, data: dict[str, Any], tag: str | None = "t1", hashed: str = "") -> Entry:
    """An entry of a lot's chain, as far as a report is concerned."""
    return Entry("lot:1", 1, at, kind, data, "supplier", "", "", tag=tag, hash=hashed)


def bid(name: str, tag: str = "t1") -> Entry:
    """An accepted bid."""
    return entry(Kind.BID_ACCEPTED, NOW, {"received_at": instant_text(NOW)}, tag, name * 64)


def report(bid_hash: str, at: datetime, tag: str = "t1", *, goes_to: str = "desk") -> Entry:
    """A report of an error."""
    return entry(
        Kind.BID_REPORTED, at, {"report": "r1", "bid": bid_hash * 64, "slip": "digit", "goes_to": goes_to}, tag
    )


def decided(name: str = "r1") -> Entry:
    """The desk's word."""
    return entry(Kind.BID_REPORT_DECIDED, NOW, {"report": name, "state": "verified", "reason": "called"}, None)


@pytest.mark.parametrize(
    ("after", "is_fine"),
    [(REPORT_WITHIN, True), (REPORT_WITHIN + WRITING, True), (REPORT_WITHIN + WRITING + MOMENT, False)],
)
def test_within_its_minute(after: timedelta, is_fine: bool) -> None:
    fold = SlipRetrace()
    assert fold.take(bid("a")) is None
    assert (fold.take(report("a", NOW + after)) is None) is is_fine


def test_of_an_own_bid_and_decided_once() -> None:
    fold = SlipRetrace()
    assert [fold.take(one) for one in (bid("a"), bid("b", "t2"))] == [None, None]
    assert fold.take(report("b", NOW)) is not None
    assert fold.take(report("c", NOW)) is not None
    assert fold.take(decided()) is not None
    assert fold.take(report("a", NOW)) is None
    assert fold.take(decided()) is None
    assert fold.take(decided()) is not None


def test_where_there_is_no_desk_nobody_decides_in_its_name() -> None:
    fold = SlipRetrace()
    assert [fold.take(one) for one in (bid("a"), report("a", NOW, goes_to="purchaser"))] == [None, None]
    assert fold.take(decided()) is not None
