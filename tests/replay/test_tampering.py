"""Whatever is done to a bundle is found, and the first bad entry is named (attacks.md G03, G04, G09, G11)."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from app.audit.verifying import verify
from app.domain import bundling
from app.domain.awarding import ranking_digest
from app.domain.chaining import Why
from app.domain.entries import canonical_bytes, digest_of
from app.domain.reporting import Finding, Outcome, Report
from tests.replay.conftest import Story
from tests.replay.script import L1, TENDER, T
from tests.replay.tampering import (
    Line,
    change,
    read_files,
    read_lines,
    rechain,
    remake_manifest,
    resign_all,
    write_files,
)

Edit = Callable[[list[Line]], None]


def place_of(lines: list[Line], chain: str, seq: int) -> int:
    return next(at for at, line in enumerate(lines) if (line.body["chain"], line.body["seq"]) == (chain, seq))


def find(lines: list[Line], chain: str, kind: str) -> Line:
    return next(line for line in lines if line.body["chain"] == chain and line.body["kind"] == kind)


def first_bad(report: Report) -> Finding:
    assert report.outcome is Outcome.TAMPERED, report.sentence
    return report.findings[0]


def check(story: Story, path: Path) -> Finding:
    return first_bad(verify(path, story.fingerprint))


def drop(lines: list[Line]) -> None:
    del lines[place_of(lines, L1, 5)]


def swap(lines: list[Line]) -> None:
    at = place_of(lines, L1, 5)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]


def insert_twice(lines: list[Line]) -> None:
    at = place_of(lines, L1, 5)
    lines.insert(at, deepcopy(lines[at]))


def insert_forged(lines: list[Line]) -> None:
    at = place_of(lines, L1, 5)
    forged = deepcopy(lines[at])
    forged.body["data"]["amount"] = "1.00"
    forged.rehash()
    lines.insert(at, forged)


def edit_amount(lines: list[Line]) -> None:
    line = lines[place_of(lines, L1, 6)]
    line.body["data"]["amount"] = "289.00"


def edit_and_hash(lines: list[Line]) -> None:
    line = lines[place_of(lines, L1, 6)]
    line.body["data"]["amount"] = "289.00"
    line.rehash()


@pytest.mark.parametrize(
    ("edit", "seq", "why"),
    [
        (drop, 5, Why.NUMBER),
        (swap, 5, Why.NUMBER),
        (insert_twice, 5, Why.NUMBER),
        (insert_forged, 5, Why.NUMBER),
        (edit_amount, 6, Why.HASH),
        # A checkpoint was signed at this very entry.
        (edit_and_hash, 6, Why.CHECKPOINT),
    ],
)
def test_an_edited_journal_names_its_first_bad_entry(
    story: Story, tmp_path: Path, edit: Edit, seq: int, why: Why
) -> None:
    finding = check(story, change(story.bundle, tmp_path / "x.zip", edit, insider=False))
    assert (finding.chain, finding.seq, finding.why) == (L1, seq, why), finding


@pytest.mark.parametrize("edit", [drop, swap, insert_twice, insert_forged, edit_amount])
def test_a_rechained_journal_is_caught_by_the_checkpoints(story: Story, tmp_path: Path, edit: Edit) -> None:
    finding = check(story, change(story.bundle, tmp_path / "x.zip", edit, insider=True))
    assert finding.chain == L1
    assert finding.seq is not None
    assert finding.seq <= 6, finding


def test_a_forged_tail_is_caught_although_no_checkpoint_covers_it(story: Story, tmp_path: Path) -> None:
    def append_bid(lines: list[Line]) -> None:
        at = place_of(lines, L1, 5)
        last = max(line.body["seq"] for line in lines if line.body["chain"] == L1)
        forged = deepcopy(lines[at])
        forged.body["at"] = lines[place_of(lines, L1, last)].body["at"]
        lines.insert(place_of(lines, L1, last) + 1, forged)

    finding = check(story, change(story.bundle, tmp_path / "x.zip", append_bid, insider=True))
    assert finding.chain == L1


@pytest.mark.parametrize("keeps_checkpoints", [True, False])
def test_a_cut_tail_is_caught(story: Story, tmp_path: Path, keeps_checkpoints: bool) -> None:
    """attacks.md G04: the last entries of the tender, with the checkpoints over them."""
    files = read_files(story.bundle)
    lines = read_lines(files)
    last = max(line.body["seq"] for line in lines if line.body["chain"] == T)
    kept = [line for line in lines if line.body["chain"] != T or line.body["seq"] <= last - 4]
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in kept)
    if not keeps_checkpoints:
        files[bundling.CHECKPOINTS] = b"".join(files[bundling.CHECKPOINTS].splitlines(keepends=True)[:-1])
    remake_manifest(files)
    report = verify(write_files(files, tmp_path / "x.zip"), story.fingerprint)
    assert report.outcome is Outcome.TAMPERED
    if keeps_checkpoints:
        assert (report.findings[0].chain, report.findings[0].seq) == (T, last - 3)
    else:
        # Nothing inside contradicts it but the signature of the manifest.
        assert {finding.why for finding in report.findings} == {Why.SIGNATURE}


@pytest.fixture
def forged(story: Story, tmp_path: Path) -> Callable[[Edit], Path]:
    """What someone with a key of his own can make: everything re-chained and re-signed."""

    def make(edit: Edit) -> Path:
        files = read_files(story.bundle)
        lines = read_lines(files)
        edit(lines)
        rechain(lines)
        files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
        published = find(lines, T, "tender.published").body["data"]["document"]
        files[bundling.tender_file(TENDER)] = canonical_bytes(published)
        resign_all(files)
        return write_files(files, tmp_path / "forged.zip")

    return make


def test_a_wrong_key_is_caught_from_outside_only(story: Story, forged: Callable[[Edit], Path]) -> None:
    path = forged(lambda _lines: None)
    assert check(story, path).why is Why.SIGNATURE
    report = verify(path)
    assert report.outcome is Outcome.CLEAN
    assert any("WARNING" in note for note in report.notes)


def change_ranking(lines: list[Line]) -> None:
    line = find(lines, T, "ranking.made")
    rows = line.body["data"]["rows"]
    rows[0]["label"], rows[1]["label"] = rows[1]["label"], rows[0]["label"]
    rows[0]["n"], rows[1]["n"] = rows[1]["n"], rows[0]["n"]
    line.body["data"]["digest"] = ranking_digest(line.body["data"]["lot"], rows)
    decision = find(lines, T, "decision.proposed").body["data"]
    decision["rankings"][0]["digest"] = line.body["data"]["digest"]
    digest = digest_of({"rankings": decision["rankings"], "choices": decision["choices"]})
    for each in lines:
        if each.body["chain"] == T and "digest" in each.body["data"] and each.body["kind"] != "ranking.made":
            each.body["data"]["digest"] = digest


def lower_amount(lines: list[Line]) -> None:
    # Bid 5 of 288.00 becomes 287.00; the ranking still says 288.00.
    lines[place_of(lines, L1, 10)].body["data"]["amount"] = "287.00"


def accept_late(lines: list[Line]) -> None:
    line = lines[place_of(lines, L1, 19)]
    line.body["kind"] = "bid.accepted"
    line.body["data"] = {
        "bid_id": "9" * 32,
        "amount": "280.00",
        "received_at": "2026-11-21T07:18:59.000Z",
        "n": 7,
        "own_before": "290.00",
    }


def accept_small_step(lines: list[Line]) -> None:
    lines[place_of(lines, L1, 6)].body["data"]["amount"] = "290.50"


def refuse_good(lines: list[Line]) -> None:
    lines[place_of(lines, L1, 5)].body["data"]["sent"] = "290.00"


def refuse_otherwise(lines: list[Line]) -> None:
    lines[place_of(lines, L1, 5)].body["data"]["code"] = "CHANGE_LIMIT"


def keep_close(lines: list[Line]) -> None:
    del lines[place_of(lines, L1, 11)]


def extend_longer(lines: list[Line]) -> None:
    lines[place_of(lines, L1, 11)].body["data"]["to"] = "2026-11-21T07:12:00.000Z"


def close_early(lines: list[Line]) -> None:
    # 07:18:58, before the close in force at 07:18:59.
    lines[place_of(lines, L1, 18)].body["at"] = lines[place_of(lines, L1, 17)].body["at"] + 118_000


def approve_alone(lines: list[Line]) -> None:
    find(lines, T, "approval.granted").body["actor_ref"] = find(lines, T, "approval.proposed").body["actor_ref"]


def name_early(lines: list[Line]) -> None:
    del lines[lines.index(find(lines, T, "decision.approved"))]


def unapproved(lines: list[Line]) -> None:
    del lines[lines.index(find(lines, T, "approval.granted"))]


def change_rules(lines: list[Line]) -> None:
    data = find(lines, T, "tender.published").body["data"]
    data["document"]["rounds"][0]["rules"]["step"]["size"] = "5"
    data["hash"] = digest_of(data["document"])


def change_document(lines: list[Line]) -> None:
    find(lines, T, "tender.published").body["data"]["document"]["title_en"] = "Fans"


def turn_time(lines: list[Line]) -> None:
    lines[place_of(lines, L1, 7)].body["at"] -= 3_600_000


def bid_uninvited(lines: list[Line]) -> None:
    lines[place_of(lines, L1, 4)].body["tag"] = "f9" * 16


def shorten_pause(lines: list[Line]) -> None:
    lines[place_of(lines, L1, 12)].body["data"]["left_ms"] = 1_000


def count_wrong(lines: list[Line]) -> None:
    find(lines, L1, "lot.closed").body["data"]["bids"] = 5


@pytest.mark.parametrize(
    ("edit", "chain", "seq", "why"),
    [
        (change_ranking, T, 13, Why.RANKING),
        (lower_amount, T, 13, Why.RANKING),
        (accept_late, L1, 19, Why.REPLAY),
        (accept_small_step, L1, 6, Why.REPLAY),
        (refuse_good, L1, 5, Why.REPLAY),
        (refuse_otherwise, L1, 5, Why.REPLAY),
        (keep_close, L1, 11, Why.REPLAY),
        (extend_longer, L1, 11, Why.REPLAY),
        (close_early, L1, 18, Why.STATE),
        (approve_alone, T, 3, Why.APPROVAL),
        (name_early, T, None, Why.STATE),
        (unapproved, T, 3, Why.APPROVAL),
        (change_rules, L1, 6, Why.REPLAY),
        (change_document, T, 4, Why.DIGEST),
        (turn_time, L1, 7, Why.TIME),
        (bid_uninvited, L1, 4, Why.STATE),
        (shorten_pause, L1, 12, Why.REPLAY),
        (count_wrong, L1, 18, Why.REPLAY),
    ],
)
def test_what_breaks_the_rules_is_found_even_when_everything_was_signed_again(
    forged: Callable[[Edit], Path], edit: Edit, chain: str, seq: int | None, why: Why
) -> None:
    """JOURNAL.md section 3: the rules are replayed, so the holder of the key cannot write a story that breaks them."""
    finding = first_bad(verify(forged(edit)))
    assert (finding.chain, finding.why) == (chain, why), finding
    assert seq in (None, finding.seq), finding
