"""What a format answers about time that does not move by itself between opening and close."""

from datetime import datetime

from app.domain.formats.play import Draw, FloorState
from app.domain.live_rules import LiveRules, LotTerms


def moves_at(rules: LiveRules, state: FloorState) -> datetime | None:  # noqa: ARG001 - nothing moves
    """Never."""
    return None


def move(
    rules: LiveRules,  # noqa: ARG001 - nothing moves
    terms: LotTerms,  # noqa: ARG001 - as above
    state: FloorState,  # noqa: ARG001 - as above
    at: datetime,  # noqa: ARG001 - as above
    draw: Draw,  # noqa: ARG001 - as above
) -> FloorState | None:
    """Nothing is ever due."""
    return None


def may_extend(rules: LiveRules) -> bool:  # noqa: ARG001 - the length of the lot is not part of its play
    """A person may give more time."""
    return True


def examples(rules: LiveRules, terms: LotTerms, lang: str) -> list[str] | None:  # noqa: ARG001 - the step says it
    """Those of the step."""
    return None
