"""Performance reviews: made of a period's orders, answered by the supplier, closed, carried into a certification."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.categories import CATEGORIES
from app.domain.certification import plain
from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.performance import (
    FORMULA,
    Figures,
    Formula,
    Points,
    check_period,
    marks_after,
    may_close,
    measure,
    on_time_quantity,
    points_of,
)
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault, check_text
from app.domain.review_appealing import is_held_back
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import day_of, today_of
from app.infra.errors import not_found
from app.infra.world import World
from app.notices.store import insert_notices
from app.suppliers import dossier_store, store
from app.suppliers import performance_store as rows
from app.suppliers.certifying import Certify, add_proposal
from app.suppliers.contract_book import NO_CONTRACTS, ContractBook
from app.suppliers.dossier_store import Certification
from app.suppliers.entering import note, note_refused, tell_approvers, tell_supplier
from app.suppliers.performance_store import CLOSED, HeldOrder, Review
from app.suppliers.review_effects import base_marks, list_held_back

LONGEST_REPLY = 2000
SHORTEST_REPLY = 5


async def make_review(
    world: World, actor: Actor, supplier_id: str, category: str, period_code: str
) -> Review | Refusal:
    """Freeze a supplier's figures of a period that is over; made again, it replaces one that is not closed yet.

    Refuses OUT_OF_RANGE (no such period), TOO_EARLY (it still runs), WRONG_CATEGORY, ALREADY_DECIDED (closed).
    """
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, supplier_id)
        period = check_period(period_code, today_of(world))
        if isinstance(period, Refusal):
            return await note_refused(world, tx, actor, "review", period, held.id)
        if category not in CATEGORIES:
            return await note_refused(world, tx, actor, "review", Refusal(Code.WRONG_CATEGORY), held.id)
        known = await rows.list_reviews(tx, held.id)
        before = next((one for one in known if (one.category, one.period) == (category, period.code)), None)
        if before is not None and before.state == CLOSED:
            refusal = Refusal(Code.ALREADY_DECIDED, {"state": before.state})
            return await note_refused(world, tx, actor, "review", refusal, held.id)
        orders = await rows.list_due(tx, held.id, category, period)
        figures = measure([one.counted for one in orders], FORMULA)
        made = Review(
            id=world.ids.new(),
            supplier_id=held.id,
            category=category,
            period=period.code,
            revision=1 if before is None else before.revision + 1,
            state="open",
            formula=FORMULA.to_json(),
            orders=[frozen_order(one) for one in orders],
            figures=figures_json(figures),
            score=figures.score,
            made_at=world.clock.now(),
            made_by=actor.account_id,
            closed_at=None,
            proposal_id=None,
        )
        await rows.insert_review(tx, made)
        await note(world, tx, actor, held.id, Kind.PERFORMANCE_REVIEWED, reviewed_data(made))
        params = {"period": period.code, "until": last_reply_day(world, made)}
        await tell_supplier(world, tx, held.id, NoticeKind.PERFORMANCE_REVIEWED, params)
        return made


async def reply(world: World, actor: Actor, review_id: str, text: str) -> Review | Refusal:
    """The supplier's word on a review of its own, once. Refuses INCOMPLETE (the text), ALREADY_EXISTS, ALREADY_DECIDED
    (closed); somebody else's review is the one 404."""
    async with world.db.transaction() as tx:
        held = await rows.lock_review(tx, review_id)
        if held.supplier_id != actor.supplier_id or not await _counts(tx, held):
            raise not_found()
        checked = check_text(text, LONGEST_REPLY)
        refusal = None
        if isinstance(checked, FieldFault) or len(checked) < SHORTEST_REPLY:
            fault = checked if isinstance(checked, FieldFault) else FieldFault.MISSING_VALUE
            refusal = Refusal(Code.INCOMPLETE, {"text": fault.value})
        elif held.reply is not None:
            refusal = Refusal(Code.ALREADY_EXISTS, {"field": "text"})
        elif held.state == CLOSED:
            refusal = Refusal(Code.ALREADY_DECIDED, {"state": held.state})
        if refusal is not None:
            return await note_refused(world, tx, actor, "reply", refusal, held.supplier_id)
        now = world.clock.now()
        await rows.insert_reply(tx, held.id, checked, now)
        data = {"review": held.id, "period": held.period, "text": checked}
        await note(world, tx, actor, held.supplier_id, Kind.PERFORMANCE_REPLIED, data)
        people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
        accounts = [person.id for person in people]
        params = {"period": held.period}
        await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.PERFORMANCE_REPLIED, params=params)
        return replace(held, reply=checked, replied_at=now)


async def close(world: World, actor: Actor, review_id: str, book: ContractBook = NO_CONTRACTS) -> Review | Refusal:
    """Close a review: from here on it counts. Refuses ALREADY_DECIDED, TOO_EARLY (no reply, and days left for one),
    CHANGED_SINCE (made again meanwhile)."""
    async with world.db.transaction() as tx:
        held = await rows.lock_review(tx, review_id)
        refusal = await _bar_closing(world, tx, held)
        if refusal is not None:
            return await note_refused(world, tx, actor, "close_review", refusal, held.supplier_id)
        now = world.clock.now()
        await rows.set_review(tx, held.id, state=CLOSED, closed_at=now, closed_by=actor.account_id)
        data = {"review": held.id, "category": held.category, "period": held.period, "revision": held.revision}
        await note(world, tx, actor, held.supplier_id, Kind.PERFORMANCE_CLOSED, data)
        await _note_reviewed(world, tx, held, book)
        return replace(held, state=CLOSED, closed_at=now, closed_by=actor.account_id)


