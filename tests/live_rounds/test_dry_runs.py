"""A dry run by HTTP: by alias, after the close, for those who may read the lot's history; and nothing is written."""

from app.domain.visibility import Role
from tests.callers import caller
from tests.live_rounds.stage import Stage, close_all
from tests.worlds import make_actor


async def test_a_finished_lot_is_played_again_and_nothing_is_kept(stage: Stage) -> None:
    for number, amount in ((0, "280.00"), (1, "279.50"), (2, "279.00"), (3, "278.00"), (0, "275.00"), (1, "272.00")):
        stage.clock.wind(seconds=60)
        await stage.place(number, amount)
    path = f"/api/lots/{stage.lots[0]}/dry-run"
    async with caller(stage.world, stage.house.purchaser) as client:
        assert (await client.get(path)).status_code == 404
    await close_all(stage)
    before = await stage.chain()
    async with caller(stage.world, stage.house.purchaser) as client:
        asked = {"feedback": "rank_and_best", "step_size": "1.0", "window_s": "60"}
        made = (await client.get(path, params=asked)).json()
        again = (await client.get(path, params=asked)).json()
        refused = (await client.get(path, params={"step_basis": "best"})).json()
    assert made == again
    assert [row["kind"] for row in made["rows"]] == ["recorded", "same", "other"]
    assert (made["rows"][0]["best"], made["rows"][0]["bids"]) == ("272.00", 6)
    assert sum(one["times"] for one in made["rows"][2]["first"]) == made["games"]
    assert [fault["code"] for fault in refused["faults"]] == ["NEEDS_BEST"]
    assert len(refused["rows"]) == 2
    # By alias, and nothing written.
    assert not any(tag in str(made) for tag in stage.tags.values())
    assert await stage.chain() == before
    for actor in (stage.rep(0), await make_actor(stage.world, Role.EVALUATOR)):
        async with caller(stage.world, actor) as client:
            assert (await client.get(path)).status_code in (403, 404)
