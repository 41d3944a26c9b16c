"""The figures of the auditor's screens: against hand-made values, and under what must not change them."""

import math
import random
import statistics
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.refusals import Code, Refusal
from app.domain.screening import (
    RARE,
    SCREENS,
    ScreenMethod,
    distance,
    equal_amounts,
    figures_of,
    kurtosis,
    likeness,
    skewness,
    spread,
    variation,
)
from app.domain.screening_alarms import HONEST
from app.domain.screening_cases import Look, LookState, decide_look
from app.domain.screening_facts import LotFacts, TenderFacts
from app.domain.screening_leads import build_board
from app.domain.screening_rates import ENOUGH, TABLE, Origin, Rates, make_table, of_count, read_table, table_json
from app.domain.screening_sentences import WORDS
from app.domain.screening_series import Course, at_least, look_over
from app.domain.screening_steps import Move, compare_steps, is_parallel, late_share

prices = st.decimals("1.00", "99999999.99", places=2)
some_prices = st.lists(prices, min_size=5, max_size=12, unique=True)
START = datetime(2026, 1, 5, 6, tzinfo=UTC)


def amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_figures_of_a_lot_by_hand() -> None:
    bids = amounts("100", "110", "112", "114")
    assert math.isclose(variation(bids) or 0, statistics.stdev(map(float, bids)) / 109)
    assert math.isclose(spread(bids) or 0, 0.14)
    # Imhof: (second - first) over the standard deviation of the losing bids.
    assert math.isclose(distance(bids) or 0, 10 / statistics.stdev([110, 112, 114]))
    assert (skewness(bids) or 0) < 0
    # Excel's KURT(3, 4, 5, 2, 3, 4, 5, 6, 4, 7), and its SKEW.
    known = amounts("3", "4", "5", "2", "3", "4", "5", "6", "4", "7")
    assert math.isclose(kurtosis(known) or 0, -0.151799637, rel_tol=1e-6)
    assert math.isclose(skewness(known) or 0, 0.359543071, rel_tol=1e-6)


def test_too_few_bids_give_no_figure() -> None:
    assert figures_of(amounts("5", "6")) == {}
    assert set(figures_of(amounts("5", "6", "9"))) == {
        ScreenMethod.VARIATION,
        ScreenMethod.SPREAD,
        ScreenMethod.DISTANCE,
    }
    assert set(figures_of(amounts("5", "6", "8", "9", "12"))) == set(SCREENS)
    assert distance(amounts("5", "6", "6")) is None, "losing bids without any distance of their own"
    assert variation([]) is spread([]) is skewness([]) is kurtosis([]) is None


@given(some_prices, st.integers(1, 10_000), st.randoms(use_true_random=False))
def test_figures_know_neither_order_nor_currency(bids: list[Decimal], factor: int, dice: random.Random) -> None:
    shuffled = [bid * factor for bid in bids]
    dice.shuffle(shuffled)
    first, second = figures_of(bids), figures_of(shuffled)
    assert set(first) == set(second)
    assert all(math.isclose(first[each], second[each], rel_tol=1e-4, abs_tol=1e-5) for each in first)


@given(st.lists(prices, min_size=4, max_size=30, unique=True), st.decimals("1.01", "3", places=4))
def test_a_constant_ratio_is_found_to_the_rounding(lines: list[Decimal], ratio: Decimal) -> None:
    first = {str(at): (line * ratio).quantize(Decimal("0.01")) for at, line in enumerate(lines)}
    second = {str(at): line for at, line in enumerate(lines)}
    coarse = sum(min(first[at], second[at]) * Decimal("0.005") >= Decimal("0.01") for at in first)
    assume(coarse >= 4)
    found = likeness(first, second, 2)
    assert found is not None
    assert found.method is ScreenMethod.DIFFERENCE or math.isclose(float(found.value), float(ratio), rel_tol=0.005)


@given(st.lists(prices, min_size=4, max_size=30, unique=True), st.decimals("0.01", "1000", places=2))
def test_a_constant_difference_is_found(lines: list[Decimal], gap: Decimal) -> None:
    second = {str(at): line for at, line in enumerate(lines)}
    found = likeness({at: line + gap for at, line in second.items()}, second, 2)
    assert found is not None
    assert (found.method, found.value) == (ScreenMethod.DIFFERENCE, Fraction(gap))
    same = likeness(second, dict(second), 2)
    assert same is not None
    assert same.method is ScreenMethod.SAME_LINES


def test_lines_that_say_nothing() -> None:
    few = {"1": Decimal(2), "2": Decimal(4), "3": Decimal(6)}
    assert likeness(few, few, 2) is None, "three lines"
    # Prices of a few cents: any ratio would fit.
    coarse = {str(at): Decimal(f"0.0{at}") for at in range(1, 8)}
    assert likeness({at: value * 2 for at, value in coarse.items()}, coarse, 2) is None
    one = {"1": Decimal(100), "2": Decimal(230), "3": Decimal(310), "4": Decimal(470)}
    other = {"1": Decimal(104), "2": Decimal(229), "3": Decimal(333), "4": Decimal(460)}
    assert likeness(one, other, 2) is None


