"""Members of a committee who release what is due, as their pages do it."""

from typing import Any

from app.domain.refusals import Refusal
from app.domain.sealing.member_bundle import OwnSeat, make_bundle
from app.domain.sealing.releases import Bundle, bundle_json
from app.sealed_rounds import releasing
from tests.sealed_rounds.committees import Committee


async def facts_of(committee: Committee, seat: int, envelope: str = "price") -> dict[str, Any]:
    """What the service tells a member."""
    facts = await releasing.read_wraps(committee.world, committee.members[seat - 1], committee.round_id, envelope)
    assert not isinstance(facts, Refusal), facts
    return facts


async def own_of(committee: Committee, seat: int) -> OwnSeat:
    """What a member knows by itself."""
    policy = (await committee.stage.round()).policy_digest
    return OwnSeat(committee.round_id, seat, policy, committee.pairs[seat - 1].private)


async def bundle_of(committee: Committee, seat: int, envelope: str = "price") -> Bundle:
    """A member's bundle of what is due."""
    facts = await facts_of(committee, seat, envelope)
    made = make_bundle(await own_of(committee, seat), facts, committee.world.clock.now())
    assert isinstance(made, Bundle), made
    return made


async def hand_in(committee: Committee, bundle: Bundle, *, by: int | None = None) -> str | Refusal:
    """A bundle handed in by a seat."""
    member = committee.members[(by or bundle.seat) - 1]
    return await releasing.take_bundle(committee.world, member, committee.round_id, bundle_json(bundle))


async def release(committee: Committee, *seats: int, envelope: str = "price") -> None:
    """These seats release everything that is due."""
    for seat in seats:
        taken = await hand_in(committee, await bundle_of(committee, seat, envelope))
        assert isinstance(taken, str), taken
