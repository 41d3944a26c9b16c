"""Every page of every role, with the tenders, suppliers and proposals of the demo that make it worth looking at."""

import asyncio
from dataclasses import dataclass
from typing import Any

from app.client.caller import Caller
from app.demo.cast import CARTONS, COMPRESSORS, COPPER_TUBE, EPS_NEXT, FAN_MOTORS, STAFF, SUPPLIERS, TenderScript
from tests.browser.service import Service

# Registered, certified, its certificate expired: somebody may well propose it anew.
EXPIRED = next(seat for seat in SUPPLIERS if seat.number == 11)
BIDDER = next(seat for seat in SUPPLIERS if seat.number == 3)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo has at this moment, by id."""

    live: str
    live_round: str
    ranked: str
    awarded: str
    responding: str
    draft: str
    supplier: str
    expired: str
    pending: str
    decided: str
    questionnaire: str


async def find_demo(service: Service) -> Demo:
    """Look the demo's things up, and leave one proposal waiting for the approver."""
    async with Caller(service.url) as purchaser:
        await purchaser.take_seat(STAFF[0].seat)
        items, played = await _with_live_round(purchaser)
        live = _newest(played, COMPRESSORS)
        suppliers = {one["name_en"]: one["id"] for one in (await purchaser.get("/suppliers"))["items"]}
        expired = suppliers[EXPIRED.name_en]
        pending = await _propose(purchaser, expired)
        decided = (await purchaser.get("/approvals", decided="true"))[0]["id"]
        return Demo(
            live=live["id"],
            live_round=live["round_id"],
            ranked=_newest(items, COPPER_TUBE)["id"],
            awarded=_newest(items, CARTONS)["id"],
            responding=_newest(items, EPS_NEXT)["id"],
            draft=_newest(items, FAN_MOTORS)["id"],
            supplier=suppliers[BIDDER.name_en],
            expired=expired,
            pending=pending,
            decided=decided,
            questionnaire=(await purchaser.get("/questionnaires"))[0]["id"],
        )


async def _with_live_round(purchaser: Caller) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All tenders, and those past their questions: auditors see a cockpit from the opening on, and the keeper may have
    published the next round already. A demo that has just begun opens its live round within seconds."""
    async with asyncio.timeout(60):
        while True:
            items = (await purchaser.get("/tenders"))["items"]
            played = [one for one in items if one["phase"] not in ("D", "Q")]
            if any(one["title_zh"] == COMPRESSORS.title_zh for one in played):
                return items, played
            await asyncio.sleep(1)


def _newest(items: list[dict[str, Any]], script: TenderScript) -> dict[str, Any]:
    return max((one for one in items if one["title_zh"] == script.title_zh), key=lambda one: str(one["reference"]))


async def _propose(purchaser: Caller, supplier_id: str) -> str:
    waiting = [one for one in await purchaser.get("/approvals") if one["subject_id"] == supplier_id]
    if waiting:
        return str(waiting[0]["id"])
    marks = {
        "quality": "81",
        "delivery": "80",
        "credit": "76",
        "valid_until": "2027-06-30T16:00:00.000Z",
        "note": "As audited on paper.",
    }
    made = await purchaser.post(f"/suppliers/{supplier_id}/certifications", marks)
    return str(made["proposal_id"])


PUBLIC = {
    "front": "/",
    "sign-in": "/sign-in",
    "invitation": "/invitation",
    "reset": "/reset",
    "apply": "/apply",
    "verify": "/verify",
}


def pages_of(role: str, demo: Demo) -> dict[str, str]:
    """The addresses a role opens, by name."""
    everybody = {"account": "/account", "notices": "/notices"}
    if role != "supplier":
        everybody["committee"] = "/committee"
    watching = {
        "portfolio": "/tenders",
        "projects": "/projects",
        "tender": f"/tenders/{demo.responding}",
        "cockpit": f"/cockpit/{demo.live_round}",
        "decision": f"/tenders/{demo.ranked}/decision",
        "decided": f"/tenders/{demo.awarded}/decision",
        "result": f"/tenders/{demo.awarded}/result",
        "contract": f"/tenders/{demo.awarded}/contract",
        "suppliers": "/suppliers",
        "applications": "/supplier-applications",
        "dossier": f"/suppliers/{demo.supplier}",
        "payments": "/payments",
        "year": "/year",
        "orders": "/orders",
        "performance": f"/suppliers/{demo.supplier}/performance",
        "inbox": "/approvals",
        "proposal": f"/approvals/{demo.pending}",
    }
    own: dict[str, dict[str, str]] = {
        "purchaser": watching
        | {
            "builder": f"/tenders/{demo.draft}/edit",
            "register": "/suppliers/new",
            "import": "/suppliers/import",
            "import-orders": "/orders/import",
            "import-payments": "/payments/import",
            "expired": f"/suppliers/{demo.expired}",
            "certify": f"/suppliers/{demo.expired}/certify",
            "questionnaires": "/questionnaires",
            "nowhere": "/no-such-page",
        },
        "approver": watching
        | {"past": f"/approvals/{demo.decided}", "appeals": "/supplier-appeals", "handover": "/handover"},
        # Auditors see a round's amounts once it is over, in the timeline and the export.
        "auditor": {name: address for name, address in watching.items() if name != "cockpit"}
        | {
            "timeline": "/audit/timeline",
            "one-tender": f"/audit/timeline?tender={demo.awarded}",
            "checkpoints": "/audit/checkpoints",
            "exports": "/audit/exports",
            "readings": "/audit/readings",
            "signals": "/audit/signals",
            "past tenders": "/audit/signals/past",
        },
        "admin": {"accounts": "/accounts", "webhooks": "/webhooks", "calendar": "/work-calendar"},
        "evaluator": {"evaluations": "/evaluations", "projects": "/projects", "inbox": "/approvals"},
        "requester": {
            "inbox": "/approvals",
            "payments": "/payments",
            "projects": "/projects",
            "request": "/projects/new",
            "contract": f"/tenders/{demo.awarded}/contract",
        },
        "desk_help": {"desk": "/desk"},
        "desk_relay": {"relay": "/relay", "held-documents": "/held-documents"},
        "supplier": {
            "home": "/home",
            "answer": f"/tenders/{demo.responding}",
            "questions": f"/tenders/{demo.responding}/questions",
            "terms": f"/tenders/{demo.live}",
            "room": f"/rooms/{demo.live_round}",
            "own-result": f"/tenders/{demo.awarded}/result",
            "own-contract": f"/tenders/{demo.awarded}/contract",
            "company": "/my/company",
            "questionnaire": f"/my/questionnaires/{demo.questionnaire}",
            "own-performance": "/my/performance",
            "payments": "/payments",
        },
    }
    return own[role] | everybody
