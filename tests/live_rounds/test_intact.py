"""Rules, figures and basis of a lot changed in the tables: nothing is taken or shown by them (attacks.md G06)."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from app.audit.exporting import export_path
from app.audit.folding import open_fold
from app.audit.service import RequestExport, request_export
from app.audit.timekeeper import run_next_export
from app.audit.verifying import Outside, verify
from app.domain.bundling import fingerprint
from app.domain.closing import LotStatus
from app.domain.formats import hash_of_rules, rules_from_json, rules_to_json
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.evaluation import store as evaluation_store
from app.evaluation.timekeeper import turn
from app.infra.db import Database
from app.live_rounds import clockwork, service, store
from app.live_rounds.answers import Receipted, Refused
from app.live_rounds.tables import floor, frozen_technical
from app.tenders.tables import lot
from tests.live_rounds.floors import chain_of
from tests.live_rounds.stage import Stage, close_all, committing, with_world
from tests.live_rounds.test_basis import frames, set_malus_stage

AMOUNTS = ("275.00", "276.00", "274.00", "270.00")
RANKS = [1, 3, 4, 2]


async def restarted(stage: Stage) -> Stage:
    """The same stage in a process that has just begun."""
    return with_world(stage, replace(stage.world, db=Database(stage.world.db.url)))


async def change(stage: Stage, values: Mapping[str, Any]) -> None:
    """A floor's row, or what its bids are ranked by, as somebody with the database writes it."""
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(frozen_technical if "points_sealed" in values else floor).values(**values))


async def taken(stage: Stage) -> Code | None:
    """The code a bid is refused with, None where it was taken."""
    answer = await stage.place(3, "268.00")
    assert isinstance(answer, Refused | Receipted)
    return answer.refusal.code if isinstance(answer, Refused) else None


async def found_by_auditor(stage: Stage) -> list[str]:
    """What `bidroom verify --database` finds."""
    world = stage.world
    order = RequestExport((stage.tender.id,), "yearly audit", "audit office")
    export_id = await request_export(world, stage.house.auditor, order)
    assert await run_next_export(world)
    path, key = export_path(world, export_id), fingerprint(world.keys.public_key)
    outside = Outside(fold=await asyncio.to_thread(open_fold, world.db.url))
    report = await asyncio.to_thread(verify, path, key, outside=outside)
    return [one.text for one in report.findings]


async def resume(stage: Stage) -> None:
    """Let the lot go on, by a person and after the notice."""
    announced = await service.announce_resume(stage.world, stage.house.purchaser, stage.lots[0], None)
    assert not isinstance(announced, Refusal)
    stage.clock.at = announced.timetable.resume_at or stage.clock.at
    assert await clockwork.resume_lot(stage.world, stage.lots[0])


async def test_a_lot_whose_row_is_changed_takes_no_bid_and_shows_no_place(
    clean_database_url: str, tmp_path: Path
) -> None:
    made = await set_malus_stage(clean_database_url, tmp_path)
    async with committing(made) as stage:
        world, lot_id = stage.world, stage.lots[0]
        for number, amount in enumerate(AMOUNTS):
            assert isinstance(await stage.place(number, amount), Receipted)
        assert [each["rank"] for each in (await frames(stage))[0]] == RANKS
        published = rules_to_json((await stage.floor()).rules)
        changed = {**published, "factors": {"measure": "percent", "grades": dict.fromkeys("ABCD", "0")}}
        async with world.db.snapshot() as tx:
            (sealed,) = (await tx.execute(select(frozen_technical.c.points_sealed))).scalars()
        own = {"rules": published, "rules_hash": (await stage.floor()).rules_hash}
        other = {"rules": changed, "rules_hash": hash_of_rules(rules_from_json(changed))}
        terms = store.terms_json((await stage.floor()).terms)

        for attack, mended in (
            (other, own),
            ({"rules": changed}, own),
            ({"rules": {"format": "?"}}, own),
            ({"terms": {**terms, "ceiling": "1.00"}}, {"terms": terms}),
            ({"points_sealed": b"?"}, {"points_sealed": sealed}),
        ):
            before = len(await stage.chain())
            await change(stage, attack)
            # In a process that runs, and in one that begins just now.
            assert await taken(stage) is Code.FROZEN, attack
            async with committing(await restarted(stage)) as again:
                assert await taken(again) is Code.FROZEN, attack
                lots, buyer, lengths = await frames(again)
                assert {(each["rank"], each["own_amount"]) for each in lots} == {(None, None)}
                assert (buyer["best"], buyer["series"], len(lengths)) == (None, [], 1)
                hub = await again.room.hub(stage.round_id)
                assert hub.caches[0].floor.rules == rules_from_json(published)
                assert [await clockwork.hold_changed(again.world) for _ in range(2)] == [1, 0]
                assert (await frames(again))[1]["pause_reason"] == "rules_changed"
            await again.world.db.dispose()
            assert (await stage.floor()).status is LotStatus.PAUSED
            assert await taken(stage) is Code.LOT_PAUSED
            buyer = (await frames(stage))[1]
            assert (buyer["best"], buyer["series"], buyer["best_line"]) == (None, [], [])
            refused = await service.announce_resume(world, stage.house.purchaser, lot_id, None)
            assert isinstance(refused, Refusal)
            assert refused.code is Code.FROZEN
            acts = [each.data["act"] for each in (await stage.chain())[before:] if each.kind is Kind.LOT_REFUSED]
            assert acts == ["play", "resume"]
            await change(stage, mended)
            await resume(stage)
            assert [each["rank"] for each in (await frames(stage))[0]] == RANKS
        await close_all(stage)
    await change(stage, other)
    await change(stage, {"points_sealed": b"?"})
    async with world.db.transaction() as tx:
        await tx.execute(update(lot).values(ceiling_price=Decimal("1.00")))
    assert await turn(world) == await turn(world) == 0
    told = [each.data for each in await chain_of(world, stage.tender.chain) if each.kind is Kind.SCORING_REFUSED]
    assert [(each["act"], each["code"]) for each in told] == [("rank", "FROZEN")]
    assert {one[:30] for one in await found_by_auditor(stage)} == {
        "the figures of a lot in the ta", "the rules on the floor of lot ", "what the lot is ranked by in t",
    }  # fmt: skip
    async with world.db.transaction() as tx:
        await tx.execute(update(lot).values(ceiling_price=Decimal(terms["ceiling"])))
    # The copy on the floor is not what the offers are ranked by.
    assert await turn(world) == 1
    async with world.db.snapshot() as tx:
        (ranking,) = await evaluation_store.list_rankings(tx, stage.tender.id)
    assert [f"{row.amount}" for row in ranking.official.rows] == ["275.00", "270.00", "276.00", "274.00"]
    await world.db.dispose()
