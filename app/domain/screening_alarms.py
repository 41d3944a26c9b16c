"""How often a method gives a lead where nothing is known to be wrong: over real tenders, and over invented honest lots.

Both are made again by tests (tests/replaying/test_screening.py, tests/domain/test_screening.py).
"""

from collections.abc import Mapping
from typing import Final

from app.domain.screening import ScreenMethod

_M = ScreenMethod
# {method: (leads, lots, firms or groups that were looked at)} of the 794 real tenders of the calibration.
REAL: Final[Mapping[ScreenMethod, tuple[int, int]]] = {
    _M.VARIATION: (28, 623),
    _M.SPREAD: (28, 623),
    _M.DISTANCE: (28, 613),
    _M.SKEWNESS: (17, 391),
    _M.KURTOSIS: (8, 198),
    _M.SAME_TOTAL: (92, 740),
    _M.ROTATION: (0, 60),
    _M.ALWAYS_SECOND: (4, 107),
    _M.NEVER_FIRST: (1, 107),
}
# Of 200 lots of bidders who each add costs of their own to what the job costs anybody.
HONEST: Final[Mapping[ScreenMethod, tuple[int, int]]] = {
    _M.VARIATION: (9, 200),
    _M.SPREAD: (9, 200),
    _M.DISTANCE: (9, 200),
    _M.SKEWNESS: (9, 200),
    _M.KURTOSIS: (5, 102),
    _M.SAME_TOTAL: (0, 200),
}
