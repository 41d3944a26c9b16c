"""The milestones of a contract add up to its price, to the last cent, and a plan that does not is refused."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.paying import MilestoneKind, Terms
from app.domain.payment_plan import MOST_MILESTONES, decide_plan, milestones_of
from app.domain.payment_terms import STANDARD, Issues
from app.domain.refusals import Code

SIGNED = date(2026, 10, 20)
issues = st.builds(
    lambda prepaid, kept, credit, draft, delivery, retained: Issues(
        Decimal(prepaid), credit, draft, Decimal(kept), retained, delivery, 12
    ),
    st.integers(0, 70), st.integers(0, 30), st.integers(0, 365), st.integers(0, 180), st.integers(1, 730),
    st.integers(0, 1825),
)  # fmt: skip


def test_the_standard_terms() -> None:
    main, kept = milestones_of(Decimal("271400.00"), STANDARD, SIGNED, digits=2)
    delivered = SIGNED + timedelta(30)
    assert main == Terms(MilestoneKind.DELIVERY, Decimal("257830.00"), delivered, 60)
    assert kept == Terms(MilestoneKind.RETENTION, Decimal("13570.00"), delivered + timedelta(365), 0)


@given(st.integers(1, 10**12), issues)
def test_a_proposed_plan_may_always_be_kept(cents: int, terms: Issues) -> None:
    total = Decimal(cents) / 100
    plan = milestones_of(total, terms, SIGNED, digits=2)
    assert sum(each.amount for each in plan) == total
    assert all(each.amount > 0 and each.falls_on >= SIGNED for each in plan)
    assert decide_plan(plan, planned=Decimal(0), total=total, digits=2, today=SIGNED) is None
    more = decide_plan(plan, planned=Decimal("0.01"), total=total, digits=2, today=SIGNED)
    less = decide_plan(plan, planned=Decimal(0), total=total + Decimal("0.01"), digits=2, today=SIGNED)
    assert more is not None
    assert less is not None
    assert {more.code, less.code} == {Code.SUM_DIFFERS}


def test_a_plan_of_nothing_of_too_much_or_with_a_bad_part_is_refused() -> None:
    whole = Terms(MilestoneKind.DELIVERY, Decimal(100), SIGNED, 30)

    def code(plan: list[Terms]) -> Code | None:
        refusal = decide_plan(plan, planned=Decimal(0), total=Decimal(100), digits=2, today=SIGNED)
        return None if refusal is None else refusal.code

    assert code([whole]) is None
    assert code([]) is Code.OUT_OF_RANGE
    assert code([whole] * (MOST_MILESTONES + 1)) is Code.OUT_OF_RANGE
    assert code([replace(whole, credit_days=400)]) is Code.OUT_OF_RANGE
    assert code([replace(whole, amount=Decimal("100.001"))]) is Code.PRECISION
