"""What a bidder is told of its own score in a live round, the same in every format.

Serves SCREENS.md LR-14 and VISIBILITY.md section 3: own numbers and published rules. Price points that are made from
rivals' prices give these prices away (100·min/b), so they are told only where the rules say so, from five bidders on.
"""

from decimal import Decimal

from app.domain.formats.play import ToldScore
from app.domain.live_rules import FeedbackMode, LiveRules, LotTerms
from app.domain.money import unit_of
from app.domain.ranking import OwnScore, Standing
from app.domain.visibility import is_best_price_announced


def told_score(rules: LiveRules, terms: LotTerms, standing: Standing, tag: str) -> ToldScore | None:
    """The bidder's own figures, None where the price alone decides and for a tag that is not on the floor."""
    own = standing.own_score(tag)
    if own is None:
        return None
    feature = sum(own.features, Decimal(0)) if own.features else None
    if rules.feedback is not FeedbackMode.SCORE_RANK:
        return ToldScore(feature, own.figure) if own.features else None
    tells = is_best_price_announced(feedback_shows_best=rules.tells_lead, active_bidders=standing.active)
    shows_points = tells or not own.reads_others
    return ToldScore(
        feature=feature,
        figure=own.figure,
        technical=own.technical,
        bonus=own.bonus or None,
        price_points=own.price_points if shows_points else None,
        total=own.total if shows_points else None,
        leads_at=_leads_at(terms, standing, tag, own) if tells else None,
    )


def _leads_at(terms: LotTerms, standing: Standing, tag: str, own: OwnScore) -> Decimal | None:
    if own.technical is None or standing.rank_of(tag) == 1:
        return None
    held = standing.own_last(tag)
    return standing.leads_from(tag, terms.highest_first if held is None else held, unit_of(terms.scale))
