"""What pages read of a live round: the round, the cockpit, the history of a lot, own receipts; by the reader's hat.

What may be shown is decided by `domain/visibility.py`; who may come at all by the doors.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import LotStatus
from app.domain.formats import LiveRules, format_of, hash_of_rules, rules_from_json, rules_to_json
from app.domain.freezing import evaluation_of, plain
from app.domain.live_rules import Basis
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.practising import VALID_FOR
from app.domain.visibility import Datum, Phase, Role, may_see
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds import practice_store, round_store, store
from app.live_rounds.admission import admit, audience_of, reach_round
from app.live_rounds.clockwork import ensure_floors
from app.live_rounds.figures import counts, total_json
from app.live_rounds.frames import to_the_second
from app.live_rounds.hub import RoundHub, TickFrames
from app.live_rounds.phoning import call_code
from app.live_rounds.room import room_of
from app.live_rounds.round_store import Broadcast, ClockMark
from app.live_rounds.serving import own_answer
from app.live_rounds.store import Floor
from app.tenders import store as tenders_store
from app.tenders.participations import list_invited, list_participations
from app.tenders.store import Lot, Tender


async def read_round(world: World, actor: Actor, round_id: str) -> dict[str, Any]:
    """The members of `RoundView`: published terms, rules and sentences; the same for every supplier."""
    async with world.db.snapshot() as tx:
        tender, hat = await reach_round(tx, actor, round_id)
        audience = audience_of(hat)
        if audience is None:
            raise not_found()
        lots = await tenders_store.list_lots(tx, tender.id)
        rules = rules_from_json((await tenders_store.load_round(tx, round_id)).rules)
        broadcasts = await round_store.list_broadcasts(tx, round_id)
    speak = format_of(rules).rule_sentences
    return {
        "id": round_id,
        "audience": audience,
        "tender": _tender(tender),
        "lots": [_lot(lot) for lot in lots],
        "rules": rules_to_json(rules),
        "rules_hash": hash_of_rules(rules),
        "sentences": {"zh": speak(rules, "zh"), "en": speak(rules, "en")},
        "broadcasts": _broadcasts(broadcasts),
        "weights": _weights(tender, rules),
        "tick_ms": world.settings.tick_ms,
        "resume_notice_s": world.settings.resume_notice_seconds,
    }


def _weights(tender: Tender, rules: LiveRules) -> dict[str, str] | None:
    evaluation = None if tender.frozen is None or rules.basis is not Basis.POINTS else evaluation_of(tender.frozen)
    if evaluation is None or evaluation.technical is None:
        return None
    return {"technical": plain(evaluation.technical.weight), "price": plain(evaluation.price.weight)}


def _tender(tender: Tender) -> dict[str, Any]:
    names = ("id", "reference", "title_zh", "title_en", "currency", "tax_basis", "time_zone")
    return {name: getattr(tender, name) for name in names}


def _lot(lot: Lot) -> dict[str, Any]:
    names = ("id", "number", "title_zh", "title_en", "scale", "basis", "unit")
    start = None if lot.start_price is None else format_amount(lot.start_price, lot.scale)
    return {
        **{name: getattr(lot, name) for name in names},
        "quantity": f"{lot.quantity.normalize():f}",
        "ceiling_price": format_amount(lot.ceiling_price, lot.scale),
        "start_price": start,
    }


def _broadcasts(broadcasts: Sequence[Broadcast]) -> list[dict[str, str]]:
    return [{"zh": one.zh, "en": one.en, "at": instant_text(one.at)} for one in broadcasts]


async def read_state(world: World, actor: Actor, round_id: str) -> str:
    """The last tick for this reader, as text: the same as on the socket, never fresher (attacks.md W09)."""
    admission = await admit(world, actor, round_id)
    if admission is None:
        raise not_found()
    await ensure_floors(world, admission.tender_id)
    _, made = await room_of(world).last_tick(round_id)
    return made.state(admission.audience, admission.tag)


async def read_cockpit(world: World, actor: Actor, round_id: str) -> dict[str, Any]:
    """The members of `CockpitView`, at the last tick."""
    async with world.db.snapshot() as tx:
        tender, hat = await reach_round(tx, actor, round_id)
        if audience_of(hat) != "buyer":
            raise not_found()
        lots = await tenders_store.list_lots(tx, tender.id)
        marks = await round_store.list_clock_marks(tx, [lot.id for lot in lots])
        invited = len(await list_invited(tx, tender.id))
        joined, practised = await _joined(world, tx, tender, hat)
    await ensure_floors(world, tender.id)
    hub, made = await room_of(world).last_tick(round_id)
    money, percent = _total(hub, made)
    by_id = {lot.id: lot for lot in lots}
    states = [orjson.loads(text) for text in made.lots("buyer", None, tail=None)]
    return {
        "id": round_id,
        "tender": _tender(tender),
        "rules": rules_to_json(made.view.lots[0].floor.rules) if made.view.lots else {},
        "tick": made.view.tick,
        "now": made.view.now,
        "invited": invited,
        "joined": joined,
        "practised": practised,
        "call_code": call_code(world, round_id, actor.account_id) if hat is Role.PURCHASER else None,
        "lots": [_cockpit_lot(by_id[state["lot_id"]], state, marks) for state in states],
        "broadcasts": _broadcasts(hub.told_broadcasts),
        "savings_money": money,
        "savings_percent": percent,
    }


async def _joined(world: World, tx: AsyncConnection, tender: Tender, hat: Role) -> tuple[int, int] | tuple[None, None]:
    """How many joined, and how many of these have passed the practice: VISIBILITY.md d12, for the buyer's side from the
    live phase on, nothing before."""
    if not may_see((hat,), tender.visited, Datum.JOINED_COUNT):
        return None, None
    joined = [part.supplier_id for part in await list_participations(world, tx, tender.id) if part.joined]
    return len(joined), await practice_store.count_practised(world, tx, joined, world.clock.now() - VALID_FOR)


def _total(hub: RoundHub, made: TickFrames) -> tuple[str | None, str | None]:
    # Nothing is saved on a lot that was cancelled.
    shown = [lot for lot in made.view.lots if made.shows_amounts(lot) and counts(lot.floor)]
    return total_json(
        {
            lot.floor.lot_id: (hub.figures[lot.floor.lot_id], lot.standing.best)
            for lot in shown
            if lot.floor.lot_id in hub.figures
        }
    )


def _cockpit_lot(lot: Lot, state: dict[str, Any], marks: Sequence[ClockMark]) -> dict[str, Any]:
    own = [mark for mark in marks if mark.lot_id == lot.id]
    price = None if lot.baseline_price is None else f"{lot.baseline_price.normalize():f}"
    return {
        "lot": _lot(lot),
        "state": state,
        "baseline_price": price,
        "baseline_source": lot.baseline_source,
        "baseline_on": None if lot.baseline_on is None else lot.baseline_on.isoformat(),
        "pauses": _pauses(own),
        "extensions": [
            {
                "at": to_the_second(mark.at),
                "before": mark.params["from"],
                "after": mark.params["to"],
                "by_hand": mark.kind == "extended_by_hand",
            }
            for mark in own
            if mark.kind in ("extension", "extended_by_hand")
        ],
        "voids": [to_the_second(mark.at) for mark in own if mark.kind == "void"],
    }


def _pauses(marks: Sequence[ClockMark]) -> list[dict[str, Any]]:
    bands: list[dict[str, Any]] = []
    for mark in marks:
        if mark.kind == "pause":
            bands.append({"since": mark.at, "until": None, "reason_code": mark.params.get("reason_code")})
        elif mark.kind == "resumed" and bands:
            bands[-1]["until"] = mark.at
    return bands


async def read_history(world: World, actor: Actor, lot_id: str) -> dict[str, Any]:
    """The members of `HistoryView`: a supplier's own bids at any time, the lot's by alias after its close (d38)."""
    async with world.db.snapshot() as tx:
        one = await store.load_floor(tx, lot_id)
        tender, hat = await reach_round(tx, actor, one.round_id)
        if hat is Role.SUPPLIER and actor.supplier_id is not None:
            part = await tenders_store.find_participation(world, tx, tender.id, actor.supplier_id)
            if part is None:
                raise not_found()
            return await _own_history(tx, one, part.tag)
        if not may_see_history(tender, one, hat):
            raise not_found()
        aliases = store.open_aliases(world, one)
        bids = await store.list_accepted_bids(tx, lot_id)
    return {
        "lot_id": lot_id,
        "view": "aliases",
        "buyer_view": one.rules.buyer_view,
        "bids": [
            {
                "n": bid.seq,
                "at": to_the_second(bid.received_at),
                "alias": aliases[bid.tag],
                "amount": format_amount(bid.amount, one.terms.scale),
                "voided": bid.voided,
                "opening": bid.is_seeded,
                "auto": bid.is_auto,
            }
            for bid in bids
        ],
        "answers": [],
    }


def may_see_history(tender: Tender, one: Floor, hat: Role) -> bool:
    # A closed lot is in phase P for its own history, though another lot of the tender still runs.
    phases = (*tender.visited, Phase.PRICES)
    return one.status is LotStatus.CLOSED and may_see((hat,), phases, Datum.LIVE_HISTORY)


async def _own_history(tx: AsyncConnection, one: Floor, tag: str) -> dict[str, Any]:
    own = [bid for bid in await store.list_accepted_bids(tx, one.lot_id) if bid.tag == tag]
    attempts = await store.list_attempts(tx, tag=tag, lot_ids=[one.lot_id])
    return {
        "lot_id": one.lot_id,
        "view": "own",
        "buyer_view": one.rules.buyer_view,
        "bids": [
            {
                "n": None,
                "at": bid.received_at,
                "alias": None,
                "amount": format_amount(bid.amount, one.terms.scale),
                "voided": bid.voided,
                "opening": bid.is_seeded,
                "auto": bid.is_auto,
            }
            for bid in own
        ],
        "answers": [own_answer(attempt) for attempt in attempts],
    }


async def read_receipt(world: World, actor: Actor, bid_id: str) -> dict[str, Any]:
    """An own receipt as it was given, to the byte; the one 404 for another's, a refused one or none."""
    if actor.supplier_id is None:
        raise not_found()
    async with world.db.snapshot() as tx:
        for attempt in await store.list_by_bid_id(tx, bid_id):
            one = await store.load_floor(tx, attempt.lot_id)
            part = await tenders_store.find_participation(world, tx, one.tender_id, actor.supplier_id)
            if part is not None and part.tag == attempt.tag and attempt.receipt is not None:
                return dict(attempt.receipt)
    raise not_found()
