"""Four eyes: another person, within a day, bound to the exact change; every word of it in the chain."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import service, store
from app.approvals.store import NewProposal, Proposal
from app.domain.approving import Pending, ProposalKind, ProposalState, Verdict, change_hash, decide, may_decide
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import list_entries
from app.main import EFFECTS
from tests.callers import caller
from tests.worlds import TestWorld, make_actor

AT = datetime(2026, 11, 21, tzinfo=UTC)
CHAIN = "tender:" + "a" * 32
pending = st.builds(
    Pending,
    kind=st.sampled_from(ProposalKind),
    state=st.sampled_from(ProposalState),
    proposed_by=st.sampled_from(["a", "b"]),
    expires_at=st.sampled_from([AT, AT + timedelta(milliseconds=1), AT + timedelta(days=1)]),
)


@given(pending, st.sampled_from(["a", "b"]), st.frozensets(st.sampled_from(Role)), st.sampled_from(Verdict), st.text())
def test_nobody_decides_alone_late_twice_or_without_the_role(
    proposal: Pending, account: str, roles: frozenset[Role], verdict: Verdict, reason: str
) -> None:
    result = decide(proposal, account=account, roles=roles, verdict=verdict, reason=reason, at=AT)
    if isinstance(result, ProposalState):
        assert account != proposal.proposed_by
        assert Role.APPROVER in roles
        assert proposal.expires_at > AT
        assert proposal.state is ProposalState.PENDING
        assert verdict is Verdict.APPROVE or len(reason.strip()) >= 5
    elif may_decide(proposal, account=account, roles=roles, at=AT) is None:
        assert result.code is Code.REASON_MISSING


def test_no_kind_of_proposal_is_approved_without_an_effect() -> None:
    assert set(EFFECTS.approved) == set(ProposalKind)


def test_the_hash_binds_the_exact_change() -> None:
    assert change_hash({"a": "1", "b": "2"}) == change_hash({"b": "2", "a": "1"})
    assert change_hash({"a": "1"}) != change_hash({"a": "1.0"})


async def propose(world: World, purchaser: Actor) -> Proposal:
    new = NewProposal(
        kind=ProposalKind.PUBLISH,
        subject_kind="tender",
        subject_id="a" * 32,
        chain=CHAIN,
        change={"title": "compressors"},
        summary={"title": "compressors"},
        tender="a" * 32,
    )
    async with world.db.transaction() as tx:
        return await store.insert_proposal(world, tx, new, purchaser, Role.PURCHASER)


def effects(result: Refusal | None, calls: list[str]) -> service.Effects:
    async def effect(_world: World, _tx: AsyncConnection, _actor: Actor, proposal: Proposal) -> Refusal | None:
        calls.append(proposal.id)
        return result

    typed: Callable[[World, AsyncConnection, Actor, Proposal], Awaitable[Refusal | None]] = effect
    return service.Effects({ProposalKind.PUBLISH: typed}, {ProposalKind.PUBLISH: typed})


async def kinds(world: World) -> list[Kind]:
    async with world.db.snapshot() as tx:
        return [entry.kind for entry in await list_entries(tx, chain=CHAIN)]


async def test_an_approval_applies_the_change_once(house: TestWorld) -> None:
    purchaser, approver = await make_actor(house.world, Role.PURCHASER), await make_actor(house.world, Role.APPROVER)
    proposal, calls = await propose(house.world, purchaser), list[str]()
    act = {"proposal_id": proposal.id, "verdict": Verdict.APPROVE, "reason": "", "effects": effects(None, calls)}
    first = await service.decide_proposal(house.world, approver, **act)  # type: ignore[arg-type]  # values fit by name
    second = await service.decide_proposal(house.world, approver, **act)  # type: ignore[arg-type]  # values fit by name
    assert isinstance(first, Proposal)
    assert first.state is ProposalState.APPROVED
    assert isinstance(second, Refusal)
    assert second.code is Code.ALREADY_DECIDED
    assert calls == [proposal.id]
    assert await kinds(house.world) == [Kind.APPROVAL_PROPOSED, Kind.APPROVAL_GRANTED, Kind.APPROVAL_DENIED]


async def test_a_change_made_since_voids_the_approval(house: TestWorld) -> None:
    purchaser, approver = await make_actor(house.world, Role.PURCHASER), await make_actor(house.world, Role.APPROVER)
    proposal = await propose(house.world, purchaser)
    result = await service.decide_proposal(
        house.world,
        approver,
        proposal_id=proposal.id,
        verdict=Verdict.APPROVE,
        reason="",
        effects=effects(Refusal(Code.CHANGED_SINCE), []),
    )
    assert isinstance(result, Refusal)
    assert await kinds(house.world) == [Kind.APPROVAL_PROPOSED, Kind.APPROVAL_VOIDED]
    async with house.world.db.snapshot() as tx:
        assert (await store.load_proposal(tx, proposal.id)).state is ProposalState.VOID


async def test_the_proposer_cannot_approve_even_as_approver(house: TestWorld) -> None:
    both = await make_actor(house.world, Role.PURCHASER, Role.APPROVER)
    proposal = await propose(house.world, both)
    async with caller(house.world, both) as client:
        (listed,) = (await client.get("/api/approvals")).json()
        assert (listed["id"], listed["can_decide"], listed["is_mine"]) == (proposal.id, False, True)
        answer = await client.post(f"/api/approvals/{proposal.id}/decision", json={"verdict": "approve"})
        assert (answer.status_code, answer.json()["code"]) == (409, "SAME_PERSON")


@pytest.mark.parametrize(("minutes", "code"), [(24 * 60 - 1, None), (24 * 60, "EXPIRED")])
async def test_an_approval_lives_a_day(house: TestWorld, minutes: int, code: str | None) -> None:
    purchaser, approver = await make_actor(house.world, Role.PURCHASER), await make_actor(house.world, Role.APPROVER)
    proposal = await propose(house.world, purchaser)
    house.clock.wind(minutes=minutes)
    act = {"proposal_id": proposal.id, "verdict": Verdict.REFUSE, "effects": effects(None, [])}
    result = await service.decide_proposal(house.world, approver, reason="too dear for us", **act)  # type: ignore[arg-type]  # values fit by name
    assert (result.code.value if isinstance(result, Refusal) else None) == code


async def test_a_refusal_needs_a_reason_and_a_newer_proposal_voids_the_older(house: TestWorld) -> None:
    purchaser, approver = await make_actor(house.world, Role.PURCHASER), await make_actor(house.world, Role.APPROVER)
    older = await propose(house.world, purchaser)
    newer = await propose(house.world, purchaser)
    async with caller(house.world, approver) as client:
        gone = await client.post(f"/api/approvals/{older.id}/decision", json={"verdict": "approve"})
        assert gone.json()["code"] == "ALREADY_DECIDED"
        bare = await client.post(f"/api/approvals/{newer.id}/decision", json={"verdict": "refuse", "reason": " no "})
        assert bare.json()["code"] == "REASON_MISSING"
        done = await client.post(f"/api/approvals/{newer.id}/decision", json={"verdict": "refuse", "reason": "unclear"})
        assert done.json()["state"] == "refused"
        assert (await client.get("/api/approvals/" + "0" * 32)).status_code == 404
