"""The crawl: every viewer, every GET route with every id; frames, mails, error bodies; what was found where."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import cycle, product
from typing import Any

from sqlalchemy import text

from app.domain.visibility import Phase
from tests.access.asking import Asker, asker
from tests.access.canaries import Canary, unpacked
from tests.access.doors import opens_to
from tests.access.theatre import BIDDERS, WATCHED_SUPPLIERS, Theatre, Viewer
from tests.letters import text_of

# Which table's column fills a route's parameter.
POOLS = {
    "tender_id": "SELECT id FROM tender",
    "supplier_id": "SELECT id FROM supplier",
    "proposal_id": "SELECT id FROM proposal",
    "evidence_id": "SELECT id FROM evidence",
    "application_id": "SELECT id FROM supplier_application",
    "round_id": "SELECT round_id FROM tender UNION SELECT id FROM round",
    "lot_id": "SELECT id FROM lot",
    "bid_id": "SELECT bid_id FROM bid",
    "upload_id": "SELECT id FROM upload",
    "project_id": "SELECT id FROM project",
    "delegation_id": "SELECT id FROM delegation",
    "attachment_id": "SELECT id FROM project_attachment",
    "export_id": "SELECT id FROM export",
    "import_id": "SELECT id FROM supplier_import",
    "document_id": "SELECT id FROM document",
    # The relay's own names are in no table; as a document's they open nothing.
    "key": "SELECT id FROM document",
    "page": "SELECT 1",
    "number": "SELECT DISTINCT number FROM report",
    "code": "SELECT code FROM report",
    "category": "SELECT 'compressors'",
}
# What a route does not answer without.
QUERIES = {"/api/rounds/{round_id}/wraps": ("envelope=tech", "envelope=price")}
ABSENT = "0" * 32
# Headers that are random for each answer.
RANDOM = frozenset({"set-cookie", "x-request-id", "content-security-policy"})


@dataclass(frozen=True)
class Seen:
    """One answer, frame or mail as somebody got it."""

    phase: Phase
    viewer: str
    channel: str
    status: int
    body: bytes
    found: frozenset[Canary]
    address: str = ""
    headers: bytes = b""


async def fill_pools(theatre: Theatre) -> dict[str, list[str]]:
    """The ids there are now, by the name of the parameter; of what is one supplier's, those of the watched."""
    async with theatre.world.db.snapshot() as tx:
        pools = {name: [str(row[0]) for row in await tx.execute(text(query))] for name, query in POOLS.items()}
        tags = {str(row[0]): str(row[1]) for row in await tx.execute(text("SELECT bid_id, tag FROM bid"))}
    fill = [key for key in BIDDERS if key not in WATCHED_SUPPLIERS]
    firms = {theatre.ids[f"supplier:{key}"] for key in fill if f"supplier:{key}" in theatre.ids}
    marks = {canary.text for canary in theatre.aviary.canaries if canary.what == "tag" and canary.owner in fill}
    pools["supplier_id"] = [each for each in pools["supplier_id"] if each not in firms]
    pools["bid_id"] = [each for each in pools["bid_id"] if tags[each] not in marks]
    return {name: known or [ABSENT] for name, known in pools.items()}


def parameters_of(path: str) -> list[str]:
    """The parameters in a route's path."""
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def addresses(path: str, pools: dict[str, list[str]]) -> Iterator[str]:
    """The path with every combination of known ids, and with every query that it asks for."""
    names = parameters_of(path)
    for values in product(*(pools[name] for name in names)):
        address = path
        for name, value in zip(names, values, strict=True):
            address = address.replace(f"{{{name}}}", value)
        yield from (f"{address}?{query}" for query in QUERIES[path]) if path in QUERIES else (address,)


def get_routes(theatre: Theatre) -> list[str]:
    """Every GET route of the OpenAPI document."""
    return sorted(path for path, methods in theatre.paths.items() if "get" in methods)


