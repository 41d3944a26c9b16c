"""Which contract an order may name: a signed one of its own supplier, as long as it holds."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.contracting import SIGNED, ContractState
from app.domain.ordering import CalledContract, NewOrder, check_order, choose_contract
from app.domain.performance import Promise
from app.domain.registering import FieldFault

TODAY = date(2026, 11, 23)
CONTRACTS = st.builds(
    CalledContract,
    id=st.uuids().map(str),
    tender_id=st.uuids().map(str),
    reference=st.sampled_from(["T-1", "T-2"]),
    supplier_id=st.sampled_from(["one", "two"]),
    state=st.sampled_from(sorted(SIGNED)),
    ends_on=st.none() | st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days)),
)


def a_contract(state: ContractState, ends_on: date | None = None) -> CalledContract:
    return CalledContract("c", "t", "T-1", "one", state, ends_on)


@given(st.sampled_from(["", "T-1", "T-2", "T-3"]), st.lists(CONTRACTS, max_size=4))
def test_only_an_own_contract_is_chosen_and_every_other_name_says_why(named: str, known: list[CalledContract]) -> None:
    found = choose_contract(named, "one", known, TODAY)
    under = [one for one in known if one.reference == named]
    if isinstance(found, CalledContract):
        assert (found.reference, found.supplier_id) == (named, "one")
        assert found.state is ContractState.ACTIVE or (found.ends_on is not None and found.ends_on >= TODAY)
    elif found is None:
        assert not named
    elif found is FieldFault.UNKNOWN_CONTRACT:
        assert not under
    elif found is FieldFault.OTHER_SUPPLIER:
        assert under
        assert all(one.supplier_id != "one" for one in under)
    else:
        assert found is FieldFault.CONTRACT_ENDED


def test_a_terminated_contract_takes_orders_up_to_its_last_day() -> None:
    for days, fault in ((1, None), (0, None), (-1, FieldFault.CONTRACT_ENDED)):
        held = a_contract(ContractState.TERMINATED, TODAY + timedelta(days=days))
        assert choose_contract("T-1", "one", [held], TODAY) == (fault or held)
    assert choose_contract("T-1", "one", [a_contract(ContractState.ACTIVE)], TODAY) == a_contract(ContractState.ACTIVE)


@given(st.text("0123456789abcdef", min_size=8, max_size=8))
def test_a_reference_of_digits_is_no_telephone_number(drawn: str) -> None:
    order = NewOrder("4500012345", "compressors", "1.5P", "台", (Promise(TODAY, Decimal(100)),), f" T-{drawn} ")
    checked = check_order(order)
    assert isinstance(checked, NewOrder)
    assert checked.contract == f"T-{drawn}"
