"""Limits: one step a tick for whoever does not stand first, by own numbers, never below; the race ends by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.auto_bidding import commitment_of, decide_auto_bid, decide_limit, find_due, tick_at
from app.domain.closing import Change, LotStatus, extend, timetable_of
from app.domain.formats import FloorState, LiveRules, LotTerms, Offer, format_of, lot_times
from app.domain.live_rules import FeedbackMode, SoftClose, TieRule
from app.domain.money import format_amount, unit_of
from app.domain.refusals import Code, Refusal
from tests.domain.live_strategies import MILLISECOND, OPENS_AT, SECOND, rules_and_terms, simple_rules

TICK = timedelta(milliseconds=250)
TERMS = LotTerms(2, Decimal("300.00"))
Placed = tuple[int, str, Decimal]


def a_state(rules: LiveRules) -> FloorState:
    return FloorState(replace(timetable_of(lot_times(rules, 0)), status=LotStatus.OPEN))


def bid(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, amount: Decimal, at: int = 0) -> FloorState:
    offer = Offer(format_amount(amount, terms.scale), OPENS_AT + at * TICK, is_auto=True)
    played = format_of(rules).play_bid(rules, terms, state, tag, offer)
    assert not isinstance(played, Refusal), played
    return played.after


def race(
    rules: LiveRules, terms: LotTerms, limits: Mapping[str, Decimal], *, most: int, is_reversed: bool = False
) -> tuple[list[Placed], FloorState, set[str]]:
    """The ticks of a lot on which only the service bids: what was placed, how the lot stands, who has reached."""
    state, placed, reached = a_state(rules), list[Placed](), set[str]()
    for tick in range(most):
        before = state
        asked = find_due(rules, terms, before, {tag: one for tag, one in limits.items() if tag not in reached})
        if not asked:
            break
        for due in reversed(asked) if is_reversed else asked:
            if due.amount is None:
                reached.add(due.tag)
                continue
            offer = Offer(format_amount(due.amount, terms.scale), OPENS_AT + tick * TICK, is_auto=True)
            played = format_of(rules).play_bid(rules, terms, state, due.tag, offer)
            if isinstance(played, Refusal):
                assert rules.step.basis.value == "best"
                continue
            state = played.after
            placed.append((tick, due.tag, due.amount))
    return placed, state, reached


limits_of = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10**6), min_size=1, max_size=6)


@settings(max_examples=60)
@given(rules_and_terms(), limits_of, st.booleans())
def test_one_step_a_tick_by_own_numbers_and_never_below(
    game: tuple[LiveRules, LotTerms], shares: dict[str, int], is_reversed: bool
) -> None:
    rules, terms = replace(game[0], auto_bid=True), game[1]
    limits = {tag: (terms.ceiling * share / 10**6).quantize(unit_of(terms.scale)) for tag, share in shares.items()}
    placed, state, _ = race(rules, terms, limits, most=25, is_reversed=is_reversed)
    assert len({(tick, tag) for tick, tag, _ in placed}) == len(placed) == state.seq
    own: dict[str, Decimal] = {}
    for _, tag, amount in placed:
        assert amount >= limits[tag]
        if rules.step.basis.value == "own_last":
            assert amount == format_of(rules).next_valid_amount(rules, terms, own.get(tag))
        own[tag] = amount
    assert {tag: state.standing.own_last(tag) for tag in own} == own


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(27_000, 30_000), min_size=1, max_size=6), st.booleans())
def test_the_race_ends_with_the_lowest_limit_first_and_all_others_reached(
    cents: dict[str, int], is_reversed: bool
) -> None:
    rules = replace(simple_rules(), auto_bid=True)
    limits = {tag: Decimal(value) / 100 for tag, value in cents.items()}
    _, state, reached = race(rules, TERMS, limits, most=1000, is_reversed=is_reversed)
    first = state.standing.order[0][2]
    assert reached == set(limits) - {first}
    # Whoever stands first could go on where everybody else has reached the limit: nobody with a lower one is behind.
    for tag in reached:
        following = format_of(rules).next_valid_amount(rules, TERMS, state.standing.own_last(tag))
        assert following is not None
        assert following < limits[tag]


@given(st.integers(27_000, 29_000), st.integers(20_000, 29_999), st.integers(20_000, 29_999))
def test_what_a_limit_does_follows_from_what_its_bidder_is_told(limit: int, rival: int, other: int) -> None:
    """Two worlds in which the rival's price differs, and the bidder stands behind it in both: the same bid."""
    rules = replace(simple_rules(), auto_bid=True)
    states = []
    for cents in (rival, other):
        state = bid(rules, TERMS, a_state(rules), "a", Decimal("299.99"))
        states.append(bid(rules, TERMS, state, "b", Decimal(min(cents, 29_998)) / 100))
    first, second = (find_due(rules, TERMS, state, {"a": Decimal(limit) / 100}) for state in states)
    assert first == second


