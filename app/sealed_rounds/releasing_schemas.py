"""What a committee's opening looks like over HTTP: what is due, bundles, how far it has come."""

from typing import Any, Literal

from app.domain.committee import Seat
from app.infra.web import StrictModel


class DuePackage(StrictModel):
    """A package that is due: its name, and its header as it was journalled when it came."""

    package: str
    header: dict[str, Any]


class WrapsView(StrictModel):
    """What a member checks before its key is used, and what the key is used on."""

    round_id: str
    envelope: Literal["tech", "price"]
    seat: int
    title: Seat
    k: int
    policy_digest: str
    closes_at: str
    now: str
    manifest: list[str]
    manifest_digest: str
    packages: list[DuePackage]
    # Of the own bundle, once it is there.
    digest: str | None


class Releases(StrictModel):
    """A bundle (domain/sealing/releases.py); its form is looked at by the rule, which says what is wrong."""

    v: int
    kind: str
    round: str
    envelope: str
    seat: int
    policy: str
    manifest: str
    releases: list[dict[str, str]]


class SeatProgress(StrictModel):
    """A seat by its title: whether it has released what is due, and how often it tried with a false release."""

    seat: int
    title: Seat
    has_released: bool
    false: int


class RecoveryProgress(StrictModel):
    """Bidders were asked for their secrets. `given`: how many packages were answered for, to whoever may count them."""

    ends_at: str
    given: int | None


class OpeningProgress(StrictModel):
    """How far the opening has come: `envelope` is what is due; `done` of `packages` have been read, for whoever may
    count them. `can_recover`: the reader may ask the bidders; `proposal_id` waits for its second person."""

    round_id: str
    tender_id: str
    custody: str
    status: str
    envelope: Literal["tech", "price"] | None
    step: Literal["none", "members", "bidders", "copies", "opening", "done"]
    k: int
    n: int
    seats: list[SeatProgress]
    released: int
    own_seat: int | None
    packages: int | None
    done: int | None
    recovery: RecoveryProgress | None
    can_recover: bool
    proposal_id: str | None
