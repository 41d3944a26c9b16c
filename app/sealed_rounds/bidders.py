"""Who hands in: the bidder behind an account, under its tag. Looked up at every act; a standing is never remembered."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.sealed_rounds import store
from app.sealed_rounds.store import SealedRound
from app.suppliers import store as suppliers_store
from app.tenders import store as tenders_store

# In this order the first fitting hat counts.
HATS = (Role.SUPPLIER, Role.PURCHASER, Role.APPROVER, Role.EVALUATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Bidder:
    """A supplier in a sealed round. `has_joined`: it has accepted the terms in force."""

    round_id: str
    tender_id: str
    supplier_id: str
    category: str
    tag: str
    has_joined: bool


async def reach_round(tx: AsyncConnection, actor: Actor, round_id: str) -> tuple[SealedRound, Role]:
    """The door to a sealed round: the round, and the hat under which the actor reaches it. The one 404 else."""
    held = await store.load_round(tx, round_id)
    return held, await reach_tender(tx, actor, held.tender_id, *HATS)


async def find_bidder(world: World, actor: Actor, round_id: str) -> tuple[SealedRound, Bidder]:
    """The bidder behind an account; the one 404 for everybody who is not invited."""
    async with world.db.snapshot() as tx:
        held, hat = await reach_round(tx, actor, round_id)
        if hat is not Role.SUPPLIER or actor.supplier_id is None:
            raise not_found()
        return held, await load_bidder(world, tx, held, actor.supplier_id)


async def load_bidder(world: World, tx: AsyncConnection, held: SealedRound, supplier_id: str) -> Bidder:
    """The bidder as the record has it now."""
    part = await tenders_store.find_participation(world, tx, held.tender_id, supplier_id)
    if part is None:
        raise not_found()
    return Bidder(held.round_id, held.tender_id, supplier_id, held.category, part.tag, part.joined)


async def find_bar(world: World, tx: AsyncConnection, held: SealedRound, bidder: Bidder) -> Refusal | None:
    """Why a bidder may not hand in now: not joined, certificate, suspension. Asked again at every commit."""
    fresh = await load_bidder(world, tx, held, bidder.supplier_id)
    if not fresh.has_joined:
        return Refusal(Code.NOT_INVITED, {})
    return (await suppliers_store.find_standing(tx, bidder.supplier_id, bidder.category, world.clock.now())).refusal
