"""The wire: strict JSON requests, text forms of amounts and instants, security headers, the Origin check.

Plain ASGI middleware only: one BaseHTTPMiddleware costs three times the whole request (PERFORMANCE.md section 2.5).
"""

import json
import re
import secrets
from collections.abc import Callable, Collection, Coroutine, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer, StringConstraints
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from typing_extensions import override

from app.infra.errors import Problem, problem_response
from app.infra.world import World

# What a cache may keep: a built file's bytes, whole or in part, and the word that they have not changed.
_KEPT_STATUSES = frozenset({200, 206, 304})
_HASHED = re.compile(r"/assets/.|/seal/[0-9a-f]{64}\.js$")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_DEPTH = 32


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _whole_milliseconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


# An amount as people write it on the wire: digits with at most one point; never a JSON number.
AmountText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,14}(\.[0-9]{1,4})?$", strict=True)]
# An instant in, an RFC 3339 text out.
InstantText = Annotated[
    AwareDatetime,
    AfterValidator(_whole_milliseconds),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
]
DecimalText = Annotated[Decimal, PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class StrictModel(BaseModel):
    """A shape of the wire: unknown fields are refused, nothing is coerced silently from another type."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Problem(400, "DUPLICATE_KEY")
    return members


def _no_constant(_name: str) -> None:
    raise Problem(400, "NOT_JSON_NUMBER")


def parse_json(body: bytes) -> Any:
    """JSON of a request or frame. Problem 400 on duplicate keys, NaN, NUL, bad UTF-8, lone surrogates or deep
    nesting."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique_members, parse_constant=_no_constant)
        _check_text(value, 0)
    except (UnicodeDecodeError, UnicodeEncodeError, json.JSONDecodeError, RecursionError):
        raise Problem(400) from None
    return value


def _check_text(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Problem(400)
    if isinstance(value, str):
        value.encode("utf-8")
        if "\x00" in value:
            raise Problem(400)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key, depth + 1)
            _check_text(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check_text(item, depth + 1)


class StrictRequest(Request):
    """A request whose JSON has no duplicate keys, no NaN and a bounded depth."""

    @override
    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


def expect_media(route: APIRoute, request: Request) -> None:
    """Problem 415 where a form comes to a route that takes none."""
    takes_form = route.body_field is not None and isinstance(route.body_field.field_info, Form)
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media == "multipart/form-data" and not takes_form:
        raise Problem(415)


def _query_names(dependant: Dependant) -> Iterator[str]:
    """The parameters that a route and its doors read from the address."""
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def expect_queries(known: Collection[str], request: Request) -> None:
    """Problem 422 where an address asks for something that its route does not know: a blind list cannot be sorted or
    filtered by who stands behind it, and says so (attacks.md N14)."""
    # An address of a page carries what the page itself reads.
    if request.url.path.startswith("/api/") and not set(request.query_params) <= set(known):
        raise Problem(422)


class StrictRoute(APIRoute):
    """A route that reads its body through StrictRequest, takes a form where it asks for one alone, and no parameter
    that it does not know."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def strict(request: Request) -> Response:
            expect_media(self, request)
            expect_queries(known, request)
            return await handler(StrictRequest(request.scope, request.receive))

        return strict


async def get_world(request: Request) -> World:  # a plain function would cost each request a thread's wake-up
    """The World that main.py put on the application."""
    return cast("World", request.app.state.world)


WorldDep = Annotated[World, Depends(get_world)]


def content_security_policy(nonce: str) -> str:
    """No inline script, no foreign host; antd's injected <style> carries the per-response nonce."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
        "worker-src 'none'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class Guard:
    """Security headers on every answer; Origin, Sec-Fetch-Site and media type checked on unsafe requests; bounded
    bodies."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self.app = app
        self.settings = world.settings
        self.origins = world.settings.origins
        self.ids = world.ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})
        scope["state"]["nonce"] = nonce
        scope["state"]["request_id"] = self.ids.new()

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), scope, nonce, message["status"])
            await send(message)

        try:
            limited = self._check(scope, receive)
        except Problem as problem:
            await problem_response(problem)(scope, receive, send_guarded)
            return
        await self.app(scope, limited, send_guarded)

    def _add_headers(self, headers: MutableHeaders, scope: Scope, nonce: str, status: int) -> None:
        # A route that hands out a stranger's content says a stricter one of its own.
        headers.setdefault("Content-Security-Policy", content_security_policy(nonce))
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        headers["X-Request-ID"] = scope["state"]["request_id"]
        if self.settings.is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        # Names of built files carry the hash of their content; everything else is nobody's to keep, a missing file
        # least of all: while a release is rolled out, one replica lacks what the other has.
        is_kept = status in _KEPT_STATUSES and _HASHED.match(scope["path"]) is not None
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_kept else "no-store"

    def _check(self, scope: Scope, receive: Receive) -> Receive:
        if scope["method"] in SAFE_METHODS:
            return receive
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get(b"origin")
        if origin is not None and origin not in self.origins:
            raise Problem(403, "WRONG_ORIGIN")
        if headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Problem(403, "WRONG_ORIGIN")
        media = headers.get(b"content-type", "").split(";")[0].strip().lower()
        is_upload = media == "multipart/form-data"
        # A chunk of ciphertext, and nothing else, comes as bytes.
        is_chunk = media == "application/octet-stream" and scope["method"] == "PATCH" and "/uploads/" in scope["path"]
        has_body = headers.get(b"content-length", "0") != "0" or b"transfer-encoding" in headers
        if has_body and media != "application/json" and not (is_upload or is_chunk):
            raise Problem(415)
        if b"content-encoding" in headers:
            raise Problem(415)
        limit = self.settings.max_upload_bytes if is_upload else self.settings.max_body_bytes
        limit = self.settings.upload_chunk_bytes if is_chunk else limit
        length = headers.get(b"content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise Problem(413)
        return _limited(receive, limit)


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise Problem(413)
        return message

    return receive_limited


def request_state(request: Request, name: str) -> str:
    """A value the Guard put on the request: ``nonce`` or ``request_id``."""
    return str(request.scope.get("state", {}).get(name, ""))
