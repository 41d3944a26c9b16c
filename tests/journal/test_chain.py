"""The journal: numbers without gaps, hashes that bind, rows that refuse to change."""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from app.domain.entries import (
    GENESIS,
    NotCanonical,
    canonical_bytes,
    entry_from,
    entry_hash,
    is_included,
    is_link,
    leaf_hash,
    merkle_path,
    merkle_root,
    node_hash,
    parse_body,
)
from app.domain.kinds import Kind
from app.journal.store import NewEntry, append, append_batch, list_entries, list_heads, stream_chain
from tests.worlds import TestWorld

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcXYZ_09", max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcXYZ_09", max_size=6), values, max_size=6))
def test_canonical_bytes_are_those_of_rfc_8785(value: dict[str, object]) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # the reference's own recursive type
    assert parse_body(canonical_bytes(value)) == value


NOTHING_CANONICAL = (
    *(
        1.5,
        float("nan"),
        2**53,
        -(2**53),
        2**70,
        "\ud800",
        b"x",
        HTTPStatus.OK,
        UUID(int=1),
        datetime(2026, 1, 1, tzinfo=UTC),
    ),
    *({1: "x"}, {"é": "x"}, {"z": [{"\U0001f600": 1}]}, {"\uffff": 1, "a": "é"}, {1, 2}),
)


@pytest.mark.parametrize("value", [*({"a": ["é", item]} for item in NOTHING_CANONICAL), {"é": "x"}, {"a": 1.0}])
def test_what_has_no_canonical_form_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(value)


@pytest.mark.parametrize("body", [b'{"b":1,"a":2}', b'{ "a":1}', b'{"a":1,"a":1}', b"[1]", b'{"a":1.0}', b"", b"{"])
def test_other_spellings_of_the_same_json_are_not_canonical(body: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_body(body)


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, written as the text says it."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_every_inclusion_proof_checks_and_no_other_does(leaves: list[bytes], data: st.DataObject) -> None:
    root = merkle_root(leaves)
    assert root == naive_root(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle_path(leaves, index)
    assert is_included(leaves[index], index, len(leaves), path, root)
    assert not is_included(leaves[index] + b"x", index, len(leaves), path, root)
    assert not is_included(leaves[index], index, len(leaves), [*path, root], root)
    assert not is_included(leaves[index], len(leaves), len(leaves), path, root)


async def test_entries_are_numbered_linked_and_salted(house: TestWorld) -> None:
    for number in range(3):
        async with house.world.db.transaction() as tx:
            await append(house.world, tx, NewEntry("tender:x", Kind.TENDER_EDITED, {"n": number}, actor_ref="me"))
        house.clock.wind(seconds=-5)
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="tender:x")
        assert [entry async for entry in stream_chain(tx, "tender:x")] == entries
        assert await list_heads(tx) == [("tender:x", 3, entries[-1].hash)]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert entries[0].prev == GENESIS
    assert is_link(None, entries[0])
    assert is_link(entries[0], entries[1])
    assert not is_link(entries[0], entries[2])
    assert entries[0].at <= entries[1].at <= entries[2].at
    assert len({entry.salt for entry in entries}) == 3
    for entry in entries:
        assert entry.hash == entry_hash(entry.salt, entry.body)
        assert entry_from(entry.body, entry.salt, entry.hash) == entry


async def test_five_hundred_parallel_writes_leave_no_gap(house: TestWorld) -> None:
    async def write(number: int) -> None:
        async with house.world.db.transaction() as tx:
            await append(house.world, tx, NewEntry("system", Kind.SESSION_STARTED, {"n": number}))

    for start in range(0, 200, 8):
        await asyncio.gather(*(write(start + step) for step in range(8)))
    async with house.world.db.snapshot() as tx:
        entries = await list_entries(tx, chain="system", limit=1000)
    assert [entry.seq for entry in entries] == list(range(1, 201))
    assert all(is_link(before, after) for before, after in zip([None, *entries], entries, strict=False))


async def test_a_rolled_back_act_leaves_no_entry(house: TestWorld) -> None:
    async def fail() -> None:
        async with house.world.db.transaction() as tx:
            await append(house.world, tx, NewEntry("system", Kind.SESSION_STARTED))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with house.world.db.transaction() as tx:
        made = await append(house.world, tx, NewEntry("system", Kind.SESSION_STARTED))
    assert made.seq == 1


async def test_a_batch_belongs_to_one_chain(house: TestWorld) -> None:
    async with house.world.db.transaction() as tx:
        batch = [NewEntry("lot:a", Kind.BID_ACCEPTED, {"n": number}) for number in range(50)]
        made = await tx.run_sync(append_batch, house.world, batch)
        assert [entry.seq for entry in made] == list(range(1, 51))
        with pytest.raises(ValueError, match="one chain"):
            await tx.run_sync(append_batch, house.world, [*batch, NewEntry("lot:b", Kind.BID_ACCEPTED)])


@pytest.mark.parametrize(
    "sql", ["UPDATE entry SET body = 'x'", "DELETE FROM entry", "UPDATE entry SET seq = 9 WHERE seq = 1"]
)
async def test_the_table_refuses_update_and_delete(house: TestWorld, sql: str) -> None:
    async with house.world.db.transaction() as tx:
        await append(house.world, tx, NewEntry("system", Kind.SESSION_STARTED))
    with pytest.raises(DBAPIError, match="append-only"):
        async with house.world.db.transaction() as tx:
            await tx.exec_driver_sql(sql)
    async with house.world.db.snapshot() as tx:
        assert len(await list_entries(tx, chain="system")) == 1
