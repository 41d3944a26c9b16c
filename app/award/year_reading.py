"""The year of the purchasing department, loaded from the awards that stand. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import reading, store
from app.award.paying import list_owed
from app.award.reading import TenderSavings
from app.award.year_store import list_members
from app.demand import store as project_store
from app.demand.store import Project
from app.domain.process import StageState
from app.domain.supplier_base import Member
from app.domain.visibility import Datum, may_see
from app.domain.year_view import LotContestFacts, StageFacts, Step, TenderFacts
from app.evaluation import store as evaluation_store
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import zone_of
from app.infra.world import World
from app.live_rounds import store as live_store
from app.suppliers import store as supplier_store
from app.suppliers.store import Names
from app.tenders import store as tender_store
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class Spent:
    """What a supplier was awarded in a tender, and when."""

    supplier_id: str
    currency: str
    amount: Decimal
    awarded_on: date


@dataclass(frozen=True, slots=True)
class YearSheet:
    """Every awarded tender's facts, and the purchasers by account."""

    facts: Sequence[TenderFacts]
    purchasers: dict[str, str]
    projects: Mapping[str, Project]
    stages: Sequence[StageFacts]
    members: Sequence[Member]
    spend: Sequence[Spent]
    names: Mapping[str, Names]


async def load_year_sheet(world: World, tx: AsyncConnection, actor: Actor) -> YearSheet:
    """The facts of the awarded tenders whose savings the reader may see (VISIBILITY.md d60)."""
    zone = zone_of(world)
    listed = [
        each for each in await reading.load_savings(tx) if may_see(actor.roles, each.tender.visited, Datum.SAVINGS)
    ]
    facts = [await _load_facts(world, tx, each) for each in listed]
    spend = [
        Spent(supplier_id, each.tender.currency, amount, each.awarded_at.astimezone(zone).date())
        for each in listed
        for supplier_id, amount in (await list_owed(tx, each.tender)).items()
    ]
    projects = await project_store.list_projects(tx)
    purchasers = {}
    for account_id in dict.fromkeys(each.purchaser for each in facts):
        person = await identity_store.find_account(world, tx, account_id)
        purchasers[account_id] = "" if person is None else person.name
    return YearSheet(
        facts=facts,
        purchasers=purchasers,
        projects={each.id: each for each in projects},
        stages=[fact for each in projects for fact in _stages(each)],
        members=await list_members(tx, world.clock.now(), zone),
        spend=spend,
        names=await supplier_store.load_names(tx, sorted({each.supplier_id for each in spend})),
    )


def _stages(held: Project) -> list[StageFacts]:
    """The stages that were done, with the days they took."""
    return [
        StageFacts(int(row.stage), row.done_on, (row.done_on - row.entered_on).days)
        for row in held.stages.values()
        if row.state is StageState.DONE and row.entered_on is not None and row.done_on is not None
    ]


async def _load_facts(world: World, tx: AsyncConnection, savings: TenderSavings) -> TenderFacts:
    tender, rankings = savings.tender, await evaluation_store.list_rankings(tx, savings.tender.id)
    decision = await store.find_decision(tx, tender.id)
    ranked_at = max((each.made_at for each in rankings), default=None)
    decided_at = None if decision is None else decision.decided_at
    lots = []
    for each in rankings:
        active = await _count_active(tx, each.official.lot_id) if tender.procedure.has_live else None
        lots.append(LotContestFacts(len(each.official.rows), active))
    zone = zone_of(world)
    asked = await tender_store.list_participations(world, tx, tender.id)
    return TenderFacts(
        category=tender.category,
        purchaser=tender.created_by,
        awarded_on=savings.awarded_at.astimezone(zone).date(),
        currency=tender.currency,
        totals=savings.by_certainty,
        days=_days(tender, ranked_at, decided_at, savings.awarded_at),
        lots=lots,
        project=tender.project_id or "",
        invited=len(asked),
        joined=sum(each.joined for each in asked),
    )


def _days(
    tender: Tender, ranked_at: datetime | None, decided_at: datetime | None, awarded_at: datetime
) -> dict[Step, int]:
    """Whole days of each step of which both ends are known."""
    marks = (tender.created_at, tender.published_at, tender.opens_at, ranked_at, decided_at, awarded_at)
    ends = zip(Step, marks, marks[1:], strict=False)
    return {step: max(0, (end - begin).days) for step, begin, end in ends if begin is not None and end is not None}


async def _count_active(tx: AsyncConnection, lot_id: str) -> int:
    """Bidders that bid more than once: they answered the others."""
    placed: dict[str, int] = {}
    for bid in await live_store.list_accepted_bids(tx, lot_id):
        placed[bid.placed.tag] = placed.get(bid.placed.tag, 0) + (not bid.voided)
    return sum(count > 1 for count in placed.values())


def in_year(facts: Sequence[TenderFacts], year: int | None) -> list[TenderFacts]:
    """Those awarded in a year of the deployment's days; all of them where no year is asked for."""
    return [each for each in facts if year is None or each.awarded_on.year == year]
