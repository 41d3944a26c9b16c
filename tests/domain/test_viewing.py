"""What each audience sees of an entry: never a rival's number, never a name before its phase."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.entries import GENESIS, Entry
from app.domain.kinds import Kind
from app.domain.viewing import Audience, datum_of, view
from app.domain.visibility import LIVE_PATH, Datum, Phase, Role, visited

AT = datetime(2026, 3, 2, 6, 5, 7, 891000, tzinfo=UTC)
RIVAL_AMOUNT = "7319024.58"
STAFF = (Role.PURCHASER, Role.EVALUATOR, Role.APPROVER, Role.AUDITOR, Role.ADMIN)


def entry_of(kind: Kind, **changes: Any) -> Entry:
    plain = Entry("lot:1", 7, AT, kind, {}, "supplier", GENESIS, "r", tender="t", lot="l", tag="rival-tag")
    return plain._replace(**changes)


def a_bid(tag: str = "rival-tag") -> Entry:
    data = {"bid_id": "b", "amount": RIVAL_AMOUNT, "received_at": 1, "n": 3, "own_before": None}
    return entry_of(Kind.BID_ACCEPTED, data=data, tag=tag, sealed="00")


def audience(role: Role, phase: Phase, **more: Any) -> Audience:
    return Audience(hats=frozenset({role}), visited=visited(phase), **more)


def test_every_kind_belongs_to_a_row() -> None:
    assert all(datum_of(kind) in Datum for kind in Kind)


@given(st.sampled_from(Kind), st.sampled_from(Phase), st.booleans())
def test_a_supplier_never_sees_a_rivals_entry_or_the_journals_numbers(
    kind: Kind, phase: Phase, is_lot_closed: bool
) -> None:
    reader = audience(Role.SUPPLIER, phase, own=frozenset({"my-tag"}), is_lot_closed=is_lot_closed)
    seen = view(entry_of(kind, data={"amount": RIVAL_AMOUNT, "rows": [RIVAL_AMOUNT], "bids": 9, "n_bids": 9}), reader)
    if seen is not None:
        assert RIVAL_AMOUNT not in str(asdict(seen))
        assert (seen.chain, seen.seq, seen.hash, seen.tag, seen.alias, seen.actor_ref) == (None,) * 6
        assert "bids" not in seen.data


@given(st.sampled_from(Kind), st.sampled_from(LIVE_PATH), st.sampled_from(STAFF))
def test_no_staff_but_the_auditor_ever_sees_a_tag(kind: Kind, phase: Phase, role: Role) -> None:
    seen = view(entry_of(kind), audience(role, phase, is_lot_closed=True))
    if seen is not None and role is not Role.AUDITOR:
        assert seen.tag is None


def test_a_bid_is_its_bidders_at_once_and_the_buyers_by_alias_after_the_close() -> None:
    own = view(a_bid("my-tag"), audience(Role.SUPPLIER, Phase.LIVE, own=frozenset({"my-tag"})))
    assert own is not None
    assert own.data == {"bid_id": "b", "amount": RIVAL_AMOUNT, "received_at": 1, "own_before": None}
    aliases = {"rival-tag": "C"}
    assert view(a_bid(), audience(Role.PURCHASER, Phase.LIVE, aliases=aliases)) is None
    closed = view(a_bid(), audience(Role.PURCHASER, Phase.LIVE, aliases=aliases, is_lot_closed=True))
    assert closed is not None
    assert (closed.alias, closed.data) == ("C", {"amount": RIVAL_AMOUNT, "n": 3})
    assert closed.at == AT.replace(microsecond=0)


def test_the_auditor_waits_for_the_close_of_the_lot_not_of_the_tender() -> None:
    assert view(a_bid(), audience(Role.AUDITOR, Phase.LIVE)) is None
    seen = view(a_bid(), audience(Role.AUDITOR, Phase.LIVE, is_lot_closed=True, aliases={"rival-tag": "C"}))
    assert seen is not None
    assert (seen.tag, seen.alias, seen.seq, seen.is_sealed) == ("rival-tag", "C", 7, True)


def test_a_refused_bid_tells_no_auditor_its_amount_while_the_lot_runs() -> None:
    refused = entry_of(Kind.BID_REFUSED, data={"sent": RIVAL_AMOUNT, "code": "ABOVE_START", "detail": {}})
    # d15 gives an auditor the attempt in L, d37 keeps its amount; the visibility of L alone, K is not on a live path.
    running = view(refused, audience(Role.AUDITOR, Phase.LIVE))
    assert running is not None
    assert (running.data, running.tag, running.alias) == ({"code": "ABOVE_START"}, None, None)
    closed = view(refused, audience(Role.AUDITOR, Phase.LIVE, is_lot_closed=True))
    assert closed is not None
    assert closed.data["sent"] == RIVAL_AMOUNT
    assert view(refused, audience(Role.PURCHASER, Phase.UNSEALED, is_lot_closed=True)) is None


def test_names_come_with_the_unsealing_and_the_ranking_with_its_phase() -> None:
    unsealed = entry_of(Kind.IDENTITY_UNSEALED, data={"supplier": "s"}, actor_role="approver", tag=None)
    ranking = entry_of(Kind.RANKING_MADE, data={"lot": "l", "rows": [], "digest": "d"}, actor_role="service", tag=None)
    for role in (Role.PURCHASER, Role.APPROVER):
        assert view(unsealed, audience(role, Phase.DECISION)) is None
        assert view(unsealed, audience(role, Phase.UNSEALED)) is not None
    assert view(ranking, audience(Role.APPROVER, Phase.PRICES)) is None
    assert view(ranking, audience(Role.APPROVER, Phase.DECISION)) is not None
    assert view(ranking, audience(Role.PURCHASER, Phase.PRICES)) is not None


def test_a_purchaser_reads_his_own_acts_until_the_unsealing_and_then_all_of_the_staff() -> None:
    act = entry_of(Kind.APPROVAL_PROPOSED, actor_role="purchaser", actor_ref="account-1", tag=None)
    assert view(act, audience(Role.PURCHASER, Phase.LIVE, own=frozenset({"account-1"}))) is not None
    assert view(act, audience(Role.PURCHASER, Phase.LIVE, own=frozenset({"account-2"}))) is None
    assert view(act, audience(Role.PURCHASER, Phase.UNSEALED, own=frozenset({"account-2"}))) is not None


def test_a_suppliers_sign_in_is_a_suppliers_entry() -> None:
    entry = entry_of(Kind.SESSION_STARTED, tender=None, lot=None, tag=None)
    assert view(entry, audience(Role.PURCHASER, Phase.UNSEALED)) is None
    assert view(entry, audience(Role.AUDITOR, Phase.LIVE)) is None
    assert view(entry, Audience(hats=frozenset({Role.AUDITOR}))) is not None
