"""delegations, messages of a project, the owner of a stage"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ID = sa.String(length=32)


def _fence(dialect: str, table: str) -> None:
    """What was said is written once, as in 0015."""
    for act in ("update", "delete", *(["truncate"] if dialect == "postgresql" else [])):
        when = f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
        does = "EXECUTE FUNCTION refuse_rewriting()"
        if dialect == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what stands there is never changed'); END"
        op.execute(f"CREATE TRIGGER {table}_refuses_{act} {when} {does}")


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", ID, nullable=False),
        sa.Column("giver_id", ID, nullable=False),
        sa.Column("taker_id", ID, nullable=False),
        sa.Column("duty", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_giver_id"), "delegation", ["giver_id"])
    op.create_index(op.f("ix_delegation_taker_id"), "delegation", ["taker_id"])
    op.create_table(
        "project_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_by", ID, nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_message")),
    )
    op.create_index(op.f("ix_project_message_project_id"), "project_message", ["project_id"])
    op.add_column("project_stage", sa.Column("owner_id", ID, nullable=True))
    _fence(op.get_bind().dialect.name, "project_message")


def downgrade() -> None:
    op.drop_column("project_stage", "owner_id")
    op.drop_table("project_message")
    op.drop_table("delegation")
