"""The numbers of a performance review hold whatever the orders."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.certification import Grade, Marks
from app.domain.performance import (
    FORMULA,
    Delivery,
    Formula,
    Order,
    Outcome,
    Period,
    Points,
    Promise,
    Span,
    check_period,
    marks_after,
    may_close,
    measure,
    on_time_quantity,
    parse_period,
    points_of,
)
from app.domain.performance_offer import MOST, Reviewed, offered_points
from app.domain.refusals import Code, Refusal

DAY = timedelta(days=1)
START = date(2026, 7, 1)
days = st.integers(0, 40).map(lambda n: START + n * DAY)
amounts = st.integers(0, 500).map(Decimal)
promises = st.builds(Promise, days, st.integers(1, 500).map(Decimal))
deliveries = st.builds(Delivery, days, amounts, amounts, st.none() | st.integers(0, 5))
orders = st.builds(
    Order,
    st.lists(promises, min_size=1, max_size=4).map(tuple),
    st.lists(deliveries, max_size=5).map(tuple),
)


def an_order(*arrived: tuple[int, int, int], promised: tuple[tuple[int, int], ...] = ((10, 100),)) -> Order:
    """Days from the start, accepted, rejected; promised days with quantities."""
    return Order(
        tuple(Promise(START + day * DAY, Decimal(quantity)) for day, quantity in promised),
        tuple(Delivery(START + day * DAY, Decimal(good), Decimal(bad)) for day, good, bad in arrived),
    )


def test_split_deliveries_fill_the_promises_in_turn() -> None:
    promised = ((10, 60), (20, 40))
    assert on_time_quantity(an_order((9, 60, 0), (20, 40, 0), promised=promised)) == 100
    # Ten are late for the first promise; what comes on the 15th fills them before the second one.
    assert on_time_quantity(an_order((9, 50, 0), (15, 50, 0), promised=promised)) == 90
    # The rejected ten have not arrived; their replacement comes too late.
    assert on_time_quantity(an_order((10, 90, 10), (12, 10, 0))) == 90
    assert on_time_quantity(an_order((1, 500, 0))) == 100
    assert on_time_quantity(an_order()) == 0


@settings(max_examples=60)
@given(orders, st.data())
def test_on_time_is_bounded_monotone_and_knows_no_order_of_lines(order: Order, data: st.DataObject) -> None:
    found = on_time_quantity(order)
    assert 0 <= found <= min(order.quantity, sum((one.accepted for one in order.deliveries), Decimal(0)))
    mixed = Order(
        tuple(data.draw(st.permutations(order.promises))), tuple(data.draw(st.permutations(order.deliveries)))
    )
    assert on_time_quantity(mixed) == found
    # A delivery in two parts on one day, or a promise in two, changes nothing.
    halves = tuple(
        Delivery(one.on, part, one.rejected / 2, one.service)
        for one in order.deliveries
        for part in (one.accepted / 2, one.accepted / 2)
    )
    twice = tuple(Promise(one.on, one.quantity / 2) for one in order.promises for _ in range(2))
    assert on_time_quantity(Order(twice, halves)) == found
    earlier = tuple(Delivery(one.on - DAY, one.accepted, one.rejected) for one in order.deliveries)
    assert on_time_quantity(Order(order.promises, earlier)) >= found


@settings(max_examples=60)
@given(st.lists(orders, max_size=6))
def test_a_score_knows_its_sample_and_stays_between_its_aspects(found: list[Order]) -> None:
    figures = measure(found)
    assert (figures.orders, figures.deliveries) == (len(found), sum(len(one.deliveries) for one in found))
    seen = [one for one in (figures.points.quality, figures.points.delivery, figures.points.service) if one is not None]
    assert all(0 <= point <= 100 for point in seen)
    if not found:
        assert (figures.outcome, seen) == (Outcome.NO_BUSINESS, [])
    if len(found) < FORMULA.minimum_orders:
        assert figures.outcome is not Outcome.SCORED
        assert (figures.score, figures.grade) == (None, None)
        return
    assert figures.score is not None
    assert min(seen) - Decimal("0.05") <= figures.score <= max(seen) + Decimal("0.05")
    assert measure(found[::-1]) == figures
    # One order more of the very best never lowers a score.
    best = Order((Promise(START, Decimal(1)),), (Delivery(START, Decimal(1), Decimal(0), 5),))
    better = measure([*found, best]).points
    assert better.delivery is not None
    assert figures.points.delivery is not None
    assert better.delivery >= figures.points.delivery


def test_a_score_by_hand() -> None:
    found = [an_order((10, 100, 0)), an_order((10, 90, 10), (12, 10, 0)), an_order((11, 100, 0))]
    figures = measure(found)
    # Quality: 100, 100 of 110, 100 → 96.97; delivery: 100, 90, 0 → 63.33; nobody marked the service: 50 : 35.
    assert figures.points == Points(Decimal("96.97"), Decimal("63.33"), None)
    assert (figures.score, figures.grade) == (Decimal("83.1"), Grade.B)
    assert points_of(found[1]) == Points(Decimal("90.91"), Decimal("90.00"), None)
    # Nothing came of anything: no quality was seen, and the delivery says it all.
    assert measure([an_order()] * 3).score == Decimal("0.0")


def test_periods_are_quarters_and_years_that_are_over() -> None:
    assert parse_period("2026-Q4") == Period("2026-Q4", Span.QUARTER, date(2026, 10, 1), date(2026, 12, 31))
    assert parse_period("2026") == Period("2026", Span.YEAR, date(2026, 1, 1), date(2026, 12, 31))
    assert [parse_period(code) for code in ("2026-Q5", "26-Q1", "2026-", "2026-q1", "", "２０２６")] == [None] * 6
    first = date(2027, 1, 1)
    for number in range(1, 5):
        quarter = parse_period(f"2027-Q{number}")
        assert quarter is not None
        assert quarter.first == first
        first = quarter.last + DAY
    assert first == date(2028, 1, 1)
    early = check_period("2026-Q3", date(2026, 9, 30))
    assert early == Refusal(Code.TOO_EARLY, {"field": "period", "after": "2026-09-30"})
    assert isinstance(check_period("2026-Q3", date(2026, 10, 1)), Period)


def test_a_review_closes_after_the_reply_or_the_days_for_one() -> None:
    assert may_close(START, START, is_replied=True) is None
    assert may_close(START, START + 10 * DAY, is_replied=False) is not None
    assert may_close(START, START + 11 * DAY, is_replied=False) is None


@given(st.lists(st.integers(60, 100).map(Decimal), min_size=5, max_size=5))
def test_marks_move_towards_the_points_and_never_past_them(drawn: list[Decimal]) -> None:
    before, points = Marks(*drawn[:3]), Points(drawn[3], drawn[4], None)
    after = marks_after(before, points, Formula.from_json(FORMULA.to_json()))
    assert after.credit == before.credit
    for old, new, towards in ((before.quality, after.quality, drawn[3]), (before.delivery, after.delivery, drawn[4])):
        assert min(old, towards) <= new <= max(old, towards)
    assert marks_after(before, Points(None, None, None), FORMULA) == before


reviewed = st.builds(Reviewed, st.sampled_from(Grade), st.integers(0, 1000).map(lambda n: Decimal(n) / 10))


@given(st.lists(reviewed, max_size=9))
def test_what_is_offered_never_gives_a_worse_grade_more(found: list[Reviewed]) -> None:
    points = offered_points(found)
    if len(found) < 3:
        assert points is None
        return
    assert points is not None
    row = [points[grade] for grade in Grade]
    assert row == sorted(row, reverse=True)
    assert all(abs(one) <= MOST for one in row)


def test_an_offer_by_hand() -> None:
    scores = [(Grade.A, 95), (Grade.A, 93), (Grade.B, 84), (Grade.D, 60)]
    # Mean 83: A +11 → 2, B +1 → 0, nobody with C → as B, D −23 → −4.5.
    offered = offered_points([Reviewed(grade, Decimal(score)) for grade, score in scores])
    assert offered == {Grade.A: Decimal(2), Grade.B: Decimal(0), Grade.C: Decimal(0), Grade.D: Decimal("-4.5")}
