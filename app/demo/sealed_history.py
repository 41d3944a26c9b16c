"""The sealed past of the demo: one tender scored and ranked (SCREENS.md section 3), one waiting for marks, one open.

Everything goes through the service's own HTTP interface, each act at its own time on a hand-wound clock; what time
brings (opening, close, envelopes) is asked of the service as its timekeepers ask.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.client import deciding
from app.client.caller import Caller
from app.demo import sealed_tenders, tenders
from app.demo.cast import EVALUATORS, SUPPLIERS, StaffSeat, SupplierSeat, TenderScript
from app.demo.history import AFTER_CLOSE
from app.demo.sealed_cast import AGREED, AGREED_WHY, MARKING, OUTLIER, ROWS, SCORED, SHEETS, answers_of
from app.demo.sealed_tenders import EvaluationOf, SealedTimes, usual_evaluation
from app.demo.seed import Stage
from app.domain.formats import Offer
from app.evaluation import timekeeper as evaluation_timekeeper
from app.live_rounds import store as live_store
from app.live_rounds import timekeeper as live_timekeeper
from app.live_rounds.answers import PlaceBid
from app.live_rounds.batch import commit_batch
from app.sealed_rounds import clockwork, opening
from app.sealed_rounds import store as sealed_store
from app.sealed_rounds import timekeeper as sealed_timekeeper
from app.tenders import store as tender_store
from app.tenders import timekeeper as tender_timekeeper

# Behind the drain of a close.
DRAINED = timedelta(seconds=5)
BY_NUMBER: Mapping[int, SupplierSeat] = {seat.number: seat for seat in SUPPLIERS}
# Who has sealed already when the visitor comes to the open round; robots follow, the others are the visitor's seats.
EARLY = (1, 6)
STEPS = 3


async def write_scored(stage: Stage, closes_at: datetime) -> None:
    """The usual large tender up to its ranking and the panel's vote: ten sealed offers, three experts, one offer below
    the threshold. The third voice is the visitor's."""
    live_opens_at = closes_at + timedelta(days=2)
    opens_at = closes_at - timedelta(days=4)
    times = SealedTimes(opens_at - timedelta(hours=1), opens_at, closes_at, live_opens_at)
    tender_id, round_id = await publish(stage, SCORED, times, EVALUATORS)
    for number, row in ROWS.items():
        stage.clock.at += timedelta(hours=3, minutes=11 + number)
        seat = BY_NUMBER[number]
        async with stage.seat(seat.seat) as supplier:
            await sealed_tenders.seal(supplier, round_id, seat, {1: row.opening})
    await close(stage, round_id, closes_at)
    for place, person in enumerate(EVALUATORS):
        stage.clock.at += timedelta(hours=4)
        async with stage.seat(person.seat) as evaluator:
            await _mark(stage, evaluator, tender_id, place)
    await _agree_and_lock(stage, tender_id)
    stage.clock.at += timedelta(seconds=30)
    await opening.open_due(stage.world, round_id)
    await _bid_live(stage, tender_id, live_opens_at)
    await evaluation_timekeeper.turn(stage.world)
    await _ask_the_panel(stage, tender_id)


async def _ask_the_panel(stage: Stage, tender_id: str) -> None:
    stage.clock.at += timedelta(hours=1)
    async with stage.seat("staff-1-purchaser") as purchaser:
        await deciding.put_to_panel(purchaser, tender_id)
    for person in EVALUATORS[:2]:
        stage.clock.at += timedelta(minutes=26)
        async with stage.seat(person.seat) as evaluator:
            await deciding.agree(evaluator, tender_id)


