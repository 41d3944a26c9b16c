"""The offline verifier: `bidroom verify BUNDLE [--key …] [--receipts DIR] [--limits DIR] [--witness FILE]
[--database URL]`.

Serves JOURNAL.md section 4, attacks.md G, O17, R11 and P03. Runs on the auditor's own machine: of `app` it imports
`app.domain` alone, and without `--database` it needs no network, server or database.
Exit 0: clean. Exit 1: tampered or damaged; the first bad entry is named. Exit 2: it cannot be checked.

What it cannot catch by itself (tests/replay/test_mutations.py shows each): the holder of the journal's key who signs
everything again after he cut a tail together with its checkpoints, or changed what no rule decides (a comment, a
reason, the role or release beside an act, an instant between its neighbours). Receipts, a witness and an older bundle
(`--grown OLD NEW`) catch him; each of them is enough. If he also puts back the instant at which the bundle says that it
was taken, it is the bundle of that day: who took it says when (`--taken`). A chain of which nothing is shown is only
counted. A zip packed again by another program is only noted.
"""

import argparse
import importlib
import json
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from app.audit.key_loading import CannotCheckError, load_witness_key
from app.audit.verify_key import load_rotations
from app.audit.verifying import Outside, Tell, verify
from app.domain import bundling
from app.domain.entries import to_milliseconds
from app.domain.evidencing import HeldReceipt, read_receipts
from app.domain.framing import BadDataError, instant_of
from app.domain.limit_replaying import Opening, read_opening
from app.domain.pinned_checkpoints import checkpoint_lines
from app.domain.reporting import Outcome, Report, describe, printable


def verify_grown(old: Path, new: Path, key: str | None = None, *, tell: Tell = lambda _line: None) -> Report:
    """Check both bundles, and that the newer one only appends to the older (attacks.md G10)."""
    # Whoever names the newer bundle's key follows its rotations back to the older one's.
    before = verify(old, key, tell=tell, outside=Outside(rotations=[] if key is None else load_rotations(new)))
    if before.outcome is not Outcome.CLEAN:
        before.sentence = f"The older bundle: {before.sentence}"
        return before
    with zipfile.ZipFile(old) as archive:
        manifest = bundling.parse_manifest(archive.read(bundling.MANIFEST))
        checkpoints = archive.read(bundling.CHECKPOINTS).splitlines()
    return verify(new, key, tell=tell, outside=Outside(older=manifest, witness=checkpoints))


def load_receipts(folder: Path) -> list[HeldReceipt]:
    """The receipts in the .json files of a folder."""
    if not folder.is_dir():
        raise CannotCheckError("--receipts names no folder")
    try:
        return [one for path in sorted(folder.glob("*.json")) for one in read_receipts(path.name, path.read_bytes())]
    except BadDataError as error:
        raise CannotCheckError(str(error)) from None


def load_checkpoints(folder: Path) -> list[bytes]:
    """The checkpoints in the bidders' own proofs of a folder: each bidder is a witness of those."""
    return [line for path in sorted(folder.glob("*.json")) for line in checkpoint_lines(path.read_bytes())]


def load_limits(folder: Path) -> dict[str, Opening]:
    """The bidders' own limits (`GET /api/lots/…/auto-bid`) in the .json files of a folder, by commitment."""
    try:
        found = dict(read_opening(json.loads(path.read_bytes())) for path in sorted(folder.glob("*.json")))
    except (BadDataError, ValueError, TypeError):
        raise CannotCheckError("the folder of --limits holds something that is no limit") from None
    if not found:
        raise CannotCheckError("--limits names no folder with limits")
    return found


def read_taken(text: str) -> int:
    """The instant at which somebody says that the bundle was taken, in milliseconds."""
    try:
        return to_milliseconds(instant_of({"taken": text}, "taken"))
    except BadDataError:
        raise CannotCheckError("--taken names no instant with its zone") from None


def _load_outside(given: argparse.Namespace) -> Outside:
    outside = Outside()
    if given.receipts is not None:
        outside.receipts = load_receipts(given.receipts)
        if not outside.receipts:
            raise CannotCheckError("the folder holds no receipts")
        outside.witness = load_checkpoints(given.receipts) or None
    if given.limits is not None:
        outside.limits = load_limits(given.limits)
    if given.witness is not None:
        kept = [line for line in given.witness.read_bytes().splitlines() if line]
        outside.witness = [*(outside.witness or []), *kept]
    outside.witness_keys = [load_witness_key(each) for each in given.witness_key]
    if given.rotations is not None:
        outside.rotations = load_rotations(given.rotations)
    if given.taken is not None:
        outside.taken_ms = read_taken(given.taken)
    if given.stamp_roots is not None:
        # Loaded by name, as the comparison below.
        outside.stamps = importlib.import_module("app.audit.stamp_checking").open_stamps(given.stamp_roots)
    if given.database is not None:
        # Loaded by name, and only here: the verifier itself must run where no database library is.
        folding = importlib.import_module("app.audit.folding")
        outside.fold = folding.open_fold(given.database)
    return outside


def _run(given: argparse.Namespace, tell: Tell) -> Report:
    try:
        if given.grown:
            old, new = given.grown
            return verify_grown(old, new, given.key, tell=tell)
        return verify(given.bundle, given.key, tell=tell, outside=_load_outside(given))
    except (CannotCheckError, OSError, ImportError, ValueError) as error:
        return Report(Outcome.UNCHECKED, f"Cannot check: {error}")


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="bidroom verify", description="Check an audit bundle offline.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("bundle", type=Path, nargs="?")
    what.add_argument(
        "--grown", type=Path, nargs=2, metavar=("OLD", "NEW"), help="prove that the bundle NEW only appends to OLD"
    )
    parser.add_argument("--key", help="fingerprint (hex or words) or file of the journal's public key")
    parser.add_argument(
        "--rotations", type=Path, metavar="FILE", help="later rotations of that key: the key page's JSON, or a bundle"
    )
    parser.add_argument("--receipts", type=Path, metavar="DIR", help="folder of receipts (.json) to hold against it")
    parser.add_argument("--limits", type=Path, metavar="DIR", help="folder of a bidder's own limits (.json)")
    parser.add_argument("--witness", type=Path, metavar="FILE", help="checkpoints (.jsonl) kept by an outside witness")
    parser.add_argument(
        "--witness-key", action="append", default=[], metavar="KEY", help="public key (file or hex) of a witness"
    )
    parser.add_argument(
        "--stamp-roots", type=Path, metavar="FILE", help="certificates (PEM) of the authority that stamped checkpoints"
    )
    parser.add_argument("--taken", metavar="WHEN", help="when you took the bundle, as in 2026-11-21T08:00:00Z")
    parser.add_argument("--database", metavar="URL", help="compare the journal with the tables of this database")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    given = parser.parse_args(argv)
    tell: Tell = (lambda _line: None) if given.quiet else (lambda line: print(line, file=sys.stderr, flush=True))
    report = _run(given, tell)
    if given.json:
        print(json.dumps(report.as_json(), ensure_ascii=True, indent=2))
    else:
        _print(report)
    return int(report.outcome)


def _print(report: Report) -> None:
    lines = [report.sentence]
    lines += [f"  also: {describe(finding)}" for finding in report.findings[1:]]
    lines += [f"  {note}" for note in report.notes]
    if report.fingerprint is not None:
        lines.append(f"  key: {report.fingerprint}")
        lines.append(f"       {bundling.spoken(report.fingerprint)}")
    for line in lines:
        print(printable(line))


if __name__ == "__main__":
    sys.exit(main())
