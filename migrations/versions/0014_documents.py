"""documents re-drawn, held and redacted"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("lot_id", sa.String(length=32), nullable=False),
        sa.Column("alias", sa.String(length=6), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=True),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("size_bucket", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("origin_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("pages_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("lot_id", "alias", "number", name=op.f("uq_document_lot_id")),
    )
    op.create_index(op.f("ix_document_state"), "document", ["state"])
    op.create_index(op.f("ix_document_tender_id"), "document", ["tender_id"])
    op.create_table(
        "document_intake",
        sa.Column("lot_id", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_document_intake")),
    )


def downgrade() -> None:
    for name in ("document_intake", "document"):
        op.drop_table(name)
