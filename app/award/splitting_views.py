"""From kept scenarios to the wire (splitting_schemas.py), as far as the reader's rights go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.award.splitting_answer import Outcome
from app.award.splitting_reading import SplitSheet, listed_labels
from app.award.splitting_schemas import (
    ConstraintView,
    OfferedView,
    OfferName,
    PartView,
    RiskView,
    ScenarioAwardView,
    ScenarioLotView,
    ScenariosView,
    ScenarioView,
    SideView,
    SplitLotView,
)
from app.award.splitting_store import Scenario
from app.domain.money import minor_units, round_half_up
from app.domain.refusals import Refusal
from app.domain.saving import saving_of, total_savings
from app.domain.scenario import decide_adoption
from app.domain.scoring.rules import EvaluationRules
from app.domain.scoring.typed import plain
from app.domain.splitting import Limit
from app.domain.tendering import decide_evaluating
from app.domain.whatif import STAMP
from app.evaluation.schemas import SavingsTotalView
from app.evaluation.sheet import LotSheet


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader may see and do: money is budgets and baselines (VISIBILITY.md d58, d59), notes are d02."""

    shows_money: bool
    shows_notes: bool
    is_purchaser: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """The scenarios of a tender with what says which of them may be adopted."""

    sheet: SplitSheet
    rules: EvaluationRules | None
    scenarios: Sequence[Scenario]
    adopted: Scenario | None
    # Why the recommendation may not change now.
    moment: Refusal | None


def scenarios_view(kept: Kept, reader: Reader) -> ScenariosView:
    """All of a tender."""
    tender, split = kept.sheet.tender, None if kept.rules is None else kept.rules.split
    is_ranked = bool(kept.sheet.lots)
    return ScenariosView(
        tender_id=tender.id,
        state="ranked" if is_ranked else "waiting",
        currency=tender.currency,
        can_compute=is_ranked and reader.is_purchaser and decide_evaluating(tender.state) is None,
        announced=None if split is None else [[plain(share) for share in one] for one in split.patterns],
        lots=[_lot_view(each) for each in kept.sheet.lots],
        scenarios=[scenario_view(kept, each, reader) for each in kept.scenarios],
    )


def _lot_view(sheet: LotSheet) -> SplitLotView:
    lot, official = sheet.lot, sheet.ranking.official
    listed = listed_labels(official)
    return SplitLotView(
        lot_id=lot.id,
        number=lot.number,
        title_zh=lot.title_zh,
        title_en=lot.title_en,
        quantity=lot.quantity,
        unit=lot.unit,
        offers=[
            OfferedView(
                label=row.label,
                rank=row.rank,
                amount=round_half_up(row.amount, lot.scale),
                technical_points=row.technical_points,
                is_shortlisted=row.label in listed,
            )
            for row in official.rows
        ],
    )


def scenario_view(kept: Kept, each: Scenario, reader: Reader) -> ScenarioView:
    """One scenario."""
    document, digits = each.document, minor_units(kept.sheet.tender.currency)
    is_current = document["rankings"] == kept.sheet.rankings
    is_adopted = is_current and kept.adopted is not None and kept.adopted.id == each.id
    refusal = kept.moment or decide_adoption(document, kept.rules, kept.sheet.rankings, kept.sheet.listed)
    prices = {price["constraint"]: price for price in document["prices"]}
    award = document["award"]
    return ScenarioView(
        number=each.number,
        stamp=None if is_adopted else STAMP,
        note=each.note if reader.shows_notes else None,
        among=document["among"],
        made_at=each.made_at,
        adopted_at=each.adopted_at,
        is_adopted=is_adopted,
        is_current=is_current,
        outcome=Outcome(document["outcome"]),
        bound=_money(document["bound"], digits),
        gap=document["gap"],
        constraints=[
            _constraint_view(one, prices.get(one["id"], {}), digits, reader) for one in document["constraints"]
        ],
        award=None if award is None else _award_view(kept, award, digits, reader),
        clash=document["clash"],
        is_minimal=document["is_minimal"],
        obstacle=None if refusal is None else refusal.code.value,
    )


def _money(text: str | None, digits: int) -> Decimal | None:
    return None if text is None else round_half_up(Decimal(text), digits)


def _constraint_view(each: Mapping[str, Any], price: Mapping[str, Any], digits: int, reader: Reader) -> ConstraintView:
    limit, offer = Limit(each["limit"]), each.get("offer")
    is_shown = reader.shows_money or limit is not Limit.BUDGET
    return ConstraintView(
        id=each["id"],
        limit=limit,
        value=each.get("value") if is_shown else None,
        lots=each.get("lots", []),
        offer=None if offer is None else OfferName(lot_id=offer[0], label=offer[1]),
        patterns=each.get("patterns", []),
        cost_without=_money(price.get("cost"), digits),
        price=_money(price.get("price"), digits),
        is_exact=price.get("is_exact", False),
    )


def _award_view(kept: Kept, award: Mapping[str, Any], digits: int, reader: Reader) -> ScenarioAwardView:
    def money(text: str) -> Decimal:
        return round_half_up(Decimal(text), digits)

    sole, saving = award["sole_best"], award["saving"]
    return ScenarioAwardView(
        lots=[
            ScenarioLotView(
                lot_id=lot["lot"],
                cost=money(lot["cost"]),
                parts=[PartView(**{**part, "cost": money(part["cost"])}) for part in lot["parts"]],
            )
            for lot in award["lots"]
        ],
        suppliers=[
            SideView(
                supplier=side["supplier"],
                cost=money(side["cost"]),
                volume=side["volume"],
                offers=[OfferName(lot_id=offer["lot"], label=offer["label"]) for offer in side["offers"]],
            )
            for side in award["suppliers"]
        ],
        cost=money(award["cost"]),
        lowest=money(award["lowest"]),
        sole_best=None if sole is None else money(sole),
        saving=None if saving is None else money(saving),
        quality=award["quality"],
        risks=[
            RiskView(
                code=risk["code"],
                lot_id=risk.get("lot"),
                supplier=risk.get("supplier"),
                percent=risk.get("percent"),
            )
            for risk in award["risks"]
        ],
        against_baseline=_against_baseline(kept, award, digits) if reader.shows_money else None,
    )


def _against_baseline(kept: Kept, award: Mapping[str, Any], digits: int) -> SavingsTotalView:
    baselines = {each.lot.id: each.baseline for each in kept.sheet.lots}
    savings = [
        saving_of(awarded=Decimal(lot["cost"]), baseline=baselines[lot["lot"]], digits=digits) for lot in award["lots"]
    ]
    return SavingsTotalView.of(total_savings(savings, digits), kept.sheet.tender.currency)
