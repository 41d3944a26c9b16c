"""The table of award scenarios. It holds labels, never a tag or a name."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from app.infra.db import Id, JsonText, Utc, metadata

# Scenarios in the order they were computed; none is changed, one may be adopted, the one adopted last counts.
scenario = Table(
    "scenario",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    # As it was hashed and journaled (domain/scenario.py).
    Column("document", JsonText, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Id, nullable=False),
    Column("adopted_at", Utc),
    Column("adopted_by", Id),
    UniqueConstraint("tender_id", "number"),
)
