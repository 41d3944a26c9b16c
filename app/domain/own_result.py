"""What a bidder is told of its own lots once the decision is out: outcome, rank, share (SCREENS.md SP-08)."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from app.domain.awarding import LotRanking
from app.domain.formats.telling import TELLING, Telling, place_of
from app.domain.live_rules import LiveRules, TieRule
from app.domain.money import HUNDRED
from app.domain.ranking import RankBand
from app.domain.sealing.record import OwnFinding
from app.domain.sharing import Awarded


class Outcome(StrEnum):
    """What a bidder is told about one lot (SCREENS.md SP-08)."""

    PREFERRED = "preferred"
    NOT_SELECTED = "not_selected"
    NO_AWARD = "no_award"
    NO_BID = "no_bid"
    # The technical part missed a threshold: the price was never opened.
    BELOW_THRESHOLD = "below_threshold"
    # The sealed offer came in time but could not count: what was found at the opening says why.
    NOT_COUNTED = "not_counted"
    # Abnormally low: two persons excluded it after an inquiry.
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A bidder's own result of one lot: never another's name, price or rank (SCREENS.md SP-08)."""

    lot_id: str
    outcome: Outcome
    rank: int | None
    amount: Decimal | None
    is_tied: bool
    finding: OwnFinding | None = None
    # Why it was excluded after an inquiry.
    exclusion: str | None = None
    # The own percent, where the lot was awarded in shares.
    share: Decimal | None = None
    # Where the rules of the live round tell less than the rank: its band, or whether it led.
    band: RankBand | None = None
    is_leading: bool | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An own offer that was excluded after an inquiry: why, and what it bid."""

    reason: str
    amount: Decimal


def own_result(
    ranking: LotRanking,
    *,
    own_label: str | None,
    awarded: Awarded,
    is_failed: bool = False,
    finding: OwnFinding | None = None,
    exclusion: Exclusion | None = None,
) -> OwnResult:
    """What the bidder behind `own_label` is told of a lot; `own_label` is None if it placed no bid there, failed the
    technical stage (`is_failed`), was excluded (`exclusion`), or its sealed offer could not count (`finding`). An
    excluded one keeps its amount: its absence would tell of the exclusion before the decision does."""
    row = None if own_label is None else ranking.find(own_label)
    if row is None:
        outcome = Outcome.NO_BID if finding is None else Outcome.NOT_COUNTED
        outcome = Outcome.EXCLUDED if exclusion is not None else outcome
        outcome = Outcome.BELOW_THRESHOLD if is_failed else outcome
        reason, amount = (None, None) if exclusion is None else (exclusion.reason, exclusion.amount)
        return OwnResult(ranking.lot_id, outcome, None, amount, is_tied=False, finding=finding, exclusion=reason)
    outcome = Outcome.PREFERRED if row.label in awarded else Outcome.NOT_SELECTED
    own = awarded.get(row.label)
    return OwnResult(
        ranking.lot_id,
        outcome if awarded else Outcome.NO_AWARD,
        row.rank,
        row.amount,
        row.is_tied,
        share=None if own == HUNDRED else own,
    )


def as_told(own: OwnResult, ranking: LotRanking, live: LiveRules | None) -> OwnResult:
    """The same as far as the rules of the live round tell it, after the round as in it (LIVE.md section 1, feedback and
    ties; SCREENS.md SP-08 "own rank per lot as rule allows")."""
    if live is None or own.rank is None:
        return own
    rank = _shared_rank(ranking, own.rank) if live.ties is TieRule.EQUAL_RANK else own.rank
    place = place_of(live.feedback, rank, is_tied=own.is_tied)
    leading = place.is_leading if TELLING[live.feedback] is Telling.LEAD else None
    return replace(own, rank=place.rank, is_tied=place.is_tied, band=place.band, is_leading=leading)


def tells_rank(live: LiveRules | None) -> bool:
    """Whether the exact rank is told, and so how far it was from the first."""
    return live is None or TELLING[live.feedback] is Telling.EXACT


def _shared_rank(ranking: LotRanking, rank: int) -> int:
    """The best rank with the same amount, where amounts alone ranked; an evaluation has its own rule of equals."""
    own = next(row for row in ranking.rows if row.rank == rank)
    if own.total is not None or own.figure is not None:
        return rank
    return min(row.rank for row in ranking.rows if row.amount == own.amount)
