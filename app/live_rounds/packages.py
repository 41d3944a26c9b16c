"""The socket of a sealed round: the same address, ticket and `hello` as a live one; packages instead of bids.

Each act runs in a task of its own from the stamp of its frame on, so that the next frame is stamped and counted as
arrived at once, whatever lock the first one waits for (SEALING.md section 4; attacks.md R03).
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from app.domain.live_rules_json import instant_text
from app.domain.sealing.rules import RoundStatus
from app.domain.visibility import Role
from app.identity.access import note_refused
from app.infra.db import Database
from app.infra.errors import Problem
from app.infra.one_go import read_in_one_go
from app.infra.turning import attempt
from app.infra.web import parse_json
from app.infra.world import World
from app.live_rounds.connection import Admission, Connection
from app.live_rounds.frames import text_of
from app.live_rounds.limits import RECHECK_AT_ONCE, RECHECK_SECONDS, STALEST_CHECK_SECONDS
from app.live_rounds.messages import Hello, TimeAsked
from app.live_rounds.package_admission import recheck_sealed
from app.live_rounds.package_messages import CommitPackageSent, WithdrawPackageSent, sealed_client_frames
from app.live_rounds.serving import DOOR, answer_time, problem_text
from app.sealed_rounds import acting
from app.sealed_rounds import store as sealed_store
from app.sealed_rounds.answering import Outcome, Turned
from app.sealed_rounds.arrivals import arrivals_of
from app.sealed_rounds.store import SealedRound

log = logging.getLogger("bidroom")
SealedFrame = Hello | CommitPackageSent | WithdrawPackageSent | TimeAsked
# Acts of one socket at a time; a page has one for each lot.
MOST_ACTS = 32
# A lost ring of the bell costs this much.
LOOK_SECONDS = 0.5
REPLACED = 4409
RESTART = 1012
_ROOMS: WeakKeyDictionary[Database, "SealedRoom"] = WeakKeyDictionary()


class SealedRoom:
    """The sockets of the sealed rounds in this process."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.connections: set[Connection] = set()
        self.acts: dict[Connection, set[asyncio.Task[None]]] = {}
        # The loop holds its tasks weakly: an act goes on when its socket has gone.
        self.running: set[asyncio.Task[None]] = set()
        self._known: dict[str, SealedRound] = {}

    def join(self, connection: Connection, held: SealedRound) -> None:
        """Take a socket in; of more than the allowed ones of an account the oldest makes room (4409)."""
        same = connection.admission.actor.account_id
        mine = [one for one in self.connections if one.admission.actor.account_id == same and not one.is_ending]
        most = self.world.settings.sockets_per_account
        for one in sorted(mine, key=lambda one: one.joined_at)[: max(len(mine) - most + 1, 0)]:
            one.end(REPLACED)
        self.connections.add(connection)
        self.acts[connection] = set()
        self._known.setdefault(held.round_id, held)

    def leave(self, connection: Connection) -> None:
        """Forget a socket; its acts go on to their end, for what has arrived counts."""
        self.connections.discard(connection)
        self.acts.pop(connection, None)

    async def look(self) -> None:
        """Tell everybody what has moved since the last look, in fresh random order."""
        wanted = {one.admission.round_id for one in self.connections}
        self._known = {round_id: held for round_id, held in self._known.items() if round_id in wanted}
        for round_id, before in list(self._known.items()):
            async with self.world.db.snapshot() as tx:
                held = await sealed_store.load_round(tx, round_id)
            self._known[round_id] = held
            texts = [text_of(notice) for notice in notices_between(before, held, self.world.clock.now())]
            here = [one for one in self.connections if one.admission.round_id == round_id]
            for one in self.world.ids.shuffled(here):
                for text in texts:
                    one.answer(text)

    async def recheck(self) -> None:
        """Look again at everyone with an open socket, a few at a time."""
        open_ones = [one for one in self.connections if not one.is_ending]
        for start in range(0, len(open_ones), RECHECK_AT_ONCE):
            await recheck_sealed(self.world, open_ones[start : start + RECHECK_AT_ONCE])


def sealed_room_of(world: World) -> SealedRoom:
    """The sealed room of this process for a World's database."""
    room = _ROOMS.get(world.db)
    if room is None:
        room = _ROOMS[world.db] = SealedRoom(world)
    return room


def notices_between(before: SealedRound, after: SealedRound, at: datetime) -> list[dict[str, Any]]:
    """What everybody is told of a change: never who or how many."""
    table = after.timetable
    members = {
        "type": "notice",
        "lot_id": None,
        "status": table.status.value,
        "closes_at": instant_text(table.closes_at),
        "at": instant_text(at),
    }
    told: list[dict[str, Any]] = [
        {**members, "kind": "extended", "params": dict(moved)} for moved in after.extensions[len(before.extensions) :]
    ]
    kinds = {
        RoundStatus.OPEN: "opened",
        RoundStatus.CLOSED: "closed",
        RoundStatus.REFUSED: "closed",
        RoundStatus.CANCELLED: "cancelled",
    }
    if before.status is not after.status and after.status in kinds:
        told.append({**members, "kind": kinds[after.status], "params": {}})
    return told


