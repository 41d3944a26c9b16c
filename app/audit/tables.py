"""Tables of the audit room."""

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from app.infra.db import Id, JsonText, Utc, metadata

export = Table(
    "export",
    metadata,
    Column("id", Id, primary_key=True),
    # {"all": true} or {"tenders": [id, …]}
    Column("scope", JsonText, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("requested_by", Id, nullable=False),
    Column("requested_at", Utc, nullable=False),
    # queued, running, ready, failed
    Column("state", String(10), nullable=False),
    # Entries written so far, and in all.
    Column("done", BigInteger, nullable=False, default=0),
    Column("total", BigInteger, nullable=False, default=0),
    # When its worker last gave a sign; an old one means that its process died.
    Column("seen_at", Utc),
    Column("attempts", Integer, nullable=False, default=0),
    Column("size", BigInteger),
    Column("sha256", String(64)),
    Column("ready_at", Utc),
    Column("code", String(40)),
)
