"""the room: the pen, reports of an error, practice passed"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pen",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("seat", sa.String(length=32), nullable=True),
        sa.Column("before", sa.String(length=32), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_pen")),
    )
    op.create_table(
        "room_seat",
        sa.Column("seat", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("socket", sa.String(length=32), nullable=False),
        sa.Column("process", sa.String(length=32), nullable=False),
        sa.Column("person_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seat", name=op.f("pk_room_seat")),
    )
    op.create_index(op.f("ix_room_seat_place"), "room_seat", ["place"])
    op.create_table(
        "error_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("lot_id", sa.String(length=32), nullable=False),
        sa.Column("bid", sa.String(length=64), nullable=False),
        sa.Column("slip", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("caller_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("proposal_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('reported', 'verified', 'dismissed', 'proposed')", name=op.f("ck_error_report_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_report")),
        sa.UniqueConstraint("bid", name=op.f("uq_error_report_bid")),
    )
    op.create_index("ix_error_report_round", "error_report", ["round_id"])
    op.create_table(
        "practice_pass",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("supplier_id", sa.String(length=32), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_practice_pass")),
    )
    op.create_index(op.f("ix_practice_pass_supplier_id"), "practice_pass", ["supplier_id"])


def downgrade() -> None:
    for table in ("practice_pass", "error_report", "room_seat", "pen"):
        op.drop_table(table)
