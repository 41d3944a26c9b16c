"""Notices tenders that wait for their aliases or their ranking and asks the service; decides nothing."""

from collections.abc import Mapping

from app.domain.sealing.rules import RoundStatus
from app.evaluation import document_intake, panel_store, store
from app.evaluation.panel import draw_aliases
from app.evaluation.service import rank_tender
from app.infra.world import World
from app.live_rounds import counting_store
from app.sealed_rounds import store as sealed_store
from app.tenders import store as tender_store

# Drawing takes longer than being found.
DOCUMENTS_SECONDS = 1.0


async def turn(world: World) -> int:
    """Ask for the ranking of every tender that has none, or one that a void has overtaken; returns how many changed."""
    async with world.db.snapshot() as tx:
        waiting = await tender_store.list_in_evaluation(tx)
        counted = await store.list_counted_voids(tx, waiting)
        voids = await counting_store.list_voids(tx, [lot for lots in counted.values() for lot in lots])
    due = [each for each in waiting if each not in counted or _is_overtaken(counted[each], voids)]
    return sum([await rank_tender(world, tender_id) for tender_id in due])


def _is_overtaken(counted: Mapping[str, int], voids: Mapping[str, int]) -> bool:
    return any(voids.get(lot, 0) != number for lot, number in counted.items())


async def draw(world: World) -> int:
    """Ask for the T-aliases of every tender whose technical parts have been opened; returns how many were drawn."""
    async with world.db.snapshot() as tx:
        closed = await sealed_store.list_rounds(tx, RoundStatus.CLOSED)
        # After the release nobody marks any more: rounds of the past are not looked at again.
        opened = [each.tender_id for each in closed if each.technical_opened_at and each.passing is None]
        due = [each for each in opened if not await panel_store.has_aliases(tx, each)]
    return sum([await draw_aliases(world, tender_id) for tender_id in due])


async def keep_rankings(world: World) -> None:
    """Turn for ever. Any replica may: the acts are idempotent and decided under the tender's lock."""
    while True:
        await draw(world)
        await turn(world)
        await world.clock.sleep(world.settings.timekeeper_ms / 1000)


async def keep_documents(world: World) -> None:
    """Take opened files out and draw them, beside everything else: one may need a minute."""
    while True:
        await document_intake.turn(world)
        await world.clock.sleep(DOCUMENTS_SECONDS)


TASKS = [keep_rankings, keep_documents]
