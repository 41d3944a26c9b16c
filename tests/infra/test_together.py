"""Natural batches: what waits while one runs is the next; nobody pays for another's failure."""

import asyncio
from collections.abc import Sequence

import pytest

from app.infra.together import Together


class Player:
    """Answers a number by its double, an odd one by an error of its own; 13 breaks the whole batch."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go_on = asyncio.Event()

    async def play(self, _key: str, calls: Sequence[int]) -> list[int | Exception]:
        """One batch."""
        self.batches.append(list(calls))
        await self.go_on.wait()
        if 13 in calls:
            raise LookupError
        return [ValueError(call) if call % 2 else call * 2 for call in calls]


async def settled(together: Together[int, int], calls: Sequence[int], key: str = "") -> list[int | BaseException]:
    """The answers to calls that come at once."""
    return await asyncio.gather(*(together.ask(key, call) for call in calls), return_exceptions=True)


async def test_what_waits_while_a_batch_runs_is_the_next_batch() -> None:
    player = Player()
    together = Together(player.play)
    first = asyncio.create_task(settled(together, (2, 4)))
    while not player.batches:  # noqa: ASYNC110 - the batch begins within some turns of the loop
        await asyncio.sleep(0)
    second = asyncio.create_task(settled(together, (6, 8, 10)))
    other = asyncio.create_task(settled(together, (12,), "other"))
    await asyncio.sleep(0.01)
    assert player.batches == [[2, 4], [12]]
    player.go_on.set()
    assert (await first, await second, await other) == ([4, 8], [12, 16, 20], [24])
    assert player.batches[2:] == [[6, 8, 10]]


async def test_a_failure_is_its_callers_alone() -> None:
    player = Player()
    player.go_on.set()
    together = Together(player.play)
    answers = await settled(together, (2, 3, 13, 4))
    assert [type(answer) for answer in answers] == [int, ValueError, LookupError, int]
    assert await together.ask("", 6) == 12


async def test_one_who_has_gone_holds_nobody_up() -> None:
    player = Player()
    together = Together(player.play)
    asking = [asyncio.create_task(together.ask("", call)) for call in (2, 4)]
    await asyncio.sleep(0.01)
    asking[0].cancel()
    player.go_on.set()
    assert await asking[1] == 8
    with pytest.raises(asyncio.CancelledError):
        await asking[0]


async def test_calls_of_one_place_come_one_after_the_other() -> None:
    player = Player()
    player.go_on.set()
    together = Together(player.play)
    answers = await asyncio.gather(*(together.ask("", call, place=call % 3) for call in (0, 6, 2, 12)))
    assert answers == [0, 12, 4, 24]
    assert player.batches == [[0, 2], [6], [12]]


async def test_nobody_waits_for_a_batch_that_was_cancelled() -> None:
    started = asyncio.Event()

    async def play(_key: str, _calls: Sequence[int]) -> Sequence[int]:
        started.set()
        await asyncio.Event().wait()
        raise AssertionError

    calls: Together[int, int] = Together(play)
    first = asyncio.create_task(calls.ask("a", 1))
    await started.wait()
    second = asyncio.create_task(calls.ask("a", 2))
    await asyncio.sleep(0)
    (batch,) = calls._running
    batch.cancel()
    done, _ = await asyncio.wait([first, second], timeout=1)
    assert done == {first, second}
    assert first.cancelled()
    assert second.cancelled()
