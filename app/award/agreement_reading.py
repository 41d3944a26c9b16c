"""What of talks and contracts waits for somebody, over all tenders; and which contracts a project's requester may read.
Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.delegating import find_hands
from app.award import contract_store, store
from app.award.contract_store import Contract, Negotiation
from app.award.contracting import is_waiting
from app.award.negotiating import may_read
from app.demand import store as project_store
from app.domain.agreement_tasks import AgreementTask, InHand, tasks_of
from app.domain.contracting import SHOWN
from app.domain.procurement_methods import allows_talks
from app.domain.visibility import Datum, Role, may_see
from app.identity.access import Actor, reach_tender
from app.infra.errors import Problem
from app.infra.world import World
from app.suppliers import store as supplier_store
from app.suppliers.store import Names
from app.tenders import store as tender_store
from app.tenders.store import Tender

HATS = (Role.SUPPLIER, Role.PURCHASER, Role.APPROVER)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A card: what, of which tender, with whom (None for the supplier itself), since when."""

    tender: Tender
    task: AgreementTask
    supplier: Names | None
    since: datetime | None


async def list_waiting(world: World, tx: AsyncConnection, actor: Actor) -> list[Waiting]:
    """What waits for this actor, the longest first. A tender without talks, contract and project waits for nobody: the
    short way needs no contract."""
    in_hand = set(await contract_store.list_tenders_in_hand(tx))
    over = await contract_store.list_settled(tx)
    awards = await store.list_awards(tx, await store.list_awarded_tenders(tx))
    standing = {(each.tender_id, each.supplier_id, each.number) for each in awards}
    open_pairs = {(tender_id, firm) for tender_id, firm, _ in standing - over}
    wanted = [pair for pair in sorted(open_pairs) if actor.supplier_id in (None, pair[1])]
    tenders = {each.id: each for each in await tender_store.list_by_ids(tx, sorted({one for one, _ in wanted}))}
    found: list[Waiting] = []
    for tender_id, tender in tenders.items():
        if not (tender_id in in_hand or tender.project_id) or not may_read(actor, tender):
            continue
        hats = await _hats(tx, actor, tender_id)
        firms = [firm for of, firm in wanted if of == tender_id]
        found += await _of_tender(world, tx, tender, firms, hats) if hats else []
    return sorted(found, key=lambda each: (each.since is None, each.since, each.tender.reference, each.task))


async def _hats(tx: AsyncConnection, actor: Actor, tender_id: str) -> frozenset[Role]:
    """The hats under which somebody reaches a tender and has something to do there."""
    hats = set()
    for hat in HATS:
        try:
            hats.add(await reach_tender(tx, actor, tender_id, hat))
        except Problem:
            continue
    return frozenset(hats)


async def _of_tender(
    world: World, tx: AsyncConnection, tender: Tender, firms: Sequence[str], hats: frozenset[Role]
) -> list[Waiting]:
    talks = await contract_store.list_negotiations(tx, tender.id)
    papers = await contract_store.list_contracts(tx, tender.id)
    names = {} if Role.SUPPLIER in hats else await supplier_store.load_names(tx, firms)
    found = []
    for firm in firms:
        talk, paper = talks.get(firm), papers.get(firm)
        if Role.SUPPLIER in hats and paper is not None and paper.state not in SHOWN:
            paper = None
        known = InHand(
            talks=None if talk is None else talk.state,
            has_mandate=talk is not None and talk.limits is not None,
            paper=None if paper is None else paper.state,
            is_waiting=paper is not None and await is_waiting(world, tx, paper),
            ends_at=None if paper is None else paper.ends_at,
            signed=[] if paper is None else paper.signed,
            asked=[] if paper is None else paper.asked,
            allows_talks=allows_talks(tender.frozen or {}),
        )
        since = _since(talk, paper)
        tasks = tasks_of(known, hats, world.clock.now())
        found += [Waiting(tender, task, names.get(firm), since) for task in tasks]
    return found


def _since(talk: Negotiation | None, paper: Contract | None) -> datetime | None:
    """The last thing that happened there."""
    times = [] if talk is None else [talk.opened_at, *(each.at for each in talk.turns)]
    if paper is not None:
        times += [paper.drafted_at, *(each.at for each in paper.signatures)]
    return max(times, default=None)


async def may_read_contract(world: World, tx: AsyncConnection, actor: Actor, tender: Tender) -> bool:
    """Whether the talks and contracts of a tender are there for this reader: for its requester those of his own
    project alone (VISIBILITY.md d61)."""
    if not may_read(actor, tender):
        return False
    if actor.is_supplier or not is_requester_only(actor, tender):
        return True
    if tender.project_id is None:
        return False
    held = await project_store.load_project(tx, tender.project_id)
    hands = await find_hands(world, tx, actor.account_id)
    return held.requested_by == actor.account_id or held.requested_by in hands.givers(Role.REQUESTER)


def is_requester_only(actor: Actor, tender: Tender) -> bool:
    """Whether nothing but having asked for the goods lets this person read."""
    return not actor.is_supplier and not may_see(actor.roles - {Role.REQUESTER}, tender.visited, Datum.NEGOTIATION)


async def list_of_project(world: World, tx: AsyncConnection, actor: Actor, project_id: str) -> list[Tender]:
    """The tenders of a project whose contracts this reader may see and that have one to show."""
    found = []
    for tender in await tender_store.list_of_project(tx, project_id):
        if not await may_read_contract(world, tx, actor, tender):
            continue
        papers = await contract_store.list_contracts(tx, tender.id)
        if any(each.state in SHOWN for each in papers.values()):
            found.append(tender)
    return found