def test_equal_totals() -> None:
    held = {"a": Decimal("5.0"), "b": Decimal("5.00"), "c": Decimal(6)}
    assert equal_amounts(held) == [("a", "b")]


# ── base rates ───────────────────────────────────────────────────────────────────────────────────────────────────────


def honest(dice: random.Random, bidders: int) -> list[Decimal]:
    """Bids of bidders who each add their own costs and margin to what the job costs anybody."""
    job = dice.uniform(5e4, 5e6)
    return [Decimal(f"{job * dice.lognormvariate(0, 0.08):.2f}") for _ in range(bidders)]


def facts_of(lots: list[list[Decimal]], name: str = "T") -> list[TenderFacts]:
    made = []
    for at, bids in enumerate(lots):
        ranked = sorted(bids)
        totals = {f"t{place}": bid for place, bid in enumerate(ranked)}
        lot = LotFacts(f"{name}-lot-{at}", 1, 2, totals, {tag: tag.upper() for tag in totals})
        made.append(
            TenderFacts(f"{name}-{at}", f"{name}-{at}", "c", START + timedelta(days=at), [lot], is_settled=False)
        )
    return made


def test_200_honest_lots_give_leads_at_the_stated_rate() -> None:
    """K01, the other way round: by each figure about as many leads as RARE says, by exact likeness none."""
    dice = random.Random(12)
    lots = [honest(dice, dice.choice((4, 5))) for _ in range(200)]
    board = build_board(facts_of(lots), read_table(TABLE.read_text()))
    for method in SCREENS:
        count = board.counts[method]
        share = count.found / count.looked_at
        assert 0.02 <= share <= float(RARE) + 0.001, (method, share)
        assert all(lead.base.origin is Origin.OWN for lead in board.leads if lead.method is method)
    likely = (
        ScreenMethod.SAME_TOTAL,
        ScreenMethod.RATIO,
        ScreenMethod.ROTATION,
        ScreenMethod.SAME_FILE,
        ScreenMethod.EQUAL_STEPS,
    )
    assert not [lead for lead in board.leads if lead.method in likely]
    # What the page says of it.
    assert {method: (board.counts[method].found, board.counts[method].looked_at) for method in HONEST} == HONEST


def test_fresh_honest_lots_are_held_against_an_older_history_at_the_stated_rate() -> None:
    """The rate is not an accident of ranking lots among themselves: 600 lots of history, 200 that it never saw."""
    dice = random.Random(34)
    history = [honest(dice, 5) for _ in range(600)]
    own: dict[tuple[ScreenMethod, str], list[float]] = {}
    for bids in history:
        for method, value in figures_of(bids).items():
            own.setdefault((method, "5"), []).append(value)
    rates = Rates(read_table(TABLE.read_text()), own)
    for method in SCREENS:
        fresh = [figures_of(honest(dice, 5))[method] for _ in range(200)]
        leads = sum(rates.of_figure(method, 5, value).is_rare for value in fresh)
        # 5 % of 200, three standard deviations either way.
        assert 1 <= leads <= 20, (method, leads)


def test_the_table_is_used_while_the_house_is_young() -> None:
    table = read_table(TABLE.read_text())
    assert read_table(table_json(table)) == table
    rates = Rates(table, {})
    close = rates.of_figure(ScreenMethod.VARIATION, 4, 0.0)
    assert (close.origin, close.share) == (Origin.CALIBRATION, 0.005)
    far = rates.of_figure(ScreenMethod.VARIATION, 4, 9.0)
    assert far.share == 1
    assert rates.of_figure(ScreenMethod.KURTOSIS, 4, 1.0).origin is Origin.NONE
    assert of_count(1, ENOUGH - 1).origin is Origin.NONE
    assert of_count(3, 60).share == 0.05


@given(st.lists(some_prices, min_size=30, max_size=40), st.integers(0, 29))
def test_a_rarer_figure_never_has_a_larger_share(lots: list[list[Decimal]], at: int) -> None:
    table = make_table(lots, {})
    value = figures_of(lots[at])[ScreenMethod.VARIATION]
    rates = Rates(table, {})
    one, other = (rates.of_figure(ScreenMethod.VARIATION, len(lots[at]), each) for each in (value, value + 0.01))
    assert one.share is None or other.share is None or one.share <= other.share


