"""Robots: demo suppliers that bid over real websockets, each at its own pace, down to a floor of its own."""

import asyncio
import logging
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import HTTPError
from websockets.exceptions import WebSocketException

from app.client.caller import Caller, CallError
from app.client.room import Room, enter_room
from app.client.sealer import SealingError
from app.demo.cast import SupplierSeat
from app.demo.sealing_robot import seal_in
from app.demo.showcases import BY_TITLE
from app.demo.tempers import Persona, decide_bid, floor_of, persona_of
from app.demo.tenders import INVITED
from app.domain.money import format_amount

log = logging.getLogger("bidroom.demo")
LOOK_SECONDS = 5.0
AWAY_SECONDS = 60.0
THINK_SECONDS = (0.6, 2.4)


async def play(base_url: str, seat: SupplierSeat) -> None:
    """Bid for one supplier wherever a live round is open, for ever."""
    while True:
        try:
            async with Caller(base_url) as caller, asyncio.TaskGroup() as group:
                await caller.take_seat(seat.seat)
                group.create_task(_look_for_rounds(caller, seat))
                if seat.robot:
                    group.create_task(_look_for_sealed_rounds(caller, seat))
        except* (OSError, CallError, SealingError, TimeoutError, WebSocketException, HTTPError) as errors:
            log.info("robot %s starts again: %s", seat.seat, [type(error).__name__ for error in errors.exceptions])
        await asyncio.sleep(LOOK_SECONDS)


async def _look_for_rounds(caller: Caller, seat: SupplierSeat) -> None:
    """Sit in each round from a minute before it opens until it is over; rounds come and go by themselves."""
    sitting: set[str] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            for item in (await caller.get("/tenders"))["items"]:
                if item["round_id"] in sitting or not (_has_joined(item) and _is_near(item) and _plays(seat, item)):
                    continue
                sitting.add(item["round_id"])
                group.create_task(_sit_in(caller, item, seat, sitting))
            await asyncio.sleep(LOOK_SECONDS)


async def _look_for_sealed_rounds(caller: Caller, seat: SupplierSeat) -> None:
    while True:
        listed = await caller.get("/tenders")
        joined = [item for item in listed["items"] if _has_joined(item) and item["state"] == "response_closed"]
        await asyncio.gather(*(seal_in(caller, item, seat) for item in joined))
        await asyncio.sleep(LOOK_SECONDS * 2)


def _has_joined(item: dict[str, Any]) -> bool:
    return bool(item["own"]["response"] == "accepted")


def _plays(seat: SupplierSeat, item: dict[str, Any]) -> bool:
    if item["procedure"] != "live":
        return False
    case = BY_TITLE.get(item["title_zh"])
    return seat.robot if case is None else case.keeps_seats or seat.number in case.robots


def _is_near(item: dict[str, Any]) -> bool:
    soon = datetime.now(UTC) + timedelta(seconds=60)  # noqa: TID251 - a robot is an outside client with a wall clock
    return (
        item["state"] in ("published", "responding", "response_closed")
        and datetime.fromisoformat(item["opens_at"]) < soon
    )


async def _sit_in(caller: Caller, item: dict[str, Any], seat: SupplierSeat, sitting: set[str]) -> None:
    await _bid_in(caller, item, seat)
    sitting.discard(item["round_id"])


async def _bid_in(caller: Caller, item: dict[str, Any], seat: SupplierSeat) -> None:
    round_id, case = item["round_id"], BY_TITLE.get(item["title_zh"])
    persona = persona_of(seat, item["title_en"], is_foreign=case is not None and seat.number in case.foreign)
    has_limit = case is not None and seat.number in case.limits
    lots = {lot["id"]: lot for lot in (await caller.get(f"/rounds/{round_id}"))["lots"]}
    async with enter_room(caller, round_id) as room:
        while not (room.is_closed or room.has_company or _is_over(room)):
            await asyncio.sleep(random.uniform(*THINK_SECONDS))  # noqa: S311 - a robot's thinking time
            for lot_id, lot in lots.items():
                if has_limit:
                    await _set_limit(caller, room.lots.get(lot_id), lot, persona)
                else:
                    await _maybe_bid(room, lot_id, lot, persona)
        is_visited = room.has_company
    if is_visited:
        # Somebody took the robot's chair: it has the pen then, and is left alone for a while.
        await asyncio.sleep(AWAY_SECONDS)


def _is_over(room: Room) -> bool:
    return bool(room.lots) and all(lot["status"] in ("closed", "cancelled") for lot in room.lots.values())


async def _maybe_bid(room: Room, lot_id: str, lot: Mapping[str, Any], persona: Persona) -> None:
    state = room.lots.get(lot_id)
    now = datetime.now(UTC)  # noqa: TID251 - a robot is an outside client with a wall clock
    sent = None if state is None else decide_bid(lot, state, room.welcome["rules"], persona, now)
    if sent is not None:
        await room.bid(lot_id, sent)


async def _set_limit(caller: Caller, state: Mapping[str, Any] | None, lot: Mapping[str, Any], persona: Persona) -> None:
    """Once a lot: the service bids then, and the robot looks on."""
    if state is not None and state["status"] == "open" and state["auto_bid"] is None:
        limit = format_amount(floor_of(lot, persona), lot["scale"])
        await caller.put(f"/lots/{state['lot_id']}/auto-bid", {"limit": limit})


async def play_all(base_url: str) -> None:
    """All robots of the cast, each in its own session; on the other seats those that keep them for somebody."""
    async with asyncio.TaskGroup() as group:
        for seat in INVITED:
            group.create_task(play(base_url, seat))
