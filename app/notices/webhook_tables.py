"""Tables of webhooks: where to, and what waits to go there."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from app.infra.db import Id, JsonText, Utc, metadata

webhook = Table(
    "webhook",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("url", String(500), nullable=False),
    # The kinds of acts it is told of.
    Column("kinds", JsonText, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    # The secret before it, which signs as well until then.
    Column("old_secret_sealed", LargeBinary),
    Column("old_secret_until", Utc),
    # active, paused, failed, removed
    Column("state", String(10), nullable=False),
    Column("made_by", Id, nullable=False),
    Column("made_at", Utc, nullable=False),
    # The journal has been followed up to here.
    Column("followed_at", Utc, nullable=False),
)

webhook_message = Table(
    "webhook_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("webhook_id", Id, ForeignKey("webhook.id"), nullable=False),
    # The entry it tells of; of a trial the message's own id.
    Column("chain", String(48), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("ids", JsonText, nullable=False),
    Column("at", Utc, nullable=False),
    # None: nothing is to be done any more.
    Column("due_at", Utc, index=True),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Utc),
    # What the receiver answered last; None: it was not reached.
    Column("status", Integer),
    UniqueConstraint("webhook_id", "chain", "seq"),
)
