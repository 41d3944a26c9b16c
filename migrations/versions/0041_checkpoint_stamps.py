"""time stamps of checkpoints by an authority outside"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None


def _fence(dialect: str, table: str) -> None:
    """A stamp is written once, as in 0020."""
    for act in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        when = f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
        does = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what stands there is never changed'); END"
        op.execute(f"CREATE TRIGGER {table}_refuses_{act} {when} {does}")


def upgrade() -> None:
    op.create_table(
        "checkpoint_stamp",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("stamped_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_checkpoint_stamp")),
    )
    _fence(op.get_bind().dialect.name, "checkpoint_stamp")


def downgrade() -> None:
    op.drop_table("checkpoint_stamp")
