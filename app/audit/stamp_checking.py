"""Checking the time stamps of a bundle; loaded by name, and only with `--stamp-roots` (attacks.md P07)."""

from collections.abc import Sequence
from pathlib import Path

from cryptography import x509

from app.domain.checkpointing import Statement
from app.infra.time_stamps import StampError, check_stamp, read_roots


class StampAudit:
    """Holds a bundle's stamps against its checkpoints."""

    def __init__(self, roots: Sequence[x509.Certificate]) -> None:
        self._roots = roots
        self.count = 0
        self._newest = ""

    def see(self, statement: Statement, answer: bytes) -> str | None:
        """A checkpoint with its stamp: a sentence where it is not one of a trusted authority over this checkpoint."""
        try:
            stamp = check_stamp(answer, statement.message(), self._roots)
        except StampError as error:
            return f"the time stamp of checkpoint {statement.n}: {error}"
        self.count += 1
        self._newest = f"{statement.n}, stamped at {stamp.at:%Y-%m-%dT%H:%M:%SZ}"
        return None

    def notes(self) -> list[str]:
        """What the reader should know of them."""
        if not self.count:
            return ["No checkpoint of the bundle has a time stamp."]
        return [f"A time-stamping authority saw {self.count} of the checkpoints, the newest is {self._newest}."]


def open_stamps(path: Path) -> StampAudit:
    """Stamps are checked against the certificates of this file (PEM). Raises OSError, ValueError."""
    try:
        return StampAudit(read_roots(path.read_bytes()))
    except StampError as error:
        raise ValueError(str(error)) from None
