"""Who may knock at which door: `doors.txt`, read. test_doors.py holds the running service against it."""

from functools import cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.domain.visibility import Role

LISTED = Path(__file__).with_name("doors.txt")
# Letters of the list, in its order.
ROLES = {
    "P": Role.PURCHASER,
    "E": Role.EVALUATOR,
    "A": Role.APPROVER,
    "U": Role.AUDITOR,
    "R": Role.DESK_RELAY,
    "H": Role.DESK_HELP,
    "M": Role.ADMIN,
    "S": Role.SUPPLIER,
    "Q": Role.REQUESTER,
}
LETTERS = {role: letter for letter, role in ROLES.items()}


@cache
def listed() -> dict[str, str]:
    """`METHOD path` → letters; `*` is everybody, signed in or not."""
    lines = [line for line in LISTED.read_text().splitlines() if line and not line.startswith("#")]
    return {f"{method} {path}": letters for letters, method, path in (line.split() for line in lines)}


def opens_to(role: Role, method: str, path: str) -> bool:
    """Whether a door lets a role in. One that is not listed may let in anybody: it is asked."""
    letters = listed().get(f"{method.upper()} {path}", "*")
    return letters == "*" or LETTERS.get(role, "*") in letters


def routes_of(app: FastAPI) -> dict[str, set[str]]:
    """The paths and methods of the OpenAPI document, without writing it, which takes seconds."""
    found: dict[str, set[str]] = {}
    for each in iter_route_contexts(app.routes):
        if isinstance(each.original_route, APIRoute) and each.original_route.include_in_schema:
            methods = {method.lower() for method in each.original_route.methods or ()}
            found.setdefault(each.path_format or "", set()).update(methods)
    return found
