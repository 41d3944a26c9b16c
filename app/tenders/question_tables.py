"""Tables of questions and answers. No column says who asked or when (VISIBILITY.md sections 2 and 5).

On SQLite they lie in the order of their random ids (no row numbers); all questions of a tender are sealed afresh with
each new one, so their place in the database's files tells nothing either.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from app.infra.db import Id, Utc, metadata

question = Table(
    "question",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False, index=True),
    Column("state", String(10), nullable=False),
    # Whether the filter held it.
    Column("is_held", Boolean, nullable=False),
    # The text as asked with its salt, and who asked when; each padded to one length under the vault key.
    Column("text_sealed", LargeBinary, nullable=False),
    Column("asker_sealed", LargeBinary, nullable=False),
    # What the relay let through, and the fixed time from which the buyer has it.
    Column("shown", Text),
    Column("released_at", Utc),
    Column("into_id", Id),
    Column("reason", String(30)),
    CheckConstraint(
        "state IN ('waiting', 'held', 'cleared', 'returned', 'merged', 'released', 'answered')", name="state"
    ),
    sqlite_with_rowid=False,
)

answer = Table(
    "answer",
    metadata,
    Column("question_id", Id, ForeignKey("question.id"), primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False, index=True),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("state", String(10), nullable=False),
    # Rises with every write; what an editor saw is compared with it.
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("published_at", Utc),
    CheckConstraint("state IN ('draft', 'pending', 'ready', 'published')", name="state"),
    sqlite_with_rowid=False,
)

# The next fixed time at which a tender's questions have something to wait for; empty where nothing waits.
question_batch = Table(
    "question_batch",
    metadata,
    Column("tender_id", Id, ForeignKey("tender.id"), primary_key=True),
    Column("next_at", Utc, index=True),
)
