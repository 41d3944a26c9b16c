"""Tables of tenders. The draft is one JSON text as typed; lots, lines and the round are written when it is frozen."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)
from sqlalchemy import UniqueConstraint as Unique

from app.infra.db import Amount, Id, JsonText, Utc, metadata

tender = Table(
    "tender",
    metadata,
    Column("id", Id, primary_key=True),
    Column("reference", String(40), nullable=False, unique=True),
    Column("title_zh", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("summary_zh", Text, nullable=False),
    Column("summary_en", Text, nullable=False),
    Column("category", String(40), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("tax_basis", String(10), nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    # Letter of VISIBILITY.md; only ever replaced by a later one.
    Column("phase", String(1), nullable=False),
    # Rises with every write of the draft; what an editor saw is compared with it.
    Column("version", Integer, nullable=False),
    Column("template", String(20), nullable=False),
    Column("min_bidders", Integer, nullable=False),
    Column("unseal_scope", String(20), nullable=False),
    Column("announce_winner", Boolean, nullable=False),
    Column("award_rule", String(20), nullable=False),
    # The deadline as it stands, extension and amendments included; empty until publication.
    Column("response_due_at", Utc),
    Column("opens_at", Utc),
    Column("is_extended", Boolean, nullable=False),
    Column("is_reminded", Boolean, nullable=False),
    Column("continuation", String(20), nullable=False),
    Column("created_by", Id, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("edited_at", Utc, nullable=False),
    Column("published_at", Utc),
    Column("ended_at", Utc),
    Column("draft", JsonText, nullable=False),
    # The published document in force and its hash; its `terms_version` is what suppliers acknowledge.
    Column("frozen", JsonText),
    Column("frozen_hash", String(64)),
    Column("terms_version", Integer, nullable=False),
    # Of the live round, reserved even where there is none; and of the sealed one, where there was ever to be one.
    Column("round_id", Id, nullable=False, unique=True),
    Column("sealed_round_id", Id, unique=True),
    Column("procedure", String(12), nullable=False, server_default="live"),
    Column("purchaser_note", Text, nullable=False),
    # The project it was opened from; a tender needs none.
    Column("project_id", Id, index=True),
    CheckConstraint(
        "state IN ('draft', 'approved', 'published', 'responding', 'response_closed', 'evaluation', 'awarded', "
        "'unsuccessful', 'cancelled')",
        name="state",
    ),
    CheckConstraint("continuation IN ('not_needed', 'needed', 'granted')", name="continuation"),
    Index("ix_tender_state_due", "state", "response_due_at"),
)

lot = Table(
    "lot",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title_zh", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("scale", Integer, nullable=False),
    Column("basis", String(10), nullable=False),
    Column("quantity", Amount, nullable=False),
    Column("unit", String(30), nullable=False),
    Column("ceiling_price", Amount, nullable=False),
    Column("start_price", Amount),
    Column("minimum_price", Amount),
    Column("baseline_price", Amount),
    Column("baseline_source", String(200)),
    Column("baseline_on", Date),
    Unique("tender_id", "number"),
)

line_item = Table(
    "line_item",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lot_id", Id, ForeignKey("lot.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("item_code", String(200), nullable=False),
    Column("description", String(500), nullable=False),
    Column("quantity", Amount, nullable=False),
    Column("unit", String(30), nullable=False),
    Column("baseline_price", Amount),
    Unique("lot_id", "number"),
)

round_ = Table(
    "round",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    # The JSON form of domain/live_rules.py or sealed_rules.py; an amendment may move its times later.
    Column("rules", JsonText, nullable=False),
    Column("state", String(20), nullable=False),
    # Where a rule has set another instant than `rules` says: the live opening after the sealed prices, a sealed close
    # moved by an outage or a small field.
    Column("ruled_opens_at", Utc),
    Column("ruled_closes_at", Utc),
    Unique("tender_id", "number"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False),
    Column("supplier_id", Id, ForeignKey("supplier.id"), nullable=False),
    Column("outside_rule", Boolean, nullable=False),
    # Cut to the hour (VISIBILITY.md section 2).
    Column("invited_at", Utc, nullable=False),
    # The answer and the tag, padded to one length and sealed under the vault key; written for everyone at publication,
    # so that neither its presence nor its length tells who has answered (d11, d21).
    Column("response_sealed", LargeBinary, nullable=False),
    Unique("tender_id", "supplier_id"),
)

# Secret reserve prices (VISIBILITY.md d03): under their own key from the moment they are typed, of one length. A lot
# has its id from the draft on, before it has a row.
reserve_price = Table(
    "reserve_price",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False, index=True),
    Column("commitment", String(64), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    # With the lot's prices; what came of it: opened, or altered where the bytes were not the sealed ones.
    Column("opened_at", Utc),
    Column("result", String(20)),
    CheckConstraint("result IN ('opened', 'altered_in_custody')", name="result"),
)

amendment = Table(
    "amendment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("summary_zh", Text, nullable=False),
    Column("summary_en", Text, nullable=False),
    # The paths of the document that changed, each with its text before and after.
    Column("change", JsonText, nullable=False),
    Column("made_at", Utc, nullable=False),
    Unique("tender_id", "version"),
)
