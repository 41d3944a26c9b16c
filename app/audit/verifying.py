"""Checking one bundle, file by file; every file is streamed once (JOURNAL.md section 4, attacks.md G, O17, P03).

Of `app` this imports `app.domain` alone: it travels to the auditor's machine. The command is `verify.py`.
"""

import copy
import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from app.audit.key_loading import CannotCheckError, load_key
from app.audit.verify_helping import Fold, Stamps
from app.audit.verify_key import trusted_key
from app.domain import bundling
from app.domain.auditing import JournalAudit
from app.domain.bundling import BadBundleError, Manifest
from app.domain.chaining import Why
from app.domain.checkpointing import Statement, is_signed
from app.domain.cosigning import CosignedAudit
from app.domain.covering import Cover
from app.domain.evidencing import GrowthAudit, HeldReceipt, ReceiptAudit, WitnessAudit
from app.domain.key_history import HistoryFault, KeyHistory
from app.domain.keying import key_of_json
from app.domain.limit_replaying import Opening
from app.domain.reporting import Finding, Outcome, Report, conclude
from app.domain.witnessing import CheckpointAudit, SignedHeads

# A line of the journal is an act, not a document: the largest published tender is far below this.
LONGEST_LINE: Final = 16 << 20
LARGEST_MANIFEST: Final = 64 << 20
# The largest bucket of a technical envelope and its tag; opening documents are far smaller.
LARGEST_SIDE_FILE: Final = (64 << 20) + 16
LARGEST_STAMP: Final = 1 << 16
CHUNK: Final = 1 << 20
TELL_EVERY: Final = 20_000

# attacks.md G04: said whenever neither receipts nor a witness speak against the holder of the key.
NO_OUTSIDE_EVIDENCE: Final = (
    "No outside evidence (receipts, a witness) was given: a rewrite by the keyholder would not show here."
)

# A tail that is cut, with the instant of taking put back, is the bundle as it was then: only who took it knows when.
LATER_THAN_TAKEN: Final = "if you took the bundle after they were signed, its end was cut off."

Tell = Callable[[str], None]


class DamagedError(Exception):
    """It was a bundle, and cannot be read to its end; the message is the sentence."""


