"""Shapes of webhooks on the wire."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from app.domain.kinds import Kind
from app.domain.webhooks import TOLD_KINDS
from app.infra.web import InstantText, StrictModel

NameText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
UrlText = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]{3,480}$")]


def _told(kind: Kind) -> Kind:
    if kind not in TOLD_KINDS:
        raise ValueError("nobody outside is told of this")
    return kind


class AddWebhookBody(StrictModel):
    """A new address. `kinds` are those of the list's `kinds`."""

    name: NameText
    url: UrlText
    kinds: list[Annotated[Kind, AfterValidator(_told)]] = Field(min_length=1, max_length=len(TOLD_KINDS))


class WebhookMade(StrictModel):
    """The new address with its secret: it is not shown again."""

    id: str
    secret: str


class SecretMade(StrictModel):
    """The new secret: it is not shown again."""

    secret: str


class Redelivered(StrictModel):
    """How many messages go again."""

    messages: int


class ChangeWebhookBody(StrictModel):
    """Paused, taken up again, or removed for good."""

    state: Literal["active", "paused", "removed"]


class WebhookView(StrictModel):
    """An address and how it fares; `last_status` is None where nobody was reached."""

    id: str
    name: str
    url: str
    kinds: list[Kind]
    state: Literal["active", "paused", "failed"]
    made_at: InstantText
    waiting: int
    given_up: int
    last_sent_at: InstantText | None
    last_status: int | None
    # Until then the secret before the last one signs, too; null: there is one secret.
    old_secret_until: InstantText | None


class WebhooksView(StrictModel):
    """All addresses, and the kinds of acts there are to tell of."""

    kinds: list[Kind]
    webhooks: list[WebhookView]
