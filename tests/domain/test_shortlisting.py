"""The cut from ten to three: best n, and all who tie at the cut are in."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.awarding import (
    LotRanking,
    ProposedDecision,
    RankedRow,
    UnsealScope,
    decide_proposal,
    labels_in_scope,
)
from app.domain.money import HUNDRED
from app.domain.own_result import Outcome, own_result
from app.domain.refusals import Code, Refusal
from app.domain.scoring.shortlist_rules import CutOffTies, ShortlistRules
from app.domain.sharing import Choice
from app.domain.shortlisting import Why, make_shortlist, reasons, shortlist_data


def rows(*totals: str, amounts: tuple[str, ...] | None = None) -> tuple[RankedRow, ...]:
    prices = amounts or tuple("100.00" for _ in totals)
    return tuple(
        RankedRow(f"R{at}", at, Decimal(price), 1, is_tied=False, total=Decimal(total) if total else None)
        for at, (total, price) in enumerate(zip(totals, prices, strict=True), start=1)
    )


def test_the_best_three_of_five() -> None:
    cut = make_shortlist("L", rows("90", "80", "70", "60", "50"), ShortlistRules(3))
    assert (cut.labels, cut.has_cut_off_ties, cut.preferred) == (("R1", "R2", "R3"), False, "R1")


def test_all_who_tie_at_the_cut_are_in_and_ties_elsewhere_do_not_matter() -> None:
    cut = make_shortlist("L", rows("90", "90", "70", "70", "70", "50"), ShortlistRules(3))
    assert (cut.labels, cut.has_cut_off_ties) == (("R1", "R2", "R3", "R4", "R5"), True)
    assert make_shortlist("L", rows("90", "90", "70", "60"), ShortlistRules(3)).labels == ("R1", "R2", "R3")


def test_without_totals_equal_amounts_tie() -> None:
    cut = make_shortlist("L", rows("", "", "", amounts=("1.00", "2.00", "2.00")), ShortlistRules(2))
    assert (cut.labels, cut.has_cut_off_ties) == (("R1", "R2", "R3"), True)


def test_fewer_than_the_cut_are_all_in() -> None:
    assert make_shortlist("L", rows("90"), ShortlistRules(3)).labels == ("R1",)
    empty = make_shortlist("L", (), ShortlistRules(3))
    assert (empty.labels, empty.preferred) == ((), None)


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5))
def test_nobody_outside_is_as_good_as_anybody_inside(points: list[int], count: int) -> None:
    ranked = rows(*(str(each) for each in sorted(points, reverse=True)))
    cut = make_shortlist("L", ranked, ShortlistRules(count))
    inside = [row.total for row in ranked if row.label in cut.labels]
    outside = [row.total for row in ranked if row.label not in cut.labels]
    assert len(inside) >= min(count, len(ranked))
    assert all(worse < better for worse in outside for better in inside if worse is not None and better is not None)
    assert cut.has_cut_off_ties == (len(inside) > count)


def test_within_a_distance_and_at_least_so_many() -> None:
    ranked = rows("90", "88", "85.5", "85.49", "85.49", "50")
    near = ShortlistRules(5, within=Decimal(5))
    assert make_shortlist("L", ranked, near).labels == ("R1", "R2", "R3")
    four = make_shortlist("L", ranked, replace(near, at_least=4))
    assert (four.labels, four.has_cut_off_ties) == (("R1", "R2", "R3", "R4", "R5"), True)
    strict = replace(near, at_least=4, ties=CutOffTies.RECORD)
    assert make_shortlist("L", ranked, strict).labels == ("R1", "R2", "R3", "R4")
    assert list(reasons(ranked, strict).values()) == [
        Why.AMONG_BEST, Why.AMONG_BEST, Why.AMONG_BEST, Why.AT_LEAST, Why.LATER_OF_EQUALS, Why.TOO_FAR,
    ]  # fmt: skip
    assert reasons(ranked, ShortlistRules(2))["R3"] is Why.BEYOND_COUNT


def test_by_amount_the_distance_is_above_the_lowest() -> None:
    ranked = rows("", "", "", amounts=("100.00", "105.00", "105.01"))
    assert make_shortlist("L", ranked, ShortlistRules(3, within=Decimal(5))).labels == ("R1", "R2")


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=12),
    st.builds(
        ShortlistRules, st.integers(3, 6), st.sampled_from([None, Decimal(0), Decimal(40)]),
        st.sampled_from([None, 2]), st.sampled_from(CutOffTies),
    ),
)  # fmt: skip
def test_the_reasons_say_who_is_in(points: list[int], rules: ShortlistRules) -> None:
    ranked = rows(*(str(each) for each in sorted(points, reverse=True)))
    inside = {Why.AMONG_BEST, Why.AT_LEAST, Why.TIED_AT_CUT}
    told = tuple(label for label, why in reasons(ranked, rules).items() if why in inside)
    cut = make_shortlist("L", ranked, rules)
    assert told == cut.labels
    assert len(told) >= min(len(points), rules.at_least or 1)
    assert rules.ties is CutOffTies.INCLUDE or len(told) <= rules.count


def test_the_digest_is_bound_to_the_ranking() -> None:
    cut = make_shortlist("L", rows("90", "80"), ShortlistRules(1))
    first, second = shortlist_data(cut, "a" * 64), shortlist_data(cut, "b" * 64)
    assert first.keys() == {"lot", "count", "labels", "cut_off_ties", "digest"}
    assert first["digest"] != second["digest"]


def test_a_decision_outside_the_shortlist_is_refused() -> None:
    ranking = LotRanking("L", rows("90", "80", "70"), "d" * 64, ("R1", "R2"))
    outside = decide_proposal([ranking], [Choice("L", "R3", "because")])
    assert isinstance(outside, Refusal)
    assert (outside.code, dict(outside.detail)) == (Code.NOT_ALLOWED_HERE, {"lot": "L", "rule": "shortlist"})
    bare = decide_proposal([ranking], [Choice("L", "R2", "")])
    assert isinstance(bare, Refusal)
    assert bare.code is Code.REASON_MISSING
    assert isinstance(decide_proposal([ranking], [Choice("L", "R2", "because")]), ProposedDecision)
    assert isinstance(decide_proposal([ranking], [Choice("L", "R1", "")]), ProposedDecision)
    assert isinstance(decide_proposal([ranking], [Choice("L", None, "nobody fits")]), ProposedDecision)


def test_the_scope_shortlist_is_the_one_that_was_made() -> None:
    ranking = LotRanking("L", rows("90", "80", "70", "60"), "d" * 64, ("R1", "R2"))
    assert labels_in_scope(UnsealScope.SHORTLIST, ranking, {"R2": HUNDRED}) == ("R1", "R2")
    assert labels_in_scope(UnsealScope.PREFERRED, ranking, {"R2": HUNDRED}) == ("R2",)
    assert labels_in_scope(UnsealScope.SHORTLIST, ranking, {}) == ()


def test_who_failed_is_told_so() -> None:
    ranking, first = LotRanking("L", rows("90"), "d" * 64, ("R1",)), {"R1": HUNDRED}
    assert own_result(ranking, own_label=None, awarded=first, is_failed=True).outcome is Outcome.BELOW_THRESHOLD
    assert own_result(ranking, own_label=None, awarded=first).outcome is Outcome.NO_BID
