"""The seeded story world of the crawl: people, suppliers and one tender, driven over HTTP and sockets phase by phase.

Every value that the matrix rules over is a canary. The application runs in this process with a hand-wound clock, which
moves a little after every act, so that no two acts share an instant.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI
from typing_extensions import override

from app.domain.credit_code import check_character
from app.domain.visibility import Phase, Role
from app.infra.world import World
from app.main import build_app
from tests.access.canaries import Aviary, Canary
from tests.access.doors import routes_of
from tests.access.haste import seldom_collected, sessions_once, statements_at_once
from tests.access.sockets import Socket, connected
from tests.worlds import HandClock, MemoryMail, make_actor, make_world, sign_in

ORIGIN = "http://testserver"
STEP_SECONDS = 1.37
AGENT, NETWORK = "CanaryAgent/77.031", "203.0.113.77"
BIDDERS = ("b1", "b2", "b3", "b4", "b5")
WINNER = "b2"
# Invited and silent; certified in another category and not invited.
SILENT, STRANGER = "s6", "x7"
SUPPLIERS = (*BIDDERS, SILENT, STRANGER)
# The winner, and one that lost and had a bid refused: the other three only fill the field.
WATCHED_SUPPLIERS = (WINNER, "b3", SILENT, STRANGER)
STAFF = {
    "purchaser": Role.PURCHASER,
    "approver": Role.APPROVER,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMIN,
    "evaluator": Role.EVALUATOR,
}
# In the live story alone: the desk sees no more of a sealed one.
DESK = {"relay": Role.DESK_RELAY, "help": Role.DESK_HELP}
OPENINGS = {"b1": "8411913.27", "b2": "8523917.31", "b3": "8637929.37", "b4": "8741933.41", "b5": "8853947.43"}
FINALS = {"b1": "7419031.57", "b2": "7319024.58", "b3": "7523041.61", "b4": "7637053.67", "b5": "7741067.71"}
REFUSED = {"b3": "9512347.19"}
CEILING, BASELINE = "9200000.00", "8912345.83"
# The secret reserve price of every story (attacks.md, ground rules).
RESERVE = "8123456.71"
# What sleeps no longer than this waits for the next tick of a room.
TICK_SECONDS = 1.0
# The story takes days of the hand-wound clock.
LONG_SESSIONS = {"session_idle_staff": 10**8, "session_idle_supplier": 10**8, "session_absolute": 10**8}
NOTE, NOTICE, REASON = "备注-canary-note-5521", "公告-canary-notice-6632", "理由-canary-reason-7743"


class CalmClock(HandClock):
    """A hand-wound clock. The service's own tasks turn quickly for the acts and seldom while pages are walked."""

    def __init__(self) -> None:
        super().__init__()
        self._walked: asyncio.Event | None = None

    @override
    async def sleep(self, seconds: float) -> None:
        """Yield for a moment; while pages are walked for five seconds, or until the walk is over. The tick alone turns
        oftener: a cockpit that is opened for the first time waits for it."""
        if self._walked is None:
            await asyncio.sleep(min(seconds, 0.1))
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5 if seconds <= TICK_SECONDS else 5):
                await self._walked.wait()

    @contextmanager
    def still(self) -> Iterator[None]:
        """While this lasts the service's own tasks leave the processor to the crawl."""
        self._walked = walked = asyncio.Event()
        try:
            yield
        finally:
            self._walked = None
            walked.set()


@dataclass
class Viewer:
    """Somebody with a browser. `supplier` is the supplier's key, "" for staff and for nobody."""

    key: str
    role: Role
    client: httpx.AsyncClient
    supplier: str = ""

    @property
    def cookies(self) -> dict[str, str]:
        """What its browser sends on a handshake."""
        return dict(self.client.cookies)


