"""The best-and-final round of the demo's project of cartons and EPS sets: asked for, agreed to, sealed, opened."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from app.award.final_rounds import open_due
from app.client.final_sealing import seal_final
from app.demo.seed import Stage
from app.domain.money import round_down
from app.infra.web import instant_text

PURCHASER: Final = "staff-1-purchaser"
WHY: Final = "两批合并运输，请各方给出最后报价。Both parts travel together: your best and final price, please."
OPEN_FOR: Final = timedelta(hours=26)
# The first lot goes down by two percent; of the second nothing is handed in, so its price stands.
LOWER: Final = Decimal("0.98")
FIRST: Final = 1


async def hold_final_round(stage: Stage, tender_id: str, seat: str) -> dict[int, Decimal]:
    """{lot number: what the contract costs of what was awarded}, once the round is opened."""
    async with stage.seat(PURCHASER) as purchaser:
        body = {"closes_at": instant_text(stage.clock.now() + OPEN_FOR), "reason": WHY}
        asked = await purchaser.post(f"/tenders/{tender_id}/final-rounds", body)
    await stage.approve(asked["proposal_id"])
    stage.pass_time(timedelta(hours=5))
    async with stage.seat(seat) as supplier:
        sheet = await supplier.get(f"/tenders/{tender_id}/final-offers")
        held = sheet["rounds"][-1]
        lot: dict[str, Any] = next(each for each in held["lots"] if each["number"] == FIRST)
        amount = round_down(Decimal(lot["most"]) * LOWER, lot["scale"])
        sealed = seal_final(sheet, FIRST, f"{amount:f}")
        await supplier.put(f"/my/final-rounds/{held['id']}/offers/{lot['lot_id']}", sealed)
    stage.pass_time(OPEN_FOR)
    await open_due(stage.world)
    async with stage.seat(PURCHASER) as purchaser:
        opened = (await purchaser.get(f"/tenders/{tender_id}/final-offers"))["rounds"][-1]["opened"]
    return {each["lot_number"]: Decimal(each["after"]) / Decimal(each["before"]) for each in opened}
