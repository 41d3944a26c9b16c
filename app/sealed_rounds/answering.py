"""What a bidder is answered: the signed receipt, the refusal with its entry, the late notice (SEALING.md 4 and 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Entry, Kind, to_milliseconds
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import Header
from app.domain.sealing.receipt import (
    NO_PIN,
    late_notice_core,
    receipt_message,
    sealed_receipt_core,
    signed,
)
from app.infra.world import World
from app.journal.checkpoint_store import find_last as find_last_checkpoint
from app.journal.store import NewEntry, append
from app.sealed_rounds.bidders import Bidder
from app.sealed_rounds.packages import CommitPackage, WithdrawPackage
from app.sealed_rounds.store import SealedRound


@dataclass(frozen=True, slots=True)
class Receipted:
    """A package or a withdrawal is durably stored."""

    receipt: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turned:
    """A rule said no. A package that came too late gets a signed notice of that."""

    refusal: Refusal
    late_notice: Mapping[str, Any] | None = None


Outcome = Receipted | Turned


async def turn_away(
    world: World,
    tx: AsyncConnection,
    held: SealedRound,
    bidder: Bidder,
    command: CommitPackage | WithdrawPackage,
    refusal: Refusal,
    digest: str | None,
) -> Turned:
    """Journal a refused act; one that came too late is told so under our signature. Its bytes are not kept."""
    data = {"code": refusal.code.value, "package": digest, "received_at": instant_text(command.received_at)}
    await enter(world, tx, held, bidder, command, Kind.PACKAGE_REFUSED, data)
    if refusal.code is not Code.LATE or digest is None or command.received_at < held.timetable.closes_at:
        return Turned(refusal)
    core = late_notice_core(
        round_id=held.round_id,
        lot=command.lot_id,
        package=digest,
        received_at_ms=to_milliseconds(command.received_at),
        closes_at_ms=to_milliseconds(held.timetable.closes_at),
        key_id=world.keys.key_id,
    )
    return Turned(refusal, signed(core, world.keys.sign(receipt_message(core))))


async def enter(
    world: World,
    tx: AsyncConnection,
    held: SealedRound,
    bidder: Bidder,
    command: CommitPackage | WithdrawPackage,
    kind: Kind,
    data: Mapping[str, Any],
) -> Entry:
    """Append an entry of a bidder's act to the lot's chain, under its tag alone."""
    new = NewEntry(
        f"lot:{command.lot_id}",
        kind,
        data,
        tender=held.tender_id,
        round=held.round_id,
        lot=command.lot_id,
        tag=bidder.tag,
        actor_role="supplier",
        request_id=command.request_id,
    )
    return await append(world, tx, new)


async def receipt_of(
    world: World,
    tx: AsyncConnection,
    held: SealedRound,
    header: Header,
    kind: str,
    command: CommitPackage | WithdrawPackage,
    entry: Entry,
) -> dict[str, Any]:
    """The signed receipt of an act that is about to be committed (SEALING.md section 5)."""
    newest = await find_last_checkpoint(tx)
    core = sealed_receipt_core(
        header,
        kind=kind,
        custody=held.rules.custody.value,
        received_at_ms=to_milliseconds(command.received_at),
        entry_hash=entry.hash,
        pin=NO_PIN if newest is None else newest.root,
        key_id=world.keys.key_id,
    )
    made = signed(core, world.keys.sign(receipt_message(core)))
    # In the order in which it is read back: a repeat is answered byte by byte alike (attacks.md R05).
    return dict(sorted(made.items()))
