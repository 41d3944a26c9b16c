"""What a project says of its draft: copied without a difference, and every change of the purchaser is shown."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.budgeting import Plan
from app.domain.drafting import Draft, LotDraft
from app.domain.needs import Need
from app.domain.project_basis import SaidField, compare, price_of, said_by_project

AMOUNTS = st.decimals("1", "2000000", places=2)
QUANTITIES = st.integers(1, 100_000)
NEED = Need(title_zh="压缩机", title_en="Compressors", category="compressors", item="1.5P", quantity="1000", unit="台")
PLAN = Plan(currency="CNY", budget="300000.00", estimate="285000.00")


def a_draft(**lot: str) -> Draft:
    """A draft as it begins from the project."""
    values = {
        "id": "1" * 32, "title_zh": "1.5P", "quantity": "1000", "unit": "台", "basis": "unit",
        "baseline_price": "285.00", "ceiling_price": "",
    }  # fmt: skip
    found = LotDraft(**(values | lot))  # type: ignore[arg-type] # texts alone
    return replace(
        Draft(), title_zh="压缩机", title_en="Compressors", category="compressors", currency="CNY", lots=(found,)
    )


def test_a_draft_as_it_begins_differs_in_nothing_and_has_no_ceiling() -> None:
    said = compare(NEED, PLAN, a_draft())
    assert [one.field for one in said] == list(SaidField)
    assert all(one.is_same for one in said)
    assert (said[-1].project, said[-1].draft) == ("300.00", "")


def test_every_change_is_shown_and_typing_alone_is_none() -> None:
    for field, changed in (
        (SaidField.ITEM, "2P"), (SaidField.QUANTITY, "900"), (SaidField.UNIT, "箱"), (SaidField.BASELINE, "280"),
        (SaidField.CEILING, "300.01"),
    ):  # fmt: skip
        name = "title_zh" if field is SaidField.ITEM else field.value
        found = [one.field for one in compare(NEED, PLAN, a_draft(**{name: changed})) if not one.is_same]
        assert found == [field]
    same = a_draft(quantity="1000.0", baseline_price="285", ceiling_price="300", title_zh=" 1.5P ")
    assert all(one.is_same for one in compare(NEED, PLAN, same))


def test_with_several_lots_only_the_tenders_own_words_are_compared() -> None:
    draft = a_draft()
    fields = [one.field for one in compare(NEED, PLAN, replace(draft, lots=draft.lots * 2))]
    assert fields == [SaidField.TITLE_ZH, SaidField.TITLE_EN, SaidField.CATEGORY, SaidField.CURRENCY]


@given(AMOUNTS, QUANTITIES)
def test_at_the_hinted_ceiling_the_budget_is_kept_and_a_cent_more_may_pass_it(budget: Decimal, quantity: int) -> None:
    hint = price_of(f"{budget:f}", str(quantity), "CNY", is_total=False, down=True)
    if hint:
        assert Decimal(hint) * quantity <= budget
        assert (Decimal(hint) + Decimal("0.01")) * quantity > budget
    assert price_of(f"{budget:f}", "", "CNY", is_total=True) == f"{budget:f}"
    assert price_of(f"{budget:f}", "", "CNY", is_total=False) == ""


@given(st.booleans())
def test_what_a_project_leaves_open_is_not_said(is_total: bool) -> None:
    assert said_by_project(Need(), Plan(currency=""), is_total=is_total) == {}
