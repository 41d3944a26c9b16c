"""The order of a lot whose bids are ranked by another basis than the price: `Standing` for a frozen basis.

Serves LIVE.md section 1 (ranking basis) and SCREENS.md LR-14. `rank_offers` ranks, as it does after the round; the
order is made anew with every bid, because some formulas measure all bids against the lowest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from typing_extensions import override

from app.domain.ranking import OwnScore, PlacedBid, Standing, rank, standing_of
from app.domain.scoring.live_basis import LotBasis, OwnFigures
from app.domain.scoring.rules import PRICE_ALONE
from app.domain.scoring.totals import ScoredOffer, rank_offers
from app.domain.scoring.warnings import claims_of


@dataclass(frozen=True, slots=True)
class ScoredStanding(Standing):
    """`order` holds each bidder's last amount, number and tag in the order of the places."""

    basis: LotBasis | None = None
    held: Mapping[str, PlacedBid] = field(default_factory=dict, compare=False)
    places: Mapping[str, ScoredOffer] = field(default_factory=dict, compare=False)

    @override
    def own_last(self, tag: str) -> Decimal | None:
        bid = self.held.get(tag)
        return None if bid is None else bid.amount

    @override
    def rank_of(self, tag: str) -> int | None:
        place = self.places.get(tag)
        return None if place is None else place.rank

    @override
    def shared_rank_of(self, tag: str) -> int | None:
        return self.rank_of(tag)

    @override
    def is_tied(self, tag: str) -> bool:
        place = self.places.get(tag)
        return place is not None and place.is_tied

    @override
    def placed(self, bid: PlacedBid) -> ScoredStanding:
        assert self.basis is not None, "a scored standing has its basis"
        return _standing(self.basis, {**self.held, bid.tag: bid})

    @override
    def opened(self) -> ScoredStanding:
        # Made anew with every bid in any case.
        return self

    @property
    @override
    def is_mixed(self) -> bool:
        return self.basis is not None and any(len(own.features) > 1 for own in self.basis.figures.values())

    @override
    def figure_of(self, tag: str) -> Decimal | None:
        place = self.places.get(tag)
        return None if place is None else place.figure

    @override
    def own_score(self, tag: str) -> OwnScore | None:
        assert self.basis is not None, "a scored standing has its basis"
        own, place = self.basis.figures.get(tag), self.places.get(tag)
        if own is None:
            return None
        return OwnScore(
            features=own.features,
            figure=None if place is None else place.figure,
            technical=own.technical,
            bonus=own.bonus,
            price_points=None if place is None else place.price_points,
            total=None if place is None else place.total,
            reads_others=not claims_of(self.basis.rules.price.formula).is_independent,
        )

    @override
    def leads_from(self, tag: str, highest: Decimal, unit: Decimal) -> Decimal | None:
        """Of the others only those matter whom nobody beats in both price and points: the basis is monotone and reads
        nothing but the lowest price (`live_basis.is_playable`)."""
        assert self.basis is not None, "a scored standing has its basis"
        others = [bid for each, bid in self.held.items() if each != tag]
        basis, front = self.basis, _front(self.basis, others)
        last = max((bid.seq for bid in self.held.values()), default=0) + 1

        def leads(units: int) -> bool:
            mine = PlacedBid(tag, unit * units, last)
            return ranked_by(basis, [*front, mine])[0].offer.key == tag

        low, high = 1, int(highest / unit)
        if high < 1 or not leads(low):
            return None
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if leads(middle) else (low, middle - 1)
        return unit * low


def _front(basis: LotBasis, bids: Iterable[PlacedBid]) -> list[PlacedBid]:
    """The bids that no other bid beats both in price and in frozen points."""
    best: list[PlacedBid] = []
    highest: Decimal | None = None
    for bid in sorted(bids, key=lambda each: (each.amount, each.seq)):
        own = basis.figures.get(bid.tag, _NOTHING)
        technical = basis.rules.technical
        weight = Decimal(0) if technical is None else technical.weight
        worth = weight * (own.technical or Decimal(0)) / 100 + own.bonus
        if highest is None or worth > highest:
            best.append(bid)
            highest = worth
    return best


# Price alone, as a basis.
BY_PRICE: Final = LotBasis(PRICE_ALONE, Decimal(0), {})
_NOTHING: Final = OwnFigures()


def ranked_by(basis: LotBasis, bids: Iterable[PlacedBid]) -> list[ScoredOffer]:
    """One bid of each bidder in order, by a basis."""
    offers = [basis.figures.get(bid.tag, _NOTHING).offer(bid.tag, bid.amount, bid.seq) for bid in bids]
    return rank_offers(basis.rules, offers, ceiling=basis.ceiling)


def _standing(basis: LotBasis, held: Mapping[str, PlacedBid]) -> ScoredStanding:
    ranked = ranked_by(basis, held.values())
    order = [(each.offer.amount, each.offer.order, each.offer.key) for each in ranked]
    return ScoredStanding(order, basis=basis, held=held, places={each.offer.key: each for each in ranked})


def standing_by(basis: LotBasis | None, bids: Iterable[PlacedBid]) -> Standing:
    """The standing of all bids that count under a basis, None for the price alone."""
    if basis is None:
        return standing_of(bids)
    lowest: Sequence[PlacedBid] = [PlacedBid(each.tag, each.amount, each.seq) for each in rank(bids)]
    return _standing(basis, {each.tag: each for each in lowest})
