"""HTTP edge of negotiation and contract: one sheet for both sides, the acts of each (SP-09, SP-10, PL-11, PL-12)."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.award import (
    contract_ending,
    contract_reading,
    contract_signing,
    contract_store,
    contracting,
    negotiating,
    printing,
    reading,
)
from app.award.agreement_reading import is_requester_only, may_read_contract
from app.award.contract_schemas import (
    AgreementsView,
    CallBack,
    DraftContract,
    EndContract,
    IssuesForm,
    OpenNegotiation,
    SignContract,
    TakeTurn,
)
from app.award.contract_views import agreements_view
from app.award.printing import Lang
from app.award.report_routes import pdf_of
from app.award.schemas import AwardProposal
from app.domain.contracting import SHOWN, Ending
from app.domain.negotiating import NewTurn
from app.domain.payment_terms import Issues, issues_from_json
from app.domain.recommending import shown_at
from app.domain.refusals import Refusal
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, ActorDep, SignerDep, staff, stepped_up
from app.infra.errors import answer, not_found
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(route_class=StrictRoute, tags=["award"])
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
ApproverDep = Annotated[Actor, Depends(staff(Role.APPROVER))]
# Of its requester more is asked behind the door: that the project is his own (agreement_reading.py).
READERS = (Role.SUPPLIER, Role.PURCHASER, Role.APPROVER, Role.AUDITOR, Role.REQUESTER)


@router.get("/tenders/{tender_id}/agreements")
async def read_agreements(tender_id: str, world: WorldDep, actor: ActorDep) -> AgreementsView:
    """Negotiations and contracts: all for the buyer's side, the own for a supplier (VISIBILITY.md d61)."""
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, *READERS)
        if not await may_read_contract(world, tx, actor, tender):
            raise not_found()
        sheet = await contract_reading.load_sheet(world, tx, tender, actor.supplier_id)
    return agreements_view(sheet, actor)


@router.post("/tenders/{tender_id}/negotiations", status_code=204)
async def open_negotiation(tender_id: str, body: OpenNegotiation, world: WorldDep, actor: PurchaserDep) -> None:
    """Open the talks with a supplier of the award."""
    _done(await negotiating.open_negotiation(world, actor, tender_id, body.supplier_id, Decimal(body.rate)))


@router.post("/negotiations/{negotiation_id}/mandate", status_code=204)
async def set_mandate(negotiation_id: str, body: IssuesForm, world: WorldDep, actor: ApproverDep) -> None:
    """Set what the buyer may agree to."""
    _done(await negotiating.set_mandate(world, actor, negotiation_id, _issues(body)))


@router.post("/negotiations/{negotiation_id}/turns", status_code=204)
async def take_turn(negotiation_id: str, body: TakeTurn, world: WorldDep, actor: PurchaserDep) -> None:
    """The buyer's turn."""
    _done(await negotiating.take_turn(world, actor, negotiation_id, _turn(body, actor)))


@router.post("/my/negotiations/{negotiation_id}/turns", status_code=204)
async def take_own_turn(negotiation_id: str, body: TakeTurn, world: WorldDep, actor: SignerDep) -> None:
    """The supplier's turn."""
    _done(await negotiating.take_turn(world, actor, negotiation_id, _turn(body, actor)))


@router.post("/tenders/{tender_id}/contracts", status_code=204)
async def draft_contract(tender_id: str, body: DraftContract, world: WorldDep, actor: PurchaserDep) -> None:
    """Write the contract with a supplier of the award, or write it anew."""
    special = (body.special_zh.strip(), body.special_en.strip())
    answer(await contracting.draft_contract(world, actor, tender_id, body.supplier_id, special))


@router.post("/contracts/{contract_id}/submission", status_code=201)
async def submit_contract(contract_id: str, world: WorldDep, actor: PurchaserDep) -> AwardProposal:
    """Put a draft to the approver."""
    return AwardProposal(proposal_id=answer(await contracting.submit_contract(world, actor, contract_id)).id)


