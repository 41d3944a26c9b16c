"""A bidder who keeps at it: bids by id through one door, and after every loss asks what became of them."""

import asyncio
import json
import time
import uuid
from contextlib import suppress
from random import Random
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError
from websockets.exceptions import WebSocketException

from app.identity.access import Actor
from tests.live_rounds.servers import Live, Seat
from tests.simulation.acting import move
from tests.simulation.people import Outbox, OwnBid

# Between two bids, and without an answer for so long the bid is asked for; seconds.
PACE, PATIENCE = 0.05, 2.0
# Whatever a dead process, a dead record or a cut line may look like from here.
LOSSES = (OSError, WebSocketException, TimeoutError, DBAPIError, InterfaceError, IndexError)


class Bidder:
    """One person with an outbox, at whatever process the door leads to."""

    def __init__(self, live: Live, actor: Actor, chance: Random) -> None:
        self.live, self.actor, self.chance = live, actor, chance
        self.outbox = Outbox(live.world.keys.public_key)
        self.lots: dict[str, dict[str, Any]] = {}
        self.is_bidding = True
        self.visits = 0

    @property
    def open_bids(self) -> list[str]:
        """Bids without an answer."""
        return [bid_id for bid_id, own in self.outbox.bids.items() if own.state == "open"]

    async def stay(self) -> None:
        """Come back after every loss, for ever."""
        while True:
            with suppress(*LOSSES):
                async with self.live.enter(self.actor) as seat:
                    if not seat.is_closed:
                        self.visits += 1
                        await self._sit(seat)
            await asyncio.sleep(0.1 + self.chance.random() * 0.3)

    async def _sit(self, seat: Seat) -> None:
        read = 0
        for bid_id in self.open_bids:
            await seat.say(type="bid_status", bid_id=bid_id)
        while not seat.is_closed:
            for frame in seat.frames[read:]:
                await self._take(seat, frame)
            read = len(seat.frames)
            await self._act(seat)
            await asyncio.sleep(PACE * (0.5 + self.chance.random()))

    async def _act(self, seat: Seat) -> None:
        now = time.monotonic()
        for bid_id in self.open_bids:
            own = self.outbox.bids[bid_id]
            if now - own.sent_at > PATIENCE:
                own.sent_at = now
                await seat.say(type="bid_status", bid_id=bid_id)
        if not self.is_bidding or self.open_bids or not self.lots:
            return
        lot = self.chance.choice(list(self.lots.values()))
        frame = move(self.chance, seat.welcome, lot)
        if frame is not None:
            frame |= {"bid_id": uuid.uuid4().hex, "lot_id": lot["lot_id"]}
            self.outbox.bids[frame["bid_id"]] = OwnBid(frame, now)
            await seat.opened.send(json.dumps(frame))

    async def _take(self, seat: Seat, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "welcome" | "state":
                self.lots = {lot["lot_id"]: lot for lot in frame["lots"]}
            case "receipt":
                self.outbox.answered(frame["bid_id"], frame["receipt"], None)
            case "refused":
                self.outbox.answered(frame["bid_id"], None, frame["code"])
            case "status" if frame["state"] == "unseen":
                own = self.outbox.bids[frame["bid_id"]]
                if own.state == "open":
                    # It never arrived: once more under its own id.
                    await seat.opened.send(json.dumps(own.frame))
            case "status":
                self.outbox.answered(frame["bid_id"], frame["receipt"], frame["code"])
