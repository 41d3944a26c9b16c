"""The offline verifier: `bidroom verify BUNDLE [--key FINGERPRINT|FILE]` (JOURNAL.md section 4, attacks.md G and P03).

Runs on the auditor's own machine: of `app` it imports `app.domain` alone, and it needs no network, server or database.
Exit 0: clean. Exit 1: tampered or damaged; the first bad entry is named. Exit 2: it cannot be checked.
"""

import argparse
import copy
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from app.domain import bundling
from app.domain.auditing import JournalAudit
from app.domain.bundling import BadBundleError, Manifest
from app.domain.chaining import Why
from app.domain.checkpointing import is_signed
from app.domain.keying import key_of_json, key_of_pem
from app.domain.reporting import Finding, Outcome, Report, conclude, describe, printable
from app.domain.witnessing import CheckpointAudit, SignedHeads

# A line of the journal is an act, not a document: the largest published tender is far below this.
LONGEST_LINE: Final = 16 << 20
LARGEST_MANIFEST: Final = 64 << 20
CHUNK: Final = 1 << 20
TELL_EVERY: Final = 20_000

# attacks.md G04: said whenever neither receipts nor a witness speak against the holder of the key.
NO_OUTSIDE_EVIDENCE: Final = (
    "No outside evidence (receipts, a witness) was given: a rewrite by the keyholder would not show here."
)

Tell = Callable[[str], None]


class CannotCheckError(Exception):
    """There is nothing here that could be checked; the message is the sentence."""


class DamagedError(Exception):
    """It was a bundle, and cannot be read to its end; the message is the sentence."""


