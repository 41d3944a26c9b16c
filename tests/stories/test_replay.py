"""Story: a few real tenders run through a service of their own, from registration to a verified journal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXTRACT = Path(__file__).parents[1] / "replaying" / "few_tenders.csv"


@pytest.mark.timeout(240)
def test_real_tenders_replay_live_and_the_journal_verifies() -> None:
    words = [sys.executable, "-m", "app.cli", "replay", str(EXTRACT), "--mode", "live", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=230, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    summary = next(line["summary"] for line in lines if "summary" in line)
    tenders = [line for line in lines if "tender" in line]
    assert summary["tenders"] == len(tenders)
    assert (summary["failed"], summary["cheapest_did_not_win"], summary["verify_exit"]) == (0, 0, 0)
    for tender in tenders:
        amounts = [row["amount"] for row in tender["ranking"]]
        assert amounts == sorted(amounts)
        assert tender["agrees"] or tender["reason"]
