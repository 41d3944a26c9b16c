"""A batch of bids in one transaction: lock the lots, decide each bid in turn, write, append, sign. LIVE.md section 2.

One sync function, so that the same code runs in the committer's thread on SQLite and under `run_sync` on PostgreSQL.
It changes nothing outside the transaction: what the lots are afterwards comes back as values, and is kept only once the
transaction has committed. So a failed commit leaves nothing to patch up.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, cast

import orjson
from sqlalchemy import Connection

from app.domain.closing import decide_moment
from app.domain.formats import FloorState
from app.domain.penning import Pen, may_write
from app.domain.ranking import EMPTY, Standing
from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_basis import LotBasis
from app.domain.scoring.live_standing import standing_by
from app.infra.db import Amount
from app.infra.key_folder import JournalKey
from app.infra.world import World
from app.journal.ledger import Head, Ledger, salts_of
from app.live_rounds import batch_store
from app.live_rounds.answers import Answer, PlaceBid, Receipted, Refused, answer_of
from app.live_rounds.batch_store import Hand, Way, Written
from app.live_rounds.bid_entries import BidEntries
from app.live_rounds.intact import find_ground
from app.live_rounds.passing import move_on, pass_time
from app.live_rounds.plays import Known, Line, Moments, Play
from app.live_rounds.receipting import Cores, make_receipts
from app.live_rounds.store import AcceptedBid, Attempt, Floor

__all__ = ["BatchDone", "Known", "LotAfter", "commit_batch"]


@dataclass(frozen=True, slots=True)
class LotAfter:
    """A lot after a batch. `bids` follow the number `since`; `is_whole` when the lot was read anew."""

    floor: Floor
    standing: Standing
    since: int
    bids: tuple[AcceptedBid, ...]
    is_whole: bool
    # Its row is not what was published: nothing was decided by it, and nothing of it may be shown.
    is_changed: bool = False
    # Whose limits were found reached.
    reached: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BatchDone:
    """The answers in the order of the commands, and the lots to be kept after the commit."""

    answers: tuple[Answer, ...]
    lots: tuple[LotAfter, ...]
    # Lots whose limits ask for nothing, by the version at which that was found.
    quiet: Mapping[str, int] = field(default_factory=dict)


def commit_batch(
    connection: Way,
    world: World,
    commands: Sequence[PlaceBid],
    known: Mapping[str, Known],
    turns: Mapping[str, datetime] | None = None,
) -> BatchDone:
    """Decide and write a batch; the caller commits. A bid on a lot without floor is a bug: the edge knows its lots.

    `turns`: lots to be looked at as of an instant, after the bids: what time brings there (`passing.py`).
    """
    turns = turns or {}
    asked = {command.lot_id for command in commands}
    places = {command.claim.place for command in commands if command.claim is not None}
    found = batch_store.read_batch(connection, asked | set(turns), {command.bid_id for command in commands}, places)
    seldom = connection.connection if isinstance(connection, Hand) else cast("Connection", connection)
    begin = _Beginning(seldom, world, len(commands))
    plays = {
        lot_id: begin.play(one, found.heads[lot_id], known.get(lot_id, Known())) for lot_id, one in found.floors.items()
    }
    given: dict[tuple[str, str], Attempt | Line] = dict(found.attempts)
    settled = [_settle(world, plays[command.lot_id], _claimed(command, found.pens), given) for command in commands]
    for lot_id, at in turns.items():
        pass_time(seldom, world, plays[lot_id], at)
    played = [play for play in plays.values() if play.ledger.rows]
    _sign(world, begin.key, [line for play in played for line in play.lines if line.core is not None])
    batch_store.write_batch(connection, _written(played, found.heads, begin.moments))
    answers = tuple(_answer(command, one) for command, one in zip(commands, settled, strict=True))
    quiet = {play.floor.lot_id: play.floor.version for play in plays.values() if play.is_quiet}
    lots = tuple(_after(play) for play in plays.values() if play.ledger.rows or play.floor.lot_id in asked)
    return BatchDone(answers, lots, quiet)


def _claimed(command: PlaceBid, pens: Mapping[str, Pen]) -> PlaceBid:
    """A bid from a window that had not the pen of its bidder is barred (LR-36)."""
    claim = command.claim
    if claim is None or command.bar is not None:
        return command
    is_fine = may_write(pens.get(claim.place), claim.seat, command.offer.received_at)
    return command if is_fine else replace(command, bar=Refusal(Code.NOT_PEN_HOLDER))


class _Beginning:
    """What the lots of a batch begin with: one instant of writing, salts drawn together."""

    def __init__(self, connection: Connection, world: World, count: int) -> None:
        self._connection, self._world = connection, world
        self._now = world.clock.now()
        self._salts: Iterator[bytes] = salts_of(world, max(count, 1))
        self.moments = Moments()
        # One for all receipts of the commit, whatever happens to it meanwhile.
        self.key = world.keys.journal

    def play(self, one: Floor, head: Head, known: Known) -> Play:
        """The lot's state by what is known, caught up with the bids another process has placed since."""
        connection, world = self._connection, self._world
        is_whole = known.voids != one.voids or known.accepted > one.accepted
        base = Known(voids=one.voids) if is_whole else known
        missed: list[AcceptedBid] = []
        if base.accepted < one.accepted:
            missed = batch_store.list_accepted(connection, one.lot_id, base.accepted)
        ground = find_ground(connection, world, one)
        standing = EMPTY if isinstance(ground, Refusal) else _caught_up(ground, base, missed)
        ledger = Ledger(one.chain, head, now=self._now, release=world.settings.release, salts=self._salts)
        play = Play(
            floor=one,
            state=FloorState(one.timetable, standing.opened(), one.accepted, one.course),
            known=base,
            missed=missed,
            is_whole=is_whole,
            admits=partial(_admits, connection, one),
            ledger=ledger,
            entries=BidEntries(one, ledger),
            cores=Cores(self.key, one),
            moments=self.moments,
            attempts=one.attempts,
        )
        play.changed = ground if isinstance(ground, Refusal) else None
        play.auto_at = one.auto_at
        return play


