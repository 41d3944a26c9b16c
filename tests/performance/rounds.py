"""Paired rounds: every case is measured in each round, so that a neighbour's load falls on all of them alike."""

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def say(text: str) -> None:
    """One line to the terminal, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass(slots=True)
class Case:
    """What was measured round by round, in one unit."""

    name: str
    unit: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    def row(self) -> str:
        """One line of the table."""
        low, high = min(self.values), max(self.values)
        return f"{self.name:<58} {self.median:>12,.2f}   [{low:,.2f} .. {high:,.2f}] {self.unit}"


@dataclass(slots=True)
class Goal:
    """A goal of PERFORMANCE.md section 3: the median of the paired ratios against its bound, or a count."""

    number: str
    text: str
    values: list[float]
    bound: float
    at_least: bool = True

    @property
    def median(self) -> float:
        """The middle of the paired ratios."""
        return statistics.median(self.values)

    @property
    def is_met(self) -> bool:
        """True if the median is on the right side of the bound."""
        return self.median >= self.bound if self.at_least else self.median <= self.bound

    def row(self) -> str:
        """One line of the table; a miss is said as plainly as a hit."""
        sign = ">=" if self.at_least else "<="
        verdict = "reached" if self.is_met else "SHORT"
        return f"{self.number:<4} {self.text:<66} {self.median:>9.3f} {sign} {self.bound:<6g} {verdict}"


# What a part of the bench gives back.
Results = tuple[list[Case], list[Goal]]


def paired(ours: Case, reference: Case) -> list[float]:
    """Ratio of ours to the reference, round by round."""
    return [mine / floor for mine, floor in zip(ours.values, reference.values, strict=True)]


def write_report(
    path: Path, *, machine: dict[str, Any], cases: Sequence[Case], goals: Sequence[Goal], not_measured: Sequence[str]
) -> None:
    """Write the figures as JSON for comparing runs."""
    report = {
        "machine": machine,
        "not_measured": list(not_measured),
        "cases": [{"name": c.name, "unit": c.unit, "median": c.median, "rounds": c.values} for c in cases],
        "goals": [
            {
                "goal": g.number,
                "text": g.text,
                "median": g.median,
                "bound": g.bound,
                "is_met": g.is_met,
                "rounds": g.values,
            }
            for g in goals
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1), encoding="utf-8")
