"""Floors without our code: durable rows in SQLite and PostgreSQL, one fdatasync."""

import asyncio
import os
import sqlite3
import time
from pathlib import Path

import asyncpg

ROW_BYTES = 256
ROWS_A_COMMIT = 64


def sqlite_rows(folder: Path, seconds: float) -> float:
    """Rows a second: 64 rows of 256 bytes a commit, WAL, synchronous=FULL, no socket."""
    connection = sqlite3.connect(folder / f"floor-{time.perf_counter_ns()}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (n INTEGER PRIMARY KEY, body BLOB)")
    rows, payload, began = 0, os.urandom(ROW_BYTES), time.perf_counter()
    while time.perf_counter() - began < seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO event (body) VALUES (?)", [(payload,)] * ROWS_A_COMMIT)
        connection.execute("COMMIT")
        rows += ROWS_A_COMMIT
    took = time.perf_counter() - began
    connection.close()
    return rows / took


def postgres_rows(dsn: str, seconds: float) -> float:
    """Rows a second: one asyncpg connection, 64 rows a statement (unnest), synchronous commit."""

    async def run() -> float:
        connection = await asyncpg.connect(dsn)  # type: ignore[no-untyped-call]  # asyncpg ships no annotation for it
        await connection.execute("CREATE TABLE IF NOT EXISTS floor_event (n bigserial PRIMARY KEY, body bytea)")
        payload, rows, began = [os.urandom(ROW_BYTES)] * ROWS_A_COMMIT, 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            await connection.execute("INSERT INTO floor_event (body) SELECT * FROM unnest($1::bytea[])", payload)
            rows += ROWS_A_COMMIT
        took = time.perf_counter() - began
        await connection.close()
        return rows / took

    return asyncio.run(run())


def fdatasync_ms(folder: Path, times: int) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds, of one append of 256 bytes and its fdatasync."""
    path, took = folder / "sync", []
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for _ in range(times):
        began = time.perf_counter()
        os.write(descriptor, b"x" * ROW_BYTES)
        os.fdatasync(descriptor)
        took.append((time.perf_counter() - began) * 1e3)
    os.close(descriptor)
    took.sort()
    return took[len(took) // 2], took[len(took) * 99 // 100]
