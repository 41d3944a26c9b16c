"""Cards of talks and contracts: each is an act that the rules let its reader do, and what can be done has a card."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.agreement_tasks import AgreementTask, InHand, tasks_of
from app.domain.contracting import ContractState, Signing, decide_drafting, decide_signing, decide_submitting
from app.domain.negotiating import Side, TalkState, TurnAct, acts_of
from app.domain.visibility import Role

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
SIDES = st.lists(st.sampled_from(Side), unique=True)
FOUND = st.builds(
    InHand,
    talks=st.none() | st.sampled_from(TalkState),
    has_mandate=st.booleans(),
    paper=st.none() | st.sampled_from(ContractState),
    is_waiting=st.booleans(),
    ends_at=st.sampled_from([NOW - timedelta(milliseconds=1), NOW, NOW + timedelta(milliseconds=1)]),
    signed=SIDES,
    asked=SIDES,
    allows_talks=st.booleans(),
)
TURNS = {
    AgreementTask.TAKE_TURN: TurnAct.PROPOSE,
    AgreementTask.WRITE_MINUTES: TurnAct.MINUTE,
    AgreementTask.CONFIRM_MINUTES: TurnAct.CONFIRM,
}


@given(FOUND)
def test_a_turn_has_a_card_on_the_side_whose_turn_it_is_alone(found: InHand) -> None:
    for role, side in ((Role.PURCHASER, Side.BUYER), (Role.SUPPLIER, Side.SUPPLIER)):
        cards = [each for each in tasks_of(found, {role}, NOW) if each in TURNS]
        may = set() if found.talks is None else acts_of(found.talks, side)
        assert all(TURNS[each] in may for each in cards)
        # The buyer proposes nothing without a mandate; it can always end the talks, which is no task.
        is_able = found.has_mandate or role is Role.SUPPLIER or TurnAct.MINUTE in may
        assert bool(cards) is (bool(may - {TurnAct.END}) and is_able)


@given(FOUND)
def test_a_paper_has_a_card_where_its_act_is_let_through(found: InHand) -> None:
    cards = tasks_of(found, {Role.PURCHASER}, NOW)
    state, talks = found.paper, found.talks
    if {AgreementTask.BEGIN, AgreementTask.DRAFT, AgreementTask.DRAFT_ANEW} & set(cards):
        assert decide_drafting(state=state, is_waiting=found.is_waiting, signed=[], talks=talks) is None
    if AgreementTask.SUBMIT in cards:
        assert state is not None
        assert decide_submitting(state, is_waiting=found.is_waiting and state is ContractState.PROPOSED) is None
    if AgreementTask.BEGIN in cards:
        assert (talks, state, found.allows_talks) == (None, None, True)


@given(FOUND)
def test_a_signature_has_a_card_from_the_standstills_end_on(found: InHand) -> None:
    for role, side in ((Role.APPROVER, Side.BUYER), (Role.SUPPLIER, Side.SUPPLIER)):
        cards = tasks_of(found, {role}, NOW)
        assert found.ends_at is not None
        refusal = None
        if found.paper is not None:
            wanted = Signing(side, "d", "somebody", "")
            refusal = decide_signing(
                wanted,
                state=found.paper,
                digest="d",
                signed=found.signed,
                asked=found.asked,
                now=NOW,
                ends_at=found.ends_at,
            )
        assert (AgreementTask.SIGN in cards) is (found.paper is not None and refusal is None)
        is_with = found.paper is ContractState.PENDING and side in found.asked and side not in found.signed
        assert (AgreementTask.WITH_PROVIDER in cards) is is_with


@given(FOUND)
def test_who_has_no_part_in_it_has_no_card(found: InHand) -> None:
    assert tasks_of(found, {Role.AUDITOR, Role.REQUESTER, Role.EVALUATOR}, NOW) == []
    over = {TalkState.CONFIRMED, TalkState.ENDED, None}
    if found.paper in (ContractState.ACTIVE, ContractState.TERMINATED, ContractState.CANCELLED) and found.talks in over:
        assert tasks_of(found, set(Role), NOW) == []