async def crawl(theatre: Theatre, paths: Collection[str] | None = None, *, is_knocking: bool = False) -> list[Seen]:
    """Everything everybody can get in the phase the tender is in; or by these routes alone, and the timeline.

    A door that `doors.txt` says is shut to a role is shut whatever the id and the phase (test_doors.py holds all of
    them against the service): it is knocked at only if `is_knocking`, and then once.
    """
    pools = await fill_pools(theatre)
    timeline = "/api/audit/timeline"
    wanted = get_routes(theatre) if paths is None else {timeline, *paths}.intersection(get_routes(theatre))
    walks = {path: list(addresses(path, pools)) for path in sorted(wanted)}
    # The first page of everything is soon full of our own refused steps: the story's part is asked for by its filters.
    walks[timeline] += [f"{timeline}?tender={each}" for each in pools["tender_id"]]
    walks[timeline] += [f"{timeline}?lot={each}" for each in pools["lot_id"]]
    seen: list[Seen] = []
    with theatre.walking():
        for viewer in watched(theatre):
            ask = asker(theatre.app, viewer.client)
            for path, known in walks.items():
                if opens_to(viewer.role, "GET", path):
                    seen += [await get(theatre, viewer, ask, path, address) for address in known]
                    seen += await _nowhere(theatre, viewer, ask, path)
                elif is_knocking:
                    seen += await _knock(theatre, viewer, ask, path, known)
    return seen


async def _nowhere(theatre: Theatre, viewer: Viewer, ask: Asker, path: str) -> list[Seen]:
    """What is not there at all must be answered as what is another's (`unequal`). It is asked for once: no phase is
    its own."""
    names = parameters_of(path)
    if not names:
        return []
    if (viewer.key, path) not in theatre.nowhere:
        address = next(addresses(path, {name: [ABSENT] for name in names}))
        theatre.nowhere[viewer.key, path] = await get(theatre, viewer, ask, path, address)
    return [replace(theatre.nowhere[viewer.key, path], phase=theatre.phase)]


async def _knock(theatre: Theatre, viewer: Viewer, ask: Asker, path: str, known: list[str]) -> list[Seen]:
    """One knock; should the door open all the same, everything behind it is asked for."""
    seen: list[Seen] = []
    for address in known:
        seen.append(await get(theatre, viewer, ask, path, address))
        if seen[-1].status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            break
    return seen


def unequal(harvested: Iterable[Seen]) -> list[str]:
    """What is another's and what is nowhere are answered by the same bytes (attack N08; VISIBILITY.md section 3)."""
    answers: dict[tuple[Phase, str, str], set[bytes]] = {}
    for each in harvested:
        if each.status == HTTPStatus.NOT_FOUND:
            answers.setdefault((each.phase, each.viewer, each.channel), set()).add(each.headers + each.body)
    return [f"UNEQUAL {' '.join(place)}: {sorted(bodies)}" for place, bodies in answers.items() if len(bodies) > 1]


def watched(theatre: Theatre) -> list[Viewer]:
    """Those whose pages are walked."""
    return [
        viewer for viewer in theatre.viewers.values() if not viewer.supplier or viewer.supplier in WATCHED_SUPPLIERS
    ]


async def listen(theatre: Theatre) -> list[Seen]:
    """The frames of the live room as everybody gets them, a refused door among them."""
    async with AsyncExitStack() as stack:
        sockets = {each.key: await stack.enter_async_context(theatre.in_room(each.key)) for each in watched(theatre)}
        await theatre.settle()
        await theatre.settle()
        # Who leaves is told nothing more; a presence that shows would be in the frames of those who stay.
    return [
        noted(theatre, key, "WS /ws/rounds/{round_id}", socket.close_code or 200, "\n".join(socket.frames).encode())
        for key, socket in sockets.items()
    ]


def open_mail(theatre: Theatre) -> list[Seen]:
    """The mails of this phase by their recipients; a recipient's own address on the envelope is no find."""
    seen = []
    for mail in theatre.mail.sent:
        words = "\n".join(f"{name}: {value}" for name, value in mail.items() if name.lower() != "to")
        body = f"{words}\n{text_of(mail)}".encode()
        seen.append(noted(theatre, viewer_of(theatre, str(mail["To"])), "MAIL", 200, body))
    theatre.mail.sent.clear()
    return seen


