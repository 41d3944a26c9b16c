"""What a socket asks for: welcome, a bid, its status, the time. Each answer is a text put down for its writer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson

from app.domain.entries import from_milliseconds
from app.domain.formats import Offer, Quote, rules_to_json
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code
from app.domain.representing import Right, decide_right
from app.identity.access import note_refused
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.admission import renew
from app.live_rounds.answers import Answer, PlaceBid, Receipted
from app.live_rounds.connection import Admission, Connection
from app.live_rounds.frames import TickView, text_of
from app.live_rounds.hub import RoundHub, TickFrames
from app.live_rounds.limits import STALEST_CHECK_SECONDS
from app.live_rounds.messages import PlaceBidSent
from app.live_rounds.room import Room
from app.live_rounds.store import Attempt

# Own answers in a welcome; for older ones the page asks.
MOST_ANSWERS = 50
# A reconnect after longer than this is a new visit.
LONGEST_ABSENCE = timedelta(hours=24)
DOOR = "/ws/rounds/{round_id}"


def problem_text(code: str, bid_id: str | None = None) -> str:
    """A `problem` frame."""
    return text_of({"type": "problem", "code": code, "bid_id": bid_id})


async def welcome_text(world: World, hub: RoundHub, made: TickFrames, admission: Admission, tick: int | None) -> str:
    """The `welcome` frame: the last tick whole, rules, broadcasts, and the own answers missed since a tick."""
    answers = [] if tick is None else await _missed(world, made, admission, tick)
    head = made.heads.get(admission.audience)
    if head is None:
        head = made.heads[admission.audience] = text_of(_welcome_head(world, hub, made.view, admission.audience))
    lots = made.lots(admission.audience, admission.tag, tail=None)
    return f'{head[:-1]},"answers":{orjson.dumps(answers).decode()},"lots":[{",".join(lots)}]}}'


def _welcome_head(world: World, hub: RoundHub, view: TickView, audience: str) -> dict[str, Any]:
    rules = view.lots[0].floor.rules if view.lots else None
    return {
        "type": "welcome",
        "tick": view.tick,
        "tick_ms": world.settings.tick_ms,
        "now": instant_text(view.now),
        "audience": audience,
        "rules": {} if rules is None else rules_to_json(rules),
        "rules_hash": view.lots[0].floor.rules_hash if view.lots else "",
        "broadcasts": [{"zh": one.zh, "en": one.en, "at": instant_text(one.at)} for one in hub.told_broadcasts],
    }


async def _missed(world: World, made: TickFrames, admission: Admission, tick: int) -> list[dict[str, Any]]:
    if admission.tag is None:
        return []
    since = max(from_milliseconds(tick * world.settings.tick_ms), world.clock.now() - LONGEST_ABSENCE)
    lot_ids = [lot.floor.lot_id for lot in made.view.lots]
    async with world.db.snapshot() as tx:
        found = await store.list_attempts(tx, tag=admission.tag, lot_ids=lot_ids, since=since, limit=MOST_ANSWERS)
    return [own_answer(one) for one in found]


def own_answer(attempt: Attempt) -> dict[str, Any]:
    """The members of `OwnAnswer`."""
    is_accepted = attempt.receipt is not None
    return {
        "bid_id": attempt.bid_id,
        "lot_id": attempt.lot_id,
        "state": "accepted" if is_accepted else "refused",
        "receipt": attempt.receipt,
        "code": attempt.code,
        "detail": attempt.detail,
    }


async def place(
    room: Room, connection: Connection, hub: RoundHub, sent: PlaceBidSent, *, received_at: datetime
) -> None:
    """Hand a bid to the committer; the answer comes back to this socket after the commit."""
    world, admission = room.world, connection.admission
    if admission.tag is None:
        # Nobody of the buyer's side bids, and nobody for a supplier (attacks.md W26).
        await note_refused(world, admission.actor, DOOR)
        connection.answer(_refused_text(sent.bid_id, sent.lot_id, Code.NOT_INVITED, {}, world.clock.now()))
        return
    quote = None if sent.quote is None else Quote(sent.quote.own, sent.quote.rules_hash)
    offer = Offer(sent.amount, received_at, quote)
    if not may_place_now(room, connection):
        await renew(world, connection)
    if not connection.is_ending:
        place_now(room, connection, hub, bid_id=sent.bid_id, lot_id=sent.lot_id, offer=offer)


def may_place_now(room: Room, connection: Connection) -> bool:
    """Whether this is a bidder's socket, and the check of its person is fresh enough for a bid."""
    admission = connection.admission
    age = room.world.clock.monotonic() - admission.checked_at
    return admission.tag is not None and age <= STALEST_CHECK_SECONDS


