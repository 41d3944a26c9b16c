"""The way of a ranking through the decision room as people walk it over HTTP: put to the panel, confirmed, locked."""

from collections.abc import Sequence
from typing import Any

from app.client.caller import Caller


async def put_to_panel(purchaser: Caller, tender_id: str) -> dict[str, Any]:
    """Put the rule's shortlist of every lot to the panel. Raises CallError."""
    path = f"/tenders/{tender_id}"
    room = await purchaser.get(f"{path}/decision-room")
    cuts = [{"lot_id": cut["lot_id"], "labels": cut["labels"]} for cut in room["cuts"]]
    put: dict[str, Any] = await purchaser.post(f"{path}/shortlist", {"cuts": cuts})
    return put


async def agree(evaluator: Caller, tender_id: str) -> None:
    """A member confirms the ranking and votes for the shortlist. Raises CallError."""
    path = f"/tenders/{tender_id}"
    room = await evaluator.get(f"{path}/decision-room")
    await evaluator.post(f"{path}/ranking/confirmation", {"digest": room["rankings_digest"]})
    await evaluator.post(f"{path}/shortlist/vote", {"digest": room["shortlist_digest"], "vote": "for"})


async def lock(purchaser: Caller, tender_id: str) -> None:
    """Lock what the panel voted on. Raises CallError."""
    path = f"/tenders/{tender_id}"
    room = await purchaser.get(f"{path}/decision-room")
    await purchaser.post(f"{path}/shortlist/lock", {"digest": room["shortlist_digest"]})


async def pass_the_panel(purchaser: Caller, evaluators: Sequence[Caller], tender_id: str) -> None:
    """The whole way, everybody of one mind. Raises CallError."""
    await put_to_panel(purchaser, tender_id)
    for each in evaluators:
        await agree(each, tender_id)
    await lock(purchaser, tender_id)
