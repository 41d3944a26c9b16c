"""Cosignatures in a bundle: what a witness's own key adds to the journal's (JOURNAL.md sections 3 and 4; G04)."""

from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.verify import main
from app.audit.verifying import NO_OUTSIDE_EVIDENCE, Outside, verify
from app.domain import bundling
from app.domain.bundling import parse_checkpoint_line
from app.domain.checkpointing import Statement
from app.domain.cosigning import Cosignature, cosignature_for
from app.domain.entries import canonical_bytes
from app.domain.reporting import Outcome, Report
from tests.replay.conftest import Story
from tests.replay.tampering import read_files, read_lines, rechain, remake_manifest, resign_all, write_files

WITNESS = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
PUBLIC = WITNESS.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
Files = dict[str, bytes]


def cosigned(statement: Statement, key: Ed25519PrivateKey = WITNESS, seen_at_ms: int | None = None) -> bytes:
    """A witness's line on a checkpoint."""
    public = key.public_key().public_bytes_raw()
    core = cosignature_for(statement, public, statement.at_ms + 900 if seen_at_ms is None else seen_at_ms)
    told = Cosignature(core.witness, core.journal, core.n, core.digest, core.seen_at_ms, key.sign(core.message()))
    return canonical_bytes(told.as_json())


def statements(files: Files) -> list[Statement]:
    """The checkpoints of a bundle."""
    return [parse_checkpoint_line(line).statement for line in files[bundling.CHECKPOINTS].splitlines()]


def lay(files: Files, lines: Sequence[bytes], story: Story) -> None:
    """Cosignatures into a bundle, which the journal's key signs anew."""
    files[bundling.COSIGNATURES] = b"".join(line + b"\n" for line in lines)
    remake_manifest(files, story.made.world.keys.sign)


@pytest.fixture
def files(story: Story) -> Files:
    """A bundle whose every checkpoint was cosigned."""
    read = read_files(story.bundle)
    lay(read, [cosigned(each) for each in statements(read)], story)
    return read


def check(story: Story, files: Files, tmp_path: Path, *keys: bytes) -> Report:
    path = write_files(files, tmp_path / "bundle.zip")
    return verify(path, story.fingerprint, outside=Outside(witness_keys=keys))


def test_what_a_witness_says_is_counted(story: Story, files: Files, tmp_path: Path) -> None:
    report = check(story, files, tmp_path, PUBLIC)
    assert report.outcome is Outcome.CLEAN, report.sentence
    count = len(statements(files))
    assert any(f"cosigned {count} of its checkpoints" in note for note in report.notes)
    assert NO_OUTSIDE_EVIDENCE not in report.notes
    # Whose key nobody brought proves nothing, and one that was brought in vain is named.
    for keys, word in (((), "give the key with --witness-key"), ((b"o" * 32,), "cosigned none of its checkpoints")):
        report = check(story, files, tmp_path, *keys)
        assert report.outcome is Outcome.CLEAN
        assert NO_OUTSIDE_EVIDENCE in report.notes
        assert any(word in note for note in report.notes)


def test_the_command_takes_the_key(story: Story, files: Files, tmp_path: Path) -> None:
    path = str(write_files(files, tmp_path / "bundle.zip"))
    (tmp_path / "key.json").write_text(f'{{"public_key": "{PUBLIC.hex()}"}}')
    for given in (PUBLIC.hex(), str(tmp_path / "key.json")):
        assert main([path, "--key", story.fingerprint, "--witness-key", given, "--quiet"]) == 0
    for given in ("", "abc", bundling.fingerprint(PUBLIC)[:-1], bundling.spoken(bundling.fingerprint(PUBLIC))):
        assert main([path, "--key", story.fingerprint, "--witness-key", given, "--quiet"]) == 2


