"""A large tender of its own for the sealed pages: published, accepted by the demo's bidder, open for a while."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.client.caller import Caller
from app.demo import tenders
from app.demo.cast import COMPRESSORS, STAFF, LotScript
from app.demo.seats import LiveSeats
from app.infra.web import instant_text
from tests.browser.places import BIDDER
from tests.browser.service import Service

# To publish and to accept, on a machine that does other things as well.
TIME_TO_ANSWER = timedelta(seconds=20)
LOT = LotScript(
    "密封验收压缩机", "Compressors to seal", (("RC-1", "1.5 HP", "190000"),), "台", "300.00", "286.40", "271.40"
)


@dataclass(frozen=True, slots=True)
class SealedTender:
    """What the pages need to know of it."""

    id: str
    round_id: str
    opens_at: datetime
    closes_at: datetime


async def draft_large(
    caller: Caller, *, title: str, due: datetime, opens: datetime, closes: datetime, **sealed: Any
) -> str:
    """A draft from the template of the large tender with times this short; its id. `sealed`: other sealed rules."""
    words = {"title_zh": title, "title_en": f"Large {title}", "category": COMPRESSORS.category}
    made = await caller.post("/tenders", {"template": "large", **words})
    tender = await caller.get(f"/tenders/{made['id']}")
    body: dict[str, Any] = tender["draft"]
    body |= {
        "version": tender["version"],
        "lots": [tenders.lot_body(LOT)],
        "min_bidders": 1,
        "response_due": instant_text(due),
        "rules": body["rules"] | {"opens_at": instant_text(closes + timedelta(minutes=30))},
        "sealed": body["sealed"] | {"opens_at": instant_text(opens), "closes_at": instant_text(closes)} | sealed,
    }
    await caller.put(f"/tenders/{made['id']}", body)
    return str(made["id"])


async def publish_large(service: Service, *, title: str, lasts: timedelta, **sealed: Any) -> SealedTender:
    """Publish it; the demo's bidder accepts the terms."""
    now = datetime.now(UTC)  # noqa: TID251 - an outside client with a wall clock
    due = now + TIME_TO_ANSWER
    opens = due + timedelta(seconds=1)
    seats = LiveSeats(service.url)
    async with seats.seat(STAFF[0].seat) as purchaser:
        tender_id = await draft_large(purchaser, title=title, due=due, opens=opens, closes=opens + lasts, **sealed)
    await tenders.submit(seats, tender_id)
    async with seats.seat(BIDDER.seat) as bidder:
        own = await bidder.get(f"/tenders/{tender_id}")
        await bidder.post(f"/tenders/{tender_id}/response", {"response": "accept", "version": own["terms_version"]})
    return SealedTender(tender_id, str(own["sealed_round_id"]), opens, opens + lasts)