@router.post("/contracts/{contract_id}/signature", status_code=204, dependencies=[stepped_up(SteppedAct.SIGN)])
async def sign_contract(contract_id: str, body: SignContract, world: WorldDep, actor: ApproverDep) -> None:
    """Sign for the buyer."""
    _done(await contract_signing.sign_contract(world, actor, contract_id, body.model_dump()))


@router.post("/contracts/{contract_id}/signature/withdrawal", status_code=204)
async def withdraw_signature(contract_id: str, world: WorldDep, actor: ApproverDep) -> None:
    """Take the buyer's request back from the provider."""
    _done(await contract_signing.withdraw_signature(world, actor, contract_id))


@router.post("/my/contracts/{contract_id}/signature/withdrawal", status_code=204)
async def withdraw_own_signature(contract_id: str, world: WorldDep, actor: SignerDep) -> None:
    """Take the supplier's own request back from the provider."""
    _done(await contract_signing.withdraw_signature(world, actor, contract_id))


@router.post("/contracts/{contract_id}/ending", status_code=201, dependencies=[stepped_up(SteppedAct.CANCEL)])
async def end_contract(contract_id: str, body: EndContract, world: WorldDep, actor: PurchaserDep) -> AwardProposal:
    """Ask an approver to end a contract before its time."""
    ending = Ending(body.kind, body.reason, body.ends_on)
    return AwardProposal(proposal_id=answer(await contract_ending.propose_ending(world, actor, contract_id, ending)).id)


@router.post("/signature-callbacks", status_code=204)
async def take_callback(body: CallBack, request: Request, world: WorldDep) -> None:
    """The provider knocks: what it knows about a request it is asked at once. Its call is signed with the secret."""
    time, signature = (request.headers.get(f"bidroom-{name}", "") for name in ("timestamp", "signature"))
    sent = await request.body()
    if not world.signatures.has_called(sent, world.clock.now(), time=time, signature=signature):
        raise not_found()
    await contract_signing.hear_callback(world, body.key)


@router.post("/my/contracts/{contract_id}/signature", status_code=204)
async def sign_own_contract(contract_id: str, body: SignContract, world: WorldDep, actor: SignerDep) -> None:
    """Sign for the supplier."""
    _done(await contract_signing.sign_contract(world, actor, contract_id, body.model_dump()))


@router.get("/tenders/{tender_id}/contracts/{supplier_id}/pdf", response_class=Response)
async def draw_contract(
    tender_id: str, supplier_id: str, world: WorldDep, actor: ActorDep, lang: Annotated[Lang, Query()] = "zh"
) -> Response:
    """A supplier's contract as PDF with its signatures; `own` for the supplier itself."""
    wanted = actor.supplier_id or supplier_id
    async with world.db.snapshot() as tx:
        tender = await reading.load_published(tx, actor, tender_id, *READERS)
        held = await contract_store.load_contract(tx, tender_id, wanted)
        is_told = await may_read_contract(world, tx, actor, tender)
    if held is None or not is_told or supplier_id not in (wanted, "own"):
        raise not_found()
    if (actor.is_supplier or is_requester_only(actor, tender)) and held.state not in SHOWN:
        raise not_found()
    signatures = [
        {"side": each.side.value, "signatory": each.signatory, "title": each.title, "at": shown_at(each.at)}
        for each in held.signatures
    ]
    document = dict(held.document)
    ended = held.ending
    ending = None if ended is None else {**ended.ending.to_json(), "at": shown_at(ended.at)}
    data: dict[str, Any] = {
        "contract": document,
        "digest": held.digest,
        "state": held.state.value,
        "signatures": signatures,
    }
    data |= {"ending": ending}
    zone, made_at = tender.time_zone, document["made_at"]
    made = await printing.draw_aside("contract", data, lang=lang, zone=zone, made_at=made_at)
    return pdf_of(made, f"{tender.reference}-contract-{lang}")


def _issues(body: IssuesForm) -> Issues:
    return issues_from_json(body.model_dump())


def _turn(body: TakeTurn, actor: Actor) -> NewTurn:
    issues = None if body.issues is None else _issues(body.issues)
    return NewTurn(body.act, negotiating.side_of(actor), body.answers, issues, body.text)


def _done(refusal: Refusal | None) -> None:
    if refusal is not None:
        answer(refusal)
