"""What pages read of reports of an error: the sender its state, the desk who called, the buyer's side which bid."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approvals_store
from app.domain.money import format_amount
from app.domain.slips import REPORT_WITHIN, ReportState
from app.domain.tendering import is_final
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.seats import find_clash
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds import error_store, store
from app.live_rounds.admission import audience_of, reach_round
from app.live_rounds.entering import number_of
from app.live_rounds.error_reports import find_own
from app.live_rounds.error_store import ErrorReport
from app.live_rounds.voiding import find_shown
from app.suppliers import store as suppliers_store
from app.suppliers.contacts import unseal_contact
from app.tenders import store as tenders_store

MOST_CASES = 100


async def read_own(world: World, actor: Actor, bid_id: str) -> dict[str, Any]:
    """The members of `OwnReportView`: until when the sender may report a bid, and what became of its report."""
    async with world.db.snapshot() as tx:
        own = await find_own(world, tx, actor, bid_id)
        found = await error_store.find_by_bid(tx, own.bid.entry_hash)
        state = "none" if found is None else await _outcome(tx, found)
    until = own.bid.received_at + REPORT_WITHIN
    return {"state": "voided" if own.bid.voided else state, "until": until}


async def _outcome(tx: AsyncConnection, found: ErrorReport) -> str:
    """A proposal that was refused or ran out leaves the bid standing; its sender is told no more than that."""
    if found.proposal_id is None:
        return found.state.value
    proposal = await approvals_store.load_proposal(tx, found.proposal_id)
    return ReportState.PROPOSED.value if proposal.state.value in ("pending", "approved") else "stands"


async def list_cases(world: World, actor: Actor) -> list[dict[str, Any]]:
    """The members of `CaseView` for the desk: who called about which bid; no amount, no rank, no alias (HD-01). None of
    a tender in which the reader relays questions."""
    async with world.db.snapshot() as tx:
        found = await error_store.list_newest(tx, MOST_CASES)
        tenders = {each.tender_id for each in found}
        clashes = {each: await find_clash(tx, actor.account_id, each, Role.DESK_HELP) for each in tenders}
        return [await _case(world, tx, one) for one in found if clashes[one.tender_id] is None]


async def _case(world: World, tx: AsyncConnection, one: ErrorReport) -> dict[str, Any]:
    caller = error_store.open_caller(world, one)
    supplier = await suppliers_store.load_supplier(tx, caller.supplier)
    contact = unseal_contact(world, supplier.id, supplier.contact_sealed)
    tender = await tenders_store.load_tender(tx, one.tender_id)
    return {
        "id": one.id,
        "reference": tender.reference,
        "title_zh": tender.title_zh,
        "title_en": tender.title_en,
        "lot": await number_of(tx, one.lot_id),
        "bid": one.bid[:12],
        "slip": one.slip,
        "state": one.state,
        "note": caller.note,
        "person": caller.person,
        "supplier_zh": supplier.name_zh,
        "supplier_en": supplier.name_en,
        "phone": contact.phone,
        "reported_at": one.reported_at,
    }


async def list_for_buyer(world: World, actor: Actor, round_id: str) -> list[dict[str, Any]]:
    """The members of `ReportedView`: verified reports of a round, each bid as far as the lot shows it now."""
    async with world.db.snapshot() as tx:
        tender, hat = await reach_round(tx, actor, round_id)
        if audience_of(hat) != "buyer":
            raise not_found()
        found = await error_store.list_for_round(tx, round_id)
        told = [one for one in found if one.state in (ReportState.VERIFIED, ReportState.PROPOSED)]
        return [await _reported(world, tx, one, is_over=is_final(tender.state)) for one in told]


async def _reported(world: World, tx: AsyncConnection, one: ErrorReport, *, is_over: bool) -> dict[str, Any]:
    floor = await store.load_floor(tx, one.lot_id)
    shown = await find_shown(world, tx, floor, one.bid)
    return {
        "id": one.id,
        "lot": await number_of(tx, one.lot_id),
        "slip": one.slip,
        "state": one.state,
        "alias": None if shown is None else shown.alias,
        "amount": None if shown is None else format_amount(shown.bid.amount, floor.terms.scale),
        "is_voided": shown is not None and shown.bid.voided,
        "can_propose": one.state is ReportState.VERIFIED and shown is not None and not is_over,
    }
