"""When a request's last byte was read: stamped before parsing, before any lock or query (SEALING.md section 4).

From the stamp until the answer is made the call counts as arrived, so that the close waits for it.
"""

from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope
from typing_extensions import override

from app.infra.web import StrictRequest, expect_media
from app.infra.world import World
from app.sealed_rounds.arrivals import arrivals_of


class StampedRequest(StrictRequest):
    """A strict request that notes when its body was complete."""

    def __init__(self, scope: Scope, receive: Receive, held: ExitStack) -> None:
        super().__init__(scope, receive)
        self._held = held

    @override
    async def body(self) -> bytes:
        is_first = not hasattr(self, "_body")
        whole = await super().body()
        if is_first:
            world: World = self.app.state.world
            at = world.clock.now()
            self.scope["state"]["received_at"] = at
            self._held.enter_context(arrivals_of(world).arrived(at))
        return whole


class StampedRoute(APIRoute):
    """A route whose body is stamped when it is complete."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def stamped(request: Request) -> Response:
            expect_media(self, request)
            with ExitStack() as held:
                return await handler(StampedRequest(request.scope, request.receive, held))

        return stamped


async def received_at(request: Request) -> datetime:  # a plain function would cost a thread's wake-up
    """The stamp of the body; a request without one is complete when it is looked at."""
    world: World = request.app.state.world
    return cast("datetime", request.scope["state"].get("received_at") or world.clock.now())


ReceivedAt = Annotated[datetime, Depends(received_at)]
