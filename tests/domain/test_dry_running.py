"""Dry runs: the same seed plays the same game, robots keep to the record and to the rules, and nothing else decides."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.dry_robots import Persona, Recorded, robots_of
from app.domain.dry_running import (
    RUNS,
    play_dry,
    recorded_outcome,
    summary_of,
)
from app.domain.formats import LiveRules, LotTerms, check_rules
from app.domain.live_rules import FeedbackMode, Measure, Pace, SoftClose, Step, StepBasis, TieRule, Trigger
from app.domain.varying import Variation, varied
from tests.domain.live_strategies import SECOND, amounts, rules_and_terms, simple_rules

TERMS = LotTerms(2, Decimal("300.00"))
LENGTH = timedelta(minutes=30)
SOFT = SoftClose(timedelta(minutes=3), timedelta(minutes=45), 10)
RULES = simple_rules(soft_close=SOFT)


def bid(tag: str, amount: str, after_s: int) -> Recorded:
    return Recorded(tag, Decimal(amount), after_s * SECOND)


RECORD = [
    bid("a", "290", 10), bid("b", "288", 30), bid("c", "295", 60), bid("a", "285", 300), bid("b", "280", 900),
    bid("a", "276", 1500), bid("c", "279", 1700), bid("b", "274", 1790), bid("d", "283", 40), bid("e", "291", 90),
]  # fmt: skip


@st.composite
def records(draw: st.DrawFn, terms: LotTerms) -> list[Recorded]:
    """Each bidder's amounts only ever fall, the instants only ever rise."""
    made: list[Recorded] = []
    for tag in draw(st.sets(st.sampled_from("abcde"), min_size=1)):
        own = sorted(draw(st.sets(amounts(terms.scale), min_size=1, max_size=4)), reverse=True)
        times = sorted(draw(st.lists(st.integers(0, 1799), min_size=len(own), max_size=len(own))))
        made += [Recorded(tag, amount, at * SECOND) for amount, at in zip(own, times, strict=True)]
    return sorted(made, key=lambda each: each.after)


@settings(max_examples=40)
@given(rules_and_terms(), st.data(), st.integers(0, 99))
def test_robots_keep_to_the_record_and_a_seed_plays_one_game(
    game: tuple[LiveRules, LotTerms], data: st.DataObject, seed: int
) -> None:
    rules, terms = game
    robots = robots_of(data.draw(records(terms)), LENGTH)
    made = play_dry(rules, terms, robots, seed=seed)
    assert made == play_dry(rules, terms, robots, seed=seed)
    floors = {robot.tag: robot.floor for robot in robots}
    assert all(floors[tag] <= amount <= terms.highest_first for tag, amount in made.finals.items())
    assert made.length >= rules.duration
    assert (made.length == rules.duration) == (made.extensions == 0)
    assert made.bids >= len(made.finals)
    assert made.best == (min(made.finals.values()) if made.finals else None)


def test_what_the_record_shows_of_a_bidder() -> None:
    robots = {robot.tag: robot for robot in robots_of(RECORD, LENGTH)}
    assert {tag: one.persona for tag, one in robots.items()} == {
        "a": Persona.STEADY, "b": Persona.STEADY, "c": Persona.STEADY, "d": Persona.SINGLE, "e": Persona.SINGLE,
    }  # fmt: skip
    assert (robots["a"].first, robots["a"].floor) == (Decimal(290), Decimal(276))
    assert robots["a"].gap == timedelta(seconds=745)
    late = robots_of([bid("x", "290", 100), bid("x", "280", 1700), bid("x", "270", 1790)], LENGTH)
    assert late[0].persona is Persona.LATE


def test_several_games_come_to_their_middle() -> None:
    robots = robots_of(RECORD, LENGTH)
    games = [play_dry(RULES, TERMS, robots, seed=run) for run in range(RUNS)]
    made = summary_of(games)
    assert made.best in {one.best for one in games}
    assert made.lowest is not None
    assert made.highest is not None
    assert made.lowest <= Decimal("280") <= Decimal("300") >= made.highest
    assert sum(made.wins.values()) == RUNS
    happened = recorded_outcome(RECORD, "bacde", extensions=1, length=LENGTH)
    assert summary_of([happened]).best == Decimal("274")
    assert happened.bids == len(RECORD)


def test_who_is_told_the_best_price_reaches_it_in_fewer_bids() -> None:
    """The rules under trial are what differs: robots that see the price to beat need not feel their way down."""
    robots = robots_of(RECORD, LENGTH)
    blind = summary_of([play_dry(RULES, TERMS, robots, seed=run) for run in range(RUNS)])
    told = varied(RULES, Variation(feedback=FeedbackMode.RANK_AND_BEST))
    seen = summary_of([play_dry(told, TERMS, robots, seed=run) for run in range(RUNS)])
    assert seen != blind


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (Variation(), []),
        (Variation(feedback=FeedbackMode.LEAD_ONLY, ties=TieRule.EQUAL_RANK, has_gate=True), []),
        (Variation(step_basis=StepBasis.BEST), ["step.basis"]),
        (Variation(step_basis=StepBasis.BEST, feedback=FeedbackMode.BEST_PRICE), []),
        (Variation(step_measure=Measure.MONEY, step_size=Decimal(1)), []),
        (Variation(step_size=Decimal(0)), ["step.size"]),
        (Variation(window=timedelta(hours=2)), ["soft_close.window_s"]),
        (Variation(trigger=Trigger.TOP_CHANGE, max_extensions=3), []),
    ],
)
def test_rules_to_try(change: Variation, faults: list[str]) -> None:
    assert [fault.field for fault in check_rules(varied(RULES, change))] == faults


def test_a_soft_close_can_be_taken_away_and_given() -> None:
    bare = varied(RULES, Variation(window=timedelta(0)))
    assert bare.soft_close is None
    assert varied(bare, Variation(window=timedelta(minutes=1))).window == timedelta(minutes=1)
    assert varied(bare, Variation()) == bare
    assert varied(RULES, Variation()) == RULES
    shrinking = replace(RULES, step=replace(RULES.step, below=()))
    assert varied(shrinking, Variation(step_size=Decimal("0.4"))).step == Step(Measure.PERCENT, Decimal("0.4"))


def test_where_the_price_is_named_each_stays_in_to_its_own_floor() -> None:
    """300, 297, 294, … every 30 s: the record says how low each went; all but the lowest are out one by one."""
    pace = Pace(stages=20, each=30 * SECOND)
    simple = simple_rules(feedback=FeedbackMode.LEAD_ONLY, step=Step(Measure.MONEY, Decimal(3)))
    rules = replace(simple, format="japanese", pace=pace, duration=pace.each * pace.stages)
    assert check_rules(rules) == []
    record = [bid("a", "300", 2), bid("b", "300", 5), bid("c", "300", 9), bid("b", "288", 122), bid("a", "273", 275)]
    for seed in range(RUNS):
        made = play_dry(rules, TERMS, robots_of(record, rules.duration), seed=seed)
        assert made.order[0] == "a"
        # One that is alone has won: nobody goes on to its own floor against itself.
        assert made.finals == {"a": Decimal(285), "b": Decimal(288), "c": Decimal(300)}
