"""Appeals against performance reviews: their days, who decides, what is held back, where a new one starts."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.certification import Marks
from app.domain.improving import AppealState
from app.domain.refusals import Code, Refusal
from app.domain.review_appealing import (
    APPEAL_DAYS,
    Appealable,
    Given,
    changed_orders,
    decide_deciding,
    decide_making,
    decide_recount,
    is_held_back,
    last_appeal_day,
    marks_before,
)

CLOSED = date(2026, 3, 2)
NAMES = st.sampled_from("abcdef")
MARKS = st.builds(Marks, *(st.integers(0, 100).map(Decimal) for _ in range(3)))
ORDERS = st.dictionaries(NAMES, st.integers(0, 3)).map(
    lambda found: [{"number": number, "accepted": accepted} for number, accepted in found.items()]
)


def a_review(**changes: object) -> Appealable:
    values: dict[str, object] = {"closed_on": CLOSED, "is_last": True, "is_final": False, "is_appealed": False}
    return Appealable(**(values | changes))  # type: ignore[arg-type] # a test's own changes


def code_of(found: Refusal | None) -> Code | None:
    return None if found is None else found.code


def test_the_last_day_is_whole_and_the_one_after_it_too_late() -> None:
    assert last_appeal_day(CLOSED) == CLOSED + timedelta(days=APPEAL_DAYS)
    for beyond, code in ((-1, None), (0, None), (1, Code.TOO_LATE)):
        assert code_of(decide_making(a_review(), last_appeal_day(CLOSED) + timedelta(days=beyond))) is code


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 3 * APPEAL_DAYS))
def test_only_a_closed_review_that_counts_is_appealed_once_and_in_time(
    is_closed: bool,
    is_last: bool,
    is_final: bool,
    is_appealed: bool,
    days: int,
) -> None:
    held = Appealable(CLOSED if is_closed else None, is_last, is_final, is_appealed)
    may = is_closed and is_last and not is_final and not is_appealed and days <= APPEAL_DAYS
    assert (decide_making(held, CLOSED + timedelta(days=days)) is None) is may


@given(st.sampled_from(AppealState), st.frozensets(NAMES), NAMES)
def test_nobody_decides_what_he_made_or_closed_nor_twice(
    state: AppealState, assessors: frozenset[str], decider: str
) -> None:
    found = code_of(decide_deciding(state, assessors, decider))
    if state is not AppealState.OPEN:
        assert found is Code.ALREADY_DECIDED
    else:
        assert found is (Code.SAME_PERSON if decider in assessors else None)


@given(ORDERS, ORDERS)
def test_what_was_corrected_is_named_and_nothing_else(
    before: list[dict[str, object]], after: list[dict[str, object]]
) -> None:
    changed = changed_orders(before, after)
    assert changed == changed_orders(after, before)
    same = {str(one["number"]) for one in before if one in after}
    assert same.isdisjoint(changed)
    assert same | set(changed) == {str(one["number"]) for one in (*before, *after)}


def test_an_appeal_is_upheld_only_where_something_was_corrected() -> None:
    assert decide_recount("a", "b") is None
    assert code_of(decide_recount("a", "a")) is Code.NOT_ALLOWED_HERE


@given(st.frozensets(NAMES), NAMES)
def test_nothing_follows_from_a_review_while_its_appeal_is_open(open_appeals: frozenset[str], review: str) -> None:
    assert is_held_back(review, open_appeals) is (review in open_appeals)


@given(st.lists(st.builds(Given, st.none() | NAMES, MARKS), max_size=6), st.frozensets(NAMES))
def test_a_review_computed_anew_starts_before_the_one_it_replaces(known: list[Given], replaced: frozenset[str]) -> None:
    found = marks_before(known, replaced)
    left = [one.marks for one in known if one.proposal_id not in replaced]
    assert found == (left[0] if left else None)
    # Where the replaced review was never carried further, it moves the marks in force.
    assert marks_before(known, frozenset()) == (known[0].marks if known else None)
