"""The mail outbox: whole letters sealed in a table within the act's transaction, delivered after its commit.

The table tells a reader of the database neither recipient nor text (VISIBILITY.md d06). A letter that fails is tried
again.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import aiosmtplib
from sqlalchemy import Column, Integer, LargeBinary, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.db import Id, Utc, metadata
from app.infra.world import World

BATCH = 50
MOST_TRIES = 20
STEP_BYTES = 2048
# Waiting time doubles with each failure, up to this.
LONGEST_WAIT = timedelta(hours=1)

letter_table = Table(
    "letter",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("due_at", Utc, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Utc),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one recipient; plain text."""

    to: str
    subject: str
    text: str
    # An iCalendar file that goes with it; empty: none.
    calendar: str = ""


async def enqueue(world: World, tx: AsyncConnection, letters: Sequence[Letter]) -> None:
    """Put letters into the outbox in a fresh random order, so that rows tell nothing about who was listed first."""
    now = world.clock.now()
    rows = []
    for letter in world.ids.shuffled(letters):
        letter_id = world.ids.new()
        plain = json.dumps(asdict(letter)).encode()
        # Blanks after the JSON are still JSON: the length tells neither an address nor a name.
        plain = plain.ljust(-(-len(plain) // STEP_BYTES) * STEP_BYTES)
        sealed = world.keys.seal("vault", plain, letter_id.encode())
        rows.append({"id": letter_id, "sealed": sealed, "due_at": now, "tries": 0})
    if rows:
        await tx.execute(insert(letter_table), rows)


async def deliver_waiting(world: World) -> int:
    """Deliver letters that are due; returns how many went out. Safe to call from several replicas: at worst a mail
    goes twice."""
    async with world.db.snapshot() as tx:
        waiting = (
            await tx.execute(
                select(letter_table)
                .where(
                    letter_table.c.sent_at.is_(None),
                    letter_table.c.due_at <= world.clock.now(),
                    letter_table.c.tries < MOST_TRIES,
                )
                .order_by(letter_table.c.due_at, letter_table.c.id)
                .limit(BATCH)
            )
        ).all()
    outcomes = [await _deliver(world, row.id, row.sealed, row.tries) for row in waiting]
    if outcomes:
        # One commit for the page: letters and live bids share the database's one writer.
        async with world.db.transaction() as tx:
            for values in outcomes:
                await tx.execute(
                    update(letter_table).where(letter_table.c.id == values["letter"]).values(values["set"])
                )
    return sum(values["set"].get("sent_at") is not None for values in outcomes)


async def _deliver(world: World, letter_id: str, sealed: bytes, tries: int) -> dict[str, Any]:
    """Send one letter; what becomes of its row."""
    parts = json.loads(world.keys.unseal("vault", sealed, letter_id.encode()))
    message = EmailMessage()
    message["From"] = world.settings.mail_from
    message["To"] = parts["to"]
    message["Subject"] = parts["subject"]
    message["Message-ID"] = f"<{letter_id}@bidroom.invalid>"
    message.set_content(parts["text"])
    # Letters from before there were any have no such member.
    if parts.get("calendar"):
        message.add_attachment(parts["calendar"], subtype="calendar", filename="bidroom.ics", cte="base64")
    try:
        await world.mail.send(message, name=letter_id)
    except (OSError, aiosmtplib.SMTPException):
        wait = min(timedelta(seconds=10 * 2**tries), LONGEST_WAIT)
        return {"letter": letter_id, "set": {"tries": tries + 1, "due_at": world.clock.now() + wait}}
    # The text has gone out; keep nothing of it.
    return {"letter": letter_id, "set": {"sent_at": world.clock.now(), "sealed": b"", "tries": tries + 1}}
