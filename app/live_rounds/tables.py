"""Tables of live rounds. A floor is a lot while it is bid on; its row is the lock that orders the lot's bids."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from app.infra.db import Amount, Id, JsonText, Utc, metadata

floor = Table(
    "floor",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("round_id", Id, nullable=False),
    Column("tender_id", Id, nullable=False),
    # Place among the round's lots, for staggered closes.
    Column("position", Integer, nullable=False),
    # {scale, ceiling, start}: the published figures bids are measured against.
    Column("terms", JsonText, nullable=False),
    # The frozen rules; followed from the round while the lot is scheduled, fixed from its opening on.
    Column("rules", JsonText, nullable=False),
    Column("rules_hash", String(64), nullable=False),
    Column("status", String(10), nullable=False),
    Column("opens_at", Utc, nullable=False),
    Column("closes_at", Utc, nullable=False),
    Column("hard_stop_at", Utc, nullable=False),
    Column("extensions", Integer, nullable=False),
    Column("left_ms", Integer),
    Column("paused_at", Utc),
    Column("resume_at", Utc),
    Column("pause_reason", String(30)),
    # Number of the last attempt, accepted or refused; internal, for it counts everybody's acts.
    Column("attempts", Integer, nullable=False),
    # Number of the last accepted bid, and how many were voided: what a cached standing is checked by.
    Column("accepted", Integer, nullable=False),
    Column("voids", Integer, nullable=False),
    # Rises with every change people can see.
    Column("version", Integer, nullable=False),
    # {tag: alias}, under the scoring key; drawn when the lot opens.
    Column("alias_sealed", LargeBinary),
    # The reminder before the opening goes out once, with the first lot of the round.
    Column("is_told_soon", Boolean, nullable=False),
    # {stage, slots}: where a format stands that moves by time, and when it moves next.
    Column("course", JsonText),
    Column("moves_at", Utc),
    # The tick at which limits have last placed bids: no replica places twice at one.
    Column("auto_at", Utc),
    CheckConstraint(
        "status IN ('scheduled', 'open', 'overtime', 'paused', 'closing', 'closed', 'cancelled')", name="status"
    ),
    Index("ix_floor_round", "round_id"),
    Index("ix_floor_status", "status"),
)

bid = Table(
    "bid",
    metadata,
    Column("lot_id", Id, primary_key=True),
    # Number among all attempts of the lot.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    # Number among the accepted bids; this one is shown and journalled.
    Column("n", Integer),
    Column("bid_id", String(36), nullable=False),
    Column("tag", Id, nullable=False),
    Column("amount", Amount),
    Column("received_at", Utc, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("code", String(30)),
    # The refusal's detail as it was answered.
    Column("detail", JsonText),
    Column("answered_at", Utc, nullable=False),
    # SHA-256 of lot and amount as sent: the same id with another body is DUPLICATE_ID.
    Column("body_hash", String(64), nullable=False),
    Column("entry_hash", String(64), nullable=False),
    Column("receipt", JsonText),
    Column("voided_at", Utc),
    # The bidder's price of the sealed round, with which the lot began: accepted, but never sent and without a receipt.
    Column("is_seeded", Boolean, nullable=False, server_default="0"),
    # Placed by the service under the bidder's limit.
    Column("is_auto", Boolean, nullable=False, server_default="0"),
    # Also the index that finds an id again.
    UniqueConstraint("bid_id", "tag"),
    Index("ix_bid_lot_n", "lot_id", "n"),
    CheckConstraint("verdict IN ('accepted', 'refused')", name="verdict"),
)

# The limit under which the service bids for a bidder (`auto_bidding.py`): {limit, salt} under the scoring key, of one
# length; the commitment to it is in the journal.
auto_bid = Table(
    "auto_bid",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("tag", Id, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("limit_sealed", LargeBinary, nullable=False),
    Column("set_at", Utc, nullable=False),
    Column("ended_at", Utc),
    CheckConstraint("state IN ('active', 'reached', 'withdrawn', 'stopped')", name="state"),
)

# {tag: points}, under the scoring key: handed down by the lock of the marks, with its digest.
frozen_technical = Table(
    "frozen_technical",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("points_sealed", LargeBinary, nullable=False),
)

broadcast = Table(
    "broadcast",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("zh", String(1000), nullable=False),
    Column("en", String(1000), nullable=False),
    Column("at", Utc, nullable=False),
)

# What the chart shows of the clock: pauses and extensions. The journal has them too; this is the table twin.
clock_mark = Table(
    "clock_mark",
    metadata,
    Column("lot_id", Id, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("params", JsonText, nullable=False),
)

# One row a running process, touched every second: a lot that ran while nobody was alive is paused, not closed.
pulse = Table(
    "pulse",
    metadata,
    Column("process", Id, primary_key=True),
    Column("at", Utc, nullable=False),
)

# The pen of one bidder in one round: which of its windows may bid. `place` is a keyed hash of round and tag: neither a
# bidder's presence nor its people can be read from these two tables.
pen = Table(
    "pen",
    metadata,
    Column("place", String(64), primary_key=True),
    Column("seat", Id),
    # Who had it before, and since when it is as it is: a bid on its way when the pen passed on still counts.
    Column("before", Id),
    Column("since", Utc, nullable=False),
)

# A window of a bidder in a round. Who sits there is sealed under the vault key.
room_seat = Table(
    "room_seat",
    metadata,
    Column("seat", Id, primary_key=True),
    Column("place", String(64), nullable=False, index=True),
    # The connection it has now: one that broke earlier must not end it.
    Column("socket", Id, nullable=False),
    Column("process", Id, nullable=False),
    Column("person_sealed", LargeBinary, nullable=False),
    Column("joined_at", Utc, nullable=False),
    Column("left_at", Utc),
)

# "Report an error in this bid" (LR-27). The bid is named by its entry; who reported is sealed under the vault key.
error_report = Table(
    "error_report",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tender_id", Id, nullable=False),
    Column("round_id", Id, nullable=False),
    Column("lot_id", Id, nullable=False),
    Column("bid", String(64), nullable=False, unique=True),
    Column("slip", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    # {supplier, account, note}: for the desk's eyes.
    Column("caller_sealed", LargeBinary, nullable=False),
    Column("reported_at", Utc, nullable=False),
    Column("decided_at", Utc),
    Column("proposal_id", Id),
    Index("ix_error_report_round", "round_id"),
    CheckConstraint("state IN ('reported', 'verified', 'dismissed', 'proposed')", name="state"),
)

# Who has passed all drills of the practice room, and when, cut to the hour (VISIBILITY.md section 2). By keyed hashes:
# whoever practises means to bid, and who that is cannot be read here (d11).
practice_pass = Table(
    "practice_pass",
    metadata,
    Column("account_key", String(64), primary_key=True),
    Column("supplier_key", String(64), nullable=False, index=True),
    Column("passed_at", Utc, nullable=False),
)
