"""When the service is out of reach for so many bidders at once that a lot stands still by itself. SCREENS.md LR-37.

A line that breaks is its bidder's own matter; many that break together, and stay away, are the service's. Counted are
bidders, not windows: who closed the page has left and counts no more. Nobody is told how many there were
(VISIBILITY.md d16): the pause tells its reason.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.domain.penning import Seated

# How long all of them must be away; and within what time they were lost, for one cause to be likely.
AWAY: Final = timedelta(seconds=30)
TOGETHER: Final = timedelta(seconds=60)
# Of fewer bidders one could stop a round, or two.
FEWEST: Final = 3


def out_of_reach_since(lost_at: Sequence[datetime | None], now: datetime, share_percent: int) -> datetime | None:
    """Since when more than this share of the bidders have been away, or None.

    `lost_at`: for each bidder who was connected, when its last line was lost; None while it has one. Who was lost
    longer ago than AWAY and TOGETHER went home before, one after the other.
    """
    here = [at for at in lost_at if at is None or now - at < AWAY + TOGETHER]
    away = sorted(at for at in here if at is not None and now - at >= AWAY)
    if len(here) < FEWEST or len(away) * 100 <= share_percent * len(here):
        return None
    # Before this one went, it was not yet so many.
    return away[share_percent * len(here) // 100]


def lost_at(windows: Sequence[Seated]) -> datetime | None:
    """When a bidder's last line was lost, None while one holds. Precondition: it has a window."""
    signs = [min((at for at in (one.left_at, one.seen_at) if at is not None), default=None) for one in windows]
    found = [at for at in signs if at is not None]
    return max(found) if len(found) == len(signs) else None
