"""The verifier's process takes no more memory for three times the journal (goal 11b; a million: `make bench`)."""

from pathlib import Path

import pytest

from tests.performance.verifying import ALLOWED_MIB, check, peak_mib, write_journal

FEW, MANY = 20_000, 60_000


@pytest.mark.timeout(240)
def test_three_times_the_entries_and_the_same_peak(tmp_path: Path) -> None:
    few, many = (write_journal(tmp_path / f"{count}.zip", count) for count in (FEW, MANY))
    assert check(few) > FEW
    assert peak_mib(many) - peak_mib(few) <= ALLOWED_MIB
