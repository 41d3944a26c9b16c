"""The supplier base: everybody counted once, shares of the whole, an index between many alike and one alone."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.certification import Grade
from app.domain.supplier_base import LARGEST, Member, base_of, spread_of

days = st.none() | st.dates(date(2024, 1, 1), date(2027, 12, 31))
members = st.lists(st.builds(Member, st.none() | st.sampled_from(Grade), days, days))
awards = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.integers(0, 10**14).map(lambda n: Decimal(n) / 100)
)


@given(members)
def test_the_years_add_up_to_ever(listed: list[Member]) -> None:
    ever = base_of(listed, None)
    years = [base_of(listed, year) for year in range(2024, 2028)]
    assert (sum(each.came for each in years), sum(each.left for each in years)) == (ever.came, ever.left)
    assert ever.certified == sum(each.grade is not None for each in listed)
    assert all(each.by_grade == ever.by_grade for each in years)


@given(awards)
def test_the_spread_has_every_yuan_once(awarded: dict[str, Decimal]) -> None:
    found = spread_of("CNY", awarded)
    if found is None:
        assert not any(awarded.values())
        return
    assert sum(each.amount for each in found.shares) == found.total == sum(awarded.values())
    assert [each.amount for each in found.shares] == sorted((each.amount for each in found.shares), reverse=True)
    assert abs(sum((each.percent for each in found.shares), Decimal(-100))) <= Decimal("0.05") * len(found.shares)
    assert 10_000 // len(found.shares) <= found.herfindahl <= 10_000
    assert (found.largest == 100) or len(found.shares) > LARGEST


def test_one_alone_and_two_to_one() -> None:
    alone, two = (spread_of("CNY", {str(n): Decimal(n) for n in range(1, most)}) for most in (2, 3))
    assert alone is not None
    assert two is not None
    assert (alone.herfindahl, alone.largest) == (10_000, Decimal("100.0"))
    assert (two.herfindahl, [str(each.percent) for each in two.shares]) == (5556, ["66.7", "33.3"])
