"""From what was read to the shapes of the wire (schemas.py), as far as the reader's rights go."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from app.award.reading import Contact, DecisionSheet, OwnScore, OwnSheet, ResultSheet, TenderSavings, is_decided
from app.award.reopening import Asked
from app.award.schemas import (
    CertaintyTotal,
    ChoiceView,
    DecisionView,
    DistanceView,
    LotResultView,
    OwnCriterionView,
    OwnFindingView,
    OwnLotResult,
    OwnScoreView,
    PersonView,
    PreconditionView,
    ReopeningView,
    SavingsView,
    ShareView,
    StaffResult,
    SupplierResult,
    TenderSavingsView,
    UnsealedView,
    UnsealingView,
    WinnerView,
)
from app.award.store import Decision, Unsealing, frozen_scope, price_of
from app.domain.awarding import DecisionState, LotRanking, awarded_price, labels_in_scope, shared_data
from app.domain.debriefing import Distance
from app.domain.decision_reopening import may_reopen
from app.domain.measuring import Certainty, sum_by_certainty
from app.domain.money import format_amount, minor_units
from app.domain.own_result import Outcome, OwnResult
from app.domain.saving import Basis, Saving, SavingsTotal, sum_totals, total_savings
from app.domain.scoring.typed import plain
from app.domain.sharing import Choice
from app.domain.tendering import TenderState
from app.evaluation.schemas import SavingsTotalView, SavingView
from app.evaluation.sheet import LotSheet
from app.tenders.store import Lot, Tender


def decision_view(sheet: DecisionSheet, *, is_purchaser: bool, shows_money: bool) -> DecisionView:
    """The decision by alias; `shows_money`: the reader may see savings (VISIBILITY.md d58, d60)."""
    tender, decision = sheet.tender, sheet.decision
    is_open = tender.state is TenderState.EVALUATION and bool(sheet.lots)
    is_approved = decision is not None and decision.state is DecisionState.APPROVED
    # Of a decision that is open again nothing stands, nor is it proposed anew by itself.
    is_standing = decision is not None and decision.state is not DecisionState.REOPENED
    prices = [(lot, price_in(decision if is_standing else None, lot)) for lot in sheet.lots]
    savings = [lot.saving_at(price) for lot, price in prices if price is not None]
    return DecisionView(
        tender_id=tender.id,
        state="none" if decision is None else decision.state.value,
        phase=tender.phase,
        digest=None if decision is None else decision.digest,
        proposal_id=None if decision is None else decision.proposal_id,
        proposed_at=None if decision is None else decision.proposed_at,
        decided_at=None if decision is None else decision.decided_at,
        return_reason=None if decision is None else decision.return_reason,
        can_propose=is_purchaser and is_open and not sheet.is_fixed and not sheet.is_waiting,
        has_fallen=is_open and is_approved and not sheet.is_fixed,
        can_unseal=is_purchaser and is_open and sheet.is_fixed and not sheet.is_unsealing_waiting,
        can_reopen=is_purchaser and _can_reopen(sheet),
        reopenings=[_reopening_view(each, sheet) for each in sheet.reopenings],
        choices=[_choice_view(sheet, lot, shows_money=shows_money) for lot in sheet.lots] if is_standing else [],
        savings=_total(tender, savings) if shows_money and savings else None,
        unsealing=_unsealing_view(sheet),
    )


def _can_reopen(sheet: DecisionSheet) -> bool:
    state = None if sheet.decision is None else sheet.decision.state
    is_waiting = any(each.waits(sheet.read_at) for each in sheet.reopenings)
    return may_reopen(sheet.tender.state, state) and not is_waiting and sheet.bound is None


def _reopening_view(each: Asked, sheet: DecisionSheet) -> ReopeningView:
    return ReopeningView(
        state=each.standing(sheet.read_at),
        reason=each.reason,
        digest=each.digest,
        proposal_id=each.last.id,
        asked_at=each.asked_at,
        decided_at=each.last.decided_at,
    )


def price_in(decision: Decision | None, lot: LotSheet) -> Decimal | None:
    """What a lot costs as decided, where bids are compared: each share at its own price."""
    return None if decision is None else awarded_price(lot.ranking.official, decision.awarded_of(lot.lot.id))


def _choice_view(sheet: DecisionSheet, lot: LotSheet, *, shows_money: bool) -> ChoiceView:
    decision, official = sheet.decision, lot.ranking.official
    assert decision is not None, "asked for only where there is a decision"
    choice, price = decision.choice_of(lot.lot.id), price_in(decision, lot)
    row = official.find(choice.label or "")
    return ChoiceView(
        lot_id=lot.lot.id,
        number=lot.lot.number,
        title_zh=lot.lot.title_zh,
        title_en=lot.lot.title_en,
        label=None if row is None else row.label,
        rank=None if row is None else row.rank,
        amount=None if row is None else format_amount(row.amount, lot.lot.scale),
        reason=choice.reason,
        reserve=decision.reserves.get(lot.lot.id),
        shares=_shares(choice, official, lot.lot.scale),
        saving=None if price is None or not shows_money else SavingView.of(lot.saving_at(price)),
    )


def _shares(choice: Choice, official: LotRanking, scale: int) -> list[ShareView]:
    return [ShareView(**each) for each in shared_data(choice, official, scale).get("shares", ())]


def _unsealing_view(sheet: DecisionSheet) -> UnsealingView:
    tender, decision = sheet.tender, sheet.decision
    scope = frozen_scope(tender)
    chosen = [(lot, {} if decision is None else decision.awarded_of(lot.lot.id)) for lot in sheet.lots]
    labels = [label for lot, awarded in chosen for label in labels_in_scope(scope, lot.ranking.official, awarded)]
    is_done = sheet.unsealed_at is not None
    state: Literal["not_asked", "pending", "done"] = "pending" if sheet.is_unsealing_waiting else "not_asked"
    return UnsealingView(
        state="done" if is_done else state,
        scope=scope,
        names=len(labels),
        proposal_id=None if sheet.unsealing is None else sheet.unsealing.id,
        unsealed_at=sheet.unsealed_at,
        preconditions=[
            PreconditionView(code="DECISION_APPROVED", is_met=sheet.is_fixed),
            PreconditionView(code="SCOPE_FROZEN", is_met=True),
            PreconditionView(code="SECOND_PERSON", is_met=is_done),
        ],
    )


def _total(tender: Tender, savings: Sequence[Saving]) -> SavingsTotalView:
    return SavingsTotalView.of(total_savings(savings, minor_units(tender.currency)), tender.currency)


def result_view(sheet: ResultSheet, *, shows_names: bool, shows_money: bool) -> StaffResult:
    """The result for the buyer's side; `shows_names`: the reader may see who is unsealed (VISIBILITY.md d21)."""
    tender, decision = sheet.tender, sheet.decision
    is_out = is_decided(tender) and shows_names
    prices = [(lot, price_of(sheet.awards.get(lot.lot.id, ()))) for lot in sheet.lots if is_out]
    awarded = [lot.saving_at(price) for lot, price in prices if price is not None]
    return StaffResult(
        audience="staff",
        tender_id=tender.id,
        state="decided" if is_out else "waiting",
        phase=tender.phase,
        tender_state=tender.state.value,
        is_reopened=sheet.is_reopened,
        decision=None if decision is None or not is_out else decision.state,
        currency=tender.currency,
        unsealed_at=sheet.unsealed[0].at if sheet.unsealed and is_out else None,
        joined=sheet.joined if is_out else None,
        lots=[_lot_result(sheet, lot, shows_money=shows_money) for lot in sheet.lots] if is_out else [],
        savings=_total(tender, awarded) if awarded and shows_money else None,
    )


