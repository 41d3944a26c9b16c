"""A batch of bids in one transaction: lock the lots, decide each bid in turn, write, append, sign. LIVE.md section 2.

One sync function, so that the same code runs in the committer's thread on SQLite and under `run_sync` on PostgreSQL.
It changes nothing outside the transaction: what the lots are afterwards comes back as values, and is kept only once the
transaction has committed. So a failed commit leaves nothing to patch up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.domain.closing import decide_moment
from app.domain.entries import Kind
from app.domain.formats import FloorState, format_of
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.ranking import EMPTY, Standing
from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_basis import LotBasis
from app.domain.scoring.live_standing import standing_by
from app.infra.world import World
from app.journal.store import NewEntry, append_batch
from app.live_rounds import batch_store
from app.live_rounds.answers import Answer, PlaceBid, Receipted, Refused, answer_of
from app.live_rounds.intact import find_ground
from app.live_rounds.receipting import core_of, make_receipts
from app.live_rounds.round_store import ClockMark
from app.live_rounds.store import AcceptedBid, Attempt, Floor


@dataclass(frozen=True, slots=True)
class Known:
    """What this process knows of a lot's bids, as of counters that tell when it is out of date."""

    standing: Standing = EMPTY
    accepted: int = 0
    voids: int = 0


@dataclass(frozen=True, slots=True)
class LotAfter:
    """A lot after a batch. `bids` follow the number `since`; `is_whole` when the lot was read anew."""

    floor: Floor
    standing: Standing
    since: int
    bids: tuple[AcceptedBid, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class BatchDone:
    """The answers in the order of the commands, and the lots to be kept after the commit."""

    answers: tuple[Answer, ...]
    lots: tuple[LotAfter, ...]


@dataclass(slots=True)
class _Line:
    """One decided bid of a lot, on its way into the tables."""

    command: PlaceBid
    seq: int
    n: int | None = None
    amount: Decimal | None = None
    refusal: Refusal | None = None
    entry_hash: str = ""
    receipt: dict[str, Any] | None = None
    at: datetime | None = None


@dataclass(slots=True)
class _Play:
    """One lot of the batch while it is decided."""

    floor: Floor
    state: FloorState
    known: Known
    attempts: int
    missed: list[AcceptedBid]
    is_whole: bool
    # Whether a bidder without a bid that counts may place a first one.
    admits: Callable[[str], bool]
    # Why nothing is played here though the lot is open: its row is not what was published.
    changed: Refusal | None = None
    lines: list[_Line] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)
    marks: list[ClockMark] = field(default_factory=list)

    @property
    def version(self) -> int:
        """The floor's version so far: one up for each accepted bid, so that it also numbers the marks of the clock."""
        return self.floor.version + self.state.seq - self.floor.accepted


def commit_batch(
    connection: Connection, world: World, commands: Sequence[PlaceBid], known: Mapping[str, Known]
) -> BatchDone:
    """Decide and write a batch; the caller commits. A bid on a lot without floor is a bug: the edge knows its lots."""
    batch_store.set_lock_timeout(connection)
    floors = batch_store.lock_floors(connection, {command.lot_id for command in commands})
    earlier = batch_store.find_attempts(connection, {command.bid_id for command in commands})
    plays = {lot_id: _start(connection, world, one, known.get(lot_id, Known())) for lot_id, one in floors.items()}
    given: dict[tuple[str, str], Attempt | _Line] = dict(earlier)
    settled = [_settle(plays[command.lot_id], command, given) for command in commands]
    played = [play for play in plays.values() if play.lines]
    for play in played:
        _append(connection, world, play)
    _sign(world, [(play.floor, line) for play in played for line in play.lines if line.n is not None])
    _write(connection, played)
    answers = tuple(_answer(command, found) for command, found in zip(commands, settled, strict=True))
    return BatchDone(answers, tuple(_after(play) for play in plays.values()))


def _start(connection: Connection, world: World, one: Floor, known: Known) -> _Play:
    """The lot's state by what is known, caught up with the bids another process has placed since."""
    is_whole = known.voids != one.voids or known.accepted > one.accepted
    base = Known(voids=one.voids) if is_whole else known
    missed: list[AcceptedBid] = []
    if base.accepted < one.accepted:
        missed = batch_store.list_accepted(connection, one.lot_id, base.accepted)
    ground = find_ground(connection, world, one)
    standing = EMPTY if isinstance(ground, Refusal) else _caught_up(ground, base, missed)
    state = FloorState(one.timetable, standing, one.accepted)
    play = _Play(one, state, base, one.attempts, missed, is_whole, partial(_admits, connection, one))
    play.changed = ground if isinstance(ground, Refusal) else None
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


def _settle(play: _Play, command: PlaceBid, given: dict[tuple[str, str], "Attempt | _Line"]) -> "Attempt | _Line":
    """The first answer to a repeated id, or a new decision. LIVE.md section 2 rule 6."""
    key = (command.tag, command.bid_id)
    first = given.get(key)
    if first is None:
        line = given[key] = _decide(play, command)
        return line
    same = first.body_hash if isinstance(first, Attempt) else first.command.body_hash
    if same == command.body_hash:
        return first
    refusal = Refusal(Code.DUPLICATE_ID)
    play.entries.append(_refused_entry(play.floor, command, refusal))
    line = _Line(command, 0, refusal=refusal)
    # Seq 0 is never stored: the id belongs to the first bid. The entry is appended with the others.
    play.lines.append(line)
    return line


