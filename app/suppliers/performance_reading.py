"""What the pages of orders and reviews read: orders with names, reviews with their trend, and what is offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.domain.certification import Grade, Marks
from app.domain.peer_banding import band_of
from app.domain.performance import Formula, marks_after, parse_period
from app.domain.performance_offer import Reviewed, offered_points
from app.infra.world import World
from app.suppliers import dossier_store, store
from app.suppliers import performance_store as rows
from app.suppliers.performance_store import CLOSED, HeldOrder, Review
from app.suppliers.reviewing import last_reply_day, points_from
from app.suppliers.store import Names

PAGE = 100


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """An order with its supplier's names."""

    order: HeldOrder
    names: Names


@dataclass(frozen=True, slots=True)
class SeenReview:
    """A review, the score before it, and until when a reply is waited for."""

    review: Review
    score_before: Decimal | None
    reply_until: str
    # The quarter among the others of the category and period, 1 the best; None until closed and with few of them.
    band: int | None = None


@dataclass(frozen=True, slots=True)
class Performance:
    """A supplier's reviews and orders, and what its closed reviews would make of its marks."""

    supplier: store.Supplier
    reviews: list[SeenReview]
    orders: list[NamedOrder]
    marks_after: Mapping[str, Marks]


@dataclass(frozen=True, slots=True)
class Offered:
    """Points by grade for the builder, and on how many suppliers they rest."""

    suppliers: int
    points: Mapping[Grade, Decimal] | None


async def read_orders(world: World, after: str | None) -> tuple[list[NamedOrder], str | None]:
    """A page of all orders by number, and where the next begins."""
    async with world.db.snapshot() as tx:
        found = await rows.list_orders(tx, after=after, limit=PAGE + 1)
        names = await store.load_names(tx, list({one.supplier_id for one in found}))
    page = [NamedOrder(one, names[one.supplier_id]) for one in found[:PAGE]]
    return page, page[-1].order.number if len(found) > PAGE else None


async def read_order(world: World, held: HeldOrder) -> NamedOrder:
    """An order as an act gave it back, with names."""
    async with world.db.snapshot() as tx:
        return NamedOrder(held, (await store.load_names(tx, [held.supplier_id]))[held.supplier_id])


async def read_performance(world: World, supplier_id: str) -> Performance:
    """A supplier's performance; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        held = await store.load_supplier(tx, supplier_id)
        reviews = await rows.list_reviews(tx, supplier_id)
        alike = {one.category: await rows.list_category_reviews(tx, one.category) for one in reviews}
        orders = await rows.list_orders(tx, supplier_id=supplier_id)
        current = None
        if held.certification_id is not None:
            current = await dossier_store.find_certification(tx, held.certification_id)
    after: dict[str, Marks] = {}
    if current is not None:
        for one in reviews:
            if one.state == CLOSED and one.score is not None and one.proposal_id is None:
                formula = Formula.from_json(one.formula)
                after[one.id] = marks_after(current.marks, points_from(one.figures), formula)
    names = Names(held.name_zh, held.name_en)
    return Performance(
        supplier=held,
        reviews=[
            SeenReview(one, _score_before(one, reviews), last_reply_day(world, one), _band(one, alike[one.category]))
            for one in reviews
        ],
        orders=[NamedOrder(one, names) for one in orders],
        marks_after=after,
    )


async def read_offer(world: World, category: str) -> Offered:
    """What the last closed review of each certified supplier of a category suggests to the builder of a round."""
    at = world.clock.now()
    last: dict[str, Decimal] = {}
    async with world.db.snapshot() as tx:
        for one in await rows.list_category_reviews(tx, category):
            if one.score is not None:
                last.setdefault(one.supplier_id, one.score)
        standings = await store.list_standings(tx, list(last), category, at)
    reviewed = [
        Reviewed(found.certificate.grade, last[supplier_id])
        for supplier_id, found in standings.items()
        if found.refusal is None and found.certificate is not None
    ]
    return Offered(len(reviewed), offered_points(reviewed))


def _band(one: Review, alike: list[Review]) -> int | None:
    """The band of a closed review among the closed ones of the others."""
    if one.state != CLOSED or one.score is None:
        return None
    others = [each for each in alike if each.period == one.period and each.supplier_id != one.supplier_id]
    return band_of(one.score, [each.score for each in others if each.score is not None])


def _score_before(one: Review, reviews: list[Review]) -> Decimal | None:
    """The last scored review of the same category and length before this one: the trend. Reviews come newest first."""
    own = parse_period(one.period)
    for other in reviews:
        period = parse_period(other.period)
        is_alike = other.category == one.category and period is not None and own is not None and period.span is own.span
        if is_alike and other.period < one.period and other.score is not None:
            return other.score
    return None
