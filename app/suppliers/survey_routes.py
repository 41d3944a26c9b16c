"""HTTP edge of questionnaires."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.domain.surveying import Question, Words
from app.domain.visibility import Role
from app.identity.access import Actor, BidderDep, SupplierDep, staff
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.suppliers import survey_schemas as schemas
from app.suppliers import surveying
from app.suppliers.routes import READERS, ReaderDep
from app.suppliers.survey_views import owed_view, own_owed_view, questionnaire_view

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["suppliers"])
# What is asked is no secret of the house; who asks is the purchaser or the administrator.
AskerDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.ADMIN))]
AskedReaderDep = Annotated[Actor, Depends(staff(*READERS, Role.ADMIN))]


@router.get("/questionnaires")
async def list_questionnaires(world: WorldDep, _actor: AskedReaderDep) -> list[schemas.QuestionnaireView]:
    """The version in force of every category that has one."""
    return [questionnaire_view(one) for one in await surveying.list_current(world)]


@router.put("/questionnaires/{category}")
async def publish_questionnaire(
    category: str, body: schemas.PublishQuestionnaire, world: WorldDep, actor: AskerDep
) -> schemas.QuestionnaireView:
    """Publish the next version; the suppliers of the category are asked anew."""
    questions = [
        Question(
            id=one.id,
            kind=one.kind,
            title=Words(one.title_zh, one.title_en),
            is_must=one.is_must,
            unit=one.unit,
            choices=tuple(Words(each.zh, each.en) for each in one.choices),
        )
        for one in body.questions
    ]
    command = surveying.PublishQuestionnaire(category, questions, body.valid_days, body.after)
    return questionnaire_view(answer(await surveying.publish_questionnaire(world, actor, command)))


@router.get("/supplier-questions")
async def list_asked(
    world: WorldDep, category: Annotated[list[str], Query(max_length=20, default_factory=list)]
) -> list[schemas.QuestionnaireView]:
    """What is asked of an applicant in these categories; without an account, like the application itself."""
    asked = await surveying.list_current(world, category)
    return [questionnaire_view(one) for one in asked if one.questions]


@router.get("/suppliers/{supplier_id}/questionnaires")
async def read_replies(supplier_id: str, world: WorldDep, _actor: ReaderDep) -> list[schemas.OwedView]:
    """What is asked of a supplier and what it handed in; never a draft."""
    return [owed_view(one) for one in await surveying.read_owed(world, supplier_id)]


@router.get("/my/questionnaires")
async def read_own_replies(world: WorldDep, actor: SupplierDep) -> list[schemas.OwnOwedView]:
    """What is asked of the own company, with the draft."""
    return [own_owed_view(one) for one in await surveying.read_owed(world, actor.supplier_id or "")]


@router.put("/my/questionnaires/{questionnaire_id}")
async def save_draft(
    questionnaire_id: str, body: schemas.GiveAnswers, world: WorldDep, actor: BidderDep
) -> schemas.SavedView:
    """Keep what was typed so far."""
    saved = answer(await surveying.save_draft(world, actor, questionnaire_id, body.answers))
    return schemas.SavedView(saved_at=saved)


@router.post("/my/questionnaires/{questionnaire_id}/submission", status_code=204)
async def submit_reply(questionnaire_id: str, body: schemas.GiveAnswers, world: WorldDep, actor: BidderDep) -> None:
    """Hand in the answers; the assessor reads them."""
    answer(await surveying.submit_reply(world, actor, questionnaire_id, body.answers))
