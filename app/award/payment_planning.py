"""The payment plan of a signed contract: proposed from its terms, kept as a whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import contract_store
from app.award.contract_store import Contract
from app.award.paying import Sums, load_sums, store_milestone
from app.domain.contracting import ContractState
from app.domain.money import minor_units
from app.domain.paying import Terms
from app.domain.payment_plan import decide_plan, milestones_of
from app.domain.payment_terms import STANDARD, issues_from_json
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor, reach_tender
from app.infra.days import day_of, today_of
from app.infra.world import World
from app.tenders import store as tender_store
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """What the contract's terms come to; empty where everything is planned."""

    tender: Tender
    total: Decimal
    planned: Decimal
    signed_on: date
    milestones: Sequence[Terms]


async def propose_plan(
    world: World, tx: AsyncConnection, actor: Actor, tender_id: str, supplier_id: str
) -> ProposedPlan | Refusal:
    """The milestones that follow from a contract in force. Refuses what `load_sums` refuses, and without a contract
    that both sides have signed (NOT_DECIDED)."""
    await reach_tender(tx, actor, tender_id, Role.PURCHASER)
    tender = await tender_store.load_tender(tx, tender_id)
    held = await _load(tx, tender, supplier_id)
    if isinstance(held, Refusal):
        return held
    contract, sums = held
    signed_on = _signed_on(world, contract)
    stored = contract.document["terms"]
    issues = STANDARD if stored is None else issues_from_json(stored)
    plan = milestones_of(sums.total, issues, signed_on, digits=minor_units(tender.currency))
    # A plan that was begun by hand is finished by hand.
    return ProposedPlan(tender, sums.total, sums.planned, signed_on, [] if sums.planned else plan)


async def keep_plan(
    world: World, actor: Actor, tender_id: str, supplier_id: str, plan: Sequence[Terms]
) -> Refusal | None:
    """Plan all milestones of a contract at once. Refuses what `propose_plan` refuses, and a plan that comes to more or
    less than the contract (SUM_DIFFERS); then nothing of it is kept."""
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.PURCHASER)
        tender = await tender_store.lock_tender(tx, tender_id)
        held = await _load(tx, tender, supplier_id)
        if isinstance(held, Refusal):
            return held
        sums, digits = held[1], minor_units(tender.currency)
        refusal = decide_plan(plan, planned=sums.planned, total=sums.total, digits=digits, today=today_of(world))
        if refusal is not None:
            return refusal
        for each in plan:
            await store_milestone(world, tx, actor, tender, supplier_id, replace(each, note=each.note.strip()))
    return None


async def _load(tx: AsyncConnection, tender: Tender, supplier_id: str) -> tuple[Contract, Sums] | Refusal:
    sums = await load_sums(tx, tender, supplier_id)
    if isinstance(sums, Refusal):
        return sums
    held = await contract_store.load_contract(tx, tender.id, supplier_id)
    if held is None or held.state is not ContractState.ACTIVE:
        return Refusal(Code.NOT_DECIDED, {"rule": "contract"})
    return held, replace(sums, total=Decimal(held.document["total"]))


def _signed_on(world: World, held: Contract) -> date:
    return day_of(world, max(each.at for each in held.signatures))
