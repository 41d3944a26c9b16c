"""What saves a crawl time and changes no answer: no threads, a session looked up once, a heap at rest."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

import pytest
from typing_extensions import override

from app.identity import access
from app.identity.store import SessionRow
from app.infra import hopping, one_go
from app.infra.world import World
from app.main import settle_heap


class AtOnce(Executor):
    """Does here and now what it is asked to do."""

    @override
    def submit(self, act: Callable[..., Any], /, *words: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(act(*words, **named))
        except Exception as error:
            done.set_exception(error)
        return done


@contextmanager
def statements_at_once() -> Iterator[None]:
    """SQLite answers in the loop's own thread: a crawl asks a hundred thousand times, and handing each question to a
    thread and back costs more than the answer."""

    async def at_once(act: Callable[..., Any], *words: Any) -> Any:
        return act(*words)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hopping, "hop", at_once)
        patch.setattr(one_go, "_THREADS", AtOnce())
        yield


@contextmanager
def sessions_once(world: World) -> Iterator[None]:
    """A session is looked up once while this lasts: to open its seals for each page would cost as much as most pages.
    Nobody may sign in or out meanwhile."""
    usual, kept = access._sessions_of, dict[str, SessionRow]()

    class Once:
        async def ask(self, key: str, session_hash: str) -> SessionRow | None:
            if session_hash in kept:
                return kept[session_hash]
            found = await usual(world).ask(key, session_hash)
            # One that is due to be touched is looked up again once it was.
            if found is not None and world.clock.now() - found.seen_at <= access.TOUCH_EVERY:
                kept[session_hash] = found
            return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "_sessions_of", lambda _world: Once())
        yield


@contextmanager
def seldom_collected() -> Iterator[None]:
    """The heap as the service itself keeps it."""
    usual = gc.get_threshold()
    settle_heap()
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
