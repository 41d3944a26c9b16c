"""The people of a simulation, as their pages behave: an outbox, bids by id, the status asked after every loss.

They know nothing but frames. What an answer says once it must say for ever; a receipt must hold.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from typing_extensions import override

from app.domain.receipts import check_receipt
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.live_rounds import auto_bids
from tests.simulation.acting import move
from tests.simulation.network import Line, Weather
from tests.simulation.replica import TROUBLES, Replica

# Without a welcome for so long a page gives a line up; a bid without an answer for so long is asked for.
WELCOME_SECONDS, ASK_SECONDS = 2.0, 1.0
# Of so many acts one asks for the pen, whoever has it.
TAKES_PEN = 0.02
# Of so many acts one sets or takes back a limit, where the rules allow it.
SETS_LIMIT = 0.05
# Said to one that comes too quickly, stored nowhere: it may be sent again.
PASSING = frozenset({"SLOW_DOWN"})


Act = Callable[[World], Coroutine[Any, Any, object]]


@dataclass(slots=True)
class Scene:
    """What everybody has in common."""

    round_id: str
    weather: Weather
    # Where the proxy sends a new line; None while every process is dead.
    choose: Callable[[], Replica | None]
    observer: World


@dataclass(slots=True)
class OwnBid:
    """A bid in the outbox. `state`: open, unsent, accepted, refused."""

    frame: dict[str, Any]
    sent_at: float
    state: str = "open"
    receipt: Mapping[str, Any] | None = None
    code: str | None = None
    is_resent: bool = False


class Page:
    """One window of a person: it comes back by itself until it is closed."""

    def __init__(self, scene: Scene, actor: Actor, chance: Random) -> None:
        self.scene, self.actor, self.chance = scene, actor, chance
        # The window's name, with which it keeps its pen.
        self.seat = chance.randbytes(16).hex()
        self.line: Line | None = None
        self.tick = 0
        self.welcome: dict[str, Any] | None = None
        self.lots: dict[str, dict[str, Any]] = {}
        self._welcomed = asyncio.Event()
        self._gone = asyncio.Event()

    @property
    def is_there(self) -> bool:
        """Whether it has a line, and was welcomed on it."""
        return self.line is not None and self._welcomed.is_set()

    async def stay(self) -> None:
        """Connect, and after every loss again, for ever."""
        while True:
            replica = self.scene.choose()
            if replica is not None:
                await self._visit(replica)
            await asyncio.sleep(0.05 + self.chance.random() * 0.5)

    async def _visit(self, replica: Replica) -> None:
        self._welcomed.clear()
        self._gone.clear()
        ticket = await self._ticket()
        self.line = line = Line(
            replica,
            self.scene.round_id,
            weather=self.scene.weather,
            chance=Random(self.chance.getrandbits(64)),
            hear=self._hear,
            ended=self._ended,
        )
        line.say(json.dumps({"type": "hello", "ticket": ticket, "tick": self.tick or None, "seat": self.seat}))
        try:
            async with asyncio.timeout(WELCOME_SECONDS):
                await self._welcomed.wait()
        except TimeoutError:
            line.cut()
        await self._gone.wait()

    async def _ticket(self) -> str:
        """Signing in and tickets are not what is simulated: they always work."""
        world = self.scene.observer
        now, token, ticket = world.clock.now(), world.ids.token(), world.ids.token()
        async with world.db.transaction() as tx:
            await identity_store.insert_session(
                world, tx, token=token, account_id=self.actor.account_id, at=now, is_demo=False
            )
            await identity_store.insert_ticket(
                world,
                tx,
                token=ticket,
                session_hash=identity_store.hash_token(token),
                round_id=self.scene.round_id,
                expires_at=now + timedelta(seconds=30),
            )
        return ticket

    def _ended(self, line: Line, _code: int) -> None:
        if line is self.line:
            self.line = None
            self._gone.set()

    def say(self, frame: dict[str, Any]) -> bool:
        """Send a frame; False without a welcomed line."""
        if self.line is None or not self._welcomed.is_set():
            return False
        self.line.say(json.dumps(frame))
        return True

    def _hear(self, line: Line, text: str) -> None:
        if line is not self.line:
            # What an abandoned line still delivers belongs to another era.
            return
        frame = json.loads(text)
        if frame["type"] == "welcome":
            self.welcome = frame
            self._take(frame)
            self._welcomed.set()
        elif frame["type"] == "state" and frame["tick"] > self.tick:
            self._take(frame)
        self.take_frame(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        self.tick = frame["tick"]
        self.lots = {lot["lot_id"]: lot for lot in frame["lots"]}

    async def request(self, act: Act) -> None:
        """An act by HTTP, at some process; it may die on the way, or the record be out of reach."""
        replica = self.scene.choose()
        if replica is not None:
            with suppress(*TROUBLES, TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(asyncio.shield(replica.run(act(replica.world))), 5)

    def take_frame(self, frame: dict[str, Any]) -> None:
        """Whatever this person does with a frame beside showing it."""


@dataclass(slots=True)
class Outbox:
    """A supplier's own bids, kept on the device: it outlives every line, and two windows share it."""

    public_key: bytes
    bids: dict[str, OwnBid] = field(default_factory=dict)

    def answered(self, bid_id: str, receipt: Mapping[str, Any] | None, code: str | None) -> None:
        """A final answer: the same however often it comes."""
        own = self.bids[bid_id]
        if code in PASSING:
            return
        if own.state in ("accepted", "refused"):
            assert (own.receipt, own.code) == (receipt, code), f"{bid_id} was answered in two ways"
            return
        if receipt is not None:
            assert check_receipt(receipt, self.public_key) is None
            assert (receipt["bid_id"], receipt["lot"]) == (bid_id, own.frame["lot_id"])
        own.state = "refused" if receipt is None else "accepted"
        own.receipt, own.code = receipt, code


