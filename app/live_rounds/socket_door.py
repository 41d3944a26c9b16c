"""The way of a round's socket past the framework."""

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from app.live_rounds.socket import live_socket


class SocketDoor:
    """ASGI, in front of the routes: the sockets of rounds go straight to theirs. What the framework keeps of each
    connection while it is open (stacks of contexts, the coroutines of its layers) is as much as the room itself needs,
    and looking for the route among a hundred costs as much as a welcome."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        prefix, _, round_id = scope.get("path", "").rpartition("/")
        if scope["type"] == "websocket" and prefix == "/ws/rounds" and round_id:
            await live_socket(WebSocket(scope, receive, send), round_id)
        else:
            await self._app(scope, receive, send)
