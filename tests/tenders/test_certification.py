"""Certification in a tender: whom a minimum excludes, whose grades are frozen; the rules of comparison shown apart."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain.certification import Grade
from app.domain.drafting import Draft, Template, draft_from_json
from app.domain.entries import digest_of
from app.domain.grading import grade_digest
from app.domain.kinds import Kind
from app.tenders import comparing, previewing
from app.tenders.participations import list_joined_grades
from tests.tenders.houses import House, add_supplier, approve, begin, join, kinds_of, last_entry, load, save, submit

pytestmark = pytest.mark.asyncio
POINTS = {"A": "2", "B": "0", "C": "-2", "D": "-5"}


def certified(draft: Draft, **members: Any) -> Draft:
    assert draft.evaluation is not None
    return replace(draft, evaluation={**draft.evaluation, "certification": members})


async def faults_of(house: House, tender_id: str) -> list[tuple[str, str]]:
    found = await previewing.preflight(house.world, house.purchaser, tender_id)
    return [(fault.field, fault.code) for fault in found.faults]


async def test_grades_are_frozen_with_the_invitation_and_told_of_those_who_join_alone(house: House) -> None:
    made = await begin(house, Template.SCORED)
    draft = await save(house, made, certified(draft_from_json(made.draft), points=POINTS))
    assert await faults_of(house, draft.id) == []
    await approve(house, await submit(house, draft))
    tender = await load(house, draft.id)
    frozen = (await last_entry(house, tender.id, Kind.GRADES_FROZEN)).data["digests"]
    assert len(frozen) == len(house.reps)
    await join(house, tender, *house.reps[:2])
    async with house.world.db.snapshot() as tx:
        told = await list_joined_grades(house.world, tx, tender.id)
    assert [each.grade for each in told] == [Grade.A, Grade.A]
    assert {grade_digest(each) for each in told} < set(frozen)
    shown = await comparing.compare(house.world, house.evaluator, tender.id)
    assert tender.frozen is not None
    assert shown.digest == digest_of(tender.frozen["evaluation"])
    assert sum(float(share.percent) for share in shown.shares) == 100


async def test_a_grade_that_one_supplier_alone_has_is_no_ground_for_points(house: House) -> None:
    await add_supplier(house, 9, grade=Grade.C)
    made = await begin(house, Template.SCORED)
    draft = await save(house, made, certified(draft_from_json(made.draft), points=POINTS))
    assert await faults_of(house, draft.id) == [("evaluation.certification.points", "NAMES_A_BIDDER")]
    alike = certified(draft_from_json(draft.draft), points={**POINTS, "C": "2", "B": "2"})
    draft = await save(house, draft, alike)
    assert await faults_of(house, draft.id) == []


async def test_below_the_minimum_nobody_is_invited_not_even_outside_the_rule(house: House) -> None:
    made = await begin(house, Template.SCORED)
    draft = await save(house, made, certified(draft_from_json(made.draft), minimum={"delivery": "90.01"}))
    field = await previewing.field(house.world, house.purchaser, draft.id)
    assert field.by_rule == []
    assert {(one.code, one.may_be_outside) for one in field.excluded} == {("BELOW_MINIMUM", False)}
    met = certified(draft_from_json(draft.draft), minimum={"delivery": "90"})
    await save(house, draft, met)
    assert len((await previewing.field(house.world, house.purchaser, draft.id)).by_rule) == len(house.reps)


async def test_the_rules_are_said_as_soon_as_they_can_be_and_their_faults_until_then(house: House) -> None:
    made = await begin(house, Template.SCORED, response_due="")
    shown = await comparing.compare(house.world, house.purchaser, made.id)
    assert (shown.faults, shown.digest) == ([], None)
    assert shown.sentences is not None
    assert shown.leverage is not None
    assert len(shown.leverage.levels) == 4
    evaluation: Any = draft_from_json(made.draft).evaluation
    price = {**evaluation["price"], "weight": "49"}
    await save(house, made, replace(draft_from_json(made.draft), evaluation={**evaluation, "price": price}))
    shown = await comparing.compare(house.world, house.purchaser, made.id)
    assert [(fault.field, fault.code) for fault in shown.faults] == [("evaluation.price.weight", "WEIGHTS_NOT_100")]
    assert (shown.sentences, shown.leverage, shown.evaluation) == (None, None, None)


async def test_public_procurement_refuses_a_benchmark_of_the_mean_by_its_article(house: House) -> None:
    made = await begin(house, Template.SCORED, rulebook="public")
    assert ("evaluation.price.formula.code", "FORBIDDEN_BY_RULEBOOK") in await faults_of(house, made.id)
    assert Kind.TENDER_SUBMITTED not in await kinds_of(house, made.id)