def _decide(play: _Play, command: PlaceBid) -> _Line:
    floor = play.floor
    play.attempts += 1
    line = _Line(command, play.attempts)
    play.lines.append(line)
    before = play.state
    bar = command.bar
    if bar is None and play.changed is not None:
        bar = decide_moment(before.timetable, command.offer.received_at) or play.changed
    played = bar or format_of(floor.rules).play_bid(floor.rules, floor.terms, before, command.tag, command.offer)
    if not isinstance(played, Refusal) and played.own_before is None and not play.admits(command.tag):
        played = Refusal(Code.NOT_INVITED)
    if isinstance(played, Refusal):
        line.refusal = played
        play.entries.append(_refused_entry(floor, command, played))
        return line
    line.n, line.amount = played.seq, played.amount
    play.state = played.after
    own_before = None if played.own_before is None else format_amount(played.own_before, floor.terms.scale)
    data = {
        "bid_id": command.bid_id,
        "amount": format_amount(played.amount, floor.terms.scale),
        "received_at": instant_text(command.offer.received_at),
        "n": played.seq,
        "own_before": own_before,
    }
    play.entries.append(_entry(floor, Kind.BID_ACCEPTED, data, tag=command.tag))
    if played.is_extended:
        _note_extension(play, before, command.offer.received_at)
    return line


def _note_extension(play: _Play, before: FloorState, at: datetime) -> None:
    table = play.state.timetable
    moved = {"from": instant_text(before.timetable.closes_at), "to": instant_text(table.closes_at)}
    play.entries.append(
        _entry(play.floor, Kind.LOT_EXTENDED, {"by_bid": play.state.seq, **moved, "n": table.extensions})
    )
    params = {**moved, "n": str(table.extensions)}
    play.marks.append(ClockMark(play.floor.lot_id, play.version, "extension", at, params))


def _entry(floor: Floor, kind: Kind, data: dict[str, Any], tag: str | None = None) -> NewEntry:
    return NewEntry(
        floor.chain,
        kind,
        data,
        tender=floor.tender_id,
        round=floor.round_id,
        lot=floor.lot_id,
        tag=tag,
        actor_role="service" if tag is None else "supplier",
    )


def _refused_entry(floor: Floor, command: PlaceBid, refusal: Refusal) -> NewEntry:
    quote = command.offer.quote
    data: dict[str, Any] = {
        "bid_id": command.bid_id,
        "sent": command.offer.amount,
        "code": refusal.code.value,
        "detail": dict(refusal.detail),
        "received_at": instant_text(command.offer.received_at),
    }
    if quote is not None:
        data["quote"] = {"own": quote.own, "rules_hash": quote.rules_hash}
    return _entry(floor, Kind.BID_REFUSED, data, tag=command.tag)


def _append(connection: Connection, world: World, play: _Play) -> None:
    made = [one for one in append_batch(connection, world, play.entries) if one.kind is not Kind.LOT_EXTENDED]
    for line, one in zip(play.lines, made, strict=True):
        line.entry_hash, line.at = one.hash, one.at


def _write(connection: Connection, played: Sequence[_Play]) -> None:
    batch_store.insert_bids(connection, [_row(line) for play in played for line in play.lines if line.seq])
    for play in played:
        table = play.state.timetable
        if play.marks:
            batch_store.set_extended(connection, play.floor.lot_id, table)
        # Refused bids change nothing that people see, so they leave the version alone.
        play.floor = replace(
            play.floor,
            timetable=table,
            attempts=play.attempts,
            version=play.version,
            accepted=play.state.seq,
        )
    batch_store.insert_marks(connection, [mark for play in played for mark in play.marks])
    batch_store.set_counters(connection, [play.floor for play in played])


def _row(line: _Line) -> dict[str, Any]:
    command, refusal = line.command, line.refusal
    return {
        "lot_id": command.lot_id,
        "seq": line.seq,
        "n": line.n,
        "bid_id": command.bid_id,
        "tag": command.tag,
        "amount": line.amount,
        "received_at": command.offer.received_at,
        "verdict": "refused" if refusal else "accepted",
        "code": refusal.code.value if refusal else None,
        "detail": dict(refusal.detail) if refusal else None,
        "answered_at": line.at,
        "body_hash": command.body_hash,
        "entry_hash": line.entry_hash,
        "receipt": line.receipt,
        "is_seeded": False,
    }


def _sign(world: World, accepted: Sequence[tuple[Floor, _Line]]) -> None:
    cores = [
        core_of(
            world,
            round_id=floor.round_id,
            lot_id=floor.lot_id,
            bid_id=line.command.bid_id,
            amount=format_amount(line.amount or Decimal(0), floor.terms.scale),
            received_at=line.command.offer.received_at,
            rules_hash=floor.rules_hash,
            entry_hash=line.entry_hash,
        )
        for floor, line in accepted
    ]
    for (_, line), receipt in zip(accepted, make_receipts(world, cores), strict=True):
        line.receipt = receipt


def _answer(command: PlaceBid, found: Attempt | _Line) -> Answer:
    if found.receipt is not None:
        return Receipted(command.bid_id, command.lot_id, found.receipt)
    if isinstance(found, Attempt):
        return answer_of(found)
    if found.refusal is None or found.at is None:
        raise ValueError("a decided bid has a receipt or a refusal")
    return Refused(command.bid_id, command.lot_id, found.refusal, found.at)


def _after(play: _Play) -> LotAfter:
    fresh = [
        AcceptedBid(
            line.n,
            line.command.tag,
            line.amount,
            line.command.offer.received_at,
            voided=False,
            entry_hash=line.entry_hash,
        )
        for line in play.lines
        if line.n is not None and line.amount is not None
    ]
    bids = (*play.missed, *fresh)
    return LotAfter(play.floor, play.state.standing, play.known.accepted, bids, play.is_whole)
