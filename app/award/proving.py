"""A supplier's own proof of one tender, put together: receipts, manifest, rules and the signed statement of its result.

Everything in it the supplier could read before, but the statement, which says nothing its result page does not say
(domain/stating.py, domain/own_proving.py). Reads only; the edge asks first whether the decision is out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.reading import OwnScore, OwnSheet
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.marking import value_text
from app.domain.money import format_amount
from app.domain.own_proving import PROOF_KIND
from app.domain.own_result import OwnResult
from app.domain.pinned_checkpoints import CHECKPOINTS
from app.domain.sealing.rules import fixed_rules
from app.domain.stating import statement_core, statement_message
from app.infra.world import World
from app.journal.pinned_store import list_pinned
from app.journal.store import list_of_kind
from app.live_rounds import store as live_store
from app.sealed_rounds import store as sealed_store
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender

# Far above what a bidder sends in one lot.
MOST_BIDS = 100_000


async def own_proof(world: World, tx: AsyncConnection, sheet: OwnSheet, supplier_id: str) -> dict[str, Any]:
    """The proof of a supplier whose sheet this is. Precondition: the decision is out."""
    tender = sheet.tender
    assert sheet.decided_at is not None, "there is no proof before the decision"
    part = await tender_store.find_participation(world, tx, tender.id, supplier_id)
    tag = None if part is None else part.tag
    lots = [lot.id for lot, _own in sheet.lots]
    attempts = [] if tag is None else await live_store.list_attempts(tx, tag=tag, lot_ids=lots, limit=MOST_BIDS)
    voided = {} if tag is None else {lot: await _voided(tx, lot, tag) for lot in lots}
    newest = {str(made.data["lot"]): made for made in await _rankings(tx, tender)}
    sealed, receipts = await _sealed(tx, tender, tag)
    live = [dict(each.receipt) for each in attempts if each.receipt is not None]
    pinned = await list_pinned(tx, {str(each["pin"]) for each in receipts}, sheet.decided_at)
    return {
        "v": 1,
        "kind": PROOF_KIND,
        "reference": tender.reference,
        "made_at": instant_text(sheet.decided_at),
        "journal_key": world.keys.public_key_hex,
        # Receipts may be of an earlier key than the statements.
        **({"rotations": rotations} if (rotations := world.keys.rotations()) else {}),
        # What outside witnesses have cosigned of what the receipts name, and of the decision.
        **({CHECKPOINTS: [one.as_json() for one in pinned]} if pinned else {}),
        "sealed": sealed,
        "receipts": [*receipts, *live],
        "statements": [
            _stated(world, sheet, lot, own, made=newest[lot.id], voided=voided.get(lot.id, ()))
            for lot, own in sheet.lots
            if lot.id in newest
        ],
    }


async def _rankings(tx: AsyncConnection, tender: Tender) -> Sequence[Entry]:
    """The rankings of a tender in their order: the last of a lot is the one that was decided on."""
    return await list_of_kind(tx, chain=f"tender:{tender.id}", kind=Kind.RANKING_MADE)


async def _voided(tx: AsyncConnection, lot: str, tag: str) -> list[str]:
    """The entries of own bids that were voided: receipts name the same."""
    bids = await live_store.list_accepted_bids(tx, lot)
    return [bid.entry_hash for bid in bids if bid.tag == tag and bid.voided]


async def _sealed(
    tx: AsyncConnection, tender: Tender, tag: str | None
) -> tuple[dict[str, Any] | None, list[Mapping[str, Any]]]:
    held = await sealed_store.find_round_of(tx, tender.id)
    if held is None or tag is None or tender.frozen is None:
        return None, []
    own = await sealed_store.list_own(tx, held.round_id, tag)
    told = {
        "policy": dict(held.policy),
        "rules": fixed_rules(tender.frozen, held.round_id),
        "manifest": list(held.manifest or ()),
    }
    return told, [dict(each.receipt) for each in own]


def _stated(
    world: World, sheet: OwnSheet, lot: Lot, own: OwnResult, *, made: Entry, voided: Sequence[str]
) -> dict[str, Any]:
    assert sheet.decided_at is not None, "there is no statement before the decision"
    score = sheet.scores.get(lot.id)
    key = world.keys.journal
    core = statement_core(
        tender=sheet.tender.id,
        lot=lot.id,
        decided_at=instant_text(sheet.decided_at),
        outcome=own.outcome.value,
        amount=None if own.amount is None else format_amount(own.amount, lot.scale),
        rank=own.rank,
        technical=None if score is None else _technical(score),
        voided=voided,
        entry_hash=made.hash,
        key_id=key.key_id,
    )
    return {**core, "sig": key.sign(statement_message(core)).hex()}


def _technical(own: OwnScore) -> dict[str, Any]:
    values = {each.id: value_text(own.score.values[each.id]) for each in own.rules.criteria}
    return {"points": f"{own.score.points:.2f}", "passes": own.score.passes, "values": values}