@dataclass
class Theatre:
    """The stage, the people, and the ids a crawl may know."""

    world: World
    app: FastAPI
    clock: CalmClock
    mail: MemoryMail
    aviary: Aviary
    stack: AsyncExitStack
    viewers: dict[str, Viewer] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    phase: Phase = Phase.DRAFT
    # How what is nowhere was answered: by the viewer's key and the route.
    nowhere: dict[tuple[str, str], Any] = field(default_factory=dict)

    @cached_property
    def paths(self) -> dict[str, set[str]]:
        """The paths and methods of the OpenAPI document."""
        return routes_of(self.app)

    @contextmanager
    def walking(self) -> Iterator[None]:
        """While pages are walked: nothing happens by itself, nobody's session begins or ends."""
        with self.clock.still(), sessions_once(self.world):
            yield

    def beat(self) -> None:
        """Let a little time pass: the next act has an instant of its own."""
        self.clock.wind(seconds=STEP_SECONDS)

    async def settle(self) -> None:
        """Let the service's own tasks do what is due."""
        await asyncio.sleep(0.4)

    async def enter(self, key: str, role: Role, *, supplier: str = "", **options: Any) -> Viewer:
        """Give somebody a browser."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, **options)
        await self.stack.enter_async_context(client)
        self.viewers[key] = Viewer(key, role, client, supplier)
        return self.viewers[key]

    async def act(self, key: str, method: str, path: str, expect: int | None = None, **options: Any) -> Any:
        """One request of somebody, and the beat after it; gives the JSON of the answer."""
        answer = await self.viewers[key].client.request(method, path, **options)
        wanted = (expect,) if expect else (200, 201, 202, 204)
        assert answer.status_code in wanted, f"{key} {method} {path}: {answer.status_code} {answer.text}"
        self.beat()
        return answer.json() if answer.content else None

    async def approve(self, proposal_id: str) -> None:
        """The approver's word."""
        body = {"verdict": "approve", "reason": ""}
        await self.act("approver", "POST", f"/api/approvals/{proposal_id}/decision", json=body)

    @asynccontextmanager
    async def in_room(self, key: str) -> AsyncIterator[Socket]:
        """Somebody at the door of the live room with a ticket; where admission is refused the socket closes itself."""
        viewer = self.viewers[key]
        asked = await viewer.client.post("/api/ws-tickets", json={"round_id": self.ids["round"]})
        ticket = asked.json().get("ticket", "none") if asked.status_code == 200 else "none"
        path = f"/ws/rounds/{self.ids['round']}"
        async with connected(self.app, path, cookies=viewer.cookies, origin=ORIGIN) as socket:
            await socket.send(type="hello", ticket=ticket)
            yield socket


def canaries_of(number: int, key: str) -> list[Canary]:
    """What marks a supplier."""
    return [
        Canary("name", key, f"隐名{number}号压缩机-9{number}7"),
        Canary("name", key, f"Hiddenname Compressors 9{number}7"),
        Canary("name", key, credit_code(number)),
        Canary("contact", key, f"rep{number}-canary@hidden.example"),
        Canary("contact", key, f"+86 532 7731 90{number}{number}"),
        Canary("contact", key, f"隐代表{number}-canary"),
    ]


def credit_code(number: int) -> str:
    """A valid code of its own for every number."""
    body = f"91370200{770031 + number:09d}"
    return body + check_character(body)


@asynccontextmanager
async def staged(
    database_url: str,
    folder: Path,
    draft: Callable[["Theatre"], Awaitable[None]] | None = None,
    *,
    is_shared: bool = False,
) -> AsyncIterator[Theatre]:
    """A running application with staff and registered, certified suppliers; the tender is a draft (`draft` writes
    another one and plants its canaries). ``is_shared``: other tests run while it stands, with threads as they are."""
    made = await make_world(
        database_url, folder, outage_ms=10**9, clock_jump_ms=10**9, approval_hours=24 * 30, **LONG_SESSIONS
    )
    clock = CalmClock()
    world = replace(made.world, clock=clock)
    app = build_app(world)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        theatre = Theatre(world, app, clock, made.mail, Aviary([]), stack)
        if not is_shared:
            stack.enter_context(statements_at_once())
            stack.enter_context(seldom_collected())
        await theatre.enter("nobody", Role.PUBLIC)
        await _hire(theatre)
        for number, key in enumerate(SUPPLIERS, start=1):
            await _register(theatre, number, key)
        if draft is None:
            await _draft(theatre)
            _plant(theatre)
        else:
            await draft(theatre)
        yield theatre
    await world.db.dispose()


async def _hire(theatre: Theatre) -> None:
    for key, role in STAFF.items():
        await hire(theatre, key, role)


async def hire(theatre: Theatre, key: str, role: Role) -> None:
    """One more of the buyer's staff."""
    name, email = f"内部人员-{key}-canary", f"{key}-canary@lanyu.example"
    actor = await make_actor(theatre.world, role, name=name, email=email, locale="en")
    cookies, headers = await sign_in(theatre.world, actor)
    await theatre.enter(key, role, cookies=cookies, headers=headers)
    theatre.ids[f"account:{key}"] = actor.account_id
    theatre.aviary.add(Canary("staff", key, name), Canary("staff", key, email))
    theatre.beat()


async def _register(theatre: Theatre, number: int, key: str) -> None:
    name_zh, name_en, code, email, phone, person = (canary.text for canary in canaries_of(number, key))
    theatre.aviary.add(*canaries_of(number, key))
    category = "fan_motors" if key == STRANGER else "compressors"
    body = {
        "name_zh": name_zh, "name_en": name_en, "credit_code": code, "city": "Qingdao", "categories": [category],
        "contact": {"name": person, "email": email, "phone": phone}, "locale": "en",
    }  # fmt: skip
    made = await theatre.act("purchaser", "POST", "/api/suppliers", json=body)
    theatre.ids[f"supplier:{key}"] = made["id"]
    theatre.aviary.add(Canary("name", key, made["id"]))
    await _certify(theatre, made["id"])
    await _accept_account(theatre, key, email)


