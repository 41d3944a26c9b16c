"""Roles that exclude each other within a tender, grants, and one person behind two accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.exclusive_roles import STAFF_ROLES, clashing, decide_grant, may_sit, needs_auditor
from app.domain.refusals import Code, Refusal
from app.domain.related_parties import decide_representation, decide_seat, person_keys, same_representative
from app.domain.visibility import Role

ROLE = st.sampled_from(sorted(STAFF_ROLES))
BUYERS = (Role.PURCHASER, Role.APPROVER, Role.AUDITOR)


@given(ROLE, ROLE)
def test_what_excludes_is_excluded_and_nobody_excludes_himself(one: Role, other: Role) -> None:
    if Role.ADMIN not in (one, other):
        assert (may_sit({one}, other) is None) == (may_sit({other}, one) is None)
        assert may_sit({one}, one) is None
    assert clashing({one, other}) in (frozenset(), frozenset({one, other}))


@pytest.mark.parametrize("one", BUYERS)
@pytest.mark.parametrize("other", BUYERS)
def test_purchaser_approver_and_auditor_are_three_people(one: Role, other: Role) -> None:
    refused = Refusal(Code.EXCLUSIVE_ROLES, {"role": other.value, "held": one.value})
    assert may_sit({one}, other) == (None if one is other else refused)


def test_evaluators_approve_nothing_the_desk_stands_alone_the_administrator_sits_nowhere() -> None:
    assert may_sit({Role.EVALUATOR}, Role.APPROVER) is not None
    assert may_sit({Role.PURCHASER}, Role.EVALUATOR) is None
    assert may_sit({Role.DESK_HELP}, Role.EVALUATOR) is not None
    assert may_sit({Role.DESK_HELP}, Role.DESK_RELAY) is not None
    assert may_sit((), Role.ADMIN) is not None
    assert clashing({Role.PURCHASER, Role.AUDITOR, Role.REQUESTER}) == {Role.PURCHASER, Role.AUDITOR}


@given(st.frozensets(ROLE))
def test_nobody_grants_to_himself(roles: frozenset[Role]) -> None:
    assert decide_grant(by="a", to="a", roles=roles) == Refusal(Code.SAME_PERSON)
    is_mixed = not roles.isdisjoint({Role.DESK_HELP, Role.DESK_RELAY}) and len(roles) > 1
    assert (decide_grant(by="a", to="b", roles=roles) is None) is not is_mixed
    assert decide_grant(by="a", to="b", roles=[*roles, Role.SUPPLIER]) is not None


@given(st.frozensets(st.sampled_from("abcd")))
def test_grants_wait_for_an_auditor_who_is_neither_of_the_two(auditors: frozenset[str]) -> None:
    assert needs_auditor(auditors, by="a", to="b") is bool(auditors & {"c", "d"})


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("li@firm.cn", None), ("Li+2@FIRM.cn", None), True),
        (("li@firm.cn", "+86 138-0013-8000"), ("wang@other.cn", "13800138000"), True),
        (("li@firm.cn", "+8613800138000"), ("wang@firm.cn", "+8613800138001"), False),
        (("li@firm.cn", "123"), ("wang@firm.cn", "123"), False),
        (("li@firm.cn", ""), ("li@firm.com", ""), False),
    ],
)
def test_one_person_behind_two_accounts(
    one: tuple[str, str | None], other: tuple[str, str | None], is_same: bool
) -> None:
    assert bool(person_keys(*one) & person_keys(*other)) is is_same


def test_one_person_represents_one_firm_of_a_round() -> None:
    own, others = {"mail:a"}, {"f2": {"mail:b"}, "f1": {"phone:1", "mail:a"}, "f3": set[str]()}
    assert same_representative(own, others) == ["f1"]
    assert decide_representation(own, others) == Refusal(Code.RELATED_PARTY)
    assert decide_representation(set(), others) is None
    assert decide_seat({"k1"}, {"k1", "k2"}) == Refusal(Code.RELATED_PARTY)
    assert decide_seat({"k3"}, {"k1", "k2"}) is None
