"""Receiving and withdrawing packages, decided one by one on the desk of their batch. SEALING.md section 4.

The same package again gives the identical receipt.
"""

from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json, header_json
from app.domain.sealing.receipt import RECEIVED, WITHDRAWN
from app.domain.sealing.rules import Bound, decide_binding, decide_moment, decide_revision, decide_withdrawal
from app.sealed_rounds import disk
from app.sealed_rounds.answering import Line, Receipted, Taken, line_of, turn_away
from app.sealed_rounds.desk import Act, Desk
from app.sealed_rounds.packages import CommitPackage, Sealed, WithdrawPackage
from app.sealed_rounds.repeating import find_same, repeat
from app.sealed_rounds.store import Package


async def decide_commit(desk: Desk, act: Act, command: CommitPackage) -> Line | Receipted:
    """Take a package in, or say why not."""
    read, last = act.read, desk.last.get(act.place)
    if isinstance(read, Sealed):
        same = await find_same(desk, act.bidder, read, last)
        if same is not None:
            return await repeat(desk, same, read)
    refusal = _refusal(desk, act, command, last)
    if refusal is not None or not isinstance(read, Sealed):
        assert refusal is not None
        digest = read.digest if isinstance(read, Sealed) else None
        return turn_away(desk.world, desk.held, act.bidder, command, refusal, digest)
    header = header_json(read.header)
    data = {
        "rev": read.header.binding.rev,
        "prev": read.header.binding.prev,
        "package": read.digest,
        "header": header,
        "received_at": instant_text(command.received_at),
    }
    new = Package(
        lot_id=command.lot_id,
        tag=act.bidder.tag,
        rev=read.header.binding.rev,
        round_id=desk.held.round_id,
        is_withdrawal=False,
        package=read.digest,
        prev=read.header.binding.prev,
        header=header,
        upload_id=read.upload_id,
        received_at=command.received_at,
        entry_hash="",
        receipt={},
    )
    taken = Taken(new, read.header, RECEIVED, read.price_ct)
    return line_of(desk.held, act.bidder, command, Kind.PACKAGE_RECEIVED, data, taken)


def _refusal(desk: Desk, act: Act, command: CommitPackage, last: Package | None) -> Refusal | None:
    read = act.read
    refusal = decide_moment(desk.held.timetable, command.received_at) or desk.bars[act.bidder.supplier_id]
    if refusal is not None or not isinstance(read, Sealed):
        return refusal or (read if isinstance(read, Refusal) else None)
    expected = Bound(desk.held.round_id, command.lot_id, act.bidder.tag, desk.held.policy_digest)
    binding = read.header.binding
    refusal = decide_binding(read.bound, expected) or decide_revision(
        None if last is None else last.revision, rev=binding.rev, prev=binding.prev
    )
    return refusal or _upload_refusal(desk, act, read)


def _upload_refusal(desk: Desk, act: Act, read: Sealed) -> Refusal | None:
    tech = read.header.envelope(EnvelopeKind.TECH)
    if tech is None or read.upload_id is None:
        return None
    found = desk.uploads.get(read.upload_id)
    is_own = found is not None and (found.lot_id, found.tag) == act.place
    if found is None or not is_own or not disk.is_complete(desk.world, read.upload_id):
        return Refusal(Code.UPLOAD_INCOMPLETE, {})
    is_same = found.sha256 == tech.ct_sha256 and found.size == tech.size
    return None if is_same else Refusal(Code.NOT_SEALED, {"why": "upload"})


def decide_withdrawn(desk: Desk, act: Act, command: WithdrawPackage) -> Line | Receipted:
    """Take the last package back: a tombstone, after which a new package may follow."""
    last = desk.last.get(act.place)
    if last is not None and last.is_withdrawal and last.rev == command.rev:
        return Receipted(last.receipt)
    refusal = decide_moment(desk.held.timetable, command.received_at)
    refusal = refusal or decide_withdrawal(None if last is None else last.revision, rev=command.rev)
    if refusal is not None or last is None:
        assert refusal is not None
        return turn_away(desk.world, desk.held, act.bidder, command, refusal, None if last is None else last.package)
    data = {
        "rev": command.rev,
        "prev": last.package,
        "package": last.package,
        "received_at": instant_text(command.received_at),
    }
    header = header_from_json(last.header)
    assert isinstance(header, Header), "a stored header was read when it came"
    new = Package(
        lot_id=command.lot_id,
        tag=act.bidder.tag,
        rev=command.rev,
        round_id=desk.held.round_id,
        is_withdrawal=True,
        package=last.package,
        prev=last.package,
        header=None,
        upload_id=None,
        received_at=command.received_at,
        entry_hash="",
        receipt={},
    )
    taken = Taken(new, header, WITHDRAWN, None)
    return line_of(desk.held, act.bidder, command, Kind.PACKAGE_WITHDRAWN, data, taken)
