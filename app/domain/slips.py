"""A manifest error in a bid: what kinds there are, how long its sender may report it, what becomes of the report.

SCREENS.md LR-27 and LIVE.md section 2 rule 10: irrevocable but repairable. Nothing but a slip is a reason, so a report
names one of a few; no free text reaches the buyer's side.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.refusals import Code, Refusal

REPORT_WITHIN: Final = timedelta(seconds=60)


class Slip(StrEnum):
    """What went wrong with the hand."""

    DIGIT = "digit"
    SEPARATOR = "separator"
    TOTAL_AS_UNIT = "total_as_unit"
    TAX = "tax"
    WRONG_LOT = "wrong_lot"


# For the second person, who reads both languages of a summary.
SLIP_WORDS: Final[Mapping[Slip, str]] = MappingProxyType(
    {
        Slip.DIGIT: "竞价方报告数字误录 / reported by the bidder: a wrong digit",
        Slip.SEPARATOR: "竞价方报告小数点错位 / reported by the bidder: a slipped decimal point",
        Slip.TOTAL_AS_UNIT: "竞价方报告总价误填为单价 / reported by the bidder: the total instead of the unit price",
        Slip.TAX: "竞价方报告含税未税混淆 / reported by the bidder: the wrong tax basis",
        Slip.WRONG_LOT: "竞价方报告填错采购包 / reported by the bidder: the price of another lot",
    }
)


class ReportState(StrEnum):
    """Life of a report: the desk verifies its sender, the purchaser proposes the void, a second person decides."""

    REPORTED = "reported"
    VERIFIED = "verified"
    DISMISSED = "dismissed"
    PROPOSED = "proposed"


def decide_report(received_at: datetime, now: datetime, *, is_voided: bool) -> Refusal | None:
    """None while a bid may be reported as an error. Refuses TOO_LATE, ALREADY_DECIDED (it is voided)."""
    if is_voided:
        return Refusal(Code.ALREADY_DECIDED)
    if now - received_at > REPORT_WITHIN:
        return Refusal(Code.TOO_LATE, {"within_s": str(REPORT_WITHIN // timedelta(seconds=1))})
    return None


def decide_case(state: ReportState) -> Refusal | None:
    """None while the desk may decide on a report."""
    return None if state is ReportState.REPORTED else Refusal(Code.ALREADY_DECIDED, {"state": state.value})


def decide_proposing(state: ReportState) -> Refusal | None:
    """None while a purchaser may propose the void of a reported bid. Refuses PENDING (the desk has not said its word),
    ALREADY_DECIDED."""
    if state is ReportState.VERIFIED:
        return None
    return Refusal(Code.PENDING if state is ReportState.REPORTED else Code.ALREADY_DECIDED, {"state": state.value})
