"""Shapes of the technical offers for readers: T-aliases, answers, locked values and marks by seat; never a name."""

from typing import Literal

from app.evaluation.rule_schemas import TechnicalView
from app.infra.web import DecimalText, StrictModel


class SeatMarkView(StrictModel):
    """One evaluator's mark under the seat the journal names it by."""

    seat: str
    mark: int
    comment: str


class JudgedAnswerView(StrictModel):
    """One criterion of one offer; each part is null or empty where it is not for this reader, or not there yet."""

    criterion: str
    value: str | None
    text: str | None
    # As locked, and why it is not the value by rule, where it is not.
    agreed: DecimalText | None
    reason: str
    marks: list[SeatMarkView]


class JudgedOffer(StrictModel):
    """One offer under its T-alias."""

    alias: str
    points: DecimalText | None
    passes: bool | None
    criteria: list[JudgedAnswerView]


class JudgedLot(StrictModel):
    """The offers of one lot, by alias."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    offers: list[JudgedOffer]


class OffersView(StrictModel):
    """The technical offers (VISIBILITY.md d18, d26, d39, d40). `waiting` with no lots while their aliases are not drawn
    or not for this reader yet: the two look the same."""

    tender_id: str
    state: Literal["waiting", "open"]
    rules: TechnicalView
    lots: list[JudgedLot]
