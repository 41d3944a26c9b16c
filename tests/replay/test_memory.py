"""Memory stays flat however long the journal: ten times the entries, the same peak but for a few bytes a bid."""

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from app.audit.bundle import BundleWriter, Maker
from app.audit.verifying import verify
from app.domain.bundling import ChainScope, CheckpointLine, tender_file
from app.domain.checkpointing import FIRST_PREV, Head, Statement, root_of
from app.domain.entries import GENESIS, canonical_bytes, digest_of, from_milliseconds
from app.domain.kinds import Kind
from app.domain.reporting import Outcome
from app.infra.keys import make_keys
from app.journal.store import NewEntry, link_entries
from tests.replay.script import APPROVER, L1, PURCHASER, TENDER, T, document

# A bid keeps 12 bytes in the replay and 16 of the last two minutes, twice that while an array grows; 36,000 more are
# under 2 MB. Rows in memory would be a hundred times that.
ALLOWED_MORE = 2 << 20
FEW, MANY = 4_000, 40_000
SALT = bytes(32)
TAGS = [f"{number:032x}" for number in range(1, 9)]
Stored = tuple[bytes, str, bytes]
# Instant, kind, data, tag, actor.
Act = tuple[datetime, Kind, dict[str, Any], str | None, str | None]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-21T{text}+00:00")


def stored(chain: str, told: Iterator[Act]) -> Iterator[Stored]:
    """Entries of one chain, numbered, linked and hashed, as the journal holds them."""
    prev, lot = GENESIS, chain.removeprefix("lot:") if chain.startswith("lot:") else None
    for seq, (instant, kind, data, tag, actor) in enumerate(told, start=1):
        role = "supplier" if tag else "purchaser" if actor else "service"
        new = NewEntry(chain, kind, data, tender=TENDER, lot=lot, tag=tag, actor_role=role, actor_ref=actor)
        (made,) = link_entries([new], seq=seq - 1, head=prev, at=instant, release="0", salts=[SALT])
        prev = made.hash
        yield made.body, prev, SALT


def wide_document() -> dict[str, Any]:
    """Room for a hundred thousand steps of one cent."""
    frozen = document()
    frozen["lots"] = [
        {**lot, "ceiling_price": "99999999.00", "scale": 2, "start_price": None} for lot in frozen["lots"]
    ]
    frozen["rounds"][0]["rules"]["step"]["size"] = "0.01"
    return frozen


def tender_acts(frozen: dict[str, Any]) -> Iterator[Act]:
    agreed = {"proposal": "1" * 32, "kind": "tender.publish", "subject": TENDER, "change_hash": "2" * 64}
    yield at("06:00"), Kind.APPROVAL_PROPOSED, agreed, None, PURCHASER
    yield at("06:01"), Kind.APPROVAL_GRANTED, agreed, None, APPROVER
    yield at("06:01"), Kind.TENDER_PUBLISHED, {"document": frozen, "hash": digest_of(frozen)}, None, APPROVER
    for tag in TAGS:
        yield at("06:02"), Kind.INVITATION_ACCEPTED, {"version": 1}, tag, None


def bids(count: int) -> Iterator[Act]:
    yield at("07:00"), Kind.LOT_OPENED, {"opens_at": "2026-11-21T07:00:00Z"}, None, None
    start, last = 9_000_000_000, dict[str, str]()
    for n in range(1, count + 1):
        tag, cents = TAGS[n % len(TAGS)], start - n
        amount = f"{cents // 100}.{cents % 100:02d}"
        instant = from_milliseconds(1_795_244_400_000 + n)
        data = {"bid_id": f"{n:032x}", "amount": amount, "received_at": instant.isoformat(), "n": n}
        yield instant, Kind.BID_ACCEPTED, {**data, "own_before": last.get(tag)}, tag, None
        last[tag] = amount


def build(path: Path, count: int) -> Path:
    keys = make_keys()
    writer = BundleWriter(path, Maker(keys.public_key, keys.key_id, "0", keys.sign))
    heads = []
    frozen = wide_document()
    for chain, acts in ((T, tender_acts(frozen)), (L1, bids(count))):
        entries, written, told = stored(chain, acts), 0, GENESIS
        while page := list(islice(entries, 1000)):
            writer.add_entries(page)
            written, told = written + len(page), page[-1][1]
        heads.append(Head(chain, written, told))
    heads.sort(key=lambda head: head.chain)
    total = sum(head.seq for head in heads)
    statement = Statement(1, 1_795_250_000_000, "export", 2, total, root_of(heads), FIRST_PREV, keys.key_id)
    writer.add_checkpoints([CheckpointLine(statement, keys.sign(statement.message()), list(enumerate(heads)), [])])
    scopes = [ChainScope(head.chain, head.seq, head.hash, is_partial=False) for head in reversed(heads)]
    documents = {tender_file(TENDER): canonical_bytes(frozen)}
    writer.finish({"all": True}, scopes, documents, made_at=1_795_250_000_000)
    return path


def peak_of(act: Callable[[], object]) -> int:
    """The most memory that Python objects took while it ran, in bytes."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def check(path: Path, count: int) -> None:
    report = verify(path)
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert report.counts["bids"] == count


# Tracing makes every allocation slower by several times.
@pytest.mark.timeout(240)
def test_verifying_ten_times_the_journal_takes_no_more_memory(tmp_path: Path) -> None:
    small, large = build(tmp_path / "small.zip", FEW), build(tmp_path / "large.zip", MANY)
    before = peak_of(lambda: check(small, FEW))
    after = peak_of(lambda: check(large, MANY))
    assert after - before <= ALLOWED_MORE, (before, after)


@pytest.mark.timeout(240)
def test_writing_ten_times_the_journal_takes_no_more_memory(tmp_path: Path) -> None:
    before = peak_of(lambda: build(tmp_path / "small.zip", FEW))
    after = peak_of(lambda: build(tmp_path / "large.zip", MANY))
    assert after - before <= ALLOWED_MORE, (before, after)
