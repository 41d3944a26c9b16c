"""Tables of sealed rounds. Packages and uploads carry a tag, never a supplier; opened content stays sealed at rest."""

from collections.abc import Collection

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    and_,
    tuple_,
)

from app.infra.db import Id, JsonText, Utc, metadata

sealed_round = Table(
    "sealed_round",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False, unique=True),
    # Of the tender, so that a commit need not read its whole document.
    Column("category", String(40), nullable=False),
    Column("status", String(10), nullable=False),
    Column("opens_at", Utc, nullable=False),
    Column("closes_at", Utc, nullable=False),
    # The one extension for too few bidders has been used.
    Column("was_extended", Boolean, nullable=False),
    # The JSON form of domain/sealed_rules.py; followed from the tender while the round is scheduled.
    Column("rules", JsonText, nullable=False),
    # Per lot the published limits its price is measured against.
    Column("lots", JsonText, nullable=False),
    Column("min_bidders", Integer, nullable=False),
    # The key policy as journalled, and its digest: what every package is bound to.
    Column("policy", JsonText, nullable=False),
    Column("policy_digest", String(64), nullable=False),
    # When the service opened and closed it; an outage before the opening is none.
    Column("opened_at", Utc),
    Column("closed_at", Utc),
    # An outage before this instant has been counted.
    Column("seen_at", Utc),
    # [{from, to, reason}]: how the close moved, by rule.
    Column("extensions", JsonText, nullable=False),
    # The sorted digests of the live packages.
    Column("manifest", JsonText),
    Column("technical_opened_at", Utc),
    Column("prices_opened_at", Utc),
    # Stored bytes were found altered at the opening, which therefore waits for the bidders' own copies.
    Column("altered_at", Utc),
    # {lot: [tags]} of those who passed, with the digest of the locked scores; handed down by the lock.
    Column("passing", JsonText),
    Column("release_digest", String(64)),
    Column("released_at", Utc),
    # Rises with every change people can see.
    Column("version", Integer, nullable=False),
    CheckConstraint("status IN ('scheduled', 'open', 'closed', 'refused', 'cancelled')", name="status"),
    Index("ix_sealed_round_status", "status"),
)

package = Table(
    "package",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("tag", Id, primary_key=True),
    Column("rev", Integer, primary_key=True, autoincrement=False),
    Column("round_id", Id, nullable=False),
    # A tombstone is a revision of its own and names the package it takes back.
    Column("is_withdrawal", Boolean, nullable=False),
    Column("package", String(64), nullable=False),
    Column("prev", String(64), nullable=False),
    Column("header", JsonText),
    Column("price_ct", LargeBinary),
    # The upload that holds the technical ciphertext.
    Column("upload_id", Id),
    Column("received_at", Utc, nullable=False),
    Column("entry_hash", String(64), nullable=False),
    # Kept as given: the same package again gets the identical receipt.
    Column("receipt", JsonText, nullable=False),
    Index("ix_package_round", "round_id"),
    Index("ix_package_digest", "package"),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Id, primary_key=True),
    Column("round_id", Id, nullable=False),
    Column("lot_id", Id, nullable=False),
    Column("tag", Id, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    # A package names it: not deleted at the close.
    Column("is_committed", Boolean, nullable=False),
    Column("made_at", Utc, nullable=False),
    UniqueConstraint("lot_id", "tag", "sha256"),
    Index("ix_upload_round", "round_id"),
)

opening = Table(
    "opening",
    metadata,
    Column("round_id", Id, nullable=False),
    Column("lot_id", Id, primary_key=True),
    Column("envelope", String(5), primary_key=True),
    Column("opened_at", Utc, nullable=False),
    Column("count", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    # Finding → how many, for those who may see counts and no more.
    Column("findings", JsonText, nullable=False),
    # The signed record with secrets and amounts, under the scoring key.
    Column("document_sealed", LargeBinary, nullable=False),
    CheckConstraint("envelope IN ('tech', 'price')", name="envelope"),
    Index("ix_opening_round", "round_id"),
)

opened_price = Table(
    "opened_price",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("tag", Id, primary_key=True),
    Column("package", String(64), nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("state", String(8), nullable=False),
    # The amount's text, padded to one length, under the scoring key.
    Column("amount_sealed", LargeBinary, nullable=False),
    CheckConstraint("state IN ('valid', 'refused')", name="state"),
)

opened_technical = Table(
    "opened_technical",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("tag", Id, primary_key=True),
    Column("package", String(64), nullable=False),
    # The structured answers, padded, under the scoring key; the files stay in their envelope.
    Column("answers_sealed", LargeBinary, nullable=False),
)

# One row, touched every second while a sealed round is open: its gap is the outage.
sealed_pulse = Table(
    "sealed_pulse",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
)


def is_at(table: Table, places: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    """A row that belongs to one of these places (lot and tag)."""
    lots, tags = {lot_id for lot_id, _ in places}, {tag for _, tag in places}
    # SQLite looks columns up in an index, pairs it compares row by row.
    is_near = and_(table.c.lot_id.in_(lots), table.c.tag.in_(tags))
    return and_(is_near, tuple_(table.c.lot_id, table.c.tag).in_(places))
