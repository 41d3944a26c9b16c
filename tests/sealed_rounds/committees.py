"""A sealed round in committee custody, its members and their keys in the test's hand."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.domain.approving import Verdict
from app.domain.committee import Seat
from app.domain.drafting import Template
from app.domain.refusals import Refusal
from app.domain.sealing.committee import answer_challenge, release_wrap
from app.domain.sealing.suite import KeyPair, derive_key_pair
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.sealed_rounds import committee_store, forming, rekeying
from app.sealed_rounds.committee_store import HeldCommittee
from app.sealed_rounds.effects import EFFECTS
from app.sealed_rounds.rehearsing import envelope_of
from tests.sealed_rounds.stage import Stage, set_sealed_stage
from tests.worlds import make_actor

SEATS = (Seat.AUDIT, Seat.TECHNICAL, Seat.EXTERNAL)


@dataclass(slots=True)
class Committee:
    """The stage, who sits where (numbered from 1), and the key of each."""

    stage: Stage
    members: list[Actor]
    pairs: list[KeyPair] = field(default_factory=list)

    @property
    def world(self) -> World:
        """Where it plays."""
        return self.stage.world

    @property
    def round_id(self) -> str:
        """Its round."""
        return self.stage.round_id

    async def held(self) -> HeldCommittee:
        """As stored."""
        async with self.world.db.snapshot() as tx:
            found = await committee_store.find_committee(tx, self.round_id)
        assert found is not None
        return found

    async def emails(self) -> list[str]:
        """The members' addresses, as the purchaser types them."""
        async with self.world.db.snapshot() as tx:
            people = [await identity_store.find_account(self.world, tx, each.account_id) for each in self.members]
        return [person.email for person in people if person is not None]

    async def form(self, emails: list[str] | None = None) -> None:
        """Two persons seat the members."""
        asked = await forming.propose_committee(
            self.world, self.stage.house.purchaser, self.round_id, emails or await self.emails()
        )
        assert not isinstance(asked, Refusal), asked
        decided = await self.decide(asked)
        assert not isinstance(decided, Refusal), decided

    async def decide(self, proposal: Proposal, actor: Actor | None = None) -> Proposal | Refusal:
        """The second person's yes."""
        return await decide_proposal(
            self.world,
            actor or self.stage.house.approver,
            proposal_id=proposal.id,
            verdict=Verdict.APPROVE,
            reason="seen and checked",
            effects=Effects(EFFECTS),
        )

    async def add_key(self, seat: int, pair: KeyPair | None = None) -> HeldCommittee | Refusal:
        """A member's key, its challenge answered."""
        pair = pair or derive_key_pair(self.world.ids.salt())
        member, public = self.members[seat - 1], pair.public.hex()
        asked = await forming.ask_challenge(self.world, member, self.round_id, public)
        if isinstance(asked, Refusal):
            return asked
        answer = answer_challenge(pair.private, self.round_id, seat, *asked)
        added = await forming.add_key(self.world, member, self.round_id, public, answer)
        if not isinstance(added, Refusal):
            self.pairs.append(pair)
        return added

    async def confirm(self, seat: int, digest: str | None = None) -> HeldCommittee | Refusal:
        """A member confirms the policy."""
        told = digest or (await self.stage.round()).policy_digest
        return await forming.confirm_policy(self.world, self.members[seat - 1], self.round_id, told)

    async def rehearse(self, seat: int, release: bytes | None = None) -> HeldCommittee | Refusal:
        """A member releases the rehearsal's package."""
        if release is None:
            rehearsal = (await self.held()).rehearsal
            assert rehearsal is not None
            release = release_wrap(self.pairs[seat - 1].private, *envelope_of(rehearsal), seat)
        return await rekeying.rehearse(self.world, self.members[seat - 1], self.round_id, release)

    async def make_ready(self) -> None:
        """Everything a committee owes before the opening."""
        seats = range(1, len(self.members) + 1)
        await self.form()
        for seat in seats:
            assert not isinstance(await self.add_key(seat), Refusal)
        for seat in seats:
            assert not isinstance(await self.confirm(seat), Refusal)
        for seat in seats:
            assert not isinstance(await self.rehearse(seat), Refusal)


async def set_committee_stage(
    database_url: str,
    folder: Path,
    *,
    seats: tuple[Seat, ...] = SEATS,
    k: int = 2,
    template: Template = Template.SEALED,
    is_ready: bool = True,
    **changes: Any,
) -> Committee:
    """A committee round whose bidders have joined; with `is_ready` its committee owes nothing any more."""
    rules = {"custody": "committee", "committee": {"k": k, "seats": [seat.value for seat in seats]}}
    stage = await set_sealed_stage(database_url, folder, template=template, sealed_changes=rules, **changes)
    members = [
        await make_actor(stage.world, Role.APPROVER if number % 2 else Role.AUDITOR, name=f"Member {number}")
        for number in range(1, len(seats) + 1)
    ]
    made = Committee(stage, members)
    if is_ready:
        await made.make_ready()
    return made
