"""times of a round that a rule has set"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ruled_opens_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("ruled_closes_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("ruled_closes_at")
        batch_op.drop_column("ruled_opens_at")
