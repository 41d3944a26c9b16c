"""Tables of best-and-final rounds: what came in and what was opened is written once."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from app.infra.db import Amount, Id, JsonText, Utc, metadata

# A round for all suppliers of one award (its number as in the table `award`).
final_round = Table(
    "final_round",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("closes_at", Utc, nullable=False),
    Column("policy", JsonText, nullable=False),
    Column("policy_digest", String(64), nullable=False),
    # {supplier: its tag in this round}
    Column("tags", JsonText, nullable=False),
    Column("began_at", Utc, nullable=False),
    # When it was opened or called off.
    Column("ended_at", Utc),
    Column("end_reason", Text),
    UniqueConstraint("tender_id", "number", "attempt"),
    Index("ix_final_round_state", "state"),
)

final_offer = Table(
    "final_offer",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("lot_id", Id, primary_key=True),
    Column("tag", Id, primary_key=True),
    Column("rev", Integer, primary_key=True, autoincrement=False),
    Column("package", String(64), nullable=False),
    Column("header", JsonText, nullable=False),
    Column("price_ct", LargeBinary, nullable=False),
    Column("received_at", Utc, nullable=False),
    # Kept as given: the same package again gets the identical receipt.
    Column("receipt", JsonText, nullable=False),
)

# A price that an opened round changed.
final_price = Table(
    "final_price",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("lot_id", Id, primary_key=True),
    Column("supplier_id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("amount", Amount, nullable=False),
)
