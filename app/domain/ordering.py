"""What a purchase order and a delivery must hold, field by field, the same from a form, a spreadsheet and the API.

Serves SCREENS.md RQ-04 and PL-13. Checks each field; whose order it is and whether it is new is asked of the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.categories import find_category
from app.domain.contact_filtering import FindKind, filter_question
from app.domain.contracting import ContractState, is_in_force
from app.domain.performance import BEST_SERVICE, Promise
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault, check_text

LONGEST_NUMBER: Final = 60
LONGEST_ITEM: Final = 200
LONGEST_UNIT: Final = 20
LONGEST_NOTE: Final = 1000
# A contract with a part every week for a year fits.
MOST_PROMISES: Final = 60
LARGEST: Final = Decimal(10) ** 12
# An order goes from the buyer to one supplier: it is no way to say whom to call (attacks.md C01). Article and order
# numbers are long, so that numbers are refused in notes alone.
_CONTACTS: Final = frozenset({FindKind.CONTACT, FindKind.HINT})
_CONTACTS_AND_NUMBERS: Final = _CONTACTS | {FindKind.NUMBER}


class OrderField(StrEnum):
    """The fields of an order and of a delivery."""

    ORDER_NUMBER = "order_number"
    CREDIT_CODE = "credit_code"
    CATEGORY = "category"
    ITEM = "item"
    UNIT = "unit"
    QUANTITY = "quantity"
    PROMISED_ON = "promised_on"
    DELIVERY_NUMBER = "delivery_number"
    DELIVERED_ON = "delivered_on"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SERVICE = "service"
    NOTE = "note"
    # The contract the order calls off from, by the reference of its tender; optional.
    CONTRACT = "contract"


OrderFaults = dict[OrderField, FieldFault]


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as typed; `check_order` gives it back in its one spelling."""

    number: str
    category: str
    item: str
    unit: str
    promises: tuple[Promise, ...]
    contract: str = ""


@dataclass(frozen=True, slots=True)
class CalledContract:
    """A signed contract that an order may name."""

    id: str
    tender_id: str
    reference: str
    supplier_id: str
    state: ContractState
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery as typed. The number is the delivery note's: the same number again is a correction."""

    number: str
    on: date
    accepted: Decimal
    rejected: Decimal
    service: int | None = None
    note: str = ""


def check_order(typed: NewOrder) -> NewOrder | OrderFaults:
    """The order in its one spelling, or every field that is wrong."""
    faults: OrderFaults = {}
    category = find_category(typed.category)
    if category is None:
        faults[OrderField.CATEGORY] = (
            FieldFault.UNKNOWN_CATEGORY if typed.category.strip() else FieldFault.MISSING_VALUE
        )
    checked = replace(
        typed,
        number=_text(faults, OrderField.ORDER_NUMBER, typed.number, LONGEST_NUMBER),
        category=category or "",
        item=_text(faults, OrderField.ITEM, typed.item, LONGEST_ITEM),
        unit=_text(faults, OrderField.UNIT, typed.unit, LONGEST_UNIT),
        promises=merge_promises(typed.promises),
        contract=_named(faults, typed.contract),
    )
    if not typed.promises:
        faults[OrderField.PROMISED_ON] = FieldFault.MISSING_VALUE
    elif len(checked.promises) > MOST_PROMISES:
        faults[OrderField.PROMISED_ON] = FieldFault.OUT_OF_RANGE
    if any(not 0 < promise.quantity <= LARGEST for promise in typed.promises):
        faults[OrderField.QUANTITY] = FieldFault.OUT_OF_RANGE
    return faults or checked


def check_delivery(typed: NewDelivery, today: date, *, is_correction: bool) -> NewDelivery | OrderFaults:
    """The delivery in its one spelling, or every field that is wrong: a day to come, a mark beyond 5, nothing in it.
    A correction may say that nothing came."""
    faults: OrderFaults = {}
    checked = replace(
        typed,
        number=_text(faults, OrderField.DELIVERY_NUMBER, typed.number, LONGEST_NUMBER),
        note=_text(faults, OrderField.NOTE, typed.note, LONGEST_NOTE, required=False),
    )
    if typed.on > today:
        faults[OrderField.DELIVERED_ON] = FieldFault.OUT_OF_RANGE
    for field, quantity in ((OrderField.ACCEPTED, typed.accepted), (OrderField.REJECTED, typed.rejected)):
        if not 0 <= quantity <= LARGEST:
            faults[field] = FieldFault.OUT_OF_RANGE
    if not is_correction and typed.accepted == typed.rejected == 0:
        faults.setdefault(OrderField.ACCEPTED, FieldFault.OUT_OF_RANGE)
    if typed.service is not None and not 0 <= typed.service <= BEST_SERVICE:
        faults[OrderField.SERVICE] = FieldFault.OUT_OF_RANGE
    return faults or checked


def choose_contract(
    named: str, supplier_id: str, known: Sequence[CalledContract], today: date
) -> CalledContract | FieldFault | None:
    """The contract an order names, None where it names none. ``known``: the signed ones of that reference.

    UNKNOWN_CONTRACT where nothing was signed under it, OTHER_SUPPLIER where somebody else signed it alone,
    CONTRACT_ENDED where it holds no longer.
    """
    if not named:
        return None
    meant = [one for one in known if one.reference == named]
    if not meant:
        return FieldFault.UNKNOWN_CONTRACT
    own = next((one for one in meant if one.supplier_id == supplier_id), None)
    if own is None:
        return FieldFault.OTHER_SUPPLIER
    return own if is_in_force(own.state, own.ends_on, today) else FieldFault.CONTRACT_ENDED


def merge_promises(promises: Sequence[Promise]) -> tuple[Promise, ...]:
    """By day, one promise a day."""
    days = sorted({promise.on for promise in promises})
    return tuple(
        Promise(day, sum((promise.quantity for promise in promises if promise.on == day), Decimal(0))) for day in days
    )


def order_refusal(faults: OrderFaults) -> Refusal:
    """One refusal for all that is wrong with a form: each field with its fault, never what was typed."""
    return Refusal(Code.INCOMPLETE, {field.value: fault.value for field, fault in faults.items()})


def _named(faults: OrderFaults, typed: str) -> str:
    """The reference of a contract. It says nothing to anybody: what is none is refused, so digits in it are no number
    to call."""
    value = check_text(typed, LONGEST_NUMBER, required=False)
    if isinstance(value, FieldFault):
        faults[OrderField.CONTRACT] = value
        return ""
    return value


def _text(faults: OrderFaults, field: OrderField, typed: str, longest: int, *, required: bool = True) -> str:
    value = check_text(typed, longest, required=required)
    # FieldFault is a str as well, so it is asked for first.
    if isinstance(value, FieldFault):
        faults[field] = value
        return ""
    if {find.kind for find in filter_question(value)} & (_CONTACTS if required else _CONTACTS_AND_NUMBERS):
        faults[field] = FieldFault.CONTACT_IN_TEXT
    return value
