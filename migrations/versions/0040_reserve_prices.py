"""secret reserve prices: sealed from the moment they are typed, opened with the prices of their lot"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reserve_price",
        sa.Column("lot_id", sa.String(length=32), nullable=False),
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.CheckConstraint("result IN ('opened', 'altered_in_custody')", name=op.f("ck_reserve_price_result")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_reserve_price_tender_id_tender")),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_reserve_price")),
    )
    op.create_index(op.f("ix_reserve_price_tender_id"), "reserve_price", ["tender_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_reserve_price_tender_id"), table_name="reserve_price")
    op.drop_table("reserve_price")
