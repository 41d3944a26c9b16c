"""Sealed tenders of the demo, opened, answered and sealed the way people do it: at the past's clock or at the real."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.client.caller import Caller
from app.client.sealed_room import SealedBidder
from app.client.sealer import Offer
from app.demo.cast import EVALUATORS, StaffSeat, SupplierSeat, TenderScript
from app.demo.sealed_cast import FORMULA, answers_of
from app.demo.sealed_files import files_of
from app.demo.seats import Seats
from app.demo.tenders import STEP_PERCENT, lot_body, set_reserves, submit
from app.infra.web import instant_text


@dataclass(frozen=True, slots=True)
class SealedTimes:
    """When answers are due, the sealed round opens and closes, and the live round may open."""

    due_at: datetime
    opens_at: datetime
    closes_at: datetime
    live_opens_at: datetime
    duration: timedelta = timedelta(minutes=20)
    # What is typed of the custody beside the template's.
    custody: Mapping[str, Any] = field(default_factory=dict)


EvaluationOf = Callable[[dict[str, Any]], Mapping[str, Any]]


def usual_evaluation(draft: dict[str, Any]) -> Mapping[str, Any]:
    """The template's criteria, the price by the formula of SCREENS.md section 3."""
    evaluation: dict[str, Any] = draft["evaluation"]
    return evaluation | {"price": {"weight": "60", "formula": FORMULA}}


async def publish(
    seats: Seats, script: TenderScript, times: SealedTimes, evaluation_of: EvaluationOf = usual_evaluation
) -> str:
    """Draft from the script's template, submit, approve: the tender's id."""
    async with seats.seat("staff-1-purchaser") as purchaser:
        made = await purchaser.post(
            "/tenders",
            {
                "template": script.template,
                "title_zh": script.title_zh,
                "title_en": script.title_en,
                "category": script.category,
            },
        )
        tender_id = str(made["id"])
        tender = await purchaser.get(f"/tenders/{tender_id}")
        draft = tender["draft"]
        body = _filled(draft, script, times) | {"version": tender["version"], "evaluation": evaluation_of(draft)}
        await purchaser.put(f"/tenders/{tender_id}", body)
        await set_reserves(purchaser, tender_id, script)
    await submit(seats, tender_id)
    return tender_id


def _filled(draft: dict[str, Any], script: TenderScript, times: SealedTimes) -> dict[str, Any]:
    sealed = {"opens_at": instant_text(times.opens_at), "closes_at": instant_text(times.closes_at)}
    rules = draft["rules"] | {
        "step": draft["rules"]["step"] | {"size": STEP_PERCENT},
        "opens_at": instant_text(times.live_opens_at),
        "duration_s": int(times.duration.total_seconds()),
    }
    return draft | {
        "summary_zh": script.summary_zh,
        "summary_en": script.summary_en,
        "response_due": instant_text(times.due_at),
        "lots": [lot_body(lot) for lot in script.lots],
        "rules": rules,
        "sealed": draft["sealed"] | sealed | times.custody,
    }


async def call_panel(seats: Seats, tender_id: str, people: Sequence[StaffSeat] = EVALUATORS) -> None:
    """The purchaser calls the evaluators, in the order of their seats: the first is the chair."""
    async with seats.seat("staff-1-purchaser") as purchaser:
        panel = await purchaser.get(f"/tenders/{tender_id}/panel")
        by_name = {one["name"]: one["account_id"] for one in panel["candidates"]}
        accounts = [by_name[person.name] for person in people]
        await purchaser.post(f"/tenders/{tender_id}/panel", {"accounts": accounts})


async def seal(caller: Caller, round_id: str, seat: SupplierSeat, prices: Mapping[int, str]) -> None:
    """Hand in a package for each lot: answers, files, and the price of the lot's number."""
    bidder = SealedBidder(caller, round_id)
    facts = await bidder.facts()
    technical = (facts["evaluation"] or {}).get("technical")
    for lot in facts["lots"]:
        price = prices[lot["number"]]
        offer = Offer(price)
        if technical is not None:
            offer = Offer(price, answers=answers_of(technical["criteria"], seat), files=files_of(seat))
        await bidder.hand_in(offer, lot["lot_id"])


def start_prices(script: TenderScript, seat: SupplierSeat, dice: random.Random) -> dict[int, str]:
    """What a supplier begins with: a little under the ceiling, each at its own."""
    found = {}
    for number, lot in enumerate(script.lots, start=1):
        ceiling, floor = Decimal(lot.ceiling), Decimal(lot.floor)
        share = Decimal(dice.randint(5, 45) + seat.number) / 100
        found[number] = str((ceiling - (ceiling - floor) * share).quantize(Decimal("0.01")))
    return found
