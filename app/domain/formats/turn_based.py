"""Rounds of turns: worst first, best last, of a known length, with no extension. LIVE.md section 1, format.

A round has a published number of turns, whoever bids: a bidder's turn follows from its own rank as the round begins,
so that neither the length of a round nor the place of a turn tells more than that rank. Who has no rank, or one so far
back that there is no turn for it, bids in the first. In the first round the turns go by the sealed prices the lot began
with, or are drawn. A turn that goes by leaves the last bid standing.

All instants are counted back from the close, so that a pause, which moves the close, moves every turn with it.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from app.domain.closing import Timetable, decide_moment, timetable_of
from app.domain.formats import open_descending
from app.domain.formats.open_descending import next_valid_amount
from app.domain.formats.play import Accepted, Course, Draw, Feedback, FloorState, Offer, ToldPace
from app.domain.formats.telling import TELLING, Telling, rank_in
from app.domain.formats.turn_sentences import rule_sentences
from app.domain.live_rules import LiveRules, LotOrder, LotTerms, Pace, RuleFault, lot_times
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal

__all__ = [
    "BREAK",
    "examples",
    "feedback",
    "length_of",
    "may_extend",
    "move",
    "moves_at",
    "next_valid_amount",
    "play_bid",
    "rule_faults",
    "rule_sentences",
    "turn_of",
]

# Before the first turn of each round. The order is fixed within it, once every bid of the round before that came in
# time has been stored: that takes less than a second and a half, the drain of a closing lot.
BREAK: Final = timedelta(seconds=5)
SETTLED: Final = timedelta(seconds=3)
MOST_ROUNDS: Final = 20
MOST_SLOTS: Final = 50
SHORTEST: Final = timedelta(seconds=10)


def _pace(rules: LiveRules) -> Pace:
    assert rules.pace is not None, "rules of this format have a pace, as `rule_faults` tells"
    return rules.pace


def _slots(pace: Pace) -> int:
    return pace.slots or 1


def _round(pace: Pace) -> timedelta:
    return BREAK + pace.each * _slots(pace)


def length_of(pace: Pace) -> timedelta:
    """How long the lot is open: what `duration_s` must be."""
    return _round(pace) * pace.stages


def rule_faults(rules: LiveRules) -> list[RuleFault]:
    """A turn tells its bidder the own rank, so the rules must; and nothing else may move or lengthen the lot."""
    pace = rules.pace
    if pace is None or pace.slots is None:
        return [RuleFault("pace", "INCOMPLETE")]
    found = [
        ("pace.stages", "OUT_OF_RANGE", not 1 <= pace.stages <= MOST_ROUNDS),
        ("pace.slots", "OUT_OF_RANGE", not 2 <= pace.slots <= MOST_SLOTS),
        ("pace.each_s", "OUT_OF_RANGE", not SHORTEST <= pace.each <= timedelta(hours=1)),
        ("duration_s", "OUT_OF_RANGE", rules.duration != length_of(pace)),
        ("soft_close", "NOT_ALLOWED_HERE", rules.soft_close is not None),
        ("auto_bid", "NOT_ALLOWED_HERE", rules.auto_bid),
        ("lots", "NOT_ALLOWED_HERE", rules.lots is LotOrder.STAGGERED),
        ("feedback", "NOT_ALLOWED_HERE", TELLING[rules.feedback] is not Telling.EXACT),
    ]
    return [RuleFault(name, code) for name, code, is_wrong in found if is_wrong]


def _begins(pace: Pace, table: Timetable, stage: int) -> datetime:
    return table.closes_at - _round(pace) * (pace.stages - stage)


def turn_of(rules: LiveRules, table: Timetable, course: Course, tag: str) -> tuple[datetime, datetime] | None:
    """When a bidder may bid in the round of this course; None where it is not on the floor."""
    pace, slot = _pace(rules), course.slots.get(tag)
    if slot is None:
        return None
    begins = _begins(pace, table, course.stage) + BREAK + pace.each * (slot - 1)
    return begins, begins + pace.each


def moves_at(rules: LiveRules, state: FloorState) -> datetime | None:
    """When the order of the next round is fixed: of the first, as the lot opens."""
    pace, course = _pace(rules), state.course
    if course is None:
        return _begins(pace, state.timetable, 0)
    following = course.stage + 1
    return None if following >= pace.stages else _begins(pace, state.timetable, following) + SETTLED


def move(
    rules: LiveRules,
    terms: LotTerms,  # noqa: ARG001 - amounts play no part
    state: FloorState,
    at: datetime,
    draw: Draw,
) -> FloorState | None:
    """The next round with its turns, once it is due."""
    due = moves_at(rules, state)
    if due is None or at < due:
        return None
    count = _slots(_pace(rules))
    if state.course is None and not state.standing.active:
        return replace(state, course=Course(0, draw(count)))
    stage = 0 if state.course is None else state.course.stage + 1
    tags = [tag for _, _, tag in state.standing.order] if state.course is None else list(state.course.slots)
    slots = {tag: _slot(count, rank_in(rules, state.standing, tag)) for tag in tags}
    return replace(state, course=Course(stage, slots))


def _slot(count: int, rank: int | None) -> int:
    """The best last; who has no rank, or one that no turn is left for, first."""
    return 1 if rank is None else max(1, count - rank + 1)


def play_bid(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str, offer: Offer) -> Accepted | Refusal:
    """One bid under the lot's lock: the moment, the turn, and then as in the open format."""
    bar = decide_moment(state.timetable, offer.received_at) or _decide_turn(rules, state, tag, offer.received_at)
    if bar is not None:
        return bar
    played = open_descending.play_bid(rules, terms, state, tag, offer)
    if isinstance(played, Refusal):
        return played
    return replace(played, after=replace(played.after, course=state.course))


