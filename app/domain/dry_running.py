"""A finished lot played again by robots, under its own rules or under others, to choose defaults before the next round.

Serves SCREENS.md PL-06 (dry run with bots). Pure and seeded: the same seed plays the same game. A robot has what the
record shows of a bidder: when it came, its first amount, how fast and how far it went down, and the last amount, below
which it never goes; beyond that it knows what the rules under trial would tell the bidder, and no more. The robots play
the real rules (`formats`), so what is compared is the rules; what people would do under others is a guess, and the page
says so. Nothing here touches a result.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from statistics import median_low
from typing import Final

from app.domain.closing import LotStatus, timetable_of
from app.domain.dry_robots import LATE_FROM, QUICKEST, Persona, Recorded, Robot
from app.domain.formats import FloorState, LiveRules, LotTerms, Offer, format_of, lot_times
from app.domain.formats.play import Feedback, LiveFormat, ToldPace
from app.domain.money import EXACT, format_amount, round_down, unit_of
from app.domain.ranking import EMPTY, PlacedBid, Standing
from app.domain.refusals import Refusal

# An odd number of games, so that the middle one is a game that was played.
RUNS: Final = 9
MOST_LOOKS: Final = 20_000
# A robot looks the last time so long before the close.
_LAST_LOOK: Final = timedelta(seconds=20)
# One that waits, once it has come.
_WAITER: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one game ended: the bidders in order, their amounts, the bids, the extensions, how long it took."""

    order: tuple[str, ...]
    finals: Mapping[str, Decimal]
    bids: int
    extensions: int
    length: timedelta

    @property
    def best(self) -> Decimal | None:
        """The amount of the first."""
        return self.finals[self.order[0]] if self.order else None


@dataclass(frozen=True, slots=True)
class Summary:
    """Several games together: each figure the middle one, the best amount with its bounds, and how often each won."""

    best: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    bids: int
    extensions: int
    length: timedelta
    wins: Mapping[str, int]


def play_dry(
    rules: LiveRules,
    terms: LotTerms,
    robots: Sequence[Robot],
    *,
    seed: int,
    empty: Standing = EMPTY,
    seeds: Sequence[PlacedBid] = (),
    position: int = 0,
) -> Outcome:
    """One game. `empty` is the standing without bids under the round's basis, `seeds` the opened sealed prices a round
    begins with, `position` the lot's place among those of its round."""
    return _Game(rules, terms, robots, seed, empty, seeds, position).play()


def summary_of(outcomes: Sequence[Outcome]) -> Summary:
    """The games of one set of rules together. Precondition: at least one."""
    best = sorted(one.best for one in outcomes if one.best is not None)
    return Summary(
        best=median_low(best) if best else None,
        lowest=best[0] if best else None,
        highest=best[-1] if best else None,
        bids=median_low(one.bids for one in outcomes),
        extensions=median_low(one.extensions for one in outcomes),
        length=median_low(one.length for one in outcomes),
        wins=Counter(one.order[0] for one in outcomes if one.order),
    )


def recorded_outcome(
    record: Sequence[Recorded], order: Iterable[str], *, extensions: int, length: timedelta
) -> Outcome:
    """What really happened, in the same form."""
    finals = {bid.tag: bid.amount for bid in record}
    bids = sum(not bid.is_seeded for bid in record)
    return Outcome(tuple(order), finals, bids, extensions, length)


