"""Tables of a supplier's life: how it came, what was found, what it is to mend, what it appeals against."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from app.infra.db import Amount, Id, JsonText, Utc, metadata

# The id becomes the supplier's, so that one chain of the journal tells its life from the application on.
supplier_application = Table(
    "supplier_application",
    metadata,
    Column("id", Id, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("credit_code", String(18), nullable=False),
    Column("city", String(60), nullable=False),
    Column("categories", JsonText, nullable=False),
    Column("contact_sealed", LargeBinary, nullable=False),
    Column("locale", String(2), nullable=False),
    Column("applied_at", Utc, nullable=False),
    Column("decided_at", Utc),
    Column("reason", String(1000)),
    # The supplier it was joined to.
    Column("into_id", Id),
    CheckConstraint("state IN ('applied', 'admitted', 'merged', 'refused')", name="state"),
    Index("ix_supplier_application_state", "state", "applied_at"),
)

finding = Table(
    "finding",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("aspect", String(10), nullable=False),
    Column("result", String(12), nullable=False),
    Column("title", String(120), nullable=False),
    Column("text", String(2000), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("recorded_by", Id, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    # 0 to 100, where the audit or the test gave one: it feeds the sub-criteria of the assessment.
    Column("score", Amount),
    # By an appeal that was upheld.
    Column("annulled_at", Utc),
    CheckConstraint("kind IN ('site_audit', 'sample_test')", name="kind"),
    CheckConstraint("result IN ('passed', 'conditional', 'failed')", name="result"),
)

corrective_action = Table(
    "corrective_action",
    metadata,
    Column("id", Id, primary_key=True),
    Column("finding_id", Id, ForeignKey("finding.id"), nullable=False),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False, index=True),
    Column("text", String(1000), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reply", String(1000)),
    Column("replied_at", Utc),
    Column("closed_at", Utc),
    CheckConstraint("state IN ('open', 'reported', 'closed', 'annulled')", name="state"),
)

appeal = Table(
    "appeal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False, index=True),
    Column("subject", String(20), nullable=False),
    Column("subject_id", Id, nullable=False),
    Column("text", String(2000), nullable=False),
    Column("state", String(10), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", Utc),
    Column("answer", String(1000)),
    CheckConstraint("subject IN ('certification', 'finding', 'performance')", name="subject"),
    CheckConstraint("state IN ('open', 'upheld', 'refused')", name="state"),
)

# Which reminders have gone out: by certification or evidence file, and for how many days before its end.
renewal_reminder = Table(
    "renewal_reminder",
    metadata,
    Column("subject_id", Id, primary_key=True),
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False),
    Column("told_at", Utc, nullable=False),
)
