"""Tables of projects: the request and plan as typed, a row a stage, the working group, what was said and attached."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from app.infra.db import Id, JsonText, Utc, metadata

project = Table(
    "project",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(40), nullable=False, unique=True),
    Column("title_zh", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("category", String(40), nullable=False),
    # Rises with every act; what an editor saw is compared with it.
    Column("version", Integer, nullable=False),
    Column("need", JsonText, nullable=False),
    Column("plan", JsonText, nullable=False),
    # How many experts the group is to have.
    Column("experts", Integer, nullable=False),
    Column("requested_by", Id, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("edited_at", Utc, nullable=False),
    Index("ix_project_requested_by", "requested_by"),
)

project_stage = Table(
    "project_stage",
    metadata,
    Column("project_id", Id, ForeignKey("project.id"), primary_key=True),
    Column("stage", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False),
    # Days of the deployment's zone.
    Column("entered_on", Date),
    Column("due_on", Date),
    Column("done_on", Date),
    # The due date of which its owner was reminded.
    Column("reminded_for", Date),
    # The purchaser whose work it is, where one was named.
    Column("owner_id", Id),
    CheckConstraint(
        "state IN ('not_started', 'in_progress', 'waiting', 'returned', 'done', 'not_applicable', 'stopped')",
        name="state",
    ),
    Index("ix_project_stage_due", "state", "due_on"),
)

project_member = Table(
    "project_member",
    metadata,
    Column("project_id", Id, ForeignKey("project.id"), primary_key=True),
    Column("account_id", Id, primary_key=True),
    Column("hat", String(20), nullable=False),
    # Empty until declared (VISIBILITY.md d10).
    Column("has_conflict", Boolean),
    Column("statement", Text, nullable=False),
    Column("declared_at", Utc),
    Index("ix_project_member_account", "account_id"),
)

# What was said when a stage was returned, refused or stopped: written once.
project_remark = Table(
    "project_remark",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, nullable=False, index=True),
    Column("stage", Integer, nullable=False),
    Column("act", String(10), nullable=False),
    Column("by_role", String(20), nullable=False),
    Column("said", Text, nullable=False),
    Column("said_by", Id, nullable=False),
    Column("said_at", Utc, nullable=False),
)

project_attachment = Table(
    "project_attachment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, nullable=False, index=True),
    Column("title", String(200), nullable=False),
    Column("file_id", Id, nullable=False),
    Column("media_type", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("added_by", Id, nullable=False),
    Column("added_at", Utc, nullable=False),
)

# What requester and purchasers write to each other: written once.
project_message = Table(
    "project_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("project_id", Id, nullable=False, index=True),
    Column("by_role", String(20), nullable=False),
    Column("said", Text, nullable=False),
    Column("said_by", Id, nullable=False),
    Column("said_at", Utc, nullable=False),
)
