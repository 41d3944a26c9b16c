"""An opening record's members against the chain: who was there, what they left out, who said what is not so."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.committee_retracing import ToldBundle, ToldQuorum, ToldRecovery, record_fault

ONE, TWO = "1" * 64, "2" * 64
TITLES = ("audit", "technical", "external")
CAME = "2026-03-02T08:00:00.000Z"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(
    *omitting: int,
    recovery: ToldRecovery | None = None,
    seats: tuple[int, ...] = (1, 2, 3),
    reason: str = "wrap_does_not_open",
) -> ToldQuorum:
    """Bundles of these seats, of which some left the first package out."""
    bundles = {seat: ToldBundle(f"{seat:064x}", CAME, {ONE: reason} if seat in omitting else {}) for seat in seats}
    return ToldQuorum(2, TITLES, bundles, recovery)


def document(
    *seats: int,
    false: dict[int, list[str]] | None = None,
    left: tuple[int, ...] = (),
    reason: str = "wrap_does_not_open",
    **results: str,
) -> dict[str, Any]:
    """A record of these seats, of which some left the first package out."""
    said = {ONE: results.get("one", "opened"), TWO: results.get("two", "opened")}
    return {
        "members": [
            {
                "seat": seat,
                "title": TITLES[seat - 1],
                "bundle": f"{seat:064x}",
                "received_at": CAME,
                "omitted": [{"package": ONE, "reason": reason}] if seat in left else [],
                "false": (false or {}).get(seat, []),
            }
            for seat in seats
        ],
        "results": [{"package": package, "result": result} for package, result in said.items()],
    }


@given(st.sets(st.sampled_from([1, 2, 3])))
def test_k_seats_whose_bundles_stand_in_the_chain_and_no_fewer(seats: set[int]) -> None:
    fault = record_fault(document(*sorted(seats)), told())
    assert (fault is None) == (len(seats) >= 2)


@pytest.mark.parametrize(
    "changed",
    [
        {"seat": 3},
        {"bundle": "f" * 64},
        {"title": "finance"},
        {"false": [ONE]},
        {"received_at": "2026-03-02T08:00:00.001Z"},
        {"omitted": [{"package": ONE, "reason": "package_altered"}]},
    ],
)
def test_a_member_told_otherwise_is_found(changed: dict[str, Any]) -> None:
    record = document(1, 2)
    record["members"][1] |= changed
    assert record_fault(record, told(seats=(1, 2))) is not None


def test_a_seat_twice_is_found() -> None:
    assert record_fault(document(1, 1), told()) is not None


@pytest.mark.parametrize("reason", ["wrap_does_not_open", "package_altered"])
def test_who_gave_a_reason_that_is_not_so_is_named(reason: str) -> None:
    heard = told(1, reason=reason)
    lie: dict[str, Any] = {"left": (1,), "reason": reason, "false": {1: [ONE]}}
    for result in ("opened", "unreadable_body", "refused:ABOVE_CEILING"):
        assert record_fault(document(1, 2, 3, one=result, **lie), heard) is None
        assert record_fault(document(1, 2, 3, one=result, left=(1,), reason=reason), heard) is not None
    # What its bidder spoilt, or what lies altered, was truly said.
    for result in ("bidder_malformed", "altered_in_custody"):
        assert record_fault(document(1, 2, 3, one=result, left=(1,), reason=reason), heard) is None
        assert record_fault(document(1, 2, 3, one=result, **lie), heard) is not None


def test_what_is_due_stands_in_the_manifest_whatever_the_opening_gave() -> None:
    heard, lie = told(1, reason="not_in_manifest"), dict[str, Any](left=(1,), reason="not_in_manifest")
    for result in ("opened", "bidder_malformed", "altered_in_custody"):
        assert record_fault(document(1, 2, 3, one=result, false={1: [ONE]}, **lie), heard) is None
        assert record_fault(document(1, 2, 3, one=result, **lie), heard) is not None


def test_what_too_few_released_is_not_opened_and_nothing_else_is() -> None:
    assert record_fault(document(1, 2, 3, one="not_opened", left=(1, 2)), told(1, 2)) is None
    opened = document(1, 2, 3, one="opened", left=(1, 2), false={1: [ONE], 2: [ONE]})
    assert record_fault(opened, told(1, 2)) is not None
    assert record_fault(document(1, 2, 3, one="not_opened", left=(1,)), told(1)) is not None


def test_bidders_help_only_where_they_were_asked_and_answered() -> None:
    asked = ToldRecovery("p" * 32, AT, {ONE, TWO})
    helped = {**document(1), "recovery": "p" * 32}
    assert record_fault(helped, told(recovery=asked)) is None
    assert record_fault(helped, told()) is not None
    assert record_fault({**helped, "recovery": "q" * 32}, told(recovery=asked)) is not None
    half = ToldRecovery("p" * 32, AT, {ONE})
    assert record_fault(helped, told(recovery=half)) is not None
    assert record_fault({**document(1, two="not_opened"), "recovery": "p" * 32}, told(recovery=half)) is None


def test_server_custody_names_no_members() -> None:
    assert record_fault({"results": []}, None) is None
    assert record_fault(document(1, 2), None) is not None
