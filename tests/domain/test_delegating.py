"""Tasks handed over: who may, to whom, how long; and that a delegate is no second person to what it had a hand in."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.approving import Pending, ProposalKind, ProposalState, Verdict, decide, is_named, may_decide
from app.domain.delegating import DUTIES, LONGEST_DAYS, Delegation, Hands, Person, decide_delegation, hands_of
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
GIVER = Person("giver", frozenset({Role.APPROVER, Role.EVALUATOR}))
TAKER = Person("taker", frozenset({Role.APPROVER}))
NEW = Delegation("d", "giver", "taker", Role.APPROVER, TODAY, TODAY + timedelta(days=6), NOW)
DAYS = st.dates(date(2026, 10, 1), date(2027, 2, 1))


def decided(new: Delegation = NEW, *, taker: Person | None = TAKER, held: tuple[Delegation, ...] = ()) -> Code | None:
    """The code of the refusal, None where it may be."""
    refusal = decide_delegation(new, giver=GIVER, taker=taker, today=TODAY, held=held)
    return None if refusal is None else refusal.code


def test_tasks_go_to_somebody_who_has_the_role_already() -> None:
    assert decided() is None
    assert decided(taker=None) is Code.OUT_OF_RANGE
    assert decided(taker=Person("taker", frozenset({Role.PURCHASER}))) is Code.OUT_OF_RANGE
    assert decided(taker=replace(TAKER, account_id="giver")) is Code.SAME_PERSON
    for duty in (Role.PURCHASER, Role.EVALUATOR, Role.AUDITOR):
        assert decided(replace(NEW, duty=duty)) is Code.OUT_OF_RANGE
    assert {Role.EVALUATOR, Role.AUDITOR}.isdisjoint(DUTIES)


@pytest.mark.parametrize(
    ("starts", "ends", "is_fine"),
    [(-1, 3, False), (0, 0, True), (3, 2, False), (0, LONGEST_DAYS - 1, True), (0, LONGEST_DAYS, False)],
)
def test_the_days_lie_ahead_and_are_not_too_many(starts: int, ends: int, is_fine: bool) -> None:
    new = replace(NEW, starts_on=TODAY + timedelta(days=starts), ends_on=TODAY + timedelta(days=ends))
    assert (decided(new) is None) is is_fine


def test_what_is_handed_over_does_not_travel_on() -> None:
    assert decided(held=(NEW,)) is Code.OVERLAP
    assert decided(held=(replace(NEW, giver="taker", taker="third"),)) is Code.OVERLAP
    assert decided(held=(replace(NEW, giver="third", taker="giver"),)) is Code.OVERLAP
    assert decided(held=(replace(NEW, ended_at=NOW),)) is None
    assert decided(held=(replace(NEW, duty=Role.PURCHASER),)) is None
    after = replace(NEW, starts_on=NEW.ends_on + timedelta(days=1), ends_on=NEW.ends_on + timedelta(days=1))
    assert decided(after, held=(NEW,)) is None


@given(DAYS)
def test_it_ends_by_itself(day: date) -> None:
    assert hands_of([NEW], "taker", day).givers(Role.APPROVER) == (
        {"giver"} if NEW.starts_on <= day <= NEW.ends_on else frozenset()
    )
    assert hands_of([replace(NEW, ended_at=NOW)], "taker", day).givers(Role.APPROVER) == frozenset()
    assert hands_of([NEW], "giver", day) == Hands()


PEOPLE = st.sampled_from(["purchaser", "asker", "maker", "lead", "a", "b", "c"])
GIVEN = st.builds(
    Delegation, id=st.just("d"), giver=PEOPLE, taker=PEOPLE, duty=st.sampled_from(sorted(DUTIES)),
    starts_on=st.sampled_from([TODAY - timedelta(days=n) for n in (0, 3, 100, 400)]),
    ends_on=st.sampled_from([TODAY + timedelta(days=n) for n in (-300, -2, 0, 5)]), made_at=st.just(NOW),
    ended_at=st.sampled_from([None, NOW]),
)  # fmt: skip


@given(PEOPLE, st.lists(GIVEN, max_size=5))
def test_nobody_approves_what_it_had_a_hand_in(account: str, held: list[Delegation]) -> None:
    """Whoever may approve proposed nothing, asked for nothing, has no other seat, stood in for neither of the two of
    late, and is the decision maker or has his approvals in hand today."""
    pending = Pending(
        ProposalKind.PROJECT, ProposalState.PENDING, "purchaser", NOW + timedelta(hours=1), favours="asker",
        decider="maker", seated=frozenset({"asker", "lead"}),
    )  # fmt: skip
    hands = hands_of(held, account, TODAY)
    said = decide(
        pending, account=account, roles=frozenset({Role.APPROVER}), verdict=Verdict.APPROVE, reason="", at=NOW,
        hands=hands,
    )  # fmt: skip
    if said is not ProposalState.APPROVED:
        assert isinstance(said, Refusal)
        return
    assert account not in {"purchaser", "asker", "lead"}
    assert account == "maker" or any(
        one.giver == "maker" and one.taker == account and one.duty is Role.APPROVER and one.is_in_force(TODAY)
        for one in held
    )
    near = [one for one in held if one.taker == account and one.giver in {"purchaser", "asker"}]
    assert all(one.ends_on < TODAY - timedelta(days=180) for one in near)


def test_another_approver_gives_back_but_does_not_approve() -> None:
    pending = Pending(ProposalKind.PROJECT, ProposalState.PENDING, "p", NOW + timedelta(hours=1), decider="maker")
    roles = frozenset({Role.APPROVER})
    assert may_decide(pending, account="other", roles=roles, at=NOW) is None
    assert not is_named(pending, account="other")
    told = decide(pending, account="other", roles=roles, verdict=Verdict.APPROVE, reason="", at=NOW)
    assert told == Refusal(Code.NEEDS_SECOND_PERSON, {"role": "decision_maker"})
    back = decide(pending, account="other", roles=roles, verdict=Verdict.REFUSE, reason="not so", at=NOW)
    assert back is ProposalState.REFUSED
