"""what outside witnesses said of checkpoints"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0040"
branch_labels = None
depends_on = None


def _fence(dialect: str, table: str) -> None:
    """A cosignature is written once, as in 0020."""
    for act in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        when = f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
        does = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what stands there is never changed'); END"
        op.execute(f"CREATE TRIGGER {table}_refuses_{act} {when} {does}")


def upgrade() -> None:
    op.create_table(
        "cosignature",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=16), nullable=False),
        sa.Column("journal", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("sig", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", "witness", name=op.f("pk_cosignature")),
    )
    _fence(op.get_bind().dialect.name, "cosignature")


def downgrade() -> None:
    op.drop_table("cosignature")
