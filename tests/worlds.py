"""A World for tests: hand-wound clock, keys in memory, folders that vanish, a real database."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.bell import Bell
from app.infra.db import Database
from app.infra.files import Files
from app.infra.keys import make_keys
from app.infra.world import Ids, World
from app.settings import Settings

START = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
# A session that has proven everything, and whose proof stays fresh however the clock is wound.
PROVEN = identity_store.Proof(is_proven=True, stepped_up_at=datetime(2100, 1, 1, tzinfo=UTC))


class HandClock:
    """Time moves only when a test moves it; a sleeper yields once and goes on."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        """The hand-wound instant."""
        return self.at

    def monotonic(self) -> float:
        """Seconds since the start of the test's time."""
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Yield to the other tasks; the hand moves time, not the sleeper."""
        await asyncio.sleep(min(seconds, 0.001))

    def wind(
        self, *, seconds: float = 0, milliseconds: int = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> datetime:
        """Move time forward (or back, with negative values); returns the new instant."""
        self.at += timedelta(seconds=seconds, milliseconds=milliseconds, minutes=minutes, hours=hours, days=days)
        return self.at


class MemoryMail:
    """Keeps what would have been sent."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    async def send(self, message: EmailMessage, *, name: str) -> None:
        """Remember the mail."""
        del name
        self.sent.append(message)


@dataclass(frozen=True, slots=True)
class TestWorld:
    """A World with its hand-wound parts at hand."""

    __test__ = False
    world: World
    clock: HandClock
    mail: MemoryMail


async def make_world(database_url: str, folder: Path, **settings: object) -> TestWorld:
    """A World on a database whose tables exist (tests/conftest.py sees to that)."""
    clock, mail = HandClock(), MemoryMail()
    values: dict[str, object] = {"data_dir": folder, "database_url": database_url, "public_url": "http://testserver"}
    world = World(
        settings=Settings.model_validate(values | settings),
        clock=clock,
        ids=Ids(),
        db=Database(database_url),
        keys=make_keys(),
        bell=Bell(),
        files=Files(folder / "files"),
        mail=mail,
    )
    return TestWorld(world, clock, mail)


async def make_actor(
    world: World,
    *roles: Role,
    supplier_id: str | None = None,
    name: str = "Somebody",
    email: str | None = None,
    locale: str = "zh",
) -> Actor:
    """An active account with these roles and an Actor for it, as if signed in."""
    account_id = world.ids.new()
    person = identity_store.Account(
        id=account_id,
        kind="supplier" if supplier_id else "staff",
        email=email or f"{account_id[:12]}@example.com",
        name=name,
        roles=frozenset(roles),
        supplier_id=supplier_id,
        locale=locale,
        password_hash=None,
        state="active",
        seat=None,
    )
    token = world.ids.token()
    async with world.db.transaction() as tx:
        await identity_store.insert_account(world, tx, person)
        await identity_store.insert_session(
            world, tx, token=token, account_id=account_id, at=world.clock.now(), is_demo=False, proof=PROVEN
        )
    return Actor(
        account_id=account_id,
        roles=person.roles,
        supplier_id=supplier_id,
        name=name,
        email=person.email,
        locale=locale,
        session_hash=identity_store.hash_token(token),
        request_id=world.ids.new(),
        is_demo=False,
        stepped_up_at=PROVEN.stepped_up_at,
    )


async def sign_in(
    world: World, actor: Actor, proof: identity_store.Proof = PROVEN
) -> tuple[dict[str, str], dict[str, str]]:
    """Cookies and headers of a fresh session of the actor, for an httpx client on http://testserver."""
    from app.identity.access import cookie_name, csrf_token  # noqa: PLC0415 - only route tests need the edge

    token = world.ids.token()
    async with world.db.transaction() as tx:
        await identity_store.insert_session(
            world, tx, token=token, account_id=actor.account_id, at=world.clock.now(), is_demo=False, proof=proof
        )
    return {cookie_name(world): token}, {"X-CSRF-Token": csrf_token(token), "Origin": "http://testserver"}


__all__ = [
    "PROVEN",
    "START",
    "HandClock",
    "MemoryMail",
    "TestWorld",
    "make_actor",
    "make_world",
    "replace",
    "sign_in",
]
