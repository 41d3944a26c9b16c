"""No answer to a bid depends on a rival beyond what its bidder has been shown: every format, every feedback mode.

SCREENS.md LR-24 and check 4, attacks.md W05. The same bidder plays the same bids in two worlds with other rivals, other
amounts, other frozen points. As long as it is shown the same things in both (its rank aside: a rank must never make an
answer), it is answered the same, byte for byte; and a frame to it has one length whatever stands in it. The reserve
cannot play a part: neither rules nor terms nor a floor's state have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.closing import LotStatus, timetable_of
from app.domain.formats import (
    FORMATS,
    FloorState,
    LiveRules,
    LotTerms,
    Offer,
    check_rules,
    format_of,
    lot_times,
    ticks,
    turn_based,
)
from app.domain.live_rules import Basis, FeedbackMode, Pace
from app.domain.money import format_amount
from app.domain.ranking import Standing
from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_basis import LotBasis, OwnFigures, ranking_rules
from app.domain.scoring.live_standing import standing_by
from app.domain.scoring.rules import PRICE_ALONE
from app.live_rounds.frames import LotView, TickView, clock_of, ends_of, own_part, state_text, supplier_length, text_of
from app.live_rounds.store import Floor
from tests.domain.live_strategies import OPENS_AT, SECOND, rules_and_terms, simple_rules
from tests.domain.scoring.test_live_basis import FEATURES, MALUS, evaluation

OWN, TAGS = "a", "abcdef"
# Steps of the ceiling: few, so that bids of several bidders meet, lie just beside each other, and tie.
GRID = 24
# What tells how the bidder stands: shown, and still no answer may be made from it.
STANDING = frozenset({"rank", "tied", "leading", "score", "lead", "band"})
FORMS = ("1e5", "-1", "NaN", "", "12,34", "0", "9" * 40)


@dataclass(frozen=True)
class Move:
    """A bid of somebody: so many seconds after the opening, at so many steps below the ceiling and units beside."""

    at: int
    tag: str
    step: int
    beside: int

    def amount(self, terms: LotTerms) -> str:
        if self.step < 0:
            return FORMS[-self.step % len(FORMS)]
        unit = Decimal(1).scaleb(-terms.scale)
        grid = (terms.ceiling * (GRID - self.step) / GRID).quantize(unit)
        return format_amount(max(grid + self.beside * unit, unit), terms.scale)


def moves(tags: str) -> st.SearchStrategy[list[Move]]:
    made = st.builds(Move, st.integers(-5, 7300), st.sampled_from(tags), st.integers(-2, GRID - 1), st.integers(-2, 2))
    return st.lists(made, max_size=14)


figures = st.lists(st.integers(0, 100), min_size=len(TAGS), max_size=len(TAGS))
POINTS = evaluation()


def by_turns(rules: LiveRules) -> LiveRules:
    pace = Pace(stages=3, each=300 * SECOND, slots=4)
    return replace(rules, pace=pace, duration=turn_based.length_of(pace), soft_close=None)


def by_ticks(rules: LiveRules) -> LiveRules:
    pace = Pace(stages=60, each=120 * SECOND)
    return replace(rules, pace=pace, duration=ticks.length_of(pace), soft_close=None, change_limit=None)


# What formats that move by time need of their rules.
TIMED = {"turn_based": by_turns, "japanese": by_ticks, "dutch": by_ticks}


def fitted(name: str, rules: LiveRules) -> LiveRules:
    return TIMED.get(name, lambda one: one)(replace(rules, format=name))


def moved(rules: LiveRules, terms: LotTerms, state: FloorState, at: datetime) -> FloorState:
    """The lot after what time alone has brought by an instant."""

    def draw(count: int) -> dict[str, int]:
        return {tag: place % count + 1 for place, tag in enumerate(TAGS)}

    while (after := format_of(rules).move(rules, terms, state, at, draw)) is not None:
        state = after
    return state


@st.composite
def games(draw: st.DrawFn, name: str, feedback: FeedbackMode) -> tuple[LiveRules, LotTerms]:
    """Rules of a format under a feedback mode that could be published, and a lot."""
    rules, terms = draw(rules_and_terms())
    plain = fitted(name, replace(rules, feedback=feedback))
    points = replace(plain, basis=Basis.POINTS, tells_lead=draw(st.booleans()))
    based = [points, *(replace(plain, basis=one.basis, factors=one.factors) for one in (MALUS, FEATURES))]
    named = {fault.field for fault in check_rules(plain)} & {"feedback", "basis"}
    fitting = [one for one in based if not {fault.field for fault in check_rules(one)} & {"feedback", "tells_lead"}]
    return draw(st.sampled_from(fitting if named else [plain, *fitting])), terms


def empty(rules: LiveRules, terms: LotTerms, own: int, others: Sequence[int]) -> Standing:
    """Nobody has bid: a standing by the basis of the rules, the bidder's own figures given, its rivals' any."""
    if rules.basis is Basis.PRICE:
        return standing_by(None, ())
    marks = [own, *others[1:]]
    held = {}
    for tag, mark in zip(TAGS, marks, strict=True):
        value = Decimal(mark) / 100
        is_points = rules.basis is Basis.POINTS
        held[tag] = OwnFigures((), Decimal(mark)) if is_points else OwnFigures((value,), None)
    return standing_by(LotBasis(ranking_rules(rules, POINTS) or PRICE_ALONE, terms.ceiling, held), ())


def floor_of(rules: LiveRules, terms: LotTerms) -> Floor:
    table = replace(timetable_of(lot_times(rules, 0)), status=LotStatus.OPEN)
    return Floor(
        lot_id="1" * 32,
        round_id="2" * 32,
        tender_id="3" * 32,
        position=0,
        terms=terms,
        rules=rules,
        rules_hash="4" * 64,
        timetable=table,
        pause_reason=None,
        attempts=0,
        accepted=0,
        voids=0,
        version=1,
        alias_sealed=None,
    )


def shown(floor: Floor, state: FloorState, own_count: int, now: datetime) -> dict[str, Any]:
    """What the bidder's frame says of the lot."""
    held = replace(floor, timetable=state.timetable, accepted=state.seq, course=state.course)
    view = LotView(held, state.standing, (), 0, (), 0, {OWN: own_count})
    return {**clock_of(held, now), **own_part(view, OWN)}


