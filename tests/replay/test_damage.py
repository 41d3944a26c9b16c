"""Flipped bytes, cut files, garbage and hostile content: found or refused with a sentence, never a crash."""

import random
import zipfile
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.verify import main
from app.audit.verifying import verify
from app.domain import bundling
from app.domain.reporting import Outcome
from tests.replay.conftest import Story
from tests.replay.tampering import read_files, write_files

SEED = 20261121
# The directory at a zip's end: every byte of it is tried.
DIRECTORY = 900


def flips(size: int) -> list[int]:
    """Places all over the file, and every third of its directory."""
    chosen = random.Random(SEED).sample(range(size - DIRECTORY), 150)
    return [*range(0, 60, 3), *chosen, *range(size - DIRECTORY, size, 3)]


def test_a_flipped_byte_is_found_wherever_it_is(story: Story, tmp_path: Path) -> None:
    content = story.bundle.read_bytes()
    path = tmp_path / "flipped.zip"
    for place in flips(len(content)):
        bit = 1 << place % 8
        path.write_bytes(content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :])
        report = verify(path, story.fingerprint)
        assert report.outcome is Outcome.TAMPERED, f"byte {place} of {len(content)}, bit {bit}: {report.sentence}"
        assert report.sentence


def test_a_flipped_byte_in_an_entry_names_the_entry(story: Story, tmp_path: Path) -> None:
    content = bytearray(story.bundle.read_bytes())
    place = content.index(b'"291.00"') + 1
    content[place] ^= 1
    path = tmp_path / "flipped.zip"
    path.write_bytes(content)
    finding = verify(path, story.fingerprint).findings[0]
    assert (finding.chain, finding.seq) == (f"lot:{'b1' * 16}", 4)


def test_a_cut_file_is_found_wherever_it_is_cut(story: Story, tmp_path: Path) -> None:
    content = story.bundle.read_bytes()
    path = tmp_path / "cut.zip"
    for size in [*range(0, 200, 7), *range(200, len(content), len(content) // 60), len(content) - 1]:
        path.write_bytes(content[:size])
        report = verify(path, story.fingerprint)
        assert report.outcome is not Outcome.CLEAN
        assert report.sentence.startswith(("Tampered or damaged: ", "Cannot check: "))
    # A tail hung on is no better.
    path.write_bytes(content + b"x")
    assert verify(path, story.fingerprint).outcome is Outcome.TAMPERED


@pytest.mark.parametrize("content", [b"", b"PK", b"hello", b"\x00" * 5000, b"PK\x05\x06" + b"\x00" * 18])
def test_garbage_cannot_be_checked(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "garbage.zip"
    path.write_bytes(content)
    assert main([str(path)]) == 2
    assert capsys.readouterr().out.startswith("Cannot check: ")


def test_what_is_not_there_cannot_be_checked(tmp_path: Path) -> None:
    assert main([str(tmp_path / "absent.zip")]) == 2
    assert main([str(tmp_path)]) == 2


def test_another_zip_cannot_be_checked(tmp_path: Path) -> None:
    assert verify(write_files({"a.txt": b"hello"}, tmp_path / "other.zip")).outcome is Outcome.UNCHECKED


@pytest.mark.parametrize(
    "name", [bundling.JOURNAL, bundling.CHECKPOINTS, bundling.KEY, bundling.SIGNATURE, bundling.TABLE]
)
def test_a_missing_file_is_found(story: Story, tmp_path: Path, name: str) -> None:
    files = read_files(story.bundle)
    del files[name]
    assert verify(write_files(files, tmp_path / "x.zip"), story.fingerprint).outcome is Outcome.TAMPERED


@pytest.mark.parametrize("name", [bundling.TABLE, bundling.INTRO, f"tenders/{'a1' * 16}.json"])
def test_an_edited_side_file_is_found(story: Story, tmp_path: Path, name: str) -> None:
    files = read_files(story.bundle)
    files[name] = files[name].replace(b"e", b"a", 1)
    report = verify(write_files(files, tmp_path / "x.zip"), story.fingerprint)
    assert report.outcome is Outcome.TAMPERED
    assert name in {finding.file for finding in report.findings}


def test_a_file_too_many_is_found(story: Story, tmp_path: Path) -> None:
    files = {**read_files(story.bundle), "tenders/extra.json": b"{}"}
    assert verify(write_files(files, tmp_path / "x.zip"), story.fingerprint).outcome is Outcome.TAMPERED


def test_a_name_twice_is_found(story: Story, tmp_path: Path) -> None:
    path = write_files(read_files(story.bundle), tmp_path / "x.zip")
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(bundling.TABLE, b"")
    assert verify(path, story.fingerprint).outcome is Outcome.TAMPERED


def test_a_bundle_packed_again_by_hand_is_clean(story: Story, tmp_path: Path) -> None:
    report = verify(write_files(read_files(story.bundle), tmp_path / "x.zip"), story.fingerprint)
    assert report.outcome is Outcome.CLEAN
    assert any("packed again" in note for note in report.notes)


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"v":1}',
    b"[" * 100_000,
    b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    b"\xff\xfe\x00",
    b'{"v":1,"v":1}',
    b"1e999",
    "\u202e\x1b[31m".encode(),
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "name", [bundling.MANIFEST, bundling.SIGNATURE, bundling.KEY, bundling.CHECKPOINTS, bundling.JOURNAL]
)
def test_hostile_files_do_not_crash_it(story: Story, tmp_path: Path, name: str, content: bytes) -> None:
    files = {**read_files(story.bundle), name: content}
    report = verify(write_files(files, tmp_path / "x.zip"), story.fingerprint)
    assert report.outcome is not Outcome.CLEAN
    assert report.sentence


def test_hostile_entries_do_not_crash_it(story: Story, tmp_path: Path) -> None:
    """Lines whose form is right and whose body is not."""
    tail = b',"hash":"' + b"0" * 64 + b'","salt":"' + b"0" * 64 + b'"}'
    for content in HOSTILE:
        files = read_files(story.bundle)
        files[bundling.JOURNAL] = b'{"body":' + content + tail + b"\n" + files[bundling.JOURNAL]
        report = verify(write_files(files, tmp_path / "x.zip"), story.fingerprint)
        assert report.outcome is Outcome.TAMPERED


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_member_turned_into_anything_is_found(story: Story, tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([bundling.MANIFEST, bundling.CHECKPOINTS, bundling.SIGNATURE, bundling.KEY]))
    files = read_files(story.bundle)
    first, *rest = files[name].splitlines(keepends=True)
    value = orjson.loads(first)
    holder = value
    key = data.draw(st.sampled_from(sorted(holder)))
    if isinstance(holder[key], dict) and holder[key] and data.draw(st.booleans()):
        holder = holder[key]
        key = data.draw(st.sampled_from(sorted(holder)))
    old = holder[key]
    new = data.draw(json_values.filter(lambda new: new != old))
    holder[key] = new
    files[name] = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n" * first.endswith(b"\n") + b"".join(rest)
    report = verify(write_files(files, tmp_path / "x.zip"), story.fingerprint)
    assert report.outcome is not Outcome.CLEAN, (name, key, new)


def test_control_characters_never_reach_the_terminal(
    story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """attacks.md G12."""
    files = read_files(story.bundle)
    files["\x1b[31mred\r\n.txt"] = b""
    assert main([str(write_files(files, tmp_path / "x.zip")), "--key", story.fingerprint]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\r" not in out
