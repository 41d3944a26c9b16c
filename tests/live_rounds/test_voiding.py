"""Voiding: by alias, two persons, told to all, ranks recomputed; and what cannot be voided."""

from dataclasses import replace

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.domain.approving import ProposalState, Verdict
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.identity.access import Actor
from app.live_rounds import store
from app.live_rounds.answers import Receipted
from app.live_rounds.effects import EFFECTS
from app.live_rounds.voiding import VoidBid, propose_void
from tests.live_rounds.stage import Stage, close_all

REASON = "the bidder reported a slip by factor ten"


async def _decide(stage: Stage, proposal: Proposal, actor: Actor | None = None) -> Proposal | Refusal:
    return await decide_proposal(
        stage.world,
        actor or stage.house.approver,
        proposal_id=proposal.id,
        verdict=Verdict.APPROVE,
        reason="seen",
        effects=Effects(EFFECTS),
    )


async def _alias(stage: Stage, number: int) -> str:
    async with stage.world.db.snapshot() as tx:
        return (await store.load_aliases(stage.world, tx, stage.lots[0]))[stage.tag(number)]


async def _four_bids(stage: Stage) -> None:
    for number, amount in enumerate(("280.00", "275.00", "270.00", "250.00")):
        assert isinstance(await stage.place(number, amount), Receipted)


async def test_a_void_by_alias_gives_the_places_back(stage: Stage) -> None:
    await _four_bids(stage)
    lot_id = stage.lots[0]
    alias = await _alias(stage, 3)
    proposal = await propose_void(stage.world, stage.house.purchaser, lot_id, VoidBid(4, alias, REASON))
    assert isinstance(proposal, Proposal)
    assert proposal.summary["alias"] == alias
    assert stage.tag(3) not in str(proposal)
    assert (await stage.floor()).voids == 0
    assert isinstance(await _decide(stage, proposal, stage.house.purchaser), Refusal)
    decided = await _decide(stage, proposal)
    assert isinstance(decided, Proposal)
    assert decided.state is ProposalState.APPROVED
    assert (await stage.floor()).voids == 1
    await stage.room.refresh(stage.round_id) if stage.room.hubs else None
    # The bidder goes on from nothing, and its next first bid is measured from the ceiling.
    assert isinstance(await stage.place(3, "279.00"), Receipted)
    async with stage.world.db.snapshot() as tx:
        bids = await store.list_accepted_bids(tx, lot_id)
    assert [bid.voided for bid in bids] == [False, False, False, True, False]
    assert [entry.kind for entry in await stage.chain()][-2:] == [Kind.BID_VOIDED, Kind.BID_ACCEPTED]
    again = await propose_void(stage.world, stage.house.purchaser, lot_id, VoidBid(4, alias, REASON))
    assert isinstance(again, Refusal)


async def test_number_and_alias_must_belong_together(stage: Stage) -> None:
    await _four_bids(stage)
    wrong = VoidBid(4, await _alias(stage, 0), REASON)
    refused = await propose_void(stage.world, stage.house.purchaser, stage.lots[0], wrong)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.UNKNOWN_LABEL


async def test_below_four_bidders_only_the_best_bid_can_be_named(stage: Stage) -> None:
    assert isinstance(await stage.place(0, "280.00"), Receipted)
    assert isinstance(await stage.place(1, "250.00"), Receipted)
    by_alias = VoidBid(2, await _alias(stage, 1), REASON)
    refused = await propose_void(stage.world, stage.house.purchaser, stage.lots[0], by_alias)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_ALLOWED_HERE
    best = await propose_void(stage.world, stage.house.purchaser, stage.lots[0], VoidBid(None, None, REASON))
    assert isinstance(best, Proposal)
    assert "alias" not in best.summary
    assert best.summary["amount"] == "250.00"


async def test_a_changed_proposal_and_a_bid_already_voided_are_refused(stage: Stage) -> None:
    await _four_bids(stage)
    command = VoidBid(4, await _alias(stage, 3), REASON)
    first = await propose_void(stage.world, stage.house.purchaser, stage.lots[0], command)
    assert isinstance(first, Proposal)
    forged = replace(first, change={**first.change, "bid": "0" * 64})
    async with stage.world.db.transaction() as tx:
        refused = await EFFECTS[first.kind](stage.world, tx, stage.house.approver, forged)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.CHANGED_SINCE
    assert isinstance(await _decide(stage, first), Proposal)
    async with stage.world.db.transaction() as tx:
        twice = await EFFECTS[first.kind](stage.world, tx, stage.house.approver, first)
    assert isinstance(twice, Refusal)


async def test_after_the_close_a_bid_can_still_be_voided_by_alias(stage: Stage) -> None:
    await _four_bids(stage)
    await close_all(stage)
    proposal = await propose_void(
        stage.world, stage.house.purchaser, stage.lots[0], VoidBid(4, await _alias(stage, 3), REASON)
    )
    assert isinstance(proposal, Proposal)
    assert isinstance(await _decide(stage, proposal), Proposal)
