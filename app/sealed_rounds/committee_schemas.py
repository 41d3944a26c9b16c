"""Bodies and views of opening committees."""

from typing import Annotated, Any

from pydantic import Field

from app.domain.committee import Seat, Step
from app.domain.sealing.rules import RoundStatus
from app.infra.web import StrictModel

PublicKey = Annotated[str, Field(max_length=200)]
Nonce = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Email = Annotated[str, Field(min_length=3, max_length=254)]


class FormCommittee(StrictModel):
    """Who is to sit there: mail addresses of colleagues in the order of the published seats."""

    members: Annotated[list[Email], Field(max_length=9)]


class RekeyCommittee(FormCommittee):
    """New members and why: what was sealed so far becomes void."""

    reason: Annotated[str, Field(max_length=2000)]


class AskChallenge(StrictModel):
    """A member's new public key: an uncompressed point of P-256, in hex."""

    public: PublicKey


class ChallengeView(StrictModel):
    """What the key's holder alone can read: hex and base64url."""

    enc: str
    ct: str


class AddKey(StrictModel):
    """The key, and what the challenge said, in hex."""

    public: PublicKey
    answer: Nonce


class ConfirmPolicy(StrictModel):
    """The digest that the member has compared."""

    digest: Digest


class RehearseSeat(StrictModel):
    """What the member's key releases of the rehearsal's package: the wrap's shared secret, in hex."""

    release: Nonce


class CommitteeSeatView(StrictModel):
    """One seat. `name`: of the colleague who sits there."""

    seat: int
    title: Seat
    name: str
    is_own: bool
    key: str | None
    has_confirmed: bool
    has_rehearsed: bool


class DemoKeyView(StrictModel):
    """A key file that the demo itself has made, and its passphrase; outside the demo there are none."""

    file: dict[str, Any]
    passphrase: str


class CommitteeView(StrictModel):
    """An opening committee as staff have it who may know it; `own_seat`: of the reader."""

    round_id: str
    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    status: RoundStatus
    opens_at: str
    closes_at: str
    now: str
    k: int
    titles: list[Seat]
    step: Step
    seats: list[CommitteeSeatView]
    own_seat: int | None
    policy: dict[str, Any]
    policy_digest: str
    fingerprint: list[str]
    custody_zh: str
    custody_en: str
    # Of the rehearsal's package, for whoever has a seat.
    rehearsal: dict[str, Any] | None
    can_form: bool
    can_rekey: bool
    # A proposal that waits for the second person.
    proposal_id: str | None
    # Of the reader's own seat.
    demo_key: DemoKeyView | None


class OwnSeatView(StrictModel):
    """A seat of the reader, and whether something of it is due."""

    round_id: str
    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    seat: int
    title: Seat
    status: RoundStatus
    step: Step
    opens_at: str
    closes_at: str
    is_due: bool


class OwnSeatsView(StrictModel):
    """All own seats, those with something due first."""

    seats: list[OwnSeatView]
