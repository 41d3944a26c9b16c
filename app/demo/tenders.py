"""Tenders of the demo, opened the way a purchaser opens them: template, draft, approval, invitation by rule,
answers."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.client.caller import Caller
from app.demo.cast import EXPIRED, SUPPLIERS, SUSPENDED, LotScript, TenderScript
from app.demo.seats import Seats
from app.infra.web import instant_text


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a demo tender's answers are due, when it opens, and how long its first lot runs.

    `rules`: what its live rules say otherwise than the template.
    """

    due_at: datetime
    opens_at: datetime
    duration: timedelta
    window: timedelta = timedelta(minutes=3)
    stagger: timedelta = timedelta(minutes=5)
    rules: Mapping[str, Any] = field(default_factory=dict)


INVITED = tuple(seat for seat in SUPPLIERS if seat.number not in (EXPIRED, SUSPENDED))
# A step this small keeps the chart of a half-hour round moving (the real default is 0.5 %).
STEP_PERCENT = "0.1"


async def draft(caller: Caller, script: TenderScript, times: Timetable | None, project_id: str | None = None) -> str:
    """Create a draft from its template and fill it in; the tender's id."""
    made = await caller.post(
        "/tenders",
        {
            "template": script.template,
            "title_zh": script.title_zh,
            "title_en": script.title_en,
            "category": script.category,
            "project_id": project_id,
        },
    )
    tender = await caller.get(f"/tenders/{made['id']}")
    body = tender["draft"] | {"version": tender["version"], "lots": [lot_body(lot) for lot in script.lots]}
    body |= {"summary_zh": script.summary_zh, "summary_en": script.summary_en}
    body |= {"procurement_method": script.method} if script.method else {}
    body["rules"] |= {"step": body["rules"]["step"] | {"size": STEP_PERCENT}}
    if times is not None:
        body["response_due"] = instant_text(times.due_at)
        body["rules"] |= _times(body["rules"], times, len(script.lots))
        body["rules"] = _merged(body["rules"], times.rules)
    await caller.put(f"/tenders/{made['id']}", body)
    await set_reserves(caller, made["id"], script)
    return str(made["id"])


async def set_reserves(caller: Caller, tender_id: str, script: TenderScript) -> None:
    """Type the secret reserve prices of a draft, where its script has some."""
    stored = (await caller.get(f"/tenders/{tender_id}"))["draft"]["lots"]
    named = [(lot["id"], own.reserve) for lot, own in zip(stored, script.lots, strict=True) if own.reserve]
    if named:
        lots = [{"lot_id": lot, "amount": amount, "seen": None} for lot, amount in named]
        await caller.put(f"/tenders/{tender_id}/reserves", {"lots": lots})


def lot_body(lot: LotScript) -> dict[str, Any]:
    """The lot of a script as a draft holds it."""
    lines = [
        {"item_code": code, "description": text, "quantity": quantity, "unit": lot.unit, "baseline_price": ""}
        for code, text, quantity in lot.lines
    ]
    return {
        "title_zh": lot.title_zh,
        "title_en": lot.title_en,
        "scale": 2,
        "basis": "unit",
        "quantity": str(sum(int(quantity) for _, _, quantity in lot.lines)),
        "unit": lot.unit,
        "ceiling_price": lot.ceiling,
        "baseline_price": lot.baseline,
        "baseline_source": "上一合同价 Last contract price",
        "baseline_on": "2026-03-31",
        "lines": lines,
    }


def _times(rules: dict[str, Any], times: Timetable, lots: int) -> dict[str, Any]:
    window = int(times.window.total_seconds())
    soft = rules["soft_close"] | {"window_s": window, "hard_stop_after_s": 15 * window}
    found: dict[str, Any] = {
        "opens_at": instant_text(times.opens_at),
        "duration_s": int(times.duration.total_seconds()),
        "soft_close": soft,
    }
    if lots > 1:
        found |= {"lots": "staggered", "stagger_s": int(times.stagger.total_seconds())}
    return found


def _merged(rules: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Other members in their place; of a part (step, soft close) only those that are named."""
    parts = {name: rules[name] | part for name, part in other.items() if _is_part(rules.get(name), part)}
    return {**rules, **other, **parts}


def _is_part(before: object, after: object) -> bool:
    return isinstance(before, dict) and isinstance(after, Mapping)


async def publish(seats: Seats, script: TenderScript, times: Timetable, project_id: str | None = None) -> str:
    """Draft, submit, approve: the tender's id, its suppliers invited by rule."""
    async with seats.seat("staff-1-purchaser") as purchaser:
        tender_id = await draft(purchaser, script, times, project_id)
    await submit(seats, tender_id)
    return tender_id


async def submit(seats: Seats, tender_id: str) -> None:
    """The purchaser submits the draft, the approver says yes: published."""
    async with seats.seat("staff-1-purchaser") as purchaser:
        tender = await purchaser.get(f"/tenders/{tender_id}")
        submitted = await purchaser.post(f"/tenders/{tender_id}/submit", {"version": tender["version"]})
    await seats.approve(submitted["proposal_id"])


async def accept(seats: Seats, tender_id: str, *, silent: tuple[int, ...] = ()) -> None:
    """Every invited supplier accepts, but for the silent ones (by number), in an order of its own."""
    order = [seat for seat in INVITED if seat.number not in silent]
    random.shuffle(order)
    for seat in order:
        seats.pass_time(timedelta(seconds=47))
        async with seats.seat(seat.seat) as representative:
            own = await representative.get(f"/tenders/{tender_id}")
            answer = {"response": "accept", "version": own["terms_version"]}
            await representative.post(f"/tenders/{tender_id}/response", answer)
