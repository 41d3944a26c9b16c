"""A whole tender written by hand into a real journal: the numbers below were worked out on paper, not by the rules.

Lot 1: ceiling 300.00, step 1.00 from the own last bid, window two minutes, three extensions. Lot 2: whole units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.audit.bundle import BundleWriter, Maker
from app.audit.exporting import checkpoint_lines
from app.audit.planning import Plan
from app.audit.store import list_stored
from app.domain.bundling import ChainScope, tender_file
from app.domain.checkpointing import Reason
from app.domain.entries import Entry, canonical_bytes, digest_of, to_milliseconds
from app.domain.kinds import Kind
from app.infra.world import World
from app.journal import checkpoint_store
from app.journal.checkpoints import take_checkpoint
from app.journal.store import NewEntry, append
from tests.worlds import HandClock

TENDER = "a1" * 16
LOT_1 = "b1" * 16
LOT_2 = "b2" * 16
ROUND = "c1" * 16
SUPPLIER = "d1" * 16
PURCHASER = "e1" * 16
APPROVER = "e2" * 16
TAG_X, TAG_Y, TAG_Z = ("f1" * 16, "f2" * 16, "f3" * 16)
T, L1, L2, S = f"tender:{TENDER}", f"lot:{LOT_1}", f"lot:{LOT_2}", f"supplier:{SUPPLIER}"


def clock_time(text: str) -> str:
    """An instant of the script's day as it stands in entries."""
    return f"2026-11-21T{text}Z"


def document() -> dict[str, Any]:
    """The published document: opens 07:00:00, closes 07:10 and 07:11, hard stop half an hour later."""
    rules = {
        "format": "open_descending",
        "opens_at": clock_time("07:00:00.000"),
        "duration_s": 600,
        "lots": "staggered",
        "stagger_s": 60,
        "step": {"measure": "money", "size": "1", "rule": "at_least", "basis": "own_last"},
        "change_limit": None,
        "feedback": "rank_only",
        "ties": "earlier_first",
        "buyer_view": "aliases",
        "soft_close": {
            "window_s": 120,
            "hard_stop_after_s": 1800,
            "max_extensions": 3,
            "trigger": "any_accepted",
            "mode": "reset",
            "added_s": None,
            "top": None,
        },
    }
    lots = [
        {"id": LOT_1, "number": 1, "scale": 2, "quantity": "10", "ceiling_price": "300.00", "start_price": None},
        {"id": LOT_2, "number": 2, "scale": 0, "quantity": "1", "ceiling_price": "9000", "start_price": "8000"},
    ]
    times = {"opens_at": rules["opens_at"], "response_due_at": clock_time("06:50:00.000")}
    return {
        "v": 1,
        "id": TENDER,
        "terms_version": 1,
        "title_zh": "空调压缩机\n=2+3",
        "title_en": "Compressors",
        "currency": "CNY",
        "min_bidders": 3,
        "times": times,
        "lots": [{**lot, "basis": "unit", "unit": "台", "title_zh": "", "title_en": "", "lines": []} for lot in lots],
        "rounds": [{"id": ROUND, "number": 1, "kind": "live", "rules": rules}],
    }


RANKING_1 = [
    {"label": "R-02", "rank": 1, "amount": "288.00", "n": 5, "tied": True},
    {"label": "R-03", "rank": 2, "amount": "288.00", "n": 6, "tied": True},
    {"label": "R-01", "rank": 3, "amount": "290.00", "n": 2, "tied": False},
]
RANKING_2 = [{"label": "R-07", "rank": 1, "amount": "7900", "n": 1, "tied": False}]


