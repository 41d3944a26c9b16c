"""Who hands in: the bidder behind an account, under its tag. Looked up at every act; a standing is never remembered.

Calls that wait together look together: one snapshot for all of them (PERFORMANCE.md section 4 point 2).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor, list_reaching, reach_tender
from app.infra.db import Database
from app.infra.errors import not_found
from app.infra.one_go import read_in_one_go
from app.infra.together import Together
from app.infra.world import World
from app.sealed_rounds import store, upload_store
from app.sealed_rounds.store import SealedRound
from app.sealed_rounds.upload_store import Upload
from app.suppliers import store as suppliers_store
from app.tenders import store as tenders_store
from app.tenders.participations import Participation, list_participations_of

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


@dataclass(frozen=True, slots=True)
class _Asked:
    actor: Actor
    upload_id: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    held: SealedRound
    bidder: Bidder
    upload: Upload | None


_DOORS: WeakKeyDictionary[Database, Together[_Asked, _Found]] = WeakKeyDictionary()


async def reach_round(tx: AsyncConnection, actor: Actor, round_id: str) -> tuple[SealedRound, Role]:
    """The door to a sealed round: the round, and the hat under which the actor reaches it. The one 404 else."""
    held = await store.load_round(tx, round_id)
    return held, await reach_tender(tx, actor, held.tender_id, *HATS)


async def find_bidder(world: World, actor: Actor, round_id: str) -> tuple[SealedRound, Bidder]:
    """The bidder behind an account; the one 404 for everybody who is not invited."""
    found = await _door_of(world).ask(round_id, _Asked(actor, None))
    return found.held, found.bidder


async def find_own_upload(world: World, actor: Actor, round_id: str, upload_id: str) -> tuple[SealedRound, Upload]:
    """An upload of the bidder behind an account; the one 404 for any other."""
    found = await _door_of(world).ask(round_id, _Asked(actor, upload_id))
    own = found.upload
    if own is None or own.tag != found.bidder.tag or own.round_id != round_id:
        raise not_found()
    return found.held, own


def _door_of(world: World) -> Together[_Asked, _Found]:
    held = _DOORS.get(world.db)
    if held is None:

        async def play(round_id: str, asked: Sequence[_Asked]) -> list[_Found | Exception]:
            return await read_in_one_go(world.db, lambda tx: _look(world, tx, round_id, asked))

        held = _DOORS[world.db] = Together(play)
    return held


async def _look(world: World, tx: AsyncConnection, round_id: str, asked: Sequence[_Asked]) -> list[_Found | Exception]:
    held = await store.load_round(tx, round_id)
    suppliers = {one.actor.supplier_id for one in asked if one.actor.supplier_id is not None}
    reaching = await list_reaching(tx, [one.actor for one in asked], held.tender_id)
    parts = await list_participations_of(world, tx, held.tender_id, suppliers)
    uploads = await upload_store.list_uploads(tx, {one.upload_id for one in asked if one.upload_id is not None})
    found: list[_Found | Exception] = []
    for one in asked:
        part = parts.get(one.actor.supplier_id or "")
        if part is None or one.actor.account_id not in reaching:
            found.append(not_found())
        else:
            found.append(_Found(held, _bidder(held, part), uploads.get(one.upload_id or "")))
    return found


def _bidder(held: SealedRound, part: Participation) -> Bidder:
    return Bidder(held.round_id, held.tender_id, part.supplier_id, held.category, part.tag, part.joined)


async def load_bidder(world: World, tx: AsyncConnection, held: SealedRound, supplier_id: str) -> Bidder:
    """The bidder as the record has it now."""
    part = await tenders_store.find_participation(world, tx, held.tender_id, supplier_id)
    if part is None:
        raise not_found()
    return _bidder(held, part)


async def list_bars(
    world: World, tx: AsyncConnection, held: SealedRound, supplier_ids: Collection[str]
) -> Mapping[str, Refusal | None]:
    """Why these suppliers may not hand in now: not joined, certificate, suspension. Asked again at every commit."""
    parts = await list_participations_of(world, tx, held.tender_id, supplier_ids)
    standings = await suppliers_store.list_standings(tx, supplier_ids, held.category, world.clock.now())
    return {
        each: standings[each].refusal if each in parts and parts[each].joined else Refusal(Code.NOT_INVITED, {})
        for each in supplier_ids
    }
