"""Keeps SQLite's write-ahead log short from beside: a checkpoint inside a commit makes the bids of that commit wait for
the whole of it (PERFORMANCE.md section 5)."""

import logging
import sqlite3
from contextlib import closing
from threading import Event, Thread

log = logging.getLogger("bidroom")
# Pages in the log before what it holds goes into the file.
PAGES = 1000
# What one batch and one of its bids write, about.
PAGES_A_BATCH, PAGES_A_BID = 8, 2
# The writer does it by itself where this cannot keep up: the log must end.
MOST_PAGES = 8 * PAGES


class Backfill:
    """One thread, one connection: it copies what was committed; nobody waits for it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._pages = 0
        self._wake = Event()
        self._is_over = False
        self._thread = Thread(target=self._run, name="backfill", daemon=True)
        self._thread.start()

    def wrote(self, bids: int) -> None:
        """A batch was committed."""
        self._pages += PAGES_A_BATCH + PAGES_A_BID * bids
        if self._pages >= PAGES:
            self._pages = 0
            self._wake.set()

    def close(self) -> None:
        """End it, once it has copied what it is at."""
        self._is_over = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            while self._wake.wait() and not self._is_over:
                self._wake.clear()
                try:
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
                except sqlite3.Error as error:
                    # Tried again a thousand pages on; the writer has its own bound.
                    log.error("the log was not copied: %s", type(error).__name__)  # noqa: TRY400 - the kind says it
