"""Past tenders out of a file: what was bid before this house had a record, for the auditor's screens (AU-06).

A row is a bid: the tender, its day, the bidder, the amount; who won and which bids were invalid, where the file says
so. Nothing is stored: a file is looked at, every bad cell is named, and the good tenders are shown as the screens see
them. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.money import LARGEST_SCALE, AmountFault, parse_amount
from app.domain.registering import parse_day, to_half_width
from app.domain.screening_facts import LotFacts, TenderFacts

LONGEST_NAME: Final = 80
LONGEST_TITLE: Final = 200
CATEGORY: Final = "past"


class PastField(StrEnum):
    """The columns of the file."""

    TENDER = "tender"
    DATE = "date"
    TITLE = "title"
    LOT = "lot"
    BIDDER = "bidder"
    AMOUNT = "amount"
    WON = "won"
    INVALID = "invalid"


_F = PastField
NEEDED: Final = (_F.TENDER, _F.DATE, _F.BIDDER, _F.AMOUNT)
# As the page names them, then spellings of other houses and of research data.
HEADINGS: Final[Mapping[PastField, tuple[str, ...]]] = {
    _F.TENDER: ("采购编号", "tender", "tender id", "项目编号", "采购项目", "reference"),
    _F.DATE: ("日期", "date", "day", "成交日期"),
    _F.TITLE: ("名称", "title", "项目名称", "description"),
    _F.LOT: ("采购包", "lot", "包号", "lot number"),
    _F.BIDDER: ("供应商", "bidder", "supplier", "supplier id", "vendor"),
    _F.AMOUNT: ("报价", "amount", "bid", "bid jpy", "price", "金额"),
    _F.WON: ("成交", "won", "winner", "是否成交"),
    _F.INVALID: ("无效", "invalid", "below minimum", "refused"),
}
_YES: Final = frozenset({"1", "yes", "y", "true", "是", "√"})
_NO: Final = frozenset({"", "0", "no", "n", "false", "否"})


class PastFault(StrEnum):
    """What is wrong with a cell."""

    MISSING_VALUE = "MISSING_VALUE"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    NOT_A_DATE = "NOT_A_DATE"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_YES_OR_NO = "NOT_YES_OR_NO"
    OTHER_DATE = "OTHER_DATE"
    FORMULA_IN_CELL = "FORMULA_IN_CELL"
    ERROR_IN_CELL = "ERROR_IN_CELL"


@dataclass(frozen=True, slots=True)
class PastCell:
    """A cell as typed, with its address and what it says itself is wrong with it."""

    address: str
    text: str
    broken: PastFault | None = None


@dataclass(frozen=True, slots=True)
class PastCellFault:
    """A cell that was not taken; its row is left out."""

    cell: str
    text: str
    code: PastFault


@dataclass(frozen=True, slots=True)
class PastBid:
    """A row that could be read. ``amount`` None: the bid was left blank, and counts as withdrawn."""

    tender: str
    day: date
    title: str
    lot: str
    bidder: str
    amount: Decimal | None
    has_won: bool
    is_invalid: bool


@dataclass(slots=True)
class PastFile:
    """What a file says: its bids that counted by tender and lot, its bad cells, and what was left out."""

    bids: dict[str, dict[str, list[PastBid]]] = field(default_factory=dict)
    faults: list[PastCellFault] = field(default_factory=list)
    rows: int = 0
    # Rows that are no valid bid: left blank, or invalid in their time.
    idle: int = 0

    @property
    def lots(self) -> int:
        """How many lots have a bid that counted."""
        return sum(len(lots) for lots in self.bids.values())


def read_past(rows: Iterable[Mapping[PastField, PastCell]]) -> PastFile:
    """The bids of a file's rows, in their order. Every field of NEEDED has a cell; others may be missing.

    A row with a bad cell is left out whole and named; a tender's rows must bear one date.
    """
    read = PastFile()
    days: dict[str, date] = {}
    for row in rows:
        read.rows += 1
        bid = _read_row(row)
        if isinstance(bid, list):
            read.faults += bid
        elif days.setdefault(bid.tender, bid.day) != bid.day:
            cell = row[_F.DATE]
            read.faults.append(PastCellFault(cell.address, cell.text, PastFault.OTHER_DATE))
        elif bid.amount is None or bid.is_invalid:
            read.idle += 1
        else:
            read.bids.setdefault(bid.tender, {}).setdefault(bid.lot, []).append(bid)
    return read


def _read_row(row: Mapping[PastField, PastCell]) -> PastBid | list[PastCellFault]:
    texts = {name: to_half_width(cell.text).strip() for name, cell in row.items()}
    faults = [
        PastCellFault(row[name].address, row[name].text, fault)
        for name in row
        if (fault := row[name].broken or _fault(name, texts[name])) is not None
    ]
    if faults:
        return faults
    day, amount = parse_day(texts[_F.DATE]), _amount(texts[_F.AMOUNT])
    assert isinstance(day, date), "the cell was looked at"
    assert not isinstance(amount, AmountFault), "the cell was looked at"
    return PastBid(
        tender=texts[_F.TENDER],
        day=day,
        title=texts.get(_F.TITLE, ""),
        lot=texts.get(_F.LOT, "") or "1",
        bidder=texts[_F.BIDDER],
        amount=amount,
        has_won=texts.get(_F.WON, "").lower() in _YES,
        is_invalid=texts.get(_F.INVALID, "").lower() in _YES,
    )


def _fault(name: PastField, text: str) -> PastFault | None:
    if not text and name in NEEDED and name is not _F.AMOUNT:
        return PastFault.MISSING_VALUE
    if len(text) > (LONGEST_TITLE if name is _F.TITLE else LONGEST_NAME):
        return PastFault.TEXT_TOO_LONG
    if name is _F.DATE and not isinstance(parse_day(text), date):
        return PastFault.NOT_A_DATE
    if name is _F.AMOUNT and isinstance(_amount(text), AmountFault):
        return PastFault.NOT_A_NUMBER
    if name in (_F.WON, _F.INVALID) and text.lower() not in _YES | _NO:
        return PastFault.NOT_YES_OR_NO
    return None


def _amount(text: str) -> Decimal | AmountFault | None:
    """None of a cell left blank: the bid was withdrawn."""
    if not text:
        return None
    amount = parse_amount(text.replace(",", "").replace(" ", ""), LARGEST_SCALE)
    # As it was written: the file's currency may have no decimals.
    return amount if isinstance(amount, AmountFault) else amount.normalize()


def facts_of(read: PastFile) -> list[TenderFacts]:
    """The tenders as the screens look at them, by their days: every lot was ranked by price, and its firms are known.

    A second bid of a firm in a lot counts as another bidder there, and not as another firm over the tenders.
    """
    told = [_tender(name, lots) for name, lots in read.bids.items()]
    return sorted(told, key=lambda one: (one.closed_at, one.reference))


def _tender(name: str, lots: Mapping[str, Sequence[PastBid]]) -> TenderFacts:
    firms: dict[str, str] = {}
    facts = []
    for number, (lot, bids) in enumerate(lots.items(), start=1):
        seen: dict[str, int] = {}
        totals: dict[str, Decimal] = {}
        for bid in sorted(bids, key=lambda one: (one.amount or Decimal(0), not one.has_won, one.bidder)):
            seen[bid.bidder] = seen.get(bid.bidder, 0) + 1
            tag = bid.bidder if seen[bid.bidder] == 1 else f"{bid.bidder}-{seen[bid.bidder]}"
            totals[tag] = bid.amount or Decimal(0)
            firms[tag] = bid.bidder
        facts.append(LotFacts(f"{name}|{lot}", number, LARGEST_SCALE, totals, {tag: tag for tag in totals}))
    first = next(iter(lots.values()))[0]
    closed_at = datetime.combine(first.day, time(), UTC)
    return TenderFacts(name, name, CATEGORY, closed_at, facts, is_settled=True, firms=firms)