@dataclass
class Script:
    """Writes entries at hand-wound instants."""

    world: World
    clock: HandClock
    written: list[Entry] = field(default_factory=list)

    async def say(
        self,
        at: str,
        chain: str,
        kind: Kind,
        data: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        tag: str | None = None,
        sealed: bytes | None = None,
    ) -> Entry:
        """One entry at an instant of the day."""
        self.clock.at = datetime.fromisoformat(clock_time(at))
        role = {PURCHASER: "purchaser", APPROVER: "approver"}.get(by or "", "supplier" if tag else "service")
        lot = chain.removeprefix("lot:") if chain.startswith("lot:") else None
        new = NewEntry(
            chain,
            kind,
            data or {},
            tender=None if chain in (S, "system") else TENDER,
            lot=lot,
            tag=tag,
            actor_role=role,
            actor_ref=by,
            request_id=self.world.ids.new() if by else None,
            sealed=sealed,
        )
        async with self.world.db.transaction() as tx:
            entry = await append(self.world, tx, new)
        self.written.append(entry)
        return entry

    async def agree(self, at: str, chain: str, kind: str, number: str) -> dict[str, str]:
        """The purchaser proposes and the approver grants in the same minute."""
        data = {"proposal": number * 16, "kind": kind, "subject": TENDER, "change_hash": number * 32}
        await self.say(f"{at}:10.000", chain, Kind.APPROVAL_PROPOSED, data, by=PURCHASER)
        await self.say(f"{at}:20.000", chain, Kind.APPROVAL_GRANTED, {**data, "reason": ""}, by=APPROVER)
        return data

    async def bid(self, at: str, chain: str, tag: str, amount: str, n: int, before: str | None) -> Entry:
        """An accepted bid, received a little before it was written."""
        data = {
            "bid_id": f"{n:032x}",
            "amount": amount,
            "received_at": clock_time(at[:-3] + "000"),
            "n": n,
            "own_before": before,
        }
        return await self.say(at, chain, Kind.BID_ACCEPTED, data, tag=tag)

    async def refuse(self, at: str, chain: str, tag: str, sent: str, code: str) -> Entry:
        """A refused bid."""
        data: dict[str, Any] = {
            "bid_id": None,
            "sent": sent,
            "code": code,
            "detail": {},
            "received_at": clock_time(at[:-3] + "000"),
        }
        return await self.say(at, chain, Kind.BID_REFUSED, data, tag=tag)

    async def checkpoint(self, at: str, reason: Reason = Reason.MINUTE) -> None:
        """A checkpoint at an instant of the day."""
        self.clock.at = datetime.fromisoformat(clock_time(at))
        taken = await take_checkpoint(self.world, reason)
        assert isinstance(taken, checkpoint_store.Checkpoint), taken


async def play(script: Script) -> None:
    """The whole story, from the certification to the names."""
    await before_the_round(script)
    await lot_one(script)
    await lot_two(script)
    await after_the_round(script)


async def before_the_round(script: Script) -> None:
    """Certification, draft, publication, answers."""
    say = script.say
    await say("05:59:00.000", "system", Kind.SYSTEM_STARTED, {"version": "0.1.0"})
    await say("06:00:00.000", S, Kind.SUPPLIER_REGISTERED, {"name_zh": "溪桥冷机", "name_en": "Xiqiao \u202ecold"})
    await say("06:00:01.000", S, Kind.CERTIFICATION_PROPOSED, {"grade": "A"}, by=PURCHASER)
    await script.agree("06:01", S, "certification.certify", "11")
    await say("06:01:20.000", S, Kind.CERTIFICATION_APPROVED, {"grade": "A"}, by=APPROVER)
    await say("06:02:00.000", T, Kind.TENDER_CREATED, {"template": "quick"}, by=PURCHASER)
    await script.checkpoint("06:02:30.000")
    await script.agree("06:03", T, "tender.publish", "12")
    frozen = document()
    await say("06:03:20.000", T, Kind.TENDER_PUBLISHED, {"document": frozen, "hash": digest_of(frozen)}, by=APPROVER)
    baseline = {"lots": [{"id": LOT_1, "baseline_price": "310.00", "source": "last contract", "on": "2026-01-01"}]}
    await say("06:03:20.001", T, Kind.BASELINE_RECORDED, baseline, by=APPROVER)
    await script.checkpoint("06:03:21.000", Reason.PUBLISHED)
    for second, tag in enumerate((TAG_X, TAG_Y, TAG_Z)):
        at = f"06:10:0{second}.000"
        await say(at, T, Kind.INVITATION_ACCEPTED, {"version": 1}, tag=tag, sealed=b"who it was")
    await say("06:50:00.000", T, Kind.RESPONSE_CLOSED, {"too_few": False})


