"""The offers of a lot as the ranking wants them: bids of the floor, or opened sealed prices, with their locked points.

A shelf of the store: it reads and decides nothing. Whoever failed the technical stage has neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import LotStatus
from app.domain.freezing import evaluation_of, live_rules_of
from app.domain.grading import bonuses_of
from app.domain.marking import LotScores, OfferScore
from app.domain.ranking import PlacedBid, rank
from app.domain.scoring.live_basis import OwnFigures, features_of, ranking_rules
from app.domain.scoring.rules import PRICE_ALONE, EvaluationRules
from app.domain.scoring.totals import Offer
from app.evaluation import panel_store
from app.infra.world import World
from app.live_rounds import store as live_store
from app.sealed_rounds import store as sealed_store
from app.tenders.participations import list_joined_grades
from app.tenders.store import Lot, Tender


@dataclass(frozen=True, slots=True)
class TagScores:
    """The locked scores of one lot by tag: for the service, and for a supplier's own."""

    scores: LotScores
    tags: Mapping[str, str]

    def of_tag(self, tag: str) -> OfferScore | None:
        """The score of the bidder behind a tag."""
        return next((self.scores.find(alias) for alias, each in self.tags.items() if each == tag), None)

    def alias_of(self, tag: str) -> str | None:
        """The T-alias of a tag."""
        return next((alias for alias, each in self.tags.items() if each == tag), None)


def evaluation_in(tender: Tender) -> EvaluationRules | None:
    """The evaluation of a published tender, its price side as its live round ranks; None where it has none."""
    evaluation = None if tender.frozen is None else evaluation_of(tender.frozen)
    return None if evaluation is None else ranked_by(tender)


def ranked_by(tender: Tender) -> EvaluationRules:
    """What the offers of a published tender are ranked by: also where it has a live round alone."""
    document = tender.frozen
    if document is None:
        return PRICE_ALONE
    return ranking_rules(live_rules_of(document), evaluation_of(document)) or PRICE_ALONE


async def load_scores(world: World, tx: AsyncConnection, tender_id: str) -> dict[str, TagScores]:
    """{lot: locked scores} of a tender; empty before the lock and where there is no technical side."""
    lock = await panel_store.find_lock(tx, tender_id)
    if lock is None:
        return {}
    sets = await panel_store.list_alias_sets(world, tx, tender_id)
    return {lot_id: TagScores(lock.of_lot(lot_id), each.tags) for lot_id, each in sets.items()}


async def list_offers(
    world: World, tx: AsyncConnection, tender: Tender, lot: Lot, scores: TagScores | None
) -> list[Offer]:
    """Everything that is ranked in a lot: the best bid of each bidder of the live round where there is one, else the
    valid opened prices in the order of their receipt; nothing of a lot that was cancelled."""
    assert tender.frozen is not None, "what has offers was published"
    rules, live = evaluation_of(tender.frozen), live_rules_of(tender.frozen)
    grades = {each.tag: each for each in await list_joined_grades(world, tx, tender.id)}
    bonuses = bonuses_of(grades.values(), None if rules is None else rules.certification)

    def offer(tag: str, amount: Decimal, order: int) -> Offer:
        technical, frozen = _points(scores, tag), grades.get(tag)
        features = features_of(live, rules, grade=None if frozen is None else frozen.grade, technical=technical)
        return OwnFigures(features, technical, bonuses.get(tag, Decimal(0))).offer(tag, amount, order)

    if tender.procedure.has_live:
        floor = await live_store.find_floor(tx, lot.id)
        if floor is not None and floor.status is LotStatus.CANCELLED:
            return []
        bids = [bid for bid in await live_store.list_accepted_bids(tx, lot.id) if not bid.voided]
        best = rank(PlacedBid(bid.tag, bid.amount, bid.seq) for bid in bids)
        return [offer(each.tag, each.amount, each.seq) for each in best]
    opened = await sealed_store.list_opened_prices(world, tx, lot.id)
    opened.sort(key=lambda each: (each.received_at, each.tag))
    return [offer(each.tag, each.amount, order) for order, each in enumerate(opened, start=1)]


def _points(scores: TagScores | None, tag: str) -> Decimal | None:
    found = None if scores is None else scores.of_tag(tag)
    return None if found is None else found.points