def test_nobody_bids_against_itself() -> None:
    rules = replace(simple_rules(), auto_bid=True)
    alone = bid(rules, TERMS, a_state(rules), "a", Decimal("300.00"))
    assert find_due(rules, TERMS, alone, {"a": Decimal("1.00")}) == []
    shared = replace(rules, ties=TieRule.EQUAL_RANK, feedback=FeedbackMode.LEAD_ONLY)
    tied = bid(shared, TERMS, alone, "b", Decimal("300.00"))
    assert find_due(shared, TERMS, tied, {"a": Decimal("1.00"), "b": Decimal("1.00")}) == []
    assert [due.tag for due in find_due(rules, TERMS, tied, {"a": Decimal("1.00"), "b": Decimal("1.00")})] == ["b"]


def test_limits_are_refused_by_own_numbers_and_published_rules() -> None:
    rules = replace(simple_rules(), auto_bid=True)
    state = bid(rules, TERMS, a_state(rules), "a", Decimal("250.00"))
    codes = {"1e5": Code.NOT_AN_AMOUNT, "1.005": Code.PRECISION, "300.01": Code.ABOVE_CEILING}
    for sent, code in {**codes, "250.00": Code.STEP_TOO_SMALL}.items():
        refused = decide_limit(rules, TERMS, state, "a", sent)
        assert isinstance(refused, Refusal)
        assert refused.code is code
    assert decide_limit(rules, TERMS, state, "a", "240.00") == Decimal("240.00")
    refused = decide_limit(simple_rules(), TERMS, state, "a", "240.00")
    assert refused == Refusal(Code.NOT_ALLOWED_HERE, {"rule": "auto_bid"})
    for status in LotStatus:
        bar = decide_auto_bid(rules, replace(state.timetable, status=status))
        assert (bar is not None) == (status in (LotStatus.CLOSED, LotStatus.CANCELLED))


def test_two_limits_do_not_use_the_extensions_up() -> None:
    soft = SoftClose(window=180 * SECOND, hard_stop_after=2700 * SECOND, max_extensions=10)
    table = a_state(simple_rules(soft_close=soft)).timetable
    half = table.closes_at - soft.window / 2
    change = _a_new_best()
    assert extend(table, soft, half - MILLISECOND, change, is_auto=True) is None
    assert extend(table, soft, half - MILLISECOND, change) is not None
    assert extend(table, soft, half, change, is_auto=True) is not None


def _a_new_best() -> Change:
    return Change(is_new_best=True, rank=1, has_moved=True)


def test_a_tick_is_the_same_in_every_process() -> None:
    for extra in (timedelta(0), MILLISECOND, TICK - MILLISECOND):
        assert tick_at(OPENS_AT + SECOND + extra, 250) == OPENS_AT + SECOND
    assert tick_at(OPENS_AT + TICK, 250) == OPENS_AT + TICK


def test_a_commitment_binds_lot_bidder_amount_and_salt() -> None:
    given_ = ("l", "t", "1.00", b"salt")
    others = (
        ("m", "t", "1.00", b"salt"),
        ("l", "u", "1.00", b"salt"),
        ("l", "t", "1.01", b"salt"),
        ("l", "t", "1.00", b"pepper"),
    )
    assert len({commitment_of(*one) for one in (given_, *others)}) == 5
