"""the rotations of the journal's key are found at once"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_rotated = sa.text("kind = 'key.rotated'")
    op.create_index(
        op.f("ix_entry_rotated"), "entry", ["chain", "seq"], postgresql_where=is_rotated, sqlite_where=is_rotated
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_entry_rotated"), table_name="entry")
