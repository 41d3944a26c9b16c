"""Tables of award. `unsealing`, `award` and reports made after them hold names only after the unsealing, of the bidders
in its scope only."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from app.infra.db import Amount, Id, JsonText, Utc, metadata

# Decisions by alias in the order they were proposed; the last one counts, a returned one stays as it was.
decision = Table(
    "decision",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    # [{lot, label, reason, shares?}] by lot, and {lot: label} of the reserve candidates.
    Column("choices", JsonText, nullable=False),
    Column("reserves", JsonText, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("proposal_id", Id, nullable=False),
    Column("proposed_by", Id, nullable=False),
    Column("proposed_at", Utc, nullable=False),
    Column("decided_by", Id),
    Column("decided_at", Utc),
    Column("return_reason", Text),
    UniqueConstraint("tender_id", "number"),
)

unsealing = Table(
    "unsealing",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("lot_id", Id, nullable=False),
    Column("supplier_id", Id, nullable=False),
    Column("label", String(20), nullable=False),
    Column("tag", Id, nullable=False),
    Column("at", Utc, nullable=False),
    Column("proposal_id", Id, nullable=False),
    UniqueConstraint("lot_id", "label"),
    Index("ix_unsealing_tender", "tender_id"),
)

award = Table(
    "award",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False, index=True),
    Column("lot_id", Id, nullable=False),
    Column("supplier_id", Id, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("state", String(12), nullable=False),
    Column("at", Utc, nullable=False),
    # Percent of the lot where it is awarded in shares; null: the whole of it.
    Column("share", Amount),
    UniqueConstraint("lot_id", "supplier_id"),
)

# What people did in the decision room, in order: cuts put to the panel, confirmations, votes, locks, what-if notes.
room_act = Table(
    "room_act",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("account_id", Id, nullable=False),
    # Of the rankings or of the cut that the act is about (domain/confirming.py).
    Column("digest", String(64), nullable=False),
    Column("data", JsonText, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("tender_id", "number"),
)

# Recommendation reports in the order they were made: what both PDFs are drawn from, as it was hashed and journaled.
report = Table(
    "report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("code", String(19), nullable=False, index=True),
    Column("document", JsonText, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Id, nullable=False),
    UniqueConstraint("tender_id", "number"),
)

# Budget, contracted and realised amounts of a lot, each with its source; the newest of a kind counts, none is changed.
savings_figure = Table(
    "savings_figure",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("lot_id", Id, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("number", Integer, nullable=False),
    Column("amount", Amount, nullable=False),
    # Of realised amounts: for how much of the lot.
    Column("quantity", Amount),
    Column("source", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("recorded_by", Id, nullable=False),
    UniqueConstraint("lot_id", "kind", "number"),
    Index("ix_savings_figure_tender", "tender_id"),
)
