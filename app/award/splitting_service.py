"""Computing award scenarios, keeping them, and adopting one into the recommendation (SCREENS.md DR-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import splitting_store, store
from app.award.service import decide_undecided
from app.award.splitting_answer import Answer, Outcome, Solved
from app.award.splitting_process import ask_solver, is_crowded
from app.award.splitting_reading import Among, SplitSheet, load_split_sheet
from app.award.splitting_store import Scenario
from app.domain.entries import digest_of
from app.domain.kinds import Kind
from app.domain.money import EXACT
from app.domain.refusals import Code, Refusal
from app.domain.scenario import (
    Offered,
    award_data,
    constraint_data,
    constraint_of,
    decide_adoption,
    gap_text,
    problem_of,
    winners_of,
)
from app.domain.scoring.typed import plain
from app.domain.split_award import is_award, weigh
from app.domain.splitting import Constraint, SplitProblem, check_problem
from app.domain.tendering import TenderState, decide_evaluating
from app.domain.visibility import Role
from app.evaluation.offers import evaluation_in
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store
from app.tenders.store import Tender

# One person may try as long as the mandate lasts; every try is kept.
MOST_SCENARIOS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario as it was asked for: constraints as the document has them, suppliers named by an offer."""

    note: str
    among: Among
    constraints: Sequence[Mapping[str, Any]]


async def compute_scenario(world: World, actor: Actor, tender_id: str, asked: Asked) -> Scenario | Refusal:
    """Solve a scenario and keep it, feasible or not.

    Refuses outside `evaluation`, before the ranking (NOT_RANKED), a problem that cannot be put
    (domain/splitting.check_problem), while many wait for the solver (SLOW_DOWN), and if the ranking changes while it
    works (CHANGED_SINCE).
    """
    async with world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, tender_id)
        sheet = await load_split_sheet(world, tx, tender)
    put = _problem(tender, sheet, asked)
    if isinstance(put, Refusal):
        return put
    if is_crowded():
        return Refusal(Code.SLOW_DOWN)
    answer = await ask_solver(put)
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        after = await load_split_sheet(world, tx, tender)
        if tender.state is not TenderState.EVALUATION or after.rankings != sheet.rankings:
            return Refusal(Code.CHANGED_SINCE)
        number = await splitting_store.next_number(tx, tender_id)
        if number > MOST_SCENARIOS:
            return Refusal(Code.QUOTA_REACHED, {"most": str(MOST_SCENARIOS)})
        document = document_of(number, sheet, asked, put, answer)
        digest, now, by = digest_of(document), world.clock.now(), actor.account_id
        made = Scenario(world.ids.new(), tender_id, number, digest, document, asked.note, now, by)
        await splitting_store.insert_scenario(tx, made)
        await _append(world, tx, actor, tender, Kind.SCENARIO_KEPT, {"scenario": number, "digest": digest})
    return made


def _problem(tender: Tender, sheet: SplitSheet, asked: Asked) -> SplitProblem | Refusal:
    refusal = decide_evaluating(tender.state) or (None if sheet.lots else Refusal(Code.NOT_RANKED))
    if refusal is not None:
        return refusal
    lots = sheet.offered(asked.among)
    constraints = [constraint_of(each, sheet.tags) for each in asked.constraints]
    problem = problem_of(lots, constraints, sheet.tags, tender.currency)
    return check_problem(problem) or problem


def document_of(number: int, sheet: SplitSheet, asked: Asked, problem: SplitProblem, answer: Answer) -> dict[str, Any]:
    """The scenario as it is kept, hashed and, once adopted, journaled: by label."""
    lots = [each for each in sheet.offered(asked.among) if each.rows]
    labels = {(lot.id, sheet.tags[lot.id, row.label]): row.label for lot in lots for row in lot.rows}
    solved = _checked(problem, answer.solved)
    award = None if solved.award is None else award_data(problem, solved.award, labels)
    return {
        "v": 1,
        "number": number,
        "among": asked.among,
        "rankings": sheet.rankings,
        "lots": [{"lot": lot.id, "labels": [row.label for row in lot.rows]} for lot in lots],
        "constraints": _constraints(problem, sheet, asked, award),
        "outcome": solved.outcome.value,
        "award": award,
        "bound": None if solved.bound is None else plain(solved.bound),
        "gap": None if solved.cost is None or solved.bound is None else gap_text(solved.cost, solved.bound),
        "prices": [_price(problem, each, solved, answer.relaxed.get(each.id)) for each in problem.constraints]
        if award is not None
        else [],
        "clash": list(answer.clash),
        "is_minimal": answer.is_minimal,
    }


