"""The panel: who may be called, who counts, who is the chair, and when it is through."""

from datetime import UTC, datetime

import pytest

from app.domain.empanelling import (
    Member,
    MemberState,
    chair_of,
    counting,
    decide_consensus,
    decide_declaration,
    decide_lock,
    decide_marking,
    decide_panel,
    find_member,
    is_through,
    state_of,
)
from app.domain.refusals import Code, Refusal

AT = datetime(2026, 11, 21, tzinfo=UTC)
INVITED = Member("a", 1)
READY = Member("b", 2, declared_at=AT)
DONE = Member("c", 3, declared_at=AT, seat="E1", submitted_at=AT)
RECUSED = Member("d", 0, declared_at=AT, has_conflict=True)


def code(refusal: Refusal | None) -> Code | None:
    return None if refusal is None else refusal.code


def test_the_recused_count_no_more_and_the_next_named_is_the_chair() -> None:
    panel = [DONE, READY, RECUSED]
    assert [each.account_id for each in counting(panel)] == ["b", "c"]
    assert chair_of(panel) == "b"
    assert chair_of([RECUSED]) is None
    assert find_member(panel, "d") is None
    assert find_member(panel, "c") is DONE


def test_a_panel_is_through_when_all_who_count_have_submitted() -> None:
    assert is_through([DONE, RECUSED])
    assert not is_through([DONE, READY])
    assert not is_through([RECUSED])
    assert not is_through([])


@pytest.mark.parametrize(
    ("member", "is_open", "is_locked", "state"),
    [
        (RECUSED, True, True, MemberState.RECUSED), (INVITED, True, False, MemberState.INVITED),
        (READY, False, False, MemberState.WAITING), (READY, True, False, MemberState.MARKING),
        (DONE, True, False, MemberState.SUBMITTED), (DONE, True, True, MemberState.LOCKED),
    ],
)  # fmt: skip
def test_where_a_member_stands(member: Member, is_open: bool, is_locked: bool, state: MemberState) -> None:
    assert state_of(member, [READY, DONE], is_open=is_open, is_locked=is_locked) is state
    assert state_of(DONE, [DONE], is_open=True, is_locked=False) is MemberState.CONSENSUS


@pytest.mark.parametrize(
    ("members", "accounts", "locked", "expected"),
    [
        ([], ["a"], False, None), ([], ["a", "b"], False, None), ([], [], False, Code.OUT_OF_RANGE),
        ([], ["a", "a"], False, Code.OUT_OF_RANGE), ([], ["x"], False, Code.NOT_ALLOWED_HERE),
        ([], ["a"], True, Code.LOCKED), ([DONE], ["a"], False, Code.TOO_LATE),
        ([RECUSED], ["d"], False, Code.RECUSED), ([RECUSED, READY], ["a"], False, None),
        ([Member("c", 3, AT, has_conflict=True, submitted_at=AT)], ["a"], False, None),
    ],
)  # fmt: skip
def test_who_may_be_called(members: list[Member], accounts: list[str], locked: bool, expected: Code | None) -> None:
    eligible = {"a", "b", "c", "d"}
    assert code(decide_panel(members, accounts, eligible=eligible, is_locked=locked)) == expected


@pytest.mark.parametrize(
    ("member", "is_open", "is_locked", "expected"),
    [
        (READY, True, False, None), (INVITED, True, False, Code.NOT_DECLARED), (READY, False, False, Code.TOO_EARLY),
        (DONE, True, False, Code.LOCKED), (READY, True, True, Code.LOCKED),
    ],
)  # fmt: skip
def test_who_may_mark(member: Member, is_open: bool, is_locked: bool, expected: Code | None) -> None:
    assert code(decide_marking(member, is_open=is_open, is_locked=is_locked)) == expected


def test_the_consensus_and_the_lock() -> None:
    through, waiting = [DONE, RECUSED], [DONE, READY]
    assert code(decide_consensus(waiting, is_open=True, is_locked=False)) is Code.MARKS_MISSING
    assert code(decide_consensus([], is_open=True, is_locked=False)) is Code.MARKS_MISSING
    assert code(decide_consensus(through, is_open=False, is_locked=False)) is Code.TOO_EARLY
    assert decide_consensus(through, is_open=True, is_locked=False) is None

    def lock(members: list[Member], who: str, shown: str, *, is_locked: bool = False) -> Code | None:
        return code(decide_lock(members, who, shown=shown, current="now", is_open=True, is_locked=is_locked))

    assert lock(through, "c", "now") is None
    assert lock(through, "c", "before") is Code.CHANGED_SINCE
    assert lock(through, "x", "now") is Code.NOT_ALLOWED_HERE
    assert lock(waiting, "b", "now") is Code.MARKS_MISSING
    assert lock(through, "c", "now", is_locked=True) is Code.LOCKED
    assert code(decide_declaration(is_locked=True)) is Code.LOCKED
    assert decide_declaration(is_locked=False) is None
