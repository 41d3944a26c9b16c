"""The toy lot: decided by the real format, rivals that answer, drills that are done by doing them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.closing import LotStatus
from app.domain.formats import Offer, Quote, hash_of_rules
from app.domain.formats.play import Accepted
from app.domain.practising import (
    HURRIED,
    LENGTH,
    OWN,
    RIVALS,
    VALID_FOR,
    Drill,
    Toy,
    answer_of_rival,
    closed,
    hurry,
    is_valid,
    new_toy,
    place,
)
from app.domain.refusals import Code, Refusal

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def bid(toy: Toy, amount: str, at: datetime = NOW + SECOND, quote: Quote | None = None) -> Toy:
    after, played = place(toy, Offer(amount, at, quote))
    assert isinstance(played, Accepted)
    return after


def test_drills_are_done_by_doing_them() -> None:
    toy = new_toy(NOW)
    toy = bid(toy, "99.80")
    assert toy.done == frozenset()
    toy = bid(toy, "99.50", quote=Quote("99.80", hash_of_rules(toy.rules)))
    assert toy.done == {Drill.STEP}
    assert bid(toy, "95.00").done == {Drill.STEP}
    toy = bid(toy, "94.00")
    assert toy.done == {Drill.STEP, Drill.TYPED}
    later = hurry(toy, NOW + 2 * SECOND)
    assert later.state.timetable.closes_at == NOW + 2 * SECOND + HURRIED
    later = bid(later, "93.00", NOW + 3 * SECOND)
    assert Drill.EXTENSION in later.done
    refused, why = place(toy, Offer("94.00", NOW + SECOND))
    assert isinstance(why, Refusal)
    assert why.code is Code.STEP_TOO_SMALL
    assert refused == toy


@given(st.lists(st.integers(0, 2000), max_size=30))
def test_a_rival_answers_the_leader_alone_and_never_below_its_limit(drops: list[int]) -> None:
    toy = new_toy(NOW)
    for drop in drops:
        toy, _ = place(toy, Offer(f"{100 - drop / 100:.2f}", NOW + SECOND))
        after = answer_of_rival(toy, NOW + SECOND)
        assert after.state.standing.own_last(OWN) == toy.state.standing.own_last(OWN)
        if toy.state.standing.rank_of(OWN) != 1:
            assert after is toy
        for rival, (_, lowest) in RIVALS.items():
            assert (after.state.standing.own_last(rival) or lowest) >= lowest
        toy = after


def test_it_closes_by_its_clock_and_a_pass_counts_two_weeks() -> None:
    toy = new_toy(NOW)
    assert closed(toy, NOW + LENGTH - SECOND) is toy
    assert closed(toy, NOW + LENGTH).state.timetable.status is LotStatus.CLOSED
    assert is_valid(NOW, NOW + VALID_FOR - SECOND)
    assert not is_valid(NOW, NOW + VALID_FOR)
    assert not is_valid(None, NOW)
