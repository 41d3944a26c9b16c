"""Notices that a response deadline has come and asks for what it brings. Timers announce, rules decide.

Any replica may run it: every transition is decided under the tender's lock and changes nothing the second time.
"""

from app.infra.world import World
from app.tenders import ending, question_store, questions, store


async def keep_deadlines(world: World) -> None:
    """Watch over response deadlines for ever."""
    while True:
        await look_once(world)
        await world.clock.sleep(world.settings.timekeeper_ms / 1000)


async def look_once(world: World) -> None:
    """Carry out what is due now."""
    now = world.clock.now()
    async with world.db.snapshot() as tx:
        due = await store.list_due(tx, now)
        to_remind = await store.list_to_remind(tx, now, before=ending.REMIND_BEFORE, shortest=ending.SHORTEST_TO_REMIND)
    for tender_id in due:
        await ending.keep_deadline(world, tender_id)
        world.bell.ring(f"tender:{tender_id}")
    for tender_id in to_remind:
        await ending.remind_invited(world, tender_id)


async def keep_questions(world: World) -> None:
    """Watch over the fixed times of questions and answers for ever."""
    while True:
        await turn_due(world)
        await world.clock.sleep(world.settings.timekeeper_ms / 1000)


async def turn_due(world: World) -> None:
    """Carry out the fixed times that have come."""
    async with world.db.snapshot() as tx:
        due = await question_store.list_due(tx, world.clock.now())
    for tender_id in due:
        await questions.turn_batch(world, tender_id)


TASKS = (keep_deadlines, keep_questions)
