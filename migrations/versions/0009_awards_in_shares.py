"""awards in shares: several of one lot"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.add_column(sa.Column("share", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint("uq_award_lot_id", type_="unique")
        batch_op.create_unique_constraint("uq_award_lot_id", ["lot_id", "supplier_id"])


def downgrade() -> None:
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_constraint("uq_award_lot_id", type_="unique")
        batch_op.create_unique_constraint("uq_award_lot_id", ["lot_id"])
        batch_op.drop_column("share")