def _checked(problem: SplitProblem, solved: Solved) -> Solved:
    """The same if its award passes the exact check here too; nothing of one that fails is ever shown."""
    if solved.award is None:
        return solved
    found = weigh(problem, solved.award) if is_award(problem, solved.award) else None
    if found is None or found.broken:
        return Solved(Outcome.TIMED_OUT)
    return replace(solved, cost=found.cost, bound=None if solved.bound is None else min(solved.bound, found.cost))


def _constraints(
    problem: SplitProblem, sheet: SplitSheet, asked: Asked, award: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """The constraints with each supplier named by an offer of its own: one that wins, where one does, so that the award
    can be held against them by label alone."""
    won = {} if award is None else winners_of(award)
    found = []
    for each, typed in zip(problem.constraints, asked.constraints, strict=True):
        offered: dict[str, Offered] = {}
        if each.supplier is not None:
            lot, label = typed["offer"]
            own = [one for one in won if sheet.tags.get(one) == each.supplier]
            offered[each.supplier] = next((one for one in own if each.covers(one[0])), (lot, label))
        found.append(constraint_data(each, offered))
    return found


def _price(problem: SplitProblem, each: Constraint, solved: Solved, without: Solved | None) -> dict[str, Any]:
    """What a constraint costs: the award's cost less the cost without it. Exact where both are the best there is."""
    relaxed = None if without is None else _checked(problem.without(each.id), without)
    nothing = {"constraint": each.id, "cost": None, "price": None, "is_exact": False}
    if relaxed is None or relaxed.cost is None or solved.cost is None:
        return nothing
    # What holds under the constraint holds without it: the relaxed award is never the dearer one.
    cost = min(relaxed.cost, solved.cost)
    price = EXACT.subtract(solved.cost, cost)
    is_exact = {solved.outcome, relaxed.outcome} == {Outcome.OPTIMAL}
    return {"constraint": each.id, "cost": plain(cost), "price": plain(price), "is_exact": is_exact}


async def adopt_scenario(world: World, actor: Actor, tender_id: str, number: int) -> Scenario | Refusal | None:
    """Make a kept scenario part of the recommendation; None where there is none with this number.

    Refuses outside `evaluation`, while a decision waits for its approval or stands approved, and what
    domain/scenario.decide_adoption refuses; each refusal is journaled.
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        found = await splitting_store.find_scenario(tx, tender_id, number)
        if found is None:
            return None
        sheet = await load_split_sheet(world, tx, tender)
        refusal = await decide_moment(world, tx, sheet) or decide_adoption(
            found.document, evaluation_in(tender), sheet.rankings, sheet.listed
        )
        if refusal is not None:
            data = {"scenario": number, "code": refusal.code.value, "detail": dict(refusal.detail)}
            await _append(world, tx, actor, tender, Kind.SCENARIO_REFUSED, data)
            return refusal
        now, by = world.clock.now(), actor.account_id
        await splitting_store.set_adopted(tx, found.id, at=now, by=by)
        data = {**found.document, "scenario": number, "digest": found.digest}
        await _append(world, tx, actor, tender, Kind.SCENARIO_ADOPTED, data)
    return replace(found, adopted_at=now, adopted_by=by)


async def decide_moment(world: World, tx: AsyncConnection, sheet: SplitSheet) -> Refusal | None:
    """Whether the recommendation may still change (`service.decide_undecided`)."""
    current = await store.find_decision(tx, sheet.tender.id)
    return await decide_undecided(world, tx, sheet.tender, current, [each.ranking.official for each in sheet.lots])


async def _append(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, kind: Kind, data: Mapping[str, Any]
) -> None:
    fields = actor.entry_fields(Role.PURCHASER)
    await append(world, tx, NewEntry(tender.chain, kind, data, tender=tender.id, **fields))
