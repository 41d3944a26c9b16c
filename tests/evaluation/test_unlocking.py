"""Unlocking the scores: two persons, a reason, before any price; afterwards the consensus goes on."""

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal, list_proposals
from app.domain.approving import ProposalState, Verdict
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.evaluation import panel_store
from app.evaluation.effects import EFFECTS
from app.live_rounds import basis_store
from app.notices.tables import notice
from app.sealed_rounds import store as sealed_store
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.sealed_stage import EVALUATORS, at_tender, lock, lock_good, make_sealed_stage, open_prices
from tests.evaluation.stage import Stage
from tests.evaluation.test_agreeing import agree, alias_of, consensus
from tests.evaluation.test_marks import entries_of
from tests.worlds import TestWorld

REASON = "one offer was marked by the old data sheet"


async def ask(stage: Stage, name: str = "甲", reason: str = REASON) -> dict[str, str]:
    async with at_tender(stage, stage.others[name]) as client:
        found: dict[str, str] = (await client.post("/scores/unlock", json={"reason": reason})).json()
    return found


async def sign(stage: Stage) -> Proposal | Refusal:
    async with stage.world.db.snapshot() as tx:
        (proposal,) = await list_proposals(tx, states=[ProposalState.PENDING])
    return await decide_proposal(
        stage.world,
        stage.approver,
        proposal_id=proposal.id,
        verdict=Verdict.APPROVE,
        reason="seen",
        effects=Effects(EFFECTS),
    )


async def test_two_persons_unlock_and_everything_handed_down_is_taken_back(house: TestWorld) -> None:
    evaluation = an_evaluation(freeze_technical=True)
    stage = await make_sealed_stage(house.world, evaluation=evaluation, has_live=True)
    await lock_good(stage)
    alias = await alias_of(stage, "朗峤")
    assert (await ask(stage, reason="why"))["code"] == "REASON_MISSING"
    assert (await ask(stage, "乙"))["code"] == "NOT_ALLOWED_HERE"
    assert "code" not in await ask(stage)
    shown = await consensus(stage, "甲")
    assert (shown["state"], shown["unlock"]["can_propose"]) == ("locked", False)
    assert shown["unlock"]["waits_until"] is not None
    # One person alone has changed nothing.
    assert (await agree(stage, "乙", alias=alias)).json()["code"] == "LOCKED"
    signed = await sign(stage)
    assert isinstance(signed, Proposal)
    assert shown["digest"] not in str(signed.change)
    async with house.world.db.snapshot() as tx:
        held = await sealed_store.find_round_of(tx, stage.tender_id)
        assert held is not None
        assert (held.passing, held.release_digest, held.released_at) == (None, None, None)
        assert await panel_store.find_lock(tx, stage.tender_id) is None
        kinds = [row.kind for row in await tx.execute(notice.select())]
        assert kinds.count(NoticeKind.SCORES_UNLOCKED.value) == len(EVALUATORS)
        assert await basis_store.find_frozen_technical(house.world, tx, stage.lots[0]) is None
    (entry,) = await entries_of(stage, Kind.SCORES_UNLOCKED)
    assert entry.data == {"lock": shown["digest"], "reason": REASON, "proposal": signed.id}
    assert (await ask(stage))["code"] == "NOT_LOCKED"
    # The marks are as they were; what is agreed now is locked and handed down anew.
    for criterion in ("c1", "c2"):
        assert (await agree(stage, "乙", alias=alias, criterion=criterion, value="4")).status_code == 200
    assert (await lock(stage)).json()["digest"] != shown["digest"]
    released = await entries_of(stage, Kind.PRICES_RELEASED)
    assert [entry.data["lots"][0]["passing"] for entry in released] == [3, 4]
    async with house.world.db.snapshot() as tx:
        frozen = await basis_store.find_frozen_technical(house.world, tx, stage.lots[0])
    assert frozen is not None
    assert len(frozen[0]) == 4


async def test_once_a_price_is_open_the_lock_is_final(house: TestWorld) -> None:
    stage = await make_sealed_stage(house.world)
    await lock_good(stage)
    assert "code" not in await ask(stage)
    await open_prices(stage, [{"青禾": "270.00"}])
    refused = await sign(stage)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.TOO_LATE
    assert (await ask(stage))["code"] == "TOO_LATE"
    shown = await consensus(stage, "甲")
    assert (shown["state"], shown["unlock"]) == ("locked", {"can_propose": False, "waits_until": None})
    assert await entries_of(stage, Kind.SCORES_UNLOCKED) == []
