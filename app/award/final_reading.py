"""What the page of final offers shows: to a supplier its own offers alone, to the buyer nothing before the opening."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import final_store
from app.award.final_rounds import bucket_of, find_asked, load_situation
from app.award.final_schemas import FinalOffersView, FinalRoundView, OpenedPriceView, OwnFinalLot
from app.award.final_store import FinalOffer, FinalRound
from app.award.final_tables import final_price
from app.award.store import Award, list_awards
from app.domain.approving import ProposalKind
from app.domain.final_offers import LEAST_LEAD, MOST_ROUNDS, FinalState, decide_cancelling, decide_round
from app.domain.money import format_amount
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.sealed_rounds.schemas import ReceiptView
from app.suppliers import store as supplier_store
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender

_LOT = ("number", "title_zh", "title_en", "unit", "basis", "scale")


async def load_view(world: World, tx: AsyncConnection, tender: Tender, actor: Actor) -> FinalOffersView:
    """The rounds as their reader may see them."""
    now, is_buyer = world.clock.now(), not actor.is_supplier
    situation = await load_situation(world, tx, tender)
    refusal = decide_round(situation, reason="x" * 99, closes_at=now + LEAST_LEAD, now=now)
    asked = await find_asked(world, tx, ProposalKind.BAFO, tender.id)
    awards = await list_awards(tx, [tender.id])
    rounds = await final_store.list_rounds(tx, tender.id) if awards else []
    is_purchaser = Role.PURCHASER in actor.roles
    return FinalOffersView(
        side="buyer" if is_buyer else "supplier",
        currency=tender.currency,
        now=now,
        least=now + LEAST_LEAD,
        most_rounds=MOST_ROUNDS,
        is_allowed=situation.is_allowed,
        can_ask=is_purchaser and bool(awards) and refusal is None,
        why_not=refusal.code if is_buyer and refusal is not None else None,
        why_rule=(refusal.detail.get("rule") or refusal.detail.get("field")) if is_buyer and refusal else None,
        proposal_id=asked.id if is_buyer and asked is not None else None,
        rounds=[
            await _round(world, tx, tender, each, actor, awards)
            for each in rounds
            if is_buyer or actor.supplier_id in each.tags
        ],
    )


async def _round(
    world: World, tx: AsyncConnection, tender: Tender, held: FinalRound, actor: Actor, awards: list[Award]
) -> FinalRoundView:
    lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
    own = actor.supplier_id
    asked = await find_asked(world, tx, ProposalKind.BAFO_CANCEL, held.id) if own is None else None
    refusal = decide_cancelling(held.state, is_asked=asked is not None, closes_at=held.closes_at, now=world.clock.now())
    mine: list[OwnFinalLot] = []
    if own is not None:
        in_force = {(each.lot_id, each.supplier_id): each for each in await final_store.list_in_force(tx, [tender.id])}
        last = {each.lot_id: each for each in await final_store.list_offers(tx, [held.id], held.tags[own])}
        wanted = sorted((lots[each.lot_id] for each in awards if each.supplier_id == own), key=lambda lot: lot.number)
        mine = [_own_lot(tender, lot, in_force[lot.id, own].amount, last.get(lot.id)) for lot in wanted]
    return FinalRoundView(
        id=held.id,
        attempt=held.attempt,
        state=held.state,
        reason=held.reason,
        closes_at=held.closes_at,
        end_reason=held.end_reason,
        policy=dict(held.policy),
        policy_digest=held.policy_digest,
        tag=None if own is None else held.tags[own],
        lots=mine,
        opened=await _opened(tx, held, awards, lots, own) if held.state is FinalState.OPENED else [],
        can_cancel=Role.PURCHASER in actor.roles and refusal is None,
        cancel_proposal_id=None if asked is None else asked.id,
    )


def _own_lot(tender: Tender, lot: Lot, most: Decimal, last: FinalOffer | None) -> OwnFinalLot:
    shown: dict[str, Any] = {name: getattr(lot, name) for name in _LOT}
    return OwnFinalLot(
        lot_id=lot.id,
        **shown,
        most=Decimal(format_amount(most, lot.scale)),
        bucket=bucket_of(tender, lot),
        rev=0 if last is None else last.rev,
        package=None if last is None else last.package,
        receipt=None if last is None else ReceiptView.model_validate(last.receipt),
    )


async def _opened(
    tx: AsyncConnection, held: FinalRound, awards: list[Award], lots: dict[str, Lot], own: str | None
) -> list[OpenedPriceView]:
    """The award's price and the final one, award by award; of a supplier's own alone."""
    rows = await tx.execute(select(final_price).where(final_price.c.round_id == held.id))
    prices = {(row.lot_id, row.supplier_id): row.amount for row in rows}
    shown = [each for each in awards if own in (None, each.supplier_id)]
    names = await supplier_store.load_names(tx, sorted({each.supplier_id for each in shown})) if own is None else {}
    found = []
    for each in sorted(shown, key=lambda one: (lots[one.lot_id].number, one.supplier_id)):
        name = names.get(each.supplier_id)
        after = prices.get((each.lot_id, each.supplier_id), each.amount)
        found.append(
            OpenedPriceView(
                lot_number=lots[each.lot_id].number,
                supplier_id=each.supplier_id if own is None else None,
                name_zh=None if name is None else name.name_zh,
                name_en=None if name is None else name.name_en,
                before=Decimal(format_amount(each.amount, lots[each.lot_id].scale)),
                after=Decimal(format_amount(after, lots[each.lot_id].scale)),
            )
        )
    return found
