"""Tables of opening committees. A generation is one committee with its keys; rekeying forms the next."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from app.infra.db import Id, JsonText, Utc, metadata

committee = Table(
    "committee",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("tender_id", Id, ForeignKey("tender.id"), nullable=False),
    # The second person's approval of exactly these seats.
    Column("proposal_id", Id, nullable=False),
    Column("formed_at", Utc, nullable=False),
    # Once every seat has its key.
    Column("policy_digest", String(64)),
    # {header, ct}: the dummy package, sealed by the service.
    Column("rehearsal", JsonText),
    # Of one that came by rekeying: for how long at least bidders may seal again, as two persons agreed.
    Column("rekey_hours", Integer),
    Column("rehearsed_at", Utc),
)

committee_seat = Table(
    "committee_seat",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("seat", Integer, primary_key=True, autoincrement=False),
    Column("title", String(20), nullable=False),
    Column("account_id", Id, nullable=False),
    # The key whose possession is being proven, and the digest of the answer.
    Column("challenged_key", String(130)),
    Column("challenge_hash", String(64)),
    Column("public_key", String(130)),
    Column("keyed_at", Utc),
    Column("confirmed_at", Utc),
    # What the member released of the rehearsal's package.
    Column("rehearsal_release", String(64)),
    Column("rehearsed_at", Utc),
    UniqueConstraint("round_id", "generation", "account_id"),
    # One key, one seat, of one round.
    UniqueConstraint("public_key"),
    Index("ix_committee_seat_account", "account_id"),
)

release_bundle = Table(
    "release_bundle",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("envelope", String(5), primary_key=True),
    Column("seat", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Utc, nullable=False),
    # The bundle, under the scoring key: k of them and the server's lock open the envelopes.
    Column("bundle_sealed", LargeBinary, nullable=False),
)

# The members were asked to release the envelopes of a kind.
release_call = Table(
    "release_call",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("envelope", String(5), primary_key=True),
    Column("called_at", Utc, nullable=False),
)

# How far the opening under way has come: where every replica reads it, for the page alone; nothing is decided by it.
opening_progress = Table(
    "opening_progress",
    metadata,
    Column("round_id", Id, primary_key=True),
    Column("envelope", String(5), primary_key=True),
    Column("done", Integer, nullable=False),
)