async def write_marking(stage: Stage, closes_at: datetime) -> None:
    """Technical parts open, prices sealed: one sheet is in, one half done, one waits for the visitor's declaration."""
    opens_at = closes_at - timedelta(hours=4)
    times = SealedTimes(opens_at - timedelta(hours=1), opens_at, closes_at, closes_at + timedelta(days=6))
    first, *others = EVALUATORS
    tender_id, round_id = await publish(stage, MARKING, times, others)
    dice = random.Random(MARKING.title_en)  # noqa: S311 - a story, the same every time
    for seat in tenders.INVITED[:6]:
        stage.clock.at += timedelta(minutes=31)
        async with stage.seat(seat.seat) as supplier:
            prices = sealed_tenders.start_prices(MARKING, seat, dice)
            await sealed_tenders.seal(supplier, round_id, seat, prices)
    await close(stage, round_id, closes_at)
    assert first not in others, "the chair's seat is the visitor's"
    for share, person in ((2, others[0]), (1, others[1])):
        stage.clock.at += timedelta(hours=2)
        async with stage.seat(person.seat) as evaluator:
            await mark_some(stage, evaluator, tender_id, every=share, dice=dice)


async def open_sealed(stage: Stage, opens_at: datetime, closes_at: datetime) -> None:
    """A sealed round that is open when the visitor comes; two have sealed already."""
    times = SealedTimes(opens_at - timedelta(minutes=30), opens_at, closes_at, closes_at + timedelta(days=4))
    _, round_id = await publish(stage, SHEETS, times, ())
    dice = random.Random(SHEETS.title_en)  # noqa: S311 - a story, the same every time
    for number in EARLY:
        stage.clock.at += timedelta(minutes=7)
        seat = BY_NUMBER[number]
        async with stage.seat(seat.seat) as supplier:
            await sealed_tenders.seal(supplier, round_id, seat, sealed_tenders.start_prices(SHEETS, seat, dice))


async def publish(
    stage: Stage,
    script: TenderScript,
    times: SealedTimes,
    declaring: Sequence[StaffSeat],
    *,
    bidders: Collection[int] = tuple(BY_NUMBER),
    evaluation_of: EvaluationOf = usual_evaluation,
    panel: Sequence[StaffSeat] = EVALUATORS,
) -> tuple[str, str]:
    """Publish, call the panel, let these bidders accept and the deadline pass, open: the tender's and the sealed
    round's id."""
    stage.clock.at = times.due_at - timedelta(minutes=40)
    tender_id = await sealed_tenders.publish(stage, script, times, evaluation_of)
    await sealed_tenders.call_panel(stage, tender_id, panel)
    await tenders.accept(stage, tender_id, silent=tuple(BY_NUMBER.keys() - bidders))
    for person in declaring:
        stage.clock.at += timedelta(minutes=1)
        async with stage.seat(person.seat) as evaluator:
            await evaluator.post(f"/tenders/{tender_id}/declaration", {"has_conflict": False, "text": ""})
    stage.clock.at = times.due_at + timedelta(seconds=1)
    await tender_timekeeper.look_once(stage.world)
    await sealed_timekeeper.follow_tenders(stage.world)
    stage.clock.at = times.opens_at
    async with stage.seat("staff-1-purchaser") as purchaser:
        round_id = str((await purchaser.get(f"/tenders/{tender_id}"))["sealed_round_id"])
    await clockwork.open_round(stage.world, round_id)
    return tender_id, round_id


async def close(stage: Stage, round_id: str, closes_at: datetime) -> None:
    """The close, the opening of the technical parts, the aliases."""
    stage.clock.at = closes_at + DRAINED
    await clockwork.close_round(stage.world, round_id)
    stage.clock.at += timedelta(seconds=1)
    await opening.open_due(stage.world, round_id)
    await evaluation_timekeeper.draw(stage.world)


async def _mark(stage: Stage, evaluator: Caller, tender_id: str, place: int) -> None:
    """One expert's whole sheet: each offer is known by what it answers, as its marks were thought out for it."""
    sheet = await evaluator.get(f"/tenders/{tender_id}/sheet")
    (lot,) = sheet["lots"]
    criteria = sheet["rules"]["criteria"]
    for offer in lot["offers"]:
        row = ROWS[_number_of(offer, criteria)]
        for criterion, marks in zip(criteria, row.marks, strict=True):
            await _put_mark(stage, evaluator, tender_id, lot["lot_id"], offer["alias"], criterion, marks[place])
    await evaluator.post(f"/tenders/{tender_id}/sheet/submission")


