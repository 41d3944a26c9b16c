"""The accepted bids of a lot while it is replayed, a dozen bytes each: a million of them fit into little memory."""

from array import array
from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal

from app.domain.ranking import PlacedBid


class KeptBids:
    """What a void needs to know."""

    def __init__(self, scale: int) -> None:
        self._scale = scale
        self._tags: dict[str, int] = {}
        self._who = array("I")
        self._units = array("q")
        self.voided: dict[int, datetime] = {}

    def __len__(self) -> int:
        return len(self._who)

    def add(self, tag: str, amount: Decimal) -> None:
        self._who.append(self._tags.setdefault(tag, len(self._tags)))
        self._units.append(int(amount.scaleb(self._scale)))

    def but(self, voided: Collection[int]) -> Iterator[PlacedBid]:
        """All bids but these, in order."""
        names = list(self._tags)
        for n, (who, units) in enumerate(zip(self._who, self._units, strict=True), start=1):
            if n not in voided:
                yield PlacedBid(names[who], Decimal(units).scaleb(-self._scale), n)
