"""The practice room (SCREENS.md SP-05): the room's frames over a toy lot that lives as long as its socket.

Nothing of it is stored but the pass: no tender, no bid, no entry. The page plays the broken line itself and says hello
a second time on the same socket, so whichever process serves it has the lot.
"""

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError

from app.domain import practising
from app.domain.closing import LotStatus
from app.domain.entries import to_milliseconds
from app.domain.formats import Offer, Quote, hash_of_rules, rules_to_json
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.practising import ALL, OWN, TERMS, VALID_FOR, Drill
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor, list_actors
from app.infra.errors import Problem
from app.infra.web import parse_json
from app.infra.world import World
from app.live_rounds import frames, practice_store
from app.live_rounds.announcing import notices_between
from app.live_rounds.connection import Admission, Connection
from app.live_rounds.frames import LotView, TickView, text_of
from app.live_rounds.messages import (
    BidStatusAsked,
    DrillSaid,
    Hello,
    PlaceBidSent,
    PracticeFrame,
    TakePen,
    TimeAsked,
)
from app.live_rounds.serving import answer_time, problem_text
from app.live_rounds.store import Floor

# Hex of "practice": no round has it, for ids are random.
PRACTICE_ID = b"practice".hex().ljust(32, "0")
# A rival thinks this long about being overtaken; after a close the lot begins anew.
THINKS = timedelta(seconds=4)
AGAIN = timedelta(seconds=8)
RECHECK = timedelta(seconds=3)
SIGNED_OUT = 4401
_AnyFrame = Hello | PlaceBidSent | BidStatusAsked | TakePen | TimeAsked | DrillSaid
_frames: TypeAdapter[_AnyFrame] = TypeAdapter(PracticeFrame)


def practice_admission(world: World, actor: Actor) -> Admission:
    """Who practises: a supplier's person without a tag, for there is no tender."""
    return Admission(
        actor=actor,
        round_id=PRACTICE_ID,
        tender_id="",
        category="",
        terms_version=0,
        audience="supplier",
        hat=Role.SUPPLIER,
        tag=None,
        bar=None,
        checked_at=world.clock.monotonic(),
    )


