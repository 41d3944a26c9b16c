"""An order's and a delivery's texts are no way to say whom to call (attacks.md C01)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.domain.ordering import NewDelivery, NewOrder, OrderField, check_delivery, check_order
from app.domain.performance import Promise
from app.domain.registering import FieldFault

TODAY = date(2026, 11, 22)
ORDER = NewOrder(
    number="PO-2026-0001234567",
    category="compressors",
    item="Rotary compressor QXC-4711.22.1000, R32",
    unit="台",
    promises=(Promise(TODAY, Decimal(10)),),
)
DELIVERY = NewDelivery(number="DN-1", on=TODAY, accepted=Decimal(10), rejected=Decimal(0), service=None, note="")
REACHES = ("微信 abc", "mail me: buyer@lanyu.example", "weixin:lanyu88")


def test_long_article_and_order_numbers_are_taken() -> None:
    assert check_order(ORDER) == ORDER


@pytest.mark.parametrize("text", REACHES)
@pytest.mark.parametrize("field", [OrderField.ORDER_NUMBER, OrderField.ITEM])
def test_a_way_to_reach_somebody_is_a_fault_of_its_field(field: OrderField, text: str) -> None:
    typed = replace(ORDER, item=text) if field is OrderField.ITEM else replace(ORDER, number=text)
    assert check_order(typed) == {field: FieldFault.CONTACT_IN_TEXT}


@pytest.mark.parametrize("text", [*REACHES, "13800138000"])
def test_a_note_takes_no_long_number_either(text: str) -> None:
    found = check_delivery(replace(DELIVERY, note=text), TODAY, is_correction=False)
    assert found == {OrderField.NOTE: FieldFault.CONTACT_IN_TEXT}
