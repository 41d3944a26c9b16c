"""Shapes of a dry run on the wire."""

from typing import Any, Literal

from app.domain.dry_robots import Persona
from app.infra.web import StrictModel
from app.live_rounds.messages import SavingsView


class DryFaultView(StrictModel):
    """Why the rules on trial could not be published."""

    field: str
    code: str


class FirstView(StrictModel):
    """A bidder by alias, and in how many games it was first."""

    alias: str
    times: int


class DryRowView(StrictModel):
    """What really happened, or what the games of one set of rules came to: the middle figures, the best with bounds."""

    kind: Literal["recorded", "same", "other"]
    best: str | None
    lowest: str | None
    highest: str | None
    bids: int
    extensions: int
    length_s: int
    savings: SavingsView | None
    first: list[FirstView]


class RobotView(StrictModel):
    """What a robot has of its bidder."""

    alias: str
    persona: Persona
    first: str
    floor: str


class DrySaidView(StrictModel):
    """What is otherwise, in words and examples."""

    zh: list[str]
    en: list[str]


class DryRunView(StrictModel):
    """A finished lot played again by robots; nothing of it is kept."""

    lot_id: str
    seed: int
    games: int
    # Those of the round.
    rules: dict[str, Any]
    faults: list[DryFaultView]
    rows: list[DryRowView]
    robots: list[RobotView]
    said: DrySaidView
