"""Inclusion proofs (attacks.md G15): every place of every tree of 1 to 129 leaves; no other index, size or sibling."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.audit.including import check_inclusion, make_inclusion
from app.cli import cli
from app.domain.checkpointing import FIRST_PREV, Head, LeafTree, Statement, root_of
from app.domain.entries import canonical_bytes, is_included, merkle_path, merkle_root
from app.domain.inclusion import BadInclusionError, Inclusion, inclusion_fault, inclusion_from
from app.domain.sealing.receipt import key_id_of
from app.infra.keys import make_keys
from tests.replay.conftest import Story
from tests.replay.script import T

KEYS = make_keys()
MOST = 129


@cache
def heads(count: int) -> list[Head]:
    return [Head(f"lot:{number:03d}", number + 1, f"{number:064x}") for number in range(count)]


def proof_of(count: int, index: int) -> Inclusion:
    tree = LeafTree()
    for place, head in enumerate(heads(count)):
        tree.insert(place, head.leaf())
    told = Statement(1, 1000, "minute", count, count, root_of(heads(count)), FIRST_PREV, KEYS.key_id)
    sig = KEYS.sign(told.message())
    return Inclusion(KEYS.public_key, told, sig, heads(count)[index], index, tree.path(index))


@pytest.mark.parametrize("count", range(1, MOST + 1))
def test_every_place_of_every_size(count: int) -> None:
    tree = LeafTree()
    data = [canonical_bytes([head.chain, head.seq, head.hash]) for head in heads(count)]
    for place, head in enumerate(heads(count)):
        tree.insert(place, head.leaf())
    root = tree.root()
    assert root == merkle_root(data)
    for index in range(count):
        path = tree.path(index)
        assert is_included(data[index], index, count, path, root)
        # Another place, another size, a sibling more, fewer, changed or exchanged.
        assert not is_included(data[index], (index + 1) % (count + 1), count, path, root)
        assert not is_included(data[index], index, count, [*path, root], root)
        if path:
            assert not is_included(data[index], index, count, path[:-1], root)
            assert not is_included(data[index], index, count, [bytes(32), *path[1:]], root)
            assert not is_included(data[index - 1], index, count, path, root)
        if len(path) > 1:
            assert not is_included(data[index], index, count, path[::-1], root)
    for index in {0, count // 2, count - 1}:
        assert tree.path(index) == merkle_path(data, index)
    with pytest.raises(IndexError):
        tree.path(count)


@pytest.mark.parametrize("count", [1, 2, 3, 64, 65, 129])
def test_the_file_of_a_proof_and_what_is_refused(count: int) -> None:
    made = proof_of(count, count // 2)
    assert inclusion_from(json.loads(canonical_bytes(made.as_json()))) == made
    assert inclusion_fault(made) is None
    told = made.statement
    other = replace(made.head, seq=made.head.seq + 1)
    wrong = [
        replace(made, index=made.index + 1),
        replace(made, index=-1),
        # Signed sizes are bound by the signature; a size signed anew is another checkpoint.
        replace(made, statement=replace(told, chains=told.chains + 1)),
        replace(made, statement=replace(told, root="0" * 64)),
        replace(made, signature=bytes(64)),
        replace(made, public_key=make_keys().public_key),
        replace(made, head=other),
        replace(made, path=[*made.path, bytes(32)]),
        replace(made, entry=(b"{}", bytes(32))),
    ]
    if made.path:
        wrong += [replace(made, path=made.path[1:]), replace(made, path=[bytes(32), *made.path[1:]])]
    assert all(inclusion_fault(one) is not None for one in wrong)


def test_a_size_that_does_not_fit_the_path() -> None:
    """Signed by the journal's own key, and still no proof: 129 leaves have other paths than 128."""
    for count, size in ((128, 129), (129, 128), (3, 4), (65, 64)):
        made = proof_of(count, count - 1)
        told = replace(made.statement, chains=size)
        assert inclusion_fault(replace(made, statement=told, signature=KEYS.sign(told.message()))) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"kind": "x"}, {"index": "0"}, {"index": True}, {"path": ["00"]}, {"head": ["a", 1]}, {"more": 1},
        {"sig": "zz"}, {"statement": {}}, {"key": None}, {"path": None}, {"entry": {"body": 1, "salt": ""}},
        {"head": ["a", "1", "b"]},
    ],
)  # fmt: skip
def test_a_file_that_is_none(change: dict[str, object]) -> None:
    with pytest.raises(BadInclusionError):
        inclusion_from({**proof_of(3, 1).as_json(), **change})
    with pytest.raises(BadInclusionError):
        inclusion_from([])


def test_made_of_a_bundle_and_checked_without_it(story: Story, tmp_path: Path) -> None:
    run = CliRunner().invoke
    chain = T
    done = run(cli, ["inclusion", "make", str(story.bundle), "--chain", chain])
    assert done.exit_code == 0, done.output
    path = tmp_path / "proof.json"
    path.write_text(done.output)
    for key, code in ((story.fingerprint, 0), ("0" * 64, 1)):
        assert run(cli, ["inclusion", "verify", str(path), "--key", key]).exit_code == code
    proof = inclusion_from(json.loads(done.output))
    assert proof.entry is not None
    assert key_id_of(proof.public_key) == proof.statement.key_id
    path.write_text(done.output.replace('"sig":', '"sig": '))
    assert check_inclusion(path, story.fingerprint)[0] == 2
    first = make_inclusion(story.bundle, chain, proof.statement.n)
    assert first == proof
    for options in (["--chain", "lot:absent"], ["--chain", chain, "--checkpoint", "999"]):
        assert run(cli, ["inclusion", "make", str(story.bundle), *options]).exit_code == 2
