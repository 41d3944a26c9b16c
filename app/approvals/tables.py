"""Table of approvals."""

from sqlalchemy import Column, String, Table

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
