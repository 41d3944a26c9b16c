"""The room's background task: reminders of renewals. Any replica may run it."""

from app.infra.world import World
from app.suppliers.reminding import remind_all

# Days are counted: within the hour is soon enough.
LOOK_EVERY_SECONDS = 3600.0


async def keep_renewals(world: World) -> None:
    """Look for certifications and evidence that run out, for ever."""
    while True:
        await remind_all(world)
        await world.clock.sleep(LOOK_EVERY_SECONDS)


TASKS = (keep_renewals,)
