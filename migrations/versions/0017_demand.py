"""purchase requests, projects and their stages"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Written once, as in 0015.
FENCED = ("project_remark", "project_attachment")


def _fence(dialect: str) -> None:
    for table in FENCED:
        acts = ["update", "delete", *(["truncate"] if dialect == "postgresql" else [])]
        for act in acts:
            when = f"BEFORE {act.upper()} ON {table} FOR EACH {'STATEMENT' if act == 'truncate' else 'ROW'}"
            does = "EXECUTE FUNCTION refuse_rewriting()"
            if dialect == "sqlite":
                does = f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only: what stands there is never changed'); END"
            op.execute(f"CREATE TRIGGER {table}_refuses_{act} {when} {does}")


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("experts", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("reference", name=op.f("uq_project_reference")),
    )
    op.create_index("ix_project_requested_by", "project", ["requested_by"])
    op.create_table(
        "project_stage",
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('not_started', 'in_progress', 'waiting', 'returned', 'done', 'not_applicable', 'stopped')",
            name=op.f("ck_project_stage_state"),
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_stage_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "stage", name=op.f("pk_project_stage")),
    )
    op.create_index("ix_project_stage_due", "project_stage", ["state", "due_on"])
    op.create_table(
        "project_member",
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("hat", sa.String(length=20), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_member_project_id_project")),
        sa.PrimaryKeyConstraint("project_id", "account_id", name=op.f("pk_project_member")),
    )
    op.create_index("ix_project_member_account", "project_member", ["account_id"])
    op.create_table(
        "project_remark",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("by_role", sa.String(length=20), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(length=32), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_remark")),
    )
    op.create_index(op.f("ix_project_remark_project_id"), "project_remark", ["project_id"])
    op.create_table(
        "project_attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_attachment")),
    )
    op.create_index(op.f("ix_project_attachment_project_id"), "project_attachment", ["project_id"])
    op.add_column("tender", sa.Column("project_id", sa.String(length=32), nullable=True))
    op.create_index(op.f("ix_tender_project_id"), "tender", ["project_id"])
    _fence(op.get_bind().dialect.name)


def downgrade() -> None:
    op.drop_index(op.f("ix_tender_project_id"), "tender")
    op.drop_column("tender", "project_id")
    for table in ("project_attachment", "project_remark", "project_member", "project_stage", "project"):
        op.drop_table(table)
