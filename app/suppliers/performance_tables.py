"""Tables of orders, deliveries and performance reviews (VISIBILITY.md d62). Days are ISO texts of the calendar."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from app.infra.db import Amount, Id, JsonText, Utc, metadata

purchase_order = Table(
    "purchase_order",
    metadata,
    Column("id", Id, primary_key=True),
    # The buyer's own number, as its ERP knows the order.
    Column("number", String(60), nullable=False, unique=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False),
    Column("category", String(40), nullable=False),
    Column("item", String(200), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("quantity", Amount, nullable=False),
    # [{"on": day, "quantity": text}]: one promise, or one for each part.
    Column("promises", JsonText, nullable=False),
    Column("due_on", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("entered_at", Utc, nullable=False),
    Column("entered_by", Id, nullable=False),
    # The contract it calls off from, where one was named.
    Column("contract_id", Id, index=True),
    CheckConstraint("state IN ('open', 'cancelled')", name="state"),
    Index("ix_purchase_order_due", "supplier_id", "category", "due_on"),
)

# Written once; a correction is another row of the same number, and the last one counts.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("order_id", Id, nullable=False),
    Column("number", String(60), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("delivered_on", String(10), nullable=False),
    Column("accepted", Amount, nullable=False),
    Column("rejected", Amount, nullable=False),
    Column("service", Integer),
    Column("note", String(1000), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("recorded_by", Id, nullable=False),
    UniqueConstraint("order_id", "number", "revision"),
)

performance_review = Table(
    "performance_review",
    metadata,
    Column("id", Id, primary_key=True),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False),
    Column("category", String(40), nullable=False),
    Column("period", String(7), nullable=False),
    # A review made again before it is closed; the last one counts.
    Column("revision", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    # The formula and the orders as they were: what is written later changes no review.
    Column("formula", JsonText, nullable=False),
    Column("orders", JsonText, nullable=False),
    Column("figures", JsonText, nullable=False),
    Column("score", Amount),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Id, nullable=False),
    Column("closed_at", Utc),
    Column("closed_by", Id),
    # The certification that was proposed from it.
    Column("proposal_id", Id),
    # The appeal whose decision made it: such a one is final.
    Column("appeal_id", Id),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    UniqueConstraint("supplier_id", "category", "period", "revision"),
)

# The supplier's word on a review: once, and as it was said.
performance_reply = Table(
    "performance_reply",
    metadata,
    Column("review_id", Id, primary_key=True),
    Column("text", String(2000), nullable=False),
    Column("replied_at", Utc, nullable=False),
)
