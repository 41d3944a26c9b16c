"""Story: a few real tenders run through a service of their own, live and sealed, to a verified journal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXTRACT = Path(__file__).parents[1] / "replaying" / "few_tenders.csv"


@pytest.mark.timeout(620)
@pytest.mark.parametrize("mode", ["live", "sealed"])
def test_real_tenders_replay_and_the_journal_verifies(mode: str) -> None:
    words = [sys.executable, "-m", "app.cli", "replay", str(EXTRACT), "--mode", mode, "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-12000:]
    # Standard output is JSON lines alone, one object a line.
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    summary = next(line["summary"] for line in lines if "summary" in line)
    tenders = [line for line in lines if "tender" in line]
    assert summary["tenders"] == len(tenders)
    assert (summary["failed"], summary["cheapest_did_not_win"], summary["verify_exit"]) == (0, 0, 0)
    for tender in tenders:
        amounts = [row["amount"] for row in tender["ranking"]]
        assert amounts == sorted(amounts)
        assert tender["agrees"] or tender["reason"]
    if mode == "sealed":
        # The minimum price is a rule of the tender there: nobody wins below it, and it is said who was refused by it.
        assert "below_minimum" not in summary["disagree"]
        codes = {code for tender in tenders for code in tender["refused"].values()}
        assert codes == {"BELOW_MINIMUM"}
