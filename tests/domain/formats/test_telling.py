"""What bidders are told of the market: nothing but what the mode of the round tells, to nobody before the gate."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.awarding import LotRanking, RankedRow
from app.domain.closing import LotStatus, timetable_of
from app.domain.formats import FloorState, LiveRules, LotTerms, Offer, check_rules, lot_times
from app.domain.formats import open_descending as play
from app.domain.formats.examples import rule_examples
from app.domain.formats.open_descending import decide_bid, feedback, next_valid_amount, play_bid
from app.domain.formats.telling import TELLING, Telling, announced_best
from app.domain.live_rules import (
    TELLS_BEST,
    Basis,
    FeedbackMode,
    LotOrder,
    Measure,
    Origin,
    SoftClose,
    Step,
    StepBasis,
    StepBelow,
    TieRule,
    Trigger,
)
from app.domain.money import format_amount
from app.domain.own_result import Outcome, OwnResult, as_told, tells_rank
from app.domain.ranking import PlacedBid, RankBand, rank, standing_of
from app.domain.refusals import Code, Refusal
from tests.domain.live_strategies import OPENS_AT, rules_and_terms, simple_rules

D = Decimal
Game = tuple[LiveRules, LotTerms]
TERMS = LotTerms(2, D("300.00"))
FIRST = D("0.50")
bids = st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(1, 12)), max_size=30)


def floor(rules: LiveRules, placed: list[tuple[str, int]]) -> FloorState:
    """A running lot on which bidders stand with these amounts; of one bidder the lowest counts."""
    table = replace(timetable_of(lot_times(rules, 0)), status=LotStatus.OPEN)
    standing = standing_of(PlacedBid(tag, D(amount), n) for n, (tag, amount) in enumerate(placed, start=1))
    return FloorState(table, standing, len(placed))


def offer(amount: str) -> Offer:
    return Offer(amount, OPENS_AT + timedelta(minutes=1))


@given(rules_and_terms(), bids, st.sampled_from("abcdefgh"))
def test_a_bidder_is_told_what_its_mode_tells(
    game: tuple[LiveRules, LotTerms], placed: list[tuple[str, int]], tag: str
) -> None:
    rules, terms = game
    told = feedback(rules, terms, floor(rules, placed), tag)
    ranked = {one.tag: one for one in rank(PlacedBid(who, D(amount), n) for n, (who, amount) in enumerate(placed, 1))}
    own, telling = ranked.get(tag), TELLING[rules.feedback]
    if own is None:
        assert (told.rank, told.band, told.is_tied, told.is_leading) == (None, None, False, False)
        assert told.best is None or not rules.has_gate
        return
    shared = 1 + sum(one.amount < own.amount for one in ranked.values())
    place = shared if rules.ties is TieRule.EQUAL_RANK else own.rank
    assert told.is_leading == (place == 1)
    assert told.rank == (place if telling is Telling.EXACT else None)
    assert told.is_tied == (own.is_tied and telling is Telling.EXACT)
    assert (told.band is None) == (telling is not Telling.BAND)
    is_announced = rules.feedback in TELLS_BEST and len(ranked) >= 5
    assert told.best == (min(one.amount for one in ranked.values()) if is_announced else None)


@given(bids)
def test_equal_amounts_share_a_rank_and_the_next_is_skipped(placed: list[tuple[str, int]]) -> None:
    rules = replace(simple_rules(), ties=TieRule.EQUAL_RANK)
    state = floor(rules, placed)
    told = {tag: feedback(rules, TERMS, state, tag).rank for tag in {tag for tag, _ in placed}}
    amounts = sorted(state.standing.own_last(tag) or D(0) for tag in told)
    assert sorted(filter(None, told.values())) == [1 + amounts.index(amount) for amount in amounts]
    # The order itself stays total: the cockpit's and that of the official ranking.
    assert sorted(state.standing.rank_of(tag) or 0 for tag in told) == list(range(1, len(told) + 1))


@pytest.mark.parametrize(
    ("place", "band"), [(1, RankBand.LEADING), (2, RankBand.TOP), (3, RankBand.TOP), (4, RankBand.OUTSIDE)]
)
def test_bands(place: int, band: RankBand) -> None:
    rules = simple_rules(feedback=FeedbackMode.RANK_BAND)
    state = floor(rules, [("a", 1), ("b", 2), ("c", 3), ("d", 4)])
    assert feedback(rules, TERMS, state, "abcd"[place - 1]).band is band


def test_the_gate_opens_with_the_own_first_bid_and_closes_when_it_is_voided() -> None:
    rules = replace(simple_rules(feedback=FeedbackMode.RANK_AND_BEST), has_gate=True)
    placed = [(tag, 290) for tag in "abcde"]
    assert feedback(rules, TERMS, floor(rules, placed), "x").best is None
    assert feedback(rules, TERMS, floor(rules, [*placed, ("x", 299)]), "x").best == D(290)
    assert feedback(replace(rules, has_gate=False), TERMS, floor(rules, placed), "x").best == D(290)


# ── the step ────────────────────────────────────────────────────────────────────


def from_best(**step: object) -> LiveRules:
    made = replace(Step(Measure.PERCENT, FIRST, basis=StepBasis.BEST), **step)  # type: ignore[arg-type]  # test's own
    return simple_rules(step=made, feedback=FeedbackMode.RANK_AND_BEST)


@given(bids, st.integers(1, 400))
def test_a_step_from_the_best_price_is_read_only_where_it_is_told(placed: list[tuple[str, int]], sent: int) -> None:
    rules = from_best()
    state = floor(rules, placed)
    for tag in {tag for tag, _ in placed}:
        own = state.standing.own_last(tag)
        told = announced_best(rules, state.standing, tag)
        assert (told is not None) == (state.standing.active >= 5)
        answer = play_bid(rules, TERMS, state, tag, offer(format_amount(D(sent) / 100, 2)))
        following = next_valid_amount(rules, TERMS, own, announced=told)
        is_good = following is not None and D(sent) / 100 <= following
        assert isinstance(answer, Refusal) != is_good
        if isinstance(answer, Refusal) and told is not None:
            # The price may be newer than the bidder's last frame: nothing made from it is in a refusal.
            assert set(answer.detail) <= {"sent", "own", "basis"}


def test_the_step_from_the_best_price_in_figures() -> None:
    rules = from_best()
    state = floor(rules, [("a", 280), ("b", 270), ("c", 281), ("d", 282), ("e", 283)])
    assert feedback(rules, TERMS, state, "a").next_valid == D("268.65")
    refused = play_bid(rules, TERMS, state, "a", offer("268.66"))
    assert refused == Refusal(Code.STEP_TOO_SMALL, {"sent": "268.66", "own": "280.00", "basis": "best"})
    assert not isinstance(play_bid(rules, TERMS, state, "a", offer("268.65")), Refusal)
    # A first bid goes by the published prices alone, though the best is told.
    assert not isinstance(play_bid(rules, TERMS, state, "x", offer("300.00")), Refusal)
    # Below five bidders each goes down from its own.
    few = floor(rules, [("a", 280), ("b", 270)])
    assert feedback(rules, TERMS, few, "a").next_valid == D("278.60")


@pytest.mark.parametrize(
    ("own", "following"),
    [("250.00", "248.75"), ("249.99", "249.49"), ("200.00", "199.60"), ("199.99", "199.79")],
)
def test_a_step_that_shrinks(own: str, following: str) -> None:
    step = Step(Measure.PERCENT, FIRST, below=(StepBelow(D(250), D("0.20")), StepBelow(D(200), D("0.10"))))
    rules = simple_rules(step=step)
    assert next_valid_amount(rules, TERMS, D(own)) == D(following)
    assert decide_bid(rules, TERMS, D(own), offer(following)) == D(following)
    assert check_rules(rules) == []


# ── what goes with what ─────────────────────────────────────────────────────────

SHRINKS = (StepBelow(D(250), D("0.2")), StepBelow(D(200), D("0.1")))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (simple_rules(step=Step(Measure.PERCENT, FIRST, basis=StepBasis.BEST)), [("step.basis", "NEEDS_BEST")]),
        (from_best(), []),
        (simple_rules(step=Step(Measure.PERCENT, FIRST, below=SHRINKS)), []),
        (
            simple_rules(step=Step(Measure.PERCENT, FIRST, below=tuple(reversed(SHRINKS)))),
            [("step.below.1.price", "OUT_OF_ORDER"), ("step.below.1.size", "OUT_OF_ORDER")],
        ),
        (
            simple_rules(step=Step(Measure.PERCENT, FIRST, below=(StepBelow(D(0), D("0.5")),))),
            [("step.below.0.price", "OUT_OF_RANGE"), ("step.below.0.size", "OUT_OF_ORDER")],
        ),
        (replace(simple_rules(), has_gate=True, starts_from=Origin.SEALED), [("starting_gate", "NOT_ALLOWED_HERE")]),
        (replace(simple_rules(), lots=LotOrder.SERIES), [("gap_s", "OUT_OF_RANGE")]),
        (replace(simple_rules(), gap=timedelta(minutes=1)), [("gap_s", "NOT_ALLOWED_HERE")]),
        (replace(simple_rules(), lots=LotOrder.SERIES, gap=timedelta(minutes=1)), []),
        (replace(simple_rules(), format="unheard_of"), [("format", "OUT_OF_RANGE")]),
    ],
)  # fmt: skip
def test_what_is_refused(rules: LiveRules, expected: list[tuple[str, str]]) -> None:
    assert [(fault.field, fault.code) for fault in check_rules(rules)] == expected


def test_equal_ranks_go_with_ranking_by_price() -> None:
    rules = replace(simple_rules(), ties=TieRule.EQUAL_RANK, basis=Basis.POINTS)
    assert ("ties", "NOT_BY_PRICE") in [(fault.field, fault.code) for fault in check_rules(rules)]


# ── after the round ─────────────────────────────────────────────────────────────


def ranking(*amounts: str) -> LotRanking:
    held = [D(each) for each in amounts]
    rows = [RankedRow(f"R{n}", n, each, n, is_tied=held.count(each) > 1) for n, each in enumerate(held, start=1)]
    return LotRanking("lot", tuple(rows), "digest")


@pytest.mark.parametrize(
    ("mode", "ties", "place", "told"),
    [
        (FeedbackMode.RANK_ONLY, TieRule.EARLIER_FIRST, 2, (2, True, None, None)),
        (FeedbackMode.RANK_ONLY, TieRule.EQUAL_RANK, 2, (1, True, None, None)),
        (FeedbackMode.RANK_AND_BEST, TieRule.EQUAL_RANK, 3, (3, False, None, None)),
        (FeedbackMode.LEAD_ONLY, TieRule.EARLIER_FIRST, 2, (None, False, None, False)),
        (FeedbackMode.LEAD_ONLY, TieRule.EQUAL_RANK, 2, (None, False, None, True)),
        (FeedbackMode.BEST_PRICE, TieRule.EARLIER_FIRST, 1, (None, False, None, True)),
        (FeedbackMode.RANK_BAND, TieRule.EARLIER_FIRST, 3, (None, False, RankBand.TOP, None)),
    ],
)
def test_the_result_tells_no_more_than_the_room(
    mode: FeedbackMode, ties: TieRule, place: int, told: tuple[object, ...]
) -> None:
    made = ranking("100", "100", "101")
    row = made.rows[place - 1]
    own = OwnResult("lot", Outcome.NOT_SELECTED, row.rank, row.amount, row.is_tied)
    rules = replace(simple_rules(feedback=mode), ties=ties)
    seen = as_told(own, made, rules)
    assert (seen.rank, seen.is_tied, seen.band, seen.is_leading) == told
    assert tells_rank(rules) == (TELLING[mode] is Telling.EXACT)
    assert as_told(own, made, None) == own


# ── examples ────────────────────────────────────────────────────────────────────


def test_examples_are_what_the_rules_do() -> None:
    soft = SoftClose(timedelta(minutes=3), timedelta(minutes=45), 10, Trigger.NEW_BEST)
    rules = replace(from_best(below=(StepBelow(D(250), D("0.20")),)), soft_close=soft)
    rules = replace(rules, lots=LotOrder.SERIES, gap=timedelta(minutes=5), ties=TieRule.EQUAL_RANK)
    said = rule_examples(rules, LotTerms(2, D("290.00")), play, "en", lots=2)
    assert said == [
        "Example: a first bid may be at most 290.00.",
        "Example: own last bid 281.30 → next valid amount ≤ 279.89.",
        "Example: own last bid 249.99 → next valid amount ≤ 249.49.",
        "Example: own last bid 281.30, best price told 272.60 → next valid amount ≤ 271.23.",
        "Example: the close is 10:30:00; a new first place at 10:29:00 moves it to 10:32:00; "
        "no bid moves it past 11:15:00.",
        "Example: lot 1 is open from 10:00:00 to 10:30:00, lot 2 from 10:35:00 to 11:05:00; "
        "if lot 1 closes 2 min later, lot 2 opens at 10:37:00.",
        "Example: for the amounts 100, 100, 101 the ranks are 1, 1, 3.",
    ]


@given(rules_and_terms(), st.integers(1, 3))
def test_every_rule_has_its_examples_in_both_languages(game: tuple[LiveRules, LotTerms], lots: int) -> None:
    rules, terms = game
    english, chinese = (rule_examples(rules, terms, play, lang, lots=lots) for lang in ("en", "zh"))
    assert len(english) == len(chinese)
