"""A large tender written by hand into a real journal: sealed round, blind marks, live round from the opened prices.

Worked out on paper. One lot, ceiling 300.00, six bidders: X replaces its package, W takes its own back, U's does not
open, Z fails the technical stage, V's price is above the ceiling; X and Y play on.
"""

import hashlib
from dataclasses import dataclass, field
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
from app.domain.marking import alias_digest, scores_digest
from app.domain.reopening import alias_file, opening_file, package_file
from app.domain.sealing.body import PriceOffer, pack_price, pack_technical
from app.domain.sealing.header import Binding, EnvelopeKind, Header, header_json, package_digest
from app.domain.sealing.package import Opened, body_sha256, repeat_opening, seal_envelope
from app.domain.sealing.policy import KeyPolicy, policy_digest, policy_json
from app.domain.sealing.record import Result, record_core, record_digest, record_message
from app.domain.sealing.rules import rules_digest
from app.domain.sealing.suite import KeyPair, derive_key_pair
from app.journal import checkpoint_store
from tests.replay.script import APPROVER, L1, LOT_1, PURCHASER, ROUND, SUPPLIER, TENDER, S, Script, T, clock_time

SEALED = "c2" * 16
LOCK: KeyPair = derive_key_pair(b"server lock of the sealed script")
TAGS = {name: f"{number:x}a" * 16 for number, name in enumerate("UVWXYZ", start=9)}
ALIASES = {"T1": "Z", "T2": "X", "T3": "Y", "T4": "V"}
PRICES = {"U": "250.00", "V": "301.00", "W": "260.00", "X": "280.00", "Y": "285.00", "Z": "200.00"}
PRICE_BUCKET, TECH_BUCKET = 4096, 256 * 1024
# (offer, criterion) → marks of seats E1 and E2.
MARKS = {
    ("T1", "a"): (2, 2), ("T1", "b"): (3, 3),
    ("T2", "a"): (4, 4), ("T2", "b"): (3, 4),
    ("T3", "a"): (3, 4), ("T3", "b"): (5, 5),
    ("T4", "a"): (4, 3), ("T4", "b"): (3, 3),
}  # fmt: skip


def _score(offer: str, a: str, b: str, points: str, *, passes: bool) -> dict[str, Any]:
    criteria = [{"criterion": "a", "value": a}, {"criterion": "b", "value": b}]
    return {"offer": offer, "criteria": criteria, "points": points, "passes": passes}


# 60 · value/5 + 40 · value/5; T3's b was agreed down from 5.0 to 4.5; the threshold is 60.
SCORES = [
    {
        "lot": LOT_1,
        "offers": [
            _score("T1", "2.0", "3.0", "48.00", passes=False),
            _score("T2", "4.0", "3.5", "76.00", passes=True),
            _score("T3", "3.5", "4.5", "78.00", passes=True),
            _score("T4", "3.5", "3.0", "66.00", passes=True),
        ],
    }
]
# Price points 100 · 275 / amount; totals (40 · technical + 60 · price) / 100.
RANKING = [
    {"label": "R-05", "rank": 1, "amount": "275.00", "n": 3, "tied": False,
     "technical_points": "78.00", "price_points": "100.00", "total": "91.20"},
    {"label": "R-02", "rank": 2, "amount": "279.00", "n": 4, "tied": False,
     "technical_points": "76.00", "price_points": "98.57", "total": "89.54"},
]  # fmt: skip