async def lot_one(script: Script) -> None:
    """Six bids, four refusals, a pause, two extensions, a void."""
    opens, closes, hard = (clock_time(f"07:{minute}:00.000") for minute in ("00", "10", "40"))
    say, bid, refuse = script.say, script.bid, script.refuse
    await refuse("06:59:59.050", L1, TAG_X, "290.00", "LOT_NOT_OPEN")
    await say("07:00:00.004", L1, Kind.LOT_OPENED, {"opens_at": opens, "closes_at": closes, "hard_stop_at": hard})
    await refuse("07:00:30.010", L1, TAG_X, "300.01", "ABOVE_CEILING")
    await bid("07:01:00.010", L1, TAG_X, "291.00", 1, None)
    await refuse("07:01:10.010", L1, TAG_X, "290.01", "STEP_TOO_SMALL")
    await bid("07:02:00.010", L1, TAG_X, "290.00", 2, "291.00")
    await script.checkpoint("07:02:30.000")
    await bid("07:03:00.010", L1, TAG_Y, "289.00", 3, None)
    # A slip of the finger, voided later: 28.00 instead of 289.00.
    await bid("07:04:00.010", L1, TAG_Z, "28.00", 4, None)
    agreed = await script.agree("07:05", T, "bid.void", "13")
    await say("07:05:20.000", L1, Kind.BID_VOIDED, {"n": 4, "proposal": agreed["proposal"]}, by=APPROVER)
    # Nine minutes in, one minute is left: the bid moves the close to two minutes after it was received.
    await bid("07:09:00.010", L1, TAG_Y, "288.00", 5, "289.00")
    moved = {"by_bid": 5, "from": closes, "to": clock_time("07:11:00.000"), "n": 1}
    await say("07:09:00.010", L1, Kind.LOT_EXTENDED, moved)
    pause = {"reason_code": "technical", "reason": "fire drill", "paused_at": clock_time("07:10:00.000")}
    await say("07:10:00.002", L1, Kind.LOT_PAUSED, {**pause, "left_ms": 60_000}, by=PURCHASER)
    await refuse("07:10:30.010", L1, TAG_X, "287.00", "LOT_PAUSED")
    await say("07:12:00.000", L1, Kind.LOT_RESUME_SET, {"resume_at": clock_time("07:15:00.000")}, by=PURCHASER)
    # A minute was left, the window is two: resumed with two; the hard stop moves by the same six minutes.
    resumed = {"resume_at": clock_time("07:15:00.000"), "closes_at": clock_time("07:17:00.000")}
    await say("07:15:00.003", L1, Kind.LOT_RESUMED, {**resumed, "hard_stop_at": clock_time("07:46:00.000")})
    await bid("07:16:59.999", L1, TAG_Z, "288.00", 6, None)
    moved = {"by_bid": 6, "from": clock_time("07:17:00.000"), "to": clock_time("07:18:59.000"), "n": 2}
    await say("07:16:59.999", L1, Kind.LOT_EXTENDED, moved)
    await say("07:19:00.510", L1, Kind.LOT_CLOSED, {"closes_at": clock_time("07:18:59.000"), "bids": 6})
    await refuse("07:19:01.010", L1, TAG_X, "280.00", "LOT_CLOSED")


async def lot_two(script: Script) -> None:
    """One bid, a form that is no amount, a hand's extension."""
    opens, closes, hard = clock_time("07:00:00.000"), clock_time("07:11:00.000"), clock_time("07:41:00.000")
    # Its chain is another one: its clock starts again at seven.
    times = {"opens_at": opens, "closes_at": closes, "hard_stop_at": hard}
    await script.say("07:00:00.004", L2, Kind.LOT_OPENED, times)
    await script.refuse("07:00:10.010", L2, TAG_X, "8001", "ABOVE_START")
    await script.refuse("07:00:20.010", L2, TAG_X, "7900.5", "PRECISION")
    await script.bid("07:01:00.010", L2, TAG_X, "7900", 1, None)
    later = {"from": closes, "to": clock_time("07:20:00.000"), "reason": "asked by all", "hard_stop_at": hard}
    await script.say("07:05:00.000", L2, Kind.LOT_EXTENDED_BY_HAND, later, by=PURCHASER)
    await script.say("07:20:01.510", L2, Kind.LOT_CLOSED, {"closes_at": clock_time("07:20:00.000"), "bids": 1})
    await script.checkpoint("07:20:02.000", Reason.CLOSED)


