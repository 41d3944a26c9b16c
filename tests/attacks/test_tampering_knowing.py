"""Hands that hold the journal's key and know the verifier: heads hidden under true checkpoints, chains left out."""

import contextlib
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.audit.verify import main
from app.audit.verifying import LATER_THAN_TAKEN, Outside, verify
from app.domain.bundling import CheckpointLine
from app.domain.checkpointing import Head, root_of
from app.domain.evidencing import HeldReceipt
from app.domain.sealing.receipt import receipt_message, signed
from tests.attacks.bundle_hands import Attack, begin, manifest_of, names_place
from tests.attacks.whole_story import Whole
from tests.replay.tampering import rechain, write_files
from tests.replay.test_mutations import store


def rewrite_comment(attack: Attack) -> str:
    """What no rule decides, in the tender's chain; all its hashes made to fit. The chain."""
    line = next(line for line in attack.hand.lines if line.body["kind"] == "marks.submitted")
    line.body["data"]["marks"][0]["comment"] = "rewritten"
    rechain(attack.hand.lines)
    store(attack.hand)
    return str(line.body["chain"])


@pytest.mark.parametrize("is_partial", [False, True])
def test_heads_hidden_under_true_checkpoints(whole: Whole, tmp_path: Path, *, is_partial: bool) -> None:
    """The witness's own checkpoints, each as it was signed, and beneath them another history."""
    attack = begin(whole, "hide")
    chain = rewrite_comment(attack)
    attack.hide(chain)

    def say(manifest: dict[str, Any]) -> None:
        for one in manifest["chains"]:
            one["partial"] = is_partial and one["chain"] == chain

    attack.change_manifest(say)
    path = write_files(attack.files, tmp_path / "x.zip")
    report = verify(path, whole.fingerprint, outside=Outside(witness=whole.witness))
    assert names_place(report), report.sentence
    assert "does not tell the chain's head" in report.sentence


def test_early_checkpoints_left_out(whole: Whole, tmp_path: Path) -> None:
    """The journal's own key, the last checkpoint alone: its number is not the first, and entries are older."""
    attack = begin(whole, "begin")
    rewrite_comment(attack)
    attack.write_checkpoints([late_only(attack)])
    attack.change_manifest(lambda manifest: manifest.update(checkpoints=1))
    path = write_files(attack.files, tmp_path / "x.zip")
    report = verify(path, whole.fingerprint, outside=Outside(witness=whole.witness[:2]))
    assert names_place(report), report.sentence
    assert "checkpoints before number" in report.sentence


def late_only(attack: Attack) -> CheckpointLine:
    """One checkpoint of the newest number over the rewritten chains."""
    ends = {line.body["chain"]: Head(line.body["chain"], line.body["seq"], line.hash) for line in attack.hand.lines}
    heads = [ends[chain] for chain in sorted(ends)]
    told = attack.checkpoints()[-1].statement
    statement = replace(told, chains=len(heads), root=root_of(heads))
    return CheckpointLine(statement, attack.sign(statement.message()), list(enumerate(heads)), [])


def test_a_lot_left_out_with_its_bids(whole: Whole, tmp_path: Path) -> None:
    """Its heads hidden, its ranking left in the tender's chain: the bids that give it are asked for."""
    attack = begin(whole, "omit")
    lot = f"lot:{whole.stage.lots[0]}"
    attack.hand.lines = [line for line in attack.hand.lines if line.body["chain"] != lot]
    store(attack.hand)
    attack.hide(lot)
    attack.change_manifest(
        lambda manifest: manifest.update(chains=[one for one in manifest["chains"] if one["chain"] != lot])
    )
    path = write_files(attack.files, tmp_path / "x.zip")
    for outside in (Outside(), Outside(witness=whole.witness), Outside(older=manifest_of(whole.bundle))):
        report = verify(path, whole.fingerprint, outside=outside)
        assert names_place(report), report.sentence


def put_back(whole: Whole, path: Path) -> tuple[Path, int]:
    """A tail cut, and the instant of taking put back behind what is left: a bundle as it could have been then."""
    attack = begin(whole, 7)
    lines = attack.checkpoints()
    kept = len(lines) - 2
    attack.cut(kept)
    store(attack.hand)
    at_ms = lines[kept - 1].statement.at_ms

    def back(manifest: dict[str, Any]) -> None:
        manifest["checkpoints"], manifest["made_at"], manifest["scope"]["as_of"] = kept, at_ms, at_ms
        for one in manifest["chains"]:
            one["partial"] = True

    attack.change_manifest(back)
    return write_files(attack.files, path), lines[-1].statement.at_ms


def run(path: Path, whole: Whole, *options: str) -> tuple[int, str]:
    """`bidroom verify`: exit code and words."""
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        status = main([str(path), "--quiet", "--key", whole.fingerprint, *options])
    return status, told.getvalue()


def test_an_instant_put_back_is_told_and_found_by_who_knows_when(whole: Whole, tmp_path: Path) -> None:
    path, newest_ms = put_back(whole, tmp_path / "x.zip")
    (tmp_path / "witness").write_bytes(b"\n".join(whole.witness))
    witness = ("--witness", str(tmp_path / "witness"))
    status, told = run(path, whole, *witness)
    assert (status, LATER_THAN_TAKEN in told) == (0, True), told
    taken = datetime.fromtimestamp(newest_ms / 1000, UTC).isoformat()
    status, told = run(path, whole, *witness, "--taken", taken)
    assert (status, "which the bundle lacks" in told) == (1, True), told
    assert run(whole.bundle, whole, *witness, "--taken", taken)[0] == 0
    assert run(path, whole, *witness, "--taken", "yesterday")[0] == 2
    grown = verify(path, whole.fingerprint, outside=Outside(older=manifest_of(whole.bundle)))
    assert names_place(grown), grown.sentence


def test_a_receipt_older_than_the_end_of_a_chain_that_ends_early(whole: Whole, tmp_path: Path) -> None:
    """Said to end early, a chain still has to hold what is older than its last entry; what is newer it may not hold."""
    lot = f"lot:{whole.stage.lots[0]}"
    assert whole.earlier is not None
    live = [HeldReceipt("live.json", one) for one in whole.receipts if one["kind"] == "bid.accepted"]
    report = verify(whole.earlier, whole.fingerprint, outside=Outside(receipts=live))
    assert report.findings == []
    assert any("lots that it does not hold to their end" in note for note in report.notes)
    attack = begin(whole, "early")

    def cut_early(manifest: dict[str, Any]) -> None:
        for one in manifest["chains"]:
            one["partial"] = one["chain"] == lot

    attack.change_manifest(cut_early)
    path = write_files(attack.files, tmp_path / "x.zip")
    # Given for an entry that was taken away since: the operator's own signature.
    core = {name: value for name, value in whole.receipts[0].items() if name != "sig"} | {"entry_hash": "e" * 64}
    gone = HeldReceipt("gone.json", signed(core, attack.sign(receipt_message(core))))
    assert verify(path, whole.fingerprint).findings == []
    report = verify(path, whole.fingerprint, outside=Outside(receipts=[gone]))
    assert [finding.file for finding in report.findings] == ["gone.json"], report.findings
