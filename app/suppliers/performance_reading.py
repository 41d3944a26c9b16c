"""What the pages of orders and reviews read: orders with names, reviews with their trend, and what is offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import Grade, Marks
from app.domain.contracting import is_in_force
from app.domain.ordering import CalledContract
from app.domain.peer_banding import band_of
from app.domain.performance import Formula, marks_after, parse_period
from app.domain.performance_offer import Reviewed, offered_points
from app.domain.review_appealing import decide_making, is_held_back
from app.infra.days import today_of
from app.infra.world import World
from app.suppliers import dossier_store, finding_store, store
from app.suppliers import performance_store as rows
from app.suppliers.contract_book import NO_CONTRACTS, ContractBook, NamedContract
from app.suppliers.dossier_store import Certification
from app.suppliers.performance_store import CLOSED, HeldOrder, Review
from app.suppliers.review_appeals import appeal_until, appealable
from app.suppliers.review_effects import PERFORMANCE, base_marks, list_held_back
from app.suppliers.reviewing import last_reply_day, points_from
from app.suppliers.store import Names

PAGE = 100


@dataclass(frozen=True, slots=True)
class NamedOrder:
    """An order with its supplier's names."""

    order: HeldOrder
    names: Names
    contract: NamedContract | None = None


@dataclass(frozen=True, slots=True)
class SeenReview:
    """A review, the score before it, and until when a reply is waited for."""

    review: Review
    score_before: Decimal | None
    reply_until: str
    # The quarter among the others of the category and period, 1 the best; None until closed and with few of them.
    band: int | None = None
    # An appeal against it is open: nothing follows from it until that is decided.
    is_held: bool = False
    appeal_until: str | None = None
    may_appeal: bool = False


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


async def read_orders(
    world: World, after: str | None, *, contract: str = "", book: ContractBook = NO_CONTRACTS
) -> tuple[list[NamedOrder], str | None]:
    """A page of all orders by number, or of those that call off from the contracts of a tender (by its reference), and
    where the next begins."""
    async with world.db.snapshot() as tx:
        ids = [one.id for one in await book.list_called(tx, reference=contract)] if contract else None
        found = await rows.list_orders(tx, contract_ids=ids, after=after, limit=PAGE + 1)
        names = await store.load_names(tx, list({one.supplier_id for one in found}))
        contracts = await _contracts(tx, found, book)
    page = [NamedOrder(one, names[one.supplier_id], contracts.get(one.contract_id or "")) for one in found[:PAGE]]
    return page, page[-1].order.number if len(found) > PAGE else None


async def read_order(world: World, held: HeldOrder, book: ContractBook = NO_CONTRACTS) -> NamedOrder:
    """An order as an act gave it back, with names."""
    async with world.db.snapshot() as tx:
        names = (await store.load_names(tx, [held.supplier_id]))[held.supplier_id]
        return NamedOrder(held, names, (await _contracts(tx, [held], book)).get(held.contract_id or ""))


async def read_contracts(world: World, supplier_id: str, book: ContractBook) -> list[CalledContract]:
    """The contracts in force that an order of a supplier may name; the one 404 where the supplier is absent."""
    today = today_of(world)
    async with world.db.snapshot() as tx:
        await store.load_supplier(tx, supplier_id)
        found = await book.list_called(tx, supplier_id=supplier_id)
    return [one for one in found if is_in_force(one.state, one.ends_on, today)]


async def _contracts(tx: AsyncConnection, orders: list[HeldOrder], book: ContractBook) -> dict[str, NamedContract]:
    ids = {one.contract_id for one in orders if one.contract_id is not None}
    return await book.load_named(tx, ids) if ids else {}


async def read_performance(world: World, supplier_id: str, book: ContractBook = NO_CONTRACTS) -> Performance:
    """A supplier's performance; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        held = await store.load_supplier(tx, supplier_id)
        reviews = await rows.list_reviews(tx, supplier_id)
        alike = {one.category: await rows.list_category_reviews(tx, one.category) for one in reviews}
        orders = await rows.list_orders(tx, supplier_id=supplier_id)
        contracts = await _contracts(tx, orders, book)
        held_back = await list_held_back(tx)
        appeals = await finding_store.list_appeals(tx, supplier_id)
        current = None
        if held.certification_id is not None:
            current = await dossier_store.find_certification(tx, held.certification_id)
        after = {} if current is None else await _marks_after(tx, reviews, current, held_back)
    appealed = {one.subject_id for one in appeals if one.subject == PERFORMANCE}
    names = Names(held.name_zh, held.name_en)
    return Performance(
        supplier=held,
        reviews=[
            SeenReview(
                one,
                _score_before(one, reviews),
                last_reply_day(world, one),
                _band(one, alike[one.category]),
                is_held=is_held_back(one.id, held_back),
                appeal_until=appeal_until(world, one),
                may_appeal=_may_appeal(world, one, appealed),
            )
            for one in reviews
        ],
        orders=[NamedOrder(one, names, contracts.get(one.contract_id or "")) for one in orders],
        marks_after=after,
    )


async def _marks_after(
    tx: AsyncConnection, reviews: list[Review], current: Certification, held_back: set[str]
) -> dict[str, Marks]:
    """What each review that may be carried into a certification would make of the marks."""
    after: dict[str, Marks] = {}
    for one in reviews:
        is_carried = one.state != CLOSED or one.score is None or one.proposal_id is not None
        if not is_carried and not is_held_back(one.id, held_back):
            base = await base_marks(tx, one, current)
            after[one.id] = marks_after(base, points_from(one.figures), Formula.from_json(one.formula))
    return after


def _may_appeal(world: World, one: Review, appealed: set[str]) -> bool:
    # The reviews that are read are the last of their periods.
    found = appealable(world, one, is_last=True, is_appealed=one.id in appealed)
    return decide_making(found, today_of(world)) is None


async def read_offer(world: World, category: str) -> Offered:
    """What the last closed review of each certified supplier of a category suggests to the builder of a round."""
    at = world.clock.now()
    last: dict[str, Decimal] = {}
    async with world.db.snapshot() as tx:
        held_back = await list_held_back(tx)
        for one in await rows.list_category_reviews(tx, category):
            # Under appeal a review gives nobody points; the one before it stands in.
            if one.score is not None and not is_held_back(one.id, held_back):
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
