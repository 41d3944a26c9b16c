"""Where a supplier's score stands among those of its peers: in which quarter, and nothing nearer.

Serves SCREENS.md SP-11 (peer values are hidden, the own percentile band is told). With few peers a band would tell
about one of them: then there is none.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Final

# With fewer others a supplier that knows its trade could guess whose score moved it.
LEAST_PEERS: Final = 5
BANDS: Final = 4


def band_of(own: Decimal, peers: Collection[Decimal]) -> int | None:
    """The quarter of a score among those of the others, 1 for the best: by the share of the others that are better.

    None with fewer than LEAST_PEERS. Precondition: `peers` are of the same category and period, without the own one.
    """
    if len(peers) < LEAST_PEERS:
        return None
    better = sum(one > own for one in peers)
    return min(BANDS, better * BANDS // len(peers) + 1)
