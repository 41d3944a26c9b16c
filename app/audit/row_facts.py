"""Rows as their entries tell them, held against the tables column by column (part of `folding.py`).

A table is described once: what names a row of it, which column ties it to the chain or to a told row, and how a value
is stored. Of `app` it imports `app.domain` alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from sqlalchemy import Select, TableClause, column, select, table

from app.domain.entries import NotCanonical, digest_of

Rows = Callable[[Select[Any]], Sequence[Any]]
Difference = tuple[int | None, str]
# Money and quantities lie in the database as whole ten-thousandths.
UNITS = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """How a table is held against what was told. `parent`: the table whose told rows this one's rows hang on; without
    one, `scope` holds the chain's own subject. `ignored` says which rows no entry tells, on purpose."""

    name: str
    word: str
    scope: str
    columns: tuple[str, ...]
    key: Callable[[Any], str]
    parent: str = ""
    # Every row of the table is the chain's.
    is_whole: bool = False
    amounts: frozenset[str] = frozenset()
    json: frozenset[str] = frozenset()
    ignored: Callable[[Any], bool] = lambda _row: False
    # Under which name an entry told of a row that had none yet.
    also: Callable[[Any], str] | None = None

    @property
    def table(self) -> TableClause:
        """The columns this fold reads."""
        return table(self.name, *map(column, dict.fromkeys((*self.columns, self.scope))))


@dataclass(slots=True)
class RowFacts:
    """What the entries of one chain make some tables hold."""

    subject: str
    kept: Mapping[str, Kept]
    # table → key → (the last entry that told of the row, column → value or the values it may have)
    _told: dict[str, dict[str, tuple[int, dict[str, Any]]]] = field(default_factory=dict)

    def tell(self, name: str, key: str, seq: int, **values: Any) -> None:
        """An entry says what columns of a row hold from now on."""
        rows = self._told.setdefault(name, {})
        known = rows.get(key, (seq, {}))[1]
        rows[key] = (seq, {**known, **values})

    def told(self, name: str, key: str) -> dict[str, Any] | None:
        """What was told of a row so far."""
        found = self._told.get(name, {}).get(key)
        return None if found is None else found[1]

    def keys(self, name: str) -> list[str]:
        """The rows of a table that were told."""
        return list(self._told.get(name, {}))

    def forget(self, name: str, key: str) -> None:
        """An entry takes a row away."""
        self._told.get(name, {}).pop(key, None)

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise."""
        for kept in self.kept.values():
            told = dict(self._told.get(kept.name, {}))
            for row in self._rows(rows, kept):
                found = told.pop(kept.key(row), None)
                if found is None and kept.also is not None:
                    found = told.pop(kept.also(row), None)
                if found is None:
                    if not kept.ignored(row):
                        yield None, f"the table has {kept.word} that no entry tells"
                elif (name := _differs(row, found[1], kept)) is not None:
                    yield found[0], f"{kept.word} differs in the table: {name}"
            for seq, _values in told.values():
                yield seq, f"the table lacks {kept.word}"

    def read(self, rows: Rows, name: str) -> Sequence[Any]:
        """The rows of a table that belong to the chain."""
        return self._rows(rows, self.kept[name])

    def _rows(self, rows: Rows, kept: Kept) -> Sequence[Any]:
        read = kept.table
        scope = read.c[kept.scope]
        if kept.is_whole:
            return rows(select(read))
        if not kept.parent:
            return rows(select(read).where(scope == self.subject))
        parents = self.keys(kept.parent)
        return rows(select(read).where(scope.in_(parents))) if parents else []


@dataclass(frozen=True, slots=True)
class Digest:
    """A column of which the entry has the digest alone."""

    hash: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column that an entry leaves in one of some states."""

    values: frozenset[str]


def _differs(row: Any, told: Mapping[str, Any], kept: Kept) -> str | None:
    """The first column of a row that is not as told, or None."""
    held = row._mapping  # noqa: SLF001 - sqlalchemy's own public name for a row by column
    for name, should in told.items():
        value = held[name]
        if name in kept.json:
            value = _json(value)
        if isinstance(should, Digest):
            fits = _digest(value) == should.hash
        elif isinstance(should, OneOf):
            fits = value in should.values
        elif name in kept.amounts:
            fits = value == _stored(should)
        else:
            fits = _plain(value) == _plain(should)
        if not fits:
            return name
    return None


def _plain(value: Any) -> Any:
    """A value as both engines and the journal have it: a truth as a number, a day as its text."""
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _stored(text: Any) -> int | None:
    """A told amount as the database has it."""
    try:
        return None if text is None else int(Decimal(str(text)).scaleb(UNITS))
    except (InvalidOperation, ValueError):
        return None


def _json(text: Any) -> Any:
    try:
        return orjson.loads(text) if isinstance(text, str | bytes) else text
    except orjson.JSONDecodeError:
        return None


def _digest(value: Any) -> str | None:
    try:
        return digest_of(value)
    except NotCanonical:
        return None
