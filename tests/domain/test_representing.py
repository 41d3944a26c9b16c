"""What a representative may do, and the word on one that joined by itself."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from app.domain.refusals import Code, Refusal
from app.domain.representing import (
    JoinState,
    Right,
    check_rights,
    decide_any_right,
    decide_change,
    decide_joining,
    decide_right,
)


@given(st.sets(st.sampled_from(Right)))
def test_who_may_do_anything_may_read(wanted: set[Right]) -> None:
    held = check_rights(wanted)
    assert held == wanted | {Right.VIEW}
    for asked in Right:
        refusal = decide_right(held, asked)
        assert (refusal is None) is (asked in held)
        assert refusal is None or refusal == Refusal(Code.RIGHT_MISSING, {"right": asked.value})


@given(st.sets(st.sampled_from(Right)), st.sets(st.sampled_from(Right), min_size=1))
def test_one_of_several_rights_is_enough(held: set[Right], asked: set[Right]) -> None:
    refusal = decide_any_right(held, asked)
    assert (refusal is None) is bool(held & asked)
    assert refusal is None or refusal.code is Code.RIGHT_MISSING
    for right in asked:
        assert decide_any_right(held, {right}) == decide_right(held, right)


def test_nobody_decides_about_itself_and_a_word_is_given_once() -> None:
    for state, (actor, target) in product([None, *JoinState], [("a", "a"), ("a", "b")]):
        changed, joined = decide_change(actor, target, state), decide_joining(actor, target, state)
        if actor == target:
            assert changed == joined == Refusal(Code.SAME_PERSON)
        else:
            assert (joined is None) is (state is JoinState.WAITING)
            assert (changed is None) is (state in (None, JoinState.CONFIRMED))
