"""Drafts, templates, the pre-flight and its warnings (SCREENS.md PL-05, PL-06; DESIGN.md section 6)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.drafting import (
    Draft,
    LineDraft,
    LotDraft,
    OutsideDraft,
    Template,
    changed_fields,
    draft_from_json,
    normalised,
)
from app.domain.live_rules import FeedbackMode, LotOrder
from app.domain.templates import copy_of, from_template, with_default_times
from app.domain.timetable import load_zone, resolve_local
from app.domain.visibility import BuyerView
from tests.domain.tender_drafts import (
    NOW,
    a_draft,
    a_lot,
    codes_of,
    faults_of,
    live_of,
    with_ids,
    with_lot,
    with_rules,
)


def zone_of(name: str) -> ZoneInfo:
    found = load_zone(name)
    assert found is not None
    return found


SHANGHAI = zone_of("Asia/Shanghai")
SUMMER_TIMES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"]


# ── templates ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("template", list(Template))
def test_a_template_needs_only_what_no_default_can_know(template: Template) -> None:
    draft = from_template(template, now=NOW, zone=SHANGHAI, lot_ids=("1" * 32, "2" * 32))
    # The service gives the criteria their ids.
    draft = replace(draft, evaluation=with_ids(draft.evaluation))
    missing = {field.rpartition(".")[2] for field, code in codes_of(draft) if code == "MISSING_VALUE"}
    assert {code for _, code in codes_of(draft)} == {"MISSING_VALUE"}
    titles = {"title_zh"}
    assert missing == titles | {"category", "quantity", "unit", "ceiling_price"}


@pytest.mark.parametrize("template", list(Template))
def test_a_filled_template_has_no_fault(template: Template) -> None:
    assert faults_of(a_draft(template)) == []


def test_quick_is_one_lot_rank_only_with_the_soft_close_of_the_contract() -> None:
    rules = live_of(a_draft(Template.QUICK))
    assert rules.feedback is FeedbackMode.RANK_ONLY
    assert rules.buyer_view is BuyerView.ALIASES
    assert rules.soft_close is not None
    assert rules.soft_close.window == timedelta(minutes=3)
    assert rules.soft_close.max_extensions == 10
    assert rules.soft_close.hard_stop_after > timedelta(0)
    assert a_draft().min_bidders == 3
    assert a_draft().award_rule == "price_only"


def test_multi_lot_closes_five_minutes_apart_and_best_price_announces_it() -> None:
    rules = live_of(a_draft(Template.MULTI_LOT))
    assert (rules.lots, rules.stagger) == (LotOrder.STAGGERED, timedelta(minutes=5))
    assert live_of(a_draft(Template.BEST_PRICE)).feedback is FeedbackMode.RANK_AND_BEST


@given(st.integers(0, 400), st.sampled_from(SUMMER_TIMES))
def test_default_times_are_unambiguous_on_every_day_of_every_zone(days: int, name: str) -> None:
    zone = zone_of(name)
    now = NOW + timedelta(days=days)
    draft = with_default_times(a_draft(time_zone=name), now=now, zone=zone)
    assert codes_of(draft, now) == set()


def test_a_copy_has_the_texts_and_rules_but_new_ids_and_times_and_nobody_outside_the_rule() -> None:
    earlier = a_draft(outside=(OutsideDraft("c" * 32, "second source"),))
    later = NOW + timedelta(days=100)
    made = copy_of(earlier, now=later, zone=SHANGHAI, lot_ids=("f" * 32,))
    assert made.outside == ()
    assert [lot.id for lot in made.lots] == ["f" * 32]
    assert replace(made.lots[0], id=earlier.lots[0].id) == earlier.lots[0]
    assert made.title_zh == earlier.title_zh
    assert codes_of(made, later) == set()


# ── as typed ───────────────────────────────────────────────────────────────────────────────────────────────────────

texts = st.text(max_size=20)
drafts = st.builds(
    Draft,
    title_zh=texts,
    title_en=texts,
    category=texts,
    currency=texts,
    time_zone=texts,
    min_bidders=st.integers(-5, 1000),
    min_grade=texts,
    response_due=texts,
    response_extension_minutes=st.integers(-5, 10**6),
    lots=st.lists(
        st.builds(
            LotDraft,
            title_zh=texts,
            scale=st.integers(-2, 9),
            basis=texts,
            quantity=texts,
            unit=texts,
            ceiling_price=texts,
            start_price=texts,
            baseline_price=texts,
            baseline_on=texts,
            lines=st.lists(st.builds(LineDraft, description=texts, quantity=texts), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    rules=st.none() | st.dictionaries(texts, st.none() | st.integers() | texts, max_size=5),
    outside=st.lists(st.builds(OutsideDraft, supplier_id=texts, reason=texts), max_size=2).map(tuple),
)


@given(drafts)
def test_any_draft_is_stored_and_read_back_as_typed(draft: Draft) -> None:
    stored = draft.to_json()
    assert draft_from_json(stored).to_json() == stored


@given(drafts)
def test_the_preflight_of_anything_is_faults_and_never_a_crash(draft: Draft) -> None:
    assert all(fault.field and fault.code for fault in faults_of(draft))


@given(drafts, drafts)
def test_what_changed_is_empty_only_for_equal_drafts(one: Draft, other: Draft) -> None:
    assert (changed_fields(one.to_json(), other.to_json()) == []) is (one.to_json() == other.to_json())


def test_what_changed_names_the_place() -> None:
    before = a_draft(Template.MULTI_LOT)
    after = replace(before, title_en="x", lots=(before.lots[0], a_lot(2, quantity="5")))
    assert changed_fields(before.to_json(), after.to_json()) == ["lots.1.quantity", "title_en"]
    fewer = replace(before, lots=before.lots[:1])
    assert changed_fields(before.to_json(), fewer.to_json()) == ["lots"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("１２３．４５", "123.45"),
        ("¥ 1,234.56", "1234.56"),
        ("475,962", "475,962"),
        ("1.234,56", "1.234,56"),
        ("about 5", "about 5"),
        ("", ""),
    ],
)
def test_amounts_are_normalised_only_where_they_mean_one_thing(typed: str, stored: str) -> None:
    draft = normalised(with_lot(ceiling_price=typed))
    assert draft.lots[0].ceiling_price == stored


# ── the pre-flight ─────────────────────────────────────────────────────────────────────────────────────────────────

ONE_FAULT: list[tuple[Draft, str, str]] = [
    (a_draft(title_zh="", title_en=" "), "title_zh", "MISSING_VALUE"),
    (a_draft(title_en="x" * 201), "title_en", "TEXT_TOO_LONG"),
    (a_draft(title_en="a\u202eb"), "title_en", "BAD_CHARACTERS"),
    (a_draft(category=""), "category", "MISSING_VALUE"),
    (a_draft(category="dragons"), "category", "UNKNOWN_CATEGORY"),
    (a_draft(currency="XXX"), "currency", "UNKNOWN_CURRENCY"),
    (a_draft(tax_basis="maybe"), "tax_basis", "OUT_OF_RANGE"),
    (a_draft(unseal_scope="all"), "unseal_scope", "OUT_OF_RANGE"),
    (a_draft(award_rule="rated_criteria"), "award_rule", "OUT_OF_RANGE"),
    (a_draft(min_grade="E"), "min_grade", "OUT_OF_RANGE"),
    (a_draft(min_bidders=0), "min_bidders", "OUT_OF_RANGE"),
    (a_draft(response_extension_minutes=43201), "response_extension_minutes", "OUT_OF_RANGE"),
    (a_draft(outside=(OutsideDraft("c" * 32, ""),)), "outside.0.reason", "MISSING_VALUE"),
    (a_draft(outside=(OutsideDraft("c" * 32, "why"),) * 2), "outside.1.supplier_id", "ALREADY_EXISTS"),
    (a_draft(time_zone="Mars/Olympus"), "time_zone", "UNKNOWN_ZONE"),
    (a_draft(response_due=""), "response_due", "MISSING_VALUE"),
    (a_draft(response_due="soon"), "response_due", "NOT_A_TIME"),
    (a_draft(response_due="2026-11-21T14:00"), "response_due", "IN_THE_PAST"),
    (a_draft(response_due="2026-11-25T14:01"), "rules.opens_at", "BEFORE_RESPONSES"),
    (a_draft(lots=()), "lots", "MISSING_VALUE"),
    (with_lot(quantity=""), "lots.0.quantity", "MISSING_VALUE"),
    (with_lot(quantity="0"), "lots.0.quantity", "NOT_POSITIVE"),
    (with_lot(quantity="1.00001"), "lots.0.quantity", "PRECISION"),
    (with_lot(unit=""), "lots.0.unit", "MISSING_VALUE"),
    (with_lot(scale=5), "lots.0.scale", "OUT_OF_RANGE"),
    (with_lot(basis="dozen"), "lots.0.basis", "OUT_OF_RANGE"),
    (with_lot(ceiling_price=""), "lots.0.ceiling_price", "MISSING_VALUE"),
    (with_lot(ceiling_price="475,962"), "lots.0.ceiling_price", "AMBIGUOUS"),
    (with_lot(ceiling_price="286.401"), "lots.0.ceiling_price", "PRECISION"),
    (with_lot(ceiling_price="1e3"), "lots.0.ceiling_price", "MALFORMED"),
    (with_lot(start_price="286.41"), "lots.0.start_price", "ABOVE_CEILING"),
    (with_lot(baseline_source=""), "lots.0.baseline_source", "MISSING_VALUE"),
    (with_lot(baseline_on=""), "lots.0.baseline_on", "MISSING_VALUE"),
    (with_lot(baseline_on="31.12.2025"), "lots.0.baseline_on", "NOT_A_DATE"),
    (with_lot(lines=(LineDraft("", "", "1", "pc"),)), "lots.0.lines.0.description", "MISSING_VALUE"),
    (with_lot(lines=(LineDraft("", "x", "a few", "pc"),)), "lots.0.lines.0.quantity", "MALFORMED"),
    (with_rules(opens_at=""), "rules.opens_at", "MISSING_VALUE"),
    (with_rules(opens_at="2027-11-25T14:00"), "rules.opens_at", "TOO_FAR"),
    (with_rules(duration_s=5, soft_close=None), "rules.duration_s", "OUT_OF_RANGE"),
    (with_rules(feedback="all"), "rules.feedback", "MALFORMED"),
    (with_rules(lots="staggered", stagger_s=300), "rules.lots", "NOT_ALLOWED_HERE"),
    (
        with_rules(step={"measure": "money", "size": "0.001", "rule": "at_least", "basis": "own_last"}),
        "rules.step.size",
        "PRECISION",
    ),
    (with_rules(change_limit={"measure": "money", "size": "0.001"}), "rules.change_limit.size", "PRECISION"),
]


@pytest.mark.parametrize(("draft", "field", "code"), ONE_FAULT, ids=[f"{f}-{c}" for _, f, c in ONE_FAULT])
def test_each_fault_is_named_in_its_place(draft: Draft, field: str, code: str) -> None:
    assert codes_of(draft) == {(field, code)}


def test_start_price_at_the_ceiling_is_fine_and_the_round_may_open_at_the_deadline() -> None:
    assert faults_of(with_lot(start_price="286.40")) == []
    assert faults_of(a_draft(response_due="2026-11-25T14:00")) == []


def test_a_time_the_clocks_show_twice_asks_which() -> None:
    draft = a_draft(time_zone="America/New_York", response_due="2027-11-07T01:30")
    fault = next(fault for fault in faults_of(draft) if fault.field == "response_due")
    assert fault.code == "TIME_AMBIGUOUS"
    assert fault.detail == {"choice_1": "2027-11-07T01:30-04:00", "choice_2": "2027-11-07T01:30-05:00"}


def test_lots_of_a_multi_lot_tender_need_titles_a_lone_lot_does_not() -> None:
    bare: dict[str, Any] = {"title_zh": "", "title_en": ""}
    assert faults_of(with_lot(**bare)) == []
    two = a_draft(Template.MULTI_LOT, lots=(a_lot(1), a_lot(2, **bare)))
    assert codes_of(two) == {("lots.1.title_zh", "MISSING_VALUE")}


def test_a_deadline_one_second_ahead_is_still_ahead() -> None:
    draft = a_draft(response_due="2026-11-21T14:00:01")
    assert faults_of(draft) == []
    due = resolve_local(draft.response_due, SHANGHAI)
    assert due == NOW + timedelta(seconds=1)
