"""Tables of identity. Names and addresses are sealed; times on account rows are cut to the hour (VISIBILITY.md
section 2)."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table

from app.infra.db import Id, JsonText, Utc, metadata

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),
    # HMAC of the normalised address: finds the account without storing the address.
    Column("email_key", String(64), nullable=False, unique=True),
    Column("person_sealed", LargeBinary, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("supplier_id", Id, index=True),
    Column("locale", String(5), nullable=False),
    Column("password_hash", String(200)),
    Column("state", String(10), nullable=False),
    # Name of the demo's one-click seat; empty for everyone else.
    Column("seat", String(40), unique=True),
    Column("created_at", Utc, nullable=False),
    Column("version", Integer, nullable=False),
)

# One-time links: invitation to an account, password reset. Only the hash of the token is stored.
account_link = Table(
    "account_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", Id, nullable=False, index=True),
    Column("purpose", String(10), nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

session = Table(
    "session",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    # Whose session it is: sealed, and an HMAC to end all sessions of an account. No column joins sessions to accounts.
    Column("account_sealed", LargeBinary, nullable=False),
    Column("account_key", String(64), nullable=False, index=True),
    Column("started_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("is_demo", Boolean, nullable=False),
)

# Admission to one websocket, once, for 30 seconds (LIVE.md section 3).
ticket = Table(
    "ticket",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("session_sealed", LargeBinary, nullable=False),
    Column("expires_at", Utc, nullable=False),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("who_key", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_sign_in_failure_who", "who_key", "at"),
)

# What a higher room hands down: which holder reaches which thing under which role.
scope_grant = Table(
    "scope_grant",
    metadata,
    Column("scope", String(48), primary_key=True),
    Column("holder", String(48), primary_key=True),
    Column("role", String(20), primary_key=True),
    Index("ix_scope_grant_holder", "holder"),
)
