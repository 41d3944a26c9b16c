"""applications, questionnaires, findings of suppliers"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier_application",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("city", sa.String(length=60), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("applied_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("into_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('applied', 'admitted', 'merged', 'refused')", name=op.f("ck_supplier_application_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_application")),
    )
    op.create_index("ix_supplier_application_state", "supplier_application", ["state", "applied_at"])
    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("aspect", sa.String(length=10), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("annulled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('site_audit', 'sample_test')", name=op.f("ck_finding_kind")),
        sa.CheckConstraint("result IN ('passed', 'conditional', 'failed')", name=op.f("ck_finding_result")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_finding_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_supplier_id"), "finding", ["supplier_id"])
    op.create_table(
        "corrective_action",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("finding_id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reply", sa.String(length=1000), nullable=True),
        sa.Column("replied_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'reported', 'closed', 'annulled')", name=op.f("ck_corrective_action_state")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_corrective_action_finding_id_finding")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_corrective_action_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
    )
    op.create_index(op.f("ix_corrective_action_supplier_id"), "corrective_action", ["supplier_id"])
    op.create_table(
        "appeal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=True),
        sa.CheckConstraint("subject IN ('certification', 'finding')", name=op.f("ck_appeal_subject")),
        sa.CheckConstraint("state IN ('open', 'upheld', 'refused')", name=op.f("ck_appeal_state")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_appeal_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_supplier_id"), "appeal", ["supplier_id"])
    op.create_table(
        "renewal_reminder",
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_renewal_reminder_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("subject_id", "days", name=op.f("pk_renewal_reminder")),
    )


def downgrade() -> None:
    for table in ("renewal_reminder", "appeal", "corrective_action", "finding", "supplier_application"):
        op.drop_table(table)
