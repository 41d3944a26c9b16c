"""What somebody can make of a real bundle, with and without the journal's key: for the tests of tampering."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app.domain import bundling
from app.domain.bundling import CheckpointLine, parse_checkpoint_line
from app.domain.checkpointing import Head
from app.domain.entries import canonical_bytes
from app.domain.reporting import Outcome, Report
from tests.attacks.whole_story import Whole
from tests.replay.tampering import read_files, read_lines, remake_manifest
from tests.replay.test_mutations import Hand


@dataclass
class Attack:
    """One tampering in the making."""

    whole: Whole
    hand: Hand

    @property
    def files(self) -> dict[str, bytes]:
        """The bundle's."""
        return self.hand.files

    def sign(self, message: bytes) -> bytes:
        """With the journal's own key."""
        return self.whole.stage.world.keys.sign(message)

    def edit(self, *edits: Callable[[Hand], None]) -> None:
        """One of some edits, at a random entry."""
        self.hand.chance.choice(edits)(self.hand)

    def checkpoints(self) -> list[CheckpointLine]:
        """Those of the bundle."""
        return [parse_checkpoint_line(line) for line in self.files[bundling.CHECKPOINTS].splitlines()]

    def write_checkpoints(self, lines: list[CheckpointLine]) -> None:
        """Put into the bundle."""
        self.files[bundling.CHECKPOINTS] = b"".join(line.encode() + b"\n" for line in lines)

    def cut(self, kept: int) -> None:
        """Back to the first checkpoints of the bundle: what came after the last of them goes with the others."""
        lines = self.checkpoints()[:kept]
        heads = {head.chain: head.seq for line in lines for head in line.known()}
        self.hand.lines = [line for line in self.hand.lines if line.body["seq"] <= heads.get(line.body["chain"], 0)]
        self.write_checkpoints(lines)

    def hide(self, chain: str) -> None:
        """Every head of a chain as opaque bytes: roots and signatures stay true."""

        def hidden(pairs: Any) -> list[tuple[int, Head | bytes]]:
            return [(at, leaf.leaf() if isinstance(leaf, Head) and leaf.chain == chain else leaf) for at, leaf in pairs]

        told = self.checkpoints()
        self.write_checkpoints(
            [CheckpointLine(line.statement, line.signature, hidden(line.added), hidden(line.replaced)) for line in told]
        )

    def change_manifest(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Changed, and signed with the journal's key."""
        manifest = orjson.loads(self.files[bundling.MANIFEST])
        change(manifest)
        self.files[bundling.MANIFEST] = canonical_bytes(manifest)
        remake_manifest(self.files, self.sign)


def begin(whole: Whole, seed: object) -> Attack:
    """A fresh copy of the bundle in somebody's hands."""
    files = read_files(whole.bundle)
    return Attack(whole, Hand(random.Random(str(seed)), files, read_lines(files)))


def names_place(report: Report) -> bool:
    """Exit 1, and where: an entry, a chain, or a file."""
    if report.outcome is not Outcome.TAMPERED or not report.findings:
        return False
    first = report.findings[0]
    return any(place is not None for place in (first.seq, first.chain, first.file))


def manifest_of(path: Path) -> bundling.Manifest:
    """The manifest of a bundle."""
    return bundling.parse_manifest(read_files(path)[bundling.MANIFEST])