def viewer_of(theatre: Theatre, address: str) -> str:
    """Whose address it is."""
    return next(canary.owner for canary in theatre.aviary.canaries if canary.text == address)


# Malformed bodies that carry somebody's secret: the answer must not give it back (VISIBILITY.md section 3, error text).
READ = b'{"secret": "%s"}'
BAD_BODIES = (b'{"amount": "%s", "amount": 1}', READ, b'["%s"', b'"%s"')


async def provoke(theatre: Theatre) -> list[Seen]:
    """Malformed requests to every unsafe route, each with a canary in it."""
    secret = next(canary for canary in theatre.aviary.canaries if canary.what == "final")
    pools = await fill_pools(theatre)
    with theatre.clock.still():
        return await _provoke(theatre, pools, secret)


async def _provoke(theatre: Theatre, pools: dict[str, list[str]], secret: Canary) -> list[Seen]:
    """Each route gets each body, from the first four viewers: what is no JSON is refused before anybody is looked at.
    The one that is JSON comes from others too, where the door is theirs: a handler may answer it."""
    seen = []
    for path, methods in theatre.paths.items():
        for method in sorted(set(methods) - {"get", "delete"}):
            address = next(addresses(path, {name: pools.get(name, [ABSENT])[:1] for name in parameters_of(path)}))
            for number, (viewer, body) in enumerate(zip(watched(theatre), cycle(BAD_BODIES), strict=False)):
                is_read = body is READ and opens_to(viewer.role, method, path)
                if number >= len(BAD_BODIES) and not is_read:
                    continue
                content = body % secret.text.encode()
                headers = {"Content-Type": "application/json"}
                answer = await viewer.client.request(method.upper(), address, content=content, headers=headers)
                if answer.status_code >= HTTPStatus.BAD_REQUEST:
                    seen.append(noted(theatre, viewer.key, "ERROR", answer.status_code, answer.content))
    return seen


async def get(theatre: Theatre, viewer: Viewer, ask: Asker, path: str, address: str) -> Seen:
    """One GET; headers are searched with the body, but for those that are random."""
    answer = await ask(address)
    headers = sorted(f"{name}: {value}\n" for name, value in answer.headers if name not in RANDOM)
    seen = noted(theatre, viewer.key, path, answer.status, answer.content, extra=[each.encode() for each in headers])
    return replace(seen, address=address, headers="".join(headers).encode())


def noted(
    theatre: Theatre, viewer: str, channel: str, status: int, body: bytes, *, extra: Iterable[bytes] = ()
) -> Seen:
    """What was got, with the canaries in it."""
    found = theatre.aviary.found_in(body).union(*map(theatre.aviary.found_in, extra))
    return Seen(theatre.phase, viewer, channel, status, body, found)


def items_of(body: bytes) -> Iterator[str]:
    """The smallest things that are read together: each object of a list with what stands above it; else the whole."""
    for part in unpacked(body):
        try:
            value = json.loads(part)
        except UnicodeDecodeError:
            # A ciphertext has no items.
            continue
        except ValueError:
            # The lines of a table or of a journal are read one by one; what is packed was unpacked.
            if part[:2] != b"PK":
                yield from part.decode("utf-8", "replace").splitlines()
        else:
            yield from _items(value, "")


def _items(value: Any, above: str) -> Iterator[str]:
    lists: list[list[Any]] = []
    own = above + "\n" + json.dumps(_without_lists(value, lists), ensure_ascii=False)
    yield own
    for items in lists:
        for item in items:
            yield from _items(item, own)


def _without_lists(value: Any, lists: list[list[Any]]) -> Any:
    """The value with lists of objects taken out and collected."""
    if isinstance(value, dict):
        return {name: _without_lists(item, lists) for name, item in value.items()}
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        lists.append(value)
        return []
    return value
