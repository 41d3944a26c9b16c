"""Where a cut line may stand: within the rule, never between equals, deviations with their reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cutting import Cut, allowed_cuts, cuts_data, cuts_digest, cuts_from_data, decide_cut
from app.domain.refusals import Code
from app.domain.scoring.shortlist_rules import CutOffTies, ShortlistRules
from app.domain.shortlisting import Listed, make_shortlist


def listed(*totals: str) -> list[Listed]:
    return [Listed(f"R{at}", Decimal(100), Decimal(total)) for at, total in enumerate(totals)]


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (ShortlistRules(4, Decimal(5)), (1, 2, 4)),
        (ShortlistRules(3), (1, 2, 4)),
        (ShortlistRules(3, ties=CutOffTies.RECORD), (1, 2, 3)),
        (ShortlistRules(4, Decimal(5), at_least=2), (2, 4)),
        (ShortlistRules(9), (1, 2, 4, 5)),
    ],
)
def test_the_rule_says_how_far_the_line_moves(rules: ShortlistRules, allowed: tuple[int, ...]) -> None:
    assert allowed_cuts(listed("90", "88", "85", "85", "70"), rules) == allowed
    assert allowed_cuts([], rules) == ()


@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 6), st.sampled_from(CutOffTies))
def test_the_rules_own_cut_is_allowed_without_a_reason_and_no_other_is(
    totals: list[int], count: int, ties: CutOffTies
) -> None:
    rows, rules = listed(*map(str, sorted(totals, reverse=True))), ShortlistRules(count, ties=ties)
    own, allowed = make_shortlist("lot", rows, rules).labels, allowed_cuts(rows, rules)
    for end in range(1, len(rows) + 1):
        labels = tuple(row.label for row in rows[:end])
        bare, said = (decide_cut(rows, rules, Cut("lot", labels, reason)) for reason in ("", "a reason"))
        assert (said is None) == (end in allowed)
        assert (bare is None) == (labels == own)


def test_notes_and_labels_are_of_the_ranking_and_cuts_come_back_from_their_data() -> None:
    rows, rules = listed("90", "80", "70"), ShortlistRules(2)
    for cut in (Cut("lot", ("R1", "R0")), Cut("lot", ("R0", "R1"), notes={"R9": "who"})):
        refusal = decide_cut(rows, rules, cut)
        assert refusal is not None
        assert refusal.code is Code.UNKNOWN_LABEL
    cut = Cut("lot", ("R0", "R1"), "", {"R1": "quiet", "R0": "cheap"})
    data = cuts_data([cut], {"lot": "f" * 64})
    assert cuts_from_data(data) == (cut,)
    assert cuts_digest(data) != cuts_digest(cuts_data([cut], {"lot": "e" * 64}))
