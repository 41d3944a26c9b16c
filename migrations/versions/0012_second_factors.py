"""second factors, role grants and related parties"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("is_proven", sa.Boolean(), server_default="0", nullable=False))
    op.add_column("session", sa.Column("stepped_up_at", sa.BigInteger(), nullable=True))
    op.add_column("session", sa.Column("device_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("session", sa.Column("next_hash", sa.String(length=64), nullable=True))
    op.add_column("account", sa.Column("subject_key", sa.String(length=64), nullable=True))
    op.create_index("ix_account_subject_key", "account", ["subject_key"], unique=True)
    op.create_table(
        "second_factor",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("factor_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
    )
    op.create_index(op.f("ix_second_factor_account_id"), "second_factor", ["account_id"])
    op.create_table(
        "challenge",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("challenge_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_challenge")),
    )
    op.create_table(
        "relation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("party_key", sa.String(length=64), nullable=False),
        sa.Column("relation_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    op.create_index(op.f("ix_relation_account_id"), "relation", ["account_id"])
    op.create_index(op.f("ix_relation_party_key"), "relation", ["party_key"])


def downgrade() -> None:
    for name in ("relation", "challenge", "second_factor"):
        op.drop_table(name)
    op.drop_index("ix_account_subject_key", "account")
    op.drop_column("account", "subject_key")
    for name in ("next_hash", "device_sealed", "stepped_up_at", "is_proven"):
        op.drop_column("session", name)
