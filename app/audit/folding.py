"""Comparing a bundle's journal with the tables of a database: `bidroom verify --database URL` (JOURNAL.md section 4).

Catches what the chain alone cannot: a changed amount in the live-bid table (attacks.md G06), exchanged ciphertexts
(S07), an older revision made the live one (S09), a changed mark (O07), whose journal was left alone. Reads with
statements of its own; of `app` it imports `app.domain` alone, so that no room's code stands between the auditor and
the rows. Technical ciphertexts lie in files, not in tables: of those that were opened the bundle holds a copy.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Select, column, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.audit.process_facts import HouseFacts, ProjectFacts, SupplierFacts
from app.audit.table_facts import LotFacts, Rows, TenderFacts
from app.domain.bundling import ChainScope
from app.domain.chaining import Why
from app.domain.reporting import Finding

PAGE = 2000
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
Facts = LotFacts | TenderFacts | ProjectFacts | SupplierFacts | HouseFacts
# By the kind of chain; the house's own has no subject.
FOLDED: Mapping[str, Callable[[str], Facts]] = {
    "lot": LotFacts,
    "tender": TenderFacts,
    "project": ProjectFacts,
    "supplier": SupplierFacts,
}
SYSTEM = "system"
ENTRY = table("entry", column("chain"), column("seq"), column("body"), column("hash"))


def open_fold(url: str) -> "DatabaseFold":
    """A fold over the database at an address. Raises OSError where it cannot be read."""
    address = make_url(url)
    kind = address.get_backend_name()
    if kind not in DRIVERS:
        raise ConnectionError(f"{kind} is not a database of this service")
    if kind == "sqlite":
        path = Path(address.database or "")
        if not path.is_file():
            raise FileNotFoundError(f"there is no database at {path}")
        # Read-only: the verifier must not even make a journal file beside it.
        address = make_url(f"{DRIVERS[kind]}:///file:{path.absolute()}?mode=ro&uri=true")
    return DatabaseFold(create_async_engine(address.set(drivername=DRIVERS[kind])))


class DatabaseFold:
    """Takes the entries of a bundle chain by chain, and holds the tables against each chain when it has been read."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._runner = asyncio.Runner()
        try:
            self._connection: AsyncConnection = self._run(self._connect())
        except BaseException:
            self._runner.close()
            raise
        self._scopes: dict[str, ChainScope] = {}
        self._scope: ChainScope | None = None
        self._facts: Facts | None = None
        # The database's own entries of the chain being read, a page ahead.
        self._page: list[tuple[int, str, str]] = []

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self._runner.run(work)
        except SQLAlchemyError as error:
            raise ConnectionError(f"the database cannot be read: {type(error).__name__}") from None

    async def _connect(self) -> AsyncConnection:
        connection = await self._engine.connect()
        if self._engine.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        await connection.execute(select(ENTRY.c.seq).limit(1))
        return connection

    def _rows(self, query: Select[Any]) -> list[Any]:
        return list(self._run(self._execute(query)))

    async def _execute(self, query: Select[Any]) -> list[Any]:
        return list((await self._connection.execute(query)).all())

    def begin(self, chains: Sequence[ChainScope]) -> None:
        """The chains of the bundle."""
        self._scopes = {scope.chain: scope for scope in chains}

    def see_entry(self, body: bytes, entry_hash: str) -> list[Finding]:
        """An entry of the bundle: is it the one in the database?"""
        members = orjson.loads(body)
        findings: list[Finding] = []
        if self._scope is None or members["chain"] != self._scope.chain:
            findings = self._leave()
            self._enter(members["chain"])
        seq = members["seq"]
        if not self._page:
            self._page = self._next_page(members["chain"], seq)
        held = self._page.pop() if self._page else None
        if held != (seq, body.decode(), entry_hash):
            text = (
                "the database's journal lacks it" if held is None else "the database's journal has another entry here"
            )
            findings.append(Finding(Why.TABLE, text, chain=members["chain"], seq=seq))
            self._page = []
        if self._facts is not None:
            self._facts.take(members, entry_hash)
        return findings

    def _next_page(self, chain: str, seq: int) -> list[tuple[int, str, str]]:
        query = select(ENTRY.c.seq, ENTRY.c.body, ENTRY.c.hash).where(ENTRY.c.chain == chain, ENTRY.c.seq >= seq)
        rows = self._rows(query.order_by(ENTRY.c.seq).limit(PAGE))
        return [(row.seq, row.body, row.hash) for row in reversed(rows)]

    def _enter(self, chain: str) -> None:
        self._scope, self._page, self._facts = self._scopes.get(chain), [], None
        kind, _, subject = chain.partition(":")
        if kind == SYSTEM:
            self._facts = HouseFacts()
        elif kind in FOLDED:
            self._facts = FOLDED[kind](subject)

    def _leave(self) -> list[Finding]:
        """Hold the tables against the chain read last, unless it has gone on since, or is given in part."""
        scope, facts = self._scope, self._facts
        if scope is None or facts is None or scope.is_partial:
            return []
        newer = select(ENTRY.c.seq).where(ENTRY.c.chain == scope.chain, ENTRY.c.seq > scope.seq).limit(1)
        if self._rows(newer):
            return []
        rows: Rows = self._rows
        return [Finding(Why.TABLE, text, chain=scope.chain, seq=seq) for seq, text in facts.differences(rows)]

    def finish(self) -> list[Finding]:
        """What the last chain's tables say."""
        return self._leave()

    def close(self) -> None:
        """Let go of the database."""
        self._run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        await self._connection.close()
        await self._engine.dispose()
