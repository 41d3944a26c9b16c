"""HTTP edge of the bid receipt as a paper: the same facts as its JSON, drawn for whoever sent the bid (LR-35)."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.award import printing
from app.award.report_routes import LangQuery, pdf_of
from app.domain.live_rules_json import instant_text
from app.identity.access import Actor, SupplierDep
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World
from app.live_rounds.error_reports import find_own
from app.live_rounds.views import read_receipt
from app.tenders import store as tender_store

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["live_rounds"])


@router.get("/receipts/{bid_id}/pdf", response_class=Response)
async def draw_receipt(bid_id: str, world: WorldDep, actor: SupplierDep, lang: LangQuery = "zh") -> Response:
    """An own receipt as PDF; the one 404 for another's, a refused one or none."""
    data = await _sheet(world, actor, bid_id)
    zone, made_at = data["tender"]["time_zone"], data["received_at"]
    made = await printing.draw_aside("receipt", data, lang=lang, zone=zone, made_at=made_at)
    return pdf_of(made, f"{data['tender']['reference']}-receipt-{data['code']}-{lang}")


async def _sheet(world: World, actor: Actor, bid_id: str) -> dict[str, Any]:
    receipt = await read_receipt(world, actor, bid_id)
    async with world.db.snapshot() as tx:
        own = await find_own(world, tx, actor, bid_id)
        tender = await tender_store.load_tender(tx, own.floor.tender_id)
        lot = await tender_store.load_lot(tx, own.floor.lot_id)
    named = ("reference", "title_zh", "title_en", "currency", "tax_basis", "time_zone")
    return {
        "tender": {name: getattr(tender, name) for name in named},
        "lot": {
            "number": lot.number,
            "title_zh": lot.title_zh,
            "title_en": lot.title_en,
            "basis": lot.basis,
            "unit": lot.unit,
        },
        # attacks.md P02: a receipt of a demo, or of a line that others can read, says so.
        "mode": world.settings.mode,
        "amount": receipt["amount"],
        # As it was sent, where that was in another currency.
        "sent": receipt.get("sent"),
        "received_at": instant_text(own.bid.received_at),
        "is_voided": own.bid.voided,
        "bid": bid_id,
        "code": receipt["entry_hash"][:12],
        "hashes": {name: receipt[name] for name in ("entry_hash", "rules_hash", "root", "sig", "key_id")},
    }
