"""The room's own protocol against the stock one: the same bytes, the same answers, and never out of turn."""

import asyncio
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode

from app.live_rounds.admission import admit
from app.live_rounds.connection import Connection
from app.live_rounds.protocol import text_frame
from tests.live_rounds.servers import LIVE, STOCK, live_round
from tests.live_rounds.stage import Stage


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 1024, 2**16 - 1, 2**16, 2**16 + 1])
def test_a_frame_is_what_the_library_would_write(size: int) -> None:
    data = b"x" * size
    assert text_frame(data) == Frame(Opcode.TEXT, data).serialize(mask=False)


@pytest.mark.parametrize("ws", [LIVE, STOCK])
async def test_a_round_runs_on_either_protocol(clean_database_url: str, tmp_path: Path, ws: str) -> None:
    async with live_round(clean_database_url, tmp_path, ws=ws) as live:
        lot, buyer = live.stage.lots[0], live.stage.house.purchaser
        async with live.enter(live.stage.rep(0)) as seat, live.enter(buyer) as cockpit:
            assert seat.frames[0]["type"] == cockpit.frames[0]["type"] == "welcome"
            assert (await seat.bid(lot, "280.00"))["type"] == "receipt"
            assert (await seat.bid(lot, "281.00"))["code"] == "STEP_TOO_SMALL"
            assert (await seat.next_tick())["lots"][0]["own_amount"] == "280.00"
            assert (await cockpit.next_tick())["lots"][0]["best"] == "280.00"
            ticks = [state["tick"] for state in seat.states()]
            assert ticks == sorted(set(ticks))
            assert len({len(raw) for raw in seat.raw if '"type":"state"' in raw}) == 1


async def test_nothing_overtakes_a_frame_that_waits(scheduled: Stage) -> None:
    """The pipe is full for a while: what comes meanwhile waits in turn, of the state the latest, and then all flows."""
    written: list[str] = []
    takes, may_send = True, asyncio.Event()

    def write_now(frame: str) -> bool:
        if takes:
            written.append(f"now {frame}")
        return takes

    async def send(frame: str) -> None:
        await may_send.wait()
        written.append(f"later {frame}")

    async def close(_: int) -> None:
        return

    admission = await admit(scheduled.world, scheduled.rep(0), scheduled.round_id)
    assert admission is not None
    connection = Connection(scheduled.world, admission, send=send, close=close, write_now=write_now)
    writing = asyncio.create_task(connection.write())
    connection.answer("receipt 1")
    takes = False
    connection.offer("state 1")
    await asyncio.sleep(0)
    # The pipe takes again, but state 1 is still on its way.
    takes = True
    connection.answer("receipt 2")
    connection.offer("state 2")
    connection.offer("state 3")
    may_send.set()
    await asyncio.sleep(0.01)
    connection.offer("state 4")
    assert written == ["now receipt 1", "later state 1", "later receipt 2", "later state 3", "now state 4"]
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
