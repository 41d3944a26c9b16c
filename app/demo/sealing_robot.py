"""A robot in a sealed round: it thinks a while and seals one package for each lot.

It knows what a supplier knows; what it has handed in already the service tells it again after a restart.
"""

import asyncio
import random
from typing import Any, Final

from app.client.caller import Caller
from app.demo.cast import SupplierSeat
from app.demo.sealed_cast import MARKING, SCORED, SHEETS
from app.demo.sealed_tenders import seal, start_prices

# Nobody seals in the first seconds; nobody waits for the last.
THINK_SECONDS: Final = (20.0, 240.0)
SCRIPTS: Final = {script.title_zh: script for script in (MARKING, SCORED, SHEETS)}


async def seal_in(caller: Caller, item: dict[str, Any], seat: SupplierSeat) -> None:
    """Hand in what is still owed in a sealed round that is open. Raises CallError, OSError, SealingError."""
    script = SCRIPTS.get(str(item["title_zh"]))
    round_id = item["sealed_round_id"]
    if script is None or round_id is None:
        return
    facts = await caller.get(f"/rounds/{round_id}/sealed")
    if facts["status"] != "open" or all(lot["current"] is not None for lot in facts["lots"]):
        return
    dice = random.Random(f"{round_id}{seat.number}")  # noqa: S311 - a robot's thinking time
    await asyncio.sleep(dice.uniform(*THINK_SECONDS))
    await seal(caller, round_id, seat, start_prices(script, seat, dice))
