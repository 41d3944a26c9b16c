"""Who may sit at a sealed round's socket: suppliers who joined, and staff who may see its clock (VISIBILITY.md d56).

Looked at again every few seconds; certificate, suspension and joining are asked once more at every commit.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor, list_actors
from app.infra.errors import Problem
from app.infra.world import World
from app.live_rounds.admission import NOT_ADMITTED, SIGNED_OUT
from app.live_rounds.connection import Admission, Connection
from app.sealed_rounds.bidders import load_bidder, reach_round
from app.tenders import store as tenders_store


async def admit_sealed(world: World, actor: Actor, round_id: str) -> Admission | None:
    """The admission of a person to a sealed round's socket, or None: not reached, not joined, or nothing to see."""
    tag: str | None = None
    async with world.db.snapshot() as tx:
        try:
            held, hat = await reach_round(tx, actor, round_id)
            tender = await tenders_store.load_tender(tx, held.tender_id)
            if hat is Role.SUPPLIER:
                bidder = await load_bidder(world, tx, held, actor.supplier_id or "")
                tag = bidder.tag if bidder.has_joined else None
        except Problem:
            return None
    if (hat is Role.SUPPLIER and tag is None) or not may_see((hat,), (Phase.SEALED,), Datum.CLOCK):
        return None
    return Admission(
        actor=actor,
        round_id=round_id,
        tender_id=tender.id,
        category=tender.category,
        terms_version=tender.terms_version,
        audience="supplier" if tag is not None else "observer",
        hat=hat,
        tag=tag,
        bar=None,
        checked_at=world.clock.monotonic(),
    )


async def recheck_sealed(world: World, connections: Sequence[Connection]) -> None:
    """Look at these sockets again: end those that lost their right, renew the rest."""
    at = world.clock.monotonic()
    living = await list_actors(world, {one.admission.actor.session_hash for one in connections})
    for one in connections:
        held = one.admission
        actor = living.get(held.actor.session_hash)
        if actor is None:
            one.end(SIGNED_OUT)
        elif (held.tag is None and held.hat not in actor.roles) or actor.supplier_id != held.actor.supplier_id:
            one.end(NOT_ADMITTED)
        else:
            one.admission = replace(held, actor=actor, checked_at=at)
