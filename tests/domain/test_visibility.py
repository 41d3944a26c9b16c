"""The matrix, the union of hats and phases, and the rule that who and how-much never meet."""

import csv
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.visibility import (
    BUYER_SIDE,
    LIVE_PATH,
    MATRIX,
    BuyerView,
    Datum,
    Mode,
    Phase,
    Role,
    is_anonymity_nominal,
    is_best_price_announced,
    live_mode,
    may_see,
    mode,
    modes,
    phases_since,
    visited,
    who_meets_how_much,
)

SOURCE = Path(__file__).parents[3] / "shared" / "visibility_matrix.csv"
COLUMNS = {
    "ADM": Role.ADMIN, "PUR": Role.PURCHASER, "EVA": Role.EVALUATOR, "APP": Role.APPROVER, "TRU": Role.TRUSTEE,
    "SUP": Role.SUPPLIER, "AUD": Role.AUDITOR, "RED": Role.DESK_RELAY, "HLP": Role.DESK_HELP, "SCO": Role.SERVICE,
    "DBR": Role.DATABASE, "PUB": Role.PUBLIC, "REQ": Role.REQUESTER,
}  # fmt: skip
hats = st.frozensets(st.sampled_from(Role), min_size=1, max_size=4)
paths = st.sampled_from(Phase).map(visited)


def test_the_table_is_the_source_to_the_last_cell() -> None:
    if not SOURCE.exists():
        pytest.skip(f"THE MATRIX WAS NOT COMPARED WITH ITS SOURCE: {SOURCE} is not here")
    with SOURCE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(MATRIX) == len(Role) * len(Phase) * len(Datum)
    for row in rows:
        ours = mode(COLUMNS[row["role"]], Phase(row["phase"]), Datum(row["datum_id"]))
        assert (ours.value if ours else "deny") == row["mode"], row


def test_every_cell_is_decided() -> None:
    assert set(MATRIX) == {(role, phase, datum) for role in Role for phase in Phase for datum in Datum}


def test_nobody_outside_sees_anything_and_the_administrator_reads_no_round() -> None:
    assert not any(modes({Role.PUBLIC}, tuple(Phase), datum) for datum in Datum)
    assert {datum for datum in Datum if modes({Role.ADMIN}, tuple(Phase), datum)} == {
        Datum.STAFF_NAMES, Datum.TRUSTEES, Datum.PRESENCE,
    }  # fmt: skip


@given(hats, hats, paths, st.sampled_from(Datum))
def test_two_hats_see_the_union(
    some: frozenset[Role], more: frozenset[Role], path: tuple[Phase, ...], datum: Datum
) -> None:
    assert modes(some | more, path, datum) == modes(some, path, datum) | modes(more, path, datum)


@given(hats, st.sampled_from(LIVE_PATH), st.sampled_from(LIVE_PATH), st.sampled_from(Datum))
def test_visibility_never_shrinks(worn: frozenset[Role], one: Phase, other: Phase, datum: Datum) -> None:
    earlier, later = sorted((one, other), key=list(Phase).index)
    assert modes(worn, visited(earlier), datum) <= modes(worn, visited(later), datum)


@given(paths, st.sampled_from(Phase))
def test_a_later_thing_gets_no_right_from_an_earlier_phase(path: tuple[Phase, ...], made_in: Phase) -> None:
    order = list(Phase)
    assert all(order.index(phase) >= order.index(made_in) for phase in phases_since(path, made_in))


def test_who_and_how_much_never_meet_on_the_buyers_side_before_the_unsealing() -> None:
    for size in (1, 2, 3):
        for worn in combinations(sorted(BUYER_SIDE), size):
            assert not who_meets_how_much(worn, visited(Phase.DECISION))
            assert not who_meets_how_much(worn, visited(Phase.DECISION, tuple(Phase)))
    assert who_meets_how_much({Role.PURCHASER}, visited(Phase.UNSEALED))


def test_the_help_seat_excludes_a_seat_of_the_buyer_for_a_reason() -> None:
    # ACCESS.md section 2: the desk excludes any other role; with mode k left out the union would still be clean.
    assert not may_see({Role.DESK_HELP}, visited(Phase.DECISION), Datum.LIVE_HISTORY)


@pytest.mark.parametrize(
    ("rule", "active", "expected"),
    [
        (BuyerView.ALIASES, 3, Mode.AGGREGATE),
        (BuyerView.ALIASES, 4, Mode.BY_ALIAS),
        (BuyerView.ALIASES, 5, Mode.BY_ALIAS),
        (BuyerView.BEST_ONLY, 9, Mode.AGGREGATE),
        (BuyerView.NONE, 9, None),
    ],
)
def test_the_rounds_rule_decides_what_the_buyer_sees_of_a_running_lot(
    rule: BuyerView, active: int, expected: Mode | None
) -> None:
    assert live_mode({Role.PURCHASER}, rule, active) is expected
    assert live_mode({Role.APPROVER}, rule, active) is expected
    for role in (Role.AUDITOR, Role.EVALUATOR, Role.ADMIN, Role.SUPPLIER):
        assert live_mode({role}, rule, active) is None


def test_small_fields() -> None:
    assert [is_anonymity_nominal(field) for field in (2, 3, 4)] == [True, False, False]
    announced = [is_best_price_announced(feedback_shows_best=True, active_bidders=active) for active in (4, 5, 6)]
    assert announced == [False, True, True]
    assert not is_best_price_announced(feedback_shows_best=False, active_bidders=9)
