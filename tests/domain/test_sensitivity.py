"""Sensitivity: the intervals are those in which the ranking made anew says the same; the demo's own figures."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.pareto import iso_total, pareto
from app.domain.refusals import Code, Refusal
from app.domain.scoring.criteria import Aggregation, AnswerKind, Criterion, Group, TechnicalRules
from app.domain.scoring.formulas import DeductFromBenchmark, Formula, LowestRatio
from app.domain.scoring.kinds import Benchmark, Coefficient, MinMax, PriceOnly, QualityPerPrice, Ratio, Rounding, Ties
from app.domain.scoring.price_points import PriceField
from app.domain.scoring.rules import EvaluationRules, PriceRules
from app.domain.scoring.shortlist_rules import CutOffTies, ShortlistRules
from app.domain.scoring.totals import Offer, is_passing, rank_offers, technical_points, total_points
from app.domain.scoring.whole_totals import as_points, weights_of, whole_total
from app.domain.sensitivity import (
    first_holding,
    hold_first,
    hold_shortlist,
    lines_of,
    order_at,
    reweighed,
    shortlist_holding,
    totals_by_weight,
)
from app.domain.shortlisting import cut_of
from app.domain.stepping import leave_one_out, one_level_changes
from app.domain.whatif import Change, Contest, Tried, try_change

# SCREENS.md section 3, lot 2.
DEMO = [
    ("C", "274.90", "90.0"), ("K", "271.40", "84.0"), ("A", "277.60", "86.5"), ("F", "276.20", "82.0"),
    ("B", "281.90", "88.0"), ("H", "280.40", "85.0"), ("D", "279.30", "79.5"), ("E", "287.50", "92.0"),
    ("G", "284.00", "74.0"),
]  # fmt: skip
CEILING = Decimal(300)
HALVES = ("c1", "c2")


def criterion(name: str, threshold: str | None = None) -> Criterion:
    least = None if threshold is None else Decimal(threshold)
    return Criterion(name, 1, name, name, Decimal(50), least, AnswerKind.TEXT, "", (), "", "", ())


def rules(
    weight: str = "60",
    formula: Formula | None = None,
    shortlist: ShortlistRules | None = None,
    threshold: str | None = None,
) -> EvaluationRules:
    price = PriceRules(Decimal(weight), formula or DeductFromBenchmark(above=Decimal(3)))
    criteria = tuple(criterion(name, threshold) for name in HALVES)
    technical = TechnicalRules(100 - price.weight, None, Aggregation.MEAN, criteria)
    return EvaluationRules(technical, price, shortlist or ShortlistRules(3), freeze_technical=False)


def offers(rows: list[tuple[str, str, str]]) -> list[Offer]:
    return [Offer(key, Decimal(price), at, Decimal(points)) for at, (key, price, points) in enumerate(rows, start=1)]


def test_the_demo_holds_from_12_6_to_60_8_percent() -> None:
    lines = lines_of(rules(), offers(DEMO), ceiling=CEILING)
    told = first_holding(lines, "C", Fraction(60))
    assert told.interval is not None
    assert (round(float(told.interval.low), 1), round(float(told.interval.high), 1)) == (12.6, 60.8)
    assert (told.below, told.above) == (("E",), ("K",))
    listed = shortlist_holding(lines, ["C", "K", "A"], ShortlistRules(3), Fraction(60))
    assert listed.interval is not None
    assert listed.interval.low < 60 < listed.interval.high
    assert set(listed.below) != {"C", "K", "A"}


def test_a_negative_total_has_no_distance_in_percent() -> None:
    made = [replace(each, bonus=Decimal(-95)) for each in offers(DEMO)]
    lines = lines_of(rules(), made, ceiling=CEILING)
    assert hold_shortlist(lines, ["C", "K", "A"], ShortlistRules(3), Fraction(60)) is not None
    assert hold_shortlist(lines, ["C", "K", "A"], ShortlistRules(3, Decimal(5)), Fraction(60)) is None


def test_what_rests_on_rounding_has_no_interval() -> None:
    lines = lines_of(rules(), offers(DEMO), ceiling=CEILING)
    assert hold_first(lines, "K", Fraction(60)) is None
    assert hold_shortlist(lines, ["C", "K", "A", "F"], ShortlistRules(3), Fraction(60)) is None
    assert lines_of(rules("100", PriceOnly()), offers(DEMO), ceiling=CEILING) == []


ROWS = st.lists(
    st.tuples(st.integers(80, 120), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=7
)  # fmt: skip
SHORTLISTS = st.builds(
    ShortlistRules, st.integers(2, 4), st.sampled_from([None, Decimal(0), Decimal(5), Decimal(30)]),
    st.sampled_from([None, 1, 2]), st.sampled_from(CutOffTies),
)  # fmt: skip
FORMULAS = st.sampled_from([
    LowestRatio(), MinMax(rounding=Rounding.WEIGHTED), DeductFromBenchmark(above=Decimal(2), ties=Ties.TECHNICAL),
    DeductFromBenchmark(Benchmark.MEAN, above=Decimal(2), below=Decimal(-1), rounding=Rounding.POINTS),
    PriceOnly(ties=Ties.TECHNICAL), Coefficient(share=Decimal("0.2")),
    QualityPerPrice(ratio=Ratio.PRICE_PER_QUALITY),
])  # fmt: skip
BONUSES = (Decimal(0), Decimal("2.5"), Decimal("-5"))


def contest(rows: list[tuple[int, int, int]], under: EvaluationRules) -> Contest:
    assert under.technical is not None
    made, values = [], {}
    for at, (price, *marks) in enumerate(rows):
        own = dict(zip(HALVES, map(Decimal, marks), strict=True))
        if is_passing(under.technical, own):
            values[f"O{at}"] = own
            points = technical_points(under.technical, own)
            made.append(Offer(f"O{at}", Decimal(price), at, points, BONUSES[price % 3]))
    return Contest(under, made, CEILING, values)


@settings(deadline=None, max_examples=40)
@given(ROWS, SHORTLISTS, st.integers(0, 100))
def test_inside_its_interval_a_place_holds_and_just_outside_it_does_not(
    rows: list[tuple[int, int, int]], listing: ShortlistRules, weight: int
) -> None:
    under = rules(str(weight), LowestRatio(), listing)
    # Without points of certification: with them offers of different marks can tie at one weight alone.
    made = [replace(each, bonus=Decimal(0)) for each in contest(rows, under).offers]
    lines = lines_of(under, made, ceiling=CEILING)
    official = Fraction(weight)

    def cut(at: Fraction) -> tuple[set[str], bool]:
        """Who is on the list, and whether equals at the cut are."""
        ordered = order_at(lines, at)
        size, end = cut_of([each.at(at) for each in ordered], listing)
        return {each.key for each in ordered[:end]}, end > size

    def listed(at: Fraction) -> set[str]:
        return cut(at)[0]

    def leader(at: Fraction) -> set[str]:
        return {order_at(lines, at)[0].key}

    (first,), (inside, has_equals) = leader(official), cut(official)
    for held, told in (
        (hold_first(lines, first, official), leader),
        (hold_shortlist(lines, sorted(inside), listing, official), listed),
    ):
        if held is None:
            assert has_equals
            continue
        assert held.low <= official <= held.high
        for share in (Fraction(1, 97), Fraction(1, 3), Fraction(96, 97)):
            assert held.low == held.high or told(official) == told(held.low + (held.high - held.low) * share)
        step = Fraction(1, 10**12)
        for bound, beyond in ((held.low, held.low - step), (held.high, held.high + step)):
            is_last = bound in {0, 100} and not 0 < beyond < 100
            assert is_last or told(official) != told(beyond) or cut(beyond)[1]


@settings(deadline=None, max_examples=80)
@given(ROWS, FORMULAS, SHORTLISTS, st.sampled_from([None, "40"]), st.booleans())
def test_one_step_is_what_ranking_anew_gives(
    rows: list[tuple[int, int, int]], formula: Formula, listing: ShortlistRules, threshold: str | None, grouped: bool
) -> None:
    under = rules("60", formula, listing, threshold)
    if grouped:
        assert under.technical is not None
        group = Group("g", "", "g", Decimal(100), threshold=Decimal(50))
        inside = tuple(replace(each, parent="g") for each in under.technical.criteria)
        tree = replace(under.technical, criteria=inside, groups=(group,), threshold=Decimal("55.5"))
        under = replace(under, technical=tree)
    tried = contest(rows, under)
    official = [row.offer for row in rank_offers(under, tried.offers, ceiling=CEILING)]
    found = {(each.key, each.criterion, each.step): each for each in one_level_changes(tried)}
    base = try_change(tried, Change())
    assert isinstance(base, Tried)
    for offer in official:
        for name in HALVES:
            for step in (-1, 1):
                value = tried.values[offer.key][name] + step
                if not 0 <= value <= 5:
                    continue
                anew = try_change(tried, Change(values={(offer.key, name): value}))
                assert isinstance(anew, Tried)
                change = found.get((offer.key, name, step))
                is_same = (anew.first, set(anew.shortlist.labels)) == (base.first, set(base.shortlist.labels))
                assert is_same == (change is None)
                if change is not None:
                    told = (anew.first, anew.shortlist.labels, bool(anew.failing))
                    assert (change.first, change.shortlist, change.fails) == told
    for left in leave_one_out(tried):
        anew = try_change(tried, Change(without=frozenset({left.key})))
        assert isinstance(anew, Tried)
        assert (left.first, left.shortlist) == (anew.first, anew.shortlist.labels)
        order = [row.offer.key for row in anew.rows]
        assert left.turns == (order != [each.key for each in official if each.key != left.key])


@pytest.mark.parametrize("rounding", [Rounding.TOTAL, Rounding.WEIGHTED, Rounding.POINTS])
@pytest.mark.parametrize("ties", list(Ties))
def test_the_table_of_weights_is_the_ranking_at_each(rounding: Rounding, ties: Ties) -> None:
    under = rules("60", LowestRatio(rounding=rounding, ties=ties))
    made = [replace(each, bonus=BONUSES[each.order % 3]) for each in offers(DEMO)]
    table = totals_by_weight(under, made, ceiling=CEILING)
    assert len(table) == 101
    for weight in (0, 37, 60, 100):
        rows = rank_offers(reweighed(under, Decimal(weight)), made, ceiling=CEILING)
        assert table[weight] == [(row.offer.key, row.total) for row in rows]


@given(
    st.decimals(0, 100, places=4), st.fractions(-300, 100), st.decimals(0, 100, places=2), st.decimals(-9, 9, places=4),
    st.sampled_from(Rounding), st.integers(0, 4),
)  # fmt: skip
def test_a_total_in_whole_numbers_is_the_official_one(
    weight: Decimal, counted: Fraction, points: Decimal, bonus: Decimal, rounding: Rounding, digits: int
) -> None:
    under = reweighed(rules("60", LowestRatio(rounding=rounding, digits=digits)), weight)
    offer = Offer("A", Decimal(1), 1, points, bonus)
    made = whole_total(under.price.formula, replace(offer, technical=Decimal("12.5")), counted)
    found = as_points(made.with_technical(int(points * 100)).at(weights_of(under)))
    assert found == total_points(under, points, counted, bonus)


def test_what_cannot_be_tried_is_refused() -> None:
    tried = contest([(100, 3, 4), (110, 5, 5)], rules())
    for change, code in (
        (Change(price_weight=Decimal(101)), Code.OUT_OF_RANGE),
        (Change(without=frozenset({"nobody"})), Code.UNKNOWN_LABEL),
        (Change(values={("O1", "c9"): Decimal(1)}), Code.UNKNOWN_LABEL),
        (Change(values={("O1", "c1"): Decimal(6)}), Code.NOT_A_MARK),
        (Change(count=0), Code.OUT_OF_RANGE),
    ):
        refused = try_change(tried, change)
        assert isinstance(refused, Refusal)
        assert refused.code is code
    by_price = replace(tried, rules=rules("100", PriceOnly()))
    assert isinstance(try_change(by_price, Change(price_weight=Decimal(50))), Refusal)
    alone = try_change(tried, Change(without=frozenset({"O0", "O1"})))
    assert isinstance(alone, Tried)
    assert (alone.first, alone.shortlist.labels) == (None, ())


@given(ROWS)
def test_nobody_on_the_pareto_line_is_beaten(rows: list[tuple[int, int, int]]) -> None:
    made = [Offer(str(at), Decimal(price), at, Decimal(a * 10 + b)) for at, (price, a, b) in enumerate(rows)]

    def beats(one: Offer, other: Offer) -> bool:
        pair, against = (one.amount, -(one.technical or 0)), (other.amount, -(other.technical or 0))
        return pair != against and all(mine <= its for mine, its in zip(pair, against, strict=True))

    line = pareto(made)
    assert sorted(line) == sorted(each.key for each in made if not any(beats(one, each) for one in made))


def test_the_line_of_equal_totals_goes_through_its_offer() -> None:
    made = offers(DEMO)
    field = PriceField(tuple(each.amount for each in made), CEILING)
    line = iso_total(rules(), Decimal("93.68"), field, (Decimal("274.90"), Decimal("287.50")))
    assert abs(line[0][1] - Decimal("90.0")) < Decimal("0.02")
    assert iso_total(rules("100", PriceOnly()), Decimal(90), field, (Decimal(1), Decimal(2))) == []