async def mark_some(stage: Stage, evaluator: Caller, tender_id: str, *, every: int, dice: random.Random) -> None:
    """Mark each offer, or each second one; a whole sheet is submitted."""
    sheet = await evaluator.get(f"/tenders/{tender_id}/sheet")
    (lot,) = sheet["lots"]
    for offer in lot["offers"][::every]:
        for criterion in sheet["rules"]["criteria"]:
            mark = dice.choice((3, 4, 4, 5))
            await _put_mark(stage, evaluator, tender_id, lot["lot_id"], offer["alias"], criterion, mark)
    if every == 1:
        await evaluator.post(f"/tenders/{tender_id}/sheet/submission")


async def _put_mark(
    stage: Stage, evaluator: Caller, tender_id: str, lot_id: str, alias: str, criterion: Mapping[str, Any], mark: int
) -> None:
    stage.clock.at += timedelta(seconds=53)
    level = criterion["levels"][mark]
    body = {"lot_id": lot_id, "alias": alias, "criterion": criterion["id"], "mark": mark, "version": 0}
    await evaluator.put(f"/tenders/{tender_id}/sheet/marks", body | {"comment": level["zh"]})


def _number_of(offer: Mapping[str, Any], criteria: list[Mapping[str, Any]]) -> int:
    said = {(one["criterion"], one["value"], one["text"]) for one in offer["answers"]}
    return next(number for number in ROWS if said == set(answers_of(criteria, BY_NUMBER[number])))


async def _agree_and_lock(stage: Stage, tender_id: str) -> None:
    """The panel agrees on the one value where an expert lay two levels off, and the chair locks the scores."""
    path = f"/tenders/{tender_id}/consensus"
    stage.clock.at += timedelta(hours=3)
    async with stage.seat(EVALUATORS[0].seat) as chair:
        consensus = await chair.get(path)
        sheet = await chair.get(f"/tenders/{tender_id}/sheet")
        aliases = {_number_of(one, sheet["rules"]["criteria"]): one["alias"] for one in sheet["lots"][0]["offers"]}
        (lot,) = consensus["lots"]
        offer = next(one for one in lot["offers"] if one["alias"] == aliases[OUTLIER])
        cell = offer["criteria"][-1]
        agreed = {"lot_id": lot["lot_id"], "alias": offer["alias"], "criterion": cell["criterion"], "value": AGREED}
        consensus = await chair.put(path, agreed | {"reason": AGREED_WHY, "version": cell["version"]})
        stage.clock.at += timedelta(minutes=9)
        await chair.post(f"/tenders/{tender_id}/scores/lock", {"digest": consensus["digest"]})


async def _bid_live(stage: Stage, tender_id: str, opens_at: datetime) -> None:
    """Nine bidders from their sealed prices to the table's last prices, in three steps each."""
    world, dice = stage.world, random.Random(SCORED.title_en)  # noqa: S311 - a story, the same every time
    await live_timekeeper.follow_tenders(world)
    stage.clock.at = opens_at
    await live_timekeeper.turn_clocks(world)
    async with world.db.snapshot() as tx:
        (lot,) = await tender_store.list_lots(tx, tender_id)
        opened = await sealed_store.list_opened_prices(world, tx, lot.id)
    rows = {Decimal(row.opening): row for row in ROWS.values()}
    for step in range(1, STEPS + 1):
        order = list(opened)
        dice.shuffle(order)
        for each in order:
            stage.clock.at += timedelta(seconds=dice.randint(9, 35), milliseconds=dice.randint(0, 999))
            last = Decimal(rows[each.amount].final)
            amount = (each.amount - (each.amount - last) * step / STEPS).quantize(Decimal("0.01"))
            bid = PlaceBid(lot.id, each.tag, world.ids.new(), Offer(str(amount), world.clock.now()))
            async with world.db.transaction() as tx:
                await tx.run_sync(commit_batch, world, [bid], {})
    async with world.db.snapshot() as tx:
        floor = await live_store.load_floor(tx, lot.id)
    stage.clock.at = floor.timetable.closes_at + AFTER_CLOSE
    await live_timekeeper.turn_clocks(world)
