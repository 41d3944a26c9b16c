"""The open descending format: every refusal and the next valid amount; `test_no_oracle` has the differential test."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.closing import LotStatus, timetable_of
from app.domain.formats import (
    Accepted,
    FloorState,
    LiveRules,
    LotTerms,
    Offer,
    Quote,
    check_rules,
    format_of,
    hash_of_rules,
    lot_times,
)
from app.domain.formats.open_descending import decide_bid, feedback, least_decrease, next_valid_amount, play_bid
from app.domain.live_rules import ChangeLimit, FeedbackMode, Measure, SoftClose, Step, StepRule, TieRule
from app.domain.money import fits_scale, format_amount
from app.domain.ranking import PlacedBid, standing_of
from app.domain.refusals import Code, Refusal
from tests.domain.live_strategies import OPENS_AT, SECOND, amounts, rules_and_terms, simple_rules

D = Decimal
TERMS = LotTerms(scale=2, ceiling=D("300.00"))
SOFT = SoftClose(window=timedelta(minutes=3), hard_stop_after=timedelta(minutes=45), max_extensions=10)
games = rules_and_terms()


def _offer(amount: str, at: int = 60, quote: Quote | None = None) -> Offer:
    return Offer(amount, OPENS_AT + at * SECOND, quote)


def _decide(rules: LiveRules, own: str | None, amount: str, terms: LotTerms = TERMS) -> Decimal | Refusal:
    return decide_bid(rules, terms, None if own is None else D(own), _offer(amount))


def _code(answer: object) -> Code | None:
    return answer.code if isinstance(answer, Refusal) else None


def _open(rules: LiveRules) -> FloorState:
    return FloorState(replace(timetable_of(lot_times(rules, 0)), status=LotStatus.OPEN))


# ── the step ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("own", "amount", "expected"),
    [
        # 0.30 % of 279.30 is 0.8379, rounded up to 0.84.
        ("279.30", "278.46", None),
        ("279.30", "278.47", Code.STEP_TOO_SMALL),
        ("279.30", "279.30", Code.STEP_TOO_SMALL),
        ("279.30", "280.00", Code.STEP_TOO_SMALL),
        ("279.30", "0.01", None),
        (None, "300.00", None),
        (None, "300.01", Code.ABOVE_CEILING),
        ("279.30", "300.01", Code.ABOVE_CEILING),
        (None, "1e2", Code.NOT_AN_AMOUNT),
        (None, "0", Code.NOT_AN_AMOUNT),
        (None, "12,34", Code.NOT_AN_AMOUNT),
        (None, "12.345", Code.PRECISION),
    ],
)
def test_percent_step(own: str | None, amount: str, expected: Code | None) -> None:
    assert _code(_decide(simple_rules(), own, amount)) is expected


def test_a_refusal_tells_own_numbers_and_the_rule() -> None:
    refusal = _decide(simple_rules(), "279.30", "279.00")
    assert refusal == Refusal(
        Code.STEP_TOO_SMALL, {"sent": "279.00", "step": "0.84", "own": "279.30", "next_valid": "278.46"}
    )


def test_start_price_binds_the_first_bid_only() -> None:
    terms = replace(TERMS, start=D("290.00"))
    assert _code(_decide(simple_rules(), None, "290.01", terms)) is Code.ABOVE_START
    assert _decide(simple_rules(), None, "290.00", terms) == D("290.00")
    assert next_valid_amount(simple_rules(), terms, None) == D("290.00")
    assert next_valid_amount(simple_rules(), TERMS, None) == D("300.00")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("99.50", None), ("99.00", None), ("99.40", Code.NOT_A_MULTIPLE), ("99.51", Code.STEP_TOO_SMALL)],
)
def test_multiples_of_a_money_step(amount: str, expected: Code | None) -> None:
    rules = simple_rules(step=Step(Measure.MONEY, D("0.50"), StepRule.MULTIPLE))
    answer = _decide(rules, "100.00", amount)
    assert _code(answer) is expected
    if amount == "99.40":
        assert isinstance(answer, Refusal)
        assert (answer.detail["above"], answer.detail["below"]) == ("99.50", "99.00")


def test_the_nearest_multiple_below_zero_is_not_offered() -> None:
    rules = simple_rules(step=Step(Measure.MONEY, D("0.50"), StepRule.MULTIPLE))
    answer = _decide(rules, "1.00", "0.40")
    assert isinstance(answer, Refusal)
    assert answer.detail["above"] == "0.50"
    assert "below" not in answer.detail


@pytest.mark.parametrize(
    ("own", "amount", "expected"),
    [
        ("100.00", "80.00", None),
        ("100.00", "79.99", Code.CHANGE_LIMIT),
        (None, "240.00", None),
        (None, "239.99", Code.CHANGE_LIMIT),
        (None, "28.75", Code.CHANGE_LIMIT),
    ],
)
def test_the_largest_decrease_guards_against_slips(own: str | None, amount: str, expected: Code | None) -> None:
    rules = simple_rules(change_limit=ChangeLimit(Measure.PERCENT, D(20)))
    assert _code(_decide(rules, own, amount)) is expected


def test_nothing_is_left_below_the_smallest_unit() -> None:
    assert next_valid_amount(simple_rules(), TERMS, D("0.01")) is None
    refusal = _decide(simple_rules(), "0.01", "0.01")
    assert isinstance(refusal, Refusal)
    assert "next_valid" not in refusal.detail


def test_a_stale_quote_places_nothing() -> None:
    rules = simple_rules()
    good = Quote("279.30", hash_of_rules(rules))
    own = D("279.30")
    assert decide_bid(rules, TERMS, own, _offer("278.46", quote=good)) == D("278.46")
    for stale in (replace(good, own="280.00"), replace(good, own=None), replace(good, rules_hash="0" * 64)):
        assert _code(decide_bid(rules, TERMS, own, _offer("278.46", quote=stale))) is Code.STALE_QUOTE
    assert _code(decide_bid(rules, TERMS, None, _offer("278.46", quote=good))) is Code.STALE_QUOTE
    assert decide_bid(rules, TERMS, None, _offer("278.46", quote=replace(good, own=None))) == D("278.46")


@given(games, st.data())
def test_the_next_valid_amount_is_truly_valid_and_one_unit_more_is_not(
    game: tuple[LiveRules, LotTerms], data: st.DataObject
) -> None:
    rules, terms = game
    own = data.draw(st.none() | amounts(terms.scale, high=int(terms.ceiling.scaleb(terms.scale))))
    following = next_valid_amount(rules, terms, own)
    if following is None:
        return
    assert fits_scale(following, terms.scale)
    assert decide_bid(rules, terms, own, _offer(format_amount(following, terms.scale))) == following
    more = following + D(1).scaleb(-terms.scale)
    assert isinstance(decide_bid(rules, terms, own, _offer(format_amount(more, terms.scale))), Refusal)


@given(games, st.data())
def test_an_accepted_bid_improves_by_at_least_the_step(game: tuple[LiveRules, LotTerms], data: st.DataObject) -> None:
    rules, terms = game
    own = data.draw(amounts(terms.scale))
    sent = data.draw(amounts(terms.scale))
    answer = decide_bid(rules, terms, own, _offer(format_amount(sent, terms.scale)))
    if isinstance(answer, Decimal):
        decrease = own - answer
        assert answer == sent
        size = rules.step.size_at(own)
        if rules.step.measure is Measure.PERCENT:
            assert decrease * 100 >= own * size
        else:
            assert decrease >= size
        if rules.step.rule is StepRule.MULTIPLE:
            assert decrease % least_decrease(rules, terms, own) == 0


# ── the lot ───────────────────────────────────────────────────────────────────

moves = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 30_000), st.integers(0, 40)), max_size=40)


def _play(rules: LiveRules, terms: LotTerms, sent: list[tuple[str, int, int]]) -> tuple[FloorState, list[PlacedBid]]:
    state, placed, at = _open(rules), [], 0
    for tag, units, gap in sent:
        at += gap
        answer = play_bid(
            rules, terms, state, tag, _offer(format_amount(D(units).scaleb(-terms.scale), terms.scale), at)
        )
        if isinstance(answer, Accepted):
            assert answer.seq == state.seq + 1
            assert answer.is_extended is (answer.after.timetable != state.timetable)
            placed.append(PlacedBid(tag, answer.amount, answer.seq))
            state = answer.after
    return state, placed


@given(games, moves)
def test_replaying_the_accepted_bids_gives_the_same_standing(
    game: tuple[LiveRules, LotTerms], sent: list[tuple[str, int, int]]
) -> None:
    rules, terms = game
    state, placed = _play(rules, terms, sent)
    assert state.standing == standing_of(placed)
    assert state.seq == len(placed)
    leaders = [tag for tag in "abcdef" if feedback(rules, terms, state, tag).is_leading]
    alike = [tag for tag in leaders if state.standing.own_last(tag) == state.standing.best]
    assert leaders == (alike if rules.ties is TieRule.EQUAL_RANK else leaders[: bool(placed)])
    assert bool(leaders) is bool(placed)


@given(games, moves, st.integers(1, 30_000))
def test_of_two_simultaneous_bids_only_one_leads(
    game: tuple[LiveRules, LotTerms], sent: list[tuple[str, int, int]], units: int
) -> None:
    rules, terms = game
    for pair in (("x", "y"), ("y", "x")):
        state, _ = _play(rules, terms, [*sent, *((tag, units, 0) for tag in pair)])
        assert sum(state.standing.rank_of(tag) == 1 for tag in ("x", "y")) <= 1
        if rules.ties is TieRule.EARLIER_FIRST:
            assert sum(feedback(rules, terms, state, tag).is_leading for tag in ("x", "y")) <= 1


def test_a_late_bid_extends_in_the_same_step() -> None:
    rules = simple_rules(soft_close=SOFT)
    answer = play_bid(rules, TERMS, _open(rules), "a", _offer("200.00", at=29 * 60))
    assert isinstance(answer, Accepted)
    assert answer.is_extended
    assert answer.after.timetable.closes_at == OPENS_AT + 32 * 60 * SECOND
    assert answer.after.timetable.status is LotStatus.OVERTIME
    late = play_bid(rules, TERMS, _open(rules), "a", _offer("200.00", at=30 * 60))
    assert _code(late) is Code.LOT_CLOSED


def test_the_best_price_is_told_to_five_and_more_only() -> None:
    rules = simple_rules(feedback=FeedbackMode.RANK_AND_BEST)
    state, _ = _play(rules, TERMS, [(tag, 20_000 + i, 0) for i, tag in enumerate("abcd")])
    assert feedback(rules, TERMS, state, "b").best is None
    state, _ = _play(rules, TERMS, [(tag, 20_000 + i, 0) for i, tag in enumerate("abcde")])
    assert feedback(rules, TERMS, state, "b").best == D("200.00")
    assert feedback(rules, TERMS, state, "stranger").best == D("200.00")
    quiet = simple_rules()
    state, _ = _play(quiet, TERMS, [(tag, 20_000 + i, 0) for i, tag in enumerate("abcde")])
    assert feedback(quiet, TERMS, state, "b").best is None


def test_feedback_of_a_bidder() -> None:
    rules = simple_rules()
    state, _ = _play(rules, TERMS, [("a", 20_000, 0), ("b", 20_000, 0)])
    first, second, none = (feedback(rules, TERMS, state, tag) for tag in "abc")
    assert (first.rank, first.is_leading, first.is_tied) == (1, True, True)
    assert (second.rank, second.is_leading, second.is_tied) == (2, False, True)
    assert (none.rank, none.own_amount, none.next_valid) == (None, None, D("300.00"))


# ── the rules as a document ───────────────────────────────────────────────────


@given(games)
def test_sentences_exist_in_both_languages_and_say_the_same_number_of_things(game: tuple[LiveRules, LotTerms]) -> None:
    rules, _ = game
    chinese, english = (format_of(rules).rule_sentences(rules, lang) for lang in ("zh", "en"))
    assert len(chinese) == len(english) >= 11
    assert all(sentence.endswith("。") for sentence in chinese)
    assert all(sentence.endswith(".") for sentence in english)
    # WORDS.md section 1: words of statutory tendering are not printed.
    assert not any(word in sentence for sentence in chinese for word in ("投标", "招标", "中标", "标书", "定标"))


def test_a_rule_out_of_range_is_named() -> None:
    assert check_rules(simple_rules(soft_close=SOFT)) == []
    broken = simple_rules(
        step=Step(Measure.PERCENT, D(100)),
        change_limit=ChangeLimit(Measure.PERCENT, D(50)),
        soft_close=replace(SOFT, window=timedelta(0), max_extensions=0, top=3),
    )
    assert [fault.field for fault in check_rules(broken)] == [
        "step.size",
        "change_limit.size",
        "soft_close.window_s",
        "soft_close.max_extensions",
        "soft_close.top",
    ]
