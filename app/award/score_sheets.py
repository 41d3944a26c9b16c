"""A ranked lot as a score sheet: `bidroom score FILE` gives its official ranking again, to the last digit.

Offers stand by label and in order of rank: among equals that is the order of the record, and between others a place
in the order of receipt would tell receive times (VISIBILITY.md d14).
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.contest import load_contests
from app.domain.marking import value_text
from app.domain.money import format_amount
from app.domain.scoring.formulas import is_offered
from app.domain.scoring.rules import EvaluationRules, evaluation_to_json
from app.domain.scoring.sheet_reading import SHEET_VERSION
from app.domain.scoring.totals import Offer
from app.domain.scoring.typed import plain
from app.domain.whatif import Contest
from app.evaluation import store as evaluation_store
from app.evaluation.offers import list_offers, ranked_by
from app.evaluation.sheet import LotSheet, load_sheets
from app.infra.errors import not_found
from app.infra.world import World
from app.tenders.store import Tender


async def load_score_sheet(world: World, tx: AsyncConnection, tender: Tender, lot_id: str) -> dict[str, Any]:
    """The score sheet of a ranked lot; the one 404 where it is not ranked."""
    sheet = next((each for each in await load_sheets(world, tx, tender) if each.lot.id == lot_id), None)
    if sheet is None:
        raise not_found()
    contests = await load_contests(world, tx, tender)
    contest = next((each.contest for each in contests if each.sheet.lot.id == lot_id), None)
    made = score_sheet(tender.currency, sheet, contest or await _contest(world, tx, tender, sheet))
    # As published, whatever the line that people drew.
    return {**made, "evaluation": evaluation_to_json(ranked_by(tender))}


async def _contest(world: World, tx: AsyncConnection, tender: Tender, sheet: LotSheet) -> Contest:
    """A lot of a tender without evaluation: price alone decides, or the basis of its live round."""
    labels = {tag: label for label, tag in evaluation_store.open_map(world, sheet.ranking).items()}
    offers = [replace(each, key=labels[each.key]) for each in await list_offers(world, tx, tender, sheet.lot, None)]
    return Contest(ranked_by(tender), offers, sheet.lot.ceiling_price)


def score_sheet(currency: str, sheet: LotSheet, contest: Contest) -> dict[str, Any]:
    """The document but for its evaluation; who was excluded counts as far as the formula says and has no place."""
    scale, by_label = sheet.lot.scale, {each.key: each for each in contest.offers}
    ranked = [by_label[row.label] for row in sheet.ranking.official.rows]
    gone = [{"name": f"X{place}", "amount": format_amount(amount, scale), "is_valid": False, **_nothing(contest.rules)}
            for place, amount in enumerate(contest.others, start=1)]  # fmt: skip
    return {
        "sheet": SHEET_VERSION,
        "currency": currency,
        "scale": scale,
        "ceiling_price": format_amount(contest.ceiling, scale),
        "offers": [_offer(each, contest, scale) for each in ranked] + gone,
    }


def _nothing(rules: EvaluationRules) -> dict[str, Any]:
    """What a sheet asks of every offer and an excluded one has no more: full points change nothing for the others."""
    technical = {} if rules.technical is None else {"technical": "100"}
    features: dict[str, Any] = {"features": []} if is_offered(rules.price.formula) else {}
    return {**technical, **({"bonus": "0"} if _has_points(rules) else {}), **features}


def _has_points(rules: EvaluationRules) -> bool:
    return rules.certification is not None and bool(rules.certification.points)


def _offer(offer: Offer, contest: Contest, scale: int) -> dict[str, Any]:
    values = contest.values.get(offer.key, {})
    technical: dict[str, Any] = {}
    if values:
        technical = {"values": {name: value_text(value) for name, value in values.items()}}
    elif offer.technical is not None:
        technical = {"technical": plain(offer.technical)}
    features = [{"value": plain(each)} for each in offer.features]
    offered = {"features": features} if is_offered(contest.rules.price.formula) else {}
    bonus = {"bonus": plain(Decimal(offer.bonus))} if _has_points(contest.rules) else {}
    return {"name": offer.key, "amount": format_amount(offer.amount, scale), **technical, **bonus, **offered}
