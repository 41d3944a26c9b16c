"""Whatever the rules let happen in a lot replays; whatever is changed afterwards does not (STYLE.md section 5)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import closing
from app.domain.chaining import Fault, Why
from app.domain.closing import RUNNING, timetable_of
from app.domain.entries import Entry
from app.domain.formats import FloorState, Offer, format_of
from app.domain.framing import BadDataError, LotFrame, UnknownFormatError, instant_of, lot_frames
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.refusals import Refusal
from app.domain.replaying import LotReplay
from app.domain.retracing import TenderRetrace
from app.domain.told import Edition
from tests.replay.script import LOT_1, document

FRAME = lot_frames(document())[LOT_1]
TAGS = ("f1" * 16, "f2" * 16, "f3" * 16, "f4" * 16)
MS = timedelta(milliseconds=1)


class Room:
    """Plays a lot as the service does: the rules decide, and their words are written down."""

    def __init__(self, frame: LotFrame) -> None:
        self.frame = frame
        self.state = FloorState(timetable_of(frame.times))
        self.entries: list[Entry] = []
        self.now = frame.times.opens_at

    def write(self, kind: Kind, data: dict[str, Any], tag: str | None = None) -> None:
        seq = len(self.entries) + 1
        role = "supplier" if tag else "service"
        self.entries.append(Entry(f"lot:{LOT_1}", seq, self.now, kind, data, role, "", "0", lot=LOT_1, tag=tag))

    def open(self) -> None:
        table = closing.decide_open(self.state.timetable, self.now)
        assert table is not None
        self.state = replace(self.state, timetable=table)
        self.write(Kind.LOT_OPENED, {"closes_at": instant_text(table.closes_at)})

    def offer(self, tag: str, amount: str) -> None:
        before = self.state.timetable
        rules, terms = self.frame.rules, self.frame.terms
        played = format_of(rules).play_bid(rules, terms, self.state, tag, Offer(amount, self.now))
        told: dict[str, Any] = {"bid_id": None, "received_at": instant_text(self.now)}
        if isinstance(played, Refusal):
            self.write(Kind.BID_REFUSED, {**told, "sent": amount, "code": played.code.value, "detail": {}}, tag)
            return
        own = None if played.own_before is None else format_amount(played.own_before, terms.scale)
        amount = format_amount(played.amount, terms.scale)
        self.write(Kind.BID_ACCEPTED, {**told, "amount": amount, "n": played.seq, "own_before": own}, tag)
        self.state = played.after
        if played.is_extended:
            after = played.after.timetable
            moved = {"from": instant_text(before.closes_at), "to": instant_text(after.closes_at)}
            self.write(Kind.LOT_EXTENDED, {"by_bid": played.seq, **moved, "n": after.extensions})

    def pause(self) -> None:
        table = closing.pause(self.state.timetable, self.now)
        if isinstance(table, Refusal):
            return
        assert table.left is not None
        told = {"paused_at": instant_text(self.now), "left_ms": table.left // MS}
        self.write(Kind.LOT_PAUSED, {"reason_code": "technical", "reason": "", **told})
        self.state = replace(self.state, timetable=table)

    def break_down(self, seconds: int) -> None:
        if self.state.timetable.status not in RUNNING:
            return
        seen = self.now - timedelta(seconds=seconds)
        table = closing.pause_after_outage(self.state.timetable, seen, self.now)
        assert table.left is not None
        told = {"paused_at": instant_text(self.now), "left_ms": table.left // MS, "last_seen_at": instant_text(seen)}
        self.write(Kind.LOT_PAUSED, {"reason_code": "outage", "reason": "", **told})
        self.state = replace(self.state, timetable=table)

    def resume(self) -> None:
        table = closing.set_resume(self.state.timetable, self.now)
        if isinstance(table, Refusal):
            return
        self.write(Kind.LOT_RESUME_SET, {"resume_at": instant_text(self.now)})
        on = closing.decide_resume(table, self.now, self.frame.rules.window)
        assert on is not None
        told = {"closes_at": instant_text(on.closes_at), "hard_stop_at": instant_text(on.hard_stop_at)}
        self.write(Kind.LOT_RESUMED, {"resume_at": instant_text(self.now), **told})
        self.state = replace(self.state, timetable=on)

    def close(self) -> None:
        self.resume()
        self.now = max(self.now, self.state.timetable.closes_at + timedelta(seconds=1))
        table = closing.decide_close(self.state.timetable, self.now, timedelta(seconds=1))
        assert table is not None
        self.write(Kind.LOT_CLOSED, {"closes_at": instant_text(table.closes_at), "bids": self.state.seq})
        self.state = replace(self.state, timetable=table)


amounts = st.one_of(
    st.integers(1, 30_500).map(lambda cents: f"{Decimal(cents) / 100:.2f}"),
    st.sampled_from(["290", "289.00", "288.5", "1.999", "-1", "1e3", "", "0", "３００"]),
)
acts = st.one_of(
    st.tuples(st.just("offer"), st.sampled_from(TAGS), amounts),
    st.tuples(st.sampled_from(["pause", "resume"])),
    st.tuples(st.just("break_down"), st.integers(0, 400)),
)
plots = st.lists(st.tuples(st.integers(0, 150_000), acts), max_size=30)


def play(plot: list[tuple[int, tuple[Any, ...]]]) -> Room:
    room = Room(FRAME)
    room.offer(TAGS[0], "250.00")
    room.open()
    for wait, (act, *given_to) in plot:
        room.now += timedelta(milliseconds=wait)
        getattr(room, act)(*given_to)
    room.close()
    room.offer(TAGS[1], "1.00")
    return room


def first_fault(entries: list[Entry]) -> Fault | None:
    lot = LotReplay(FRAME)
    for entry in entries:
        fault = lot.take(entry)
        if fault is not None:
            return fault
    return lot.finish()


@given(plots)
def test_what_the_rules_did_replays(plot: list[tuple[int, tuple[Any, ...]]]) -> None:
    room = play(plot)
    assert first_fault(room.entries) is None
    lot = LotReplay(FRAME)
    for entry in room.entries:
        lot.take(entry)
    ranked = lot.ranked_at(room.now, is_inclusive=True)
    assert [(row.amount, row.seq, row.tag) for row in ranked] == list(room.state.standing.order)


@given(plots, st.data())
def test_a_missing_entry_of_weight_is_noticed(plot: list[tuple[int, tuple[Any, ...]]], data: st.DataObject) -> None:
    """Only refusals, announcements and the end can go without the rules noticing; the chain's numbers notice."""
    entries = play(plot).entries
    light = {Kind.BID_REFUSED, Kind.LOT_RESUME_SET, Kind.LOT_CLOSED}
    at = data.draw(st.sampled_from([at for at, entry in enumerate(entries) if entry.kind not in light]))
    assert first_fault(entries[:at] + entries[at + 1 :]) is not None, entries[at]


