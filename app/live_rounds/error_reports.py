"""Reports of an error in a bid: the bidder reports, the desk verifies who calls, the purchaser proposes the void.

SCREENS.md LR-27, attacks.md W27. Nobody sees both halves: the desk sees who and which bid, never an amount or an alias;
the buyer's side sees alias and amount, never who. Where the deployment has no desk, the sender's own session stands for
the call-back, and the journal says so (ACCESS.md section 3, profile `lean`).
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import Proposal
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Refusal
from app.domain.slips import SLIP_WORDS, ReportState, Slip, decide_case, decide_proposing, decide_report
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.seats import take_seat
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds import error_store, store
from app.live_rounds.entering import enter, refuse
from app.live_rounds.error_store import ErrorReport, ReportCaller
from app.live_rounds.store import AcceptedBid, Floor
from app.live_rounds.voiding import VoidBid, propose_in
from app.notices.store import insert_notices
from app.tenders import store as tenders_store
from app.tenders.entering import names_of, tell_staff
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class OwnBid:
    """An accepted bid of the asker."""

    floor: Floor
    bid: AcceptedBid


async def find_own(world: World, tx: AsyncConnection, actor: Actor, bid_id: str) -> OwnBid:
    """An own accepted bid by its id; the one 404 for another's, a refused one or none."""
    if actor.supplier_id is None:
        raise not_found()
    for attempt in await store.list_by_bid_id(tx, bid_id):
        one = await store.load_floor(tx, attempt.lot_id)
        part = await tenders_store.find_participation(world, tx, one.tender_id, actor.supplier_id)
        if part is None or part.tag != attempt.tag or attempt.receipt is None:
            continue
        for bid in await store.list_accepted_bids(tx, attempt.lot_id):
            if bid.entry_hash == attempt.receipt["entry_hash"]:
                return OwnBid(one, bid)
    raise not_found()


async def report_error(world: World, actor: Actor, bid_id: str, slip: Slip, note: str) -> ErrorReport | Refusal:
    """Report an own bid as a manifest error, within a minute of its receipt. Once a bid; asked again, the same
    report."""
    async with world.db.transaction() as tx:
        own = await find_own(world, tx, actor, bid_id)
        one = await store.lock_floor(tx, own.floor.lot_id)
        known = await error_store.find_by_bid(tx, own.bid.entry_hash)
        if known is not None:
            return known
        now = world.clock.now()
        refusal = decide_report(own.bid.received_at, now, is_voided=own.bid.voided)
        if refusal is not None:
            return refusal
        desk = await identity_store.list_staff_accounts(world, tx, Role.DESK_HELP)
        report_id = world.ids.new()
        caller = ReportCaller(actor.supplier_id or "", actor.account_id, actor.name, note)
        new = ErrorReport(
            report_id,
            one.tender_id,
            one.round_id,
            one.lot_id,
            own.bid.entry_hash,
            slip,
            ReportState.REPORTED if desk else ReportState.VERIFIED,
            error_store.seal_caller(world, report_id, caller),
            now,
        )
        await error_store.insert_report(tx, new)
        tender = await tenders_store.load_tender(tx, one.tender_id)
        await tell_staff(world, tx, tender, NoticeKind.ERROR_REPORTED, Role.DESK_HELP if desk else Role.PURCHASER)
        data = {"report": report_id, "bid": own.bid.entry_hash, "slip": slip.value, "goes_to": _goes_to(new)}
        await enter(world, tx, one, Kind.BID_REPORTED, data, tag=own.bid.tag, **actor.entry_fields(Role.SUPPLIER))
        return new


def _goes_to(new: ErrorReport) -> str:
    return "desk" if new.state is ReportState.REPORTED else "purchaser"


async def decide_on(
    world: World, actor: Actor, report_id: str, *, is_verified: bool, reason: str
) -> ErrorReport | Refusal:
    """The desk's word: the caller is who it says and means this bid, or the report ends here."""
    async with world.db.transaction() as tx:
        found = await error_store.load_report(tx, report_id)
        one = await store.lock_floor(tx, found.lot_id)
        held = await error_store.load_report(tx, report_id)
        await take_seat(tx, actor.account_id, held.tender_id, Role.DESK_HELP)
        refusal = decide_case(held.state)
        if refusal is not None:
            return await refuse(world, tx, actor, one, act="decide_report", refusal=refusal, hat=Role.DESK_HELP)
        state = ReportState.VERIFIED if is_verified else ReportState.DISMISSED
        await error_store.set_report(tx, report_id, state=state.value, decided_at=world.clock.now())
        tender = await tenders_store.load_tender(tx, held.tender_id)
        if is_verified:
            await tell_staff(world, tx, tender, NoticeKind.ERROR_REPORTED, Role.PURCHASER)
        await _tell_caller(world, tx, tender, held)
        data = {"report": report_id, "state": state.value, "reason": reason}
        await enter(world, tx, one, Kind.BID_REPORT_DECIDED, data, **actor.entry_fields(Role.DESK_HELP))
        return await error_store.load_report(tx, report_id)


async def _tell_caller(world: World, tx: AsyncConnection, tender: Tender, held: ErrorReport) -> None:
    accounts = [error_store.open_caller(world, held).account]
    params = names_of(tender)
    await insert_notices(
        world, tx, accounts=accounts, kind=NoticeKind.ERROR_DECIDED, params=params, tender=held.tender_id
    )


async def propose_for(world: World, actor: Actor, report_id: str) -> Proposal | Refusal:
    """Ask a second person to void the reported bid: as `propose_void`, for the bid the report names."""
    async with world.db.transaction() as tx:
        found = await error_store.load_report(tx, report_id)
        tender = await tenders_store.lock_tender(tx, found.tender_id)
        one = await store.lock_floor(tx, found.lot_id)
        held = await error_store.load_report(tx, report_id)
        refusal = decide_proposing(held.state)
        if refusal is not None:
            return await refuse(world, tx, actor, one, act="void", refusal=refusal)
        command = VoidBid(n=None, alias=None, reason=SLIP_WORDS[held.slip], entry=held.bid)
        proposal = await propose_in(world, tx, actor, (tender, one), command)
        if not isinstance(proposal, Refusal):
            values = {"state": ReportState.PROPOSED.value, "proposal_id": proposal.id}
            await error_store.set_report(tx, report_id, **values)
        return proposal
