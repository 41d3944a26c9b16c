"""Tables of questionnaires, and of representatives that joined a supplier by themselves."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from app.infra.db import Id, JsonText, Utc, metadata

# Never changed: a change is the next version. One without questions ends the asking in its category.
questionnaire = Table(
    "questionnaire",
    metadata,
    Column("id", Id, primary_key=True),
    Column("category", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("questions", JsonText, nullable=False),
    Column("valid_days", Integer, nullable=False),
    Column("made_by", Id, nullable=False),
    Column("made_at", Utc, nullable=False),
    UniqueConstraint("category", "version"),
)

# The supplier's id may be an applicant's that is no supplier yet: it becomes the supplier's.
questionnaire_reply = Table(
    "questionnaire_reply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("questionnaire_id", Id, ForeignKey("questionnaire.id"), nullable=False),
    Column("supplier_id", Id, nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("answers", JsonText, nullable=False),
    Column("saved_at", Utc, nullable=False),
    Column("submitted_at", Utc),
    Column("valid_until", Utc),
    CheckConstraint("state IN ('draft', 'submitted')", name="state"),
)

# Somebody who came to a supplier by self-registration: the representatives it has confirm or object.
representative = Table(
    "representative",
    metadata,
    Column("account_id", Id, primary_key=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    Column("joined_at", Utc, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", Utc),
    CheckConstraint("state IN ('waiting', 'confirmed', 'objected')", name="state"),
)
