"""What a bidder is told of the market, the same in every format: one table of the feedback modes, and the gate before.

Serves SCREENS.md 2.2.3 (LR-10…16), LIVE.md section 1 (feedback, starting gate, ties) and VISIBILITY.md d35, d36. What a
mode does not tell is not in the answer at all: not in a frame, a receipt or a result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.formats.play import Feedback
from app.domain.formats.scoring import told_score
from app.domain.live_rules import TELLS_BEST, FeedbackMode, LiveRules, LotTerms, TieRule
from app.domain.ranking import RankBand, Standing
from app.domain.visibility import is_best_price_announced

# The last rank that `rank_band` counts among the first (SCREENS.md LR-12).
TOP: Final = 3


class Telling(StrEnum):
    """How much of its own rank a bidder is told; whether it leads is told in any case."""

    EXACT = "exact"
    BAND = "band"
    LEAD = "lead"


TELLING: Final[Mapping[FeedbackMode, Telling]] = MappingProxyType(
    dict.fromkeys(FeedbackMode, Telling.EXACT)
    | dict.fromkeys((FeedbackMode.LEAD_ONLY, FeedbackMode.BEST_PRICE), Telling.LEAD)
    | {FeedbackMode.RANK_BAND: Telling.BAND}
)


@dataclass(frozen=True, slots=True)
class Place:
    """An own rank as far as the rules tell it, in the room and in the result after it."""

    rank: int | None
    band: RankBand | None
    is_leading: bool
    is_tied: bool


def place_of(mode: FeedbackMode, rank: int | None, *, is_tied: bool) -> Place:
    """What a bidder on this rank is told of it. Of a tie only with the exact rank: it is the price of a rival."""
    telling = TELLING[mode]
    return Place(
        rank=rank if telling is Telling.EXACT else None,
        band=None if rank is None or telling is not Telling.BAND else band_of(rank),
        is_leading=rank == 1,
        is_tied=is_tied and telling is Telling.EXACT,
    )


def band_of(rank: int) -> RankBand:
    """The band of a rank. SCREENS.md LR-12."""
    if rank == 1:
        return RankBand.LEADING
    return RankBand.TOP if rank <= TOP else RankBand.OUTSIDE


def rank_in(rules: LiveRules, standing: Standing, tag: str) -> int | None:
    """The bidder's rank by the rule of ties: its place, or under `equal_rank` one that equal amounts share."""
    return standing.shared_rank_of(tag) if rules.ties is TieRule.EQUAL_RANK else standing.rank_of(tag)


def announced_best(rules: LiveRules, standing: Standing, tag: str) -> Decimal | None:
    """The best price where the rules tell it to this bidder now: from five active bidders on, and behind the gate."""
    tells = rules.feedback in TELLS_BEST and _is_through(rules, standing, tag)
    is_told = is_best_price_announced(feedback_shows_best=tells, active_bidders=standing.active)
    return standing.best if is_told else None


def _is_through(rules: LiveRules, standing: Standing, tag: str) -> bool:
    """LR-16: nothing of the market before a valid own first bid at or under the ceiling; others are not accepted."""
    return not rules.has_gate or standing.own_last(tag) is not None


def feedback_of(
    rules: LiveRules, terms: LotTerms, standing: Standing, tag: str, next_valid: Decimal | None
) -> Feedback:
    """All that one bidder may know of a lot; `next_valid` is the format's own."""
    place = place_of(rules.feedback, rank_in(rules, standing, tag), is_tied=standing.is_tied(tag))
    score = told_score(rules, terms, standing, tag)
    if score is not None and not _is_through(rules, standing, tag):
        score = replace(score, leads_at=None)
    return Feedback(
        own_amount=standing.own_last(tag),
        next_valid=next_valid,
        rank=place.rank,
        is_tied=place.is_tied,
        is_leading=place.is_leading,
        best=announced_best(rules, standing, tag),
        score=score,
        band=place.band,
    )
