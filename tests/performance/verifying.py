"""Goal 11b whole: `bidroom verify` over a million entries with their signatures, and the memory it takes.

The journal is written without a database, by the functions that the service writes it with: one tender, fifty lots one
after the other in time, a signed checkpoint for every thousand entries. The verifier checks signatures, chains and
digests, and plays every bid again.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from app.audit.bundle import BundleWriter, Maker
from app.audit.verifying import verify
from app.domain.bundling import ChainScope, CheckpointLine, tender_file
from app.domain.checkpointing import FIRST_PREV, Head, HeadList, LeafTree, Statement
from app.domain.entries import GENESIS, canonical_bytes, digest_of, to_milliseconds
from app.domain.kinds import Kind
from app.domain.reporting import Outcome
from app.infra.keys import Keys, make_keys
from app.infra.world import Ids
from app.journal.store import NewEntry, link_entries
from tests.performance.chain import _hash_all
from tests.performance.rounds import Case, Goal, Results, paired, say

MILLION = 1_000_000
COUNTS = (100_000, 300_000, MILLION)
LOTS = 50
EVERY = 1_000
ALLOWED_MIB = 8.0
TENDER, ROUND = "a1" * 16, "c1" * 16
PURCHASER, APPROVER = "d1" * 16, "d2" * 16
TAGS = [f"{number:032x}" for number in range(1, 9)]
OPENS = datetime(2026, 11, 21, 7, tzinfo=UTC)
# A whole bundle's floor: as many ready bodies are hashed, from a few that fit the cache.
READY = 20_000
Stored = tuple[bytes, str, bytes]


def document() -> dict[str, Any]:
    """The published document: a lowest step of one cent, an hour and more."""
    rules = {
        "format": "open_descending", "opens_at": "2026-11-21T07:00:00.000Z", "duration_s": 7200, "lots": "parallel",
        "stagger_s": 0, "step": {"measure": "money", "size": "0.01", "rule": "at_least", "basis": "own_last"},
        "change_limit": None, "feedback": "rank_only", "ties": "earlier_first", "buyer_view": "aliases",
        "soft_close": None,
    }  # fmt: skip
    lot = {
        "scale": 2, "quantity": "1", "ceiling_price": "99999999.00", "start_price": None, "basis": "unit", "unit": "1",
        "title_zh": "", "title_en": "", "lines": [],
    }  # fmt: skip
    return {
        "v": 1, "id": TENDER, "terms_version": 1, "title_zh": "", "title_en": "", "currency": "CNY", "min_bidders": 3,
        "times": {"opens_at": rules["opens_at"], "response_due_at": "2026-11-21T06:50:00.000Z"},
        "lots": [{**lot, "id": lot_id(number), "number": number} for number in range(1, LOTS + 1)],
        "rounds": [{"id": ROUND, "number": 1, "kind": "live", "rules": rules}],
    }  # fmt: skip


def lot_id(number: int) -> str:
    return f"b{number:031x}"


def _news(chain: str, count: int, before: int, frozen: dict[str, Any]) -> Iterator[tuple[datetime, NewEntry]]:
    if chain.startswith("tender:"):
        yield from _tender_news(chain, frozen)
        return
    lot = chain.removeprefix("lot:")
    opened = {"opens_at": "2026-11-21T07:00:00.000Z"}
    yield OPENS, NewEntry(chain, Kind.LOT_OPENED, opened, tender=TENDER, round=ROUND, lot=lot)
    own: dict[str, str] = {}
    for n in range(1, count):
        tag, cents = TAGS[n % len(TAGS)], 9_000_000_000 - n
        at, amount = OPENS + timedelta(milliseconds=before + n), f"{cents // 100}.{cents % 100:02d}"
        received = at.isoformat(timespec="milliseconds")
        data = {"bid_id": f"{n:032x}", "amount": amount, "received_at": received, "n": n, "own_before": own.get(tag)}
        own[tag] = amount
        yield at, NewEntry(
            chain, Kind.BID_ACCEPTED, data, tender=TENDER, round=ROUND, lot=lot, tag=tag, actor_role="supplier",
            request_id=f"{n:032x}",
        )  # fmt: skip


def _tender_news(chain: str, frozen: dict[str, Any]) -> Iterator[tuple[datetime, NewEntry]]:
    agreed = {"proposal": "1" * 32, "kind": "tender.publish", "subject": TENDER, "change_hash": "2" * 64}
    published = {"document": frozen, "hash": digest_of(frozen)}
    at = OPENS - timedelta(hours=1)
    for kind, data, role, actor in (
        (Kind.APPROVAL_PROPOSED, agreed, "purchaser", PURCHASER),
        (Kind.APPROVAL_GRANTED, agreed, "approver", APPROVER),
        (Kind.TENDER_PUBLISHED, published, "approver", APPROVER),
    ):
        yield at, NewEntry(chain, kind, data, tender=TENDER, actor_role=role, actor_ref=actor)
    for tag in TAGS:
        joined = NewEntry(chain, Kind.INVITATION_ACCEPTED, {"version": 1}, tender=TENDER, tag=tag)
        yield at + timedelta(minutes=1), joined


class _Signer:
    """Signs a checkpoint over what stands, whenever it is asked."""

    def __init__(self, keys: Keys) -> None:
        self.lines: list[CheckpointLine] = []
        self._keys, self._folded, self._tree = keys, HeadList(), LeafTree()
        self._entries: dict[str, int] = {}

    def sign(self, head: Head, at_ms: int) -> None:
        """The next checkpoint, with one head that moved."""
        added, replaced = self._folded.fold([head])
        for place, one in added:
            self._tree.insert(place, one.leaf())
        for place, one in replaced:
            self._tree.replace(place, one.leaf())
        self._entries[head.chain] = head.seq
        last = self.lines[-1].statement if self.lines else None
        told = Statement(
            len(self.lines) + 1, at_ms, "minute", len(self._tree), sum(self._entries.values()),
            self._tree.root().hex(), FIRST_PREV if last is None else last.digest(), self._keys.key_id,
        )  # fmt: skip
        self.lines.append(CheckpointLine(told, self._keys.sign(told.message()), added, replaced))


def write_journal(path: Path, entries: int, *, every: int = EVERY) -> Path:
    """A bundle of about so many entries."""
    keys, ids, frozen = make_keys(), Ids(), document()
    writer = BundleWriter(path, Maker(keys.public_key, keys.key_id, "0", keys.sign))
    signer, scopes, before = _Signer(keys), list[ChainScope](), 0
    for chain in (f"tender:{TENDER}", *(f"lot:{lot_id(number)}" for number in range(1, LOTS + 1))):
        news, seq, head, at = _news(chain, entries // LOTS, before, frozen), 0, GENESIS, OPENS
        while page := list(islice(news, every)):
            made = []
            for at, new in page:
                (one,) = link_entries([new], seq=seq, head=head, at=at, release="0", salts=ids.salts(1))
                seq, head = one.seq, one.hash
                made.append((one.body, one.hash, one.salt))
            writer.add_entries(made)
            signer.sign(Head(chain, seq, head), to_milliseconds(at) if seq > len(TAGS) + 3 else to_milliseconds(OPENS))
        scopes.append(ChainScope(chain, seq, head, is_partial=False))
        before += entries // LOTS if chain.startswith("lot:") else 0
    writer.add_checkpoints(signer.lines)
    made_at = to_milliseconds(OPENS + timedelta(hours=3))
    writer.finish({"all": True}, scopes, {tender_file(TENDER): canonical_bytes(frozen)}, made_at=made_at)
    return path


def check(path: Path) -> int:
    """Verify a bundle; how many entries it holds."""
    report = verify(path)
    if report.outcome is not Outcome.CLEAN:
        raise AssertionError(report.sentence)
    return report.counts["entries"]


def peak_mib(path: Path) -> float:
    """Peak resident memory of a process of its own that verifies a bundle."""
    words = [sys.executable, "-m", "tests.performance.verifying", str(path)]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout)


def verifying(folder: Path, rounds: int, _seconds: float, counts: tuple[int, ...] = COUNTS) -> Results:
    """Entries a second of CPU over a whole bundle, against SHA-256 over ready bytes; and peak memory by size."""
    floor, whole = Case("SHA-256 over ready bytes", "entries/s"), Case("verify a whole bundle, replayed", "entries/s")
    memory, signed = Case("peak memory, verify " + " / ".join(f"{n:,}" for n in counts), "MiB"), counts[-1] // EVERY
    path = folder
    for count in counts:
        began = time.process_time()
        path = write_journal(folder / f"{count}.zip", count)
        say(f"  verify: {count:,} entries written in {time.process_time() - began:.0f} s of CPU")
        memory.values.append(peak_mib(path))
    ready = [body for body, _, _ in _sample()]
    for _ in range(rounds):
        began = time.process_time()
        _hash_all(ready)
        floor.values.append(READY / (time.process_time() - began))
        began = time.process_time()
        found = check(path)
        whole.values.append(found / (time.process_time() - began))
    text = f"verify {counts[-1]:,} entries, {signed:,} signatures, all rules replayed / SHA-256"
    more = f"peak MiB more at {counts[-1]:,} than at {counts[0]:,} entries"
    goals = [
        Goal("11b", text, paired(whole, floor), 0.25),
        Goal("11b", more, [memory.values[-1] - memory.values[0]], ALLOWED_MIB, at_least=False),
    ]
    return [floor, whole, memory], goals


def _sample() -> Iterator[Stored]:
    ids, head = Ids(), GENESIS
    news = _news(f"lot:{lot_id(1)}", READY + 1, 0, {})
    for seq, (at, new) in enumerate(islice(news, READY)):
        (one,) = link_entries([new], seq=seq, head=head, at=at, release="0", salts=ids.salts(1))
        head = one.hash
        yield one.body, one.hash, one.salt


if __name__ == "__main__":
    check(Path(sys.argv[1]))
    # Not getrusage: its peak begins with that of the process that started this one.
    told = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    print(int(told[1]) / 1024 if told else 0.0)
