"""Somebody writes a unique word into every field of every request there is, and somebody else looks for it everywhere.

Bodies are made from the OpenAPI document, so a new route is tried the day it is written.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text

from app.infra.outbox import deliver_waiting
from app.infra.world import World
from tests.access.canaries import Aviary, Canary, unpacked
from tests.access.crawl import ABSENT, POOLS, addresses, parameters_of
from tests.letters import text_of
from tests.worlds import MemoryMail

_POOLS = POOLS | {"question_id": "SELECT id FROM question", "notice_id": "SELECT id FROM notice"}
# For fields that take no word.
_SAMPLES = ("1", "1.00", "A", "T1", ABSENT, "0" * 64, "12345678", "+8613800138000")
# Letters alone: nothing for the contact filter, nothing by chance in an answer. All words begin alike, so that one look
# finds every one of them, and what is encoded by its beginning.
_HEAD = "zqxwvkjzqxw"
_WORD = re.compile(_HEAD.encode() + rb"[a-z]{3}")
_ENCODED = Aviary([Canary("word", "", _HEAD)])
_LETTERS = "bdfgjkmpqvwxyz"
_ENDING = frozenset({"/api/session", "/api/me/totp"})
# Addresses of one route; and so many must have been looked at.
_MOST, _LEAST = 3, 60


def word(number: int) -> str:
    """A unique word of fourteen letters that stands in no text."""
    digits = [number // len(_LETTERS) ** place % len(_LETTERS) for place in range(3)]
    return _HEAD + "".join(_LETTERS[digit] for digit in digits)


@dataclass(slots=True)
class Shout:
    """What was written where, and which of it was taken. `first`: the number of its first word."""

    first: int = 0
    words: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def next(self, where: str) -> str:
        """A word of its own for a field."""
        made = word(self.first + len(self.words))
        self.words[made] = where
        return made


async def fill_pools(world: World) -> dict[str, list[str]]:
    """The ids there are now, by the name of the parameter."""
    async with world.db.snapshot() as tx:
        rows = {name: (await tx.execute(text(query))).all() for name, query in _POOLS.items()}
    return {name: [str(row[0]) for row in found] or [ABSENT] for name, found in rows.items()}


class Shouter:
    """Sends every unsafe request of a document as one person."""

    def __init__(self, document: Mapping[str, Any], pools: Mapping[str, list[str]]) -> None:
        self.document = document
        self.pools = {**pools}

    async def shout(self, client: httpx.AsyncClient, *, first: int = 0) -> Shout:
        """Every route in each of its choices, but those that would sign the sender out."""
        said = Shout(first)
        for path, methods in self.document["paths"].items():
            for method in sorted(set(methods) & {"post", "put", "patch"}):
                if path in _ENDING:
                    continue
                for variant in range(3):
                    await self._say(client, said, method, path, variant)
        return said

    async def _say(self, client: httpx.AsyncClient, said: Shout, method: str, path: str, variant: int) -> None:
        known = {name: self.pools.get(name, [ABSENT]) for name in parameters_of(path)}
        contents = self.document["paths"][path][method].get("requestBody", {}).get("content", {})
        for address in list(addresses(path, known))[:_MOST]:
            where = f"{method.upper()} {path}"
            if "multipart/form-data" in contents:
                schema = contents["multipart/form-data"]["schema"]
                body = {name: str(value) for name, value in self._made(schema, said, where, variant).items()}
                file = (f"{said.next(where + ' file')}.png", said.next(where + " bytes").encode(), "image/png")
                answer = await client.request(method.upper(), address, data=body, files={"file": file})
            else:
                schema = contents.get("application/json", {}).get("schema", {"type": "object"})
                answer = await client.request(method.upper(), address, json=self._made(schema, said, where, variant))
            if answer.is_success:
                said.taken.add(where)

    def _made(self, schema: Mapping[str, Any], said: Shout, where: str, variant: int, name: str = "") -> Any:
        """A value of a schema: the words in its free texts, a choice by the variant."""
        if "$ref" in schema:
            parts = self.document["components"]["schemas"]
            return self._made(parts[schema["$ref"].rsplit("/", 1)[-1]], said, where, variant, name)
        for kind in ("anyOf", "oneOf", "allOf"):
            if kind in schema:
                choices = [one for one in schema[kind] if one.get("type") != "null"]
                return self._made(choices[variant % len(choices)], said, where, variant, name)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][variant % len(schema["enum"])]
        match schema.get("type"):
            case "object":
                parts = schema.get("properties", {})
                return {key: self._made(part, said, f"{where} .{key}", variant, key) for key, part in parts.items()}
            case "array":
                return [self._made(schema.get("items", {}), said, where, variant, name)]
            case "integer" | "number":
                return max(int(schema.get("minimum", 1)), 1 if variant != 2 else 0)
            case "boolean":
                return variant != 1
            case _:
                return self._text(schema, said, where, name)

    def _text(self, schema: Mapping[str, Any], said: Shout, where: str, name: str) -> str:
        pattern, shape = schema.get("pattern"), schema.get("format")
        if name in self.pools or f"{name}_id" in self.pools:
            return self.pools.get(name, self.pools.get(f"{name}_id", [ABSENT]))[0]
        if shape in {"date-time", "date"}:
            return "2027-01-01T00:00:00.000Z" if shape == "date-time" else "2027-01-01"
        made = said.next(where)
        if shape == "email":
            return f"{made}@example.com"
        if pattern is None or re.search(pattern, made):
            return made
        return next((sample for sample in _SAMPLES if re.search(pattern, sample)), made)


def words_in(body: bytes, said: Shout) -> set[str]:
    """Which field's words are in some bytes, packed ones and encoded ones too."""
    hits = {hit.decode() for part in unpacked(body) for hit in _WORD.findall(part)}
    if not hits and _ENCODED.found_in(body):
        return {"something encoded"}
    return {said.words[hit] for hit in hits & set(said.words)}


@dataclass(slots=True)
class Search:
    """Looks for words in everything somebody gets."""

    world: World
    document: Mapping[str, Any]
    mail: MemoryMail

    async def find(self, client: httpx.AsyncClient, said: Shout) -> set[tuple[str, str]]:
        """Which field's word came out of which route."""
        pools, found, asked = await fill_pools(self.world), set[tuple[str, str]](), 0
        for path, methods in self.document["paths"].items():
            if "get" not in methods:
                continue
            known = {name: pools.get(name, [ABSENT]) for name in parameters_of(path)}
            for address in list(addresses(path, known))[:_MOST]:
                answer = await client.get(address)
                asked += 1
                found |= {(what, path) for what in words_in(answer.content, said)}
        assert asked > _LEAST, "too little was looked at"
        return found

    async def find_in_mail(self, said: Shout, address: str) -> set[str]:
        """Which field's word stands in a mail to an address."""
        while await deliver_waiting(self.world):
            pass
        got = [one for one in self.mail.sent if one["To"] == address]
        bodies = [one.as_bytes() + f"{one['Subject']}\n{text_of(one)}".encode() for one in got]
        return {what for body in bodies for what in words_in(body, said)}


def fields_of(found: set[tuple[str, str]]) -> Iterator[str]:
    """The finds as lines to read."""
    yield from sorted(f"{field} -> {path}" for field, path in found)
