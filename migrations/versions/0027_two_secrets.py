"""the secret of a webhook before its last one"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook", sa.Column("old_secret_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("webhook", sa.Column("old_secret_until", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("webhook", "old_secret_until")
    op.drop_column("webhook", "old_secret_sealed")
