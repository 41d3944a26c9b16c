"""Voiding a bid: for a manifest error only, by two persons, by alias, told to all. LIVE.md section 2 rule 10.

The proposal names the bid by the hash of its journal entry: exact, and silent about how many bids there are where the
rule shows the buyer the best price only.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, insert_proposal
from app.domain.approving import ProposalKind, change_hash
from app.domain.closing import LotStatus
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_standing import standing_by
from app.domain.tendering import is_final
from app.domain.visibility import Mode, Role, live_mode
from app.identity.access import Actor
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.auto_bids import stop_after_void
from app.live_rounds.entering import enter, mark, refuse, tell_all
from app.live_rounds.intact import load_ground
from app.live_rounds.room import topic_of
from app.live_rounds.store import AcceptedBid, Floor
from app.tenders import store as tenders_store
from app.tenders.entering import tell_staff
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class VoidBid:
    """Which bid: by number and alias where aliases are shown; neither for the best bid. `entry`: the bid that its own
    bidder has reported as an error, by the hash of its entry."""

    n: int | None
    alias: str | None
    reason: str
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A bid as the buyer's side may see it now: by alias, or without one as the best bid."""

    bid: AcceptedBid
    alias: str | None


async def propose_void(world: World, actor: Actor, lot_id: str, command: VoidBid) -> Proposal | Refusal:
    """Ask a second person to void a bid. Refused where the buyer's side cannot see the bid, and after the end."""
    async with world.db.transaction() as tx:
        tender = await tenders_store.lock_tender(tx, (await store.load_floor(tx, lot_id)).tender_id)
        return await propose_in(world, tx, actor, (tender, await store.lock_floor(tx, lot_id)), command)


async def propose_in(
    world: World, tx: AsyncConnection, actor: Actor, place: tuple[Tender, Floor], command: VoidBid
) -> Proposal | Refusal:
    """The same within an act that has locked the tender and the lot."""
    tender, one = place
    if _is_over(tender, one):
        refusal = Refusal(Code.NOT_ALLOWED_HERE, {"state": tender.state.value, "status": one.status.value})
        return await refuse(world, tx, actor, one, act="void", refusal=refusal)
    found = await _find(world, tx, one, command)
    if isinstance(found, Refusal):
        return await refuse(world, tx, actor, one, act="void", refusal=found)
    summary: dict[str, Any] = {
        "reference": tender.reference,
        "title_zh": tender.title_zh,
        "title_en": tender.title_en,
        "lot": (await tenders_store.load_lot(tx, one.lot_id)).number,
        "amount": format_amount(found.bid.amount, one.terms.scale),
        "currency": tender.currency,
        "reason": command.reason,
    }
    if found.alias is not None:
        summary["alias"] = found.alias
    new = NewProposal(
        kind=ProposalKind.VOID_BID,
        subject_kind="lot",
        subject_id=one.lot_id,
        chain=tender.chain,
        change={"lot": one.lot_id, "bid": found.bid.entry_hash, "reason": command.reason},
        summary=summary,
        tender=tender.id,
    )
    proposal = await insert_proposal(world, tx, new, actor, Role.PURCHASER)
    await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
    return proposal


def _is_over(tender: Tender, one: Floor) -> bool:
    return is_final(tender.state) or one.status in (LotStatus.SCHEDULED, LotStatus.CANCELLED)


async def _find(world: World, tx: AsyncConnection, one: Floor, command: VoidBid) -> Shown | Refusal:
    if command.entry is not None:
        reported = await find_shown(world, tx, one, command.entry)
        if reported is None or reported.bid.voided:
            return Refusal(Code.NOT_ALLOWED_HERE, {"buyer_view": one.rules.buyer_view.value})
        return reported
    placed = [bid for bid in await store.list_accepted_bids(tx, one.lot_id) if not bid.voided]
    ground = await load_ground(world, tx, one)
    if isinstance(ground, Refusal):
        return ground
    standing = standing_by(ground, (bid.placed for bid in placed))
    shown = live_mode((Role.PURCHASER,), one.rules.buyer_view, standing.active)
    is_by_alias = one.status is LotStatus.CLOSED or shown is Mode.BY_ALIAS
    if is_by_alias and command.n is not None and command.alias is not None:
        aliases = store.open_aliases(world, one)
        match = [bid for bid in placed if bid.seq == command.n and aliases.get(bid.tag) == command.alias]
        return Shown(match[0], command.alias) if match else Refusal(Code.UNKNOWN_LABEL)
    is_best = command.n is None and command.alias is None and shown is not None and standing.order
    if not is_best:
        return Refusal(Code.NOT_ALLOWED_HERE, {"buyer_view": one.rules.buyer_view.value})
    return Shown(next(bid for bid in placed if bid.seq == standing.order[0][1]), None)


async def find_shown(world: World, tx: AsyncConnection, one: Floor, entry_hash: str) -> Shown | None:
    """A bid by its entry, as far as the lot shows it to the buyer's side now (VISIBILITY.md d37, d38); else None."""
    placed = await store.list_accepted_bids(tx, one.lot_id)
    found = next((bid for bid in placed if bid.entry_hash == entry_hash), None)
    ground = await load_ground(world, tx, one)
    if found is None or isinstance(ground, Refusal):
        return None
    standing = standing_by(ground, (bid.placed for bid in placed if not bid.voided))
    shown = live_mode((Role.PURCHASER,), one.rules.buyer_view, standing.active)
    if one.status is LotStatus.CLOSED or shown is Mode.BY_ALIAS:
        return Shown(found, store.open_aliases(world, one)[found.tag])
    is_best = shown is not None and bool(standing.order) and standing.order[0][1] == found.seq
    return Shown(found, None) if is_best else None


async def void_approved(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Apply an approved void: the bid counts no more, ranks follow from what is left, everyone is told."""
    if change_hash(proposal.change) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE)
    one = await store.lock_floor(tx, proposal.subject_id)
    tender = await tenders_store.load_tender(tx, one.tender_id)
    placed = await store.list_accepted_bids(tx, one.lot_id)
    found = next((bid for bid in placed if bid.entry_hash == proposal.change["bid"]), None)
    if found is None or found.voided or _is_over(tender, one):
        return Refusal(Code.CHANGED_SINCE)
    await store.set_voided(tx, lot_id=one.lot_id, seq=found.seq, at=world.clock.now())
    await store.set_floor(tx, one, voids=one.voids + 1)
    await mark(tx, one, "void", world.clock.now(), {})
    number = str((await tenders_store.load_lot(tx, one.lot_id)).number)
    await tell_all(world, tx, tender, NoticeKind.BID_VOIDED, lot_number=number)
    fields = actor.entry_fields(Role.APPROVER)
    await enter(world, tx, one, Kind.BID_VOIDED, {"n": found.seq, "proposal": proposal.id}, tag=found.tag, **fields)
    await stop_after_void(world, tx, one.lot_id, found.tag)
    # Rung before the commit: a hub that reads too early reads again at its next poll.
    world.bell.ring(topic_of(one.round_id))
    return None