class Supplier(Page):
    """A bidder's window."""

    def __init__(self, scene: Scene, actor: Actor, chance: Random, outbox: Outbox) -> None:
        super().__init__(scene, actor, chance)
        self.outbox = outbox
        self.is_bidding = False
        # Between two bids, at most.
        self.pace = 0.2 + chance.random() * 1.5

    async def live(self) -> None:
        """Bid, ask, and bid again, for ever."""
        while True:
            await asyncio.sleep(self.chance.random() * self.pace)
            if self.is_bidding and self.welcome is not None:
                self._act()
                if self.chance.random() < TAKES_PEN:
                    self.say({"type": "take_pen"})
                if self.welcome["rules"].get("auto_bid") and self.chance.random() < SETS_LIMIT:
                    await self.request(self._limit(self.chance.choice(list(self.lots))))
            self._ask_for_late()

    def _limit(self, lot_id: str) -> Act:
        if self.chance.random() < 0.2:
            return lambda world: auto_bids.withdraw_limit(world, self.actor, lot_id)
        limit = f"{Decimal(self.chance.randint(10_000, 30_000)) / 100:.2f}"
        return lambda world: auto_bids.set_limit(world, self.actor, lot_id, limit)

    def _act(self) -> None:
        lot = self.chance.choice(list(self.lots.values()))
        if any(own.state == "open" and own.frame["lot_id"] == lot["lot_id"] for own in self.outbox.bids.values()):
            return
        if lot["status"] not in ("open", "overtime") and self.chance.random() < 0.7:
            return
        frame = move(self.chance, self.welcome or {}, lot)
        if frame is not None:
            self.send(frame | {"bid_id": self.chance.randbytes(16).hex(), "lot_id": lot["lot_id"]})

    def send(self, frame: dict[str, Any]) -> None:
        """Into the outbox first, then onto the line."""
        self.outbox.bids[frame["bid_id"]] = OwnBid(frame, asyncio.get_running_loop().time())
        self.say(frame)

    def _ask_for_late(self) -> None:
        now = asyncio.get_running_loop().time()
        for bid_id, own in self.outbox.bids.items():
            if own.state == "open" and now - own.sent_at > ASK_SECONDS:
                self.ask(bid_id)

    def ask(self, bid_id: str) -> None:
        """What became of a bid?"""
        self.say({"type": "bid_status", "bid_id": bid_id})

    @override
    def take_frame(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "welcome":
                for told in frame["answers"]:
                    self._told(told)
                for bid_id, own in self.outbox.bids.items():
                    if own.state == "open":
                        self.ask(bid_id)
            case "receipt":
                self.outbox.answered(frame["bid_id"], frame["receipt"], None)
            case "refused":
                self.outbox.answered(frame["bid_id"], None, frame["code"])
            case "status" if frame["state"] == "unseen":
                self._unseen(frame["bid_id"])
            case "status":
                self._told(frame)

    def _told(self, told: Mapping[str, Any]) -> None:
        if told["bid_id"] in self.outbox.bids:
            self.outbox.answered(told["bid_id"], told["receipt"], told["code"])

    def _unseen(self, bid_id: str) -> None:
        """The server never saw it: sent once more under its own id, or left."""
        own = self.outbox.bids[bid_id]
        if own.state != "open":
            # A frame that was overtaken by the answer itself.
            return
        if own.is_resent or self.chance.random() < 0.4:
            own.state = "unsent"
            return
        own.is_resent, own.sent_at = True, asyncio.get_running_loop().time()
        self.say(own.frame)
