"""Who of a bidder's people may write: the pens of this process's sockets. SCREENS.md LR-36, `domain/penning.py`.

The pen lives in the database, so that any replica sees the same one; it moves under the lock of its row. All windows of
a bidder are told who sits there and who writes, by name; nobody else is told anything.
"""

import asyncio
import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.penning import is_living, settle
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.one_go import write_in_one_go
from app.infra.together import Together
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.live_rounds import pen_store
from app.live_rounds.answers import PenClaim
from app.live_rounds.connection import Connection
from app.live_rounds.frames import text_of
from app.live_rounds.pen_store import RoomSeat
from app.tenders import store as tenders_store

log = logging.getLogger("bidroom")
# Windows that share a pen are looked at this often: a process that died rings no bell.
LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as its windows are told: the living ones, and which of them writes."""

    seats: tuple[RoomSeat, ...]
    holder: str | None
    # Whether others were there before.
    was_shared: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Look who is at a place, where perhaps a window has come or gone: for good, or at its `left_at`."""

    place: str
    one: RoomSeat | None = None
    is_here: bool = False

    def after(self, seats: Sequence[RoomSeat]) -> Sequence[RoomSeat]:
        """The windows after it, the oldest first."""
        new = self.one
        held = next((each for each in seats if new is not None and each.seat == new.seat), None)
        if new is None or (not self.is_here and (held is None or held.socket != new.socket)):
            # Nothing to do; or the window that left is back already, on another connection.
            return seats
        if held is None:
            return [*seats, new]
        if self.is_here:
            return [replace(new, joined_at=held.joined_at) if each is held else each for each in seats]
        left = [] if new.left_at is None else [replace(held, left_at=new.left_at)]
        return [kept for each in seats for kept in (left if each is held else [each])]


def topic_of(place: str) -> str:
    """What the bell is rung for when a pen moved, or somebody came or went beside another."""
    return f"pen:{place}"