Seen = tuple[dict[str, Any], bytes]


def play(rules: LiveRules, terms: LotTerms, standing: Standing, sent: Sequence[Move]) -> list[Seen]:
    """What the bidder was shown before each of its bids, and what it was answered."""
    floor, count = floor_of(rules, terms), 0
    state, seen = FloorState(floor.timetable, standing), list[Seen]()
    for move in sorted(sent, key=lambda one: (one.at, one.tag)):
        at = OPENS_AT + move.at * SECOND
        state = moved(rules, terms, state, at)
        before = shown(floor, state, count, at) if move.tag == OWN else {}
        answer = format_of(rules).play_bid(rules, terms, state, move.tag, Offer(move.amount(terms), at))
        if move.tag == OWN:
            seen.append((before, told(answer)))
        if not isinstance(answer, Refusal):
            state, count = answer.after, count + (move.tag == OWN)
    return seen


def told(answer: Any) -> bytes:
    """All of an answer that reaches the bidder: refusal code and detail, or that the amount was taken."""
    if isinstance(answer, Refusal):
        return orjson.dumps([answer.code.value, dict(answer.detail)], option=orjson.OPT_SORT_KEYS)
    return orjson.dumps(["accepted", str(answer.amount), str(answer.own_before)])


def goes_with(name: str, feedback: FeedbackMode) -> bool:
    rules = fitted(name, replace(simple_rules(), feedback=feedback))
    return "feedback" not in {fault.field for fault in format_of(rules).rule_faults(rules)}


EVERY = [(name, feedback) for name in sorted(FORMATS) for feedback in FeedbackMode if goes_with(name, feedback)]


@pytest.mark.parametrize(("name", "feedback"), EVERY)
@settings(max_examples=20)
@given(st.data())
def test_the_same_view_gets_the_same_answer(name: str, feedback: FeedbackMode, data: st.DataObject) -> None:
    rules, terms = data.draw(games(name, feedback))
    own = data.draw(moves(OWN))
    mine = data.draw(st.integers(0, 100))
    worlds = []
    for _ in range(2):
        rivals = data.draw(moves(TAGS[1:]))
        worlds.append(play(rules, terms, empty(rules, terms, mine, data.draw(figures)), [*own, *rivals]))
    for (first_view, first), (second_view, second) in zip(*worlds, strict=True):
        if {**first_view, **dict.fromkeys(STANDING)} != {**second_view, **dict.fromkeys(STANDING)}:
            # The market was shown, by rule, and differs: an announced best price, a moved close.
            assert feedback_tells(rules, first_view, second_view)
            return
        assert first == second


def feedback_tells(rules: LiveRules, first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two views differ only in what the rules publish: the close, and a best price that is announced."""
    differs = {name for name in first if first[name] != second[name]} - STANDING
    public = {"closes_at", "extensions", "status", "hard_stop_at", "best", "pace"}
    # Where the format names the price, there is one as long as the lot runs: its end is public.
    names_price = _measures_from_best(rules) is not None or rules.pace is not None
    return differs <= public | ({"next_valid"} if names_price else set())


def _measures_from_best(rules: LiveRules) -> object:
    return None if rules.step.basis.value == "own_last" else rules.step.basis


@pytest.mark.parametrize(("name", "feedback"), EVERY)
@settings(max_examples=10)
@given(st.data())
def test_frames_are_of_one_length_in_every_mode(name: str, feedback: FeedbackMode, data: st.DataObject) -> None:
    rules, terms = data.draw(games(name, feedback))
    sent = data.draw(moves(TAGS))
    others = data.draw(figures)
    seen = play(rules, terms, empty(rules, terms, others[0], others), sent)
    now = OPENS_AT + timedelta(hours=1)
    length = supplier_length(1, has_score=rules.basis is not Basis.PRICE, has_pace=rules.pace is not None)
    for view, _ in seen:
        frame = state_text(ends_of(TickView(10**10, now, ())), [text_of(view)], length)
        assert len(frame.encode()) == length


class Oracle:
    """The open format with a ban on ties: the refusal of an equal amount tells a rival's price."""

    def __getattr__(self, name: str) -> Any:
        return getattr(FORMATS["open_descending"], name)

    def play_bid(self, rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer) -> Any:
        played = FORMATS["open_descending"].play_bid(rules, terms, state, tag, offer)
        rivals = [amount for amount, _, other in state.standing.order if other != tag]
        is_tie = not isinstance(played, Refusal) and played.amount in rivals
        return Refusal(Code.STEP_TOO_SMALL) if is_tie else played


def test_an_oracle_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.domain.formats.FORMATS", {**FORMATS, "open_descending": Oracle()})
    rules, terms = simple_rules(), LotTerms(2, Decimal("300.00"))
    own = Move(60, OWN, 3, 0)
    (first,), (second,) = (
        play(rules, terms, standing_by(None, ()), [own, rival]) for rival in (Move(30, "b", 3, 0), Move(30, "b", 2, 0))
    )
    assert first[0] == second[0]
    assert first[1] != second[1]
