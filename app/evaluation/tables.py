"""Tables of evaluation: one official ranking a lot, by R-label; who is behind a label is sealed."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from app.infra.db import Id, JsonText, Utc, metadata

ranking = Table(
    "ranking",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    Column("lot_id", Id, nullable=False, unique=True),
    Column("made_at", Utc, nullable=False),
    # Counts up when a void after the close changes the order.
    Column("version", Integer, nullable=False),
    # How many bids of the lot were voided when it was ranked: more since then, and it is ranked again.
    Column("voids", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    # [{label, rank, amount, n, tied}] in order of rank, as journaled.
    Column("rows", JsonText, nullable=False),
    # {label: tag} under the scoring key (VISIBILITY.md section 1).
    Column("map_sealed", LargeBinary, nullable=False),
)
