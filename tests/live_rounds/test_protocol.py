"""The room's own protocol against the stock one: the same bytes, the same answers, and never out of turn."""

import asyncio
import uuid
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from app.live_rounds.admission import admit
from app.live_rounds.connection import Connection
from app.live_rounds.messages import PlaceBidSent
from app.live_rounds.protocol import Border, text_frame, whole_text
from app.live_rounds.socket import PLAIN_BID, _parse
from tests.live_rounds.servers import LIVE, STOCK, live_round
from tests.live_rounds.stage import Stage

PLAIN = '{{"type":"place_bid","bid_id":"{bid_id}","lot_id":"{lot_id}","amount":"{amount}"}}'


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

    def write_now(frame: str | bytes) -> bool:
        if takes:
            written.append(f"now {frame!s}")
        return takes

    async def send(frame: str) -> None:
        await may_send.wait()
        written.append(f"later {frame}")

    async def close(_: int) -> None:
        return

    admission = await admit(scheduled.world, scheduled.rep(0), scheduled.round_id)
    assert admission is not None
    connection = Connection(scheduled.world, admission, send=send, close=close, write_now=write_now)
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
    await connection.stop()


def test_a_plain_bid_is_read_as_the_whole_parser_reads_it() -> None:
    """The glance takes nothing that the whole parser would not take, and reads the same in it."""
    bid_id, lot_id = "a" * 32, "b" * 32
    plain = PLAIN.format(bid_id=bid_id, lot_id=lot_id, amount="99.50")
    for text in (plain, plain.replace(":", ": ").replace(",", ", "), plain.replace("a" * 32, str(uuid.UUID(bid_id)))):
        found, parsed = PLAIN_BID.fullmatch(text), _parse(text)
        assert found is not None
        assert isinstance(parsed, PlaceBidSent)
        assert found.groupdict() == parsed.model_dump(include={"bid_id", "lot_id", "amount"})
    for other in (
        plain.replace("place_bid", "accept"),
        plain.replace("}", ',"quote":null}'),
        plain.replace('"amount"', '"amount":"1","amount"'),
        plain.replace("99.50", "9\\u0039"),
        plain.replace("99.50", "9" * 41),
        plain.replace(bid_id, "A" * 32),
        plain + " ",
    ):
        assert PLAIN_BID.fullmatch(other) is None


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.data())
def test_the_border_between_frames_is_known_or_given_up(bodies: list[bytes], data: st.DataObject) -> None:
    """Wherever the stream is cut: what is called a border is one."""
    frames = [Frame(Opcode.TEXT, body).serialize(mask=True) for body in bodies]
    stream, ends = b"".join(frames), set(accumulate(map(len, frames), initial=0))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)))))
    border, at = Border(), 0
    for cut in [*cuts, len(stream)]:
        border.pass_over(stream[at:cut])
        at = cut
        if border.left is not None:
            assert at + border.left in ends
    for frame, body in zip(frames, bodies, strict=True):
        assert whole_text(frame + b"x") is None
        taken = whole_text(frame)
        assert taken is None or taken.encode() == body
    assert whole_text(Frame(Opcode.BINARY, b"text").serialize(mask=True)) is None
    assert whole_text(Frame(Opcode.TEXT, b"text", fin=False).serialize(mask=True)) is None
    assert whole_text(Frame(Opcode.TEXT, b"text").serialize(mask=True)) == "text"


async def test_frames_that_come_together_or_in_pieces_are_answered_in_order(
    clean_database_url: str, tmp_path: Path
) -> None:
    async with live_round(clean_database_url, tmp_path) as live:
        lot = live.stage.lots[0]
        async with live.enter(live.stage.rep(0)) as seat:
            amounts = [f"{280 - 2 * number}.00" for number in range(6)]
            names = [uuid.uuid4().hex for _ in amounts]
            bids = zip(names, amounts, strict=True)
            texts = [PLAIN.format(bid_id=name, lot_id=lot, amount=amount) for name, amount in bids]
            sent = [Frame(Opcode.TEXT, text.encode()) for text in texts]
            stream = b"".join(frame.serialize(mask=True) for frame in sent[:5])
            transport = seat.opened.transport
            # One and a half, the rest of it, two at once; then the last, whole.
            for piece in (stream[:200], stream[200:430], stream[430:]):
                transport.write(piece)
                await asyncio.sleep(0.05)
            answers = [await seat.answer_to(name) for name in names[:5]]
            assert [answer["type"] for answer in answers] == ["receipt"] * 5
            transport.write(sent[5].serialize(mask=True))
            # Five at once, then two a second: the sixth is too quick, and says so.
            assert (await seat.answer_to(names[5]))["type"] in ("receipt", "refused")
