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
    # HMAC of who this is at the provider of single sign-on, once they have come from there.
    Column("subject_key", String(64)),
    # What a representative may do for its supplier; none: everything.
    Column("rights", JsonText),
    Index("ix_account_subject_key", "subject_key", unique=True),
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
    # A password alone, where a second factor is asked for, proves too little.
    Column("is_proven", Boolean, server_default="0", nullable=False),
    Column("stepped_up_at", Utc),
    # For its owner alone: what the browser says it is, and which one; of one length for everybody.
    Column("device_sealed", LargeBinary),
    # The instants of which the columns above tell the hour: begun and stepped up, and last seen.
    Column("began_sealed", LargeBinary),
    Column("seen_sealed", LargeBinary),
    # A step-up gives a session a new id; open sockets find it here, a cookie does not.
    Column("next_hash", String(64)),
)

# What proves a person beside the password; the times and counts of its use are sealed with the rest.
second_factor = Table(
    "second_factor",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("factor_sealed", LargeBinary, nullable=False),
)

# What a browser or a provider has to answer, once and soon; kept under a hash of whom it was given to.
challenge = Table(
    "challenge",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("challenge_sealed", LargeBinary, nullable=False),
    Column("expires_at", Utc, nullable=False),
)

# Who of the buyer's staff stands near which supplier, by a keyed hash of the supplier's credit code.
relation = Table(
    "relation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, nullable=False, index=True),
    Column("party_key", String(64), nullable=False, index=True),
    Column("relation_sealed", LargeBinary, nullable=False),
    Column("declared_at", Utc, nullable=False),
    Column("ended_at", Utc),
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
