"""questions and answers through the relay"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asker_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("into_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'cleared', 'returned', 'merged', 'released', 'answered')",
            name=op.f("ck_question_state"),
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_question_tender_id_tender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_question_tender_id"), "question", ["tender_id"])
    op.create_table(
        "answer",
        sa.Column("question_id", sa.String(length=32), nullable=False),
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'pending', 'ready', 'published')", name=op.f("ck_answer_state")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_answer_tender_id_tender")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_answer_tender_id"), "answer", ["tender_id"])
    op.create_table(
        "question_batch",
        sa.Column("tender_id", sa.String(length=32), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_question_batch_tender_id_tender")),
        sa.PrimaryKeyConstraint("tender_id", name=op.f("pk_question_batch")),
    )
    op.create_index(op.f("ix_question_batch_next_at"), "question_batch", ["next_at"])


def downgrade() -> None:
    for table in ("question_batch", "answer", "question"):
        op.drop_table(table)