def test_a_past_that_is_signed_again_is_caught_by_the_cosignatures(story: Story, files: Files, tmp_path: Path) -> None:
    """Re-chained and re-signed with the journal's own key: the witness's words stand for another history."""
    lines = read_lines(files)
    lines[3].body["actor_ref"] = "f" * 32
    rechain(lines)
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
    resign_all(files, story.made.world.keys.sign, is_extended=False)
    remake_manifest(files, story.made.world.keys.sign)
    report = check(story, files, tmp_path, PUBLIC)
    assert report.outcome is Outcome.TAMPERED
    assert any("cosigned another checkpoint" in finding.text for finding in report.findings)
    # Without them the bundle is what the keyholder says, and the report says that nothing speaks against him.
    del files[bundling.COSIGNATURES]
    remake_manifest(files, story.made.world.keys.sign)
    report = check(story, files, tmp_path, PUBLIC)
    assert NO_OUTSIDE_EVIDENCE in report.notes
    assert any("cosigned none" in note for note in report.notes)


def _forged(each: Statement, line: bytes) -> bytes:
    return orjson.dumps({**orjson.loads(line), "sig": orjson.loads(cosigned(each, OTHER))["sig"]})


def _later(_each: Statement, line: bytes) -> bytes:
    value = orjson.loads(line)
    return canonical_bytes({**value, "seen_at": value["seen_at"] + 1})


def _other_number(each: Statement, line: bytes) -> bytes:
    return canonical_bytes({**orjson.loads(line), "n": each.n + 1})


def _no_digest(_each: Statement, line: bytes) -> bytes:
    return canonical_bytes({**orjson.loads(line), "digest": "0" * 64})


def _cut(_each: Statement, line: bytes) -> bytes:
    return line[:-1]


@pytest.mark.parametrize("change", [_forged, _later, _other_number, _no_digest, _cut])
@pytest.mark.parametrize("place", [0, -1])
def test_a_changed_cosignature_is_found(
    story: Story, files: Files, tmp_path: Path, change: Callable[[Statement, bytes], bytes], place: int
) -> None:
    told = statements(files)
    lines = [cosigned(each) for each in told]
    lines[place] = change(told[place], lines[place])
    lay(files, lines, story)
    report = check(story, files, tmp_path, PUBLIC)
    assert report.outcome is Outcome.TAMPERED
    assert any(finding.file == bundling.COSIGNATURES for finding in report.findings)


def test_out_of_order_twice_or_of_what_is_not_there(story: Story, files: Files, tmp_path: Path) -> None:
    told = statements(files)
    lines = [cosigned(each) for each in told]
    lay(files, lines[::-1], story)
    assert check(story, files, tmp_path, PUBLIC).outcome is Outcome.TAMPERED
    last = told[-1]
    beyond = Statement(last.n + 1, last.at_ms, "minute", last.chains, last.entries, last.root, "0" * 64, last.key_id)
    lay(files, [*lines, cosigned(beyond)], story)
    assert check(story, files, tmp_path, PUBLIC).outcome is Outcome.TAMPERED
    # Two witnesses say of each what they saw; some of one are missing: nobody must cosign everything.
    both = [line for each in told for line in (cosigned(each), cosigned(each, OTHER))]
    lay(files, both[1:], story)
    report = check(story, files, tmp_path, PUBLIC, OTHER.public_key().public_bytes_raw())
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert sum("of its checkpoints, the newest is" in note for note in report.notes) == 2


def test_the_memory_of_a_witness_is_what_verify_takes(story: Story, files: Files, tmp_path: Path) -> None:
    """`cosigned.jsonl` of its folder, as it stands."""
    path = write_files(files, tmp_path / "bundle.zip")
    lines = []
    for raw in files[bundling.CHECKPOINTS].splitlines():
        line = parse_checkpoint_line(raw)
        value = {"statement": line.statement.as_json(), "sig": line.signature.hex()}
        lines.append(canonical_bytes(value | {"cosignature": orjson.loads(cosigned(line.statement))}) + b"\n")
    (tmp_path / "cosigned.jsonl").write_bytes(b"".join(lines))
    command = [str(path), "--key", story.fingerprint, "--witness", str(tmp_path / "cosigned.jsonl"), "--quiet"]
    assert main(command) == 0
    (tmp_path / "cosigned.jsonl").write_bytes(b"".join(lines).replace(b'"chains":', b'"chains":1', 1))
    assert main(command) == 1
