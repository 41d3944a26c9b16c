"""The acts of a decision as people do them, over HTTP."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.evaluation.service import rank_tender
from app.identity.access import Actor
from tests.callers import caller
from tests.evaluation.stage import Stage


@asynccontextmanager
async def as_seen_by(stage: Stage, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose paths begin at the tender."""
    async with caller(stage.world, actor) as client:
        client.base_url = f"{client.base_url}/api/tenders/{stage.tender_id}"
        yield client


async def ranked_rows(stage: Stage) -> list[list[dict[str, Any]]]:
    """Rank, and give the rows of each lot as the purchaser sees them, lots in order."""
    await rank_tender(stage.world, stage.tender_id)
    async with as_seen_by(stage, stage.purchaser) as client:
        return [lot["rows"] for lot in (await client.get("/ranking")).json()["lots"]]


async def pass_the_panel(stage: Stage) -> httpx.Response | None:
    """Where there is a panel: the rule's shortlist is put to it, everybody confirms and votes for it, it is locked.
    Gives the refusal of the lock, if it is refused."""
    room = await read(stage, stage.purchaser, "decision-room")
    if room["state"] not in {"to_propose", "voting"}:
        return None
    cuts = [{"lot_id": cut["lot_id"], "labels": cut["labels"]} for cut in room["cuts"]]
    async with as_seen_by(stage, stage.purchaser) as client:
        room = (await client.post("/shortlist", json={"cuts": cuts})).json()
    shown, shortlist = {"digest": room["rankings_digest"]}, {"digest": room["shortlist_digest"]}
    for evaluator in stage.others.values():
        async with as_seen_by(stage, evaluator) as client:
            if (await client.post("/ranking/confirmation", json=shown)).status_code == 200:
                assert (await client.post("/shortlist/vote", json={**shortlist, "vote": "for"})).status_code == 200
    async with as_seen_by(stage, stage.purchaser) as client:
        locked = await client.post("/shortlist/lock", json=shortlist)
    return None if locked.status_code == 200 else locked


async def propose(
    stage: Stage, choices: Sequence[tuple[str | None, str] | Mapping[str, Any]], actor: Actor | None = None
) -> httpx.Response:
    """Propose for each lot a label and a reason, or the body itself, after the panel's word where there is one."""
    refused = await pass_the_panel(stage)
    if refused is not None:
        return refused
    body = [
        {"lot_id": lot, "label": each[0], "reason": each[1]} if isinstance(each, tuple) else each
        for lot, each in zip(stage.lots, choices, strict=True)
    ]
    async with as_seen_by(stage, actor or stage.purchaser) as client:
        return await client.post("/decision", json={"choices": body})


async def ask_unsealing(stage: Stage, actor: Actor | None = None) -> httpx.Response:
    """Ask for the names."""
    async with as_seen_by(stage, actor or stage.purchaser) as client:
        return await client.post("/unsealing", json={})


async def decide(
    stage: Stage, asked: httpx.Response, verdict: str = "approve", reason: str = "", *, by: Actor | None = None
) -> httpx.Response:
    """The second person's word on what was asked."""
    assert asked.status_code == 201, asked.text
    async with caller(stage.world, by or stage.approver) as client:
        body = {"verdict": verdict, "reason": reason}
        return await client.post(f"/api/approvals/{asked.json()['proposal_id']}/decision", json=body)


async def read(stage: Stage, actor: Actor, what: str) -> Any:
    """A page of the tender as somebody sees it."""
    async with as_seen_by(stage, actor) as client:
        answer = await client.get(f"/{what}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def award_first(stage: Stage) -> list[list[dict[str, Any]]]:
    """From the ranking to the unsealed names, the first of every lot preferred."""
    rows = await ranked_rows(stage)
    choices: list[tuple[str | None, str]] = [(lot[0]["label"], "its only offer") if lot else (None, "") for lot in rows]
    decided = await decide(stage, await propose(stage, choices))
    assert decided.status_code == 200, decided.text
    unsealed = await decide(stage, await ask_unsealing(stage))
    assert unsealed.status_code == 200, unsealed.text
    return rows
