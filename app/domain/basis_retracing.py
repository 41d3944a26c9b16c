"""What a live lot was ranked by, found again from the journal: the replay's own `LotBasis` (LIVE.md section 1, basis).

Pure. The grades were frozen by digest with the invitations and told with the first ranking; the technical points are
those of the locked scores, by the map of aliases that was committed to. Nothing of the service's own copy is used.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.live_rules import Basis
from app.domain.reopening import Read, alias_file
from app.domain.scoring.live_basis import LotBasis, OwnFigures, asks_for_grades, features_of, ranking_rules
from app.domain.scoring.rules import PRICE_ALONE

if TYPE_CHECKING:
    from app.domain.framing import LotFrame
    from app.domain.rescoring import ScoreRetrace


def find_basis(scores: ScoreRetrace, frame: LotFrame, read: Read) -> LotBasis | None:
    """The basis of a lot; None where price alone decides, and while the grades or the aliases are not told yet."""
    live, evaluation = frame.rules, scores.rules
    if live.basis is Basis.PRICE:
        return None
    grades, bonuses = scores.grades.grades, scores.grades.bonuses
    if asks_for_grades(live, evaluation) and not grades:
        return None
    points: dict[str, Decimal] = {}
    if evaluation is not None and evaluation.technical is not None:
        content = read(alias_file(frame.lot))
        aliases = None if content is None else scores.read_aliases(frame.lot, content)
        locked = scores.scores.get(frame.lot)
        # A wrong map is found, and named, where the lot's openings are repeated.
        if not isinstance(aliases, dict) or locked is None:
            return None
        found = {tag: locked.find(alias) for tag, alias in aliases.items()}
        points = {tag: offer.points for tag, offer in found.items() if offer is not None}
    figures = {
        tag: OwnFigures(
            features_of(live, evaluation, grade=grades.get(tag), technical=points.get(tag)),
            points.get(tag),
            bonuses.get(tag, Decimal(0)),
        )
        for tag in {*grades, *points}
    }
    return LotBasis(ranking_rules(live, evaluation) or PRICE_ALONE, frame.terms.ceiling, figures)
