"""What a bidder is answered: the signed receipt, the refusal with its entry, the late notice (SEALING.md 4 and 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.entries import to_milliseconds
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import Header
from app.domain.sealing.receipt import (
    late_notice_core,
    receipt_message,
    sealed_receipt_core,
    signed,
)
from app.infra.world import World
from app.journal.store import NewEntry
from app.sealed_rounds.bidders import Bidder
from app.sealed_rounds.packages import Announce, CommitPackage, WithdrawPackage
from app.sealed_rounds.store import Package, SealedRound


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
Command = CommitPackage | WithdrawPackage | Announce


@dataclass(frozen=True, slots=True)
class Taken:
    """A revision about to be written: without the hash of its entry and its receipt, which come with the journal."""

    package: Package
    header: Header
    kind: str
    price_ct: bytes | None


@dataclass(frozen=True, slots=True)
class Line:
    """A decided act on its way into the journal, and what comes of it: a revision, or its refusal."""

    new: NewEntry
    result: Taken | Turned


def line_of(
    held: SealedRound, bidder: Bidder, command: Command, kind: Kind, data: Mapping[str, Any], result: Taken | Turned
) -> Line:  # fmt: skip
    """The entry of a bidder's act for the lot's chain, under its tag alone, and what comes of it."""
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
    return Line(new, result)


def turn_away(
    world: World, held: SealedRound, bidder: Bidder, command: Command, refusal: Refusal, digest: str | None
) -> Line:  # fmt: skip
    """A refused act; one that came too late is told so under our signature. Its bytes are not kept."""
    data = {"code": refusal.code.value, "package": digest, "received_at": instant_text(command.received_at)}
    notice = None
    if refusal.code is Code.LATE and digest is not None and command.received_at >= held.timetable.closes_at:
        key = world.keys.journal
        core = late_notice_core(
            round_id=held.round_id,
            lot=command.lot_id,
            package=digest,
            received_at_ms=to_milliseconds(command.received_at),
            closes_at_ms=to_milliseconds(held.timetable.closes_at),
            key_id=key.key_id,
        )
        notice = signed(core, key.sign(receipt_message(core)))
    return line_of(held, bidder, command, Kind.PACKAGE_REFUSED, data, Turned(refusal, notice))


def receipted(world: World, held: SealedRound, taken: Taken, *, entry_hash: str, pin: str) -> Package:
    """The revision with its entry's hash and its signed receipt (SEALING.md section 5)."""
    key = world.keys.journal
    core = sealed_receipt_core(
        taken.header,
        kind=taken.kind,
        custody=held.rules.custody.value,
        received_at_ms=to_milliseconds(taken.package.received_at),
        entry_hash=entry_hash,
        pin=pin,
        key_id=key.key_id,
    )
    made = signed(core, key.sign(receipt_message(core)))
    # In the order in which it is read back: a repeat is answered byte by byte alike (attacks.md R05).
    return replace(taken.package, entry_hash=entry_hash, receipt=dict(sorted(made.items())))
