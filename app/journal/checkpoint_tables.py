"""Tables of the checkpoints. ``checkpoint`` refuses update and delete (triggers in the migration), as ``entry``."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from app.infra.db import JsonText, Utc, metadata

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("chains", Integer, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("root", String(64), nullable=False),
    Column("prev", String(64), nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sig", LargeBinary(64), nullable=False),
    # The heads that moved since the checkpoint before: [[chain, seq, hash], …].
    Column("heads", JsonText, nullable=False),
)

# The heads as of the last checkpoint, so that the next one need not fold all before it. Not trusted: their root must be
# the one that was signed.
checkpoint_head = Table(
    "checkpoint_head",
    metadata,
    Column("chain", String(48), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

# What outside witnesses said of checkpoints; refuses update and delete as well. `seen_at_ms` is the witness's clock,
# `received_at` the service's.
cosignature = Table(
    "cosignature",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("witness", String(16), primary_key=True),
    Column("journal", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("seen_at_ms", BigInteger, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("sig", LargeBinary(64), nullable=False),
)

# What a time-stamping authority said of checkpoints (RFC 3161): its answer as it came, and the time it tells.
checkpoint_stamp = Table(
    "checkpoint_stamp",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("answer", LargeBinary, nullable=False),
    Column("stamped_at", Utc, nullable=False),
)
