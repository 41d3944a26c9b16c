"""appeals against performance reviews, orders that name their contract"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.String(length=32)


def _subjects(allowed: str) -> None:
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_appeal_subject"), type_="check")
        batch_op.create_check_constraint(op.f("ck_appeal_subject"), f"subject IN ({allowed})")


def upgrade() -> None:
    _subjects("'certification', 'finding', 'performance'")
    op.add_column("performance_review", sa.Column("closed_by", ID, nullable=True))
    op.add_column("performance_review", sa.Column("appeal_id", ID, nullable=True))
    op.add_column("purchase_order", sa.Column("contract_id", ID, nullable=True))
    op.create_index("ix_purchase_order_contract_id", "purchase_order", ["contract_id"])


def downgrade() -> None:
    op.drop_index("ix_purchase_order_contract_id", table_name="purchase_order")
    op.drop_column("purchase_order", "contract_id")
    op.drop_column("performance_review", "appeal_id")
    op.drop_column("performance_review", "closed_by")
    # An older revision knows no appeal of this kind.
    op.execute("DELETE FROM appeal WHERE subject = 'performance'")
    _subjects("'certification', 'finding'")
