"""Turns negotiations and contracts into what the wire shows to a side."""

from dataclasses import dataclass
from decimal import Decimal

from app.award.agreement_reading import is_requester_only
from app.award.contract_reading import Agreement, AgreementSheet
from app.award.contract_schemas import (
    AgreementsView,
    AgreementView,
    ClauseView,
    ContractView,
    EndingView,
    IssuesForm,
    NegotiationView,
    PartView,
    RequestView,
    SignatureView,
    TurnView,
    WorthView,
)
from app.award.contract_store import Contract, Negotiation
from app.award.signature_store import SignatureRequest, StoredEnding
from app.domain.contracting import SHOWN, ContractState, decide_drafting, decide_submitting, ending_of, is_in_force
from app.domain.money import minor_units
from app.domain.negotiating import OVER, Side, TalkState, Turn, acts_of
from app.domain.payment_terms import STANDARD, Issues, present_value
from app.domain.procurement_methods import allows_talks, method_of
from app.domain.signature_requests import RequestState
from app.domain.visibility import Role
from app.identity.access import Actor


@dataclass(frozen=True, slots=True)
class _Reader:
    side: Side
    is_purchaser: bool
    is_approver: bool
    # Reads the contract, and nothing of how it came about (SCREENS.md RQ-03).
    is_requester: bool
    digits: int


def agreements_view(sheet: AgreementSheet, actor: Actor) -> AgreementsView:
    """The sheet for its reader's side."""
    tender = sheet.tender
    reader = _Reader(
        Side.SUPPLIER if actor.is_supplier else Side.BUYER,
        Role.PURCHASER in actor.roles,
        Role.APPROVER in actor.roles,
        is_requester_only(actor, tender),
        minor_units(tender.currency),
    )
    return AgreementsView(
        tender_id=tender.id,
        side=reader.side,
        reads_only=reader.is_requester,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        method=method_of(tender.frozen or {}, tender.procedure),
        allows_talks=allows_talks(tender.frozen or {}),
        currency=tender.currency,
        digits=reader.digits,
        standard=issues_form(STANDARD),
        agreements=[_agreement(sheet, each, reader) for each in sheet.agreements],
    )


def issues_form(issues: Issues) -> IssuesForm:
    """The issue table on the wire."""
    return IssuesForm(**issues.to_json())


def _agreement(sheet: AgreementSheet, found: Agreement, reader: _Reader) -> AgreementView:
    names, talks, held = sheet.names.get(found.supplier_id), found.negotiation, found.contract
    refusal = decide_drafting(
        state=None if held is None else held.state,
        is_waiting=found.is_waiting,
        signed=[] if held is None else held.signed,
        talks=None if talks is None else talks.state,
        is_asked=held is not None and bool(held.asked),
    )
    is_hidden = reader.is_requester and held is not None and held.state not in SHOWN
    is_free = talks is None and held is None and allows_talks(sheet.tender.frozen or {})
    return AgreementView(
        supplier_id=None if reader.side is Side.SUPPLIER else found.supplier_id,
        name_zh=None if names is None else names.name_zh,
        name_en=None if names is None else names.name_en,
        total=found.total,
        negotiation=None if talks is None or reader.is_requester else _negotiation(talks, found.total, reader),
        contract=None if held is None or is_hidden else _contract(sheet, found, held, reader),
        can_open=reader.is_purchaser and is_free,
        can_draft=reader.is_purchaser and refusal is None and not found.is_final_open,
    )


def _negotiation(talks: Negotiation, total: Decimal, reader: _Reader) -> NegotiationView:
    is_buyer = reader.side is Side.BUYER
    may_act = reader.is_purchaser or not is_buyer
    limits = talks.limits if is_buyer else None
    return NegotiationView(
        id=talks.id,
        state=talks.state,
        rate=talks.rate,
        opened_at=talks.opened_at,
        turns=[_turn(each, talks, total, reader.digits) for each in talks.turns],
        my_acts=sorted(acts_of(talks.state, reader.side)) if may_act else [],
        limits=None if limits is None else issues_form(limits),
        has_mandate=is_buyer and talks.limits is not None,
        can_limit=reader.is_approver and talks.state not in {*OVER, TalkState.MINUTED},
    )


def _turn(turn: Turn, talks: Negotiation, total: Decimal, digits: int) -> TurnView:
    return TurnView(
        number=turn.number,
        act=turn.act,
        side=turn.side,
        issues=None if turn.issues is None else issues_form(turn.issues),
        worth=None if turn.issues is None else worth_view(total, turn.issues, rate=talks.rate, digits=digits),
        text=turn.text,
        at=turn.at,
    )


def worth_view(total: Decimal, issues: Issues, *, rate: Decimal, digits: int) -> WorthView:
    """What terms are worth, payment by payment."""
    found = present_value(total, issues, rate=rate, digits=digits)
    parts = [PartView(kind=each.kind, amount=each.amount, day=each.day, value=each.value) for each in found.parts]
    return WorthView(value=found.value, parts=parts)


def _contract(sheet: AgreementSheet, found: Agreement, held: Contract, reader: _Reader) -> ContractView:
    is_buyer, now = reader.side is Side.BUYER and not reader.is_requester, sheet.read_at
    may_sign = reader.is_approver or reader.side is Side.SUPPLIER
    is_open = held.state is ContractState.PENDING and reader.side not in (*held.signed, *held.asked)
    may_end = reader.is_purchaser and found.end_asked is None
    is_current = not found.is_stale
    can_submit = reader.is_purchaser and decide_submitting(held.state, is_waiting=found.is_waiting) is None
    return ContractView(
        id=held.id,
        version=held.version,
        state=held.state,
        digest=held.digest,
        clauses=[ClauseView(**each) for each in held.document["clauses"]],
        last_day=held.document["standstill"]["last_day"],
        ends_at=held.ends_at,
        is_standstill=now < held.ends_at,
        signatures=[
            SignatureView(
                side=each.side,
                signatory=each.signatory,
                title=each.title,
                method=each.method,
                digest=each.digest,
                at=each.at,
            )
            for each in held.signatures
        ],
        proposal_id=held.proposal_id if is_buyer else None,
        return_reason=held.return_reason if is_buyer else None,
        can_submit=can_submit and is_current,
        is_stale=is_buyer and found.is_stale and held.state in (ContractState.DRAFT, ContractState.RETURNED),
        can_sign=may_sign and is_open and now >= held.ends_at,
        provider=sheet.provider,
        requests=[_request(each, reader, may_sign=may_sign) for each in held.requests],
        ending=None if held.ending is None else _ending(held.ending),
        in_force=is_in_force(held.state, held.ends_on, sheet.today),
        end_proposal_id=found.end_asked if is_buyer else None,
        can_end=ending_of(held.state) if may_end else None,
    )


def _request(each: SignatureRequest, reader: _Reader, *, may_sign: bool) -> RequestView:
    is_open = each.state is RequestState.OPEN
    return RequestView(
        side=each.side,
        provider=each.provider,
        state=each.state,
        signatory=each.signatory,
        asked_at=each.asked_at,
        is_down=is_open and each.failure is not None,
        can_withdraw=is_open and may_sign and each.side is reader.side,
    )


def _ending(found: StoredEnding) -> EndingView:
    return EndingView(kind=found.ending.kind, reason=found.ending.reason, ends_on=found.ending.ends_on, at=found.at)
