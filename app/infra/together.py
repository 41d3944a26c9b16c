"""Calls that wait together are answered together: natural batches, no timer and no fixed size (PERFORMANCE.md 4).

A call waits only while the batch before it runs. One that fails takes no other with it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
# Keeps a batch's transaction short enough for others to come in between.
LARGEST_BATCH = 256


class Together(Generic[Q, A]):
    """Calls of one kind in this process. Those under one key make batches, one after the other; keys run side by side.

    `play` gives an answer for each call, in order; an exception in an answer's place is raised to that caller alone. If
    it raises itself, nothing of the batch has happened, and each call is played by itself.
    """

    def __init__(self, play: Callable[[str, Sequence[Q]], Awaitable[Sequence[A | Exception]]]) -> None:
        self._play = play
        self._waiting: dict[str, list[tuple[Q, Hashable, asyncio.Future[A]]]] = {}
        # The loop holds its tasks weakly.
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, key: str, call: Q, *, place: Hashable = None) -> A:
        """The answer to a call. Of calls with one `place` a batch takes the first alone; the next comes after it."""
        told: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(key)
        if waiting is not None:
            waiting.append((call, place, told))
        else:
            self._waiting[key] = [(call, place, told)]
            task = asyncio.create_task(self._run(key))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await told

    async def _run(self, key: str) -> None:
        batch: list[tuple[Q, asyncio.Future[A]]] = []
        try:
            while self._waiting[key]:
                # One turn of the loop, so that every call already read joins this batch.
                await asyncio.sleep(0)
                batch = self._take(key)
                await self._answer(key, batch)
        finally:
            # Whoever still waits here, because the process ends, must not wait for ever.
            for told in (*(told for _, told in batch), *(told for _, _, told in self._waiting.pop(key))):
                told.cancel()

    def _take(self, key: str) -> list[tuple[Q, asyncio.Future[A]]]:
        batch: list[tuple[Q, asyncio.Future[A]]] = []
        left: list[tuple[Q, Hashable, asyncio.Future[A]]] = []
        places: set[Hashable] = set()
        for call, place, told in self._waiting[key]:
            if len(batch) == LARGEST_BATCH or (place is not None and place in places):
                left.append((call, place, told))
            else:
                batch.append((call, told))
                places.add(place)
        self._waiting[key] = left
        return batch

    async def _answer(self, key: str, batch: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        answers: Sequence[A | Exception]
        try:
            answers = await self._play(key, [call for call, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._answer(key, [one])
                return
            answers = [error]
        for (_, told), answer in zip(batch, answers, strict=True):
            if told.done():
                # Whoever asked has gone; what was done stands.
                continue
            if isinstance(answer, Exception):
                told.set_exception(answer)
            else:
                told.set_result(answer)
