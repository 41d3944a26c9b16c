"""Price points: the demo to the last digit, each benchmark by hand, and properties against plain fractions."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.scoring.formulas import (
    Benchmark,
    BlendWith,
    DeductFromBenchmark,
    Formula,
    LowestRatio,
    PriceOnly,
    Rounding,
    Steps,
)
from app.domain.scoring.price_points import PriceField, benchmark_of, round_fraction, score_price
from tests.domain.scoring.samples import DEMO_FIELD, DEMO_LOT

DEMO = DeductFromBenchmark(Benchmark.LOWEST, above=Decimal(3))
FOUR = PriceField(tuple(map(Decimal, ("90", "100", "110", "140"))), Decimal(150))

amounts = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999.99"), places=2)
fields = st.lists(amounts, min_size=1, max_size=12).map(
    lambda found: PriceField(tuple(found), max(found) + Decimal("1.00"))
)
slopes = st.decimals(min_value=Decimal("0.1"), max_value=Decimal(10), places=1)
# Above nothing is lost below the benchmark: the cheaper is never worse.
monotone = st.builds(
    DeductFromBenchmark,
    benchmark=st.sampled_from(Benchmark),
    above=slopes,
    below=st.decimals(min_value=Decimal(-5), max_value=Decimal(0), places=1),
    full=st.just(Decimal(80)),
    steps=st.sampled_from(Steps),
    digits=st.integers(0, 4),
    rounding=st.sampled_from(Rounding),
    drop_high=st.integers(0, 2),
    drop_low=st.integers(0, 2),
    drop_from=st.just(5),
    k=st.decimals(min_value=Decimal(0), max_value=Decimal("0.9"), places=2),
    alpha=st.decimals(min_value=Decimal(0), max_value=Decimal(1), places=2),
    blend_with=st.sampled_from(BlendWith),
    w=st.decimals(min_value=Decimal(0), max_value=Decimal(1), places=2),
)
every = st.one_of(monotone, st.builds(LowestRatio, digits=st.integers(0, 4)), st.builds(
    DeductFromBenchmark, benchmark=st.sampled_from([Benchmark.MEAN, Benchmark.LOWEST]), above=slopes, below=slopes,
    floor=st.just(Decimal(10)), cap=st.just(Decimal(90)), full=st.just(Decimal(90)),
))  # fmt: skip


def points(formula: Formula, amount: str, field: PriceField = FOUR) -> str:
    found = score_price(formula, Decimal(amount), field)
    assert found is not None
    return str(found.points)


@pytest.mark.parametrize("row", DEMO_LOT, ids=lambda row: str(row[0]))
def test_the_demo_of_the_screens_to_the_last_digit(row: tuple[str, str, str, str, str]) -> None:
    assert points(DEMO, row[1], DEMO_FIELD) == row[3]


def test_lowest_ratio_by_hand() -> None:
    assert [points(LowestRatio(), each) for each in ("90", "100", "110", "140")] == [
        "100.00", "90.00", "81.82", "64.29",
    ]  # fmt: skip
    assert points(LowestRatio(digits=0), "110") == "82"
    assert points(LowestRatio(digits=4), "110") == "81.8182"


def test_price_only_gives_no_points() -> None:
    assert score_price(PriceOnly(), Decimal(90), FOUR) is None


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (DEMO, "90"),
        (replace(DEMO, benchmark=Benchmark.MEAN), "110"),
        (replace(DEMO, benchmark=Benchmark.TRIMMED_MEAN, drop_high=1, drop_from=4), "100"),
        (replace(DEMO, benchmark=Benchmark.TRIMMED_MEAN, drop_high=1, drop_low=1, drop_from=4), "105"),
        (replace(DEMO, benchmark=Benchmark.TRIMMED_MEAN, drop_high=1, drop_from=4, is_inclusive=False), "110"),
        (replace(DEMO, benchmark=Benchmark.TRIMMED_MEAN, drop_high=1, drop_from=3, is_inclusive=False), "100"),
        (replace(DEMO, benchmark=Benchmark.TRIMMED_MEAN, drop_high=1, drop_from=5), "110"),
        (replace(DEMO, benchmark=Benchmark.MEAN_TIMES, k=Decimal("0.05")), "104.5"),
        (replace(DEMO, benchmark=Benchmark.BLEND, alpha=Decimal("0.6"), blend_with=BlendWith.CEILING), "126"),
        (replace(DEMO, benchmark=Benchmark.BLEND, alpha=Decimal("0.6"), blend_with=BlendWith.LOWEST), "102"),
        (replace(DEMO, benchmark=Benchmark.BLEND, alpha=Decimal("0.6"), blend_with=BlendWith.HIGHEST), "122"),
        (replace(DEMO, benchmark=Benchmark.MIN_MEAN, w=Decimal("0.4")), "102"),
        (replace(DEMO, benchmark=Benchmark.TWO_PASS_MEAN), "100"),
    ],
)
def test_each_benchmark_by_hand(formula: DeductFromBenchmark, expected: str) -> None:
    assert benchmark_of(formula, FOUR) == Fraction(expected)


def test_slopes_floor_and_cap() -> None:
    both = replace(DEMO, benchmark=Benchmark.MEAN, above=Decimal(2), below=Decimal(1), floor=Decimal(40))
    # 90 is 18.18 % below 110, 140 is 27.27 % above it.
    assert [points(both, each) for each in ("90", "110", "140")] == ["81.82", "100.00", "45.45"]
    steep = replace(both, above=Decimal(3))
    assert points(steep, "140") == "40.00"
    bonus = replace(both, full=Decimal(90), below=Decimal("-0.5"))
    assert points(bonus, "90") == "99.09"
    assert points(replace(bonus, below=Decimal(-1)), "90") == "100.00"
    assert points(replace(bonus, below=Decimal(-1), cap=Decimal(95)), "90") == "95.00"


def test_full_percents_only_where_the_formula_is_stepped() -> None:
    stepped = replace(DEMO, steps=Steps.STEPPED)
    field = PriceField((Decimal("100.00"), Decimal("101.99"), Decimal("102.00")), Decimal(200))
    assert [points(stepped, each, field) for each in ("100.00", "101.99", "102.00")] == ["100.00", "97.00", "94.00"]
    below = replace(
        stepped, benchmark=Benchmark.BLEND, alpha=Decimal(0), blend_with=BlendWith.HIGHEST, below=Decimal(1)
    )
    near = PriceField((Decimal("98.01"), Decimal("100.00")), Decimal(200))
    assert points(below, "98.01", near) == "99.00"


def test_the_stage_of_rounding_changes_the_figure_and_is_a_parameter() -> None:
    field = PriceField(tuple(map(Decimal, ("1.00", "1.01", "1.03"))), Decimal(2))
    mean = replace(DEMO, benchmark=Benchmark.MEAN, above=Decimal(10))
    # Mean 1.01333…; 1.03 is 1.6447 % above it, and 1.98 % above 1.01.
    assert points(mean, "1.03", field) == "83.55"
    assert points(replace(mean, rounding=Rounding.DEVIATION), "1.03", field) == "83.60"
    assert points(replace(mean, rounding=Rounding.BENCHMARK), "1.03", field) == "80.20"


def test_a_benchmark_too_small_for_its_digits_stays_unrounded() -> None:
    tiny = PriceField((Decimal("0.0010"), Decimal("0.0012")), Decimal(1))
    assert points(replace(DEMO, rounding=Rounding.BENCHMARK, above=Decimal(1)), "0.0012", tiny) == "80.00"


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [("1/8", 2, "0.13"), ("-1/8", 2, "-0.13"), ("1/3", 4, "0.3333"), ("5/2", 0, "3"), ("-1/1000", 2, "0.00")],
)
def test_half_up(value: str, digits: int, expected: str) -> None:
    assert str(round_fraction(Fraction(value), digits)) == expected


@given(st.fractions(max_denominator=10**6), st.integers(0, 4))
def test_rounding_is_never_further_than_half_a_digit(value: Fraction, digits: int) -> None:
    off = abs(Fraction(round_fraction(value, digits)) - value)
    assert off <= Fraction(1, 2 * 10**digits)


@given(every, fields)
def test_points_stay_between_floor_and_cap(formula: Formula, field: PriceField) -> None:
    low = formula.floor if isinstance(formula, DeductFromBenchmark) else Decimal(0)
    high = formula.cap if isinstance(formula, DeductFromBenchmark) else Decimal(100)
    for amount in field.amounts:
        found = score_price(formula, amount, field)
        assert found is not None
        assert low <= found.points <= high


@given(st.one_of(monotone, st.builds(LowestRatio, digits=st.integers(0, 4))), fields)
def test_among_the_same_bids_the_cheaper_never_has_fewer_points(formula: Formula, field: PriceField) -> None:
    scores = [score_price(formula, amount, field) for amount in sorted(field.amounts)]
    found = [score.points for score in scores if score is not None]
    assert len(found) == len(field.amounts)
    assert found == sorted(found, reverse=True)


@given(fields, slopes)
def test_deduction_from_the_lowest_is_exact(field: PriceField, above: Decimal) -> None:
    """Against the formula of SCORING.md written out once more in fractions."""
    lowest = Fraction(min(field.amounts))
    for amount in field.amounts:
        dev = (Fraction(amount) - lowest) * 100 / lowest
        exact = max(Fraction(0), 100 - dev * Fraction(above))
        found = score_price(DeductFromBenchmark(Benchmark.LOWEST, above=above), amount, field)
        assert found is not None
        assert abs(Fraction(found.points) - exact) <= Fraction(1, 200)


@given(fields)
def test_lowest_ratio_is_exact_and_the_lowest_has_all(field: PriceField) -> None:
    lowest = min(field.amounts)
    for amount in field.amounts:
        found = score_price(LowestRatio(), amount, field)
        assert found is not None
        assert abs(Fraction(found.points) - 100 * Fraction(lowest) / Fraction(amount)) <= Fraction(1, 200)
        assert (amount != lowest) or found.points == 100


@given(monotone, fields, st.integers(2, 50))
def test_the_unit_of_money_does_not_matter_where_nothing_is_rounded_before_the_end(
    formula: DeductFromBenchmark, field: PriceField, factor: int
) -> None:
    plain = replace(formula, rounding=Rounding.TOTAL)
    larger = PriceField(tuple(amount * factor for amount in field.amounts), field.ceiling * factor)
    for amount in field.amounts:
        one, other = score_price(plain, amount, field), score_price(plain, amount * factor, larger)
        assert one is not None
        assert other is not None
        assert one.points == other.points
