"""Past tenders of the demo: played bid by bid through the same batch, timekeepers and routes as live ones, at past
times."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.demo import tenders
from app.demo.cast import CARTON_SETS, COPPER_TUBE, SUPPLIERS, LotScript, TenderScript
from app.demo.seed import Stage
from app.demo.tenders import Timetable
from app.domain.formats import Offer, format_of
from app.domain.money import format_amount
from app.evaluation import timekeeper as evaluation_timekeeper
from app.live_rounds import store as live_store
from app.live_rounds import timekeeper as live_timekeeper
from app.live_rounds.answers import PlaceBid
from app.live_rounds.batch import commit_batch
from app.live_rounds.store import Floor
from app.suppliers import store as supplier_store
from app.tenders import participations
from app.tenders import store as tender_store
from app.tenders import timekeeper as tender_timekeeper

# Who packs outdoor units (cast.SUPPLIERS): wins, delivers, is reviewed and paid.
PACKER = 7
ROUND = timedelta(minutes=20)
# Long enough for the drain of a closing lot.
AFTER_CLOSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Bidder:
    """A tag and how far it goes in this tender."""

    tag: str
    floor: Decimal


def waiting_times(now: datetime) -> Timetable:
    """A tender whose suppliers have two days to answer."""
    due = (now + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    return Timetable(due, due + timedelta(hours=17), timedelta(minutes=30))


async def write_awarded(stage: Stage, opens_at: datetime, project_id: str) -> str:
    """A tender that was decided, approved and unsealed: its id."""
    tender_id = await _write_round(stage, CARTON_SETS, opens_at, project_id, winner=PACKER)
    await award_and_unseal(stage, tender_id)
    return tender_id


async def award_and_unseal(stage: Stage, tender_id: str) -> None:
    """Each lot to its first, by two persons; then the names, by two persons."""
    stage.clock.at += timedelta(hours=2)
    async with stage.seat("staff-1-purchaser") as purchaser:
        ranking = await purchaser.get(f"/tenders/{tender_id}/ranking")
        choices = [{"lot_id": lot["lot_id"], "label": lot["rows"][0]["label"], "reason": ""} for lot in ranking["lots"]]
        proposed = await purchaser.post(f"/tenders/{tender_id}/decision", {"choices": choices})
    await stage.approve(proposed["proposal_id"])
    stage.clock.at += timedelta(hours=1)
    async with stage.seat("staff-1-purchaser") as purchaser:
        await purchaser.post(f"/tenders/{tender_id}/reports")
        asked = await purchaser.post(f"/tenders/{tender_id}/unsealing")
    await stage.approve(asked["proposal_id"])


async def write_ranked(stage: Stage, opens_at: datetime, project_id: str) -> None:
    """A tender whose round is over and whose decision waits for the purchaser."""
    await _write_round(stage, COPPER_TUBE, opens_at, project_id)


async def _write_round(
    stage: Stage, script: TenderScript, opens_at: datetime, project_id: str, winner: int | None = None
) -> str:
    times = Timetable(opens_at - timedelta(hours=20), opens_at, ROUND)
    tender_id, round_id = await open_round(stage, script, times, (10,), project_id)
    await _bid_until_closed(stage, tender_id, round_id, script, winner)
    await evaluation_timekeeper.turn(stage.world)
    return tender_id


async def open_round(
    stage: Stage, script: TenderScript, times: Timetable, silent: tuple[int, ...], project_id: str | None = None
) -> tuple[str, str]:
    """A tender from its publication to the opening of its round, all but the silent ones in it: tender and round."""
    opens_at = times.opens_at
    stage.clock.at = opens_at - timedelta(days=4)
    tender_id = await tenders.publish(stage, script, times, project_id)
    await tenders.accept(stage, tender_id, silent=silent)
    stage.clock.at = times.due_at + timedelta(seconds=1)
    await tender_timekeeper.look_once(stage.world)
    await live_timekeeper.follow_tenders(stage.world)
    stage.clock.at = opens_at
    await live_timekeeper.turn_clocks(stage.world)
    async with stage.seat("staff-1-purchaser") as purchaser:
        return tender_id, str((await purchaser.get(f"/tenders/{tender_id}"))["round_id"])


async def _bid_until_closed(
    stage: Stage, tender_id: str, round_id: str, script: TenderScript, winner: int | None
) -> None:
    world, dice = stage.world, random.Random(script.title_en)  # noqa: S311 - a story, the same every time
    async with world.db.snapshot() as tx:
        tags = await _order(stage, tx, tender_id, winner)
        floors = {floor.lot_id: floor for floor in await live_store.list_floors(tx, round_id)}
    scripts = dict(zip(floors, script.lots, strict=True))
    while is_open := [each for each in floors.values() if stage.clock.at < each.timetable.closes_at]:
        floor = dice.choice(is_open)
        if stage.clock.at >= floor.timetable.opens_at:
            place = dice.randrange(len(tags))
            # Part of the way to where this bidder stops: large steps early, small ones late; the winner goes farther.
            part = dice.randint(60, 90) if winner is not None and place == 0 else dice.randint(0, 40)
            bidder = _bidder(scripts[floor.lot_id], tags, place)
            floors[floor.lot_id] = await _bid_once(stage, floor.lot_id, bidder, part)
        stage.clock.at += timedelta(seconds=dice.randint(4, 25), milliseconds=dice.randint(0, 999))
        if len(floors) > 1:
            await live_timekeeper.turn_clocks(world)
    stage.clock.at = max(each.timetable.closes_at for each in floors.values()) + AFTER_CLOSE
    await live_timekeeper.turn_clocks(world)


async def _order(stage: Stage, tx: AsyncConnection, tender_id: str, winner: int | None) -> list[str]:
    """The tags of those who bid; the one who is to win, by its number, in front."""
    tags = await participations.list_accepted_tags(stage.world, tx, tender_id)
    names = {seat.name_zh: seat.number for seat in SUPPLIERS}
    numbers = {}
    for tag in tags if winner is not None else ():
        supplier_id = await tender_store.find_supplier_by_tag(stage.world, tx, tender_id, tag)
        assert supplier_id is not None, "who has a tag was invited"
        numbers[tag] = names[(await supplier_store.load_names(tx, [supplier_id]))[supplier_id].name_zh]
    return sorted(tags, key=lambda tag: numbers.get(tag) != winner) if numbers else tags


def _bidder(lot: LotScript, tags: Sequence[str], place: int) -> Bidder:
    ceiling, lowest = Decimal(lot.ceiling), Decimal(lot.floor)
    return Bidder(tags[place], lowest + (ceiling - lowest) * Decimal(place) / (2 * len(tags)))


async def _bid_once(stage: Stage, lot_id: str, bidder: Bidder, part: int) -> Floor:
    """One bid, unless it would go under the bidder's floor; the lot as it stands afterwards."""
    world = stage.world
    async with world.db.transaction() as tx:
        floor = await live_store.load_floor(tx, lot_id)
        bids = await live_store.list_accepted_bids(tx, lot_id)
        own = min((bid.amount for bid in bids if bid.tag == bidder.tag), default=None)
        valid = format_of(floor.rules).next_valid_amount(floor.rules, floor.terms, own)
        if valid is None or valid < bidder.floor:
            return floor
        amount = valid - (valid - bidder.floor) * Decimal(part) / 100
        text = format_amount(amount.quantize(Decimal(1).scaleb(-floor.terms.scale)), floor.terms.scale)
        bid = PlaceBid(lot_id, bidder.tag, world.ids.new(), Offer(text, world.clock.now()))
        await tx.run_sync(commit_batch, world, [bid], {})
        return await live_store.load_floor(tx, lot_id)
