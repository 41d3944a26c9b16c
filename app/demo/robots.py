"""Robots: demo suppliers that bid over real websockets, each at its own pace, down to a floor of its own.

A robot knows what a bidder knows: its own figures, the published rules and the clock. It spreads its steps over the
time of the lot, so that the chart keeps moving until the end.
"""

import asyncio
import logging
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from httpx import HTTPError
from websockets.exceptions import WebSocketException

from app.client.caller import Caller, CallError
from app.client.room import Room, enter_room
from app.client.sealer import SealingError
from app.demo.cast import COMPRESSORS, SUPPLIERS, SupplierSeat
from app.demo.sealing_robot import seal_in

log = logging.getLogger("bidroom.demo")
LOOK_SECONDS = 2.0
AWAY_SECONDS = 60.0
THINK_SECONDS = (0.6, 2.4)
# The last part of a lot's time, in which nobody holds back: extensions happen here.
SPRINT = Decimal("0.08")


@dataclass(frozen=True, slots=True)
class Persona:
    """How a robot bids: how far under its first price its floor lies, and how early it goes there (1 = evenly)."""

    depth: Decimal
    patience: Decimal


def persona_of(seat: SupplierSeat) -> Persona:
    """The same persona for the same supplier every time: the demo is repeatable."""
    dice = random.Random(seat.number)  # noqa: S311 - a robot's temper, not a secret
    return Persona(Decimal(dice.randint(45, 100)) / 100, Decimal(dice.randint(60, 150)) / 100)


def floor_of(lot: dict[str, Any], persona: Persona) -> Decimal:
    """The least this robot would bid for a lot: between its ceiling and the script's floor; nine tenths of the
    ceiling elsewhere."""
    ceiling = Decimal(lot["ceiling_price"])
    scripted = {script.title_zh: Decimal(script.floor) for script in COMPRESSORS.lots}
    lowest = scripted.get(str(lot["title_zh"]), ceiling * Decimal("0.9"))
    return ceiling - (ceiling - lowest) * persona.depth


def wanted_now(lot: dict[str, Any], state: dict[str, Any], persona: Persona, now: datetime) -> Decimal:
    """The price this robot is willing to stand at now: falling from the ceiling to its floor over the lot's time."""
    opens, closes = (datetime.fromisoformat(state[name]) for name in ("opens_at", "closes_at"))
    whole = max((closes - opens) / timedelta(milliseconds=1), 1)
    spent = min(max(Decimal((now - opens) / timedelta(milliseconds=1)) / Decimal(whole), Decimal(0)), Decimal(1))
    if 1 - spent < SPRINT:
        spent = Decimal(1)
    share = spent**persona.patience
    ceiling = Decimal(lot["ceiling_price"])
    return ceiling - (ceiling - floor_of(lot, persona)) * share


async def play(base_url: str, seat: SupplierSeat) -> None:
    """Bid for one supplier wherever a live round is open, for ever."""
    persona = persona_of(seat)
    while True:
        try:
            async with Caller(base_url) as caller:
                await caller.take_seat(seat.seat)
                await asyncio.gather(_look_for_rounds(caller, persona), _look_for_sealed_rounds(caller, seat))
        except (OSError, CallError, SealingError, TimeoutError, WebSocketException, HTTPError) as error:
            log.info("robot %s starts again: %s", seat.seat, type(error).__name__)
        await asyncio.sleep(LOOK_SECONDS)


async def _look_for_rounds(caller: Caller, persona: Persona) -> None:
    while True:
        listed = await caller.get("/tenders")
        joined = [item for item in listed["items"] if _has_joined(item) and item["procedure"] == "live"]
        joined = [item for item in joined if _is_near(item)]
        await asyncio.gather(*(_bid_in(caller, item["round_id"], persona) for item in joined))
        await asyncio.sleep(LOOK_SECONDS)


async def _look_for_sealed_rounds(caller: Caller, seat: SupplierSeat) -> None:
    while True:
        listed = await caller.get("/tenders")
        joined = [item for item in listed["items"] if _has_joined(item) and item["state"] == "response_closed"]
        await asyncio.gather(*(seal_in(caller, item, seat) for item in joined))
        await asyncio.sleep(LOOK_SECONDS * 5)


def _has_joined(item: dict[str, Any]) -> bool:
    return bool(item["own"]["response"] == "accepted")


def _is_near(item: dict[str, Any]) -> bool:
    soon = datetime.now(UTC) + timedelta(seconds=60)  # noqa: TID251 - a robot is an outside client with a wall clock
    return (
        item["state"] in ("published", "responding", "response_closed")
        and datetime.fromisoformat(item["opens_at"]) < soon
    )


async def _bid_in(caller: Caller, round_id: str, persona: Persona) -> None:
    view = await caller.get(f"/rounds/{round_id}")
    lots = {lot["id"]: lot for lot in view["lots"]}
    async with enter_room(caller, round_id) as room:
        while not (room.is_closed or room.has_company or _is_over(room)):
            await asyncio.sleep(random.uniform(*THINK_SECONDS))  # noqa: S311 - a robot's thinking time
            for lot_id, lot in lots.items():
                await _maybe_bid(room, lot_id, lot, persona)
        is_visited = room.has_company
    if is_visited:
        # Somebody took the robot's chair: it has the pen then, and is left alone for a while.
        await asyncio.sleep(AWAY_SECONDS)


def _is_over(room: Room) -> bool:
    return bool(room.lots) and all(lot["status"] in ("closed", "cancelled") for lot in room.lots.values())


async def _maybe_bid(room: Room, lot_id: str, lot: dict[str, Any], persona: Persona) -> None:
    state = room.lots.get(lot_id)
    if state is None or state["status"] not in ("open", "overtime") or state["next_valid"] is None:
        return
    # Nobody bids against himself while he leads.
    if state["leading"] and state["own_amount"] is not None:
        return
    now = datetime.now(UTC)  # noqa: TID251 - a robot is an outside client with a wall clock
    amount = Decimal(state["next_valid"])
    if amount >= wanted_now(lot, state, persona, now):
        await room.bid(lot_id, state["next_valid"])


async def play_all(base_url: str) -> None:
    """All robots of the cast, each in its own session."""
    async with asyncio.TaskGroup() as group:
        for seat in SUPPLIERS:
            if seat.robot:
                group.create_task(play(base_url, seat))
