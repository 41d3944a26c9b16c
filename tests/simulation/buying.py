"""The buyer's side of a simulation: who watches, pauses, resumes, extends, tells all, and voids by two persons."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from app.domain.refusals import Refusal
from app.identity.access import Actor
from app.infra.world import World
from app.live_rounds import service, store
from app.live_rounds.service import ExtendLot, PauseLot
from app.live_rounds.voiding import VoidBid, propose_void, void_approved
from tests.simulation.people import Act, Page, Scene

PAUSE = PauseLot("other", "simulated", "暂停", "paused")


class Buyer(Page):
    """The purchaser's cockpit, with the approver beside it."""

    def __init__(self, scene: Scene, actor: Actor, chance: Random, *, approver: Actor, lots: Sequence[str]) -> None:
        super().__init__(scene, actor, chance)
        self.approver = approver
        self.lot_ids = lots
        self.is_acting = False

    async def live(self) -> None:
        """Act now and then, for ever; an act that fails is left."""
        acts = [self._pause, self._resume, self._resume, self._extend, self._tell, self._void, self._void]
        while True:
            await asyncio.sleep(0.5 + self.chance.random() * 3)
            if self.is_acting:
                await self.request(self.chance.choice(acts)(self.chance.choice(self.lot_ids)))

    def _pause(self, lot_id: str) -> Act:
        return lambda world: service.pause_lot(world, self.actor, lot_id, PAUSE)

    async def resume(self, lot_id: str) -> None:
        """Let a paused lot go on."""
        await self.request(self._resume(lot_id))

    def _resume(self, lot_id: str) -> Act:
        return lambda world: service.announce_resume(world, self.actor, lot_id, None)

    def _extend(self, lot_id: str) -> Act:
        later = ExtendLot(timedelta(seconds=self.chance.randint(1, 5)), "needed for a reason")
        return lambda world: service.extend_lot(world, self.actor, lot_id, later)

    def _tell(self, _lot_id: str) -> Act:
        return lambda world: service.send_broadcast(world, self.actor, self.scene.round_id, zh="通知", en="notice")

    def _void(self, lot_id: str) -> Act:
        async def act(world: World) -> None:
            async with world.db.snapshot() as tx:
                bids = [bid for bid in await store.list_accepted_bids(tx, lot_id) if not bid.voided]
                aliases = await store.load_aliases(world, tx, lot_id)
            if not bids:
                return
            target = self.chance.choice(bids)
            command = VoidBid(target.seq, aliases[target.tag], "a slip by factor ten")
            proposal = await propose_void(world, self.actor, lot_id, command)
            if not isinstance(proposal, Refusal):
                async with world.db.transaction() as tx:
                    await void_approved(world, tx, self.approver, proposal)

        return act
