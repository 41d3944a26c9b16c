"""what auditors made of the leads of their screens"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0035"
branch_labels = None
depends_on = None

ID = sa.String(length=32)


def _fence(dialect: str, table: str) -> None:
    """A look is written once, as in 0020."""
    for act in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        when = f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
        does = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what stands there is never changed'); END"
        op.execute(f"CREATE TRIGGER {table}_refuses_{act} {when} {does}")


def upgrade() -> None:
    op.create_table(
        "signal_look",
        sa.Column("id", ID, nullable=False),
        sa.Column("lead", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("looked_by", ID, nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_look")),
        sa.UniqueConstraint("lead", "n", name=op.f("uq_signal_look_lead")),
    )
    _fence(op.get_bind().dialect.name, "signal_look")


def downgrade() -> None:
    op.drop_table("signal_look")
