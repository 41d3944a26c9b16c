"""Evidence from outside: receipts, a witness and an older bundle catch whoever holds the key (attacks.md G04, G10)."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.audit.verify import main, verify_grown
from app.audit.verifying import Outside, verify
from app.domain import bundling
from app.domain.evidencing import read_receipts
from app.domain.receipts import build_tree, leaf_of, message_of
from app.domain.reporting import Outcome
from app.domain.sealing.receipt import late_notice_core, receipt_message, sealed_receipt_core, signed
from tests.replay.conftest import Large, Story
from tests.replay.script import L1, L2, LOT_1, ROUND, T, write_bundle
from tests.replay.sealed_script import SEALED
from tests.replay.tampering import read_files, read_lines, rechain, resign_all, write_files

Sign = Callable[[bytes], bytes]


def sealed_receipt(large: Large, name: str, number: int, sign: Sign | None = None) -> dict[str, Any]:
    """The receipt of a package of the script, pinned to the checkpoint of 06:52:30 where it came later."""
    made = large.story.packages[name][number]
    entry = large.story.entries[made.digest]
    lines = read_files(large.bundle)[bundling.CHECKPOINTS].splitlines()
    earlier = [json.loads(line)["statement"] for line in lines]
    at = int(entry.at.timestamp() * 1000)
    core = sealed_receipt_core(
        made.header,
        kind="package.received",
        custody="server",
        received_at_ms=at,
        entry_hash=entry.hash,
        pin=[told["root"] for told in earlier if told["at"] < at][-1],
        key_id=large.made.world.keys.key_id,
    )
    return signed(core, (sign or large.made.world.keys.sign)(receipt_message(core)))


def live_receipt(large: Large, n: int) -> dict[str, Any]:
    """The receipt of a live bid of the script."""
    keys = large.made.world.keys
    entry = next(each for each in large.story.script.written if each.data.get("n") == n and each.kind == "bid.accepted")
    core = {
        "v": 1, "kind": "bid.accepted", "round": ROUND, "lot": LOT_1, "bid_id": entry.data["bid_id"],
        "amount": entry.data["amount"], "received_at": entry.data["received_at"], "rules_hash": "0" * 64,
        "entry_hash": entry.hash, "key_id": keys.key_id,
    }  # fmt: skip
    root, paths = build_tree({7: leaf_of(core)}, (number.to_bytes(32) for number in count(1)))
    return {**core, "path": paths[7], "root": root.hex(), "sig": keys.sign(message_of(root)).hex()}


def put(folder: Path, **receipts: Any) -> Path:
    """A folder of receipts."""
    folder.mkdir()
    for name, receipt in receipts.items():
        (folder / f"{name}.json").write_bytes(orjson.dumps(receipt))
    return folder


@pytest.fixture
def every(large: Large) -> dict[str, Any]:
    """Receipts of all kinds."""
    keys = large.made.world.keys
    core = late_notice_core(
        round_id=SEALED, lot=LOT_1, package="e" * 64, received_at_ms=1795244400000, closes_at_ms=1795244400000,
        key_id=keys.key_id,
    )  # fmt: skip
    late = signed(core, keys.sign(receipt_message(core)))
    sealed = [sealed_receipt(large, "X", 0), sealed_receipt(large, "X", 1)]
    return {"x": sealed, "y": sealed_receipt(large, "Y", 0), "bid": live_receipt(large, 3), "late": late}


def run(large: Large, bundle: Path, *options: str) -> int:
    return main([str(bundle), "--key", large.fingerprint, "--quiet", *options])


def test_receipts_stand_in_the_journal(
    large: Large, every: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(large, large.bundle, "--receipts", str(put(tmp_path / "held", **every))) == 0
    out = capsys.readouterr().out
    assert "5 receipts were held against the journal, 1 of them" in out
    assert "No outside evidence" not in out


@pytest.mark.parametrize("member", ["package", "entry_hash", "received_at", "rev", "pin", "sig", "key_id", "lot"])
def test_a_changed_receipt_proves_nothing(large: Large, tmp_path: Path, member: str) -> None:
    """attacks.md R10."""
    receipt = sealed_receipt(large, "Y", 0)
    old = receipt[member]
    receipt[member] = old + 1 if isinstance(old, int) else ("1" if old[0] == "0" else "0") + old[1:]
    assert run(large, large.bundle, "--receipts", str(put(tmp_path / "held", y=receipt))) == 1


def test_a_receipt_by_another_key_proves_nothing(large: Large, story: Story, tmp_path: Path) -> None:
    receipt = sealed_receipt(large, "Y", 0, story.made.world.keys.sign)
    assert run(large, large.bundle, "--receipts", str(put(tmp_path / "held", y=receipt))) == 1


def rewrite(large: Large, path: Path, *, without: str | None = None, comment: str | None = None) -> Path:
    """The holder of the key rewrites the past in keeping with every rule, and signs it all again."""
    files = read_files(large.bundle)
    lines = read_lines(files)
    if without is not None:
        lines = [line for line in lines if line.body["kind"] != without]
    if comment is not None:
        marks = next(line for line in lines if line.body["kind"] == "marks.submitted")
        marks.body["data"]["marks"][0]["comment"] = comment
    rechain(lines)
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
    resign_all(files, large.made.world.keys.sign)
    return write_files(files, path)


def test_a_rewritten_past_is_caught_by_any_later_receipt(large: Large, every: dict[str, Any], tmp_path: Path) -> None:
    """attacks.md R11: the refused late package vanishes; every later entry of the lot is another one then."""
    path = rewrite(large, tmp_path / "x.zip", without="package.refused")
    assert run(large, path) == 0
    assert run(large, path, "--receipts", str(put(tmp_path / "held", bid=every["bid"]))) == 1


def test_a_rewritten_past_is_caught_by_the_witness(large: Large, tmp_path: Path) -> None:
    path = rewrite(large, tmp_path / "x.zip", comment="rewritten")
    witness = tmp_path / "witness.jsonl"
    witness.write_bytes((large.made.world.settings.data_dir / "checkpoints.jsonl").read_bytes())
    assert run(large, path) == 0
    assert run(large, large.bundle, "--witness", str(witness)) == 0
    assert run(large, path, "--witness", str(witness)) == 1


def test_a_tail_cut_with_its_checkpoints_is_caught_by_the_witness(large: Large, tmp_path: Path) -> None:
    """attacks.md G04: with a witness EXIT 1; without, the verifier says that it had no outside evidence."""
    files = read_files(large.bundle)
    lines = read_lines(files)
    last = max(line.body["seq"] for line in lines if line.body["chain"] == T)
    kept = [line for line in lines if line.body["chain"] != T or line.body["seq"] <= last - 4]
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in kept)
    files[bundling.CHECKPOINTS] = b"".join(files[bundling.CHECKPOINTS].splitlines(keepends=True)[:-1])
    resign_all(files, large.made.world.keys.sign, is_extended=False)
    path = write_files(files, tmp_path / "x.zip")
    clean = verify(path, large.fingerprint)
    assert clean.outcome is Outcome.CLEAN
    assert any("No outside evidence" in note for note in clean.notes)
    witness = (large.made.world.settings.data_dir / "checkpoints.jsonl").read_bytes().splitlines()
    report = verify(path, large.fingerprint, outside=Outside(witness=witness))
    assert report.outcome is Outcome.TAMPERED
    assert "which the bundle lacks" in report.sentence


@pytest.mark.parametrize("content", [b"{}", b"x", b'{"statement":{},"sig":""}'])
def test_a_witness_that_is_none_is_told(large: Large, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "witness").write_bytes(content)
    assert run(large, large.bundle, "--witness", str(tmp_path / "witness")) == 1


@pytest.mark.parametrize("content", [b"", b"[1]", b"{}", b'{"kind":1}'])
def test_what_is_no_receipt_cannot_be_checked(large: Large, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.json").write_bytes(content)
    assert run(large, large.bundle, "--receipts", str(tmp_path)) == 2
    assert run(large, large.bundle, "--receipts", str(tmp_path / "absent")) == 2
    assert read_receipts("x", b"[]") == []


async def test_a_grown_bundle_only_appends(story: Story, tmp_path: Path) -> None:
    """attacks.md G10: old/new 0, new/old 1."""
    old = await write_bundle(story.made.world, tmp_path / "old.zip", cut={L1: 6, T: 9})
    key = story.fingerprint
    assert verify_grown(old, story.bundle, key).outcome is Outcome.CLEAN
    assert verify_grown(story.bundle, old, key).outcome is Outcome.TAMPERED
    assert main(["--grown", str(old), str(story.bundle), "--key", key, "--quiet"]) == 0
    assert main(["--grown", str(story.bundle), str(old), "--key", key, "--quiet"]) == 1


async def test_a_closed_lot_of_a_tender_that_still_runs_verifies(story: Story, tmp_path: Path) -> None:
    """The tender's chain ends before the answers, which nobody may see yet; the lot that has closed is shown whole."""
    path = await write_bundle(story.made.world, tmp_path / "running.zip", cut={L2: 3, T: 5})
    report = verify(path, story.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence


def test_a_rewritten_bundle_has_not_grown(large: Large, tmp_path: Path) -> None:
    path = rewrite(large, tmp_path / "x.zip", comment="rewritten")
    report = verify_grown(large.bundle, path, large.fingerprint)
    assert report.outcome is Outcome.TAMPERED


def test_nothing_to_check_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
