"""Two hundred random tamperings of a real story's bundle, each held against ONE outside head (issue 8, JOURNAL.md 4).

Seven classes by one seed: an editor (update, delete, insert, swap), a tail cut with its checkpoints, chains made to fit
without the key, chains made to fit and all signed again with it. How many each is caught by is counted and printed.
Hands that know the verifier are in test_tampering_knowing.py.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.audit.verifying import Outside, verify
from app.domain import bundling
from app.domain.evidencing import HeldReceipt
from tests.attacks.bundle_hands import Attack, begin, manifest_of, names_place
from tests.attacks.whole_story import Whole
from tests.replay.tampering import read_files, read_lines, rechain, remake_manifest, resign_all, write_files
from tests.replay.test_mutations import Hand, delete, insert, store, swap, update

SEED = 20261123
DRAWS = 200
# As the docstring of app/audit/verify.py and README have it: who holds the journal's key is caught from outside alone.
UNCAUGHT_ALONE = {"cut tail", "re-chain and re-sign"}
EDITS = (update, delete, insert, swap)


def by_editor(attack: Attack, edit: Callable[[Hand], None]) -> None:
    """A changed file; now and then the entry's own hash is made to fit."""
    edit(attack.hand)
    if attack.hand.chance.random() < 0.5:
        for line in attack.hand.lines:
            line.rehash()
    store(attack.hand)


def cut_tail(attack: Attack) -> None:
    """Back to an earlier checkpoint with all that came after, signed; what is left is called whole, or openly cut."""
    kept = attack.hand.chance.randrange(1, len(attack.checkpoints()))
    is_partial = attack.hand.chance.random() < 0.5
    attack.cut(kept)
    store(attack.hand)
    left = {line.body["chain"] for line in attack.hand.lines}

    def shorten(manifest: dict[str, Any]) -> None:
        manifest["checkpoints"] = kept
        manifest["chains"] = [{**one, "partial": is_partial} for one in manifest["chains"] if one["chain"] in left]

    attack.change_manifest(shorten)


def rechained(attack: Attack) -> None:
    """Numbers, links and hashes made to fit; of the manifest the digests too, under its old signature."""
    attack.edit(*EDITS)
    rechain(attack.hand.lines)
    store(attack.hand)
    remake_manifest(attack.files)


def resigned(attack: Attack) -> None:
    """Everything made to fit and signed with the journal's key."""
    attack.edit(*EDITS)
    rechain(attack.hand.lines)
    store(attack.hand)
    resign_all(attack.files, attack.sign)


CLASSES: dict[str, Callable[[Attack], None]] = {
    "update": lambda attack: by_editor(attack, update),
    "delete": lambda attack: by_editor(attack, delete),
    "insert": lambda attack: by_editor(attack, insert),
    "swap": lambda attack: by_editor(attack, swap),
    "cut tail": cut_tail,
    "re-chain": rechained,
    "re-chain and re-sign": resigned,
}


def made(whole: Whole, name: str, number: int, path: Path) -> Path | None:
    """The tampering of a number; None where chance changed nothing."""
    attack = begin(whole, (SEED, name, number))
    before = dict(attack.files)
    try:
        CLASSES[name](attack)
    except (KeyError, ValueError):
        # What even the attacker's tools cannot chain or sign stays as the editor left it.
        store(attack.hand)
    return None if attack.files[bundling.JOURNAL] == before[bundling.JOURNAL] else write_files(attack.files, path)


def later_receipts(whole: Whole, path: Path) -> list[HeldReceipt]:
    """The receipts of lots whose entry is no longer what it was, each a head of its own."""
    kept = {line.hash for line in read_lines(read_files(path))}
    return [HeldReceipt("r", one) for one in whole.receipts if one["entry_hash"] not in kept]


@pytest.mark.timeout(240)
def test_two_hundred_random_tamperings_and_one_outside_head(whole: Whole, tmp_path: Path) -> None:
    newest, older = whole.witness[-1:], manifest_of(whole.bundle)
    assert verify(whole.bundle, whole.fingerprint, outside=Outside(witness=newest, older=older)).findings == []
    draws, chance, number = Counter[str](), random.Random(SEED), 0
    alone, missed = Counter[str](), list[str]()
    while draws.total() < DRAWS:
        name = chance.choice(list(CLASSES))
        number += 1
        path = made(whole, name, number, tmp_path / "x.zip")
        if path is None:
            continue
        draws[name] += 1
        alone[name] += names_place(verify(path, whole.fingerprint))
        heads = {"witness": Outside(witness=newest), "grown": Outside(older=older)}
        held = later_receipts(whole, path)
        if held:
            heads["receipt"] = Outside(receipts=held[-1:])
        missed += [
            f"{name} {number}: {head}"
            for head, outside in heads.items()
            if not names_place(verify(path, whole.fingerprint, outside=outside)) and not is_openly_cut(path, head)
        ]
    told = ", ".join(f"{name} {alone[name]} of {draws[name]}" for name in CLASSES)
    sys.stdout.write(f"seed {SEED}; all {DRAWS} are caught with one outside head; without any: {told}\n")
    assert not missed, missed
    assert {name for name in CLASSES if alone[name] < draws[name]} == UNCAUGHT_ALONE


def is_openly_cut(path: Path, head: str) -> bool:
    """A receipt is of no help against a bundle that openly ends before it: so did an honest one of that day."""
    chains = {chain.chain: chain for chain in manifest_of(path).chains}
    lots = [chain for chain in chains if chain.startswith("lot:")]
    return head == "receipt" and (not lots or any(chain.is_partial for chain in chains.values()))
