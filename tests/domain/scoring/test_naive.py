"""1,000 random score sheets against the naive reference: the same ranks, points, totals, figures and ties."""

import random

import pytest

from app.domain.scoring.score_sheet import rank_sheet, rows_of
from app.domain.scoring.sheet_reading import read_sheet
from tests.domain.scoring import naive
from tests.domain.scoring.sheets import a_sheet


@pytest.mark.parametrize("part", range(10))
def test_random_sheets_agree_with_the_naive_reference(part: int) -> None:
    for seed in range(part * 100, part * 100 + 100):
        typed = a_sheet(random.Random(seed))
        sheet, faults = read_sheet(typed)
        assert (seed, faults) == (seed, [])
        assert sheet is not None
        rows = rows_of(sheet, rank_sheet(sheet)[0])
        ours = {
            row["name"]: (row["rank"], row["price_points"], row["total"], row["figure"], row["is_tied"])
            for row in rows
            if row["rank"] is not None
        }
        assert (seed, ours) == (seed, naive.score(typed))
