"""Which sealed prices a live lot begins with, and in what order they enter it (DESIGN.md section 3).

Each valid opened price becomes its bidder's first accepted bid. The highest enters first, so that every one is the best
so far; of equal amounts the one that was received earlier enters first and stands first (LIVE.md section 1, ties).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.ranking import PlacedBid


@dataclass(frozen=True, slots=True)
class StartPrice:
    """A bidder's valid price of the sealed round: the package it came in, and when that was received."""

    tag: str
    amount: Decimal
    received_at: datetime
    package: str


@dataclass(frozen=True, slots=True)
class Seed:
    """A start price in its place: `n` is its number among the accepted bids of the lot."""

    n: int
    price: StartPrice

    @property
    def placed(self) -> PlacedBid:
        """As the ranking wants it."""
        return PlacedBid(self.price.tag, self.price.amount, self.n)


def seeds_of(prices: Iterable[StartPrice]) -> list[Seed]:
    """Give the first bids of a lot in their order. Precondition: one price a bidder.

    Equal amounts received in the same millisecond enter by the digest of their package: nobody can choose it.
    """
    ordered = sorted(prices, key=lambda price: (-price.amount, price.received_at, price.package))
    return [Seed(n, price) for n, price in enumerate(ordered, start=1)]