def _decide_turn(rules: LiveRules, state: FloorState, tag: str, at: datetime) -> Refusal | None:
    turn = None if state.course is None else turn_of(rules, state.timetable, state.course, tag)
    if turn is None:
        return Refusal(Code.NOT_YOUR_TURN)
    begins, ends = turn
    if begins <= at < ends:
        return None
    return Refusal(Code.NOT_YOUR_TURN, {"turn_from": instant_text(begins), "turn_until": instant_text(ends)})


def feedback(rules: LiveRules, terms: LotTerms, state: FloorState, tag: str) -> Feedback:
    """As in the open format, and the own turn of this round."""
    told = open_descending.feedback(rules, terms, state, tag)
    pace, course = _pace(rules), state.course
    if course is None:
        return replace(told, pace=ToldPace(0, pace.stages))
    turn = turn_of(rules, state.timetable, course, tag)
    begins, ends = (None, None) if turn is None else turn
    ends_at = _begins(pace, state.timetable, course.stage + 1)
    return replace(told, pace=ToldPace(course.stage, pace.stages, begins, ends, ends_at=ends_at))


def may_extend(rules: LiveRules) -> bool:  # noqa: ARG001 - for every rule of this format
    """The length is known and stays."""
    return False


def examples(rules: LiveRules, terms: LotTerms, lang: str) -> list[str] | None:  # noqa: ARG001 - times alone
    """When the first and the second place bid in the second round, of a lot that opens at ten."""
    pace, opens_at = _pace(rules), datetime(2026, 1, 1, 10, tzinfo=UTC)
    table = timetable_of(lot_times(rules, 0, opens_at))
    stage = min(1, pace.stages - 1)
    slots = {str(rank): _slot(_slots(pace), rank) for rank in (1, 2)}
    times = []
    for rank in slots:
        turn = turn_of(rules, table, Course(stage, slots), rank)
        assert turn is not None, "a rank has a turn"
        times.append("–".join(f"{at:%H:%M:%S}" for at in turn))
    return [_EXAMPLE[lang].format(opens="10:00:00", round=stage + 1, first=times[0], second=times[1])]


_EXAMPLE: Final = {
    "en": "Example: the lot opens at {opens}; in round {round} the second place bids {second}, the first {first}.",
    "zh": "示例：采购包{opens}开放，第{round}轮中第二名于{second}报价，第一名于{first}报价。",
}
