"""auto-bid, and formats that move by time"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auto_bid",
        sa.Column("lot_id", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("limit_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'reached', 'withdrawn', 'stopped')", name=op.f("ck_auto_bid_state")),
        sa.PrimaryKeyConstraint("lot_id", "tag", name=op.f("pk_auto_bid")),
    )
    op.add_column("bid", sa.Column("is_auto", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("floor", sa.Column("course", sa.Text(), nullable=True))
    op.add_column("floor", sa.Column("moves_at", sa.BigInteger(), nullable=True))
    op.add_column("floor", sa.Column("auto_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for name in ("auto_at", "moves_at", "course"):
        op.drop_column("floor", name)
    op.drop_column("bid", "is_auto")
    op.drop_table("auto_bid")
