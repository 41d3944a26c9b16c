"""How far an evaluator leans: over all offers, and for one beyond that."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.leaning import leanings, leans
from app.domain.marking import Cell

OFFERS = ("T1", "T2", "T3")


def sheet(*marks: int) -> dict[Cell, int]:
    return {("L", alias, "c"): mark for alias, mark in zip(OFFERS, marks, strict=True)}


def test_a_strict_hand_is_told_from_one_against_an_offer() -> None:
    others = dict.fromkeys("abc", sheet(4, 5, 3))
    found = leanings({"strict": sheet(2, 3, 1), "against": sheet(4, 5, 0), **others})
    assert found["strict"].overall == -2
    assert set(found["strict"].offers.values()) == {0}
    assert not leans(found["a"].overall)
    # Three levels in one of three offers: one overall, and there two beyond.
    assert found["against"].overall == -1
    assert found["against"].offers["L", "T3"] == -2
    assert leans(found["against"].offers["L", "T3"])
    assert leanings({"silent": {}}) == {}


@given(st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=7))
def test_of_one_mind_nobody_leans_and_what_is_beyond_sums_to_nothing(sheets: list[tuple[int, ...]]) -> None:
    found = leanings({str(at): sheet(*marks) for at, marks in enumerate(sheets)})
    assert all(sum(one.offers.values()) == 0 for one in found.values())
    alike = leanings({str(at): sheet(*sheets[0]) for at in range(3)})
    assert not any(one.overall for one in alike.values())