# ── over many lots ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_first_places_that_go_round() -> None:
    ring, courses = ("a", "b", "c"), []
    for at in range(6):
        order = [ring[(at + step) % 3] for step in range(3)]
        courses.append(Course(str(at), tuple(order)))
    series = look_over(courses)
    (found,) = [each for each in series.patterns if each.method is ScreenMethod.ROTATION]
    assert (found.firms, found.hits) == (ring, 6)
    assert math.isclose(found.chance, 6 / 27 / 27)
    assert series.compared[ScreenMethod.ROTATION] == 1
    # One break, and it is nothing.
    broken = [*courses[:3], Course("x", ("c", "a", "b")), *courses[3:]]
    assert not [each for each in look_over(broken).patterns if each.method is ScreenMethod.ROTATION]


def test_always_second_and_never_first() -> None:
    others = [f"f{at}" for at in range(12)]
    courses = [Course(str(at), (others[at], "s", "n", others[(at + 1) % 12])) for at in range(12)]
    found = {(each.method, each.firms): each for each in look_over(courses).patterns}
    assert math.isclose(found[ScreenMethod.ALWAYS_SECOND, ("s",)].chance, 0.25**12)
    assert math.isclose(found[ScreenMethod.NEVER_FIRST, ("n",)].chance, 0.75**12)
    assert (ScreenMethod.NEVER_FIRST, ("s",)) in found
    assert not look_over(courses[:5]).patterns, "five lots are too few"


@given(st.lists(st.floats(0, 1), max_size=12))
def test_chances_are_chances(chances: list[float]) -> None:
    told = [at_least(hits, chances) for hits in range(len(chances) + 2)]
    assert math.isclose(told[0], 1, rel_tol=1e-9)
    assert all(0 <= each <= 1 for each in told)
    assert told[-1] == 0
    assert all(one >= other - 1e-12 for one, other in pairwise(told))


def test_honest_firms_take_turns_seldom() -> None:
    dice, firms = random.Random(56), [f"f{at}" for at in range(12)]
    courses = [Course(str(at), tuple(dice.sample(firms, 4))) for at in range(200)]
    series = look_over(courses)
    for method, compared in series.compared.items():
        hits = sum(each.method is method for each in series.patterns)
        assert hits <= max(0.1 * compared, 2), (method, hits, compared)


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def moves_of(*told: tuple[str, str, int]) -> list[Move]:
    return [Move(who, Decimal(amount), START + timedelta(seconds=at)) for who, amount, at in told]


def test_replies_by_the_same_step() -> None:
    steps = [3, 7, 2, 9, 4]
    one, other, told = Decimal(1000), Decimal(990), list[Move]()
    for at, step in enumerate([0, *steps]):
        one, other = one - step, other - step
        told += moves_of(("a", str(one), at * 10), ("b", str(other), at * 10 + 5))
    found = {each.pair: each for each in compare_steps(told)}
    assert (found["a", "b"].equal, found["a", "b"].count) == (5, 5)
    assert [pair for pair, each in found.items() if is_parallel(each)] == [("a", "b")]
    # What everybody does says nothing: the rules' own step.
    usual = [Move(who, Decimal(1000 - at), START + timedelta(seconds=at)) for at, who in enumerate("abababababab")]
    assert compare_steps(usual) == []


def test_last_seconds() -> None:
    told = moves_of(("a", "9", 1), ("b", "8", 57), ("c", "7", 58))
    assert late_share(told, START + timedelta(seconds=60)) == (2, 3)
    assert late_share(told[:2], START + timedelta(seconds=60)) is None


# ── what becomes of a lead ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_explanation_is_confirmed_by_somebody_else() -> None:
    why = "both resell one maker's list"
    explained = [Look(LookState.EXPLAINED, "ann")]
    assert decide_look(LookState.EXPLAINED, "short", "ann", []) == Refusal(Code.REASON_MISSING, {"shortest": "10"})
    assert decide_look(LookState.LOOKED, "", "ann", []) is None
    assert decide_look(LookState.CONFIRMED, "", "bob", []) == Refusal(Code.NOT_ALLOWED_HERE)
    assert decide_look(LookState.CONFIRMED, why, "ann", explained) == Refusal(Code.SAME_PERSON)
    assert decide_look(LookState.CONFIRMED, why, "bob", explained) is None
    settled = [*explained, Look(LookState.CONFIRMED, "bob")]
    assert decide_look(LookState.EXPLAINED, why, "ann", settled) == Refusal(Code.ALREADY_DECIDED)
    assert decide_look(LookState.REOPENED, why, "ann", settled) is None
    assert decide_look(LookState.REOPENED, why, "ann", []) == Refusal(Code.NOT_ALLOWED_HERE)


def test_every_method_has_words_and_none_accuses() -> None:
    assert set(WORDS) == set(ScreenMethod)
    for words in WORDS.values():
        assert words.innocent_zh
        assert len(words.innocent_zh) == len(words.innocent_en)
        told = f"{words.zh}{words.about_zh}{words.en}{words.about_en}".lower()
        assert not any(bad in told for bad in ("串通", "围标", "作弊", "collu", "cartel", "rig", "fraud", "guilty"))
