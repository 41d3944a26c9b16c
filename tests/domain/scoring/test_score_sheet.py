"""Score sheets: every figure by hand, bad input refused with a code, unusual input stated, and the published schema."""

import json
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from app.domain.scoring.score_sheet import Unreadable, answer_bytes, answer_sheet, parse_sheet
from app.domain.scoring.score_sheet_schema import answer_schema, sheet_schema
from tests.domain.scoring.samples import DEMO_FORMULA, DEMO_LOT, an_evaluation
from tests.domain.scoring.schemas import fits
from tests.domain.scoring.sheets import a_sheet

TECHNICAL = {
    "weight": "40",
    "threshold": "70",
    "aggregation": "mean",
    "criteria": [{"id": "c1", "weight": "30"}, {"id": "c2", "weight": "70", "threshold": "60"}],
}
PRICE = {"weight": "60", "formula": DEMO_FORMULA}
ALONE = {"technical": None, "price": {"weight": "100", "formula": {"code": "lowest_ratio"}}}


def a_small_sheet(*offers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A faultless sheet of two offers, or of these."""
    two = (
        {"name": "A", "amount": "100.00", "marks": {"c1": [4, 5, 4], "c2": [4, 4, 4]}},
        {"name": "B", "amount": "103.00", "values": {"c1": "4.5", "c2": "3.9"}},
    )
    evaluation = {"technical": TECHNICAL, "price": PRICE}
    return {
        "currency": "CNY",
        "ceiling_price": "150.00",
        "evaluation": evaluation,
        "offers": list(offers or two),
        **changes,
    }


def with_price(**formula: Any) -> dict[str, Any]:
    return {"technical": TECHNICAL, "price": {"weight": "60", "formula": formula}}


def bare(*amounts: str, **changes: Any) -> dict[str, Any]:
    """A sheet of prices alone."""
    offers = [{"name": str(at), "amount": amount} for at, amount in enumerate(amounts)]
    return {"evaluation": ALONE, "offers": offers, **changes}


def test_the_demo_of_the_screens_with_the_published_document() -> None:
    offers = [{"name": row[0], "amount": row[1], "technical": row[2]} for row in reversed(DEMO_LOT)]
    answer = answer_sheet({"ceiling_price": "300.00", "evaluation": an_evaluation(), "offers": offers})
    assert answer["faults"] == []
    assert [(row["name"], row["price_points"], row["total"]) for row in answer["rows"]] == [
        (row[0], row[3], row[4]) for row in DEMO_LOT
    ]


def test_every_intermediate_figure_by_hand() -> None:
    answer = answer_sheet(a_small_sheet())
    steps = {(step["offer"], step["figure"]): step["exact"] for step in answer["steps"]}
    assert steps[None, "benchmark"] == "100"
    # Marks 4, 5, 4: mean 4.333 → 4.3; 30 · 4.3/5 = 25.8; 70 · 4/5 = 56.
    assert [steps["A", name] for name in ("value.c1", "criterion.c1", "criterion.c2", "technical_points")] == [
        "43/10", "129/5", "56", "409/5",
    ]  # fmt: skip
    # 3 % above the lowest: 100 − 3 · 3 = 91; 60 % of it is 54.6; 27 + 54.6 = 81.6 technical points, 40 % is 32.64.
    names = ("deviation", "price_points_counted", "share.price", "share.technical", "total")
    assert [steps["B", name] for name in names] == ["3", "91", "273/5", "816/25", "2181/25"]
    assert [(row["name"], row["total"]) for row in answer["rows"]] == [("A", "92.72"), ("B", "87.24")]
    assert all(Fraction(step["exact"]) == Fraction(step["shown"]) for step in answer["steps"])


def test_the_digest_and_the_bytes_are_the_same_every_time() -> None:
    first = answer_bytes(a_small_sheet())
    assert first == answer_bytes(json.loads(json.dumps(a_small_sheet())))
    assert json.loads(first)["digest"] == answer_sheet(a_small_sheet())["digest"]
    assert json.loads(answer_bytes(bare("1", "2")))["digest"] != json.loads(first)["digest"]


OFFER = {"name": "C", "amount": "104.00", "technical": "80.50"}


def marked(**technical: Any) -> dict[str, Any]:
    return a_small_sheet({"name": "C", "amount": "1", **technical})


TABLE = [{"from": None, "to": "0", "points": "100"}, {"from": "0", "to": None, "points": "50"}]


def table(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return a_small_sheet(evaluation=with_price(code="piecewise", params={"benchmark": "mean", "rows": rows, **more}))


@pytest.mark.parametrize(
    ("sheet", "field", "code"),
    [
        (None, "", "MALFORMED"),
        ([], "", "MALFORMED"),
        ({}, "offers", "MALFORMED"),
        ({}, "evaluation", "MALFORMED"),
        (a_small_sheet(sheet=2), "sheet", "OUT_OF_RANGE"),
        (a_small_sheet(secret=1), "secret", "NOT_ALLOWED_HERE"),
        (bare(), "offers", "MISSING_VALUE"),
        (bare(*["1"] * 501), "offers", "TOO_LARGE"),
        # Weights that do not sum.
        (
            a_small_sheet(evaluation={"technical": {**TECHNICAL, "weight": "41"}, "price": PRICE}),
            "evaluation.price.weight", "WEIGHTS_NOT_100",
        ),
        (
            a_small_sheet(evaluation={"technical": {**TECHNICAL, "criteria": [
                {"id": "c1", "weight": "30"}, {"id": "c2", "weight": "69"},
            ]}, "price": PRICE}),
            "evaluation.technical.criteria", "WEIGHTS_NOT_100",
        ),
        # Gaps and overlaps in tables.
        (table(TABLE[0], {**TABLE[1], "from": "1"}), "evaluation.price.formula.params.rows.1.from", "GAP"),
        (table({**TABLE[0], "from": "-5"}, TABLE[1]), "evaluation.price.formula.params.rows.0.from", "GAP"),
        (table(TABLE[0], {**TABLE[1], "to": "9"}), "evaluation.price.formula.params.rows.1.to", "GAP"),
        (table(TABLE[0], {**TABLE[1], "from": "-1"}), "evaluation.price.formula.params.rows.1.from", "OVERLAP"),
        (table({**TABLE[0], "to": None}, TABLE[1]), "evaluation.price.formula.params.rows.1.from", "OVERLAP"),
        (table({**TABLE[0], "last": "5"}, TABLE[1]), "evaluation.price.formula.params.rows.0.last", "NOT_ALLOWED_HERE"),
        (table(), "evaluation.price.formula.params.rows", "MISSING_VALUE"),
        # Zero and negative prices, 40 digits, other forms.
        (bare("0"), "offers.0.amount", "OUT_OF_RANGE"),
        (bare("0.00"), "offers.0.amount", "OUT_OF_RANGE"),
        (bare("-1"), "offers.0.amount", "NOT_AN_AMOUNT"),
        (bare("9" * 40), "offers.0.amount", "NOT_AN_AMOUNT"),
        (bare("1e3"), "offers.0.amount", "NOT_AN_AMOUNT"),
        (bare("NaN"), "offers.0.amount", "NOT_AN_AMOUNT"),
        (bare("１００"), "offers.0.amount", "NOT_AN_AMOUNT"),
        (bare("1." + "1" * 40), "offers.0.amount", "PRECISION"),
        (bare("1.123", scale=2), "offers.0.amount", "PRECISION"),
        (a_small_sheet({**OFFER, "amount": 104}), "offers.0.amount", "NOT_AN_AMOUNT"),
        (a_small_sheet({**OFFER, "amount": None}), "offers.0.amount", "MISSING_VALUE"),
        (a_small_sheet({**OFFER, "amount": "150.01"}), "offers.0.amount", "ABOVE_CEILING"),
        (bare("1", ceiling_price="0"), "ceiling_price", "OUT_OF_RANGE"),
        # Mixed currencies.
        (a_small_sheet({**OFFER, "currency": "USD"}), "offers.0.currency", "MIXED_CURRENCIES"),
        (a_small_sheet({**OFFER, "currency": "cny"}), "offers.0.currency", "MALFORMED"),
        # Marks that are missing or over the range.
        (a_small_sheet({**OFFER, "technical": None}), "offers.0.technical", "MARKS_MISSING"),
        (a_small_sheet({**OFFER, "marks": {}}), "offers.0.technical", "NOT_ALLOWED_HERE"),
        (marked(marks={"c1": [4]}), "offers.0.marks.c2", "MARKS_MISSING"),
        (marked(marks={"c1": [], "c2": [1]}), "offers.0.marks.c1", "MARKS_MISSING"),
        (marked(marks={"c1": [6], "c2": [1]}), "offers.0.marks.c1", "NOT_A_MARK"),
        (marked(marks={"c1": [-1], "c2": [1]}), "offers.0.marks.c1", "NOT_A_MARK"),
        (marked(marks={"c1": [True], "c2": [1]}), "offers.0.marks.c1", "MALFORMED"),
        (marked(marks={"c1": "5", "c2": [1]}), "offers.0.marks.c1", "MALFORMED"),
        (marked(marks={"c9": [1]}), "offers.0.marks.c9", "NOT_ALLOWED_HERE"),
        (marked(values={"c1": "5.1", "c2": "1"}), "offers.0.values.c1", "OUT_OF_RANGE"),
        (marked(values={"c1": "4.15", "c2": "1"}), "offers.0.values.c1", "PRECISION"),
        (a_small_sheet({**OFFER, "technical": "100.01"}), "offers.0.technical", "OUT_OF_RANGE"),
        (a_small_sheet({**OFFER, "technical": "80.505"}), "offers.0.technical", "PRECISION"),
        (bare("1") | {"offers": [OFFER]}, "offers.0.technical", "NOT_ALLOWED_HERE"),
        # Names, flags, points of a certification that no rule knows.
        (a_small_sheet(OFFER, OFFER), "offers.1.name", "ALREADY_EXISTS"),
        (a_small_sheet({**OFFER, "name": " "}), "offers.0.name", "MISSING_VALUE"),
        (a_small_sheet({**OFFER, "is_valid": "yes"}), "offers.0.is_valid", "MALFORMED"),
        (a_small_sheet({**OFFER, "bonus": "2"}), "offers.0.bonus", "NOT_ALLOWED_HERE"),
        (a_small_sheet({**OFFER, "grade": "A"}), "offers.0.grade", "NOT_ALLOWED_HERE"),
        (a_small_sheet({**OFFER, "features": []}), "offers.0.features", "NOT_ALLOWED_HERE"),
        # A ceiling that the formula asks for.
        (
            a_small_sheet(ceiling_price=None, evaluation=with_price(
                code="deduct_from_benchmark",
                params={"benchmark": "blend", "alpha": "0.5", "with": "ceiling", "above": "1"},
            )),
            "ceiling_price", "MISSING_VALUE",
        ),
        # Quality in the price without any quality.
        (
            bare("1") | {"evaluation": {**ALONE, "price": {"weight": "100", "formula": {
                "code": "monetised_quality", "params": {"worth": "1"},
            }}}},
            "evaluation.price.formula.code", "NOT_ALLOWED_HERE",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_place_and_a_code(sheet: Any, field: str, code: str) -> None:
    answer = answer_sheet(sheet)
    assert {"field": field, "code": code} in answer["faults"]
    assert answer["rows"] == []


@pytest.mark.parametrize("code", ["lowest_ratio", "linear_to_lowest", "min_max"])
def test_one_bid_and_all_equal_are_stated(code: str) -> None:
    evaluation = {"technical": None, "price": {"weight": "100", "formula": {"code": code}}}
    one = answer_sheet(bare("100.00", evaluation=evaluation))
    assert one["notes"] == ["ONE_BID"]
    assert [(row["rank"], row["price_points"], row["is_tied"]) for row in one["rows"]] == [(1, "100.00", False)]
    equal = answer_sheet(bare("7", "7.00", evaluation=evaluation))
    assert equal["notes"] == ["ALL_EQUAL"]
    assert [(row["name"], row["price_points"], row["is_tied"]) for row in equal["rows"]] == [
        ("0", "100.00", True), ("1", "100.00", True),
    ]  # fmt: skip


def test_whoever_fails_or_is_out_has_no_rank_and_counts_only_where_the_formula_says_so() -> None:
    offers = (
        {**OFFER, "name": "weak", "amount": "50.00", "technical": "69.99"},
        {**OFFER, "name": "out", "amount": "60.00", "is_valid": False},
        {**OFFER, "amount": "100.00"},
    )
    answer = answer_sheet(a_small_sheet(*offers))
    assert [(row["name"], row["rank"], row["failed"]) for row in answer["rows"]] == [
        ("C", 1, []), ("weak", None, ["technical"]), ("out", None, []),
    ]  # fmt: skip
    assert answer["rows"][0]["price_points"] == "100.00"
    assert answer["notes"] == ["ONE_BID", "SOME_NOT_RANKED"]
    every = answer_sheet(a_small_sheet(*offers, evaluation=with_price(code="lowest_ratio", params={"counts": "all"})))
    assert every["rows"][0]["price_points"] == "50.00"
    none = answer_sheet(a_small_sheet(offers[0]))
    assert none["notes"] == ["NO_RANKED_OFFER", "SOME_NOT_RANKED"]


def test_the_grade_at_the_invitation_adds_its_points() -> None:
    points = {"A": "2", "B": "0", "C": "-2", "D": "-5"}
    evaluation = {"technical": TECHNICAL, "price": PRICE, "certification": {"points": points}}
    offers = ({**OFFER, "name": "a", "grade": "A"}, {**OFFER, "name": "d", "bonus": "-5"})
    answer = answer_sheet(a_small_sheet(*offers, evaluation=evaluation))
    assert [(row["name"], row["total"]) for row in answer["rows"]] == [("a", "94.20"), ("d", "87.20")]
    missing = answer_sheet(a_small_sheet(evaluation=evaluation))
    assert {"field": "offers.0.grade", "code": "MISSING_VALUE"} in missing["faults"]


def test_features_of_the_offers_themselves() -> None:
    formula = {"code": "coefficient", "params": {"features": "offered"}}
    offers = [
        {"name": "A", "amount": "115.00", "features": [{"name": "warranty", "value": "0.05"}, {"value": "0.10"}]},
        {"name": "B", "amount": "101.00", "features": []},
    ]
    answer = answer_sheet({"evaluation": {"price": {"weight": "100", "formula": formula}}, "offers": offers})
    assert [(row["name"], row["figure"]) for row in answer["rows"]] == [("A", "100.0000"), ("B", "101.0000")]


@pytest.mark.parametrize("seed", range(40))
def test_sheets_and_answers_are_of_the_published_schema(seed: int) -> None:
    sheet = a_sheet(random.Random(seed))
    assert fits(sheet_schema(), sheet)
    answer = answer_sheet(sheet)
    assert answer["faults"] == []
    assert fits(answer_schema(), answer)
    assert fits(answer_schema(), answer_sheet({**sheet, "offers": []}))
    assert not fits(sheet_schema(), {**sheet, "offers": []})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 7) | st.sampled_from(["", "40", "100", "c1", "mean", "9" * 40]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "amount", "marks", "values", "c1", "code", "params", "weight"]), inner
        )
    ),
    max_leaves=10,
)


@settings(max_examples=150)
@drawn(st.sampled_from(["evaluation", "offers", "ceiling_price", "scale", "currency"]), json_values)
def test_no_member_whatever_breaks_the_answer(name: str, value: Any) -> None:
    answer = answer_sheet(a_small_sheet(**{name: value}))
    assert bool(answer["faults"]) != bool(answer["rows"])


@settings(max_examples=150)
@drawn(st.sampled_from(["amount", "marks", "values", "technical", "bonus", "features", "currency"]), json_values)
def test_no_offer_whatever_breaks_the_answer(name: str, value: Any) -> None:
    answer = answer_sheet(a_small_sheet({**OFFER, name: value}))
    assert bool(answer["faults"]) != bool(answer["rows"])


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1, "a": 2}', b"[NaN]", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_unreadable(content: bytes) -> None:
    assert isinstance(parse_sheet(content), Unreadable)
    assert parse_sheet(b'{"a": []}') == {"a": []}
