"""Requests, budgets and the draw of experts: completeness, brand locks, purchases cut in two, draws drawn again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.budgeting import (
    BAND,
    Alone,
    Beside,
    BudgetWarning,
    Plan,
    band_of,
    check_plan,
    decide_raise,
    find_split,
    line_of,
    may_raise,
    normalised,
    plan_from_json,
    warn_parts,
    warn_plan,
)
from app.domain.grouping import GroupHat, Member, check_group, decide_naming, draw_experts, retrace_draw, seats_left
from app.domain.needs import Need, Requirement, check_need, find_locks, need_from_json
from app.domain.process import Check, Stage, StageState
from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import OwnNames

TODAY = date(2026, 11, 22)
NEED = Need(
    title_zh="风扇电机", category="fan_motors", item="直流风扇电机", specification="30 W，DC 310 V，噪声 ≤ 42 dB(A)",
    quantity="150000", unit="台", needed_on="2027-02-01", use="室外机", requirements=(Requirement("must", "IP54"),),
)  # fmt: skip
PLAN = Plan(
    is_feasible=True, finding="三家以上可供", budget_line="CAPEX-7", budget="900000", estimate="850000",
    estimate_source="2025 合同价", estimate_on="2026-11-01",
)  # fmt: skip
AMOUNTS = st.decimals("0.01", "2000000", places=2)


def unmet(checks: tuple[Check, ...]) -> set[str]:
    return {one.code for one in checks if not one.is_met}


def test_a_whole_request_and_each_thing_it_lacks() -> None:
    assert unmet(check_need(NEED, TODAY)) == set()
    lacking: dict[str, dict[str, Any]] = {
        "TITLE": {"title_zh": " "}, "CATEGORY": {"category": "spoons"}, "ITEM": {"item": ""}, "USE": {"use": ""},
        "SPECIFICATION": {"specification": " "}, "QUANTITY": {"quantity": "0"}, "MUST": {"requirements": ()},
    }  # fmt: skip
    for code, changes in lacking.items():
        assert unmet(check_need(replace(NEED, **changes), TODAY)) == {code}


@pytest.mark.parametrize(
    ("day", "is_met"), [("2026-11-21", False), ("2026-11-22", False), ("2026-11-23", True), ("soon", False)]
)
def test_the_day_it_is_needed_lies_ahead(day: str, is_met: bool) -> None:
    assert ("NEEDED_ON" not in unmet(check_need(replace(NEED, needed_on=day), TODAY))) is is_met


def test_what_was_stored_is_read_again() -> None:
    assert need_from_json(NEED.to_json()) == NEED
    assert plan_from_json(PLAN.to_json()) == PLAN


@pytest.mark.parametrize(
    ("text", "is_locked"),
    [
        ("轴承须为某某品牌", True), ("指定供应商的原厂件", True), ("must be from ACME", True), ("Brand X only", True),
        ("Kit™", True), ("品牌不限，或同等产品", False), ("Brand X or equivalent", False), ("30 W, 42 dB(A)", False),
        ("branding is free", False),
    ],
)  # fmt: skip
def test_a_text_that_locks_one_brand(text: str, is_locked: bool) -> None:
    assert [one.field for one in find_locks(replace(NEED, specification=text))] == (
        ["specification"] if is_locked else []
    )


def test_a_suppliers_name_locks_too_for_readers_who_may_know_it() -> None:
    need = replace(NEED, requirements=(Requirement("should", "与岚川压缩机现有接口一致"),))
    firms = [OwnNames(["岚川压缩机", "Lanchuan Compressor"])]
    assert find_locks(need) == []
    assert [one.field for one in find_locks(need, firms)] == ["requirements.0"]


def test_a_plan_names_its_budget_and_where_the_estimate_is_from() -> None:
    assert unmet(check_plan(PLAN)) == set()
    assert unmet(check_plan(replace(PLAN, estimate_source=""))) == {"ESTIMATE_SOURCE"}
    assert unmet(check_plan(Plan())) == {"FEASIBLE", "BUDGET_LINE", "BUDGET", "ESTIMATE", "ESTIMATE_SOURCE"}
    assert normalised(replace(PLAN, budget="¥1,200,000")).budget == "1200000"
    assert normalised(replace(PLAN, budget="1,200")).budget == "1,200"


@given(st.lists(AMOUNTS, min_size=2, max_size=6))
def test_a_budget_is_not_passed_by_cutting(values: list[Decimal]) -> None:
    """However a purchase is cut, its parts together are warned of whenever the whole would be."""
    whole, parts = sum(values, Decimal(0)), [("CNY", value) for value in values]
    budget = whole - Decimal("0.01")
    assert BudgetWarning.TOGETHER_OVER_BUDGET in warn_parts(parts, budget=budget, currency="CNY")
    assert BudgetWarning.TOGETHER_OVER_BUDGET not in warn_parts(parts, budget=whole, currency="CNY")
    looks_split = BudgetWarning.LOOKS_SPLIT in warn_parts(parts, budget=None, currency="CNY")
    small = [value for value in values if value < BAND["CNY"]]
    assert looks_split is (len(small) > 1 and sum(small) >= BAND["CNY"])


@given(st.lists(AMOUNTS, max_size=6), AMOUNTS)
def test_a_further_part_hides_no_warning(values: list[Decimal], further: Decimal) -> None:
    """A large purchase beside the small ones is no way around the warning."""
    before = set(warn_parts([("CNY", value) for value in values], budget=Decimal(500_000), currency="CNY"))
    after = warn_parts([("CNY", value) for value in [*values, further]], budget=Decimal(500_000), currency="CNY")
    assert before <= set(after)
    others = [beside(value) for value in values]
    assert set(warn_plan(PLAN, others)) <= set(warn_plan(PLAN, [*others, beside(further)]))


@given(AMOUNTS, st.integers(2, 8))
def test_a_purchase_above_the_band_cut_into_requests_warns_at_the_last_one(whole: Decimal, pieces: int) -> None:
    """However it is cut into equal requests of one person on one line, whoever approves the last one is warned."""
    piece = (whole / pieces).quantize(Decimal("0.01"), rounding="ROUND_UP")
    if piece >= BAND["CNY"]:
        return
    plan = replace(PLAN, budget=f"{piece:f}", estimate=f"{piece:f}")
    warned = warn_plan(plan, [replace(beside(piece), is_same_requester=True, is_same_line=True)] * (pieces - 1))
    is_large = piece * pieces >= BAND["CNY"]
    assert (BudgetWarning.LOOKS_SPLIT in warned) is is_large
    assert (BudgetWarning.ONE_LINE_SPLIT in warned) is is_large


def beside(budget: Decimal, currency: str = "CNY") -> Beside:
    """Another request of the category."""
    return Beside("P-1", currency, budget)


def test_one_part_is_not_split_and_another_currency_is_said() -> None:
    assert warn_parts([("CNY", BAND["CNY"] * 2)], budget=None, currency="CNY") == []
    assert warn_parts([("CNY", Decimal(1)), ("EUR", Decimal(1))], budget=None, currency="CNY") == [
        BudgetWarning.OTHER_CURRENCY
    ]


def test_the_approver_is_warned_of_what_was_asked_for_beside_it() -> None:
    assert warn_plan(PLAN, []) == []
    assert warn_plan(replace(PLAN, estimate="900000.01"), []) == [BudgetWarning.ESTIMATE_OVER_BUDGET]
    assert warn_plan(PLAN, [beside(Decimal(99_999)), beside(Decimal(5), "EUR")]) == []
    assert warn_plan(PLAN, [beside(Decimal(100_000))]) == [BudgetWarning.LOOKS_SPLIT]
    close = replace(beside(Decimal(100_000)), is_same_requester=True, is_same_line=True)
    assert warn_plan(PLAN, [close]) == [BudgetWarning.LOOKS_SPLIT, BudgetWarning.ONE_LINE_SPLIT]
    # What cannot be added is said where one person asked for it on one line; a large one is approved as large.
    assert warn_plan(PLAN, [replace(close, currency="EUR")]) == [BudgetWarning.OTHER_CURRENCY]
    assert warn_plan(replace(PLAN, budget="1000000"), [close]) == []
    assert line_of(replace(PLAN, budget_line=" capex - 7 ")) == line_of(replace(PLAN, budget_line="CAPEX-7"))


IDS = st.sets(st.text("0123456789abcdef", min_size=32, max_size=32), min_size=1, max_size=12)


@given(st.text("0123456789abcdef", min_size=64, max_size=64), IDS, st.data())
def test_a_draw_is_drawn_again(head: str, pool: set[str], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(pool)))
    shuffled = data.draw(st.permutations(sorted(pool)))
    drawn = draw_experts(head, shuffled, count)
    assert len(set(drawn)) == count
    assert set(drawn) <= pool
    assert drawn == draw_experts(head, pool, count)
    assert drawn == draw_experts(head, pool, len(pool))[:count]
    told = {"pool": sorted(pool), "drawn": list(drawn)}
    assert retrace_draw(head, told)
    if 0 < count < len(pool):
        other = next(each for each in pool if each not in drawn)
        assert not retrace_draw(head, told | {"drawn": [*drawn[:-1], other]})


def test_everybody_is_drawn_about_as_often() -> None:
    pool = [f"{n:032x}" for n in range(10)]
    often = dict.fromkeys(pool, 0)
    for turn in range(2000):
        for one in draw_experts(f"{turn:064x}", pool, 3):
            often[one] += 1
    assert min(often.values()) > 500
    assert max(often.values()) < 700


def test_a_group_is_whole_when_all_have_declared_and_no_seat_is_in_conflict() -> None:
    hats = [GroupHat.REQUESTER, GroupHat.DECISION_MAKER, GroupHat.PURCHASING_LEAD, *[GroupHat.EXPERT] * 3]
    members = [Member(str(n), hat, has_conflict=False) for n, hat in enumerate(hats)]
    assert unmet(check_group(members)) == set()
    assert unmet(check_group([])) == {"DECISION_MAKER", "PURCHASING_LEAD", "EXPERTS", "DECLARED"}
    silent = [*members[:-1], replace(members[-1], has_conflict=None)]
    assert unmet(check_group(silent)) == {"EXPERTS", "DECLARED"}
    assert seats_left(silent, 3) == 0
    torn = [*members[:-1], replace(members[-1], has_conflict=True)]
    assert unmet(check_group(torn)) == {"EXPERTS"}
    assert seats_left(torn, 3) == 1


@given(
    named=st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")),
    drawn=st.sets(st.sampled_from("cdef"), max_size=3),
    has_conflict=st.sampled_from([None, False, True]),
)
def test_nobody_is_talked_out_of_a_drawn_seat(
    named: tuple[str, str], drawn: set[str], has_conflict: bool | None
) -> None:
    """a asked. Whoever could name a drawn expert elsewhere could draw until he likes the experts."""
    maker, lead = named
    members = [Member("a", GroupHat.REQUESTER), *(Member(each, GroupHat.EXPERT, has_conflict) for each in drawn)]
    refusal = decide_naming(members, "a", maker, lead)
    if maker in ("a", lead):
        assert refusal == Refusal(Code.SAME_PERSON)
    else:
        assert refusal == (Refusal(Code.EXCLUSIVE_ROLES) if {maker, lead} & drawn else None)


@given(course=st.fixed_dictionaries({stage: st.sampled_from(StageState) for stage in Stage}), wanted=AMOUNTS)
def test_a_budget_only_ever_rises_and_only_between_approval_and_contract(
    course: dict[Stage, StageState], wanted: Decimal
) -> None:
    found = decide_raise(course, PLAN, f"{wanted:.2f}", "copper rose")
    is_approved = course[Stage.APPROVAL] is StageState.DONE and StageState.STOPPED not in course.values()
    is_open = is_approved and course[Stage.CONTRACT] not in (StageState.DONE, StageState.NOT_APPLICABLE)
    assert may_raise(course) is is_open
    if isinstance(found, Refusal):
        assert found.code is (Code.OUT_OF_RANGE if is_open else Code.NOT_ALLOWED_HERE)
        assert not is_open or wanted <= Decimal(900000)
    else:
        assert is_open
        assert found == wanted > Decimal(900000)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=6), AMOUNTS)
def test_tenders_without_a_project_are_added_up_and_large_ones_hide_nothing(
    value: Decimal, others: list[Decimal], band: Decimal
) -> None:
    alone = [Alone(f"T-{place}", "CNY", each) for place, each in enumerate(others)]
    found = find_split(value, "CNY", alone, band)
    small = [one for one in alone if one.value < band]
    total = sum((one.value for one in small), value)
    assert (found is not None) is (value < band and bool(small) and total >= band)
    if found is not None:
        assert (found.total, found.band) == (total, band)
        assert found.references == tuple(sorted(one.reference for one in small))
    # One more never takes a warning away; another currency adds nothing; order does not matter.
    assert found is None or find_split(value, "CNY", [*alone, Alone("T-9", "CNY", value)], band) is not None
    assert find_split(value, "CNY", [*alone, Alone("T-9", "EUR", band)], band) == found
    assert find_split(value, "CNY", alone[::-1], band) == found


@given(AMOUNTS, st.integers(2, 8))
def test_a_purchase_cut_into_equal_tenders_warns_at_the_last_one(whole: Decimal, pieces: int) -> None:
    piece = (whole / pieces).quantize(Decimal("0.01"), rounding="ROUND_UP")
    found = find_split(piece, "CNY", [Alone(f"T-{at}", "CNY", piece) for at in range(pieces - 1)], BAND["CNY"])
    assert (found is not None) is (piece < BAND["CNY"] <= piece * pieces)


def test_a_house_has_its_own_band_and_without_one_nobody_is_warned() -> None:
    assert band_of("CNY", {}) == BAND["CNY"]
    assert band_of("CNY", {"CNY": Decimal(5)}) == Decimal(5)
    assert band_of("JPY", {}) is None
    for value, band in ((None, Decimal(1)), (Decimal(1), None)):
        assert find_split(value, "CNY", [Alone("T-1", "CNY", Decimal(9))], band) is None
