"""A request for more: the budget of an approved project rises by its decision maker's word alone."""

from typing import Any

import pytest

from app.demand import store
from app.domain.kinds import Kind
from app.journal.store import list_entries
from tests.demand.cast import Cast
from tests.tenders.edges import problem

REASON = "Copper rose by a fifth since the estimate."


async def ask(people: Cast, project: str, amount: str, reason: str = REASON) -> Any:
    """The purchaser asks for more on the project as it stands."""
    people.house.clock.wind(seconds=1)
    version = (await people.purchaser.get(f"/projects/{project}")).json()["version"]
    body = {"version": version, "amount": amount, "reason": reason}
    return await people.purchaser.post(f"/projects/{project}/budget-requests", json=body)


async def budget_of(people: Cast, project: str) -> str:
    """The budget in force."""
    return str((await people.auditor.get(f"/projects/{project}")).json()["plan"]["budget"])


async def decide(people: Cast, project: str, verdict: str) -> Any:
    """The decision maker's word on what waits."""
    shown = (await people.approver.get(f"/projects/{project}")).json()["budget_request"]
    body = {"verdict": verdict, "reason": "seen and weighed"}
    return await people.approver.post(f"/approvals/{shown['proposal_id']}/decision", json=body)


async def test_a_budget_is_raised_by_the_decision_maker_alone(people: Cast) -> None:
    project = await people.approved()
    made = await ask(people, project, "360000.00")
    assert made.status_code == 201, made.text
    assert made.json()["budget_request"]["amount"] == "360000.00"
    assert await budget_of(people, project) == "300000.00"
    # The requester sees that it waits; the proposal itself is not his to read.
    asked = (await people.asker.get(f"/projects/{project}")).json()["budget_request"]
    assert (asked["amount"], asked["reason"], asked["proposal_id"]) == ("360000.00", REASON, None)
    assert (await decide(people, project, "approve")).status_code == 200
    assert await budget_of(people, project) == "360000.00"
    shown = (await people.purchaser.get(f"/projects/{project}")).json()
    assert shown["budget_request"] is None
    assert "raise_budget" in shown["acts"]
    async with people.house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain=store.chain_of(project))
    raised = next(one for one in entries if one.kind is Kind.BUDGET_RAISED)
    assert (raised.data["from"], raised.data["to"]) == ("300000.00", "360000.00")


async def test_a_refused_request_leaves_the_budget_and_says_why(people: Cast) -> None:
    project = await people.approved()
    await ask(people, project, "360000")
    assert (await decide(people, project, "refuse")).status_code == 200
    shown = (await people.purchaser.get(f"/projects/{project}")).json()
    assert (shown["plan"]["budget"], shown["budget_request"]) == ("300000.00", None)
    assert [(one["act"], one["said"]) for one in shown["remarks"]][-1] == ("budget", "seen and weighed")


async def test_the_newest_request_is_the_one_that_counts(people: Cast) -> None:
    project = await people.approved()
    await ask(people, project, "360000")
    old = (await people.approver.get(f"/projects/{project}")).json()["budget_request"]["proposal_id"]
    await ask(people, project, "340000")
    body = {"verdict": "approve", "reason": "seen and weighed"}
    problem(await people.approver.post(f"/approvals/{old}/decision", json=body), 409, "ALREADY_DECIDED")
    new = (await people.approver.get(f"/projects/{project}")).json()["budget_request"]["proposal_id"]
    earlier = (await people.approver.get(f"/approvals/{new}")).json()["earlier"]
    assert (earlier["state"], earlier["differences"]) == (
        "void",
        [{"path": "to", "before": "360000", "after": "340000"}],
    )
    assert (await decide(people, project, "approve")).status_code == 200
    assert await budget_of(people, project) == "340000"


@pytest.mark.parametrize(
    ("amount", "reason", "code"),
    [
        ("300000.00", REASON, "OUT_OF_RANGE"),
        ("299999.99", REASON, "OUT_OF_RANGE"),
        ("a lot", REASON, "OUT_OF_RANGE"),
        ("300000.005", REASON, "PRECISION"),
        ("300000.01", "more", "REASON_MISSING"),
    ],
)
async def test_what_is_refused_says_why_and_is_in_the_journal(
    people: Cast, amount: str, reason: str, code: str
) -> None:
    project = await people.approved()
    detail = problem(await ask(people, project, amount, reason), 409, code)
    if code == "OUT_OF_RANGE":
        assert detail["above"] == "300000.00"
    async with people.house.world.db.snapshot() as tx:
        last = (await list_entries(tx, chain=store.chain_of(project)))[-1]
    assert (last.kind, last.data["code"]) == (Kind.PROJECT_REFUSED, code)


async def test_nothing_is_asked_before_the_approval_by_a_stranger_or_from_an_old_tab(people: Cast) -> None:
    early = await people.ask()
    await people.plan(early)
    problem(await ask(people, early, "360000"), 409, "NOT_ALLOWED_HERE")
    project = await people.approved()
    body = {"version": 1, "amount": "360000", "reason": REASON}
    problem(await people.purchaser.post(f"/projects/{project}/budget-requests", json=body), 409, "CHANGED_SINCE")
    stranger = await people.other.post(f"/projects/{project}/budget-requests", json=body)
    assert stranger.status_code == 404
