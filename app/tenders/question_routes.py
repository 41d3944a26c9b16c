"""HTTP edge of questions and answers."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.visibility import Role
from app.identity.access import Actor, ActorDep, BidderDep, SupplierDep, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.tenders import question_answers, question_relay, question_views, questions
from app.tenders.question_answers import DraftAnswer
from app.tenders.question_relay import Relayed
from app.tenders.question_schemas import (
    AskQuestion,
    OwnQuestionsView,
    QuestionsView,
    QueueView,
    RelayListView,
    RelayQuestion,
    RelayView,
    WriteAnswer,
)

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["questions"])
PurchaserDep = Annotated[Actor, Depends(staff(Role.PURCHASER))]
QueueDep = Annotated[Actor, Depends(staff(*question_views.QUEUE_READERS))]
RelayDep = Annotated[Actor, Depends(staff(*question_views.RELAYS))]
RelayerDep = Annotated[Actor, Depends(staff(Role.DESK_RELAY, Role.APPROVER))]


@router.get("/tenders/{tender_id}/questions")
async def read_questions(tender_id: str, world: WorldDep, actor: ActorDep) -> QuestionsView:
    """The rule of questions and what is published, for everybody in the tender."""
    return await question_views.read_published(world, actor, tender_id)


@router.post("/tenders/{tender_id}/questions", status_code=201)
async def ask_question(tender_id: str, body: AskQuestion, world: WorldDep, actor: BidderDep) -> OwnQuestionsView:
    """Ask; the answer comes to all."""
    answer(await questions.ask_question(world, actor, tender_id, body.text))
    return await question_views.read_own(world, actor, tender_id)


@router.get("/tenders/{tender_id}/own-questions")
async def read_own_questions(tender_id: str, world: WorldDep, actor: SupplierDep) -> OwnQuestionsView:
    """The own questions and what became of them."""
    return await question_views.read_own(world, actor, tender_id)


@router.get("/tenders/{tender_id}/question-queue")
async def read_queue(tender_id: str, world: WorldDep, actor: QueueDep) -> QueueView:
    """What was relayed, with the answers as they stand."""
    return await question_views.read_queue(world, actor, tender_id)


@router.put("/tenders/{tender_id}/questions/{question_id}/answer")
async def write_answer(
    tender_id: str, question_id: str, body: WriteAnswer, world: WorldDep, actor: PurchaserDep
) -> QueueView:
    """Write an answer; a finished one goes to a second person or the next fixed time, and then to all."""
    command = DraftAnswer(body.zh, body.en, body.version, body.is_finished, body.amounts_checked)
    answer(await question_answers.draft_answer(world, actor, tender_id, question_id, command))
    return await question_views.read_queue(world, actor, tender_id)


@router.get("/relay")
async def list_relaying(world: WorldDep, actor: RelayerDep) -> RelayListView:
    """Where the relay has something to do."""
    return await question_views.list_relaying(world, actor)


@router.get("/tenders/{tender_id}/relay")
async def read_relay(tender_id: str, world: WorldDep, actor: RelayDep) -> RelayView:
    """What is held in a tender."""
    return await question_views.read_relay(world, actor, tender_id)


@router.post("/tenders/{tender_id}/relay/{question_id}")
async def relay_question(
    tender_id: str, question_id: str, body: RelayQuestion, world: WorldDep, actor: RelayerDep
) -> RelayView:
    """Release a redacted text, return a question, or merge it into another."""
    command = Relayed(body.act, body.text, body.reason, body.into)
    answer(await question_relay.relay_question(world, actor, tender_id, question_id, command))
    return await question_views.read_relay(world, actor, tender_id)
