"""Tables of a bidder-assisted opening: that bidders were asked, and what they gave, sealed at rest until it opens."""

from sqlalchemy import CheckConstraint, Column, LargeBinary, String, Table

from app.infra.db import Id, Utc, metadata

_IS_ENVELOPE = "envelope IN ('tech', 'price')"

recovery = Table(
    "recovery",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("envelope", String(5), primary_key=True),
    Column("proposal_id", Id, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    CheckConstraint(_IS_ENVELOPE, name="envelope"),
)

secret_release = Table(
    "secret_release",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("envelope", String(5), primary_key=True),
    Column("package", String(64), primary_key=True),
    # S||V of the envelope, under the scoring key.
    Column("secret_sealed", LargeBinary, nullable=False),
    Column("received_at", Utc, nullable=False),
    CheckConstraint(_IS_ENVELOPE, name="envelope"),
)
