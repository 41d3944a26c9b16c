"""Talks in turns, what payment terms are worth, and the standstill before a signature."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contract_clauses import make_clauses
from app.domain.contracting import (
    ContractState,
    Signing,
    decide_drafting,
    decide_signing,
    decide_submitting,
    standstill,
)
from app.domain.holidays import build_calendar
from app.domain.negotiating import (
    OVER,
    NewTurn,
    Side,
    TalkState,
    Turn,
    TurnAct,
    acts_of,
    agreed_issues,
    decide_turn,
    state_of,
)
from app.domain.payment_terms import (
    RANGES,
    STANDARD,
    Issues,
    beyond,
    check_issues,
    differences,
    issues_from_json,
    present_value,
)
from app.domain.procedures import Procedure
from app.domain.procurement_methods import ProcurementMethod, allows_final_offers, allows_talks, method_of, read_method
from app.domain.refusals import Code

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
percents = st.integers(0, 3000).map(lambda each: Decimal(each) / 100)


@st.composite
def tables(draw: st.DrawFn) -> Issues:
    days = {name: draw(st.integers(*RANGES[name][:2])) for name in RANGES if name not in ("prepayment", "retention")}
    return Issues(prepayment=draw(percents), retention=draw(percents), **days)


totals = st.integers(1, 10**12).map(lambda each: Decimal(each) / 100)


@given(totals, tables(), percents)
def test_the_shares_add_up_and_money_later_is_never_worth_more(total: Decimal, issues: Issues, rate: Decimal) -> None:
    assert check_issues(issues) is None
    assert issues_from_json(issues.to_json()) == issues
    worth = present_value(total, issues, rate=rate, digits=2)
    assert sum(each.amount for each in worth.parts) == total
    assert all(0 <= each.value <= each.amount for each in worth.parts)
    assert present_value(total, issues, rate=Decimal(0), digits=2).value == total
    for name in ("credit_days", "draft_days", "retention_days"):
        later = replace(issues, **{name: getattr(issues, name) + 30})
        assert present_value(total, later, rate=rate, digits=2).value <= worth.value


def test_a_year_at_ten_percent_by_hand() -> None:
    issues = replace(
        STANDARD, prepayment=Decimal(20), retention=Decimal(0), delivery_days=5, credit_days=180, draft_days=180
    )
    worth = present_value(Decimal("1100.00"), issues, rate=Decimal(10), digits=2)
    assert [(each.amount, each.day, each.value) for each in worth.parts] == [
        (Decimal("220.00"), 0, Decimal("220.00")), (Decimal("880.00"), 365, Decimal("800.00")),
    ]  # fmt: skip


@given(tables(), tables())
def test_beyond_is_only_what_is_worse_for_the_buyer(one: Issues, other: Issues) -> None:
    assert beyond(one, one) == []
    assert sorted({*beyond(one, other), *beyond(other, one)}) == sorted(differences(one, other))
    assert not {*beyond(one, other)} & {*beyond(other, one)}


acts = st.lists(st.tuples(st.sampled_from(TurnAct), st.sampled_from(Side)), max_size=25)


@given(acts)
def test_no_order_of_acts_leads_past_the_other_side(wanted: list[tuple[TurnAct, Side]]) -> None:
    turns: list[Turn] = []
    for act, side in wanted:
        issues = STANDARD if act is TurnAct.PROPOSE else None
        new = NewTurn(act, side, len(turns), issues, "what was said at the table")
        if decide_turn(turns, new, limits=STANDARD) is None:
            turns.append(Turn(len(turns) + 1, act, side, issues, new.text, AT))
    # Terms are agreed only by words of both sides, and after the end nobody speaks.
    if agreed_issues(turns) is not None:
        sides = {(each.act, each.side) for each in turns}
        assert {(TurnAct.MINUTE, Side.BUYER), (TurnAct.CONFIRM, Side.SUPPLIER)} <= sides
    ends = [at for at, each in enumerate(turns) if each.act in (TurnAct.CONFIRM, TurnAct.END)]
    assert ends in ([], [len(turns) - 1])
    assert (state_of(turns) in OVER) is bool(ends)
    # Never both sides at once but for the buyer's end.
    ours, theirs = (acts_of(state_of(turns), side) for side in Side)
    assert not (ours - {TurnAct.END} and theirs)


def test_refusals_of_turns() -> None:
    first = NewTurn(TurnAct.PROPOSE, Side.BUYER, 0, STANDARD)
    worse = NewTurn(TurnAct.PROPOSE, Side.BUYER, 0, replace(STANDARD, prepayment=Decimal(10)))
    cases = [
        (replace(first, answers=1), STANDARD, Code.CHANGED_SINCE, {"version": "0"}),
        (replace(first, side=Side.SUPPLIER), STANDARD, Code.NOT_YOUR_TURN, {}),
        (first, None, Code.PENDING, {"rule": "mandate"}),
        (worse, STANDARD, Code.OUT_OF_RANGE, {"field": "prepayment", "rule": "mandate"}),
        (replace(first, issues=None), STANDARD, Code.INCOMPLETE, {"field": "issues"}),
        (NewTurn(TurnAct.END, Side.BUYER, 0, None, "no"), STANDARD, Code.REASON_MISSING, {}),
    ]
    for new, limits, code, detail in cases:
        refusal = decide_turn([], new, limits=limits)
        assert refusal is not None
        assert (refusal.code, dict(refusal.detail)) == (code, detail)
    theirs = [
        Turn(1, TurnAct.PROPOSE, Side.BUYER, STANDARD, "", AT),
        Turn(2, TurnAct.PROPOSE, Side.SUPPLIER, worse.issues, "", AT),
    ]
    taken = decide_turn(theirs, NewTurn(TurnAct.ACCEPT, Side.BUYER, 2), limits=STANDARD)
    assert taken is not None
    assert taken.detail["field"] == "prepayment"
    wild = replace(STANDARD, prepayment=Decimal(80), retention=Decimal(30))
    assert check_issues(wild) is not None
    assert check_issues(replace(STANDARD, retention=Decimal("5.001"))) is not None


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        ("2026-12-01T15:59:59", date(2026, 12, 4)),
        ("2026-12-01T16:00:00", date(2026, 12, 7)),
        ("2026-09-29T02:00:00", date(2026, 10, 8)),
    ],
)
def test_the_standstill_counts_whole_days_here_and_skips_days_off(notice: str, last: date) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    found = standstill(build_calendar("cn", zone), datetime.fromisoformat(notice).replace(tzinfo=UTC), 3)
    assert found.last_day == last
    assert found.ends_at.astimezone(zone).date() == last + timedelta(1)
    assert found.ends_at.astimezone(zone).hour == 0


def test_signing_and_drafting() -> None:
    signing = Signing(Side.BUYER, "d", "王主任", "")

    def say(**changes: Any) -> Code | None:
        known: dict[str, Any] = {
            "state": ContractState.PENDING,
            "digest": "d",
            "signed": (),
            "now": AT,
            "ends_at": AT,
            **changes,
        }
        refusal = decide_signing(signing, **known)
        return None if refusal is None else refusal.code

    assert say() is None
    assert say(state=ContractState.PROPOSED) is Code.NOT_DECIDED
    assert say(signed=(Side.BUYER,)) is Code.ALREADY_DECIDED
    assert say(digest="e") is Code.CHANGED_SINCE
    assert say(now=AT - timedelta(seconds=1)) is Code.TOO_EARLY
    draft: dict[str, Any] = {"state": None, "is_waiting": False, "signed": (), "talks": None}
    assert decide_drafting(**draft) is None
    for talks in TalkState:
        assert (decide_drafting(**{**draft, "talks": talks}) is None) is (talks in OVER)
    assert decide_submitting(ContractState.DRAFT, is_waiting=False) is None
    assert decide_submitting(ContractState.PENDING, is_waiting=False) is not None


def test_the_clauses_tell_what_differs_from_the_template() -> None:
    usual = make_clauses(Decimal("1000.00"), "CNY", "excluded", None)
    assert not [each for each in usual if each.standard_zh]
    other = make_clauses(Decimal("1000.00"), "CNY", "excluded", replace(STANDARD, credit_days=90), ("另", ""))
    assert [each.key for each in other if each.source == "negotiated"] == ["payment"]
    assert other[-1].key == "special"
    assert all(each.zh and (each.en or each.key == "special") for each in other)


def test_the_method_goes_with_the_rounds_and_the_public_rules_forbid_talks() -> None:
    assert read_method("", Procedure.LIVE) is ProcurementMethod.REVERSE_AUCTION
    assert read_method("rfq", Procedure.LIVE) is None
    assert read_method("reverse_auction", Procedure.SEALED) is None
    assert read_method("negotiation", Procedure.SEALED_LIVE) is ProcurementMethod.NEGOTIATION
    assert read_method("direct", Procedure.SEALED) is ProcurementMethod.DIRECT
    assert method_of({}, Procedure.SEALED) is ProcurementMethod.RFQ
    assert allows_talks({})
    assert not allows_talks({"rulebook": "public"})


@pytest.mark.parametrize("rulebook", ["house", "public"])
@pytest.mark.parametrize("method", list(ProcurementMethod))
def test_only_who_negotiates_or_buys_directly_asks_for_a_final_price(method: ProcurementMethod, rulebook: str) -> None:
    document = {"rulebook": rulebook, "procurement_method": method.value}
    is_open = rulebook == "house" and method in (ProcurementMethod.NEGOTIATION, ProcurementMethod.DIRECT)
    assert allows_final_offers(document, Procedure.SEALED) is is_open
    # An older document names no method and has the usual one: an auction or quotations.
    assert not any(allows_final_offers({"rulebook": rulebook}, each) for each in Procedure)