def _admits(connection: Connection, one: Floor, tag: str) -> bool:
    """All on a floor after a sealed round began with their price there; one whose price was voided may go on."""
    return one.rules.starts_from is None or batch_store.has_seed(connection, one.lot_id, tag)


def _caught_up(basis: LotBasis | None, base: Known, missed: Sequence[AcceptedBid]) -> Standing:
    counting = [one.placed for one in missed if not one.voided]
    if not base.accepted:
        return standing_by(basis, counting)
    standing = base.standing
    for placed in counting:
        standing = standing.placed(placed)
    return standing


def _settle(
    world: World, play: Play, command: PlaceBid, given: dict[tuple[str, str], Attempt | Line]
) -> Attempt | Line:
    """The first answer to a repeated id, or a new decision. LIVE.md section 2 rule 6."""
    key = (command.tag, command.bid_id)
    first = given.get(key)
    if first is None:
        line = given[key] = _decide(world, play, command)
        return line
    same = first.body_hash if isinstance(first, Attempt) else first.command.body_hash
    if same == command.body_hash:
        return first
    # Seq 0 is never stored: the id belongs to the first bid.
    line = Line(command, 0)
    play.refuse(line, Refusal(Code.DUPLICATE_ID))
    return line


def _decide(world: World, play: Play, command: PlaceBid) -> Line:
    line = play.line_of(command)
    move_on(world, play, command.offer.received_at)
    bar = command.bar
    if bar is None and play.changed is not None:
        bar = decide_moment(play.state.timetable, command.offer.received_at) or play.changed
    played = bar or play.decide(command.tag, command.offer)
    if isinstance(played, Refusal):
        play.refuse(line, played)
    else:
        play.accept(line, played)
    return line


def _written(played: Sequence[Play], heads: Mapping[str, Head], moments: Moments) -> Written:
    moved = []
    for play in played:
        before, table, course = play.floor, play.state.timetable, play.state.course
        # Refused bids change nothing that people see, so they leave the version alone.
        play.floor = replace(
            before,
            timetable=table,
            attempts=play.attempts,
            version=play.version,
            accepted=play.state.seq,
            course=course,
            auto_at=play.auto_at,
        )
        if table != before.timetable or course != before.course:
            moved.append(play.floor)
    return Written(
        floors=[play.floor for play in played],
        moved=moved,
        heads={play.floor.chain: (heads[play.floor.lot_id].hash, play.ledger.head) for play in played},
        entries=[row for play in played for row in play.ledger.rows],
        bids=[_row(line, play.ledger.at_ms, moments) for play in played for line in play.lines],
        marks=[mark for play in played for mark in play.marks],
    )


def _row(line: Line, at_ms: int, moments: Moments) -> tuple[Any, ...]:
    """A row of the table `bid`, in the order of its columns."""
    command, refusal = line.command, line.refusal
    verdict, code, detail = ("accepted", None, None) if refusal is None else _told(refusal)
    return (
        command.lot_id,
        line.seq,
        line.n,
        command.bid_id,
        command.tag,
        None if line.amount is None else Amount.stored(line.amount),
        moments[command.offer.received_at].ms,
        verdict,
        code,
        detail,
        at_ms,
        command.body_hash,
        line.entry_hash,
        line.receipt,
        None,
        False,
        command.auto is not None,
    )


def _told(refusal: Refusal) -> tuple[str, str, str]:
    return "refused", refusal.code.value, orjson.dumps(dict(refusal.detail), option=orjson.OPT_SORT_KEYS).decode()


def _sign(world: World, key: JournalKey, accepted: Sequence[Line]) -> None:
    cores = [line.core for line in accepted if line.core is not None]
    for line, receipt in zip(accepted, make_receipts(world, key, cores), strict=True):
        line.receipt = receipt


def _answer(command: PlaceBid, found: Attempt | Line) -> Answer:
    if isinstance(found, Attempt):
        return answer_of(found)
    if found.receipt is not None:
        return Receipted(command.bid_id, command.lot_id, found.receipt)
    if found.refusal is None or found.at is None:
        raise ValueError("a decided bid has a receipt or a refusal")
    return Refused(command.bid_id, command.lot_id, found.refusal, found.at)


def _after(play: Play) -> LotAfter:
    fresh = [
        AcceptedBid(
            line.n,
            line.command.tag,
            line.amount,
            line.command.offer.received_at,
            voided=False,
            entry_hash=line.entry_hash,
            is_auto=line.command.auto is not None,
        )
        for line in play.lines
        if line.n is not None and line.amount is not None
    ]
    bids = (*play.missed, *fresh)
    is_changed = play.changed is not None
    known, reached = play.known.accepted, frozenset(play.reached)
    return LotAfter(play.floor, play.state.standing.closed(), known, bids, play.is_whole, is_changed, reached)
