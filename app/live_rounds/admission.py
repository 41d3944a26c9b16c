"""Who may sit at a round's socket: found once when it opens, looked at again every few seconds while it is open.

A session that ended, an account that was disabled, a certificate that ran out or a suspension takes effect within
`STALEST_CHECK_SECONDS`; no bid passes on an older check (LIVE.md section 3, "every frame re-checks").
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.refusals import Refusal
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor, list_actors, reach_tender
from app.infra.errors import Problem, not_found
from app.infra.one_go import read_in_one_go
from app.infra.world import World
from app.live_rounds.connection import Admission, Connection
from app.live_rounds.seeding import is_on_floor
from app.suppliers import store as suppliers_store
from app.tenders import store as tenders_store
from app.tenders.store import Tender

SIGNED_OUT = 4401
NOT_ADMITTED = 4403
# In this order the first fitting hat counts.
HATS = (Role.SUPPLIER, Role.PURCHASER, Role.APPROVER, Role.EVALUATOR, Role.AUDITOR)


def audience_of(hat: Role) -> str | None:
    """Whose frames a hat gets: decided by the matrix, phase L (VISIBILITY.md d34, d37, d56)."""
    live = (Phase.LIVE,)
    if may_see((hat,), live, Datum.LIVE_BIDS):
        return "buyer"
    if may_see((hat,), live, Datum.OWN_RANK):
        return "supplier"
    return "observer" if may_see((hat,), live, Datum.CLOCK) else None


async def reach_round(tx: AsyncConnection, actor: Actor, round_id: str) -> tuple[Tender, Role]:
    """The door to a live round: its tender and the hat under which the actor reaches it. The one 404 else."""
    found = await tenders_store.load_round(tx, round_id)
    if found.kind != "live":
        raise not_found()
    hat = await reach_tender(tx, actor, found.tender_id, *HATS)
    return await tenders_store.load_tender(tx, found.tender_id), hat


async def admit(world: World, actor: Actor, round_id: str) -> Admission | None:
    """The admission of a person to a round's socket, or None: not reached, not joined, or a hat that sees nothing."""
    return await read_in_one_go(world.db, lambda tx: _admitted(world, tx, actor, round_id))


async def _admitted(world: World, tx: AsyncConnection, actor: Actor, round_id: str) -> Admission | None:
    try:
        tender, hat = await reach_round(tx, actor, round_id)
    except Problem:
        return None
    tag: str | None = None
    bar: Refusal | None = None
    if hat is Role.SUPPLIER and actor.supplier_id is not None:
        part = await tenders_store.find_participation(world, tx, tender.id, actor.supplier_id)
        if part is None or not part.joined or not await _is_on_floor(world, tx, tender, part.tag):
            return None
        tag = part.tag
        bar = await find_bar(world, tx, actor.supplier_id, tender.category)
    audience = audience_of(hat)
    if audience is None:
        return None
    return Admission(
        actor=actor,
        round_id=round_id,
        tender_id=tender.id,
        category=tender.category,
        terms_version=tender.terms_version,
        audience=audience,
        hat=hat,
        tag=tag,
        bar=bar,
        checked_at=world.clock.monotonic(),
    )


async def _is_on_floor(world: World, tx: AsyncConnection, tender: Tender, tag: str) -> bool:
    """After a sealed round only those with a valid price are there, and nobody before the prices are opened."""
    return not tender.procedure.has_sealed or await is_on_floor(world, tx, tender.id, tag)


async def find_bar(world: World, tx: AsyncConnection, supplier_id: str, category: str) -> Refusal | None:
    """Why a supplier may not bid in a category now: certificate, suspension. Checked again at the bid."""
    return (await suppliers_store.find_standing(tx, supplier_id, category, world.clock.now())).refusal


async def recheck(world: World, connections: Sequence[Connection]) -> None:
    """Look at these sockets again, all in a few reads: end those that lost their right, renew the rest."""
    at = world.clock.monotonic()
    living = await list_actors(world, {one.admission.actor.session_hash for one in connections})
    bars = await _bars(world, [one.admission for one in connections if one.admission.tag is not None])
    versions = await _versions(world, {one.admission.tender_id for one in connections})
    for one in connections:
        held = one.admission
        actor = living.get(held.actor.session_hash)
        if actor is None:
            one.end(SIGNED_OUT)
        elif (held.tag is None and held.hat not in actor.roles) or actor.supplier_id != held.actor.supplier_id:
            one.end(NOT_ADMITTED)
        elif versions.get(held.tender_id) != held.terms_version:
            # The terms were amended: joining has to be found anew.
            fresh = await admit(world, actor, held.round_id)
            if fresh is None:
                one.end(NOT_ADMITTED)
            else:
                one.admission = fresh
        else:
            bar = bars.get((actor.supplier_id or "", held.category))
            one.admission = replace(held, actor=actor, bar=bar, checked_at=at)


async def _bars(world: World, admissions: Sequence[Admission]) -> Mapping[tuple[str, str], Refusal | None]:
    bars: dict[tuple[str, str], Refusal | None] = {}
    if not admissions:
        return bars
    async with world.db.snapshot() as tx:
        now = world.clock.now()
        for category in {one.category for one in admissions}:
            for candidate in await suppliers_store.list_candidates(tx, category, now):
                bars[candidate.id, category] = candidate.standing.refusal
        for one in admissions:
            key = (one.actor.supplier_id or "", one.category)
            if key not in bars:
                bars[key] = await find_bar(world, tx, *key)
    return bars


async def _versions(world: World, tender_ids: set[str]) -> dict[str, int]:
    async with world.db.snapshot() as tx:
        return {one.id: one.terms_version for one in await tenders_store.list_by_ids(tx, sorted(tender_ids))}
