"""A large tender of its own at the running demo, by HTTP: published, evaluators called, sealed offers in the round."""

import asyncio
import email
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from typing import Any

from app.client.caller import Caller
from app.client.sealer import Offer, seal_package, submit_package
from app.demo import tenders
from app.demo.cast import STAFF
from app.demo.seats import LiveSeats
from app.demo.tenders import INVITED
from app.infra.web import instant_text
from tests.browser.service import Service
from tests.letters import text_of

PASSWORD = "a quiet morning in Qingdao"
CATEGORY = "packaging"
CEILING = "28.50"
AUDITOR, ADMIN = STAFF[2], STAFF[3]
# The chair first.
EVALUATORS = ("林评 Lin Ping", "何审 He Shen")
# Long enough for the answers of all, short enough for a test.
ANSWER_IN = timedelta(seconds=14)
SEALING = timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one supplier offers: a price, the words of its first answer, weeks, and the warranty (0 is 12 months)."""

    number: int
    price: str
    solution: str
    weeks: str
    quality: str
    warranty: str


OFFERS = (
    Sealed(3, "26.80", "Corrugated board BC flute, 1.2 kN edge crush, tested.", "4", "AQL 1.0, full traceability", "1"),
    Sealed(8, "25.90", "Double wall board, figures on request.", "6", "Inspection plan attached in words", "0"),
    Sealed(10, "25.10", "Board.", "9", "None", "0"),
)


@dataclass(frozen=True, slots=True)
class Large:
    """The tender, and the evaluators by their mail addresses and by name, the chair first."""

    tender_id: str
    evaluators: Sequence[str]
    names: Sequence[str]
    closes_at: datetime


async def publish_large(service: Service, title: str, *, people: Sequence[str] = EVALUATORS, **draft: Any) -> Large:
    """From the template of a large tender to its invitations answered; `draft`: what its draft says otherwise."""
    seats = LiveSeats(service.url)
    # Names of their own: other tests, and the demo, have evaluators too.
    stamp = f"{datetime.now(UTC):%H%M%S}"  # noqa: TID251 - a person's watch
    names = tuple(f"{name} {stamp}" for name in people)
    evaluators = [await invite_evaluator(service, name) for name in names]
    due = datetime.now(UTC) + ANSWER_IN  # noqa: TID251 - a person's watch
    closes = due + timedelta(seconds=2) + SEALING
    async with seats.seat(STAFF[0].seat) as purchaser:
        made = await purchaser.post(
            "/tenders", {"template": "large", "title_zh": title, "title_en": title, "category": CATEGORY}
        )
        tender_id = str(made["id"])
        tender = await purchaser.get(f"/tenders/{tender_id}")
        filled = _filled(tender, due=due, closes=closes) | draft
        stored = await purchaser.put(f"/tenders/{tender_id}", filled)
        proposal = await purchaser.post(f"/tenders/{tender_id}/submit", {"version": stored["version"]})
    await seats.approve(proposal["proposal_id"])
    silent = tuple(seat.number for seat in INVITED if seat.number not in {one.number for one in OFFERS})
    await tenders.accept(seats, tender_id, silent=silent)
    return Large(tender_id, evaluators, names, closes)


def _filled(tender: Mapping[str, Any], *, due: datetime, closes: datetime) -> dict[str, Any]:
    draft: dict[str, Any] = dict(tender["draft"])
    lot = draft["lots"][0] | {
        "title_zh": "出口纸箱", "title_en": "Export cartons", "quantity": "12000", "unit": "套",
        "ceiling_price": CEILING, "baseline_price": "27.00", "baseline_on": "2026-03-31",
        "baseline_source": "上一合同价 Last contract price",
    }  # fmt: skip
    opens = instant_text(due + timedelta(seconds=2))
    return draft | {
        "version": tender["version"],
        "lots": [lot],
        "response_due": instant_text(due),
        "min_bidders": 2,
        "sealed": draft["sealed"] | {"opens_at": opens, "closes_at": instant_text(closes)},
        "rules": draft["rules"] | {"opens_at": instant_text(closes + timedelta(hours=1)), "lead_s": 900},
    }


async def invite_evaluator(service: Service, name: str) -> str:
    """A colleague with the hat of an evaluator and a password; the mail address."""
    stamp = f"{datetime.now(UTC):%H%M%S%f}"  # noqa: TID251 - a person's watch
    address = f"eva{stamp}@lanyu.example"
    seats = LiveSeats(service.url)
    async with seats.seat(ADMIN.seat) as admin, seats.seat(AUDITOR.seat) as auditor:
        body = {"email": address, "name": name, "roles": ["evaluator"], "locale": "en"}
        granted = await admin.post("/accounts", body)
        # There is an auditor in the house: a role is the word of two.
        await auditor.post(f"/approvals/{granted['proposal_id']}/decision", {"verdict": "approve"})
    async with Caller(service.url) as newcomer:
        await newcomer.accept_invitation(await token_for(service, address), PASSWORD)
    return address


async def token_for(service: Service, address: str) -> str:
    """The one-time token in the mail to this address."""
    async with asyncio.timeout(30):
        while True:
            for file in service.outbox.glob("*.eml"):
                mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
                found = re.search(r"/invitation#(?:token=)?(\S+)", text_of(mail))
                if found and address in str(mail["To"]):
                    return found[1]
            await asyncio.sleep(0.3)


@asynccontextmanager
async def evaluator(service: Service, address: str) -> AsyncIterator[Caller]:
    """An evaluator as a caller."""
    async with Caller(service.url) as caller:
        await caller.sign_in(address, PASSWORD)
        yield caller


async def call_panel(service: Service, large: Large) -> None:
    """The purchaser calls the evaluators."""
    path = f"/tenders/{large.tender_id}/panel"
    async with LiveSeats(service.url).seat(STAFF[0].seat) as purchaser:
        people = {one["name"]: one["account_id"] for one in (await purchaser.get(path))["candidates"]}
        await purchaser.post(path, {"accounts": [people[name] for name in large.names]})


async def seal_offers(service: Service, large: Large, offers: Sequence[Sealed] = OFFERS) -> None:
    """Each supplier seals its offer as soon as the round is open."""
    seats = LiveSeats(service.url)
    for sealed in offers:
        seat = next(one for one in INVITED if one.number == sealed.number)
        async with seats.seat(seat.seat) as supplier:
            round_id = (await supplier.get(f"/tenders/{large.tender_id}"))["sealed_round_id"]
            facts = await _open_round(supplier, round_id)
            criteria = [one["id"] for one in facts["evaluation"]["technical"]["criteria"]]
            answers = list(
                zip(
                    criteria,
                    ("", sealed.weeks, "", sealed.warranty),
                    (sealed.solution, "", sealed.quality, ""),
                    strict=True,
                )
            )
            package = seal_package(facts, facts["lots"][0]["lot_id"], Offer(sealed.price, answers=answers))
            await submit_package(supplier, package)


async def _open_round(supplier: Caller, round_id: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            facts: dict[str, Any] = await supplier.get(f"/rounds/{round_id}/sealed")
            if facts["status"] == "open":
                return facts
            await asyncio.sleep(0.5)


async def until_marking(service: Service, address: str, tender_id: str) -> dict[str, Any]:
    """Wait until the technical parts are open and the evaluator may mark; the sheet."""
    async with evaluator(service, address) as caller, asyncio.timeout(90):
        while True:
            sheet: dict[str, Any] = await caller.get(f"/tenders/{tender_id}/sheet")
            if sheet["lots"]:
                return sheet
            await asyncio.sleep(0.5)