def _lot_result(sheet: ResultSheet, lot: LotSheet, *, shows_money: bool) -> LotResultView:
    awards, official = sheet.awards.get(lot.lot.id, ()), lot.ranking.official
    price = price_of(awards)
    choice = Choice(lot.lot.id, None, "") if sheet.decision is None else sheet.decision.choice_of(lot.lot.id)
    outcome: Literal["awarded", "no_award", "no_bid"] = "no_award" if official.rows else "no_bid"
    unsealed = [each for each in sheet.unsealed if each.lot_id == lot.lot.id]
    views = [_unsealed_view(sheet, lot, each, choice=choice) for each in unsealed]
    return LotResultView(
        lot_id=lot.lot.id,
        number=lot.lot.number,
        title_zh=lot.lot.title_zh,
        title_en=lot.lot.title_en,
        basis=Basis(lot.lot.basis),
        outcome="awarded" if awards else outcome,
        label=choice.label,
        amount=format_amount(awards[0].amount, lot.lot.scale) if awards else None,
        shares=_shares(choice, official, lot.lot.scale) if awards else [],
        saving=SavingView.of(lot.saving_at(price)) if price is not None and shows_money else None,
        refused_attempts=sheet.refused.get(lot.lot.id, 0),
        unsealed=sorted(views, key=lambda view: view.rank),
    )


def _unsealed_view(sheet: ResultSheet, lot: LotSheet, each: Unsealing, *, choice: Choice) -> UnsealedView:
    row, names = lot.ranking.official.find(each.label), sheet.names[each.supplier_id]
    assert row is not None, "an unsealed label is a ranked label"
    return UnsealedView(
        lot_id=each.lot_id,
        label=each.label,
        rank=row.rank,
        supplier_id=each.supplier_id,
        name_zh=names.name_zh,
        name_en=names.name_en,
        is_preferred=each.label in choice.awarded,
        share=plain(choice.awarded[each.label]) if choice.shares and each.label in choice.awarded else None,
        contact=_contact_view(sheet.contacts.get(each.supplier_id)),
    )


def _contact_view(contact: Contact | None) -> PersonView | None:
    return None if contact is None else PersonView(name=contact.name, email=contact.email, phone=contact.phone)