class Pens:
    """The pens of the bidders whose sockets this process holds."""

    def __init__(self, world: World, process: str) -> None:
        self._world = world
        self._process = process
        self._here: dict[str, set[Connection]] = defaultdict(set)
        self._unsubscribe: dict[str, Callable[[], None]] = {}
        # Places with more than one window: only these are looked at again by time.
        self._shared: set[str] = set()
        self._moved: set[str] = set()
        self._wake = asyncio.Event()
        # A closing socket is a write in front of the bids: those that come or go together are one.
        self._calls: Together[Call, Shown] = Together(self._play)

    @property
    def has_seats(self) -> bool:
        """Whether a bidder's socket is open in this process."""
        return bool(self._here)

    async def join(self, connection: Connection, asked: str | None) -> None:
        """Seat a bidder's socket; `asked` names the window, so that one that comes back keeps its pen."""
        admission = connection.admission
        if admission.tag is None:
            return
        world, actor = self._world, admission.actor
        place = pen_store.place_of(world, admission.round_id, admission.tag)
        # Bound to the account: nobody takes over the seat of a colleague by its name.
        named = world.ids.new() if asked is None else f"{place}|{actor.account_id}|{asked}"
        seat = hashlib.sha256(named.encode()).hexdigest()[:32]
        connection.claim = PenClaim(place, seat)
        connection.socket = world.ids.new()
        self._here[place].add(connection)
        if place not in self._unsubscribe:
            self._unsubscribe[place] = world.bell.subscribe(topic_of(place), lambda: self._move(place))
        own = RoomSeat(
            seat, connection.socket, self._process, actor.account_id, actor.name, world.clock.now(), left_at=None
        )

        shown = await self._calls.ask("", Call(place, own, is_here=True))
        self._tell(connection, shown)
        if len(shown.seats) > 1:
            world.bell.ring(topic_of(place))

    async def leave(self, connection: Connection, *, is_for_good: bool) -> None:
        """A socket closed: for good, or broken and perhaps coming back."""
        claim = connection.claim
        if claim is None:
            return
        try:
            now = self._world.clock.now()
            gone = RoomSeat(claim.seat, connection.socket, self._process, "", "", now, None if is_for_good else now)
            was_shared = (await self._calls.ask("", Call(claim.place, gone, is_here=False))).was_shared
        finally:
            self._forget(claim.place, connection)
        if was_shared:
            self._world.bell.ring(topic_of(claim.place))

    def _forget(self, place: str, connection: Connection) -> None:
        self._here[place].discard(connection)
        if not self._here[place]:
            del self._here[place]
            self._shared.discard(place)
            self._unsubscribe.pop(place)()

    async def take(self, connection: Connection) -> bool:
        """Give the pen to the window that asks; journaled with who it was, sealed. False if it has no seat here."""
        claim, actor = connection.claim, connection.admission.actor
        if claim is None:
            return False
        world = self._world
        async with world.db.transaction() as tx:
            tender = await tenders_store.load_tender(tx, connection.admission.tender_id)
            holder = (await pen_store.lock_pens(tx, [claim.place], world.clock.now()))[claim.place]
            if holder != claim.seat:
                await pen_store.set_pens(tx, {claim.place: claim.seat}, world.clock.now())
                await append(world, tx, _taken(world, connection, actor, tender.chain, was_free=holder is None))
        world.bell.ring(topic_of(claim.place))
        await self.look(claim.place)
        return True

    async def holds(self, connection: Connection) -> bool:
        """Whether a socket may write for its bidder now; for acts beside a bid."""
        claim = connection.claim
        if claim is None:
            return False
        async with self._world.db.snapshot() as tx:
            return await pen_store.find_holder(tx, claim.place) == claim.seat

    # ── keeping up ───────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Tell the windows that share a pen what became of it, for ever."""
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                self._moved |= self._shared
            self._wake.clear()
            moved, self._moved = self._moved, set()
            for place in moved & set(self._here):
                await self._look_or_later(place)

    def _move(self, place: str) -> None:
        self._moved.add(place)
        self._wake.set()

    async def _look_or_later(self, place: str) -> None:
        try:
            await self.look(place)
        except Exception as error:
            # One read that failed must not end the room; the next turn looks again.
            log.error("a pen could not be looked at: %s", type(error).__name__)  # noqa: TRY400 - the kind alone
            self._moved.add(place)

    async def look(self, place: str) -> None:
        """Read a place again, let the rule decide where somebody is gone, and tell the windows here."""
        async with self._world.db.snapshot() as tx:
            holder = await pen_store.find_holder(tx, place)
            signs = await pen_store.list_signs(tx, but=self._process)
            seats = (await pen_store.list_seats(self._world, tx, [place]))[place]
        living = [one for one in seats if self._is_there(place, one, signs, self._world.clock.now())]
        told = Shown(tuple(living), settle(holder, [one.seat for one in living]))
        if len(living) < len(seats) or told.holder != holder:
            told = await self._calls.ask("", Call(place))
        if place not in self._here:
            return
        if len(told.seats) > 1:
            self._shared.add(place)
        else:
            self._shared.discard(place)
        for connection in self._here[place]:
            self._tell(connection, told)

    async def _play(self, _key: str, calls: Sequence[Call]) -> list[Shown | Exception]:
        """Write windows that came and went, in their order and all at once; for each its place as it was then."""
        return list(await write_in_one_go(self._world.db, lambda tx: self._settled(tx, calls)))

    async def _settled(self, tx: AsyncConnection, calls: Sequence[Call]) -> list[Shown]:
        """The places after each call, as the rule has them. Their pens are locked until the transaction ends."""
        world, now = self._world, self._world.clock.now()
        places = list(dict.fromkeys(call.place for call in calls))
        holders = await pen_store.lock_pens(tx, places, now)
        before, had = await pen_store.list_seats(world, tx, places), dict(holders)
        signs, seats, shown = await pen_store.list_signs(tx, but=self._process), dict(before), []
        for call in calls:
            place, was = call.place, seats[call.place]
            living = seats[place] = [one for one in call.after(was) if self._is_there(place, one, signs, now)]
            holder = holders[place] = settle(holders[place], [one.seat for one in living])
            shown.append(Shown(tuple(living), holder, was_shared=len(was) > 1))
        old = {one.seat: one for each in before.values() for one in each}
        new = {one.seat: (place, one) for place, each in seats.items() for one in each}
        await pen_store.delete_seats(tx, [seat for seat in old if seat not in new])
        await pen_store.put_seats(world, tx, [each for seat, each in new.items() if old.get(seat) != each[1]])
        await pen_store.set_pens(tx, {place: to for place, to in holders.items() if to != had[place]}, now)
        self._shared |= {place for place, each in seats.items() if len(each) > 1 and place in self._here}
        return shown

    def _is_there(self, place: str, one: RoomSeat, signs: Mapping[str, datetime], now: datetime) -> bool:
        # Copied at once: on SQLite this runs in a thread beside the loop.
        sockets = {connection.socket for connection in tuple(self._here.get(place, ()))}
        is_ghost = one.process == self._process and one.left_at is None and one.socket not in sockets
        return not is_ghost and is_living(pen_store.seated(one, signs, here=self._process), now)

    def _tell(self, connection: Connection, shown: Shown) -> None:
        text = text_of(_pen_frame(connection, shown))
        if text != connection.pen_told and not connection.is_ending:
            connection.pen_told = text
            connection.answer(text)


async def find_pen_bar(
    world: World, tx: AsyncConnection, *, round_id: str, tag: str, account_id: str
) -> Refusal | None:
    """Why an account may not act for its bidder beside the socket: another person of the bidder has the pen."""
    place = pen_store.place_of(world, round_id, tag)
    holder = await pen_store.find_holder(tx, place)
    seats = (await pen_store.list_seats(world, tx, [place]))[place]
    is_other = any(one.seat == holder and one.account != account_id for one in seats)
    return Refusal(Code.NOT_PEN_HOLDER) if is_other else None


def _pen_frame(connection: Connection, shown: Shown) -> dict[str, object]:
    own = "" if connection.claim is None else connection.claim.seat
    account = connection.admission.actor.account_id
    others: Sequence[RoomSeat] = [one for one in shown.seats if one.seat != own]
    return {
        "type": "pen",
        "mine": shown.holder == own,
        "free": shown.holder is None,
        "peers": [
            {"name": one.name, "is_me": one.account == account, "writes": one.seat == shown.holder} for one in others
        ],
    }


def _taken(world: World, connection: Connection, actor: Actor, chain: str, *, was_free: bool) -> NewEntry:
    admission = connection.admission
    person = orjson.dumps({"account": actor.account_id})
    return NewEntry(
        chain,
        Kind.PEN_TAKEN,
        {"was_free": was_free},
        tender=admission.tender_id,
        round=admission.round_id,
        tag=admission.tag,
        sealed=world.keys.seal("vault", person, f"pen|{admission.round_id}".encode()),
        **actor.entry_fields(Role.SUPPLIER),
    )