def entry(kind: Kind, data: dict[str, Any], tag: str | None = None, at: datetime | None = None) -> Entry:
    instant = at or FRAME.times.opens_at + timedelta(minutes=1)
    return Entry(f"lot:{LOT_1}", 1, instant, kind, data, "service", "", "0", lot=LOT_1, tag=tag)


GOOD_BID = {"amount": "290.00", "n": 1, "own_before": None, "received_at": instant_text(FRAME.times.opens_at)}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.BID_ACCEPTED, {}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "amount": 290}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "n": "1"}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "received_at": "yesterday"}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "received_at": "2026-11-21T07:00:00"}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "received_at": "0001-01-01T00:00:00+05:00"}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "received_at": "9999-12-31T23:59:59-05:00"}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "received_at": 10**15}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "received_at": 10**30}),
        (Kind.BID_ACCEPTED, {**GOOD_BID, "quote": []}),
        (Kind.BID_VOIDED, {"n": True}),
        (Kind.LOT_PAUSED, {"paused_at": None, "left_ms": 1}),
        (Kind.LOT_RESUME_SET, {}),
        (Kind.LOT_RESUMED, {}),
        (Kind.LOT_EXTENDED_BY_HAND, {}),
    ],
)
def test_malformed_data_is_a_fault_not_a_crash(kind: Kind, data: dict[str, Any]) -> None:
    lot = LotReplay(FRAME)
    assert lot.take(entry(Kind.LOT_OPENED, {}, at=FRAME.times.opens_at)) is None
    fault = lot.take(entry(kind, data, TAGS[0]))
    assert fault is not None
    assert fault.why is Why.FORM


ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.one_of(st.datetimes(timezones=st.one_of(st.just(UTC), ZONES)), st.datetimes()), st.sampled_from("TZ"))
def test_an_instant_is_read_in_utc_or_refused(at: datetime, form: str) -> None:
    """Whatever offset it is written with, at the ends of the calendar too, where UTC has no such day."""
    text = at.isoformat().replace("+00:00", "Z" if form == "Z" else "+00:00")
    try:
        expected = None if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        expected = None
    try:
        found = instant_of({"at": text}, "at")
    except BadDataError:
        assert expected is None
    else:
        assert (found, found.tzinfo) == (expected, UTC)


