"""What the solver of split awards answers. Without the solver: the service reads this and never loads it."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from app.domain.split_award import Award


class Outcome(StrEnum):
    """What came of a solve."""

    OPTIMAL = "optimal"
    # An award, and a bound that it does not reach.
    GAP = "gap"
    INFEASIBLE = "infeasible"
    # Nothing in the time given.
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class Solved:
    """An award that passed the exact check, and the bound from below; either may be missing."""

    outcome: Outcome
    award: Award | None = None
    cost: Decimal | None = None
    bound: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is asked about a problem."""

    solved: Solved
    # {constraint: the solve without it}, as far as the time went.
    relaxed: dict[str, Solved] = field(default_factory=dict)
    # Where there is no award: constraints that clash; and whether none of them can be spared.
    clash: tuple[str, ...] = ()
    is_minimal: bool = False
