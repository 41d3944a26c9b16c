"""how far an opening has come, for every replica; for how long a rekeyed round stays open at least"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opening_progress",
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("envelope", sa.String(length=5), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", "envelope", name=op.f("pk_opening_progress")),
    )
    with op.batch_alter_table("committee") as table:
        table.add_column(sa.Column("rekey_hours", sa.Integer()))


def downgrade() -> None:
    with op.batch_alter_table("committee") as table:
        table.drop_column("rekey_hours")
    op.drop_table("opening_progress")