class _Chance:
    """Shares from 0 to 1 that follow from a seed: chance that plays the same game again, on every machine."""

    def __init__(self, seed: int) -> None:
        self.seed, self.drawn = seed, 0

    def share(self) -> float:
        self.drawn += 1
        digest = hashlib.sha256(f"{self.seed}:{self.drawn}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48


class _Game:
    """One game while it is played: robots look at the lot one after another, and bid or not."""

    def __init__(
        self,
        rules: LiveRules,
        terms: LotTerms,
        robots: Sequence[Robot],
        seed: int,
        empty: Standing,
        seeds: Sequence[PlacedBid],
        position: int,
    ) -> None:
        self.rules, self.terms, self.game = rules, terms, format_of(rules)
        self.chance = _Chance(seed)
        table = replace(timetable_of(lot_times(rules, position)), status=LotStatus.OPEN)
        standing = empty
        for bid in seeds:
            standing = standing.placed(bid)
        self.state = FloorState(table, standing, len(seeds))
        self.opens_at = table.opens_at
        self.bids = 0
        self.staying = {robot.tag: robot for robot in robots}
        # A number beside the instant parts looks at one instant; robots are never compared.
        self.looks: list[tuple[timedelta, int, str]] = []
        self.asked = 0
        for robot in robots:
            self._look(robot, timedelta(0) if seeds else robot.enters_after)

    @property
    def closes_after(self) -> timedelta:
        return self.state.timetable.closes_at - self.opens_at

    def play(self) -> Outcome:
        while self.looks and self.asked < MOST_LOOKS:
            after, _, tag = heapq.heappop(self.looks)
            self._pass_time(after)
            robot = self.staying.get(tag)
            if robot is not None and after < self.closes_after:
                self._turn(robot, after)
        standing = self.state.standing
        finals = {tag: amount for amount, _, tag in standing.order}
        table = self.state.timetable
        return Outcome(tuple(finals), finals, self.bids, table.extensions, table.closes_at - self.opens_at)

    def _pass_time(self, after: timedelta) -> None:
        """Let a format that moves by time move as far as this instant."""
        while (due := self.game.moves_at(self.rules, self.state)) is not None and due <= self.opens_at + after:
            moved = self.game.move(self.rules, self.terms, self.state, due, self._draw)
            if moved is None:
                return
            self.state = moved

    def _draw(self, slots: int) -> Mapping[str, int]:
        tags = sorted(self.staying)
        places = sorted(range(1, max(slots, len(tags)) + 1), key=lambda _: self.chance.share())
        return dict(zip(tags, places, strict=False))

    def _look(self, robot: Robot, after: timedelta) -> None:
        self.asked += 1
        heapq.heappush(self.looks, (after, self.asked, robot.tag))

    def _turn(self, robot: Robot, after: timedelta) -> None:
        told = self.game.feedback(self.rules, self.terms, self.state, robot.tag)
        if told.pace is not None and told.pace.price is not None:
            self._take(robot, after, told, told.pace)
            return
        if told.own_amount is not None and told.is_leading:
            self._again(robot, after)
            return
        if told.next_valid is None or told.next_valid < robot.floor:
            # The next valid amount only ever falls.
            del self.staying[robot.tag]
            return
        self._bid(robot, after, told)
        self._again(robot, after)

    def _take(self, robot: Robot, after: timedelta, told: Feedback, pace: ToldPace) -> None:
        """Where the format names the price, each is taken that the own floor allows, once in every tick."""
        if pace.is_out:
            del self.staying[robot.tag]
            return
        if told.next_valid is not None and told.next_valid >= robot.floor:
            self._bid(robot, after, told)
        if pace.acts_from is not None and pace.acts_until is not None and pace.ends_at is not None:
            within = (pace.acts_until - pace.acts_from) * self.chance.share()
            self._look(robot, pace.ends_at - self.opens_at + within)

    def _bid(self, robot: Robot, after: timedelta, told: Feedback) -> None:
        wanted = _wanted(robot, told, self.terms)
        for amount in dict.fromkeys((wanted, told.next_valid)):
            if amount is None:
                continue
            offer = Offer(format_amount(amount, self.terms.scale), self.opens_at + after)
            played = _play(self.game, self.rules, self.terms, self.state, robot.tag, offer)
            if played is None:
                continue
            before, self.state = self.state.timetable, played
            self.bids += 1
            if played.timetable.closes_at > before.closes_at:
                self._wake(after)
            return

    def _wake(self, after: timedelta) -> None:
        """Everybody sees that the close has moved."""
        for robot in self.staying.values():
            self._look(robot, after + self._delay(robot, (self.closes_after - after) / 2))

    def _again(self, robot: Robot, after: timedelta) -> None:
        left = self.closes_after - after
        if left <= QUICKEST:
            return
        is_waiter = robot.persona is Persona.LATE
        delay = self._delay(robot, _WAITER if is_waiter else robot.gap)
        if is_waiter:
            delay += max(self.closes_after * LATE_FROM - after, timedelta(0))
        # A last look before the close, whatever the pace.
        latest = left - min(_LAST_LOOK, left / 2) * self.chance.share()
        self._look(robot, after + min(max(delay, QUICKEST / 2), latest))

    def _delay(self, robot: Robot, most: timedelta) -> timedelta:
        pace = min(robot.gap, most)
        return pace * (0.5 + self.chance.share())


def _wanted(robot: Robot, told: Feedback, terms: LotTerms) -> Decimal | None:
    """The amount it would like to bid, at most the next valid one and never below its last recorded one: just below the
    best price where that is told and within its reach, else by its own stride."""
    assert told.next_valid is not None, "asked with an amount left"
    if told.own_amount is None:
        return max(min(robot.first, told.next_valid), robot.floor)
    target = told.own_amount - EXACT.multiply(told.own_amount, robot.stride)
    if told.best is not None and told.best - unit_of(terms.scale) >= robot.floor:
        target = told.best - unit_of(terms.scale)
    return max(min(round_down(target, terms.scale), told.next_valid), robot.floor)


def _play(
    game: LiveFormat, rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer
) -> FloorState | None:
    played = game.play_bid(rules, terms, state, tag, offer)
    return None if isinstance(played, Refusal) else played.after
