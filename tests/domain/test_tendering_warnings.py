"""What the pre-flight warns of without stopping anything (DESIGN.md section 3, SCREENS.md PL-05, PL-06, LR-28)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.drafting import Draft, Template
from app.domain.forewarning import ExpectedField, check_field, warn_about_field, warn_about_terms
from app.domain.live_rules import Pace
from tests.domain.tender_drafts import NOW, a_draft, a_lot, terms_of, with_lot, with_rules


def field_warnings(invited: int, template: Template = Template.QUICK, min_bidders: int = 3) -> set[str]:
    terms = terms_of(a_draft(template, min_bidders=min_bidders))
    return {fault.code for fault in warn_about_field(ExpectedField(invited, 0), terms)}


@pytest.mark.parametrize(
    ("invited", "codes"),
    [
        (2, {"ANONYMITY_NOMINAL", "ALIASES_HIDDEN", "FEW_SUPPLIERS"}),
        (3, {"ALIASES_HIDDEN", "FEW_SUPPLIERS", "NO_SPARE_BIDDER"}),
        (4, {"FEW_SUPPLIERS"}),
        (5, set()),
    ],
)
def test_small_fields_warn(invited: int, codes: set[str]) -> None:
    assert field_warnings(invited) == codes


@pytest.mark.parametrize(("invited", "is_warned"), [(4, True), (5, False), (6, False)])
def test_best_price_needs_five(invited: int, is_warned: bool) -> None:
    assert ("BEST_PRICE_HIDDEN" in field_warnings(invited, Template.BEST_PRICE)) is is_warned


@pytest.mark.parametrize(("invited", "code"), [(4, "TURNS_IDLE"), (5, None), (6, "TURNS_SHARED")])
def test_turns_fit_the_field(invited: int, code: str | None) -> None:
    terms = terms_of(a_draft())
    assert terms.rules is not None
    turns = replace(terms, rules=replace(terms.rules, pace=Pace(2, timedelta(seconds=30), slots=5)))
    found = {one.code for one in warn_about_field(ExpectedField(invited, 0), turns) if one.field == "rules.pace.slots"}
    assert found == ({code} if code else set())


@pytest.mark.parametrize(("invited", "stops"), [(2, True), (3, False), (4, False)])
def test_fewer_than_the_minimum_stops(invited: int, stops: bool) -> None:
    assert bool(check_field(ExpectedField(invited - 1, 1), 3)) is stops


def warnings_of(draft: Draft) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in warn_about_terms(terms_of(draft), now=NOW)}


def test_a_good_draft_has_nothing_to_warn_of() -> None:
    assert warnings_of(a_draft(questions={"profile": "strict"})) == set()
    assert warnings_of(a_draft()) == {("questions.profile", "LEAN_ABOVE_BAND")}


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (a_draft(title_en=""), "title_en", "NO_TRANSLATION"),
        (a_draft(terms_zh="款到发货"), "terms_en", "NO_TRANSLATION"),
        (a_draft(response_due="2026-11-21T15:00"), "response_due", "SHORT_NOTICE"),
        (a_draft(response_due="2026-11-25T14:00"), "response_extension_minutes", "NO_ROOM_TO_EXTEND"),
        (a_draft(response_extension_minutes=21 * 60), "response_extension_minutes", "NO_ROOM_TO_CONTINUE"),
        (a_draft(response_extension_minutes=0), "response_extension_minutes", "NO_ROOM_TO_EXTEND"),
        (with_rules(soft_close=None), "rules.soft_close", "NO_SOFT_CLOSE"),
        (with_lot(baseline_price=""), "lots.0.baseline_price", "NO_BASELINE"),
        (a_draft(Template.MULTI_LOT, lots=(a_lot(1), a_lot(2, scale=3))), "lots.1.scale", "SCALES_DIFFER"),
    ],
)
def test_each_warning(draft: Draft, field: str, code: str) -> None:
    assert (field, code) in warnings_of(draft)


@pytest.mark.parametrize(("size", "is_warned"), [("0.24", True), ("0.25", False), ("0.5", False), ("0.51", True)])
def test_the_guide_for_the_step(size: str, is_warned: bool) -> None:
    draft = with_rules(step={"measure": "percent", "size": size, "rule": "at_least", "basis": "own_last"})
    assert (("rules.step.size", "STEP_OUTSIDE_GUIDE") in warnings_of(draft)) is is_warned


def test_lots_that_close_together_warn() -> None:
    draft = a_draft(Template.MULTI_LOT)
    together = replace(draft, rules={**(draft.rules or {}), "lots": "parallel", "stagger_s": 0})
    assert ("rules.lots", "LOTS_CLOSE_TOGETHER") in warnings_of(together)