class PracticeSeat:
    """A socket in the practice room: what its frames may be, what is done with them."""

    def __init__(self, world: World, connection: Connection) -> None:
        self.world, self.connection = world, connection
        self.most_bytes = world.settings.message_bytes
        self._toy = practising.new_toy(world.clock.now())
        self._own_bids = 0
        # What was answered, by id: a repeated bid gets its first answer, as in the room.
        self._answers: dict[str, dict[str, Any]] = {}
        # An earlier pass counts until a later one: whoever practises again is ready for longer.
        self._passed_until: datetime | None = None
        self._has_passed = False
        self._told: tuple[Collection[Drill], datetime | None] = ((), None)
        self._is_line_armed = self._is_line_cut = False
        self._rival_due: datetime | None = None
        self._before: TickView | None = None
        self._checked_at = world.clock.now()
        self._ticking: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Say welcome, and tick until the socket leaves."""
        async with self.world.db.snapshot() as tx:
            passed_at = await practice_store.find_pass(self.world, tx, self.connection.admission.actor.account_id)
        if practising.is_valid(passed_at, self.world.clock.now()) and passed_at is not None:
            self._passed_until = passed_at + VALID_FOR
        self._welcome()
        self._ticking = asyncio.create_task(self._tick_on())

    async def take(self, text: str, received_at: datetime) -> bool:
        """Do what a frame asks; False if it is none."""
        try:
            frame = _frames.validate_python(parse_json(text.encode()))
        except (Problem, ValidationError, UnicodeEncodeError):
            return False
        match frame:
            case Hello():
                self._is_line_cut, was_cut = False, self._is_line_cut
                self._welcome()
                if was_cut:
                    await self._do({Drill.DISCONNECT})
            case PlaceBidSent():
                await self._place(frame, received_at)
            case BidStatusAsked():
                self._status(frame.bid_id)
            case TimeAsked():
                answer_time(self.world, self.connection, frame.t0)
            case DrillSaid():
                await self._drill(frame)
            case TakePen():
                self._say_pen()
        return True

    async def leave(self, code: int | None) -> None:  # noqa: ARG002 - as every seat
        """Out of the practice; nothing is kept."""
        if self._ticking is not None:
            self._ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticking

    # ── bids ─────────────────────────────────────────────────────────────────

    async def _place(self, sent: PlaceBidSent, received_at: datetime) -> None:
        answer = self._answers.get(sent.bid_id)
        if answer is None:
            quote = None if sent.quote is None else Quote(sent.quote.own, sent.quote.rules_hash)
            answer = self._answers[sent.bid_id] = self._decided(sent, Offer(sent.amount, received_at, quote))
            if self._is_line_armed and answer["type"] == "receipt":
                self._is_line_armed, self._is_line_cut = False, True
        self.connection.answer(text_of(answer))
        await self._do(self._toy.done)

    def _decided(self, sent: PlaceBidSent, offer: Offer) -> dict[str, Any]:
        named = {"bid_id": sent.bid_id, "lot_id": sent.lot_id}
        if sent.lot_id != PRACTICE_ID:
            return {"type": "problem", "code": "NOT_FOUND", "bid_id": sent.bid_id}
        self._toy, played = practising.place(self._toy, offer)
        if isinstance(played, Refusal):
            return _refused(named, played, self.world.clock.now())
        self._own_bids += 1
        self._rival_due = self.world.clock.now() + THINKS
        return {"type": "receipt", **named, "receipt": self._receipt(sent, played.amount, offer.received_at)}

    def _receipt(self, sent: PlaceBidSent, amount: Any, received_at: datetime) -> dict[str, Any]:
        """What a receipt shows, without a signature: nothing of the practice can pass for a real bid."""
        return {
            "kind": "practice",
            "lot": PRACTICE_ID,
            "bid_id": sent.bid_id,
            "amount": format_amount(amount, TERMS.scale),
            "received_at": instant_text(received_at),
            "rules_hash": hash_of_rules(self._toy.rules),
            "entry_hash": sent.bid_id.replace("-", "") * 2,
        }

    def _status(self, bid_id: str) -> None:
        found = self._answers.get(bid_id)
        members: dict[str, Any] = {"type": "status", "bid_id": bid_id, "now": instant_text(self.world.clock.now())}
        self.connection.answer(text_of(members | ({"state": "unseen"} if found is None else _own_answer(found))))

    # ── drills ───────────────────────────────────────────────────────────────

    async def _drill(self, frame: DrillSaid) -> None:
        now = self.world.clock.now()
        match frame.drill:
            case Drill.EXTENSION:
                self._toy = practising.hurry(self._toy, now)
                # Not told as an act of the buyer: nobody but the page has moved this clock.
                self._before = self._view(now)
            case Drill.DISCONNECT:
                self._is_line_armed = True
            case Drill.PASTE | Drill.RECEIPT if self._own_bids:
                # The page alone sees these; without a bid there is neither.
                await self._do({frame.drill})
            case _:
                self.connection.answer(problem_text("NOT_ALLOWED_HERE"))

    async def _do(self, drills: Collection[Drill]) -> None:
        self._toy = replace(self._toy, done=self._toy.done.union(drills))
        if self._toy.done == ALL and not self._has_passed:
            await self._pass()
        if self._told != (self._toy.done, self._passed_until):
            self._say_drills()

    async def _pass(self) -> None:
        actor, now = self.connection.admission.actor, self.world.clock.now()
        async with self.world.db.transaction() as tx:
            await practice_store.put_pass(
                self.world, tx, account_id=actor.account_id, supplier_id=actor.supplier_id or "", at=now
            )
        self._has_passed, self._passed_until = True, now + VALID_FOR

    def _say_drills(self) -> None:
        self._told = (self._toy.done, self._passed_until)
        until = None if self._passed_until is None else instant_text(self._passed_until)
        done = sorted(drill.value for drill in self._toy.done)
        self.connection.answer(text_of({"type": "practice", "done": done, "passed_until": until}))

    def _say_pen(self) -> None:
        self.connection.answer(text_of({"type": "pen", "mine": True, "free": False, "peers": []}))

    # ── frames ───────────────────────────────────────────────────────────────

    def _view(self, now: datetime) -> TickView:
        return TickView(to_milliseconds(now) // self.world.settings.tick_ms, now, (self._lot(),))

    def _lot(self) -> LotView:
        toy = self._toy
        floor = Floor(
            lot_id=PRACTICE_ID,
            round_id=PRACTICE_ID,
            tender_id=PRACTICE_ID,
            position=0,
            terms=TERMS,
            rules=toy.rules,
            rules_hash=hash_of_rules(toy.rules),
            timetable=toy.state.timetable,
            pause_reason=None,
            attempts=0,
            accepted=toy.state.seq,
            voids=0,
            version=toy.state.seq,
            alias_sealed=None,
        )
        return LotView(floor, toy.state.standing, (), 0, (), 0, {OWN: self._own_bids})

    def _lots(self, view: TickView) -> list[str]:
        (lot,) = view.lots
        clock = frames.text_of(frames.clock_of(lot.floor, view.now))
        return [frames.joined(clock, frames.text_of(frames.own_part(lot, OWN)))]

    def _welcome(self) -> None:
        view = self._view(self.world.clock.now())
        head = {
            "type": "welcome",
            "tick": view.tick,
            "tick_ms": self.world.settings.tick_ms,
            "now": instant_text(view.now),
            "audience": "supplier",
            "rules": rules_to_json(self._toy.rules),
            "rules_hash": hash_of_rules(self._toy.rules),
            "broadcasts": [],
            "answers": [],
            "lots": [orjson.Fragment(lot) for lot in self._lots(view)],
        }
        self._before = view
        self.connection.answer(text_of(head))
        self._say_pen()
        self._say_drills()

    async def _tick_on(self) -> None:
        while not self.connection.is_ending:
            await self.world.clock.sleep(self.world.settings.tick_ms / 1000)
            await self._tick()

    async def _tick(self) -> None:
        now = self.world.clock.now()
        self._move(now)
        view = self._view(now)
        for notice in [] if self._before is None else notices_between(self._before, view, ()):
            self.connection.answer(notice)
        self._before = view
        self.connection.offer(frames.state_text(frames.ends_of(view), self._lots(view), frames.supplier_length(1)))
        self.connection.look_after()
        if now - self._checked_at > RECHECK:
            self._checked_at = now
            held = self.connection.admission.actor.session_hash
            if held not in await list_actors(self.world, {held}):
                self.connection.end(SIGNED_OUT)

    def _move(self, now: datetime) -> None:
        """What time brings: a rival's answer, the close, a new lot."""
        table = self._toy.state.timetable
        if table.status is LotStatus.CLOSED:
            if now - table.closes_at > AGAIN:
                self._toy = practising.new_toy(now, self._toy.done)
                self._own_bids, self._rival_due = 0, None
            return
        self._toy = practising.closed(self._toy, now)
        if self._rival_due is not None and now >= self._rival_due:
            self._toy, self._rival_due = practising.answer_of_rival(self._toy, now), None


def _refused(named: dict[str, str], refusal: Refusal, now: datetime) -> dict[str, Any]:
    code: Code = refusal.code
    return {
        "type": "refused",
        **named,
        "code": code.value,
        "detail": dict(refusal.detail),
        "now": instant_text(now),
    }


def _own_answer(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["type"] == "receipt":
        return {"state": "accepted", "lot_id": answer["lot_id"], "receipt": answer["receipt"]}
    if answer["type"] == "refused":
        return {"state": "refused", "lot_id": answer["lot_id"], "code": answer["code"], "detail": answer["detail"]}
    return {"state": "unseen"}
