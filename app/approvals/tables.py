"""Tables of approvals, and of tasks handed over for a time."""

from sqlalchemy import Column, Date, String, Table

from app.infra.db import Id, JsonText, Utc, metadata

proposal = Table(
    "proposal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", String(64), nullable=False, index=True),
    Column("tender", Id, index=True),
    Column("chain", String(48), nullable=False),
    Column("change", JsonText, nullable=False),
    Column("change_hash", String(64), nullable=False),
    Column("summary", JsonText, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("proposed_by", Id, nullable=False),
    Column("proposer_role", String(20), nullable=False),
    Column("proposed_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", Utc),
    Column("reason", String(2000)),
)

# The tasks of one role in another's hands; it ends by its days, or when its giver takes it back.
delegation = Table(
    "delegation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("giver_id", Id, nullable=False, index=True),
    Column("taker_id", Id, nullable=False, index=True),
    Column("duty", String(20), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("ended_at", Utc),
)
