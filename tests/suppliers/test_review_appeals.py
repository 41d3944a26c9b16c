"""An appeal against a performance review on the real database: what it holds back, who decides it, what it changes."""

from decimal import Decimal

import pytest

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.ordering import NewDelivery
from app.domain.refusals import Code, Refusal
from app.domain.review_appealing import APPEAL_DAYS
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.errors import Problem
from app.notices.store import list_notices
from app.suppliers import appealing, ordering, performance_reading, reviewing
from app.suppliers.appealing import MakeAppeal
from app.suppliers.dossier_store import Certification
from app.suppliers.finding_store import Appeal
from app.suppliers.performance_reading import SeenReview
from app.suppliers.performance_store import HeldOrder, Review
from tests.suppliers.parties import Staff, certify, decide, entries_of, hire, marks, register
from tests.suppliers.test_performance import DUE, a_rep, a_year, refused, review
from tests.worlds import TestWorld, make_actor

WHY = "PO-3 waited at your gate: the delivery note says the tenth."


async def a_closed_review(house: TestWorld, staff: Staff, supplier_id: str) -> Review:
    """Three orders of a certified supplier, reviewed (85.7), answered and closed."""
    await certify(house.world, staff, supplier_id, given=marks("94", "90", "92"))
    await a_year(house, staff, supplier_id)
    made = await review(house, staff, supplier_id)
    said = await reviewing.reply(house.world, await a_rep(house, supplier_id), made.id, "PO-3 was in time.")
    assert isinstance(said, Review)
    closed = await reviewing.close(house.world, staff.purchaser, made.id)
    assert isinstance(closed, Review)
    return closed


async def appeal(house: TestWorld, supplier_id: str, review_id: str) -> Appeal:
    made = await appeal_or_not(house, supplier_id, review_id)
    assert isinstance(made, Appeal), made
    return made


async def appeal_or_not(house: TestWorld, supplier_id: str, review_id: str, text: str = WHY) -> Appeal | Refusal:
    rep = await a_rep(house, supplier_id)
    return await appealing.make_appeal(house.world, rep, MakeAppeal("performance", review_id, text))


async def correct(house: TestWorld, staff: Staff, number: str = "PO-3") -> None:
    """The note of the third order was read wrong: it came on its day."""
    found = next(
        one.order for one in (await performance_reading.read_orders(house.world, None))[0] if one.order.number == number
    )
    typed = NewDelivery("DN-1", DUE, Decimal(100), Decimal(0))
    done = await ordering.record_delivery(house.world, staff.purchaser, found.id, typed, is_correction=True)
    assert isinstance(done, HeldOrder)


async def the_review(house: TestWorld, supplier_id: str) -> SeenReview:
    (found,) = (await performance_reading.read_performance(house.world, supplier_id)).reviews
    return found


async def told(house: TestWorld, who: Actor) -> list[NoticeKind]:
    async with house.world.db.snapshot() as tx:
        return [one.kind for one in await list_notices(house.world, tx, who.account_id)]


