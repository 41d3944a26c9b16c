"""What time brings to a lot of a batch: the moves of its format, and the bids placed under limits.

Under the lot's lock, like every bid, and by the rules alone; whoever asks, and however often, the same comes of it.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import cycle
from typing import Any

from sqlalchemy import Connection

from app.domain.auto_bidding import AutoBidState, find_due
from app.domain.closing import RUNNING, decide_moment
from app.domain.formats import FloorState, Offer, format_of
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.refusals import Refusal
from app.infra.world import World
from app.live_rounds import auto_bid_store
from app.live_rounds.answers import PlaceBid
from app.live_rounds.plays import Play
from app.live_rounds.store import open_aliases


def pass_time(connection: Connection, world: World, play: Play, at: datetime) -> None:
    """Everything that is due on a lot at an instant. Of a lot that is not what was published, nothing is."""
    move_on(world, play, at)
    _place_auto_bids(connection, world, play, at)


# ── formats ───────────────────────────────────────────────────────────────────


def move_on(world: World, play: Play, at: datetime) -> None:
    """The moves of the lot's format that are due, each with its entry."""
    rules, terms = play.floor.rules, play.floor.terms
    if rules.pace is None:
        # No format moves without one.
        return

    def draw(count: int) -> Mapping[str, int]:
        tags = world.ids.shuffled(list(open_aliases(world, play.floor)))
        return dict(zip(tags, cycle(world.ids.shuffled(list(range(1, count + 1)))), strict=False))

    while play.changed is None and play.state.timetable.status in RUNNING:
        after = format_of(rules).move(rules, terms, play.state, at, draw)
        if after is None:
            return
        play.note(Kind.LOT_MOVED, moved_data(play.state, after, at))
        play.state = after
        play.turns += 1


def moved_data(before: FloorState, after: FloorState, at: datetime) -> dict[str, Any]:
    """What the journal says of a move: where the format stands, and a close that has come nearer."""
    course, table = after.course, after.timetable
    assert course is not None, "a format that moves has a course"
    slots = {"slots": dict(course.slots)} if course.slots else {}
    closes = {} if table.closes_at == before.timetable.closes_at else {"closes_at": instant_text(table.closes_at)}
    return {"at": instant_text(at), "stage": course.stage, **slots, **closes}


# ── limits ────────────────────────────────────────────────────────────────────


def _place_auto_bids(connection: Connection, world: World, play: Play, at: datetime) -> None:
    """One bid for each limit that asks for one at this tick, all from the standing before it, in random order."""
    floor, before = play.floor, play.state
    rules, terms = floor.rules, floor.terms
    if not rules.auto_bid or play.changed is not None or before.timetable.status not in RUNNING:
        play.is_quiet = True
        return
    if decide_moment(before.timetable, at) is not None or (play.auto_at is not None and at <= play.auto_at):
        # A tick outside the lot's time, or one that somebody else has played: the next one may be another matter.
        return
    limits = auto_bid_store.list_active(connection, world, floor.lot_id)
    asked = find_due(rules, terms, before, {tag: one.limit for tag, one in limits.items()})
    play.is_quiet = not asked
    for due in world.ids.shuffled(asked):
        commitment = limits[due.tag].commitment
        if due.amount is None:
            auto_bid_store.end(connection, lot_id=floor.lot_id, tag=due.tag, state=AutoBidState.REACHED, at=at)
            data = {"commitment": commitment, "state": AutoBidState.REACHED.value, "at": instant_text(at)}
            play.note(Kind.AUTO_BID_ENDED, data, tag=due.tag, actor_role="service")
            play.turns += 1
            play.reached.add(due.tag)
            play.auto_at = at
            continue
        offer = Offer(format_amount(due.amount, terms.scale), at, is_auto=True)
        played = play.decide(due.tag, offer)
        if isinstance(played, Refusal):
            # Another limit has moved what this one's step is measured from: its turn comes at the next tick.
            continue
        line = play.line_of(PlaceBid(floor.lot_id, due.tag, world.ids.new(), offer, auto=commitment))
        play.accept(line, played)
        play.auto_at = at
