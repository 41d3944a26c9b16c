"""Tables of suppliers. Contact data are sealed under the vault key (VISIBILITY.md d06), the rest is d05."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from app.infra.db import Amount, Id, JsonText, Utc, metadata

supplier = Table(
    "supplier",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("credit_code", String(18), nullable=False, unique=True),
    Column("city", String(60), nullable=False),
    Column("categories", JsonText, nullable=False),
    Column("contact_sealed", LargeBinary, nullable=False),
    Column("registered_at", Utc, nullable=False),
    Column("state", String(10), nullable=False),
    # The certification in force: the last one approved. Written with the approval, read at every bid.
    Column("certification_id", Id),
    # Rises with every change of the master data; what an editor saw is compared with it.
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('active', 'suspended')", name="state"),
    Index("ix_supplier_name_zh", "name_zh", "id"),
)

certification = Table(
    "certification",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False, index=True),
    Column("quality", Amount, nullable=False),
    Column("delivery", Amount, nullable=False),
    Column("credit", Amount, nullable=False),
    Column("weights", JsonText, nullable=False),
    Column("minimums", JsonText, nullable=False),
    Column("score", Amount, nullable=False),
    Column("grade", String(1), nullable=False),
    # What was assessed: a category added later waits for the next certification.
    Column("categories", JsonText, nullable=False),
    Column("note", String(1000), nullable=False),
    Column("state", String(10), nullable=False),
    Column("proposed_at", Utc, nullable=False),
    Column("valid_from", Utc),
    Column("valid_until", Utc, nullable=False),
    Column("proposed_by", Id, nullable=False),
    Column("approved_by", Id),
    Column("proposal_id", Id),
    # The sub-criteria with their figures; none where the marks were given directly.
    Column("assessment", JsonText),
    CheckConstraint("state IN ('proposed', 'approved', 'refused', 'void')", name="state"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False, index=True),
    Column("aspect", String(10), nullable=False),
    Column("title", String(120), nullable=False),
    Column("file_id", Id, nullable=False),
    Column("media_type", String(20), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("uploaded_at", Utc, nullable=False),
    Column("by_supplier", Boolean, nullable=False),
    Column("valid_until", Utc),
)

suspension = Table(
    "suspension",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False, index=True),
    Column("reason", String(1000), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("proposal_id", Id, nullable=False),
    Column("lifted_at", Utc),
    Column("lifted_reason", String(1000)),
    Column("lifting_proposal_id", Id),
)

# One upload of a spreadsheet: progress while it runs, and what could not be imported, for the person who sent it.
supplier_import = Table(
    "supplier_import",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    # Bad rows hold contact data as typed, so they are sealed like contact data.
    Column("report_sealed", LargeBinary),
    CheckConstraint("state IN ('running', 'done')", name="state"),
)