@given(st.lists(st.integers(0, 5), max_size=6).map(sorted), st.integers(-1, 6))
def test_the_frame_is_of_the_newest_document_at_that_instant(hours: list[int], asked: int) -> None:
    tender, start = TenderRetrace(), FRAME.times.opens_at
    frames = [replace(FRAME, place=place) for place in range(len(hours))]
    for hour, frame in zip(hours, frames, strict=True):
        one = Edition(start + timedelta(hours=hour), "", {}, {LOT_1: frame}, frozenset({LOT_1, f"{frame.place}"}))
        tender.editions.append(one)
    until = [frame for hour, frame in zip(hours, frames, strict=True) if hour <= asked]
    at = start + timedelta(hours=asked)
    assert tender.frame_at(LOT_1, at) is (until[-1] if until else None)
    assert [tender.knows(f"{place}", at) for place in range(6)] == [
        bool(until) and until[-1].place == place for place in range(6)
    ]


def test_the_millisecond_before_at_and_after_the_close() -> None:
    for shift, is_fine in ((-1, True), (0, False), (1, False)):
        lot = LotReplay(FRAME)
        lot.take(entry(Kind.LOT_OPENED, {}, at=FRAME.times.opens_at))
        received = FRAME.times.closes_at + shift * MS
        told = {**GOOD_BID, "received_at": instant_text(received)}
        fault = lot.take(entry(Kind.BID_ACCEPTED, told, TAGS[0], at=received + 5 * MS))
        assert (fault is None) is is_fine


def test_an_amended_frame_is_taken_over_before_the_opening_only() -> None:
    later = replace(FRAME, times=replace(FRAME.times, opens_at=FRAME.times.opens_at + timedelta(hours=1)))
    lot = LotReplay(FRAME)
    lot.reframe(later)
    assert lot.take(entry(Kind.LOT_OPENED, {}, at=FRAME.times.opens_at)) is not None
    assert lot.take(entry(Kind.LOT_OPENED, {}, at=later.times.opens_at)) is None
    lot.reframe(FRAME)
    assert lot.frame is later


def test_a_format_of_a_later_release_is_unknown_not_wrong() -> None:
    frozen = document()
    frozen["rounds"][0]["rules"]["format"] = "of_a_later_release"
    with pytest.raises(UnknownFormatError):
        lot_frames(frozen)


def test_a_format_without_what_it_needs_is_bad_data() -> None:
    frozen = document()
    frozen["rounds"][0]["rules"]["format"] = "turn_based"
    with pytest.raises(BadDataError):
        lot_frames(frozen)


@pytest.mark.parametrize("broken", [{}, {"rounds": []}, {"rounds": [{}], "lots": []}, {"rounds": "x"}])
def test_a_document_that_cannot_be_played_is_bad_data(broken: dict[str, Any]) -> None:
    with pytest.raises(BadDataError):
        lot_frames(broken)
