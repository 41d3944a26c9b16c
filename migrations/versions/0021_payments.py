"""payment milestones and invoices"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _fence(dialect: str) -> None:
    """Documents are written once, as in 0015."""
    for act in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        when = f"BEFORE {act.upper()} ON payment_record FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
        does = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            does = "BEGIN SELECT RAISE(ABORT, 'payment_record is insert-only: what stands there is never changed'); END"
        op.execute(f"CREATE TRIGGER payment_record_refuses_{act} {when} {does}")


def upgrade() -> None:
    op.create_table(
        "payment_milestone",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.Column("credit_days", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_milestone")),
        sa.UniqueConstraint("tender_id", "number", name=op.f("uq_payment_milestone_tender_id")),
    )
    op.create_index(op.f("ix_payment_milestone_supplier_id"), "payment_milestone", ["supplier_id"])
    op.create_table(
        "payment_record",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("milestone_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=True),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("reverses", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_record")),
        sa.UniqueConstraint("reverses", name=op.f("uq_payment_record_reverses")),
    )
    op.create_index(op.f("ix_payment_record_milestone_id"), "payment_record", ["milestone_id"])
    _fence(op.get_bind().dialect.name)
    op.create_table(
        "payment_dispute",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("milestone_id", sa.String(length=32), nullable=False),
        sa.Column("is_supplier", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_dispute")),
    )
    op.create_index(op.f("ix_payment_dispute_milestone_id"), "payment_dispute", ["milestone_id"])


def downgrade() -> None:
    op.drop_table("payment_dispute")
    op.drop_table("payment_record")
    op.drop_table("payment_milestone")
