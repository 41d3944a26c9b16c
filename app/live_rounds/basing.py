"""Freezing what the bids of a lot are ranked by, when it opens (LIVE.md section 1, ranking basis).

Nothing new is decided here: the grades were frozen with the invitations, the technical points when the scores were
locked, both in the journal; from the opening on the floor ranks by this copy of them.
"""

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.freezing import evaluation_of
from app.domain.grading import bonuses_of
from app.domain.live_rules import Basis
from app.domain.scoring.live_basis import OwnFigures, basis_to_json, features_of
from app.infra.world import World
from app.live_rounds import basis_store
from app.live_rounds.store import Floor
from app.tenders.participations import list_participations
from app.tenders.store import Tender


async def freeze_figures(world: World, tx: AsyncConnection, tender: Tender, one: Floor) -> str | None:
    """Write each bidder's own figures for a lot that is being opened, and give the digest to tell of them; None where
    price alone decides. Precondition: document and floor are those that were published."""
    live = one.rules
    if live.basis is Basis.PRICE:
        return None
    assert tender.frozen is not None, "what opens was published"
    evaluation = evaluation_of(tender.frozen)
    joined = [each for each in await list_participations(world, tx, tender.id) if each.joined]
    grades = {each.tag: each.grade.grade for each in joined if each.grade is not None}
    frozen = [each.grade for each in joined if each.grade is not None]
    bonuses = bonuses_of(frozen, None if evaluation is None else evaluation.certification)
    locked = await basis_store.find_frozen_technical(world, tx, one.lot_id)
    points, digest = ({}, tender.frozen_hash or "") if locked is None else locked
    figures = {}
    for tag in (each.tag for each in joined):
        technical = points.get(tag)
        features = features_of(live, evaluation, grade=grades.get(tag), technical=technical)
        figures[tag] = OwnFigures(features, technical, bonuses.get(tag, Decimal(0)))
    return await basis_store.freeze_basis(world, tx, one.lot_id, basis_to_json(live, evaluation, figures), digest)
