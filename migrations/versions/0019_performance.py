"""orders, deliveries, performance reviews"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("delivery", "performance_reply")


def _triggers(dialect: str) -> list[tuple[str, str, str]]:
    """(name, table, statement) of every trigger: the fence of 0015 around two more tables."""
    acts = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
    return [
        (
            f"{table}_refuses_{act}",
            table,
            f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}",
        )
        for table in WRITTEN_ONCE
        for act in acts
    ]


def upgrade() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("promises", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("state IN ('open', 'cancelled')", name=op.f("ck_purchase_order_state")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
    )
    op.create_index("ix_purchase_order_due", "purchase_order", ["supplier_id", "category", "due_on"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("delivered_on", sa.String(length=10), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("order_id", "number", "revision", name=op.f("uq_delivery_order_id")),
    )
    op.create_table(
        "performance_review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("orders", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_performance_review_state")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_performance_review_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_review")),
        sa.UniqueConstraint(
            "supplier_id", "category", "period", "revision", name=op.f("uq_performance_review_supplier_id")
        ),
    )
    op.create_table(
        "performance_reply",
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("replied_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_performance_reply")),
    )
    dialect = op.get_bind().dialect.name
    for name, table, when in _triggers(dialect):
        act = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            says = f"{table} is insert-only: what stands there is never changed"
            act = f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        op.execute(f"CREATE TRIGGER {name} {when} {act}")


def downgrade() -> None:
    # The triggers go with their tables.
    for table in ("performance_reply", "performance_review", "delivery", "purchase_order"):
        op.drop_table(table)
