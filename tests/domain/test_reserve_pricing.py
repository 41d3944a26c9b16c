"""Secret reserve prices as rules: the commitment binds, equality meets, no figure is ever said."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.awarding import LotRanking, RankedRow, WhyReason, decide_proposal, why_choice
from app.domain.refusals import Code, Refusal
from app.domain.reserve_pricing import (
    COMMITMENT,
    ReservePrice,
    commitments_of,
    decide_amount,
    is_met,
    parse_reserve,
    read_typed,
    reserve_sentences,
)
from app.domain.sharing import Choice

UNIT = Decimal("0.0001")
AMOUNTS = st.decimals(min_value=UNIT, max_value=Decimal("99999999999999"), places=4)
RESERVE = ReservePrice("a" * 32, "b" * 32, Decimal("271.40"), bytes(range(32)))


@given(AMOUNTS, st.binary(min_size=32, max_size=32))
def test_what_is_sealed_is_read_back_and_bound(amount: Decimal, salt: bytes) -> None:
    reserve = replace(RESERVE, amount=amount, salt=salt)
    found = parse_reserve(reserve.encode())
    assert found is not None
    assert (found.amount, found.commitment) == (amount, reserve.commitment)
    for other in (
        replace(reserve, amount=amount + UNIT),
        replace(reserve, salt=bytes([salt[0] ^ 1]) + salt[1:]),
        replace(reserve, lot="c" * 32),
        replace(reserve, tender="c" * 32),
    ):
        assert other.commitment != reserve.commitment


def test_the_same_figure_is_committed_to_alike_however_it_was_written() -> None:
    assert replace(RESERVE, amount=Decimal("271.4")).commitment == RESERVE.commitment


@pytest.mark.parametrize(
    "bent",
    [
        b"",
        b"{}",
        b"[]",
        RESERVE.encode() + b" ",
        RESERVE.encode().replace(b"271.4000", b"271.4"),
        RESERVE.encode().replace(b"271.4000", b"0271.4000"),
        RESERVE.encode().replace(b'"v":1', b'"v":2'),
        RESERVE.encode().replace(RESERVE.salt.hex().encode(), b"00"),
    ],
)
def test_nothing_else_is_read_as_one(bent: bytes) -> None:
    assert parse_reserve(bent) is None


@given(AMOUNTS, AMOUNTS)
def test_a_reserve_is_met_at_it_and_below(price: Decimal, reserve: Decimal) -> None:
    assert is_met(price, reserve) == (price <= reserve)
    assert is_met(reserve, reserve)
    assert not is_met(reserve + UNIT, reserve)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_it_lies_between_the_least_price_and_the_ceiling(amount: Decimal, ceiling: Decimal, minimum: Decimal) -> None:
    found = decide_amount(amount, scale=4, ceiling=ceiling, minimum=minimum)
    if amount > ceiling:
        assert found is Code.ABOVE_CEILING
    else:
        assert found is (Code.BELOW_MINIMUM if amount < minimum else None)
    assert decide_amount(amount, scale=4, ceiling=amount, minimum=amount) is None
    assert decide_amount(amount, scale=4, ceiling=None, minimum=None) is None


def test_finer_than_the_lots_prices_it_may_not_be() -> None:
    assert decide_amount(Decimal("1.005"), scale=2, ceiling=None, minimum=None) is Code.PRECISION


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("271.4", Decimal("271.40")),
        ("￥271.40", Decimal("271.40")),
        ("２７１．４", Decimal("271.40")),
        ("8,123,456.71", Decimal("8123456.71")),
        ("271.405", Code.PRECISION),
        ("0", Code.NOT_AN_AMOUNT),
        ("-1", Code.NOT_AN_AMOUNT),
        ("475,962", Code.NOT_AN_AMOUNT),
        ("1e3", Code.NOT_AN_AMOUNT),
        ("NaN", Code.NOT_AN_AMOUNT),
    ],
)
def test_what_is_typed_is_read_in_one_way_or_not_at_all(typed: str, read: Decimal | Code) -> None:
    assert read_typed(typed, scale=2, currency="CNY") == read


# ── the decision ─────────────────────────────────────────────────────────────


def _row(label: str, rank: int, amount: str) -> RankedRow:
    return RankedRow(label, rank, Decimal(amount), rank, is_tied=False)


RANKING = LotRanking("b" * 32, (_row("R11", 1, "271.40"), _row("R22", 2, "280.00")), "d" * 64)


def _proposed(choice: Choice, reserve: str | None) -> Any:
    prices = {} if reserve is None else {RANKING.lot_id: Decimal(reserve)}
    return decide_proposal([RANKING], [choice], reserve_prices=prices)


@pytest.mark.parametrize(("reserve", "is_due"), [(None, False), ("271.41", False), ("271.40", False), ("271.39", True)])
def test_an_award_above_the_reserve_gives_its_reason(reserve: str | None, is_due: bool) -> None:
    found = _proposed(Choice(RANKING.lot_id, "R11", ""), reserve)
    if is_due:
        assert isinstance(found, Refusal)
        assert (found.code, found.detail["rule"]) == (Code.REASON_MISSING, WhyReason.ABOVE_RESERVE.value)
        assert "271" not in str(found)
        found = _proposed(Choice(RANKING.lot_id, "R11", "urgent, market has risen"), reserve)
    assert found.meets_reserve == ({} if reserve is None else {RANKING.lot_id: not is_due})


def test_one_share_above_is_enough() -> None:
    shares = (("R11", Decimal(70)), ("R22", Decimal(30)))
    choice = Choice(RANKING.lot_id, "R11", "", shares)
    assert why_choice(RANKING, choice, {"R11": Decimal(70), "R22": Decimal(30)}, Decimal("271.40")) is (
        WhyReason.ABOVE_RESERVE
    )
    assert why_choice(RANKING, choice, {"R11": Decimal(70), "R22": Decimal(30)}, Decimal("280.00")) is None


def test_no_award_is_always_free_and_explained_as_ever() -> None:
    choice = Choice(RANKING.lot_id, None, "the reserve price was not met")
    assert why_choice(RANKING, choice, None, Decimal("1.00")) is WhyReason.NO_AWARD
    assert _proposed(choice, "1.00").meets_reserve == {}


# ── what is said ─────────────────────────────────────────────────────────────


def _document(*commitments: str | None, kinds: tuple[str, ...] = ("sealed",)) -> dict[str, Any]:
    lots = [
        {"id": f"{number:032x}", "number": number, **({} if told is None else {COMMITMENT: told})}
        for number, told in enumerate(commitments, start=1)
    ]
    return {"lots": lots, "rounds": [{"kind": kind, "rules": {}} for kind in kinds]}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_suppliers_are_told_that_there_is_one_and_what_binds_it(lang: str) -> None:
    assert reserve_sentences(_document(None, None), lang) == []
    told = RESERVE.commitment
    said = reserve_sentences(_document(None, told), lang)
    assert told in said[-1]
    assert "271" not in "".join(said[:-1])
    live = reserve_sentences(_document(None, told, kinds=("sealed", "live")), lang)
    assert live[0] != said[0]
    assert live[1:] == said[1:]


def test_commitments_are_read_from_the_document() -> None:
    assert commitments_of(_document("c" * 64, None)) == {f"{1:032x}": "c" * 64}
    assert commitments_of(None) == {}
