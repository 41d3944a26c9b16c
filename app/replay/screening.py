"""``bidroom screen FILE``: the auditor's screens over a file of real tenders; what they show, and the calibration."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.screening import SCREENS, ScreenMethod, equal_amounts, figures_of
from app.domain.screening_rates import Origin, Rates, Table, make_table, size_of
from app.domain.screening_sentences import WORDS
from app.domain.screening_series import Course, Pattern, look_over
from app.replay.records import RealTender


@dataclass(frozen=True, slots=True)
class Report:
    """What the screens show of a file."""

    tenders: int
    # {method: (looked at, n too small, leads)}
    counts: dict[ScreenMethod, tuple[int, int, int]]
    patterns: Sequence[Pattern]
    table: Table

    def to_json(self) -> dict[str, Any]:
        """As one object."""
        counts = {
            method.value: dict(zip(("looked_at", "n_too_small", "leads"), told, strict=True))
            for method, told in self.counts.items()
        }
        patterns = [
            {"method": one.method.value, "firms": one.firms, "lots": len(one.lots), "chance": round(one.chance, 6)}
            for one in self.patterns
        ]
        return {"tenders": self.tenders, "methods": counts, "patterns": patterns}

    def lines(self) -> list[str]:
        """For people."""
        told = [f"{self.tenders} tenders. A lead is a reason to look, never a verdict.", ""]
        told.append(f"{'method':44} {'looked at':>9} {'n too small':>11} {'leads':>6} {'share':>7}")
        for method, (looked, few, leads) in self.counts.items():
            share = f"{leads / looked:7.1%}" if looked else "      -"
            told.append(f"{WORDS[method].en:44} {looked:9} {few:11} {leads:6} {share}")
        told.append("")
        told += [
            f"{WORDS[one.method].en}: {', '.join(one.firms)}: {one.hits} of {len(one.lots)} lots, "
            f"chance {one.chance:.2g} if every bidder were equally likely"
            for one in self.patterns
        ]
        return told


def amounts_of(real: RealTender) -> dict[str, Decimal]:
    """The valid bids: those below the minimum were refused."""
    return {bid.supplier: Decimal(bid.amount) for bid in real.bids if not bid.below_minimum}


def course_of(real: RealTender) -> Course:
    """The firms in the order of their valid bids, who won first of equal ones. A second bid of the same firm is not
    another firm here."""
    valid = [bid for bid in real.bids if not bid.below_minimum]
    placed = sorted(valid, key=lambda bid: (bid.amount, not bid.won, bid.supplier))
    return Course(real.id, tuple(dict.fromkeys(bid.supplier.partition("-")[0] for bid in placed)))


def screen(tenders: Sequence[RealTender]) -> Report:
    """All screens that totals alone allow, over the tenders in the order of their days."""
    ordered = sorted(tenders, key=lambda real: (real.date, int(real.id) if real.id.isdecimal() else 0))
    lots = [list(amounts_of(real).values()) for real in ordered]
    series = look_over([course_of(real) for real in ordered])
    found = {
        method: (many, sum(one.method is method for one in series.patterns)) for method, many in series.compared.items()
    }
    table = make_table([each for each in lots if each], {method.value: told for method, told in found.items()})
    own: dict[tuple[ScreenMethod, str], list[float]] = {}
    for amounts in lots:
        for method, value in figures_of(amounts).items():
            own.setdefault((method, size_of(len(amounts))), []).append(value)
    rates = Rates(table, own)
    counts: dict[ScreenMethod, tuple[int, int, int]] = {}
    for method in SCREENS:
        told = [(len(amounts), figures_of(amounts).get(method)) for amounts in lots]
        shown = [rates.of_figure(method, n, value) for n, value in told if value is not None]
        leads = sum(each.is_rare and each.origin is not Origin.NONE for each in shown)
        counts[method] = (len(shown), len(lots) - len(shown), leads)
    tied = [bool(equal_amounts(amounts_of(real))) for real in ordered]
    several = sum(len(amounts) > 1 for amounts in lots)
    counts[ScreenMethod.SAME_TOTAL] = (several, len(lots) - several, sum(tied))
    counts |= {method: (many, 0, leading) for method, (many, leading) in found.items()}
    return Report(len(ordered), counts, series.patterns, table)


def say(report: Report, *, as_json: bool) -> str:
    """The report as it is printed."""
    return json.dumps(report.to_json()) if as_json else "\n".join(report.lines())
