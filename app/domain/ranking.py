"""The total order of bids: lowest amount first, of equal amounts the earlier in the lot's own order.

Serves LIVE.md section 2 rule 2. `rank` is the plain statement of the rule; `Standing` keeps the same order while bids
come in, so that one bid costs a search and not a sort. Tests hold the two against each other.
"""

from bisect import bisect_left, bisect_right, insort_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, cast

from typing_extensions import override


class RankBand(StrEnum):
    """A rank told in three steps (SCREENS.md LR-12)."""

    LEADING = "leading"
    TOP = "top"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class RankedBid:
    """A bidder's best bid with its place. `is_tied`: another bidder's best has the same amount."""

    rank: int
    tag: str
    amount: Decimal
    seq: int
    is_tied: bool


@dataclass(frozen=True, slots=True)
class PlacedBid:
    """An accepted bid: `seq` is its number among the accepted bids of the lot, given under the lot's lock."""

    tag: str
    amount: Decimal
    seq: int


def rank(bids: Iterable[PlacedBid]) -> list[RankedBid]:
    """Every bidder's lowest bid in order, ranks 1, 2, 3 without gaps. LIVE.md section 1, ties: `earlier_first`.

    Of one bidder's equal amounts the earlier counts. Voided bids are left out by the caller.
    """
    lowest: dict[str, PlacedBid] = {}
    for bid in bids:
        held = lowest.get(bid.tag)
        if held is None or (bid.amount, bid.seq) < (held.amount, held.seq):
            lowest[bid.tag] = bid
    ordered = sorted(lowest.values(), key=lambda bid: (bid.amount, bid.seq))
    holders: dict[Decimal, int] = {}
    for bid in ordered:
        holders[bid.amount] = holders.get(bid.amount, 0) + 1
    return [
        RankedBid(place, bid.tag, bid.amount, bid.seq, is_tied=holders[bid.amount] > 1)
        for place, bid in enumerate(ordered, start=1)
    ]


@dataclass(frozen=True, slots=True)
class OwnScore:
    """What is known of one bidder under another basis than the price (LIVE.md section 1): frozen figures, and what its
    last bid is worth. `reads_others`: the price points are made from rivals' prices."""

    features: tuple[Decimal, ...]
    figure: Decimal | None
    technical: Decimal | None
    bonus: Decimal
    price_points: Decimal | None
    total: Decimal | None
    reads_others: bool


_Key = tuple[Decimal, int, str]
# Copying so many is quicker than anything else a bid costs; a lot of 1,000 is copied once in so many bids.
MOST_FRESH: Final = 32


@dataclass(frozen=True, slots=True)
class Standing:
    """The order of a lot at a moment. A value: placing a bid gives a new one; a failed commit leaves nothing behind.

    Every bidder's own key follows from the order; it is kept by tag in two parts, so that a bid copies the few that are
    `fresh` and not all that are `settled`.
    """

    # Never changed once it is here; a list, because it is copied whole for every bid.
    order: Sequence[_Key] = field(default_factory=list)
    settled: Mapping[str, _Key] = field(default_factory=dict, compare=False)
    fresh: Mapping[str, _Key] = field(default_factory=dict, compare=False)

    def _own(self, tag: str) -> _Key | None:
        return self.fresh.get(tag) or self.settled.get(tag)

    def own_last(self, tag: str) -> Decimal | None:
        """The bidder's last accepted amount, which is also its lowest."""
        key = self._own(tag)
        return None if key is None else key[0]

    @property
    def best(self) -> Decimal | None:
        """The amount of the first: the lowest of all, where price alone decides."""
        return self.order[0][0] if self.order else None

    @property
    def active(self) -> int:
        """How many bidders have a bid that counts."""
        return len(self.order)

    def rank_of(self, tag: str) -> int | None:
        """The bidder's place, counted from 1."""
        key = self._own(tag)
        return None if key is None else bisect_left(self.order, key) + 1

    def shared_rank_of(self, tag: str) -> int | None:
        """The rank that all with the same amount share; the next ones are skipped: 1, 1, 3 (`equal_rank`)."""
        key = self._own(tag)
        return None if key is None else bisect_left(self.order, key[0], key=lambda each: each[0]) + 1

    def is_tied(self, tag: str) -> bool:
        """Whether another bidder's best has the same amount."""
        key = self._own(tag)
        if key is None:
            return False
        place = bisect_left(self.order, key)
        neighbours = [*self.order[max(place - 1, 0) : place], *self.order[place + 1 : place + 2]]
        return any(other[0] == key[0] for other in neighbours)

    @property
    def is_mixed(self) -> bool:
        """Whether evaluated prices are made from technical points too."""
        return False

    def figure_of(self, tag: str) -> Decimal | None:  # noqa: ARG002 - by price there is none
        """The evaluated price by which the bidder is ranked, None where its amount or its points decide."""
        return None

    def own_score(self, tag: str) -> OwnScore | None:  # noqa: ARG002 - by price there is none
        """The bidder's own figures under the basis of the round, None where price alone decides."""
        return None

    def leads_from(self, tag: str, highest: Decimal, unit: Decimal) -> Decimal | None:  # noqa: ARG002 - by price: best
        """The highest amount, in whole units up to `highest`, with which the bidder would be first as things stand."""
        return None

    def placed(self, bid: PlacedBid) -> "Standing":
        """The standing after one more accepted bid. Precondition: the bidder's lowest, as the step rule ensures."""
        key = (bid.amount, bid.seq, bid.tag)
        before = self._own(bid.tag)
        order = list(self.order)
        if before is not None:
            del order[bisect_left(order, before)]
        order.insert(bisect_right(order, key), key)
        fresh = {**self.fresh, bid.tag: key}
        if len(fresh) <= MOST_FRESH:
            return Standing(order, self.settled, fresh)
        return Standing(order, {**self.settled, **fresh})

    def opened(self) -> "Standing":
        """A copy for one owner, who keeps no earlier one: `placed` changes it and gives it back. For batches of bids,
        where copying for each would cost more than deciding it."""
        return _Opened([*self.order], {**self.settled, **self.fresh})

    def closed(self) -> "Standing":
        """A standing that nobody changes any more."""
        return self


@dataclass(frozen=True, slots=True)
class _Opened(Standing):
    """All its keys are in `settled`."""

    @override
    def _own(self, tag: str) -> _Key | None:
        return self.settled.get(tag)

    @override
    def placed(self, bid: PlacedBid) -> Standing:
        order, keys = cast("list[_Key]", self.order), cast("dict[str, _Key]", self.settled)
        key, before = (bid.amount, bid.seq, bid.tag), keys.get(bid.tag)
        if before is not None:
            del order[bisect_left(order, before)]
        insort_right(order, key)
        keys[bid.tag] = key
        return self

    @override
    def closed(self) -> Standing:
        return Standing(self.order, self.settled)


EMPTY = Standing()


def standing_of(bids: Iterable[PlacedBid]) -> Standing:
    """The standing of all bids that count, at once: how a lot is rebuilt from the record and after a void."""
    ranked = rank(bids)
    order = [(bid.amount, bid.seq, bid.tag) for bid in ranked]
    return Standing(order, {key[2]: key for key in order})