async def propose_effect(world: World, actor: Actor, review_id: str) -> Certification | Refusal:
    """Put the certification that follows from a closed review before a second person; its end stays as it was.

    Refuses NOT_ALLOWED_HERE (the review is open, or gave no score), ALREADY_EXISTS (proposed before), CHANGED_SINCE
    (made again meanwhile), PENDING (an appeal against it is open), NOT_CERTIFIED, and what a certification refuses:
    BELOW_MINIMUM, OUT_OF_RANGE.
    """
    async with world.db.transaction() as tx:
        # The supplier first, as everywhere: an appeal takes back what was proposed under the same lock.
        held = await store.lock_supplier(tx, (await rows.load_review(tx, review_id)).supplier_id)
        seen = await rows.lock_review(tx, review_id)
        current = None
        if held.certification_id is not None:
            current = await dossier_store.find_certification(tx, held.certification_id)
        made = await _carry(world, tx, actor, held, seen, current)
        if isinstance(made, Refusal):
            return await note_refused(world, tx, actor, "review_effect", made, held.id)
        await rows.set_review(tx, seen.id, proposal_id=made.proposal_id)
        await tell_approvers(world, tx)
        return made


def points_from(figures: Any) -> Points:
    """The points of a frozen review. Precondition: written by `figures_json`."""
    found = figures["points"]
    return Points(*(_decimal(found[name]) for name in ("quality", "delivery", "service")))


def figures_json(figures: Figures) -> dict[str, Any]:
    """As frozen and journalled: decimals as texts."""
    return {
        "outcome": figures.outcome.value,
        "orders": figures.orders,
        "deliveries": figures.deliveries,
        "points": points_json(figures.points),
        "score": None if figures.score is None else str(figures.score),
        "grade": None if figures.grade is None else figures.grade.value,
    }


def points_json(points: Points) -> dict[str, str | None]:
    """Decimal texts by aspect."""
    named = {"quality": points.quality, "delivery": points.delivery, "service": points.service}
    return {name: None if value is None else str(value) for name, value in named.items()}


def last_reply_day(world: World, seen: Review) -> str:
    """The last day on which the supplier's reply is waited for."""
    made_on = day_of(world, seen.made_at)
    waits = may_close(made_on, made_on, is_replied=False)
    assert waits is not None, "on its first day a review cannot be closed without a reply"
    return waits.detail["after"]


async def _carry(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    held: store.Supplier,
    seen: Review,
    current: Certification | None,
) -> Certification | Refusal:
    if seen.state != CLOSED:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": seen.state})
    if seen.score is None:
        return Refusal(Code.NOT_ALLOWED_HERE, {"outcome": str(seen.figures["outcome"])})
    if seen.proposal_id is not None:
        return Refusal(Code.ALREADY_EXISTS, {"field": "proposal"})
    if not await _counts(tx, seen):
        return Refusal(Code.CHANGED_SINCE)
    if is_held_back(seen.id, await list_held_back(tx)):
        return Refusal(Code.PENDING, {"field": "appeal"})
    if current is None:
        return Refusal(Code.NOT_CERTIFIED)
    marks = marks_after(await base_marks(tx, seen, current), points_from(seen.figures), Formula.from_json(seen.formula))
    text = f"{seen.period} {seen.category}: {seen.figures['score']} ({seen.formula['version']})"
    return await add_proposal(world, tx, actor, held, Certify(marks, current.valid_until, current.weights, text))


async def _note_reviewed(world: World, tx: AsyncConnection, held: Review, book: ContractBook) -> None:
    """The contracts that the reviewed orders call off from: their deliveries are reviewed now."""
    orders = await rows.load_orders(tx, [str(one["id"]) for one in held.orders])
    called = {one.contract_id for one in orders if one.contract_id is not None}
    if called:
        await book.note_reviewed(world, tx, called)


async def _bar_closing(world: World, tx: AsyncConnection, held: Review) -> Refusal | None:
    if held.state == CLOSED:
        return Refusal(Code.ALREADY_DECIDED, {"state": held.state})
    if not await _counts(tx, held):
        return Refusal(Code.CHANGED_SINCE)
    return may_close(day_of(world, held.made_at), today_of(world), is_replied=held.reply is not None)


async def _counts(tx: AsyncConnection, held: Review) -> bool:
    """Whether a review was not made again since."""
    return held.id in {one.id for one in await rows.list_reviews(tx, held.supplier_id)}


def frozen_order(held: HeldOrder) -> dict[str, Any]:
    """An order as it was when the review was made: what its points can be computed from again."""
    counted = held.counted
    return {
        "id": held.id,
        "number": held.number,
        "item": held.item,
        "unit": held.unit,
        "due_on": held.due_on,
        "quantity": plain(held.quantity),
        "promises": [{"on": one.on.isoformat(), "quantity": plain(one.quantity)} for one in held.promises],
        "deliveries": [
            {
                "number": one.number,
                "on": one.delivered_on,
                "accepted": plain(one.accepted),
                "rejected": plain(one.rejected),
                "service": one.service,
            }
            for one in held.deliveries
        ],
        "accepted": plain(sum((one.accepted for one in held.deliveries), Decimal(0))),
        "rejected": plain(sum((one.rejected for one in held.deliveries), Decimal(0))),
        "on_time": plain(on_time_quantity(counted)),
        "points": points_json(points_of(counted)),
    }


def reviewed_data(made: Review) -> dict[str, Any]:
    """The sample is in the row; the entry holds its digest."""
    return {
        "review": made.id,
        "category": made.category,
        "period": made.period,
        "revision": made.revision,
        "formula": dict(made.formula),
        "figures": dict(made.figures),
        "orders": [one["number"] for one in made.orders],
        "digest": digest_of(made.orders),
    }


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
