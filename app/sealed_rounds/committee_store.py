"""Opening committees as rows. Decides nothing, never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.committee import Seat, SeatState, decide_readiness
from app.domain.refusals import Refusal
from app.infra.world import World
from app.sealed_rounds.committee_tables import committee, committee_seat


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a seat, and how far the seat has come."""

    seat: int
    title: Seat
    account_id: str
    challenged_key: str | None
    challenge_hash: str | None
    public_key: str | None
    confirmed_at: datetime | None
    rehearsal_release: str | None

    @property
    def state(self) -> SeatState:
        """As the rule looks at it."""
        return SeatState(
            number=self.seat,
            title=self.title,
            has_key=self.public_key is not None,
            has_confirmed=self.confirmed_at is not None,
            has_rehearsed=self.rehearsal_release is not None,
        )


@dataclass(frozen=True, slots=True)
class HeldCommittee:
    """A committee of a round: the newest is the one in force."""

    round_id: str
    generation: int
    tender_id: str
    proposal_id: str
    policy_digest: str | None
    rehearsal: Mapping[str, Any] | None
    rehearsed_at: datetime | None
    # Of one that came by rekeying.
    rekey_hours: int | None
    members: tuple[Member, ...]

    @property
    def readiness(self) -> Refusal | None:
        """Why the round may not open yet, or None."""
        return decide_readiness(
            [each.state for each in self.members],
            has_policy=self.policy_digest is not None,
            is_rehearsed=self.rehearsed_at is not None,
        )

    def seat_of(self, account_id: str) -> Member | None:
        """Where somebody sits."""
        return next((each for each in self.members if each.account_id == account_id), None)


async def insert_committee(
    world: World,
    tx: AsyncConnection,
    *,
    round_id: str,
    tender_id: str,
    generation: int,
    proposal_id: str,
    sittings: Sequence[tuple[Seat, str]],
    rekey_hours: int | None = None,
) -> None:
    """Write a committee; ``sittings`` are (title, account) in the order of the seats."""
    key = {"round_id": round_id, "generation": generation}
    formed = {"tender_id": tender_id, "proposal_id": proposal_id, "formed_at": world.clock.now()}
    await tx.execute(insert(committee).values(**key, **formed, rekey_hours=rekey_hours))
    rows = [
        {**key, "seat": number, "title": title.value, "account_id": account}
        for number, (title, account) in enumerate(sittings, start=1)
    ]
    await tx.execute(insert(committee_seat), rows)


async def find_committee(tx: AsyncConnection, round_id: str) -> HeldCommittee | None:
    """The newest committee of a round."""
    query = select(committee).where(committee.c.round_id == round_id).order_by(committee.c.generation.desc()).limit(1)
    row = (await tx.execute(query)).first()
    if row is None:
        return None
    seats = select(committee_seat).where(
        committee_seat.c.round_id == round_id, committee_seat.c.generation == row.generation
    )
    members = tuple(_member(each) for each in await tx.execute(seats.order_by(committee_seat.c.seat)))
    names = (name for name in HeldCommittee.__slots__ if name != "members")
    return HeldCommittee(**{name: getattr(row, name) for name in names}, members=members)


def _member(row: Any) -> Member:
    names = (
        "seat",
        "account_id",
        "challenged_key",
        "challenge_hash",
        "public_key",
        "confirmed_at",
        "rehearsal_release",
    )
    return Member(title=Seat(row.title), **{name: getattr(row, name) for name in names})


async def list_rounds_of(tx: AsyncConnection, account_id: str) -> list[str]:
    """The rounds in whose committees somebody ever had a seat, by id."""
    query = select(committee_seat.c.round_id).where(committee_seat.c.account_id == account_id).distinct()
    return [row.round_id for row in await tx.execute(query.order_by(committee_seat.c.round_id))]


async def is_key_taken(tx: AsyncConnection, public_key: str) -> bool:
    """Whether any seat of any round has this key."""
    query = select(committee_seat.c.seat).where(committee_seat.c.public_key == public_key).limit(1)
    return (await tx.execute(query)).first() is not None


async def set_committee(tx: AsyncConnection, held: HeldCommittee, **values: Any) -> None:
    """Write columns of a committee. Precondition: the round is locked."""
    is_it = (committee.c.round_id == held.round_id) & (committee.c.generation == held.generation)
    await tx.execute(update(committee).where(is_it).values(**values))


async def set_seat(tx: AsyncConnection, held: HeldCommittee, seat: int, **values: Any) -> None:
    """Write columns of a seat. Precondition: the round is locked."""
    is_it = (committee_seat.c.round_id == held.round_id) & (committee_seat.c.generation == held.generation)
    await tx.execute(update(committee_seat).where(is_it, committee_seat.c.seat == seat).values(**values))