async def after_the_round(script: Script) -> None:
    """Ranking, decision by alias, names."""
    say = script.say
    await say("07:20:02.000", T, Kind.ROUND_CLOSED, {"round": ROUND})
    digests = []
    for lot, rows in ((LOT_1, RANKING_1), (LOT_2, RANKING_2)):
        digest = digest_of({"lot": lot, "rows": rows})
        digests.append({"lot": lot, "digest": digest})
        await say("07:21:00.000", T, Kind.RANKING_MADE, {"lot": lot, "rows": rows, "digest": digest}, sealed=b"labels")
    choices = [
        {"lot": LOT_1, "label": "R-02", "reason": "lowest"},
        {"lot": LOT_2, "label": None, "reason": "only one bid"},
    ]
    digest = digest_of({"rankings": digests, "choices": choices})
    decision = {"decision": "14" * 16, "choices": choices, "reserves": [], "rankings": digests, "digest": digest}
    await say("07:30:00.000", T, Kind.DECISION_PROPOSED, decision, by=PURCHASER)
    agreed = await script.agree("07:31", T, "decision.award", "15")
    approved = {"decision": "14" * 16, "digest": digest, "proposal": agreed["proposal"]}
    await say("07:31:20.000", T, Kind.DECISION_APPROVED, approved, by=APPROVER)
    await script.checkpoint("07:31:21.000", Reason.DECIDED)
    await script.agree("07:32", T, "identity.unseal", "16")
    named = {"lot": LOT_1, "label": "R-02", "tag": TAG_Y, "supplier": SUPPLIER, "scope": "preferred", "digest": digest}
    await say("07:32:20.000", T, Kind.IDENTITY_UNSEALED, {**named, "decision": "14" * 16}, by=APPROVER)
    awards = [{"lot": LOT_1, "supplier": SUPPLIER, "amount": "288.00"}]
    await say("07:32:20.001", T, Kind.TENDER_AWARDED, {"digest": digest, "awards": awards}, by=APPROVER)
    await script.checkpoint("07:32:21.000", Reason.UNSEALED)


async def write_bundle(
    world: World, path: Path, *, cut: Mapping[str, int] | None = None, chains: Sequence[str] = ("system", S, T, L1, L2)
) -> Path:
    """The bundle of these chains of the journal; ``cut`` ends some early, as for a lot that runs."""
    async with world.db.snapshot() as tx:
        heads = await checkpoint_store.list_heads(tx)
        order = list(chains)
        scopes = []
        for head in sorted((head for head in heads if head.chain in order), key=lambda head: order.index(head.chain)):
            upto = (cut or {}).get(head.chain, head.seq)
            ((_, told, _),) = await list_stored(tx, chain=head.chain, after=upto - 1, upto=upto, limit=1)
            scopes.append(ChainScope(head.chain, upto, told, is_partial=upto < head.seq))
        last = await checkpoint_store.find_last(tx)
        assert last is not None
        documents = {tender_file(TENDER): canonical_bytes(document())} if T in order else {}
        plan = Plan(scopes, documents, last.n, 0)
        writer = BundleWriter(path, Maker(world.keys.public_key, world.keys.key_id, "0.1.0", world.keys.sign))
        for scope in scopes:
            writer.add_entries(await list_stored(tx, chain=scope.chain, after=0, upto=scope.seq, limit=10**6))
        async for lines in checkpoint_lines(tx, plan):
            writer.add_checkpoints(lines)
    writer.finish({"all": True}, scopes, plan.documents, made_at=to_milliseconds(world.clock.now()))
    return path
