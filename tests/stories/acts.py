"""Acts of the sealed stories, by the public interfaces alone: the draft, the packages, the evaluators' marks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from app.client.caller import Caller, CallError
from app.infra.web import instant_text
from app.replay.house import House
from app.replay.people import CATEGORY, Bidder, Staff

T = TypeVar("T")
# A busy machine of two cores needs this long for what should take a second.
PATIENCE_SECONDS = 90.0


def now() -> datetime:
    """The wall clock: these are outside clients."""
    return datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock


@dataclass(frozen=True, slots=True)
class Times:
    """The times of a short tender."""

    due_at: datetime
    opens_at: datetime
    closes_at: datetime


def short_times(*, answer: float, seal: float) -> Times:
    """Answers due in so many seconds, then a sealed round of so many."""
    due_at = now() + timedelta(seconds=answer)
    opens_at = due_at + timedelta(seconds=1)
    return Times(due_at, opens_at, opens_at + timedelta(seconds=seal))


async def until(read: Callable[[], Awaitable[T]], is_there: Callable[[T], bool]) -> T:
    """Read until it is there; what is not found yet is asked for again. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                found = await read()
            except CallError as error:
                # A sealed round is there once its key policy is fixed, about a second after the publication.
                if error.status != HTTPStatus.NOT_FOUND:
                    raise
            else:
                if is_there(found):
                    return found
            await asyncio.sleep(0.3)


async def hire_evaluators(house: House, staff: Staff, number: int) -> list[Caller]:
    """Evaluators by invitation."""
    callers = []
    for each in range(1, number + 1):
        address = f"evaluator{each}@replay.example"
        body = {"email": address, "name": f"Expert {each}", "roles": ["evaluator"], "locale": "en"}
        granted = await staff.admin.post("/accounts", body)
        # There is an auditor by now: a role is the word of two.
        await staff.auditor.post(f"/approvals/{granted['proposal_id']}/decision", {"verdict": "approve"})
        callers.append(await house.admit(address))
    return callers


async def publish(
    staff: Staff, template: str, times: Times, *, title: str, lot: Mapping[str, Any], **changes: Any
) -> dict[str, Any]:
    """Draft from a template, submit, approve. `changes` are merged into the draft's members one level deep."""
    made = await staff.purchaser.post(
        "/tenders", {"template": template, "title_zh": title, "title_en": title, "category": CATEGORY}
    )
    path = f"/tenders/{made['id']}"
    tender = await staff.purchaser.get(path)
    draft = tender["draft"] | {"version": tender["version"], "response_due": instant_text(times.due_at)}
    draft["sealed"] |= {
        "opens_at": instant_text(times.opens_at),
        "closes_at": instant_text(times.closes_at),
        "extension_s": 0,
    }
    for name, value in changes.items():
        draft[name] = draft[name] | value if isinstance(value, dict) else value
    draft["lots"] = [{**draft["lots"][0], "quantity": "1000", "unit": "set", **lot}]
    saved = await staff.purchaser.put(path, draft)
    asked = await staff.purchaser.post(f"{path}/submit", {"version": saved["version"]})
    await staff.approver.post(f"/approvals/{asked['proposal_id']}/decision", {"verdict": "approve"})
    published: dict[str, Any] = await staff.purchaser.get(path)
    return published


async def accept_all(tender_id: str, bidders: Sequence[Bidder]) -> None:
    """Every one of these joins."""
    for one in bidders:
        await one.caller.post(f"/tenders/{tender_id}/response", {"response": "accept", "version": 1})


async def mark_sheet(evaluator: Caller, path: str, mark_of: Callable[[Mapping[str, Any], str], int]) -> None:
    """Mark every cell of the own sheet and submit it. `mark_of` has the offer and the criterion, as an expert has."""
    sheet = await until(lambda: evaluator.get(f"{path}/sheet"), lambda found: bool(found["lots"]))
    for lot in sheet["lots"]:
        for offer in lot["offers"]:
            for criterion in sheet["rules"]["criteria"]:
                mark = mark_of(offer, criterion["id"])
                body = {
                    "lot_id": lot["lot_id"], "alias": offer["alias"], "criterion": criterion["id"],
                    "mark": mark, "comment": f"Level {mark}", "version": 0,
                }  # fmt: skip
                await evaluator.put(f"{path}/sheet/marks", body)
    await evaluator.post(f"{path}/sheet/submission")


async def take_bundle(auditor: Caller, folder: Path) -> tuple[Path, str]:
    """Everything, exported as the auditor does; the bundle's path and the journal key's fingerprint."""
    body = {"all": True, "purpose": "Story of a large tender", "recipient": "tests"}
    made = await auditor.post("/audit/exports", body)
    path = f"/audit/exports/{made['id']}"
    job = await until(lambda: auditor.get(path), lambda found: found["state"] in ("ready", "failed"))
    assert job["state"] == "ready", job
    bundle = folder / "bundle.zip"
    bundle.write_bytes(await auditor.download(f"{path}/file"))
    return bundle, (await auditor.get("/audit/key"))["fingerprint"]