async def _certify(theatre: Theatre, supplier_id: str) -> None:
    until = (theatre.clock.now() + timedelta(days=300)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    body = {"quality": "90", "delivery": "90", "credit": "90", "valid_until": until, "note": "As audited on paper."}
    asked = await theatre.act("purchaser", "POST", f"/api/suppliers/{supplier_id}/certifications", json=body)
    await theatre.approve(asked["proposal_id"])


async def _accept_account(theatre: Theatre, key: str, email: str) -> None:
    await theatre.settle()
    letter = next(mail for mail in theatre.mail.sent if mail["To"] == email)
    found = re.search(r"#(\S+)", letter.get_content())
    assert found is not None
    password = f"Kanarienvogel-{key}-geheim-4417"
    theatre.aviary.add(Canary("password", key, password))
    headers = {"Origin": ORIGIN, "User-Agent": AGENT, "X-Forwarded-For": NETWORK, "Accept-Language": "de-AT"}
    viewer = await theatre.enter(key, Role.SUPPLIER, supplier=key, headers=headers)
    body = {"token": found[1], "password": password}
    me = await theatre.act(key, "POST", "/api/account-invitations/accept", json=body)
    viewer.client.headers["X-CSRF-Token"] = me["csrf_token"]
    theatre.ids[f"account:{key}"] = me["account_id"]
    theatre.aviary.add(Canary("account", key, me["account_id"]))


async def _draft(theatre: Theatre) -> None:
    made = await theatre.act("purchaser", "POST", "/api/tenders", json={"template": "quick", "category": "compressors"})
    theatre.ids["tender"] = made["id"]
    path = f"/api/tenders/{made['id']}"
    page = await theatre.act("purchaser", "GET", path)
    draft = page["draft"]
    local = theatre.clock.now().astimezone(ZoneInfo(draft["time_zone"]))
    draft |= {
        "title_zh": "旋转压缩机", "title_en": "Rotary compressors", "summary_zh": NOTICE, "summary_en": NOTICE,
        "purchaser_note": NOTE, "version": made["version"],
        "response_due": (local + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    draft["questions"] |= QUESTION_RULE
    draft["rules"]["opens_at"] = (local + timedelta(hours=36)).strftime("%Y-%m-%dT%H:%M")
    draft["lots"][0] |= {
        "quantity": "1", "unit": "套", "ceiling_price": CEILING, "baseline_price": BASELINE,
        "baseline_source": "上年合同", "baseline_on": "2025-12-01",
    }  # fmt: skip
    saved = await theatre.act("purchaser", "PUT", path, json=draft)
    theatre.ids["version"] = str(saved["version"])
    await reserve(theatre, path, saved)


async def reserve(theatre: Theatre, path: str, saved: Any) -> None:
    """The purchaser types the secret reserve price of the draft's lot."""
    lots = [{"lot_id": saved["draft"]["lots"][0]["id"], "amount": RESERVE, "seen": None}]
    await theatre.act("purchaser", "PUT", f"{path}/reserves", json={"lots": lots})


# Who asks what: the first is answered to all, the second has a draft of an answer, the third is held for a number.
ASKED = {
    "b1": "Which paint do the Quebracho brackets get",
    "b2": "Is a Jarrah pallet allowed for the rotors",
    "b3": "Shall the Wenge samples be sent, ring 0532 8866 1234",
}
ANSWER, DRAFTED = "Powder coat after the Okoume standard", "A pallet of Iroko is not yet decided"
# Every two hours a batch: the story has no days to wait.
QUESTION_RULE = {"close_hours": 24, "times": [f"{hour:02}:00" for hour in range(0, 24, 2)]}


def plant_texts(aviary: Aviary) -> None:
    """The canaries of every story that are no bidder's."""
    aviary.add(*(Canary(what, key, ASKED[key]) for what, key in zip(("asked", "relayed", "held"), ASKED, strict=True)))
    aviary.add(Canary("answer", "", ANSWER), Canary("drafted", "", DRAFTED))
    aviary.add(Canary("note", "", NOTE), Canary("notice", "", NOTICE), Canary("reason", "", REASON))
    aviary.add(Canary("baseline", "", BASELINE, is_amount=True), Canary("reserve", "", RESERVE, is_amount=True))
    aviary.add(Canary("trace", "", AGENT), Canary("trace", "", NETWORK), Canary("trace", "", "de-AT"))


def _plant(theatre: Theatre) -> None:
    aviary = theatre.aviary
    plant_texts(aviary)
    for what, amounts in (("opening", OPENINGS), ("final", FINALS), ("refused", REFUSED)):
        aviary.add(*(Canary(what, key, amount, is_amount=True) for key, amount in amounts.items()))
