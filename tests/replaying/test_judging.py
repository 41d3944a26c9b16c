"""Replay's reading of history: which tenders agree, and why the others do not (the data's README)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.replay.judging import Reason, cheapest_eligible, judge
from app.replay.records import RealBid, RealTender, UnreadableError, read_tenders

HERE = Path(__file__).parent
WHOLE = HERE.parents[2] / "shared" / "data" / "tsuchiura" / "sealed_bids.csv"


def cheapest_bidder(tender: RealTender, *, has_minimum: bool = False) -> tuple[str | None, int | None]:
    """What a round would make of the tender: the first of the cheapest eligible bids."""
    amount = cheapest_eligible(tender, has_minimum=has_minimum)
    return next((bid.supplier for bid in tender.bids if bid.amount == amount), None), amount


def test_the_extract_is_read_with_its_odd_cases() -> None:
    tenders = read_tenders(HERE / "few_tenders.csv")
    lines = (HERE / "few_tenders.csv").read_text(encoding="utf-8").splitlines()
    assert sum(len(tender.bids) + tender.withdrawn for tender in tenders) == len(lines) - 1
    assert any(tender.withdrawn for tender in tenders)
    assert any(bid.supplier.endswith("-2") for tender in tenders for bid in tender.bids)
    for tender in tenders:
        assert len({bid.supplier for bid in tender.bids}) == len(tender.bids)


@pytest.mark.skipif(
    not WHOLE.exists(), reason="the whole data set is not beside this checkout: only the extract was read"
)
def test_history_agrees_but_for_the_reasons_named() -> None:
    tenders = read_tenders(WHOLE)
    judged = [judge(tender, *cheapest_bidder(tender)) for tender in tenders]
    assert len(judged) == 794
    assert all(one.is_cheapest for one in judged)
    reasons = [one.reason for one in judged if one.reason is not None]
    assert reasons.count(Reason.BELOW_MINIMUM) == 27
    assert reasons.count(Reason.UNEXPLAINED) <= 6


@pytest.mark.skipif(
    not WHOLE.exists(), reason="the whole data set is not beside this checkout: only the extract was read"
)
def test_with_the_minimum_price_as_a_rule_nearly_all_agree() -> None:
    tenders = read_tenders(WHOLE)
    judged = [judge(one, *cheapest_bidder(one, has_minimum=True), has_minimum=True) for one in tenders]
    assert all(one.is_cheapest for one in judged)
    reasons = [one.reason for one in judged if one.reason is not None]
    assert set(reasons) <= {Reason.UNEXPLAINED, Reason.NO_WINNER, Reason.TIE}
    assert reasons.count(Reason.UNEXPLAINED) == 7
    assert sum(one.agrees for one in judged) >= 783


bids = st.lists(
    st.builds(
        RealBid,
        supplier=st.text("abc", min_size=1),
        amount=st.integers(1, 50),
        won=st.booleans(),
        below_minimum=st.just(value=False),
    ),
    max_size=6,
    unique_by=lambda bid: bid.supplier,
)


@given(bids, st.integers(1, 50))
def test_a_disagreement_always_has_a_reason_and_an_agreement_none(found: list[RealBid], reserve: int) -> None:
    tender = RealTender("1", "2008-01-01", "work", reserve, None, tuple(found), 0)
    judgement = judge(tender, *cheapest_bidder(tender))
    assert judgement.agrees is (judgement.reason is None)
    assert judgement.is_cheapest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tender_id,date\n1,2008\n", "no column"),
        ("tender_id,date,title,supplier_id,reserve_price_jpy,bid_jpy,won\n1,d,t,S1,100,1e5,0\n", "line 2: bid_jpy"),
        ("tender_id,date,title,supplier_id,reserve_price_jpy,bid_jpy,won\n1,d,t,S1,-5,1,0\n", "line 2: reserve"),
    ],
)
def test_a_file_of_something_else_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=message):
        read_tenders(path)
