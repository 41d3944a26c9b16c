"""Tables of evaluation: the panel and its marks by T-alias, what was locked, and one official ranking a lot by R-label.

Who is behind an alias or a label is sealed under the scoring key.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from app.infra.db import Amount, Id, JsonText, Utc, metadata

ranking = Table(
    "ranking",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    Column("lot_id", Id, nullable=False, unique=True),
    Column("made_at", Utc, nullable=False),
    # Counts up when a void after the close changes the order.
    Column("version", Integer, nullable=False),
    # How many bids of the lot were voided when it was ranked: more since then, and it is ranked again.
    Column("voids", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    # [{label, rank, amount, n, tied}] in order of rank, as journaled.
    Column("rows", JsonText, nullable=False),
    # {label: tag} under the scoring key (VISIBILITY.md section 1).
    Column("map_sealed", LargeBinary, nullable=False),
    # {count, labels, cut_off_ties, digest} where the tender has an evaluation.
    Column("shortlist", JsonText),
)

panel_member = Table(
    "panel_member",
    metadata,
    Column("tender_id", Id, ForeignKey("tender.id"), primary_key=True),
    Column("account_id", Id, primary_key=True),
    # In the order of naming: the first who is not recused is the chair.
    Column("position", Integer, nullable=False),
    Column("invited_at", Utc, nullable=False),
    Column("declared_at", Utc),
    Column("has_conflict", Boolean, nullable=False),
    Column("statement", Text, nullable=False),
    # Drawn at the submission.
    Column("seat", String(6)),
    Column("submitted_at", Utc),
    # {lot: [aliases]}: the own random order of the offers, drawn once.
    Column("offer_order", JsonText),
    Index("ix_panel_member_account", "account_id"),
)

# Drafts of marks until their sheet is submitted; then they stay as they are.
mark = Table(
    "mark",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("account_id", Id, primary_key=True),
    Column("alias", String(6), primary_key=True),
    Column("criterion", String(32), primary_key=True),
    Column("tender_id", Id, nullable=False),
    # Empty while there is only a comment.
    Column("mark", Integer),
    Column("comment", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("saved_at", Utc, nullable=False),
    Index("ix_mark_tender", "tender_id"),
)

alias_set = Table(
    "alias_set",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("drawn_at", Utc, nullable=False),
    # {salt, map: {alias: tag}} under the scoring key.
    Column("map_sealed", LargeBinary, nullable=False),
)

# Values the panel agreed on that are not the value by rule, or were and were set back.
agreed_value = Table(
    "agreed_value",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("alias", String(6), primary_key=True),
    Column("criterion", String(32), primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    # A text of one decimal.
    Column("value", String(4), nullable=False),
    Column("reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("changed_at", Utc, nullable=False),
)

# An offer whose price looks abnormally low: the question, the answer, the decision; by R-label alone.
inquiry = Table(
    "inquiry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    Column("lot_id", Id, nullable=False),
    Column("label", String(20), nullable=False),
    # Whose it is, under the scoring key.
    Column("tag_sealed", LargeBinary, nullable=False),
    Column("amount", Amount, nullable=False),
    # The failed tests as journaled.
    Column("tests", JsonText, nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    # The answer is the supplier's own text: under the scoring key.
    Column("answer_sealed", LargeBinary),
    Column("answered_at", Utc),
    Column("verdict", String(8)),
    Column("reason", Text),
    Column("decided_at", Utc),
    UniqueConstraint("lot_id", "label"),
)

score_lock = Table(
    "score_lock",
    metadata,
    Column("tender_id", Id, primary_key=True),
    Column("digest", String(64), nullable=False),
    # As journaled in `scores.locked`.
    Column("scores", JsonText, nullable=False),
    Column("locked_at", Utc, nullable=False),
)

# A file of an offer by its T-alias, as the sandbox drew it (domain/documents.py).
document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    Column("lot_id", Id, nullable=False),
    Column("alias", String(6), nullable=False),
    # Its place among the files of its offer, from 1.
    Column("number", Integer, nullable=False),
    Column("state", String(9), nullable=False, index=True),
    Column("kind", String(7)),
    # Why it is not shown.
    Column("fault", String(20)),
    Column("version", Integer, nullable=False),
    # The shown size (VISIBILITY.md section 3, file names and sizes).
    Column("size_bucket", BigInteger, nullable=False),
    # A replica draws it until then.
    Column("claimed_until", Utc),
    # Whose it is, where it lies in its envelope, its own name: under the scoring key.
    Column("origin_sealed", LargeBinary, nullable=False),
    # The pages: their stored files, sizes, why each is held, what was reported; under the scoring key.
    Column("pages_sealed", LargeBinary),
    UniqueConstraint("lot_id", "alias", "number"),
)

# Lots whose files have been taken out of their envelopes.
document_intake = Table(
    "document_intake",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("taken_at", Utc, nullable=False),
)
