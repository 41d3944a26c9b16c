"""Bidders who help to open what a committee cannot, as their pages do it."""

from typing import Any

from app.approvals.store import Proposal
from app.domain.refusals import Refusal
from app.domain.sealing.header import EnvelopeKind
from app.domain.visibility import Role
from app.sealed_rounds import recovering, rekeying
from app.sealed_rounds.recovering import Secret
from tests.sealed_rounds.committees import Committee
from tests.sealed_rounds.stage import SealedPackage
from tests.worlds import make_actor


async def ask_bidders(committee: Committee) -> None:
    """Two persons ask the bidders."""
    stage = committee.stage
    asked = await recovering.propose_recovery(
        stage.world, stage.house.purchaser, committee.round_id, "two members lost their key files"
    )
    assert isinstance(asked, Proposal), asked
    decided = await committee.decide(asked)
    assert isinstance(decided, Proposal), decided


async def give(committee: Committee, number: int, sealed: SealedPackage, secret: bytes | None = None) -> Any:
    """A bidder gives the secret of its price."""
    told = sealed.secrets[EnvelopeKind.PRICE] if secret is None else secret
    given = Secret(committee.round_id, sealed.digest, told)
    return await recovering.give_secret(committee.world, committee.stage.rep(number), given)


async def rekey(committee: Committee) -> None:
    """Two persons give the round other members, who make keys, confirm and rehearse."""
    roles = (Role.AUDITOR, Role.APPROVER, Role.APPROVER)
    committee.members = [await make_actor(committee.world, role) for role in roles]
    committee.pairs = []
    asked = await rekeying.propose_rekey(
        committee.world,
        committee.stage.house.purchaser,
        committee.round_id,
        await committee.emails(),
        "two keys are lost",
    )
    assert isinstance(asked, Proposal), asked
    assert isinstance(await committee.decide(asked), Proposal)
    for act in (committee.add_key, committee.confirm, committee.rehearse):
        for seat in (1, 2, 3):
            assert not isinstance(await act(seat), Refusal)
