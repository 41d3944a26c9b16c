"""best-and-final sealed rounds, their offers and the prices they changed"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0031"
branch_labels = None
depends_on = None

ID = sa.String(length=32)
WRITTEN_ONCE = ("final_offer", "final_price")


def _fence(dialect: str, table: str) -> None:
    """What came in and what was opened is written once, as in 0020."""
    for act in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        when = f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
        does = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what stands there is never changed'); END"
        op.execute(f"CREATE TRIGGER {table}_refuses_{act} {when} {does}")


def upgrade() -> None:
    op.create_table(
        "final_round",
        sa.Column("id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("policy_digest", sa.String(length=64), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_round")),
        sa.UniqueConstraint("tender_id", "number", "attempt", name=op.f("uq_final_round_tender_id")),
    )
    op.create_index("ix_final_round_state", "final_round", ["state"])
    op.create_table(
        "final_offer",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("lot_id", ID, nullable=False),
        sa.Column("tag", ID, nullable=False),
        sa.Column("rev", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("price_ct", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "lot_id", "tag", "rev", name=op.f("pk_final_offer")),
    )
    op.create_table(
        "final_price",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("lot_id", ID, nullable=False),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("tender_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "lot_id", "supplier_id", name=op.f("pk_final_price")),
    )
    op.create_index(op.f("ix_final_price_tender_id"), "final_price", ["tender_id"])
    for table in WRITTEN_ONCE:
        _fence(op.get_bind().dialect.name, table)


def downgrade() -> None:
    op.drop_table("final_price")
    op.drop_table("final_offer")
    op.drop_index("ix_final_round_state", "final_round")
    op.drop_table("final_round")
