"""bidder-assisted openings: that bidders were asked, and the secrets they gave"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recovery",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.String(length=5), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "envelope", name=op.f("pk_recovery")),
        sa.CheckConstraint("envelope IN ('tech', 'price')", name=op.f("ck_recovery_envelope")),
    )
    op.create_table(
        "secret_release",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.String(length=5), nullable=False),
        sa.Column("package", sa.String(length=64), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "envelope", "package", name=op.f("pk_secret_release")),
        sa.CheckConstraint("envelope IN ('tech', 'price')", name=op.f("ck_secret_release_envelope")),
    )


def downgrade() -> None:
    op.drop_table("secret_release")
    op.drop_table("recovery")
