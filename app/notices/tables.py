"""Table of notices."""

from sqlalchemy import Column, Index, String, Table

from app.infra.db import Id, JsonText, Utc, metadata

notice = Table(
    "notice",
    metadata,
    Column("id", Id, primary_key=True),
    # An HMAC of the account, of a supplier's with the tender: a reader of the database must not learn who was told,
    # hence who joined (d11).
    Column("account_key", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("params", JsonText, nullable=False),
    Column("tender", Id),
    Column("made_at", Utc, nullable=False),
    Column("read_at", Utc),
    Index("ix_notice_account", "account_key", "made_at"),
)
