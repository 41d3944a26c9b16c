"""What the embedded record promises in a process of its own (tests/conftest.py lets the tests' own forget)."""

import subprocess
import sys
from pathlib import Path

ASK = """
import asyncio, sys
from sqlalchemy import text
from app.infra.db import Database

async def main():
    db = Database(sys.argv[1])
    async with db.transaction() as tx:
        for name in ("synchronous", "journal_mode", "foreign_keys"):
            print(await tx.scalar(text(f"PRAGMA {name}")))
    await db.dispose()

asyncio.run(main())
"""


def test_an_acknowledged_act_survives_a_power_cut(tmp_path: Path) -> None:
    words = [sys.executable, "-c", ASK, f"sqlite+aiosqlite:///{tmp_path / 'record.db'}"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=50, check=True)
    # Two is FULL.
    assert done.stdout.split() == ["2", "wal", "1"]