async def test_upheld_it_is_computed_anew_and_nothing_counts_twice(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    rep = await a_rep(house, supplier_id)
    closed = await a_closed_review(house, staff, supplier_id)
    assert closed.closed_by == staff.purchaser.account_id
    # It was carried into the certification before the supplier appealed.
    effect = await reviewing.propose_effect(house.world, staff.purchaser, closed.id)
    assert isinstance(effect, Certification)
    assert not isinstance(await decide(house.world, staff.approver, effect.proposal_id), Refusal)
    held = await appeal(house, supplier_id, closed.id)
    seen = await the_review(house, supplier_id)
    assert (seen.is_held, seen.may_appeal) == (True, False)
    assert NoticeKind.PERFORMANCE_HELD in await told(house, staff.purchaser)
    assert NoticeKind.APPEAL_WAITING in await told(house, staff.approver)
    # Nothing was corrected yet, so there is nothing to uphold it with.
    refused(
        await appealing.decide(house.world, staff.approver, held.id, uphold=True, answer="You are right."),
        Code.NOT_ALLOWED_HERE,
    )
    await correct(house, staff)
    (named,) = await appealing.list_appeals(house.world)
    assert named.recount is not None
    assert (named.recount.before, named.recount.orders) == (Decimal("85.7"), ("PO-3",))
    answer = "Corrected as you say."
    assert await appealing.decide(house.world, staff.approver, held.id, uphold=True, answer=answer) is None
    anew = await the_review(house, supplier_id)
    assert (anew.review.revision, anew.review.state, anew.review.appeal_id) == (2, "closed", held.id)
    assert anew.review.figures["points"] == {"quality": "96.97", "delivery": "96.67", "service": "100.00"}
    assert (anew.review.score, anew.is_held, anew.may_appeal) == (named.recount.after, False, False)
    assert NoticeKind.PERFORMANCE_DECIDED in await told(house, rep)
    assert NoticeKind.PERFORMANCE_RECOUNTED in await told(house, staff.purchaser)
    # The marks move from where they were before the first of the two: half way to 96.97 and 96.67.
    again = await reviewing.propose_effect(house.world, staff.purchaser, anew.review.id)
    assert isinstance(again, Certification), again
    assert again.marks.to_json() == {"quality": "95.49", "delivery": "93.34", "credit": "92"}
    refused(await reviewing.propose_effect(house.world, staff.purchaser, closed.id), Code.ALREADY_EXISTS)
    # What an appeal decided is final.
    refused(await appeal_or_not(house, supplier_id, anew.review.id), Code.NOT_ALLOWED_HERE)
    entries = await entries_of(house.world, f"supplier:{supplier_id}")
    kinds = [entry.kind for entry in entries]
    made, decided = kinds.index(Kind.APPEAL_MADE), kinds.index(Kind.APPEAL_DECIDED)
    assert made < decided < len(kinds) - 1 - kinds[::-1].index(Kind.PERFORMANCE_REVIEWED)
    written = [entry.data for entry in entries if entry.kind is Kind.PERFORMANCE_REVIEWED][-1]
    assert (written["appeal"], written["replaces"], written["changed"]) == (held.id, closed.id, ["PO-3"])


async def test_while_it_is_open_nothing_follows_and_what_was_proposed_falls(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    closed = await a_closed_review(house, staff, supplier_id)
    effect = await reviewing.propose_effect(house.world, staff.purchaser, closed.id)
    assert isinstance(effect, Certification)
    held = await appeal(house, supplier_id, closed.id)
    refused(await decide(house.world, staff.approver, effect.proposal_id), Code.ALREADY_DECIDED)
    refused(await reviewing.propose_effect(house.world, staff.purchaser, closed.id), Code.PENDING)
    assert (await performance_reading.read_performance(house.world, supplier_id)).marks_after == {}
    assert (await performance_reading.read_offer(house.world, "compressors")).suppliers == 0
    assert await appealing.decide(house.world, staff.approver, held.id, uphold=False, answer="The gate log.") is None
    refused(
        await appealing.decide(house.world, staff.approver, held.id, uphold=False, answer="Once more."),
        Code.ALREADY_DECIDED,
    )
    # Not upheld, the review stands as it was and may be carried on.
    seen = await the_review(house, supplier_id)
    assert (seen.review.id, seen.is_held, seen.may_appeal) == (closed.id, False, False)
    assert (await performance_reading.read_offer(house.world, "compressors")).suppliers == 1
    assert isinstance(await reviewing.propose_effect(house.world, staff.purchaser, closed.id), Certification)


async def test_who_made_or_closed_the_review_does_not_decide(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    held = await appeal(house, supplier_id, (await a_closed_review(house, staff, supplier_id)).id)
    refused(
        await appealing.decide(house.world, staff.purchaser, held.id, uphold=False, answer="I was right."),
        Code.SAME_PERSON,
    )
    other = await make_actor(house.world, Role.APPROVER)
    assert await appealing.decide(house.world, other, held.id, uphold=False, answer="The gate log.") is None


@pytest.mark.parametrize(("days", "code"), [(APPEAL_DAYS, None), (APPEAL_DAYS + 1, Code.TOO_LATE)])
async def test_it_is_taken_until_its_last_day_and_once(house: TestWorld, days: int, code: Code | None) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    other = await register(house.world, staff, 2)
    closed = await a_closed_review(house, staff, supplier_id)
    with pytest.raises(Problem):
        await appeal_or_not(house, other, closed.id)
    refused(await appeal_or_not(house, supplier_id, closed.id, "Call 13800138000 about it."), Code.LEAK)
    house.clock.wind(days=days)
    seen = await the_review(house, supplier_id)
    assert seen.may_appeal is (code is None)
    made = await appeal_or_not(house, supplier_id, closed.id)
    if code is not None:
        refused(made, code)
        return
    assert isinstance(made, Appeal)
    refused(await appeal_or_not(house, supplier_id, closed.id), Code.ALREADY_EXISTS)


async def test_an_open_review_takes_a_reply_and_no_appeal(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await a_year(house, staff, supplier_id)
    made = await review(house, staff, supplier_id)
    refused(await appeal_or_not(house, supplier_id, made.id), Code.NOT_ALLOWED_HERE)
