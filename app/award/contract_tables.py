"""Tables of negotiations and contracts: what was said and signed is written once."""

from sqlalchemy import Column, Date, Integer, String, Table, Text, UniqueConstraint

from app.infra.db import Amount, Id, JsonText, Utc, metadata

# The talks with one supplier of one award (its number as in the table `award`).
negotiation = Table(
    "negotiation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("supplier_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    # Percent a year by which payments are discounted; both sides see it.
    Column("rate", Amount, nullable=False),
    # The mandate, never shown to the supplier; null until an approver sets it.
    Column("limits", JsonText),
    Column("limited_by", Id),
    Column("limited_at", Utc),
    Column("opened_by", Id, nullable=False),
    Column("opened_at", Utc, nullable=False),
    UniqueConstraint("tender_id", "supplier_id", "number"),
)

negotiation_turn = Table(
    "negotiation_turn",
    metadata,
    Column("id", Id, primary_key=True),
    Column("negotiation_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("act", String(10), nullable=False),
    Column("side", String(10), nullable=False),
    Column("issues", JsonText),
    Column("text", Text, nullable=False),
    Column("at", Utc, nullable=False),
    # Null for the supplier's: the journal has its account sealed.
    Column("by", Id),
    UniqueConstraint("negotiation_id", "number"),
)

# Versions of a contract; the last one counts, and only its state moves.
contract = Table(
    "contract",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("supplier_id", Id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("document", JsonText, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("drafted_by", Id, nullable=False),
    Column("drafted_at", Utc, nullable=False),
    Column("proposal_id", Id),
    Column("return_reason", Text),
    # When both sides were told that they may sign.
    Column("wanted_at", Utc),
    UniqueConstraint("tender_id", "supplier_id", "number", "version"),
)

contract_signature = Table(
    "contract_signature",
    metadata,
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, nullable=False),
    Column("side", String(10), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("signatory", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("method", String(20), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("contract_id", "side"),
)

# What a provider was asked to have signed; a side's last one counts. The signature itself is a row above.
signature_request = Table(
    "signature_request",
    metadata,
    # The idempotency key, too.
    Column("id", Id, primary_key=True),
    Column("contract_id", Id, nullable=False),
    Column("side", String(10), nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("signatory", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("account_id", Id, nullable=False),
    Column("provider", String(20), nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("state", String(10), nullable=False),
    # The provider's own name for it; null until it has answered once.
    Column("reference", String(200)),
    # Failed calls in a row, and why the last one failed.
    Column("failures", Integer, nullable=False),
    Column("failure", String(40)),
    # When the provider is called next; null: no more.
    Column("due_at", Utc, index=True),
    Column("closed_at", Utc),
    UniqueConstraint("contract_id", "side", "number"),
)

# How a contract ended before its time: by the word of two persons, written once.
contract_ending = Table(
    "contract_ending",
    metadata,
    Column("contract_id", Id, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    # The last day it is in force; null where it never was.
    Column("ends_on", Date),
    Column("proposal_id", Id, nullable=False),
    Column("at", Utc, nullable=False),
)
