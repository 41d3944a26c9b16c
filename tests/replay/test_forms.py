"""The forms of the journal against naive references: canonical JSON, Merkle trees, lines there and back."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.domain import bundling
from app.domain.bundling import BadBundleError, CheckpointLine, fold_leaves, parse_checkpoint_line
from app.domain.checkpointing import Head, HeadList, LeafTree, Statement, decide_growth, moved_heads, root_of
from app.domain.entries import LARGEST_INTEGER, canonical_bytes, entry_hash, merkle_root

# Names in entries are ASCII; texts are whatever people write.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(codec="ascii"), max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
objects = st.dictionaries(names, values, max_size=6)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(objects)
def test_canonical_bytes_are_those_of_rfc_8785(value: dict[str, Any]) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_merkle_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == naive_root(leaves)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 10**6), st.binary(min_size=1, max_size=4)), max_size=60))
def test_the_kept_tree_has_the_root_of_a_fresh_one(steps: list[tuple[bool, int, bytes]]) -> None:
    tree, data = LeafTree(), list[bytes]()
    for is_new, at, leaf in steps:
        hashed = hashlib.sha256(b"\x00" + leaf).digest()
        if is_new or not data:
            place = at % (len(data) + 1)
            data.insert(place, leaf)
            tree.insert(place, hashed)
        else:
            place = at % len(data)
            data[place] = leaf
            tree.replace(place, hashed)
        if at % 3 == 0:
            assert tree.root() == naive_root(data)
    assert tree.root() == naive_root(data)


chains = st.sampled_from([f"{kind}:{number:02d}" for kind in ("lot", "tender", "supplier") for number in range(6)])


@given(st.lists(st.dictionaries(chains, st.tuples(st.integers(1, 5), hashes), max_size=6), max_size=8))
def test_folded_heads_give_the_root_that_was_signed(moves: list[dict[str, tuple[int, str]]]) -> None:
    """The exporter's places, applied by the verifier, rebuild the signer's tree, in whatever order chains appear."""
    now: dict[str, Head] = {}
    folded, tree = HeadList(), LeafTree()
    for number, move in enumerate(moves, start=1):
        before = sorted(now.values(), key=lambda head: head.chain)
        for chain, (growth, told) in move.items():
            seq = growth + (now[chain].seq if chain in now else 0)
            now[chain] = Head(chain, seq, told)
        after = sorted(now.values(), key=lambda head: head.chain)
        assert decide_growth(before, after) is None
        added, replaced = folded.fold(moved_heads(before, after))
        statement = Statement(number, number, "minute", len(after), 0, root_of(after), "0" * 64, "k")
        line = CheckpointLine(statement, b"s", added, [(place, head.leaf()) for place, head in replaced])
        fold_leaves(tree, parse_checkpoint_line(line.encode()))
        assert tree.root().hex() == root_of(after)
        assert folded.heads() == after


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        ([Head("a", 2, "h")], [], "gone"),
        ([Head("a", 2, "h")], [Head("a", 1, "g")], "shrank"),
        ([Head("a", 2, "h")], [Head("a", 2, "g")], "not the one"),
    ],
)
def test_a_shrink_or_a_fork_is_no_growth(before: list[Head], now: list[Head], word: str) -> None:
    assert word in (decide_growth(before, now) or "")


@given(objects, st.binary(min_size=32, max_size=32))
def test_a_line_comes_back_as_it_was(value: dict[str, Any], salt: bytes) -> None:
    body = canonical_bytes(value)
    line = bundling.journal_line(body, entry_hash(salt, body), salt)
    assert bundling.split_line(line) == (body, entry_hash(salt, body), salt)
    assert orjson.loads(line) == {"body": value, "hash": entry_hash(salt, body), "salt": salt.hex()}


@given(st.binary(max_size=300))
def test_no_other_line_is_taken(line: bytes) -> None:
    with pytest.raises(BadBundleError):
        bundling.split_line(line)
    with pytest.raises(BadBundleError):
        parse_checkpoint_line(line)
    with pytest.raises(BadBundleError):
        bundling.parse_manifest(line)


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_known_by_any_of_its_names(key: bytes) -> None:
    told = bundling.fingerprint(key)
    pairs = " ".join(told[at : at + 4] for at in range(0, 64, 4)).upper()
    colons = ":".join(told[at : at + 2] for at in range(0, 64, 2))
    assert all(bundling.is_same_key(key, name) for name in (told, pairs, colons, key.hex(), bundling.spoken(told)))
    other = bytes([key[0] ^ 1, *key[1:]])
    assert not bundling.is_same_key(other, told)
    assert not bundling.is_same_key(key, "")
    assert not bundling.is_same_key(key, told[:16])


def test_the_words_of_a_fingerprint_are_proquints() -> None:
    # 127.0.0.1 and 63.84.220.193 are the examples of the proquint paper.
    assert bundling.spoken("7f000001" + "3f54dcc1" + "00" * 24).startswith("lusab-babad-gutih-tugad-")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    assert bundling.guard_cell(text) == "'" + text
