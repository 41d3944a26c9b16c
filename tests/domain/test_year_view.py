"""The year: every tender in one group of each grouping, sums that add up, nothing told of fewer than five."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.measuring import Certainty
from app.domain.saving import SavingsTotal
from app.domain.year_view import (
    SMALLEST_GROUP,
    Grouping,
    LotContestFacts,
    StageFacts,
    Step,
    TenderFacts,
    group_by,
    stage_times,
    summed,
    years_of,
)


def facts(category: str, month: int, cents: int, lots: list[LotContestFacts]) -> TenderFacts:
    money = Decimal(cents) / 100
    total = SavingsTotal(Decimal(1000) - money, Decimal(1000), money, None, 1, 0)
    days = {Step.ROUNDS: month}
    money_by = {Certainty.CLAIMED: total}
    day = date(2026, month, 1)
    return TenderFacts(category, "p", day, "CNY", money_by, days, lots, project=category * 2, invited=10, joined=month)


LOTS = st.lists(st.integers(1, 9).map(lambda count: LotContestFacts(count, count // 2)), max_size=3)
FACTS = st.lists(st.builds(facts, st.sampled_from("abc"), st.integers(1, 12), st.integers(-9999, 9999), LOTS))


@given(FACTS)
def test_every_grouping_has_every_tender_once_and_sums_to_the_whole(members: list[TenderFacts]) -> None:
    whole = summed("", members)
    for grouping in Grouping:
        groups = group_by(members, grouping)
        assert sum(each.tenders for each in groups) == whole.tenders == len(members)
        if members:
            parts = [each.savings["CNY"][Certainty.CLAIMED].money for each in groups]
            assert sum(parts) == whole.savings["CNY"][Certainty.CLAIMED].money


@given(FACTS)
def test_nothing_is_told_of_fewer_than_five(members: list[TenderFacts]) -> None:
    for group in group_by(members, Grouping.CATEGORY):
        own = [each for each in members if each.category == group.key]
        lots = [lot for each in own for lot in each.lots]
        assert (group.bidders is None) == (group.active_share is None) == (len(lots) < SMALLEST_GROUP)
        assert (group.days[Step.ROUNDS] is None) == (len(own) < SMALLEST_GROUP)
        assert group.days[Step.PREPARATION] is None


def test_means_medians_and_quarters() -> None:
    members = [facts("a", month, 100, [LotContestFacts(4, 1)]) for month in (1, 2, 3, 4, 12)]
    whole = summed("", members)
    assert (whole.bidders, whole.active_share, whole.days[Step.ROUNDS]) == (Decimal(4), Decimal(25), Decimal(3))
    assert [(each.key, each.tenders) for each in group_by(members, Grouping.QUARTER)] == [
        ("Q1", 3), ("Q2", 1), ("Q4", 1),
    ]  # fmt: skip
    assert years_of(members) == [2026]


def test_joined_of_invited_of_five_and_more() -> None:
    assert summed("", [facts("a", 4, 1, [])] * 4).joined_share is None
    assert summed("", [facts("a", 4, 1, [])] * 5).joined_share == Decimal(40)


@given(st.lists(st.tuples(st.integers(1, 10), st.integers(2025, 2026), st.integers(0, 90))))
def test_stages_are_told_from_five_projects_on(rows: list[tuple[int, int, int]]) -> None:
    done = [StageFacts(stage, date(year, 6, 1), days) for stage, year, days in rows]
    ever = stage_times(done, None)
    assert [each.stage for each in ever] == sorted({stage for stage, _, _ in rows})
    assert sum(each.projects for each in ever) == len(rows)
    assert all((each.days is None) == (each.projects < SMALLEST_GROUP) for each in ever)
    assert sum(each.projects for year in (2025, 2026) for each in stage_times(done, year)) == len(rows)
