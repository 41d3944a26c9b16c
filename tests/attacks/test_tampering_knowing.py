"""Hands that hold the journal's key and know the verifier: heads hidden under true checkpoints, chains left out."""

import contextlib
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.verify import main
from app.audit.verifying import LATER_THAN_TAKEN, Outside, verify
from app.domain import bundling
from app.domain.bundling import CheckpointLine
from app.domain.checkpointing import FIRST_PREV, Head, root_of
from app.domain.cosigning import cosignature_for
from app.domain.entries import canonical_bytes
from app.domain.evidencing import HeldReceipt
from app.domain.key_history import Rotation, signed_rotation
from app.domain.reporting import Outcome
from app.domain.sealing.receipt import receipt_message, signed
from tests.attacks.bundle_hands import Attack, begin, manifest_of, names_place
from tests.attacks.whole_story import Whole
from tests.replay.tampering import forge_key, rechain, remake_manifest, resign_all, write_files
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


@pytest.mark.parametrize("is_first", [True, False])
def test_all_signed_again_by_a_key_that_the_true_one_handed_over_to(
    whole: Whole, tmp_path: Path, *, is_first: bool
) -> None:
    """Whoever holds the journal's key can end it, to another of his own; the witness holds what the true one signed."""
    attack = begin(whole, "rotate")
    rewrite_comment(attack)
    true = whole.stage.world.keys.public_key
    key, last = forge_key(attack.files), attack.checkpoints()[-1].statement
    told = Rotation(
        number=1,
        old_key=true,
        new_key=key.public_key().public_bytes_raw(),
        from_checkpoint=1 if is_first else last.n + 1,
        last_checkpoint=FIRST_PREV if is_first else last.digest(),
        at_ms=last.at_ms,
        reason="yearly",
    )
    stated = signed_rotation(told, attack.sign(told.ending_message()), key.sign(told.beginning_message()))
    attack.files[bundling.ROTATIONS] = canonical_bytes([stated])
    resign_all(attack.files, key.sign)
    path = write_files(attack.files, tmp_path / "x.zip")
    for outside in (Outside(witness=whole.witness[-1:]), Outside(older=manifest_of(whole.bundle))):
        report = verify(path, whole.fingerprint, outside=outside)
        assert report.outcome is Outcome.TAMPERED, report.sentence


def test_a_cosignature_by_another_than_the_witness(whole: Whole, tmp_path: Path) -> None:
    """All signed again by the keyholder, and cosigned by a witness of his own making: the true one's key tells."""
    attack = begin(whole, "cosign")
    rewrite_comment(attack)
    resign_all(attack.files, attack.sign)
    mallory, true = (Ed25519PrivateKey.generate() for _ in range(2))
    public = true.public_key().public_bytes_raw()
    named = [cosignature_for(each.statement, public, each.statement.at_ms) for each in attack.checkpoints()]
    lines = [replace(each, signature=mallory.sign(each.message())).as_json() for each in named]
    attack.files[bundling.COSIGNATURES] = b"".join(canonical_bytes(line) + b"\n" for line in lines)
    remake_manifest(attack.files, attack.sign)
    path = write_files(attack.files, tmp_path / "x.zip")
    report = verify(path, whole.fingerprint, outside=Outside(witness_keys=[public]))
    assert names_place(report), report.sentence