def place_now(room: Room, connection: Connection, hub: RoundHub, *, bid_id: str, lot_id: str, offer: Offer) -> None:
    """The same for a bidder's socket whose check is fresh: nothing is waited for."""
    admission = connection.admission
    tag = admission.tag or ""
    if all(cache.floor.lot_id != lot_id for cache in hub.caches):
        connection.answer(problem_text("NOT_FOUND", bid_id))
    elif not room.limit.admits(tag, lot_id):
        connection.answer(_refused_text(bid_id, lot_id, Code.SLOW_DOWN, {}, room.world.clock.now()))
    elif not room.is_sound:
        # Nothing is decided until the lots are paused: the bid was not seen.
        connection.answer(problem_text("UNAVAILABLE", bid_id))
    else:
        command = PlaceBid(lot_id, tag, bid_id, offer, admission.bar, connection.claim)
        room.committer.submit(command, partial(_told, connection, bid_id))


def _told(connection: Connection, bid_id: str, answer: Answer | None) -> None:
    connection.answer(problem_text("UNAVAILABLE", bid_id) if answer is None else answer_text(answer))


def answer_text(answer: Answer) -> str:
    """The `receipt` or `refused` frame of an answer: the same text whenever the same bid is answered."""
    if isinstance(answer, Receipted):
        named = f'"bid_id":{orjson.dumps(answer.bid_id).decode()},"lot_id":{orjson.dumps(answer.lot_id).decode()}'
        return f'{{{named},"receipt":{answer.text},"type":"receipt"}}'
    refusal = answer.refusal
    return _refused_text(answer.bid_id, answer.lot_id, refusal.code, refusal.detail, answer.at)


def _refused_text(bid_id: str, lot_id: str, code: Code, detail: Mapping[str, str], at: datetime) -> str:
    members = {"bid_id": bid_id, "lot_id": lot_id, "code": code.value, "detail": detail, "now": instant_text(at)}
    return text_of({"type": "refused", **members})


async def take_pen(room: Room, connection: Connection) -> None:
    """Let this window write for its bidder; the other windows of the bidder are told (LR-36)."""
    missing = decide_right(connection.admission.actor.rights, Right.BID)
    if missing is not None:
        await note_refused(room.world, connection.admission.actor, DOOR)
        connection.answer(problem_text(missing.code.value))
    elif not await room.pens.take(connection):
        await note_refused(room.world, connection.admission.actor, DOOR)
        connection.answer(problem_text("NOT_ALLOWED_HERE"))


async def answer_status(room: Room, connection: Connection, bid_id: str) -> None:
    """What became of a bid; one that is on its way is waited for."""
    world, tag = room.world, connection.admission.tag
    attempt: Attempt | None = None
    if tag is not None:
        await room.committer.settled(tag, bid_id)
        async with world.db.snapshot() as tx:
            attempt = await store.find_attempt(tx, tag=tag, bid_id=bid_id)
    members: dict[str, Any] = {"type": "status", "bid_id": bid_id, "now": instant_text(world.clock.now())}
    if attempt is None:
        connection.answer(text_of({**members, "state": "unseen"}))
        return
    connection.answer(text_of({**members, **own_answer(attempt)}))


def answer_time(world: World, connection: Connection, t0: int) -> None:
    """A sample for the client's clock."""
    connection.answer(text_of({"type": "time", "t0": t0, "now": instant_text(world.clock.now())}))
