"""Formulas with drawn parameters, and fields of prices, for property tests."""

import random
from decimal import Decimal

from hypothesis import strategies as st

from app.domain.scoring.formulas import read_formula
from app.domain.scoring.kinds import Formula, FormulaCode
from app.domain.scoring.price_points import PriceField
from app.domain.scoring.typed import Typed
from tests.domain.scoring.sheets import formula_params


def formula_from(seed: int, code: FormulaCode) -> Formula:
    """A faultless formula of a code."""
    typed = Typed({"code": code.value, "params": formula_params(random.Random(seed), code)})
    made = read_formula(typed, may_offer_features=True)
    assert not typed.faults, typed.faults
    return made


POINTED = [code for code in FormulaCode if code.value not in {
    "price_only", "monetised_quality", "quality_per_price", "coefficient", "total_cost",
}]  # fmt: skip
pointed = st.builds(formula_from, st.integers(0, 10**6), st.sampled_from(POINTED))
# Near the prices of the drawn tables and bands, and now and then far away.
amounts = st.one_of(
    st.decimals(min_value=Decimal(90), max_value=Decimal(115), places=2),
    st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999.99"), places=2),
)
fields = st.lists(amounts, min_size=1, max_size=9).map(lambda found: PriceField(tuple(found), Decimal("100000.00")))