def verify(path: Path, key: str | None = None, *, tell: Tell = lambda _line: None) -> Report:
    """Check a bundle against the journal's key: a fingerprint, a key file, or (with a warning) the bundle's own."""
    report = Report()
    try:
        with path.open("rb") as file, _open_zip(file) as archive:
            _Verification(archive, file, report, tell).run(key)
    except (CannotCheckError, OSError) as error:
        if not report.findings:
            report.outcome, report.sentence = Outcome.UNCHECKED, f"Cannot check: {error}"
            return report
        report.findings.append(Finding(Why.CONTAINER, str(error)))
    except (DamagedError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        report.findings.append(Finding(Why.CONTAINER, str(error) or "the bundle breaks off"))
    conclude(report)
    return report


def _open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    start = file.read(len(bundling.MAGIC) + 26 + len(bundling.INTRO))
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        if start.startswith(bundling.MAGIC) and start.endswith(bundling.INTRO.encode()):
            raise DamagedError("the file begins as a bundle, but its end is missing or damaged") from None
        raise CannotCheckError("this file is not a Bidroom bundle") from None


class _Verification:
    """One bundle being checked, file by file; every file is streamed once."""

    def __init__(self, archive: zipfile.ZipFile, file: IO[bytes], report: Report, tell: Tell) -> None:
        self.archive = archive
        self.file = file
        self.report = report
        self.tell = tell
        self.digests: dict[str, str] = {}

    def run(self, key: str | None) -> None:
        self._check_container()
        manifest = self._manifest()
        public_key = self._public_key(key, manifest)
        self._check_signature(public_key)
        signed = self._check_checkpoints(public_key, manifest)
        self._check_journal(manifest, signed)
        self._check_files(manifest)

    def _find(self, why: Why, text: str, name: str | None = None, line: int | None = None) -> None:
        self.report.findings.append(Finding(why, text, file=name, line=line))

    def _check_container(self) -> None:
        names = self.archive.namelist()
        if len(names) != len(set(names)):
            self._find(Why.CONTAINER, "two files of the bundle have the same name")
        comment = self.archive.comment
        if not comment:
            self.report.notes.append(
                "The file was packed again by another program; its content is checked all the same."
            )
            return
        self.file.seek(0, 2)
        size = self.file.tell() - len(comment)
        digest = hashlib.sha256()
        self.file.seek(0)
        while size > 0 and (chunk := self.file.read(min(CHUNK, size))):
            digest.update(chunk)
            size -= len(chunk)
        self.file.seek(-min(len(comment), self.file.seek(0, 2)), 2)
        expected = bundling.COMMENT_PREFIX + digest.hexdigest().encode()
        if comment != expected or self.file.read() != expected:
            self._find(Why.CONTAINER, "a byte of the file is not as it was written")

    def _small(self, name: str) -> bytes:
        content = b"".join(self._chunks(name, LARGEST_MANIFEST))
        self.digests[name] = hashlib.sha256(content).hexdigest()
        return content

    def _chunks(self, name: str, most: int | None = None) -> Iterator[bytes]:
        read = 0
        with self._open(name) as member:
            while chunk := member.read(CHUNK):
                read += len(chunk)
                if most is not None and read > most:
                    raise CannotCheckError(f"{name} is larger than any bundle's")
                yield chunk

    def _open(self, name: str) -> IO[bytes]:
        try:
            info = copy.copy(self.archive.getinfo(name))
            # Without the checksum of the zip, whose alarm would come before the bad entry was read and named: SHA-256
            # digests and signatures say more.
            del info.CRC
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise DamagedError(f"{name} is packed in a way that no bundle is")
            return self.archive.open(info)
        except KeyError:
            raise DamagedError(f"{name} is missing from the bundle") from None
        except RuntimeError:
            raise CannotCheckError(f"{name} is encrypted") from None

    def _manifest(self) -> Manifest:
        if bundling.MANIFEST not in self.archive.namelist():
            raise CannotCheckError("this file is not a Bidroom bundle: it has no manifest.json")
        try:
            return bundling.parse_manifest(self._small(bundling.MANIFEST))
        except BadBundleError as error:
            raise DamagedError(str(error)) from None

    def _public_key(self, key: str | None, manifest: Manifest) -> bytes:
        own = key_of_json(self._small(bundling.KEY))
        expected = None if key is None else load_key(key)
        if isinstance(expected, bytes):
            trusted = expected
        elif own is None:
            raise DamagedError("key.json does not hold a public key")
        else:
            trusted = own
        if isinstance(expected, str) and not bundling.is_same_key(trusted, expected):
            self._find(Why.SIGNATURE, "the bundle was signed by another key than the one you named", bundling.KEY)
        if own != trusted or manifest.key_id != bundling.fingerprint(trusted)[: bundling.KEY_ID_LENGTH]:
            self._find(Why.SIGNATURE, "the bundle names another key than the one it is checked with", bundling.KEY)
        if expected is None:
            note = "The public key was taken from the bundle itself: whoever wrote the bundle could have chosen it. "
            note += "Compare the fingerprint below with the published one, or give it with --key."
            self.report.notes.append("WARNING: " + note)
        self.report.fingerprint = bundling.fingerprint(trusted)
        return trusted

    def _check_signature(self, public_key: bytes) -> None:
        signature = bundling.parse_signature(self._small(bundling.SIGNATURE), public_key)
        if signature is None:
            self._find(Why.FORM, "it is not a signature by the journal's key", bundling.SIGNATURE)
            return
        manifest = b"".join(self._chunks(bundling.MANIFEST))
        if not is_signed(public_key, bundling.manifest_message(manifest), signature):
            self._find(Why.SIGNATURE, "it is not the one that the journal's key signed", bundling.MANIFEST)

    def _lines(self, name: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        with self._open(name) as member:
            # The archive's own readline looks at each byte again and again; a large buffer in front of it does not.
            rest = b""
            while chunk := member.read(CHUNK):
                digest.update(chunk)
                *whole, rest = (rest + chunk).split(b"\n")
                yield from whole
                if len(rest) > LONGEST_LINE:
                    raise DamagedError(f"{name} has a line without an end")
        self.digests[name] = digest.hexdigest()
        if rest:
            yield rest

    def _check_checkpoints(self, public_key: bytes, manifest: Manifest) -> dict[str, SignedHeads]:
        audit = CheckpointAudit(public_key, {scope.chain: scope for scope in manifest.chains})
        for number, line in enumerate(self._lines(bundling.CHECKPOINTS), start=1):
            fault = audit.take(line)
            if fault is not None:
                self._find(fault.why, fault.text, bundling.CHECKPOINTS, number)
                break
        if audit.count == 0:
            self.report.notes.append("The bundle holds no checkpoint: nothing but the manifest is signed.")
        self.report.counts["checkpoints"] = audit.count
        return audit.heads

    def _check_journal(self, manifest: Manifest, signed: dict[str, SignedHeads]) -> None:
        audit = JournalAudit(manifest, signed)
        finding: Finding | None = None
        try:
            for line in self._lines(bundling.JOURNAL):
                finding = audit.take(line)
                if finding is not None:
                    break
                if audit.entries % TELL_EVERY == 0:
                    self.tell(f"{audit.entries} of {manifest.entries} entries checked")
        except (zipfile.BadZipFile, zlib.error) as error:
            self._find(Why.CONTAINER, str(error), bundling.JOURNAL)
        finding = finding or audit.finish()
        if finding is not None:
            self.report.findings.append(finding)
        elif audit.entries != manifest.entries:
            self._find(Why.DIGEST, f"the manifest says {manifest.entries} entries", bundling.JOURNAL)
        self.report.counts.update(entries=audit.entries, chains=len(manifest.chains), lots=audit.lots, bids=audit.bids)
        self._note_limits(manifest, audit)

    def _note_limits(self, manifest: Manifest, audit: JournalAudit) -> None:
        partial = [scope.chain for scope in manifest.chains if scope.is_partial]
        if partial:
            held = f"{len(partial)} chains end early, because later acts may not be shown yet"
            self.report.notes.append(f"Taken while bidding was going on: {held}.")
        if audit.uncovered and self.report.counts["checkpoints"]:
            self.report.notes.append(f"{audit.uncovered} entries are newer than the last checkpoint.")
        self.report.notes.append(
            "No outside evidence (receipts, a witness) was given: a rewrite by the holder of the key"
        )
        self.report.notes[-1] += " itself would not be seen here."

    def _check_files(self, manifest: Manifest) -> None:
        unsigned = {bundling.MANIFEST, bundling.SIGNATURE}
        present = set(self.archive.namelist()) - unsigned
        for name in sorted(present - set(manifest.files)):
            self._find(Why.CONTAINER, "the manifest does not name this file", name)
        for name, expected in sorted(manifest.files.items()):
            if name not in present:
                self._find(Why.MISSING, "the file is missing from the bundle", name)
            elif self._digest(name) != expected:
                self._find(Why.DIGEST, "its content is not what the manifest names", name)

    def _digest(self, name: str) -> str | None:
        if name not in self.digests:
            digest = hashlib.sha256()
            try:
                for chunk in self._chunks(name):
                    digest.update(chunk)
            except (zipfile.BadZipFile, zlib.error):
                return None
            self.digests[name] = digest.hexdigest()
        return self.digests[name]


def load_key(given: str) -> bytes | str:
    """The public key of a file (PEM, JSON with `public_key`, or hex), or the fingerprint as it was given."""
    path = Path(given)
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise CannotCheckError(f"the key file cannot be read: {error.strerror}") from None
    if content is None:
        return given
    key = key_of_json(content) or key_of_pem(content)
    if key is not None:
        return key
    text = content.decode("ascii", "replace").strip()
    if len(text.split()) != 1 or not text.isascii():
        raise CannotCheckError("the key file holds no public key")
    return text


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="bidroom verify", description="Check an audit bundle offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", help="fingerprint (hex or words) or file of the journal's public key")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress on standard error")
    given = parser.parse_args(argv)
    tell: Tell = (lambda _line: None) if given.quiet else (lambda line: print(line, file=sys.stderr, flush=True))
    report = verify(given.bundle, given.key, tell=tell)
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
