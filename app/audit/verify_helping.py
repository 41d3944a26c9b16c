"""What the verifier is helped by where it is there: a database to compare with, the roots of a time-stamping authority.

Both are loaded by name and only when they are asked for: the verifier itself runs where no such library is.
"""

from collections.abc import Sequence
from typing import Protocol

from app.domain.bundling import ChainScope
from app.domain.checkpointing import Statement
from app.domain.reporting import Finding


class Fold(Protocol):
    """The comparison with a database's tables (`app/audit/folding.py`)."""

    def begin(self, chains: Sequence[ChainScope]) -> None:
        """The chains of the bundle."""

    def see_entry(self, body: bytes, entry_hash: str) -> list[Finding]:
        """An entry of the bundle, chain by chain in order."""

    def finish(self) -> list[Finding]:
        """What is left to say at the end."""

    def close(self) -> None:
        """Let go of the database."""


class Stamps(Protocol):
    """The check of time stamps (`app/audit/stamp_checking.py`)."""

    count: int

    def see(self, statement: Statement, answer: bytes, /) -> str | None:
        """A checkpoint with its stamp; a sentence where it does not stand."""

    def notes(self) -> list[str]:
        """What the reader should know of them."""
