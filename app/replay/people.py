"""The people of a replay: three of the buyer's staff, and every supplier registered, certified and admitted."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.client.caller import Caller
from app.domain.credit_code import check_character
from app.infra.web import instant_text
from app.replay.house import House

CATEGORY = "construction_works"
# Grade B: below the rule's lowest grade, so that each tender invites its own historical bidders by name, with the
# reason.
MARKS = {"quality": "85", "delivery": "85", "credit": "85", "note": "As audited on paper."}
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Staff:
    """Who runs the replay on the buyer's side."""

    admin: Caller
    purchaser: Caller
    approver: Caller
    auditor: Caller


@dataclass(frozen=True, slots=True)
class Bidder:
    """A supplier of history in this service."""

    id: str
    caller: Caller


async def hire(house: House, admin_address: str = "admin@replay.example") -> Staff:
    """The administrator accepts, and invites a purchaser, an approver and an auditor."""
    admin = await house.admit(admin_address)
    callers = []
    for role in ("purchaser", "approver", "auditor"):
        address = f"{role}@replay.example"
        body = {"email": address, "name": f"Replay {role}", "roles": [role], "locale": "en"}
        await admin.post("/accounts", body)
        callers.append(await house.admit(address))
    return Staff(admin, *callers)


async def enlist(house: House, staff: Staff, names: Sequence[str], say: Callable[[int], None]) -> dict[str, Bidder]:
    """Register, certify (by two persons) and admit every supplier; ``say`` is told how many are done."""
    found: dict[str, Bidder] = {}
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, name: str) -> None:
        async with slots:
            found[name] = await _enlist(house, staff, number, name)
            say(len(found))

    async with asyncio.TaskGroup() as group:
        for number, name in enumerate(names, start=1):
            group.create_task(one(number, name))
    return found


async def _enlist(house: House, staff: Staff, number: int, name: str) -> Bidder:
    address = f"{name.lower()}@replay.example"
    body = f"91990000MARPY{number:04d}"
    made = await staff.purchaser.post(
        "/suppliers",
        {
            "name_zh": f"供应商 {name}",
            "name_en": f"Supplier {name}",
            "credit_code": body + check_character(body),
            "city": "Tsuchiura",
            "categories": [CATEGORY],
            "contact": {"name": name, "email": address, "phone": ""},
            "locale": "en",
        },
    )
    until = instant_text(datetime.now(UTC) + timedelta(days=300))  # noqa: TID251 - an outside client with a wall clock
    certify = await staff.purchaser.post(f"/suppliers/{made['id']}/certifications", MARKS | {"valid_until": until})
    await staff.approver.post(f"/approvals/{certify['proposal_id']}/decision", {"verdict": "approve"})
    return Bidder(made["id"], await house.admit(address))