def own_result_view(sheet: OwnSheet, *, is_out: bool, shows_rank: bool, shows_score: bool) -> SupplierResult:
    """A supplier's own result; `is_out`: the decision is out (VISIBILITY.md d44); `shows_rank`: so is the own rank
    (d41); `shows_score`: and the own technical score (d42)."""
    tender = sheet.tender
    scores = sheet.scores if shows_score else {}
    lots = [
        _own_lot(sheet, lot, own, is_out=is_out, shows_rank=shows_rank, score=scores.get(lot.id))
        for lot, own in sheet.lots
    ]
    return SupplierResult(
        audience="supplier",
        tender_id=tender.id,
        state="decided" if is_out else "waiting",
        outcome=tender.state.value if is_out else None,
        is_reopened=sheet.is_reopened,
        currency=tender.currency,
        decided_at=sheet.decided_at if is_out else None,
        joined=sheet.joined if shows_rank else None,
        lots=lots,
        contact=_contact_view(sheet.contact) if is_out else None,
    )


def _own_lot(
    sheet: OwnSheet, lot: Lot, own: OwnResult, *, is_out: bool, shows_rank: bool, score: OwnScore | None
) -> OwnLotResult:
    return OwnLotResult(
        lot_id=lot.id,
        number=lot.number,
        title_zh=lot.title_zh,
        title_en=lot.title_en,
        outcome=own.outcome if is_out else None,
        rank=own.rank if shows_rank else None,
        is_tied=own.is_tied and shows_rank,
        band=own.band if shows_rank else None,
        is_leading=own.is_leading if shows_rank else None,
        distance=_distance(sheet.distances.get(lot.id)) if shows_rank else None,
        amount=None if own.amount is None else format_amount(own.amount, lot.scale),
        share=None if own.share is None or not is_out else plain(own.share),
        winners=[
            WinnerView(name_zh=each.name_zh, name_en=each.name_en) for each in sheet.winners.get(lot.id, ()) if is_out
        ],
        finding=_own_finding(own) if is_out else None,
        exclusion=own.exclusion if is_out else None,
        technical=None if score is None else _own_score(score),
    )


def _distance(apart: Distance | None) -> DistanceView | None:
    if apart is None:
        return None
    within = None if apart.within is None else plain(apart.within)
    return DistanceView(unit=apart.unit, within=within, is_equal=apart.is_equal)


def _own_finding(own: OwnResult) -> OwnFindingView | None:
    found = own.finding if own.outcome is Outcome.NOT_COUNTED else None
    return None if found is None else OwnFindingView.model_validate({"envelope": found.envelope, "code": found.code})


def _own_score(own: OwnScore) -> OwnScoreView:
    threshold, weights = own.rules.threshold, own.rules.told_weights()
    return OwnScoreView(
        points=own.score.points,
        threshold=None if threshold is None else plain(threshold),
        passes=own.score.passes,
        criteria=[
            OwnCriterionView(
                criterion=each.id,
                number=each.number,
                title_zh=each.title_zh,
                title_en=each.title_en,
                weight=plain(weights[each.id]),
                value=own.score.values[each.id],
                reason=own.reasons.get(each.id, ""),
            )
            for each in own.rules.criteria
        ],
    )


def savings_view(savings: Sequence[TenderSavings]) -> SavingsView:
    """Claimed savings to date: a sum a currency, and the tenders behind them."""
    currencies = sorted({each.tender.currency for each in savings})
    return SavingsView(
        totals=[SavingsTotalView.of(_sum(savings, currency), currency) for currency in currencies],
        by_certainty=[total for currency in currencies for total in _by_certainty(savings, currency)],
        tenders=[
            TenderSavingsView(
                tender_id=each.tender.id,
                reference=each.tender.reference,
                title_zh=each.tender.title_zh,
                title_en=each.tender.title_en,
                awarded_at=each.awarded_at,
                total=SavingsTotalView.of(each.total, each.tender.currency),
                is_complete=each.total.lots_without_baseline == 0,
            )
            for each in savings
        ],
    )


def totals_view(totals: Mapping[Certainty, SavingsTotal], currency: str) -> list[CertaintyTotal]:
    """The sums by certainty, the softest first."""
    return [
        CertaintyTotal(
            certainty=certainty,
            currency=currency,
            money=total.money,
            percent=total.percent,
            lots=total.lots,
            lots_without_baseline=total.lots_without_baseline,
        )
        for certainty, total in totals.items()
    ]


def _sum(savings: Sequence[TenderSavings], currency: str) -> SavingsTotal:
    totals = [each.total for each in savings if each.tender.currency == currency]
    return sum_totals(totals)


def _by_certainty(savings: Sequence[TenderSavings], currency: str) -> list[CertaintyTotal]:
    listed = [each.by_certainty for each in savings if each.tender.currency == currency]
    return totals_view(sum_by_certainty(listed), currency)
