"""Lots bid on by limits and lots that move by time replay; whatever is changed of them afterwards does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.auto_bidding import find_due
from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, Kind
from app.domain.formats import LiveRules, Offer, format_of, lot_times
from app.domain.formats.turn_based import length_of
from app.domain.framing import LotFrame
from app.domain.live_rules import Pace
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.refusals import Refusal
from app.domain.replaying import LotReplay
from tests.replay.test_lots import FRAME, TAGS, Room

TICK = timedelta(milliseconds=250)
PACE = Pace(stages=2, each=timedelta(seconds=20), slots=3)


def framed(**rules: Any) -> LotFrame:
    other: LiveRules = replace(FRAME.rules, **rules)
    return replace(FRAME, rules=other, times=lot_times(other, 0))


def take(frame: LotFrame, entries: list[Entry]) -> Fault | None:
    """The first thing wrong with a lot's entries."""
    lot = LotReplay(frame)
    return next((fault for entry in entries if (fault := lot.take(entry)) is not None), lot.finish())


class LimitRoom(Room):
    """Plays ticks as the service does, with everybody's limit far below."""

    def limit(self, tag: str, commitment: str) -> None:
        self.write(Kind.AUTO_BID_SET, {"commitment": commitment}, tag)

    def tick(self, commitments: dict[str, str]) -> None:
        self.now += TICK
        rules, terms, before = self.frame.rules, self.frame.terms, self.state
        for due in find_due(rules, terms, before, dict.fromkeys(commitments, Decimal(1))):
            assert due.amount is not None
            sent = format_amount(due.amount, terms.scale)
            played = format_of(rules).play_bid(rules, terms, self.state, due.tag, Offer(sent, self.now, is_auto=True))
            assert not isinstance(played, Refusal)
            own = None if played.own_before is None else format_amount(played.own_before, terms.scale)
            told = {"bid_id": None, "received_at": instant_text(self.now), "auto": commitments[due.tag]}
            self.write(Kind.BID_ACCEPTED, {**told, "amount": sent, "n": played.seq, "own_before": own}, due.tag)
            self.state = played.after


def a_race() -> tuple[LotFrame, list[Entry]]:
    room = LimitRoom(framed(auto_bid=True))
    room.open()
    held = {TAGS[0]: "aa" * 32, TAGS[1]: "bb" * 32}
    for tag, commitment in held.items():
        room.limit(tag, commitment)
    for _ in range(6):
        room.tick(held)
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
