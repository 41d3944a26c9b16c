"""The vault's own table: traces of sign-ins, sealed (VISIBILITY.md section 2, d17)."""

from sqlalchemy import Column, Index, LargeBinary, String, Table

from app.infra.db import Id, Utc, metadata

sign_in_trace = Table(
    "sign_in_trace",
    metadata,
    Column("id", Id, primary_key=True),
    # An HMAC of the account: finds a person's traces without naming the person.
    Column("who_key", String(64), nullable=False),
    # For the retention; the instant is sealed.
    Column("hour", Utc, nullable=False),
    # {at, network, agent} padded to one length, under the vault key.
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_sign_in_trace_who", "who_key"),
    Index("ix_sign_in_trace_hour", "hour"),
)
