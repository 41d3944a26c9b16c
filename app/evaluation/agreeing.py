"""The consensus room and the lock: values agreed on with reasons, then the scores fixed before any price is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.empanelling import decide_consensus, decide_lock, is_through
from app.domain.kinds import Kind
from app.domain.marking import LotScores, decide_agreed, scores_data, scores_digest, value_text
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import decide_running
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.entering import entry_by, entry_of_seat, note_refused
from app.evaluation.intact import decide_marks_intact
from app.evaluation.panel_store import Agreed
from app.evaluation.room import Room, load_consensus, lock_room
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import append, append_batch
from app.live_rounds import basis_store
from app.notices.store import insert_notices
from app.sealed_rounds import store as sealed_store
from app.tenders import store as tender_store
from app.tenders.intact import decide_intact


async def agree_value(world: World, actor: Actor, tender_id: str, typed: Agreed) -> Agreed | Refusal:
    """Agree on the value of one cell; one that differs from the value by rule says why. `typed.version` is the one last
    seen, 0 for the value by rule.

    Raises the one 404 for whoever has no seat and for a cell that is not there. Refuses MARKS_MISSING until all sheets
    are in, LOCKED after the lock, OUT_OF_RANGE, PRECISION, REASON_MISSING, and CHANGED_SINCE with what is there.
    """
    async with world.db.transaction() as tx:
        room = await lock_room(world, tx, tender_id)
        room.reach_member(actor.account_id)
        refusal = decide_running(room.tender.state) or decide_consensus(
            room.members, is_open=room.is_open, is_locked=room.is_locked
        )
        before = refusal or await _decide_value(tx, room, typed)
        if isinstance(before, Refusal):
            return await note_refused(world, tx, actor, tender_id, hat=Role.EVALUATOR, act="agree", refusal=before)
        new = replace(typed, version=typed.version + 1)
        await panel_store.save_agreed(tx, tender_id, new, world.clock.now())
        data = _change_data(new, before)
        await append(world, tx, entry_of_seat(world, actor, tender_id, Kind.CONSENSUS_CHANGED, data))
    world.bell.ring(f"tender:{tender_id}")
    return new


async def _decide_value(tx: AsyncConnection, room: Room, typed: Agreed) -> Decimal | Refusal:
    """The value that stood before, or why it may not be replaced by this one."""
    consensus = await load_consensus(tx, room)
    cell = room.reach_cell(typed.cell)
    refusal = decide_agreed(typed.value, by_rule=consensus.spread(cell).by_rule, reason=typed.reason)
    if refusal is not None:
        return refusal
    before, held = consensus.value(cell), consensus.agreed.get(cell)
    if typed.version == (0 if held is None else held.version):
        return before
    now = {"version": "0", "reason": ""} if held is None else {"version": str(held.version), "reason": held.reason}
    return Refusal(Code.CHANGED_SINCE, {**now, "value": value_text(before)})


def _change_data(new: Agreed, before: Decimal) -> dict[str, str]:
    lot_id, alias, criterion = new.cell
    return {
        "lot": lot_id,
        "offer": alias,
        "criterion": criterion,
        "from": value_text(before),
        "to": value_text(new.value),
        "reason": new.reason,
    }


async def lock_scores(world: World, actor: Actor, tender_id: str, shown: str) -> Refusal | None:
    """Lock the scores the chair sees, hand the passing offers down to the opening of the prices, and, where the tender
    says so, the points to the live round. From here on every write of the evaluation is LOCKED.

    Refuses MARKS_MISSING, NOT_ALLOWED_HERE for anyone but the chair, CHANGED_SINCE for another digest, LOCKED, and
    FROZEN where the published rules, submitted marks or agreed values were changed in the tables.
    """
    async with world.db.transaction() as tx:
        room = await lock_room(world, tx, tender_id)
        room.reach_member(actor.account_id)
        is_ready = is_through(room.members) and room.is_open
        consensus = await load_consensus(tx, room)
        scores = consensus.scores() if is_ready else []
        data = scores_data(room.rules, scores)
        digest = scores_digest(data)
        refusal = decide_running(room.tender.state) or await decide_intact(tx, room.tender)
        refusal = refusal or decide_lock(
            room.members,
            actor.account_id,
            shown=shown,
            current=digest,
            is_open=room.is_open,
            is_locked=room.is_locked,
        )
        refusal = refusal or await decide_marks_intact(tx, consensus)
        if refusal is not None:
            return await note_refused(world, tx, actor, tender_id, hat=Role.EVALUATOR, act="lock", refusal=refusal)
        await panel_store.insert_lock(tx, tender_id, digest=digest, data=data, at=world.clock.now())
        await _hand_down(world, tx, room, scores, digest)
        await _tell(world, tx, room)
        await _append_lock(world, tx, actor, room, data=data, digest=digest)
    world.bell.ring(f"tender:{tender_id}")
    return None


async def _hand_down(world: World, tx: AsyncConnection, room: Room, scores: Sequence[LotScores], digest: str) -> None:
    """Whose prices may be opened, and with which points they go into the live round."""
    sealed_round = await tender_store.find_sealed_round(tx, room.tender.id)
    assert sealed_round is not None, "technical parts come from a sealed round"
    passing = {lot.lot_id: _passing_tags(room, lot) for lot in scores}
    await sealed_store.release_prices(tx, sealed_round.id, passing, digest, world.clock.now())
    if not room.evaluation.freeze_technical:
        return
    for lot in scores:
        tags = room.aliases[lot.lot_id].tags
        points = {tags[offer.alias]: offer.points for offer in lot.offers if offer.passes}
        await basis_store.freeze_technical(world, tx, lot.lot_id, points, digest)


def _passing_tags(room: Room, lot: LotScores) -> tuple[str, ...]:
    tags = room.aliases[lot.lot_id].tags
    return tuple(sorted(tags[offer.alias] for offer in lot.offers if offer.passes))


async def _tell(world: World, tx: AsyncConnection, room: Room) -> None:
    purchasers = [person.id for person in await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)]
    await insert_notices(
        world,
        tx,
        accounts=[*purchasers, *(each.account_id for each in room.seated)],
        kind=NoticeKind.SCORES_LOCKED,
        params={"reference": room.tender.reference},
        tender=room.tender.id,
    )


async def _append_lock(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    room: Room,
    *,
    data: Sequence[Mapping[str, Any]],
    digest: str,
) -> None:
    tender_id = room.tender.id
    sealed_round = await tender_store.find_sealed_round(tx, tender_id)
    assert sealed_round is not None, "technical parts come from a sealed round"
    counts = [{"lot": lot["lot"], **_count(lot)} for lot in data]
    released = {"round": sealed_round.id, "lots": counts, "lock": digest}
    news = [
        entry_by(actor, Role.EVALUATOR, tender_id, Kind.SCORES_LOCKED, {"lots": list(data), "digest": digest}),
        entry_by(actor, Role.EVALUATOR, tender_id, Kind.PRICES_RELEASED, released),
    ]
    await tx.run_sync(append_batch, world, news)


def _count(lot: Mapping[str, Any]) -> dict[str, int]:
    passing = sum(offer["passes"] for offer in lot["offers"])
    return {"passing": passing, "failing": len(lot["offers"]) - passing}