def document() -> dict[str, Any]:
    """The published document: sealed 06:50 to 07:00, live from 07:30, but a quarter of an hour after the prices."""
    live = {
        "format": "open_descending",
        "opens_at": clock_time("07:30:00.000"),
        "duration_s": 600,
        "lots": "parallel",
        "stagger_s": 0,
        "step": {"measure": "money", "size": "1", "rule": "at_least", "basis": "own_last"},
        "change_limit": None,
        "feedback": "rank_only",
        "ties": "earlier_first",
        "buyer_view": "aliases",
        "soft_close": None,
        "starts_from": "sealed",
        "lead_s": 900,
    }
    sealed = {
        "opens_at": clock_time("06:50:00.000"),
        "closes_at": clock_time("07:00:00.000"),
        "custody": "server",
        "extension_s": 600,
        "has_technical": True,
        "price_bucket": PRICE_BUCKET,
        "tech_bucket": TECH_BUCKET,
    }
    lot = {"id": LOT_1, "number": 1, "scale": 2, "quantity": "10", "ceiling_price": "300.00", "start_price": None}
    return {
        "v": 1,
        "id": TENDER,
        "terms_version": 1,
        "title_zh": "压缩机",
        "title_en": "Compressors",
        "currency": "CNY",
        "tax_basis": "excluded",
        "min_bidders": 3,
        "times": {"opens_at": sealed["opens_at"], "response_due_at": clock_time("06:40:00.000")},
        "lots": [{**lot, "basis": "unit", "unit": "台", "title_zh": "", "title_en": "", "lines": []}],
        "rounds": [
            {"id": SEALED, "number": 1, "kind": "sealed", "rules": sealed},
            {"id": ROUND, "number": 2, "kind": "live", "rules": live},
        ],
        "evaluation": {
            "technical": {
                "weight": "40",
                "threshold": "60",
                "aggregation": "mean",
                "criteria": [_criterion("a", 1, "60"), _criterion("b", 2, "40")],
            },
            "price": {"weight": "60", "formula": {"code": "lowest_ratio", "params": {}}},
            "shortlist": {"count": 1},
            "freeze_technical": False,
        },
    }


def _criterion(name: str, number: int, weight: str) -> dict[str, Any]:
    return {
        "id": name, "number": number, "title_zh": name, "title_en": name, "weight": weight, "threshold": None,
        "answer": "text", "unit": "", "choices": [], "prompt_zh": "", "prompt_en": "",
        "levels": [{"zh": str(level), "en": str(level)} for level in range(6)],
    }  # fmt: skip


@dataclass
class Sealed:
    """One package as its bidder made it."""

    header: Header
    secrets: dict[EnvelopeKind, bytes]
    texts: dict[EnvelopeKind, bytes]

    @property
    def digest(self) -> str:
        """Its name."""
        return package_digest(self.header)


