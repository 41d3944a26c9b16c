"""What an appeal does to a performance review: it holds its effect back, and upheld it has the review computed anew."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import void_proposal
from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.performance import Formula, measure, parse_period
from app.domain.refusals import Refusal
from app.domain.review_appealing import (
    Appealable,
    changed_orders,
    decide_making,
    decide_recount,
    last_appeal_day,
)
from app.identity.access import Actor
from app.infra.days import day_of, today_of
from app.infra.errors import not_found
from app.infra.world import World
from app.suppliers import dossier_store, finding_store
from app.suppliers import performance_store as rows
from app.suppliers.entering import note
from app.suppliers.finding_store import Appeal
from app.suppliers.performance_store import CLOSED, Review
from app.suppliers.review_effects import PERFORMANCE
from app.suppliers.reviewing import figures_json, frozen_order, reviewed_data


@dataclass(frozen=True, slots=True)
class Recount:
    """What a review would come to with the orders as they are now: the scores, and the orders that differ."""

    before: Decimal | None
    after: Decimal | None
    orders: tuple[str, ...]


def appealable(world: World, seen: Review, *, is_last: bool, is_appealed: bool) -> Appealable:
    """A review as the rule sees it."""
    is_closed = seen.state == CLOSED and seen.closed_at is not None
    return Appealable(
        closed_on=day_of(world, seen.closed_at) if is_closed and seen.closed_at is not None else None,
        is_last=is_last,
        is_final=seen.appeal_id is not None,
        is_appealed=is_appealed,
    )


def appeal_until(world: World, seen: Review) -> str | None:
    """The last day of an appeal; None where none is to come."""
    if seen.closed_at is None or seen.appeal_id is not None:
        return None
    return last_appeal_day(day_of(world, seen.closed_at)).isoformat()


async def bar_appeal(world: World, tx: AsyncConnection, supplier_id: str, review_id: str) -> Refusal | None:
    """Why this review may not be appealed against; somebody else's is the one 404."""
    seen = await rows.load_review(tx, review_id)
    if seen.supplier_id != supplier_id:
        raise not_found()
    last = (await rows.list_revisions(tx, seen))[0]
    made = {one.subject_id for one in await finding_store.list_appeals(tx, supplier_id) if one.subject == PERFORMANCE}
    found = appealable(world, seen, is_last=last.id == seen.id, is_appealed=seen.id in made)
    return decide_making(found, today_of(world))


async def hold_effect(tx: AsyncConnection, review_id: str) -> str | None:
    """Take back what was proposed from a review and not decided yet: it may be proposed again once the appeal is
    over. Gives the proposal that fell."""
    seen = await rows.load_review(tx, review_id)
    if seen.proposal_id is None or not await void_proposal(tx, seen.proposal_id):
        return None
    await dossier_store.void_proposed(tx, seen.supplier_id)
    await rows.set_review(tx, seen.id, proposal_id=None)
    return seen.proposal_id


async def recount(tx: AsyncConnection, seen: Review) -> tuple[Review, Recount]:
    """The review as its formula and the orders of now would make it, and how it differs. Nothing is written."""
    period = parse_period(seen.period)
    assert period is not None, "a review was made of a period"
    orders = await rows.list_due(tx, seen.supplier_id, seen.category, period)
    figures = measure([one.counted for one in orders], Formula.from_json(seen.formula))
    made = replace(
        seen,
        orders=[frozen_order(one) for one in orders],
        figures=figures_json(figures),
        score=figures.score,
        proposal_id=None,
        reply=None,
        replied_at=None,
    )
    changed = tuple(changed_orders(seen.orders, made.orders))
    return made, Recount(seen.score, made.score, changed)


async def bar_recount(tx: AsyncConnection, review_id: str) -> Refusal | None:
    """Why upholding would change nothing: no order of the period has been corrected."""
    seen = await rows.load_review(tx, review_id)
    made, _ = await recount(tx, seen)
    return decide_recount(digest_of(seen.orders), digest_of(made.orders))


async def write_recount(world: World, tx: AsyncConnection, actor: Actor, appeal: Appeal, now: datetime) -> None:
    """Store the review computed anew as the one that counts: closed by the decision, and final."""
    seen = await rows.lock_review(tx, appeal.subject_id)
    made, difference = await recount(tx, seen)
    made = replace(
        made,
        id=world.ids.new(),
        revision=seen.revision + 1,
        made_at=now,
        made_by=actor.account_id,
        closed_at=now,
        closed_by=actor.account_id,
        appeal_id=appeal.id,
    )
    await rows.insert_review(tx, made)
    data = {**reviewed_data(made), "appeal": appeal.id, "replaces": seen.id, "changed": list(difference.orders)}
    await note(world, tx, actor, made.supplier_id, Kind.PERFORMANCE_REVIEWED, data)
    closed = {"review": made.id, "category": made.category, "period": made.period, "revision": made.revision}
    await note(world, tx, actor, made.supplier_id, Kind.PERFORMANCE_CLOSED, closed)


async def reviewers_of(tx: AsyncConnection, review_id: str) -> frozenset[str]:
    """Who made and who closed a review, in any of its revisions."""
    seen = await rows.load_review(tx, review_id)
    known = await rows.list_revisions(tx, seen)
    return frozenset(by for one in known for by in (one.made_by, one.closed_by) if by is not None)