@dataclass(slots=True)
class Outside:
    """What is held against the bundle besides its own signatures."""

    receipts: Sequence[HeldReceipt] = ()
    witness: Sequence[bytes] | None = None
    # Public keys of witnesses, whose cosignatures in the bundle then count.
    witness_keys: Sequence[bytes] = ()
    # The manifest of an older bundle.
    older: Manifest | None = None
    fold: Fold | None = None
    stamps: Stamps | None = None
    # When its taker says that it was taken: all that was signed until then must be in it.
    taken_ms: int | None = None
    # Statements by which the journal's key was rotated, later than those of the bundle perhaps.
    rotations: Sequence[object] = ()
    # Limits that their bidders hold, by commitment.
    limits: Mapping[str, Opening] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing speaks against the holder of the key."""
        return not self.receipts and self.witness is None and self.older is None


def verify(
    path: Path, key: str | None = None, *, tell: Tell = lambda _line: None, outside: Outside | None = None
) -> Report:
    """Check a bundle against the journal's key: a fingerprint, a key file, or (with a warning) the bundle's own."""
    outside = outside or Outside()
    try:
        return _verify(path, key, tell, outside)
    finally:
        if outside.fold is not None:
            outside.fold.close()


def _verify(path: Path, key: str | None, tell: Tell, outside: Outside) -> Report:
    report = Report()
    try:
        with path.open("rb") as file, _open_zip(file) as archive:
            _Verification(archive, file, report, tell, outside).run(key)
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

    def __init__(self, archive: zipfile.ZipFile, file: IO[bytes], report: Report, tell: Tell, outside: Outside) -> None:
        self.outside = outside
        self.receipts, self.witness, self.growth = ReceiptAudit(), WitnessAudit(), GrowthAudit()
        self.cover, self.hidden_chains = Cover(), 0
        self.cosigned = CosignedAudit()
        self.archive = archive
        self.file = file
        self.report = report
        self.tell = tell
        self.digests: dict[str, str] = {}

    def run(self, key: str | None) -> None:
        self._check_container()
        manifest = self._manifest()
        keys = self._public_key(key, manifest)
        self._begin_outside(keys, manifest)
        signed = self._check_checkpoints(keys, manifest)
        self._check_journal(manifest, signed)
        self._finish_outside()
        self._check_files(manifest)

    def _begin_outside(self, keys: KeyHistory, manifest: Manifest) -> None:
        chains = {scope.chain: not scope.is_partial for scope in manifest.chains}
        self.report.findings += self.receipts.begin(self.outside.receipts, keys, chains)
        fault = self.witness.read(self.outside.witness or (), keys)
        if fault is not None:
            self._find(fault.why, f"the witness: {fault.text}")
        if self.outside.older is not None:
            self.growth.begin(self.outside.older.chains)
        if self.outside.fold is not None:
            self.outside.fold.begin(manifest.chains)

    def _see_entry(self, line: bytes) -> None:
        """Hold a line that was found good against the evidence from outside."""
        body, told, _ = bundling.split_line(line)
        self.report.findings += self.receipts.see_entry(told, body)
        self.growth.see_entry(told)
        if self.outside.fold is not None:
            self.report.findings += self.outside.fold.see_entry(body, told)

    def _finish_outside(self) -> None:
        self.report.findings += self.receipts.finish(self.cover.ends, self.cover.as_of_ms) + self.growth.finish()
        if self.outside.fold is not None:
            self.report.findings += self.outside.fold.finish()
            self.report.notes.append("The tables of the database were compared with the journal.")
        stamps = self.outside.stamps
        if self.outside.is_empty and not self.cosigned.counted and not (stamps and stamps.count):
            self.report.notes.append(NO_OUTSIDE_EVIDENCE)
        self.report.notes += self.cosigned.notes() + ([] if stamps is None else stamps.notes())
        if self.receipts.count:
            held = f"{self.receipts.count} receipts were held against the journal"
            held += f", {self.receipts.elsewhere} of them are of lots that it does not hold to their end"
            self.report.notes.append(f"{held}.")
        if self.outside.limits:
            self.report.notes.append(f"{len(self.outside.limits)} limits were held against what was placed under them.")
        if self.outside.witness is not None:
            self.report.notes.append(f"{self.witness.seen} checkpoints are those that the witness holds.")
        if self.witness.newer:
            self.report.notes.append(f"The witness holds {self.witness.newer} newer ones: {LATER_THAN_TAKEN}")

    def _find_cosigned(self, sentence: str | None) -> None:
        if sentence is not None:
            self._find(Why.CHECKPOINT, sentence, bundling.COSIGNATURES)

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

    def _small(self, name: str, most: int = LARGEST_MANIFEST) -> bytes:
        content = b"".join(self._chunks(name, most))
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

    def _read(self, name: str) -> bytes | None:
        """A side file that an act of the journal speaks of; its digest is compared with the manifest's later."""
        return self._small(name, LARGEST_SIDE_FILE) if name in self.archive.namelist() else None

    def _manifest(self) -> Manifest:
        if bundling.MANIFEST not in self.archive.namelist():
            raise CannotCheckError("this file is not a Bidroom bundle: it has no manifest.json")
        try:
            return bundling.parse_manifest(self._small(bundling.MANIFEST))
        except BadBundleError as error:
            raise DamagedError(str(error)) from None

    def _public_key(self, key: str | None, manifest: Manifest) -> KeyHistory:
        """The history of the key with which the bundle is checked; the manifest's signature by it."""
        own = key_of_json(self._small(bundling.KEY))
        expected = None if key is None else load_key(key)
        if own is None and not isinstance(expected, bytes):
            raise DamagedError("key.json does not hold a public key")
        if isinstance(expected, bytes) and own is None:
            self._find(Why.SIGNATURE, "the bundle names another key than the one it is checked with", bundling.KEY)
            own = expected
        assert own is not None, "one of the two is there"
        trusted = trusted_key(own, self._read(bundling.ROTATIONS), expected, self.outside.rotations)
        self.report.findings += trusted.findings
        self.report.notes += trusted.notes
        if manifest.key_id != bundling.fingerprint(trusted.public_key)[: bundling.KEY_ID_LENGTH]:
            self._find(Why.SIGNATURE, "the bundle names another key than the one it is checked with", bundling.KEY)
        elif isinstance(trusted.keys.receipt_key(manifest.key_id, manifest.made_at), HistoryFault):
            self._find(Why.SIGNATURE, f"it was made after its key was ended: {manifest.key_id}", bundling.MANIFEST)
        self.report.fingerprint = bundling.fingerprint(trusted.public_key)
        self._check_signature(trusted.public_key)
        return trusted.keys

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

    def _check_checkpoints(self, keys: KeyHistory, manifest: Manifest) -> dict[str, SignedHeads]:
        audit = CheckpointAudit(keys, {scope.chain: scope for scope in manifest.chains})
        is_cosigned = bundling.COSIGNATURES in self.archive.namelist()
        self._find_cosigned(
            self.cosigned.begin(self.outside.witness_keys, self._lines(bundling.COSIGNATURES) if is_cosigned else ())
        )
        for number, line in enumerate(self._lines(bundling.CHECKPOINTS), start=1):
            fault = audit.take(line)
            if fault is not None:
                self._find(fault.why, fault.text, bundling.CHECKPOINTS, number)
                break
            self._see_checkpoint(audit.last, number)
        as_of = manifest.scope.get("as_of")
        as_of_ms = as_of if type(as_of) is int else manifest.made_at
        cut = self.witness.finish(audit.last, max(as_of_ms, self.outside.taken_ms or 0))
        if cut is not None:
            self._find(cut.why, cut.text, bundling.CHECKPOINTS)
        self._find_cosigned(self.cosigned.finish())
        if audit.count == 0:
            self.report.notes.append("The bundle holds no checkpoint: nothing but the manifest is signed.")
        self.report.counts["checkpoints"] = audit.count
        self.hidden_chains = 0 if audit.last is None else audit.last.chains - len(audit.heads)
        self.cover = Cover(audit.points, first_n=audit.first_n, as_of_ms=as_of_ms)
        return audit.heads

    def _see_checkpoint(self, told: Statement | None, number: int) -> None:
        if told is None:
            return
        self.receipts.see_root(told.root)
        self._find_cosigned(self.cosigned.see(told))
        fault = self.witness.see(told)
        if fault is not None:
            self._find(fault.why, fault.text, bundling.CHECKPOINTS, number)
        name = bundling.stamp_file(told.n)
        if self.outside.stamps is not None and name in self.archive.NameToInfo:
            sentence = self.outside.stamps.see(told, self._small(name, LARGEST_STAMP))
            if sentence is not None:
                self._find(Why.SIGNATURE, sentence, name)

    def _check_journal(self, manifest: Manifest, signed: dict[str, SignedHeads]) -> None:
        audit = JournalAudit(manifest, signed, self._read, self.outside.limits, self.cover)
        finding: Finding | None = None
        is_watched = not self.outside.is_empty or self.outside.fold is not None
        try:
            for line in self._lines(bundling.JOURNAL):
                finding = audit.take(line)
                if finding is not None:
                    break
                if is_watched:
                    self._see_entry(line)
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
        if manifest.scope.get("all") is True and self.hidden_chains:
            self.report.notes.append(f"{self.hidden_chains} chains of the journal are not in it: heads are hidden.")
        if audit.uncovered and self.report.counts["checkpoints"]:
            self.report.notes.append(f"{audit.uncovered} entries are newer than the last checkpoint.")

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
