"""Tables of the audit room."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from app.infra.db import Id, JsonText, Utc, metadata

export = Table(
    "export",
    metadata,
    Column("id", Id, primary_key=True),
    # {"all": true} or {"tenders": [id, …]}; a history may add {"from": instant, "to": instant}.
    Column("scope", JsonText, nullable=False),
    # bundle, jsonl, csv, xlsx, ocds
    Column("form", String(8), nullable=False, server_default="bundle"),
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

# A search of the timeline that an auditor kept under a name; others see it where it is shared (SCREENS.md AU-02).
saved_query = Table(
    "saved_query",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner", Id, nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("filters", JsonText, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("saved_at", Utc, nullable=False),
)

# What auditors made of a lead of the screens, look by look. The lead is named by a keyed hash; what it is about, the
# verdict on it and the note are sealed: a reader of the database learns of no signal (VISIBILITY.md d53).
signal_look = Table(
    "signal_look",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lead", String(64), nullable=False),
    Column("n", Integer, nullable=False),
    Column("looked_by", Id, nullable=False),
    Column("looked_at", Utc, nullable=False),
    # {state, note}, padded, under the vault key.
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("lead", "n"),
)
