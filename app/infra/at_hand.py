"""A stand-in for a connection: it answers from what is at hand, and keeps what would be written (PERFORMANCE.md 4).

A batch of bids that is decided on it waits for no database; what was at hand is held against the record by the one
statement that writes, and only then does it count. Whatever is not at hand sends the batch down the usual path.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Never


class NotAtHandError(Exception):
    """Something has to be asked of the database."""


class AtHand:
    """What is known, by kind and key; and the rows to be written, by table, with what is to be set, by kind and key."""

    def __init__(self, known: Mapping[str, Mapping[str, Any]]) -> None:
        self._known = known
        self.rows: defaultdict[str, list[Any]] = defaultdict(list)
        self.set: defaultdict[str, dict[str, Any]] = defaultdict(dict)

    def find(self, kind: str, key: str) -> Any:
        """What is known under a key. Raises NotAtHandError."""
        found = self._known[kind].get(key)
        if found is None:
            raise NotAtHandError(kind)
        return found

    def insert(self, table: str, rows: Sequence[Any]) -> None:
        """Keep rows to be written, by name or in the order of the table's columns."""
        if rows:
            self.rows[table] += rows

    def execute(self, *_words: Any, **_named: Any) -> Never:
        """No statement is run here. Raises NotAtHandError."""
        raise NotAtHandError("a statement")