@dataclass
class LargeTender:
    """The script with what it made on the way."""

    script: Script
    packages: dict[str, list[Sealed]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    policy: KeyPolicy | None = None

    def seal(self, name: str, amount: str) -> Sealed:
        """The bidder's next package."""
        assert self.policy is not None
        before = self.packages.get(name, [])
        prev = before[-1].digest if before else ""
        bound = Binding(SEALED, LOT_1, TAGS[name], len(before) + 1, policy_digest(self.policy), prev)
        bodies = {
            EnvelopeKind.TECH: (pack_technical([("a", "", f"answer of {name}"), ("b", "", "yes")]), TECH_BUCKET),
            EnvelopeKind.PRICE: (pack_price(PriceOffer(LOT_1, "CNY", amount, 2)), PRICE_BUCKET),
        }
        envelopes, secrets, texts = [], {}, {}
        for kind, (body, bucket) in bodies.items():
            secrets[kind] = hashlib.sha256(f"{name}{len(before)}{kind}".encode()).digest()
            # U's technical envelope is locked for somebody else.
            lock = derive_key_pair(b"?" * 32) if name == "U" and kind is EnvelopeKind.TECH else LOCK
            envelope, texts[kind] = seal_envelope(lock.public, bound, kind, body, bucket, secrets[kind])
            envelopes.append(envelope)
        made = Sealed(Header(bound, tuple(envelopes)), secrets, texts)
        self.packages.setdefault(name, []).append(made)
        return made

    async def receive(self, at: str, name: str, amount: str) -> None:
        """A package comes in."""
        made = self.seal(name, amount)
        bound = made.header.binding
        data = {"rev": bound.rev, "prev": bound.prev, "package": made.digest, "header": header_json(made.header)}
        received = {**data, "received_at": clock_time(at)}
        entry = await self.script.say(at, L1, Kind.PACKAGE_RECEIVED, received, tag=TAGS[name])
        self.entries[made.digest] = entry

    async def open(self, at: str, kind: EnvelopeKind, results: dict[str, str]) -> None:
        """The service opens what lies in the box."""
        rows = [self._result(name, kind, said) for name, said in results.items()]
        keys = self.script.world.keys
        core = record_core(
            round_id=SEALED,
            lot=LOT_1,
            envelope=kind.value,
            opened_at=clock_time(at),
            custody="server",
            results=rows,
            key_id=keys.key_id,
        )
        record = {**core, "sig": keys.sign(record_message(core)).hex()}
        self.files[opening_file(LOT_1, kind)] = canonical_bytes(record)
        told = {"round": SEALED, "lot": LOT_1, "envelope": kind.value, "count": len(rows)}
        await self.script.say(at, T, Kind.ENVELOPES_OPENED, {**told, "digest": record_digest(record)})

    def _result(self, name: str, kind: EnvelopeKind, said: str) -> Result:
        made = self.packages[name][-1]
        envelope = made.header.envelope(kind)
        assert envelope is not None
        row = Result(made.digest, TAGS[name], made.header.binding.rev, said, envelope.ct_sha256)
        if said in ("returned_unopened", "bidder_malformed"):
            return row
        self.files[package_file(envelope.ct_sha256)] = made.texts[kind]
        opened = repeat_opening(LOCK.public, made.header.binding, envelope, made.texts[kind], made.secrets[kind])
        assert isinstance(opened, Opened)
        amount = opened.offer.amount if isinstance(opened.offer, PriceOffer) else None
        return Result(
            row.package, row.tag, row.rev, said, row.ct_sha256,
            secret=made.secrets[kind].hex(), body_sha256=body_sha256(opened.body), amount=amount,
        )  # fmt: skip


async def play_large(script: Script) -> LargeTender:
    """The whole story."""
    story = LargeTender(script)
    await _publish(story)
    await _sealed_round(story)
    await _evaluation(story)
    await _live_round(story)
    await _decision(story)
    return story


async def _publish(story: LargeTender) -> None:
    say = story.script.say
    await say("05:59:00.000", "system", Kind.SYSTEM_STARTED, {"version": "0.1.0"})
    await say("06:02:00.000", T, Kind.TENDER_CREATED, {"template": "large"}, by=PURCHASER)
    await story.script.agree("06:03", T, "tender.publish", "12")
    frozen = document()
    await say("06:03:20.000", T, Kind.TENDER_PUBLISHED, {"document": frozen, "hash": digest_of(frozen)}, by=APPROVER)
    await story.script.checkpoint("06:03:21.000", Reason.PUBLISHED)
    story.policy = KeyPolicy(
        round=SEALED,
        lots=(LOT_1,),
        server_lock=LOCK.public.hex(),
        journal_key=story.script.world.keys.public_key.hex(),
        rules_digest=rules_digest(frozen, SEALED),
    )
    told = {"round": SEALED, "policy": policy_json(story.policy), "digest": policy_digest(story.policy)}
    await say("06:03:22.000", T, Kind.POLICY_FIXED, told)
    for second, tag in enumerate(TAGS.values()):
        await say(f"06:10:0{second}.000", T, Kind.INVITATION_ACCEPTED, {"version": 1}, tag=tag, sealed=b"who it was")
    await say("06:40:00.000", T, Kind.RESPONSE_CLOSED, {"too_few": False})


async def _sealed_round(story: LargeTender) -> None:
    script = story.script
    opens, closes = clock_time("06:50:00.000"), clock_time("07:00:00.000")
    times = {"round": SEALED, "opens_at": opens, "closes_at": closes}
    await script.say("06:50:00.003", T, Kind.ROUND_OPENED, times)
    await story.receive("06:51:00.000", "X", "290.00")
    await story.receive("06:52:00.000", "W", PRICES["W"])
    await script.checkpoint("06:52:30.000")
    for minute, name in enumerate("UVXYZ", start=53):
        await story.receive(f"06:{minute}:00.000", name, PRICES[name])
    gone = story.packages["W"][0].digest
    withdrawn = {"rev": 2, "prev": gone, "package": gone, "received_at": clock_time("06:59:59.999")}
    await script.say("06:59:59.999", L1, Kind.PACKAGE_WITHDRAWN, withdrawn, tag=TAGS["W"])
    late = {"code": "LATE", "package": "e" * 64, "received_at": closes}
    await script.say("07:00:00.001", L1, Kind.PACKAGE_REFUSED, late, tag=TAGS["W"])
    manifest = sorted(story.packages[name][-1].digest for name in "UVXYZ")
    closed = {"round": SEALED, "kind": "sealed", "closes_at": closes, "manifest": manifest}
    await script.say("07:00:00.500", T, Kind.ROUND_CLOSED, closed)
    await script.checkpoint("07:00:01.000", Reason.CLOSED)
    tech = dict.fromkeys("VXYZ", "opened") | {"U": "bidder_malformed"}
    await story.open("07:00:02.000", EnvelopeKind.TECH, tech)


async def _evaluation(story: LargeTender) -> None:
    script, say = story.script, story.script.say
    tags = {alias: TAGS[name] for alias, name in ALIASES.items()}
    drawn = {"round": SEALED, "lot": LOT_1, "set": "T", "digest": alias_digest("5a" * 32, tags)}
    story.files[alias_file(LOT_1)] = canonical_bytes({"salt": "5a" * 32, "map": tags})
    await say("07:00:02.001", T, Kind.ALIASES_DRAWN, drawn, sealed=b"the map")
    for seat, at in ((0, "07:10:00.000"), (1, "07:11:00.000")):
        marks = [
            {"lot": LOT_1, "offer": offer, "criterion": criterion, "mark": both[seat], "comment": "seen"}
            for (offer, criterion), both in MARKS.items()
        ]
        await say(at, T, Kind.MARKS_SUBMITTED, {"seat": f"E{seat + 1}", "marks": marks})
    agreed = {"lot": LOT_1, "offer": "T3", "criterion": "b", "from": "5.0", "to": "4.5", "reason": "no field data"}
    await say("07:15:00.000", T, Kind.CONSENSUS_CHANGED, agreed)
    await say("07:20:00.000", T, Kind.SCORES_LOCKED, {"lots": SCORES, "digest": scores_digest(SCORES)})
    await script.checkpoint("07:20:01.000", Reason.LOCKED)
    released = {"round": SEALED, "lots": [{"lot": LOT_1, "passing": 3, "failing": 1}], "lock": scores_digest(SCORES)}
    await say("07:20:02.000", T, Kind.PRICES_RELEASED, released)
    price = {"V": "refused:ABOVE_CEILING", "X": "opened", "Y": "opened"}
    price |= dict.fromkeys("UZ", "returned_unopened")
    await story.open("07:20:05.000", EnvelopeKind.PRICE, price)
    await script.checkpoint("07:20:06.000", Reason.OPENED)


async def _live_round(story: LargeTender) -> None:
    say, bid = story.script.say, story.script.bid
    # A quarter of an hour after the prices were opened.
    opens, closes = clock_time("07:35:05.000"), clock_time("07:45:05.000")
    await say("07:35:05.002", L1, Kind.LOT_OPENED, {"opens_at": opens, "closes_at": closes, "hard_stop_at": closes})
    for n, name in enumerate("YX", start=1):
        seed = {"n": n, "amount": PRICES[name], "package": story.packages[name][-1].digest}
        await say("07:35:05.002", L1, Kind.BID_SEEDED, seed, tag=TAGS[name])
    await bid("07:36:00.010", L1, TAGS["Y"], "275.00", 3, "285.00")
    await bid("07:37:00.010", L1, TAGS["X"], "279.00", 4, "280.00")
    await say("07:45:06.510", L1, Kind.LOT_CLOSED, {"closes_at": closes, "bids": 4})
    await story.script.checkpoint("07:45:07.000", Reason.CLOSED)


async def _decision(story: LargeTender) -> None:
    script, say = story.script, story.script.say
    await say("07:45:07.000", T, Kind.ROUND_CLOSED, {"round": ROUND})
    digest = digest_of({"lot": LOT_1, "rows": RANKING})
    await say("07:46:00.000", T, Kind.RANKING_MADE, {"lot": LOT_1, "rows": RANKING, "digest": digest}, sealed=b"labels")
    cut = {"lot": LOT_1, "count": 1, "labels": ["R-05"], "cut_off_ties": False}
    await say("07:46:00.001", T, Kind.SHORTLIST_MADE, {**cut, "digest": digest_of({**cut, "ranking": digest})})
    rankings, choices = [{"lot": LOT_1, "digest": digest}], [{"lot": LOT_1, "label": "R-05", "reason": "best"}]
    whole = digest_of({"rankings": rankings, "choices": choices})
    decision = {"decision": "14" * 16, "choices": choices, "reserves": [], "rankings": rankings, "digest": whole}
    await say("07:50:00.000", T, Kind.DECISION_PROPOSED, decision, by=PURCHASER)
    agreed = await script.agree("07:51", T, "decision.award", "15")
    approved = {"decision": "14" * 16, "digest": whole, "proposal": agreed["proposal"]}
    await say("07:51:20.000", T, Kind.DECISION_APPROVED, approved, by=APPROVER)
    await script.agree("07:52", T, "identity.unseal", "16")
    named = {"lot": LOT_1, "label": "R-05", "tag": TAGS["Y"], "supplier": SUPPLIER, "scope": "preferred"}
    unsealed = {**named, "digest": whole, "decision": "14" * 16}
    await say("07:52:20.000", T, Kind.IDENTITY_UNSEALED, unsealed, by=APPROVER)
    awards = [{"lot": LOT_1, "supplier": SUPPLIER, "amount": "275.00"}]
    await say("07:52:20.001", T, Kind.TENDER_AWARDED, {"digest": whole, "awards": awards}, by=APPROVER)
    await script.checkpoint("07:52:21.000", Reason.UNSEALED)


async def write_large_bundle(story: LargeTender, path: Path) -> Path:
    """The bundle of everything in the journal."""
    world = story.script.world
    async with world.db.snapshot() as tx:
        heads = {head.chain: head for head in await checkpoint_store.list_heads(tx)}
        order = [chain for chain in ("system", S, T, L1) if chain in heads]
        scopes = [ChainScope(chain, heads[chain].seq, heads[chain].hash, is_partial=False) for chain in order]
        last = await checkpoint_store.find_last(tx)
        assert last is not None
        plan = Plan(scopes, {tender_file(TENDER): canonical_bytes(document())}, last.n, 0)
        writer = BundleWriter(path, Maker(world.keys.public_key, world.keys.key_id, "0.1.0", world.keys.sign))
        for scope in scopes:
            writer.add_entries(await list_stored(tx, chain=scope.chain, after=0, upto=scope.seq, limit=10**6))
        async for lines in checkpoint_lines(tx, plan):
            writer.add_checkpoints(lines)
    for name, content in story.files.items():
        writer.add_file(name, content)
    writer.finish({"all": True}, scopes, plan.documents, made_at=to_milliseconds(world.clock.now()))
    return path
