"""Ranking a tender whose prices are all in (DESIGN.md section 2, room 5): one act, of the timekeeper, idempotent.

With an evaluation the technical and the commercial side meet here, and the shortlist is cut (SCORING.md section 3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.awarding import LotRanking, RankedRow, label_pool, ranking_digest
from app.domain.grading import told_data
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.scoring.totals import Offer, ScoredOffer, rank_offers
from app.domain.shortlisting import make_shortlist, shortlist_data
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation import store
from app.evaluation.inquiry_store import counting, list_inquiries
from app.evaluation.intact import note_changed
from app.evaluation.offers import evaluation_in, list_offers, load_scores, ranked_by
from app.evaluation.store import StoredRanking
from app.identity import store as identity_store
from app.infra.world import World
from app.journal.store import NewEntry, append_batch
from app.live_rounds import counting_store
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.intact import decide_intact
from app.tenders.participations import list_joined_grades
from app.tenders.projecting import note_project
from app.tenders.store import Lot, Tender


async def rank_tender(world: World, tender_id: str) -> bool:
    """Rank every lot of a tender in `evaluation`, all at one instant; true if anything was made.

    A second call changes nothing. After a later void or exclusion the lot is ranked again, under its old labels, and
    the newer digest refuses a decision taken on the older one. A tender without a single bid becomes unsuccessful; one
    whose published rules were changed in the table is not ranked at all (`intact.py`).
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        if tender.state is not TenderState.EVALUATION:
            return False
        changed = await decide_intact(tx, tender)
        if changed is not None:
            await note_changed(world, tx, tender, changed)
            return False
        lots = await tender_store.list_lots(tx, tender_id)
        before = {each.official.lot_id: each for each in await store.list_rankings(tx, tender_id)}
        voids = await counting_store.list_voids(tx, [lot.id for lot in lots])
        scores = await load_scores(world, tx, tender_id)
        news = [] if before else await _grades(world, tx, tender)
        inquiries = await list_inquiries(world, tx, tender_id)
        for lot in lots:
            everyone = await list_offers(world, tx, tender, lot, scores.get(lot.id))
            offers, others = counting(everyone, inquiries, lot.id)
            ranked = _Ranked(lot, offers, others, before.get(lot.id), voids.get(lot.id, 0))
            news += await _rank_lot(world, tx, tender, ranked)
        if not news:
            return False
        # Whose last offer was excluded had bids: that is for a decision to end.
        has_bids = bool(inquiries) or any(each.official.rows for each in await store.list_rankings(tx, tender_id))
        if not has_bids:
            await tender_store.set_phase(tx, tender_id, state=TenderState.UNSUCCESSFUL, at=world.clock.now())
            await note_project(world, tx, tender, Fact.TENDER_ENDED)
            news.append(_entry(tender_id, Kind.TENDER_UNSUCCESSFUL, {"reason": "NO_BID"}))
        else:
            await note_project(world, tx, tender, Fact.RANKED)
        await tx.run_sync(append_batch, world, news)
        await _tell(world, tx, tender, has_bids=has_bids)
    world.bell.ring(f"tender:{tender_id}")
    return True


@dataclass(frozen=True, slots=True)
class _Ranked:
    """One lot about to be ranked: its offers, the ranking that stands, and how many bids were voided."""

    lot: Lot
    offers: Sequence[Offer]
    # The amounts of offers that were excluded: some formulas count them still.
    others: Sequence[Decimal]
    before: StoredRanking | None
    voids: int


async def _rank_lot(world: World, tx: AsyncConnection, tender: Tender, ranked: _Ranked) -> list[NewEntry]:
    lot, before, evaluation = ranked.lot, ranked.before, evaluation_in(tender)
    # By total where the tender has an evaluation; without one by amount, or by the basis of its live round.
    scored = rank_offers(ranked_by(tender), ranked.offers, ceiling=lot.ceiling_price, others=ranked.others)
    labels = _labels(world, [each.offer.key for each in scored], before)
    rows = tuple(_row(labels[each.offer.key], each, scored, is_live=tender.procedure.has_live) for each in scored)
    data = store.row_data(rows, lot.scale, with_points=evaluation is not None)
    digest = ranking_digest(lot.id, data)
    if before is not None and before.official.digest == digest:
        await store.set_voids(tx, lot.id, ranked.voids)
        return []
    cut = None if evaluation is None else make_shortlist(lot.id, rows, evaluation.shortlist)
    shortlist = None if cut is None else shortlist_data(cut, digest)
    sealed = await store.replace_ranking(
        world,
        tx,
        tender_id=lot.tender_id,
        official=LotRanking(lot.id, rows, digest),
        data=data,
        tags={label: tag for tag, label in labels.items()},
        version=1 if before is None else before.version + 1,
        voids=ranked.voids,
        shortlist=shortlist,
    )
    news = [_entry(lot.tender_id, Kind.RANKING_MADE, {"lot": lot.id, "rows": data, "digest": digest}, sealed)]
    return news if shortlist is None else [*news, _entry(lot.tender_id, Kind.SHORTLIST_MADE, shortlist)]


async def _grades(world: World, tx: AsyncConnection, tender: Tender) -> list[NewEntry]:
    """Tell the grades that the first ranking gives points for, so that it can be replayed (domain/grading.py)."""
    grades = await list_joined_grades(world, tx, tender.id)
    return [_entry(tender.id, Kind.GRADES_TOLD, told_data(grades))] if grades else []


def _row(label: str, scored: ScoredOffer, everyone: Sequence[ScoredOffer], *, is_live: bool) -> RankedRow:
    offer = scored.offer
    equals = (each.offer for each in everyone if each.offer.amount == offer.amount)
    number = offer.order if is_live else 1 + sum(each.order < offer.order for each in equals)
    return RankedRow(
        label,
        scored.rank,
        offer.amount,
        number,
        scored.is_tied,
        technical_points=offer.technical,
        price_points=scored.price_points,
        total=scored.total,
        figure=scored.figure,
    )


def _labels(world: World, tags: Sequence[str], before: StoredRanking | None) -> dict[str, str]:
    """{tag: label}: the labels of an earlier ranking stay, the others are drawn."""
    known = {} if before is None else {tag: label for label, tag in store.open_map(world, before).items()}
    pool = [label for label in label_pool(len(tags)) if label not in known.values()]
    drawn = iter(world.ids.shuffled(pool))
    return {tag: known.get(tag) or next(drawn) for tag in tags}


def _entry(tender_id: str, kind: Kind, data: Mapping[str, object], sealed: bytes | None = None) -> NewEntry:
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, sealed=sealed)


async def _tell(world: World, tx: AsyncConnection, tender: Tender, *, has_bids: bool) -> None:
    purchasers = [person.id for person in await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)]
    params = {"reference": tender.reference}
    if has_bids:
        await insert_notices(
            world, tx, accounts=purchasers, kind=NoticeKind.RANKING_READY, params=params, tender=tender.id
        )
        return
    joined = await tender_store.list_participations(world, tx, tender.id)
    suppliers = [each.supplier_id for each in joined if each.joined]
    bidders = [person.id for person in await identity_store.list_supplier_accounts(world, tx, suppliers)]
    await insert_notices(
        world,
        tx,
        accounts=[*purchasers, *bidders],
        kind=NoticeKind.TENDER_UNSUCCESSFUL,
        params=params,
        tender=tender.id,
    )
