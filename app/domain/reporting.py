"""What a verifier says: findings with their places, the exit code, sentences safe to print (attacks.md G12)."""

from dataclasses import asdict, dataclass, field
from enum import IntEnum
from typing import Any

from app.domain.chaining import Why


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with its place: the entry (chain and number) where there is one, else the file or checkpoint."""

    why: Why
    text: str
    chain: str | None = None
    seq: int | None = None
    # The first entry that may be the bad one, where signatures narrow it to a stretch ending at ``seq``.
    since: int | None = None
    file: str | None = None
    line: int | None = None


def describe(finding: Finding) -> str:
    """One sentence: where, and what is wrong."""
    where = ""
    if finding.chain is not None and finding.seq is not None:
        where = f"entry {finding.seq} of {finding.chain}: "
        if finding.since is not None and finding.since < finding.seq:
            where = f"entries {finding.since} to {finding.seq} of {finding.chain}: "
    elif finding.file is not None:
        where = f"{finding.file}{'' if finding.line is None else f', line {finding.line}'}: "
    return f"{where}{finding.text}."


def printable(text: str) -> str:
    """The text with every control character written out, so that a bundle cannot drive the reader's terminal."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


class Outcome(IntEnum):
    """The exit code."""

    CLEAN = 0
    TAMPERED = 1
    UNCHECKED = 2


@dataclass(slots=True)
class Report:
    """What the verifier found. The first finding is the first bad entry, where an entry is bad."""

    outcome: Outcome = Outcome.CLEAN
    sentence: str = ""
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fingerprint: str | None = None
    counts: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "outcome": self.outcome.name.lower(), "exit": int(self.outcome)}


def conclude(report: Report) -> None:
    """Give the report its outcome and its sentence."""
    # The bad entry is the headline; what stands before it (a digest, a signature) follows from it.
    report.findings.sort(key=lambda finding: finding.seq is None)
    if not report.findings:
        report.sentence = "Clean: " + _counted(report.counts)
        return
    first = report.findings[0]
    is_newer = first.why is Why.UNKNOWN and len(report.findings) == 1
    report.outcome = Outcome.UNCHECKED if is_newer else Outcome.TAMPERED
    report.sentence = ("Cannot check: " if is_newer else "Tampered or damaged: ") + describe(first)


def _counted(counts: dict[str, int]) -> str:
    words = ("entries", "chains", "checkpoints", "lots", "bids")
    return ", ".join(f"{counts.get(word, 0)} {word}" for word in words) + " checked and replayed."
