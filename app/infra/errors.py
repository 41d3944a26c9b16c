"""Errors on the wire: RFC 9457 problem+json with a stable code and no echo of the input (ACCESS.md section 4).

Three kinds: a Refusal (a rule said no, 409), a Problem (malformed, unauthorised, points nowhere), a bug (500).
"""

import logging
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from app.domain.refusals import Code, Refusal

MEDIA_TYPE = "application/problem+json"
T = TypeVar("T")
log = logging.getLogger("bidroom")

TITLES = {
    400: "Bad request",
    401: "Signed out",
    403: "Not available to your role",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Refused by a rule",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not understood",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available now",
}
CODES = {
    400: "BAD_REQUEST",
    401: "SIGNED_OUT",
    403: "NOT_YOUR_ROLE",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "TOO_LARGE",
    415: "NOT_JSON",
    422: "NOT_UNDERSTOOD",
    429: "SLOW_DOWN",
    500: "INTERNAL",
}


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """The request is malformed, unauthorised or points nowhere; ``detail`` never echoes the input."""

    def __init__(
        self,
        status: int,
        code: str | None = None,
        *,
        detail: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code or CODES.get(status, "PROBLEM"))
        self.status = status
        self.code = code or CODES.get(status, "PROBLEM")
        self.detail = dict(detail or {})
        self.headers = dict(headers or {})


def not_found() -> Problem:
    """The one answer for "absent" and "forbidden": equal in body and length."""
    return Problem(404)


def answer(result: T | Refusal, statuses: Mapping[Code, int] | None = None) -> T:
    """The service's result, or its refusal raised as a problem: 409, or what `statuses` say; for routes."""
    if isinstance(result, Refusal):
        raise Problem((statuses or {}).get(result.code, 409), result.code.value, detail=result.detail)
    return result


def problem_response(problem: Problem) -> JSONResponse:
    """The problem+json of a Problem."""
    body = {
        "type": f"urn:bidroom:problem:{problem.code.lower()}",
        "title": TITLES.get(problem.status, "Problem"),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    return JSONResponse(body, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


# Names of ours, and places in lists; what a sender has named itself is given back to nobody.
_OWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _place_of(fault: Mapping[str, Any]) -> str:
    """Where in the body a fault is, by the names of the interface: an unknown member stands as "?"."""
    parts = [part for part in fault["loc"] if part != "body"]
    if fault["type"] == "extra_forbidden" and parts:
        parts[-1] = "?"
    own = (str(part) if isinstance(part, int) or _OWN_NAME.fullmatch(part) else "?" for part in parts)
    return ".".join(own)


def install_handlers(app: FastAPI) -> None:
    """Render every error of the application as problem+json."""

    @app.exception_handler(Problem)
    async def on_problem(_request: Request, problem: Problem) -> JSONResponse:
        return problem_response(problem)

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers) if error.headers else None
        return problem_response(Problem(error.status_code, headers=headers))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        # The places and kinds of the faults, never the values: FastAPI's default 422 echoes the input.
        fields = [{"field": _place_of(fault), "code": str(fault["type"])} for fault in error.errors()[:50]]
        return problem_response(Problem(422, detail={"fields": fields}))

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        # The message may carry an amount: log the kind and place only.
        log.error(
            "bug %s at %s", type(error).__name__, request.scope.get("path"), exc_info=error.__traceback__ is not None
        )
        return problem_response(Problem(500))
