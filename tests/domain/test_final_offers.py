"""Best-and-final rounds: when one may begin, what may come in, and that no price ever rises."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.contract_clauses import make_clauses
from app.domain.contracting import ContractState
from app.domain.final_offers import (
    FARTHEST,
    LEAST_LEAD,
    MOST_REVISIONS,
    MOST_ROUNDS,
    SETTLE,
    FinalState,
    Situation,
    decide_cancelling,
    decide_offer,
    decide_round,
    is_due,
    price_in_force,
    terms_of,
)
from app.domain.refusals import Code, Refusal
from app.domain.sealing.rules import decide_price

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
WHY = "数量增加，请再报一次。"
MS = timedelta(milliseconds=1)
amounts = st.integers(1, 10**10).map(lambda each: Decimal(each) / 100)


def situation(**changes: object) -> Situation:
    usual: dict[str, object] = {"is_allowed": True, "rounds": (), "contracts": (), "is_waiting": False, "bound": None}
    return Situation(**{**usual, **changes})  # type: ignore[arg-type]  # the names are those of the class


def begin(found: Situation, *, reason: str = WHY, lead: timedelta = LEAST_LEAD) -> tuple[Code, str | None] | None:
    refusal = decide_round(found, reason=reason, closes_at=AT + lead, now=AT)
    if refusal is None:
        return None
    return refusal.code, refusal.detail.get("rule") or refusal.detail.get("field")


def test_when_a_round_may_begin() -> None:
    assert begin(situation()) is None
    assert begin(situation(is_allowed=False)) == (Code.NOT_ALLOWED_HERE, "method")
    assert begin(situation(is_asked=True)) == (Code.PENDING, "approval")
    assert begin(situation(rounds=(FinalState.OPEN,))) == (Code.PENDING, "final_offers")
    assert begin(situation(rounds=(FinalState.OPENED,))) is None
    assert begin(situation(rounds=(FinalState.CANCELLED, FinalState.OPENED))) == (Code.OUT_OF_RANGE, "rounds")
    assert begin(situation(bound="milestones")) == (Code.ALREADY_DECIDED, "milestones")
    assert begin(situation(contracts=(ContractState.ACTIVE,))) == (Code.ALREADY_DECIDED, "signatures")
    assert begin(situation(contracts=(ContractState.PENDING,))) == (Code.PENDING, "contract")
    assert begin(situation(is_waiting=True)) == (Code.PENDING, "contract")
    for state in (ContractState.DRAFT, ContractState.RETURNED, ContractState.CANCELLED):
        assert begin(situation(contracts=(state,))) is None
    assert begin(situation(), reason=" 短 ") == (Code.REASON_MISSING, None)
    assert begin(situation(), lead=LEAST_LEAD - MS) == (Code.OUT_OF_RANGE, "closes_at")
    assert begin(situation(), lead=FARTHEST) is None
    assert begin(situation(), lead=FARTHEST + MS) == (Code.OUT_OF_RANGE, "closes_at")


@given(st.lists(st.sampled_from(FinalState), max_size=4), st.booleans())
def test_never_beside_another_and_never_a_third(states: list[FinalState], allowed: bool) -> None:
    found = begin(situation(rounds=tuple(states), is_allowed=allowed))
    may = allowed and FinalState.OPEN not in states and len(states) < MOST_ROUNDS
    assert (found is None) is may


@given(st.integers(-10_000, 10_000), st.booleans(), st.sampled_from(FinalState), st.integers(1, MOST_REVISIONS + 2))
def test_in_time_is_before_the_close(ms: int, has_lot: bool, state: FinalState, rev: int) -> None:
    found = decide_offer(state=state, received_at=AT + ms * MS, closes_at=AT, has_lot=has_lot, rev=rev)
    is_in_time = ms < 0 and state is FinalState.OPEN
    assert (found is None) is (is_in_time and has_lot and rev <= MOST_REVISIONS)
    assert (found is not None and found.code is Code.LATE) is not is_in_time


@given(amounts, amounts)
def test_an_offer_counts_up_to_the_price_in_force(amount: Decimal, held: Decimal) -> None:
    terms = terms_of("lot", "CNY", 2, held)

    def decide(text: str, lot: str = "lot", currency: str = "CNY") -> Decimal | Code:
        found = decide_price(terms, lot=lot, currency=currency, scale=2, amount=text)
        return found.code if isinstance(found, Refusal) else found

    assert decide(f"{amount:.2f}") == (amount if amount <= held else Code.ABOVE_CEILING)
    assert decide("0.00") in (Code.BELOW_MINIMUM, Code.NOT_AN_AMOUNT)
    assert decide(f"{amount:.2f}", lot="other") is Code.WRONG_BINDING
    assert decide(f"{amount:.2f}", currency="EUR") is Code.WRONG_BINDING


@given(amounts, st.lists(amounts, max_size=4))
def test_a_price_never_rises(awarded: Decimal, opened: list[Decimal]) -> None:
    found = price_in_force(awarded, opened)
    assert found <= awarded
    assert found in [awarded, *opened]
    assert price_in_force(found, opened) == found
    assert price_in_force(awarded, reversed(opened)) == found


def test_calling_off_and_opening_never_meet() -> None:
    close = AT + LEAST_LEAD

    def cancel(now: datetime, state: FinalState = FinalState.OPEN, *, asked: bool = False) -> Code | None:
        refusal = decide_cancelling(state, is_asked=asked, closes_at=close, now=now)
        return None if refusal is None else refusal.code

    assert cancel(close - MS) is None
    assert cancel(close - MS, asked=True) is Code.PENDING
    assert cancel(close) is Code.TOO_LATE
    assert cancel(AT, FinalState.OPENED) is Code.ALREADY_DECIDED
    assert not is_due(FinalState.OPEN, close, close)
    assert is_due(FinalState.OPEN, close, close + SETTLE)
    assert not is_due(FinalState.CANCELLED, close, close + SETTLE)


def test_the_price_clause_says_what_it_was() -> None:
    same = make_clauses(Decimal(100), "CNY", "excluded", None, awarded=Decimal(100))[0]
    lower = make_clauses(Decimal(90), "CNY", "excluded", None, awarded=Decimal(100))[0]
    assert (same.source, same.standard_zh) == ("offer", None)
    assert (lower.source, "90" in lower.zh, "100" in (lower.standard_en or "")) == ("final_offer", True, True)