async def find_sealed(world: World, round_id: str) -> SealedRound | None:
    """The round, if it is a sealed one."""
    return await read_in_one_go(world.db, lambda tx: sealed_store.find_round(tx, round_id))


def sealed_welcome_text(world: World, admission: Admission, held: SealedRound) -> str:
    """The `welcome` frame of a sealed round."""
    return text_of(
        {
            "type": "welcome",
            "kind": "sealed",
            "audience": "supplier" if admission.tag is not None else "observer",
            "status": held.status.value,
            "opens_at": instant_text(held.timetable.opens_at),
            "closes_at": instant_text(held.timetable.closes_at),
            "now": instant_text(world.clock.now()),
        }
    )


def parse_sealed(text: str) -> SealedFrame | None:
    """A frame of a sealed round, or None: not JSON, duplicate keys, unknown members, wrong types, too deep."""
    try:
        return sealed_client_frames.validate_python(parse_json(text.encode()))
    except (Problem, ValidationError, UnicodeEncodeError):
        return None


async def handle_sealed(room: SealedRoom, connection: Connection, frame: SealedFrame, received_at: datetime) -> None:
    """Answer a frame; an act on a package is begun here and answered by its own task."""
    match frame:
        case TimeAsked():
            answer_time(room.world, connection, frame.t0)
        case Hello():
            connection.answer(problem_text("BAD_FRAME"))
        case CommitPackageSent() | WithdrawPackageSent():
            await _begin(room, connection, frame, received_at)


async def _begin(
    room: SealedRoom, connection: Connection, frame: CommitPackageSent | WithdrawPackageSent, received_at: datetime
) -> None:
    acts = room.acts.get(connection)
    if acts is None or len(acts) >= MOST_ACTS:
        connection.answer(_problem(frame.request_id, "SLOW_DOWN"))
        return
    task = asyncio.create_task(_act(room.world, connection, frame, received_at))
    for held in (acts, room.running):
        held.add(task)
        task.add_done_callback(held.discard)


async def _act(
    world: World, connection: Connection, frame: CommitPackageSent | WithdrawPackageSent, received_at: datetime
) -> None:
    with arrivals_of(world).arrived(received_at):
        try:
            text = await _answer(world, connection, frame, received_at)
        except Problem as problem:
            text = _problem(frame.request_id, problem.code)
        except Exception as error:
            # The kind alone: a message may carry what was sent.
            log.error("a package could not be answered: %s", type(error).__name__)  # noqa: TRY400 - see above
            text = _problem(frame.request_id, "UNAVAILABLE")
    connection.answer(text)


async def _answer(
    world: World, connection: Connection, frame: CommitPackageSent | WithdrawPackageSent, received_at: datetime
) -> str:
    if world.clock.monotonic() - connection.admission.checked_at > STALEST_CHECK_SECONDS:
        await recheck_sealed(world, [connection])
    admission = connection.admission
    if connection.is_ending:
        return _problem(frame.request_id, "SIGNED_OUT")
    if admission.hat is not Role.SUPPLIER:
        # Nobody of the buyer's side hands in, and nobody for a supplier (attacks.md W26).
        await note_refused(world, admission.actor, DOOR)
        return _problem(frame.request_id, "NOT_YOUR_ROLE")
    outcome: Outcome
    if isinstance(frame, CommitPackageSent):
        sent = acting.Sent(admission.round_id, frame.lot_id, frame.header, frame.price, frame.upload_id, received_at)
        outcome = await acting.commit(world, admission.actor, sent)
    else:
        outcome = await acting.withdraw(
            world, admission.actor, admission.round_id, frame.lot_id, rev=frame.rev, received_at=received_at
        )
    return _outcome_text(frame.request_id, outcome, world.clock.now())


def _outcome_text(request_id: str, outcome: Outcome, now: datetime) -> str:
    members: Mapping[str, Any]
    if isinstance(outcome, Turned):
        refusal = outcome.refusal
        members = {
            "type": "package_refused",
            "code": refusal.code.value,
            "detail": dict(refusal.detail),
            "now": instant_text(now),
            "late_notice": outcome.late_notice,
        }
    else:
        members = {"type": "package_receipt", "receipt": outcome.receipt}
    return text_of({"request_id": request_id, **members})


def _problem(request_id: str, code: str) -> str:
    return text_of({"type": "package_problem", "request_id": request_id, "code": code})


# ── by itself ─────────────────────────────────────────────────────────────────


async def keep_sealed_room(world: World) -> None:
    """Tell the sockets what moves and look again at the people behind them, until cancelled."""
    room = sealed_room_of(world)
    since = world.clock.monotonic()
    try:
        while True:
            await attempt(room.look)
            if world.clock.monotonic() - since > RECHECK_SECONDS:
                since = world.clock.monotonic()
                await attempt(room.recheck)
            await world.clock.sleep(LOOK_SECONDS)
    finally:
        for one in room.connections:
            one.end(RESTART)


TASKS = (keep_sealed_room,)
