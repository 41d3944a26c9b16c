"""Ranking a tender whose lots are all closed (DESIGN.md section 2, room 5): one act, of the timekeeper, idempotent."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.awarding import LotRanking, RankedRow, label_pool, ranking_digest
from app.domain.entries import Kind
from app.domain.noticing import NoticeKind
from app.domain.ranking import PlacedBid, RankedBid, rank
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation import store
from app.evaluation.store import StoredRanking
from app.identity import store as identity_store
from app.infra.world import World
from app.journal.store import NewEntry, append_batch
from app.live_rounds import store as live_store
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender


async def rank_tender(world: World, tender_id: str) -> bool:
    """Rank every lot of a tender in `evaluation`, all at one instant; true if anything was made.

    A second call changes nothing. After a void that came later the lot is ranked again, under its old labels, and the
    newer digest refuses a decision taken on the older one. A tender without a single bid becomes unsuccessful.
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        if tender.state is not TenderState.EVALUATION:
            return False
        lots = await tender_store.list_lots(tx, tender_id)
        before = {each.official.lot_id: each for each in await store.list_rankings(tx, tender_id)}
        voids = await live_store.list_voids(tx, [lot.id for lot in lots])
        made = [await _rank_lot(world, tx, lot, before.get(lot.id), voids.get(lot.id, 0)) for lot in lots]
        news = [new for new in made if new is not None]
        if not news:
            return False
        has_bids = any(each.official.rows for each in await store.list_rankings(tx, tender_id))
        if not has_bids:
            await tender_store.set_phase(tx, tender_id, state=TenderState.UNSUCCESSFUL, at=world.clock.now())
            news.append(_entry(tender_id, Kind.TENDER_UNSUCCESSFUL, {"reason": "NO_BID"}))
        await tx.run_sync(append_batch, world, news)
        await _tell(world, tx, tender, has_bids=has_bids)
    world.bell.ring(f"tender:{tender_id}")
    return True


async def _rank_lot(
    world: World, tx: AsyncConnection, lot: Lot, before: StoredRanking | None, voids: int
) -> NewEntry | None:
    bids = await live_store.list_accepted_bids(tx, lot.id)
    ranked = rank(PlacedBid(bid.tag, bid.amount, bid.seq) for bid in bids if not bid.voided)
    labels = _labels(world, ranked, before)
    rows = tuple(RankedRow(labels[bid.tag], bid.rank, bid.amount, bid.seq, bid.is_tied) for bid in ranked)
    data = store.row_data(rows, lot.scale)
    digest = ranking_digest(lot.id, data)
    if before is not None and before.official.digest == digest:
        await store.set_voids(tx, lot.id, voids)
        return None
    sealed = await store.replace_ranking(
        world,
        tx,
        tender_id=lot.tender_id,
        official=LotRanking(lot.id, rows, digest),
        data=data,
        tags={label: tag for tag, label in labels.items()},
        version=1 if before is None else before.version + 1,
        voids=voids,
    )
    return _entry(lot.tender_id, Kind.RANKING_MADE, {"lot": lot.id, "rows": data, "digest": digest}, sealed)


def _labels(world: World, ranked: Sequence[RankedBid], before: StoredRanking | None) -> dict[str, str]:
    """{tag: label}: the labels of an earlier ranking stay, the others are drawn."""
    known = {} if before is None else {tag: label for label, tag in store.open_map(world, before).items()}
    pool = [label for label in label_pool(len(ranked)) if label not in known.values()]
    drawn = iter(world.ids.shuffled(pool))
    return {bid.tag: known.get(bid.tag) or next(drawn) for bid in ranked}


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
