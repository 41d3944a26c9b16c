"""questionnaires of a category, sub-criteria of a certification, rights of representatives"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.String(length=32)


def upgrade() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", ID, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("category", "version", name=op.f("uq_questionnaire_category")),
    )
    op.create_table(
        "questionnaire_reply",
        sa.Column("id", ID, nullable=False),
        sa.Column("questionnaire_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=True),
        sa.Column("valid_until", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'submitted')", name=op.f("ck_questionnaire_reply_state")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_questionnaire_reply_questionnaire_id_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_reply")),
    )
    op.create_index(op.f("ix_questionnaire_reply_supplier_id"), "questionnaire_reply", ["supplier_id"])
    op.create_table(
        "representative",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'objected')", name=op.f("ck_representative_state")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_representative_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_representative")),
    )
    op.create_index(op.f("ix_representative_supplier_id"), "representative", ["supplier_id"])
    op.add_column("finding", sa.Column("score", sa.BigInteger(), nullable=True))
    op.add_column("certification", sa.Column("assessment", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("rights", sa.Text(), nullable=True))


def downgrade() -> None:
    for table, column in (("account", "rights"), ("certification", "assessment"), ("finding", "score")):
        op.drop_column(table, column)
    for table in ("representative", "questionnaire_reply", "questionnaire"):
        op.drop_table(table)
