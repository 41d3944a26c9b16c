"""Who may sit at a round's socket: found once when it opens, looked at again every few seconds while it is open.

A session that ended, an account that was disabled, a certificate that ran out or a suspension takes effect within
`STALEST_CHECK_SECONDS`; no bid passes on an older check (LIVE.md section 3, "every frame re-checks").
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.refusals import Refusal
from app.domain.representing import Right, decide_right
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor, list_actors, list_reaching, reach_tender
from app.infra.db import Database
from app.infra.errors import Problem, not_found
from app.infra.one_go import read_in_one_go
from app.infra.together import Together
from app.infra.world import World
from app.live_rounds.connection import Admission, Connection
from app.live_rounds.seeding import is_on_floor
from app.suppliers import store as suppliers_store
from app.tenders import store as tenders_store
from app.tenders.participations import list_participations_of
from app.tenders.store import Tender

SIGNED_OUT = 4401
NOT_ADMITTED = 4403
# In this order the first fitting hat counts.
_ENTERING: WeakKeyDictionary[Database, Together[Actor, Admission | None]] = WeakKeyDictionary()
_RENEWING: WeakKeyDictionary[Database, Together[Connection, bool]] = WeakKeyDictionary()
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
    held = _ENTERING.get(world.db)
    if held is None:

        async def play(round_id: str, actors: Sequence[Actor]) -> list[Admission | Exception | None]:
            return await read_in_one_go(world.db, lambda tx: _admitted(world, tx, actors, round_id))

        held = _ENTERING[world.db] = Together(play)
    return await held.ask(round_id, actor)


async def _admitted(
    world: World, tx: AsyncConnection, actors: Sequence[Actor], round_id: str
) -> list[Admission | Exception | None]:
    """The admissions of people who come together, by a few reads for all of them."""
    try:
        found = await tenders_store.load_round(tx, round_id)
    except Problem:
        return [None] * len(actors)
    if found.kind != "live":
        return [None] * len(actors)
    tender = await tenders_store.load_tender(tx, found.tender_id)
    reaching = await list_reaching(tx, actors, tender.id)
    suppliers = [one.supplier_id for one in actors if one.supplier_id is not None and one.account_id in reaching]
    parts = await list_participations_of(world, tx, tender.id, suppliers)
    standings = await suppliers_store.list_standings(tx, suppliers, tender.category, world.clock.now())
    admissions: list[Admission | Exception | None] = []
    for actor in actors:
        hat = Role.SUPPLIER if actor.account_id in reaching else await _staff_hat(tx, actor, tender.id)
        tag: str | None = None
        bar: Refusal | None = None
        if hat is Role.SUPPLIER and actor.supplier_id is not None:
            part = parts.get(actor.supplier_id)
            if part is not None and part.joined and await _is_on_floor(world, tx, tender, part.tag):
                tag = part.tag
                bar = decide_right(actor.rights, Right.BID) or standings[actor.supplier_id].refusal
        audience = None if hat is None or (hat is Role.SUPPLIER and tag is None) else audience_of(hat)
        if hat is None or audience is None:
            admissions.append(None)
            continue
        admissions.append(
            Admission(
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
        )
    return admissions


async def _staff_hat(tx: AsyncConnection, actor: Actor, tender_id: str) -> Role | None:
    try:
        return await reach_tender(tx, actor, tender_id, *HATS)
    except Problem:
        return None


async def _is_on_floor(world: World, tx: AsyncConnection, tender: Tender, tag: str) -> bool:
    """After a sealed round only those with a valid price are there, and nobody before the prices are opened."""
    return not tender.procedure.has_sealed or await is_on_floor(world, tx, tender.id, tag)


async def find_bar(world: World, tx: AsyncConnection, supplier_id: str, category: str) -> Refusal | None:
    """Why a supplier may not bid in a category now: certificate, suspension. Checked again at the bid."""
    return (await suppliers_store.find_standing(tx, supplier_id, category, world.clock.now())).refusal


async def renew(world: World, connection: Connection) -> None:
    """Look at a socket again before its bid; those that wait for this are looked at together."""
    held = _RENEWING.get(world.db)
    if held is None:

        async def play(_key: str, connections: Sequence[Connection]) -> list[bool | Exception]:
            await recheck(world, connections)
            return [True] * len(connections)

        held = _RENEWING[world.db] = Together(play)
    await held.ask("", connection)


async def recheck(world: World, connections: Sequence[Connection]) -> None:
    """Look at these sockets again, all in a few reads: end those that lost their right, renew the rest."""
    at = world.clock.monotonic()
    living = await list_actors(world, {one.admission.actor.session_hash for one in connections})
    bars, versions = await read_in_one_go(
        world.db, lambda tx: _as_of_now(world, tx, [one.admission for one in connections])
    )
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
            bar = decide_right(actor.rights, Right.BID) or bars.get((actor.supplier_id or "", held.category))
            one.admission = replace(held, actor=actor, bar=bar, checked_at=at)


async def _as_of_now(
    world: World, tx: AsyncConnection, admissions: Sequence[Admission]
) -> tuple[dict[tuple[str, str], Refusal | None], dict[str, int]]:
    """Why bidders may not bid, by supplier and category; and the versions of the terms, by tender."""
    bidders: defaultdict[str, set[str]] = defaultdict(set)
    for one in admissions:
        if one.tag is not None:
            bidders[one.category].add(one.actor.supplier_id or "")
    bars: dict[tuple[str, str], Refusal | None] = {}
    for category, suppliers in bidders.items():
        standings = await suppliers_store.list_standings(tx, suppliers, category, world.clock.now())
        bars |= {(each, category): standing.refusal for each, standing in standings.items()}
    tenders = await tenders_store.list_by_ids(tx, sorted({one.tender_id for one in admissions}))
    return bars, {one.id: one.terms_version for one in tenders}
