"""opening committees: who sits where, whose key, what was confirmed and rehearsed"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "committee",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("formed_at", sa.BigInteger(), nullable=False),
        sa.Column("policy_digest", sa.String(length=64), nullable=True),
        sa.Column("rehearsal", sa.Text(), nullable=True),
        sa.Column("rehearsed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("round_id", "generation", name=op.f("pk_committee")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_committee_tender_id_tender")),
    )
    op.create_table(
        "committee_seat",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("challenged_key", sa.String(length=130), nullable=True),
        sa.Column("challenge_hash", sa.String(length=64), nullable=True),
        sa.Column("public_key", sa.String(length=130), nullable=True),
        sa.Column("keyed_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("rehearsal_release", sa.String(length=64), nullable=True),
        sa.Column("rehearsed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("round_id", "generation", "seat", name=op.f("pk_committee_seat")),
        sa.UniqueConstraint("round_id", "generation", "account_id", name=op.f("uq_committee_seat_round_id")),
        sa.UniqueConstraint("public_key", name=op.f("uq_committee_seat_public_key")),
    )
    op.create_index("ix_committee_seat_account", "committee_seat", ["account_id"])
    op.create_table(
        "release_bundle",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.String(length=5), nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("bundle_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "envelope", "seat", name=op.f("pk_release_bundle")),
    )
    op.create_table(
        "release_call",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.String(length=5), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "envelope", name=op.f("pk_release_call")),
    )


def downgrade() -> None:
    op.drop_table("release_call")
    op.drop_table("release_bundle")
    op.drop_table("committee_seat")
    op.drop_table("committee")
