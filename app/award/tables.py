"""Tables of award. `unsealing`, `award` and reports made after them hold names only after the unsealing, of the bidders
in its scope only."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

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
    # Which unsealing of the tender: after a decision was reopened there is another. Rows of the older one stay.
    Column("number", Integer, nullable=False, server_default="1"),
    UniqueConstraint("lot_id", "label", "number"),
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
    # Which award of the tender: one whose decision was reopened stands no more, and its rows stay.
    Column("number", Integer, nullable=False, server_default="1"),
    UniqueConstraint("lot_id", "supplier_id", "number"),
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

# What is owed to a supplier of an award, part by part. The amount never changes; the day it falls on may move.
payment_milestone = Table(
    "payment_milestone",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("supplier_id", Id, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("amount", Amount, nullable=False),
    Column("falls_on", Date, nullable=False),
    Column("credit_days", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("withdrawn_at", Utc),
    # What was last said to those who owe (domain/paying.Reminder).
    Column("reminded", String(10)),
    UniqueConstraint("tender_id", "number"),
)

# Invoices and payments; nothing is ever changed: a slip is taken back by a row of its own with the amount reversed.
payment_record = Table(
    "payment_record",
    metadata,
    Column("id", Id, primary_key=True),
    Column("milestone_id", Id, nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("number", String(60), nullable=False),
    Column("amount", Amount, nullable=False),
    Column("dated_on", Date, nullable=False),
    Column("method", String(10)),
    Column("matures_on", Date),
    Column("reverses", Id, unique=True),
    Column("recorded_at", Utc, nullable=False),
    # A supplier's own invoice has nobody's name.
    Column("recorded_by", Id),
)

# Queries on a milestone, by either side; settled by the purchaser's answer.
payment_dispute = Table(
    "payment_dispute",
    metadata,
    Column("id", Id, primary_key=True),
    Column("milestone_id", Id, nullable=False, index=True),
    Column("is_supplier", Boolean, nullable=False),
    Column("text", Text, nullable=False),
    Column("raised_at", Utc, nullable=False),
    Column("answer", Text),
    Column("settled_at", Utc),
)
