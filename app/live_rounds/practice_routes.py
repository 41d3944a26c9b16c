"""HTTP edge of the practice room and of the lobby: the toy lot's published facts, and what of oneself is ready."""

from typing import Any

from fastapi import APIRouter

from app.domain import practising
from app.domain.formats import format_of, hash_of_rules, rules_to_json
from app.domain.practising import TERMS, VALID_FOR
from app.identity import store as identity_store
from app.identity.access import Actor, SupplierDep
from app.infra.errors import not_found
from app.infra.web import InstantText, StrictRoute, WorldDep
from app.infra.world import World
from app.live_rounds import practice_store
from app.live_rounds.admission import admit
from app.live_rounds.practice import PRACTICE_ID
from app.live_rounds.schemas import RoundView, View

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["live_rounds"])

_TENDER = {
    "id": PRACTICE_ID,
    "reference": "TOY-1",
    "title_zh": "演练用水壶",
    "title_en": "Practice kettle",
    "currency": "CNY",
    "tax_basis": "excluded",
    "time_zone": "Asia/Shanghai",
}
_LOT = {
    "id": PRACTICE_ID,
    "number": 1,
    "title_zh": "演练用水壶",
    "title_en": "Practice kettle",
    "scale": TERMS.scale,
    "basis": "unit",
    "unit": "台",
    "quantity": "500",
    "ceiling_price": f"{TERMS.ceiling:.2f}",
    "start_price": None,
}


class PracticeView(View):
    """The toy round as the room's page wants it, and until when the own pass counts."""

    round: RoundView
    passed_until: InstantText | None


class ReadinessView(View):
    """What of oneself is ready before a round (SCREENS.md SP-04); nothing of anybody else."""

    passed_until: InstantText | None
    # People of the own company with an account: one alone has no deputy.
    representatives: int


@router.get("/practice")
async def get_practice(world: WorldDep, actor: SupplierDep) -> PracticeView:
    """The practice room's toy lot."""
    rules = practising.practice_rules(world.clock.now())
    speak = format_of(rules).rule_sentences
    round_view = {
        "id": PRACTICE_ID,
        "audience": "supplier",
        "tender": _TENDER,
        "lots": [_LOT],
        "rules": rules_to_json(rules),
        "rules_hash": hash_of_rules(rules),
        "sentences": {"zh": speak(rules, "zh"), "en": speak(rules, "en")},
        "broadcasts": [],
        "weights": None,
        "tick_ms": world.settings.tick_ms,
        "resume_notice_s": world.settings.resume_notice_seconds,
    }
    return PracticeView.model_validate({"round": round_view, "passed_until": await _passed_until(world, actor)})


@router.get("/rounds/{round_id}/readiness")
async def get_readiness(world: WorldDep, actor: SupplierDep, round_id: str) -> ReadinessView:
    """What of the own side is ready for a round one may enter; the one 404 else."""
    if await admit(world, actor, round_id) is None:
        raise not_found()
    async with world.db.snapshot() as tx:
        people = await identity_store.list_supplier_accounts(world, tx, [actor.supplier_id or ""])
    ready: dict[str, Any] = {"passed_until": await _passed_until(world, actor), "representatives": len(people)}
    return ReadinessView.model_validate(ready)


async def _passed_until(world: World, actor: Actor) -> Any:
    async with world.db.snapshot() as tx:
        passed_at = await practice_store.find_pass(world, tx, actor.account_id)
    is_valid = practising.is_valid(passed_at, world.clock.now())
    return passed_at + VALID_FOR if is_valid and passed_at is not None else None
