"""Lots bid on by limits and lots that move by time replay; whatever is changed of them afterwards does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.auto_bidding import commitment_of, find_due
from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.formats import LiveRules, Offer, format_of, lot_times
from app.domain.formats.turn_based import length_of
from app.domain.framing import LotFrame
from app.domain.kinds import Kind
from app.domain.limit_replaying import Opening
from app.domain.live_rules import Pace
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.refusals import Refusal
from app.domain.replaying import LotReplay
from tests.replay.test_lots import FRAME, MS, TAGS, Room

TICK = timedelta(milliseconds=250)
PACE = Pace(stages=2, each=timedelta(seconds=20), slots=3)


def framed(**rules: Any) -> LotFrame:
    other: LiveRules = replace(FRAME.rules, **rules)
    return replace(FRAME, rules=other, times=lot_times(other, 0))


def take(frame: LotFrame, entries: list[Entry]) -> Fault | None:
    """The first thing wrong with a lot's entries."""
    return first_fault(LotReplay(frame), entries)


def first_fault(lot: LotReplay, entries: list[Entry]) -> Fault | None:
    return next((fault for entry in entries if (fault := lot.take(entry)) is not None), None) or lot.finish()


class LimitRoom(Room):
    """Plays ticks as the service does; `left_out` is whom it forgets."""

    def __init__(self, frame: LotFrame) -> None:
        super().__init__(frame)
        self.active: dict[str, tuple[str, Decimal]] = {}

    def limit(self, tag: str, commitment: str, limit: Decimal = Decimal(1)) -> None:
        self.active[tag] = commitment, limit
        self.write(Kind.AUTO_BID_SET, {"commitment": commitment}, tag)

    def tick(self, left_out: str | None = None, *, is_reversed: bool = False) -> bool:
        """Play a tick; whether what was left out would have been placed."""
        self.now += TICK
        rules, terms, before = self.frame.rules, self.frame.terms, self.state
        asked = find_due(rules, terms, before, {tag: limit for tag, (_, limit) in self.active.items()})
        missed = next((due for due in asked if due.tag == left_out), None)
        is_alone = [due.tag for due in asked] == [left_out]
        for due in reversed(asked) if is_reversed else asked:
            if due.tag == left_out:
                continue
            commitment = self.active[due.tag][0]
            if due.amount is None:
                told = {"commitment": commitment, "state": "reached", "at": instant_text(self.now)}
                self.write(Kind.AUTO_BID_ENDED, told, due.tag)
                del self.active[due.tag]
                continue
            sent = format_amount(due.amount, terms.scale)
            played = format_of(rules).play_bid(rules, terms, self.state, due.tag, Offer(sent, self.now, is_auto=True))
            if isinstance(played, Refusal):
                continue
            own = None if played.own_before is None else format_amount(played.own_before, terms.scale)
            made: dict[str, Any] = {"bid_id": None, "received_at": instant_text(self.now), "auto": commitment}
            self.write(Kind.BID_ACCEPTED, {**made, "amount": sent, "n": played.seq, "own_before": own}, due.tag)
            self.state = played.after
        # Nothing excuses it: all of these lots measure the step from the own last bid.
        return missed is not None and not is_alone


def a_race() -> tuple[LotFrame, list[Entry]]:
    room = LimitRoom(framed(auto_bid=True))
    room.open()
    held = {TAGS[0]: "aa" * 32, TAGS[1]: "bb" * 32}
    for tag, commitment in held.items():
        room.limit(tag, commitment)
    for _ in range(6):
        room.tick()
    assert len(room.entries) > 6
    return room.frame, room.entries


def changed(entries: list[Entry], place: int, /, **data: Any) -> list[Entry]:
    entry = entries[place]
    others = entries[place + 1 :] if place >= 0 else []
    return [*entries[:place], entry._replace(data={**entry.data, **data}), *others]


TAMPERED: dict[str, Callable[[list[Entry]], list[Entry]]] = {
    "by a limit nobody set": lambda found: changed(found, -1, auto="cc" * 32),
    "not with the highest valid amount": lambda found: changed(found, 3, amount="100.00"),
    "under a limit that had ended": lambda found: [*found[:1], *found[2:]],
    "at a tick that was over": lambda found: changed(found, -1, received_at=instant_text(FRAME.times.opens_at)),
    "twice at one tick": lambda found: changed(found, -1, received_at=found[-2].data["received_at"]),
}


def test_a_race_of_limits_replays() -> None:
    assert take(*a_race()) is None


@pytest.mark.parametrize("name", TAMPERED)
def test_a_bid_that_no_limit_asked_for_is_found(name: str) -> None:
    frame, entries = a_race()
    fault = take(frame, TAMPERED[name](entries))
    assert fault is not None
    assert fault.why in (Why.REPLAY, Why.STATE)


limits_of = st.dictionaries(st.sampled_from(TAGS), st.integers(27_000, 29_990), min_size=2, max_size=4)


@settings(max_examples=60)
@given(limits_of, st.lists(st.tuples(st.booleans(), st.integers(27_000, 29_000)), max_size=12), st.data())
def test_what_an_honest_service_does_replays_and_a_bid_it_leaves_out_is_found(
    limits: dict[str, int], course: list[tuple[bool, int]], data: st.DataObject
) -> None:
    room, is_missed = LimitRoom(framed(auto_bid=True)), False
    room.open()
    for number, (tag, cents) in enumerate(limits.items()):
        room.limit(tag, f"{number:064x}", Decimal(cents) / 100)
    for is_tick, cents in course:
        if is_tick:
            left_out = data.draw(st.none() | st.sampled_from(TAGS)) if not is_missed else None
            is_missed |= room.tick(left_out, is_reversed=cents % 2 == 0)
        else:
            room.now += 3 * MS
            room.offer(TAGS[cents % 4], f"{Decimal(cents) / 100:.2f}")
    fault = take(room.frame, room.entries)
    assert (fault is not None) == is_missed


