"""Who owes what when, loaded together for the pages of both sides. Reads only; asks the matrix for each tender."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import contract_store, payment_store, signature_store, store
from app.award.paying import list_owed
from app.award.payment_store import Milestone
from app.domain.contracting import ContractState
from app.domain.money import EXACT
from app.domain.paying import MilestoneState
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor, reach_tender
from app.infra.days import today_of
from app.infra.errors import Problem
from app.infra.world import World
from app.suppliers import store as supplier_store
from app.suppliers.store import Names
from app.tenders import store as tender_store
from app.tenders.store import Tender

# As the matrix has payments (d62) in the filed phase. The supplier has routes of its own, and the reader of a stolen
# database has no account.
READERS = tuple(
    role
    for role in (Role.PURCHASER, *Role)
    if role not in (Role.SUPPLIER, Role.DATABASE) and may_see({role}, (Phase.FILED,), Datum.DELIVERIES)
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What an award is worth to one supplier, and how much of it is planned."""

    tender: Tender
    supplier_id: str
    total: Decimal
    planned: Decimal
    is_signed: bool


@dataclass(frozen=True, slots=True)
class PaymentSheet:
    """The milestones that the reader may see, with what they belong to."""

    today: date
    tenders: Mapping[str, Tender]
    names: Mapping[str, Names]
    milestones: Sequence[Milestone]
    awards: Sequence[Owed] = ()
    # {(tender, supplier): the last day of a contract that ends before its time}
    ends: Mapping[tuple[str, str], date] = field(default_factory=dict)

    def totals(self) -> dict[tuple[str, MilestoneState], Decimal]:
        """{(currency, state): what is owed there}; of what is paid, what was."""
        sums: dict[tuple[str, MilestoneState], Decimal] = defaultdict(Decimal)
        for each in self.milestones:
            standing = each.standing(self.today)
            amount = standing.paid if standing.state is MilestoneState.PAID else standing.owed
            key = (self.tenders[each.tender_id].currency, standing.state)
            sums[key] = EXACT.add(sums[key], amount)
        return dict(sums)


async def load_staff_sheet(world: World, tx: AsyncConnection, actor: Actor) -> PaymentSheet:
    """The milestones of all tenders whose payments the reader may see (VISIBILITY.md d62), with the awards that a
    purchaser may plan; those whose names are unsealed."""
    listed = await payment_store.list_milestones(tx)
    wanted = list(dict.fromkeys([*await store.list_awarded_tenders(tx), *(each.tender_id for each in listed)]))
    reached = [each for each in await tender_store.list_by_ids(tx, wanted) if await _reaches(tx, actor, each.id)]
    tenders = {each.id: each for each in reached if may_see(actor.roles, each.visited, Datum.DELIVERIES)}
    awards = await _load_awards(tx, reached, listed) if Role.PURCHASER in actor.roles else []
    shown = [each for each in listed if each.tender_id in tenders]
    suppliers = {each.supplier_id for each in shown} | {each.supplier_id for each in awards}
    names = await supplier_store.load_names(tx, sorted(suppliers))
    ends = await signature_store.list_last_days(tx)
    return PaymentSheet(today_of(world), tenders, names, _by_day(shown, today_of(world)), awards, ends)


async def _load_awards(tx: AsyncConnection, tenders: Sequence[Tender], listed: Sequence[Milestone]) -> list[Owed]:
    found = []
    for tender in tenders:
        if Phase.UNSEALED not in tender.visited:
            continue
        contracts = await contract_store.list_contracts(tx, tender.id)
        for supplier_id, total in (await list_owed(tx, tender)).items():
            own = [each for each in listed if (each.tender_id, each.supplier_id) == (tender.id, supplier_id)]
            planned = sum((each.terms.amount for each in own), Decimal(0))
            held = contracts.get(supplier_id)
            is_signed = held is not None and held.state is ContractState.ACTIVE
            found.append(Owed(tender, supplier_id, total, planned, is_signed))
    return found


async def load_own_sheet(world: World, tx: AsyncConnection, actor: Actor) -> PaymentSheet:
    """What a supplier is owed; of no other supplier anything."""
    assert actor.supplier_id is not None, "the door lets suppliers in alone"
    listed = await payment_store.list_milestones(tx, supplier_id=actor.supplier_id)
    found = await tender_store.list_by_ids(tx, list(dict.fromkeys(each.tender_id for each in listed)))
    tenders = {each.id: each for each in found if may_see({Role.SUPPLIER}, each.visited, Datum.DELIVERIES)}
    shown = [each for each in listed if each.tender_id in tenders]
    ends = await signature_store.list_last_days(tx)
    return PaymentSheet(today_of(world), tenders, {}, _by_day(shown, today_of(world)), ends=ends)


def _by_day(milestones: Sequence[Milestone], today: date) -> list[Milestone]:
    """What is open first, the earliest last day on top; then what is paid."""

    def place(found: Milestone) -> tuple[bool, date, str, int]:
        is_paid = found.standing(today).state is MilestoneState.PAID
        return is_paid, found.terms.due_on, found.tender_id, found.number

    return sorted(milestones, key=place)


async def _reaches(tx: AsyncConnection, actor: Actor, tender_id: str) -> bool:
    try:
        await reach_tender(tx, actor, tender_id, *READERS)
    except Problem:
        return False
    return True
