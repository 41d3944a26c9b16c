"""Shapes of identity on the wire."""

from typing import Annotated, Literal

from pydantic import EmailStr, Field, StringConstraints

from app.domain.representing import Right
from app.domain.second_factor import Stage
from app.domain.visibility import Role
from app.infra.web import InstantText, ShortText, StrictModel

Locale = Literal["zh", "en"]
Password = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Token = Annotated[str, StringConstraints(min_length=20, max_length=100)]


class SignIn(StrictModel):
    """Sign in with address and password."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    password: Password


class Me(StrictModel):
    """The signed-in person; ``csrf_token`` goes into the X-CSRF-Token header of unsafe requests."""

    account_id: str
    name: str
    email: str
    kind: Literal["staff", "supplier"]
    roles: list[Role]
    supplier_id: str | None
    locale: Locale
    csrf_token: str
    demo: bool
    mobile: str | None
    has_texts: bool
    # How far the session has come: `full`, or a second factor to be proven or enrolled first; and by what one proves.
    stage: Stage
    proofs: list[Literal["totp", "passkey", "recovery", "password"]]
    # What a representative may do for its supplier; of staff it says nothing.
    rights: list[Right]


class TextsChange(StrictModel):
    """Where text messages go (null: nowhere), and whether they are wanted."""

    mobile: Annotated[str, StringConstraints(strict=True, pattern=r"^\+[1-9][0-9]{6,14}$")] | None
    is_on: Annotated[bool, Field(strict=True)]


class MeChange(StrictModel):
    """What a person may change of the own account; what is left out stays."""

    locale: Locale | None = None
    texts: TextsChange | None = None


class SessionEnd(StrictModel):
    """When the session ends if nothing is done; ``can_stay``: a sign of its owner makes it last longer."""

    ends_at: InstantText
    can_stay: bool
    now: InstantText


class SessionView(StrictModel):
    """One of the own sessions."""

    ref: str
    started_at: InstantText
    seen_at: InstantText
    is_current: bool
    # The kind of browser and of machine, e.g. "Firefox · Windows"; empty where neither is known.
    device: str


class LinkToken(StrictModel):
    """The token of a one-time link."""

    token: Token


class InvitationView(StrictModel):
    """Whose account an invitation link opens."""

    email: str
    name: str
    locale: Locale


class SetPassword(StrictModel):
    """A one-time link and the password chosen."""

    token: Token
    password: Password


class AskReset(StrictModel):
    """The address that asks for a reset link."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]


class InviteStaff(StrictModel):
    """A colleague to invite."""

    email: EmailStr
    name: Annotated[ShortText, Field(min_length=1)]
    roles: Annotated[list[Role], Field(min_length=1, max_length=6)]
    locale: Locale = "zh"


class AccountView(StrictModel):
    """A staff account, for the administrator."""

    id: str
    name: str
    email: str
    roles: list[Role]
    state: Literal["invited", "active", "disabled"]
    locale: Locale
    # What waits for an auditor, and until when.
    pending_roles: list[Role] | None
    pending_until: InstantText | None
    # Those of the roles that exclude another one within a tender.
    clashing: list[Role]
    has_second_factor: bool


class TicketRequest(StrictModel):
    """The round whose socket is to be opened."""

    round_id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class TicketView(StrictModel):
    """A one-time ticket, 30 s."""

    ticket: str


class TimeView(StrictModel):
    """The server's time; and what kind of deployment says so."""

    now: InstantText
    mode: Literal["demo", "insecure", "live"]


class SealingFileView(StrictModel):
    """The one file that seals in the browser: its address and the SHA-256 of its bytes (SEALING.md section 3)."""

    path: str
    sha256: str


class ConfigView(StrictModel):
    """What a page must know before anyone signs in."""

    demo: bool
    demo_fast: bool
    mode: Literal["demo", "insecure", "live"]
    version: str
    locales: list[Locale]
    key_fingerprint: str
    sealing: SealingFileView | None
    # Whether the service can send text messages.
    texts: bool
    # The name of the provider that staff can sign in with; null: there is none.
    single_sign_on: str | None


class SeatView(StrictModel):
    """A one-click seat of the demo's door."""

    seat: str
    name: str
    role: Role
    landing: str