def waiting(*, seconds: int) -> LimitRoom:
    """One limit, overtaken by hand, and nothing done for so long."""
    room = LimitRoom(framed(auto_bid=True))
    room.open()
    room.limit(TAGS[0], "aa" * 32)
    room.tick()
    room.offer(TAGS[1], "250.00")
    room.now += timedelta(seconds=seconds)
    return room


def test_a_limit_that_waits_too_long_is_a_fault_unless_the_lot_stood_still() -> None:
    for seconds, is_found in ((9, False), (11, True)):
        room = waiting(seconds=seconds)
        room.tick()
        room.close()
        assert (take(room.frame, room.entries) is not None) == is_found
    # To the end, though the bidder goes on by itself in between.
    room = waiting(seconds=11)
    room.offer(TAGS[0], "240.00")
    room.close()
    assert take(room.frame, room.entries) == Fault(Why.REPLAY, "a limit was due, and nothing was placed under it")
    # A pause by a person; a service that was down; a clock that jumped while somebody bid.
    for is_bid in (False, True):
        room = waiting(seconds=5)
        room.pause()
        room.now += timedelta(seconds=60)
        room.resume()
        room.tick()
        room.offer(TAGS[1], "200.00")
        room.now += timedelta(seconds=20)
        if is_bid:
            room.offer(TAGS[0], "190.00")
        room.break_down(20)
        room.now += timedelta(seconds=60)
        room.resume()
        room.tick()
        room.close()
        assert take(room.frame, room.entries) is None


def test_a_bidder_proves_with_its_own_limit_that_it_was_kept_to() -> None:
    room = LimitRoom(framed(auto_bid=True))
    room.open()
    salt, place = b"salt", room.frame.lot
    commitment = commitment_of(place, TAGS[0], "299.00", salt)
    room.limit(TAGS[0], commitment, Decimal("299.00"))
    room.offer(TAGS[1], "299.90")
    for _ in range(4):
        room.tick()
        room.offer(TAGS[1], format_amount((room.state.standing.best or Decimal(0)) - Decimal("0.50"), 2))
    assert TAGS[0] not in room.active

    def proof(limit: str, made: str = commitment, salt: bytes = salt) -> Fault | None:
        return first_fault(LotReplay(room.frame, openings={made: Opening(limit, salt)}), room.entries)

    assert proof("299.00") is None
    assert proof("298.00") == Fault(Why.DIGEST, "the limit that was handed in is not the one this bidder set")
    for other, text in (("100.00", "called reached"), ("299.95", "below its bidder's limit")):
        # The same entries under another limit's commitment: what the service would have had to do differs.
        made = commitment_of(place, TAGS[0], other, salt)
        for at, entry in enumerate(room.entries):
            data = {name: made if value == commitment else value for name, value in entry.data.items()}
            room.entries[at] = entry._replace(data=data)
        fault = proof(other, made)
        assert fault is not None
        assert text in fault.text
        commitment = made


def test_limits_need_the_rule() -> None:
    _, entries = a_race()
    fault = take(FRAME, entries)
    assert fault is not None
    assert fault.why is Why.REPLAY


def turns() -> tuple[LotFrame, list[Entry]]:
    frame = framed(format="turn_based", pace=PACE, duration=length_of(PACE), soft_close=None)
    room = Room(frame)
    room.open()
    slots = {tag: place for place, tag in enumerate(TAGS[:3], start=1)}
    moved = {"at": instant_text(room.now), "stage": 0, "slots": slots}
    room.write(Kind.LOT_MOVED, moved)
    state = format_of(frame.rules).move(frame.rules, frame.terms, room.state, room.now, lambda _count: slots)
    assert state is not None
    room.state = state
    for tag in TAGS[:3]:
        room.now = frame.times.opens_at + timedelta(seconds=5 + 20 * (slots[tag] - 1))
        room.offer(tag, format_amount(frame.terms.ceiling - slots[tag] * 10, 2))
        room.offer(TAGS[3], "1.00")
    room.now = frame.times.opens_at + timedelta(seconds=68)
    order = {TAGS[2]: 3, TAGS[1]: 2, TAGS[0]: 1}
    room.write(Kind.LOT_MOVED, {"at": instant_text(room.now), "stage": 1, "slots": order})
    return frame, room.entries


def test_turns_replay_and_another_order_does_not() -> None:
    frame, entries = turns()
    assert take(frame, entries) is None
    other = {TAGS[2]: 1, TAGS[1]: 2, TAGS[0]: 3}
    too_early = instant_text(frame.times.opens_at + timedelta(seconds=60))
    uneven = dict.fromkeys(TAGS[:3], 1)
    wrong = (
        changed(entries, -1, slots=other),
        changed(entries, -1, at=too_early),
        changed(entries, 1, slots=uneven),
        [*entries[:1], *entries[2:]],
        changed(entries, 2, received_at=instant_text(frame.times.opens_at + timedelta(seconds=30))),
    )
    for tampered in wrong:
        assert take(frame, tampered) is not None
