"""The sealed half in a bundle: openings repeated, marks to ranking replayed, and whatever breaks a rule found.

The edits are made by the holder of the journal's key, who chains and signs everything anew (JOURNAL.md section 3): only
the rules, the secrets and the bidders' own commitments speak against him.
"""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.audit.verifying import verify
from app.domain import bundling
from app.domain.awarding import ranking_digest
from app.domain.chaining import Why
from app.domain.entries import canonical_bytes, digest_of
from app.domain.marking import alias_digest, scores_digest
from app.domain.reopening import alias_file, opening_file
from app.domain.reporting import Finding, Outcome
from app.domain.sealing.record import record_digest, record_message
from tests.replay.conftest import Large
from tests.replay.script import L1, LOT_1, T
from tests.replay.sealed_script import TAGS
from tests.replay.tampering import Line, read_files, read_lines, rechain, resign_all, write_files

Files = dict[str, bytes]
Edit = Callable[[list[Line], Files, Large], None]
TECH, PRICE = opening_file(LOT_1, "tech"), opening_file(LOT_1, "price")


def find(lines: list[Line], kind: str, place: int = 0) -> Line:
    return [line for line in lines if line.body["kind"] == kind][place]


def test_the_whole_large_tender_is_clean(large: Large) -> None:
    report = verify(large.bundle, large.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence
    assert (report.counts["lots"], report.counts["bids"]) == (1, 2)


def forge(large: Large, path: Path, edit: Edit) -> Path:
    """The bundle edited by the holder of the key, everything made to fit."""
    files = read_files(large.bundle)
    lines = read_lines(files)
    edit(lines, files, large)
    rechain(lines)
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
    resign_all(files, large.made.world.keys.sign)
    return write_files(files, path)


def test_signed_again_without_a_change_it_is_clean(large: Large, tmp_path: Path) -> None:
    report = verify(forge(large, tmp_path / "x.zip", lambda *_: None), large.fingerprint)
    assert report.outcome is Outcome.CLEAN, report.sentence


def edit_record(lines: list[Line], files: Files, large: Large, name: str, change: Callable[[Any], None]) -> None:
    """Change an opening record, sign it again and let the journal name it."""
    record = orjson.loads(files[name])
    change(record)
    record["sig"] = large.made.world.keys.sign(record_message(record)).hex()
    files[name] = canonical_bytes(record)
    told = find(lines, "envelopes.opened", 0 if name == TECH else 1)
    told.body["data"].update(digest=record_digest(record), count=len(record["results"]))


def row(record: Any, name: str) -> Any:
    return next(each for each in record["results"] if each["tag"] == TAGS[name])


def receive_at_the_close(lines: list[Line], _files: Files, _large: Large) -> None:
    find(lines, "package.received", -1).body["data"]["received_at"] = "2026-11-21T07:00:00.000Z"


def receive_after_the_close(lines: list[Line], _files: Files, _large: Large) -> None:
    # The last package moves behind the refused one, written a minute after the close.
    line = find(lines, "package.received", -1)
    lines.remove(line)
    lines.insert(lines.index(find(lines, "package.refused")) + 1, line)
    line.body["at"] = find(lines, "package.refused").body["at"] + 60_000


def leave_out_of_the_manifest(lines: list[Line], _files: Files, _large: Large) -> None:
    del find(lines, "round.closed").body["data"]["manifest"][0]


def drop_a_package(lines: list[Line], files: Files, large: Large) -> None:
    """attacks.md R11: with its entry, its place in the manifest and its results."""
    line = find(lines, "package.received", -1)
    lines.remove(line)
    find(lines, "round.closed").body["data"]["manifest"].remove(line.body["data"]["package"])
    for name in (TECH, PRICE):
        edit_record(lines, files, large, name, lambda record: record["results"].remove(row(record, "Z")))


def keep_the_withdrawn(lines: list[Line], _files: Files, _large: Large) -> None:
    lines.remove(find(lines, "package.withdrawn"))


def take_the_older_revision(lines: list[Line], files: Files, large: Large) -> None:
    """attacks.md S09."""
    older = large.story.packages["X"][0]
    manifest = find(lines, "round.closed").body["data"]["manifest"]
    manifest.remove(large.story.packages["X"][1].digest)
    manifest.append(older.digest)
    manifest.sort()
    lines.remove(next(line for line in lines if line.body["data"].get("rev") == 2 and "header" in line.body["data"]))


def skip_a_revision(lines: list[Line], _files: Files, _large: Large) -> None:
    lines.remove(find(lines, "package.received"))


def open_before_the_close(lines: list[Line], _files: Files, _large: Large) -> None:
    opened = find(lines, "envelopes.opened")
    lines.remove(opened)
    closed = find(lines, "round.closed")
    opened.body["at"] = closed.body["at"]
    lines.insert(lines.index(closed), opened)


def close_early(lines: list[Line], _files: Files, _large: Large) -> None:
    find(lines, "round.closed").body["at"] -= 1_000


def move_the_close_by_hand(lines: list[Line], _files: Files, _large: Large) -> None:
    moved = deepcopy(find(lines, "round.opened"))
    moved.body["kind"] = "round.extended"
    moved.body["data"] = {"round": moved.body["data"]["round"], "from": "2026-11-21T07:00:00.000Z"}
    moved.body["data"] |= {"to": "2026-11-21T07:05:00.000Z", "reason": "TOO_FEW"}
    lines.insert(lines.index(find(lines, "round.opened")) + 1, moved)


def change_an_amount(lines: list[Line], files: Files, large: Large) -> None:
    """attacks.md O17: one changed digit."""
    edit_record(lines, files, large, PRICE, lambda record: row(record, "X").update(amount="281.00"))


def change_a_secret(lines: list[Line], files: Files, large: Large) -> None:
    edit_record(lines, files, large, PRICE, lambda record: row(record, "X").update(secret="00" * 32))


def change_a_body(lines: list[Line], files: Files, large: Large) -> None:
    edit_record(lines, files, large, TECH, lambda record: row(record, "Y").update(body_sha256="00" * 32))


def exchange_ciphertexts(lines: list[Line], files: Files, _large: Large) -> None:
    """attacks.md S07."""
    one, other = [name for name in files if name.startswith("packages/")][:2]
    files[one], files[other] = files[other], files[one]


def refuse_a_good_price(lines: list[Line], files: Files, large: Large) -> None:
    edit_record(lines, files, large, PRICE, lambda record: row(record, "X").update(result="refused:BELOW_MINIMUM"))


def call_it_malformed(lines: list[Line], files: Files, large: Large) -> None:
    edit_record(lines, files, large, TECH, lambda record: row(record, "X").update(result="bidder_malformed"))


def open_a_failing_price(lines: list[Line], files: Files, large: Large) -> None:
    edit_record(lines, files, large, PRICE, lambda record: row(record, "Z").update(amount="200.00"))


def return_a_passing_price(lines: list[Line], files: Files, large: Large) -> None:
    def change(record: Any) -> None:
        row(record, "Y").update(result="returned_unopened", secret=None, body_sha256=None, amount=None)

    edit_record(lines, files, large, PRICE, change)


def lose_a_result(lines: list[Line], files: Files, large: Large) -> None:
    edit_record(lines, files, large, TECH, lambda record: record["results"].pop())


def change_a_mark(lines: list[Line], _files: Files, _large: Large) -> None:
    """attacks.md O07."""
    find(lines, "marks.submitted").body["data"]["marks"][2]["mark"] = 5


def mark_beyond_the_scale(lines: list[Line], _files: Files, _large: Large) -> None:
    find(lines, "marks.submitted").body["data"]["marks"][2]["mark"] = 6


def mark_after_the_lock(lines: list[Line], _files: Files, _large: Large) -> None:
    line = find(lines, "marks.submitted", 1)
    lines.remove(line)
    locked = find(lines, "scores.locked")
    line.body["at"] = locked.body["at"]
    lines.insert(lines.index(locked) + 1, line)


def agree_without_a_reason(lines: list[Line], _files: Files, _large: Large) -> None:
    find(lines, "consensus.changed").body["data"]["reason"] = " "


def lock_other_scores(lines: list[Line], _files: Files, _large: Large) -> None:
    locked = find(lines, "scores.locked").body["data"]
    locked["lots"][0]["offers"][0].update(points="68.00", passes=True)
    locked["digest"] = scores_digest(locked["lots"])
    find(lines, "prices.released").body["data"]["lock"] = locked["digest"]


def open_prices_before_the_lock(lines: list[Line], _files: Files, _large: Large) -> None:
    lines.remove(find(lines, "prices.released"))


def release_more(lines: list[Line], _files: Files, _large: Large) -> None:
    find(lines, "prices.released").body["data"]["lots"][0]["passing"] = 4


def exchange_aliases(lines: list[Line], files: Files, _large: Large) -> None:
    name = alias_file(LOT_1)
    value = orjson.loads(files[name])
    tags = value["map"]
    tags["T1"], tags["T2"] = tags["T2"], tags["T1"]
    files[name] = canonical_bytes(value)
    find(lines, "aliases.drawn").body["data"]["digest"] = alias_digest(value["salt"], tags)


def seed_another_amount(lines: list[Line], _files: Files, _large: Large) -> None:
    find(lines, "bid.seeded", 1).body["data"]["amount"] = "279.50"


def seed_one_less(lines: list[Line], _files: Files, _large: Large) -> None:
    lines.remove(find(lines, "bid.seeded"))


def open_the_live_round_early(lines: list[Line], _files: Files, _large: Large) -> None:
    for line in [line for line in lines if line.body["chain"] == L1 and line.body["kind"].startswith(("lot.", "bid."))]:
        line.body["at"] -= 300_000
        for name in ("opens_at", "closes_at", "hard_stop_at", "received_at"):
            if name in line.body["data"]:
                line.body["data"][name] = line.body["data"][name].replace("07:4", "07:3X").replace("07:3", "07:3")
    opened = find(lines, "lot.opened").body["data"]
    opened.update(opens_at="2026-11-21T07:30:05.000Z")


def rank_otherwise(lines: list[Line], _files: Files, _large: Large) -> None:
    made = find(lines, "ranking.made").body["data"]
    made["rows"][1]["total"] = "99.54"
    remake_decision(lines, made)


def remake_decision(lines: list[Line], made: Any) -> None:
    made["digest"] = ranking_digest(made["lot"], made["rows"])
    cut = find(lines, "shortlist.made").body["data"]
    members = {name: item for name, item in cut.items() if name != "digest"}
    cut["digest"] = digest_of({**members, "ranking": made["digest"]})
    decision = find(lines, "decision.proposed").body["data"]
    decision["rankings"][0]["digest"] = made["digest"]
    whole = digest_of({"rankings": decision["rankings"], "choices": decision["choices"]})
    for line in lines:
        if line.body["kind"] in ("decision.proposed", "decision.approved", "identity.unsealed", "tender.awarded"):
            line.body["data"]["digest"] = whole


def shortlist_two(lines: list[Line], _files: Files, _large: Large) -> None:
    made, cut = find(lines, "ranking.made").body["data"], find(lines, "shortlist.made").body["data"]
    cut["labels"] = ["R-05", "R-02"]
    members = {name: item for name, item in cut.items() if name != "digest"}
    cut["digest"] = digest_of({**members, "ranking": made["digest"]})


def fix_another_policy(lines: list[Line], _files: Files, _large: Large) -> None:
    data = find(lines, "policy.fixed").body["data"]
    data["policy"]["journal_key"] = "ab" * 32
    data["digest"] = digest_of(data["policy"])


def lose_a_record(_lines: list[Line], files: Files, _large: Large) -> None:
    del files[PRICE]


def lose_the_aliases(_lines: list[Line], files: Files, _large: Large) -> None:
    del files[alias_file(LOT_1)]


def lose_a_ciphertext(_lines: list[Line], files: Files, _large: Large) -> None:
    del files[next(name for name in files if name.startswith("packages/"))]


EDITS: list[tuple[Edit, Why]] = [
    (receive_at_the_close, Why.STATE),
    (receive_after_the_close, Why.STATE),
    (leave_out_of_the_manifest, Why.REPLAY),
    (drop_a_package, Why.REPLAY),
    (keep_the_withdrawn, Why.REPLAY),
    (take_the_older_revision, Why.REPLAY),
    (skip_a_revision, Why.REPLAY),
    (open_before_the_close, Why.STATE),
    (close_early, Why.STATE),
    (move_the_close_by_hand, Why.REPLAY),
    (change_an_amount, Why.REPLAY),
    (change_a_secret, Why.REPLAY),
    (change_a_body, Why.REPLAY),
    (exchange_ciphertexts, Why.REPLAY),
    (refuse_a_good_price, Why.REPLAY),
    (call_it_malformed, Why.REPLAY),
    (open_a_failing_price, Why.STATE),
    (return_a_passing_price, Why.STATE),
    (lose_a_result, Why.REPLAY),
    (change_a_mark, Why.REPLAY),
    (mark_beyond_the_scale, Why.REPLAY),
    (mark_after_the_lock, Why.REPLAY),
    (agree_without_a_reason, Why.REPLAY),
    (lock_other_scores, Why.REPLAY),
    (open_prices_before_the_lock, Why.STATE),
    (release_more, Why.REPLAY),
    (exchange_aliases, Why.STATE),
    (seed_another_amount, Why.REPLAY),
    (seed_one_less, Why.REPLAY),
    (open_the_live_round_early, Why.FORM),
    (rank_otherwise, Why.RANKING),
    (shortlist_two, Why.RANKING),
    (fix_another_policy, Why.SIGNATURE),
    (lose_a_record, Why.MISSING),
    (lose_the_aliases, Why.MISSING),
    (lose_a_ciphertext, Why.MISSING),
]


@pytest.mark.parametrize(("edit", "why"), EDITS, ids=[edit.__name__ for edit, _ in EDITS])
def test_what_breaks_a_rule_is_found_though_the_keyholder_signed_it(
    large: Large, tmp_path: Path, edit: Edit, why: Why
) -> None:
    report = verify(forge(large, tmp_path / "x.zip", edit), large.fingerprint)
    assert report.outcome is Outcome.TAMPERED, report.sentence
    first: Finding = report.findings[0]
    assert first.why is why, first
    assert first.chain in (T, L1), first
