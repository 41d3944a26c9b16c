"""Second factors and the step-up: who needs one, how long a proof is fresh, which codes are good."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.devices import device_text
from app.domain.refusals import Code, Refusal
from app.domain.second_factor import (
    FRESH,
    MOST_FACTORS,
    REQUIRED,
    Stage,
    SteppedAct,
    decide_addition,
    decide_removal,
    decide_step_up,
    needs_second_factor,
    stage_of,
    step_at,
    steps_worth_trying,
)
from app.domain.visibility import Role

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ROLES = st.frozensets(st.sampled_from(Role))


@given(ROLES, st.booleans(), st.booleans())
def test_only_a_proof_or_nothing_to_prove_opens_everything(
    roles: frozenset[Role], has_factor: bool, is_proven: bool
) -> None:
    stage = stage_of(roles, has_factor=has_factor, is_proven=is_proven)
    is_open = is_proven or not (has_factor or roles & REQUIRED)
    assert (stage is Stage.FULL) is is_open
    assert (stage is Stage.PROVE) is (not is_proven and has_factor)


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR, Role.ADMIN, Role.TRUSTEE])
def test_four_roles_cannot_do_without(role: Role) -> None:
    assert needs_second_factor({role, Role.PURCHASER})
    assert decide_removal({role}, left=0) == Refusal(Code.LAST_SECOND_FACTOR)
    assert decide_removal({role}, left=1) is None


@pytest.mark.parametrize("role", [Role.PURCHASER, Role.SUPPLIER, Role.EVALUATOR, Role.DESK_HELP])
def test_the_others_may(role: Role) -> None:
    assert not needs_second_factor({role})
    assert decide_removal({role}, left=0) is None


@pytest.mark.parametrize("act", SteppedAct)
def test_a_proof_is_fresh_for_five_minutes_and_no_millisecond_more(act: SteppedAct) -> None:
    tick = timedelta(milliseconds=1)
    assert decide_step_up(AT, AT + FRESH - tick, act) is None
    assert decide_step_up(AT, AT + FRESH, act) is None
    refused = Refusal(Code.STEP_UP_NEEDED, {"act": act.value})
    assert decide_step_up(AT, AT + FRESH + tick, act) == refused
    assert decide_step_up(None, AT, act) == refused


@given(st.integers(0, 10**6), st.integers(-5, 5))
def test_a_code_is_good_once_and_never_after_a_later_one(seconds: int, away: int) -> None:
    at = AT + timedelta(seconds=seconds)
    last = step_at(at) + away
    tried = steps_worth_trying(at, last)
    assert all(step > last and abs(step - step_at(at)) <= 1 for step in tried)
    assert steps_worth_trying(at, None) == [step_at(at) - 1, step_at(at), step_at(at) + 1]


def test_factors_have_an_end() -> None:
    assert decide_addition(present=MOST_FACTORS - 1) is None
    assert decide_addition(present=MOST_FACTORS) == Refusal(Code.QUOTA_REACHED, {"most": str(MOST_FACTORS)})


@given(st.text(max_size=200))
def test_a_device_text_says_nothing_of_its_own(agent: str) -> None:
    assert set(device_text(agent)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ·")
    chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
    assert device_text(chrome) == "Chrome · Windows"
