"""Tables of the journal. The entry table refuses update and delete (triggers in the migration): the fence; the chain
is the alarm."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text, text

from app.infra.db import Id, metadata

_IS_ROTATED = text("kind = 'key.rotated'")

entry = Table(
    "entry",
    metadata,
    Column("chain", String(48), primary_key=True),
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    # Copies of members of the body, for filters; the body decides.
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("tender", Id),
    Column("lot", Id),
    Column("body", Text, nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_entry_tender_at", "tender", "at_ms"),
    Index("ix_entry_at", "at_ms"),
    # The few entries of the journal's own key (rotation_entries.py), looked for at every checkpoint.
    Index("ix_entry_rotated", "chain", "seq", postgresql_where=_IS_ROTATED, sqlite_where=_IS_ROTATED),
)

# The head of each chain: its row is the lock under which the next number is given.
chain_head = Table(
    "chain_head",
    metadata,
    Column("chain", String(48), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    # Time of the last entry: the next is never written as earlier, whatever the machine's clock does.
    Column("at_ms", BigInteger, nullable=False),
)
