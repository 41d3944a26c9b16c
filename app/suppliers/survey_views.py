"""From questionnaires and replies to the shapes of the wire."""

from typing import Any

from app.domain.surveying import ReplyState
from app.suppliers import survey_schemas as schemas
from app.suppliers import surveying
from app.suppliers.survey_store import Questionnaire


def owed_view(one: surveying.Owed) -> schemas.OwedView:
    """For the buyer's side: what was handed in, never a draft."""
    return schemas.OwedView(**_owed(one, is_own=False))


def own_owed_view(one: surveying.Owed) -> schemas.OwnOwedView:
    """For the supplier: with what its reply begins with."""
    return schemas.OwnOwedView(**_owed(one, is_own=True), answers=dict(one.answers))


def questionnaire_view(one: Questionnaire) -> schemas.QuestionnaireView:
    """What is asked, as every page reads it."""
    return schemas.QuestionnaireView(
        id=one.id,
        category=one.category,
        version=one.version,
        questions=_questions(one),
        valid_days=one.valid_days,
        made_at=one.made_at,
    )


def _questions(one: Questionnaire) -> list[schemas.QuestionView]:
    return [schemas.QuestionView.model_validate(each.to_json() | {"kind": each.kind}) for each in one.questions]


def _owed(one: surveying.Owed, *, is_own: bool) -> dict[str, Any]:
    last = None
    if one.last is not None and one.answered is not None and one.last.submitted_at and one.last.valid_until:
        last = schemas.ReplyView(
            version=one.answered.version,
            questions=_questions(one.answered),
            answers=dict(one.last.answers),
            submitted_at=one.last.submitted_at,
            valid_until=one.last.valid_until,
        )
    # That a draft was begun is the supplier's alone: to the buyer it has not answered yet.
    state = one.state if is_own or one.state is not ReplyState.DRAFT else _before(one)
    return {"questionnaire": questionnaire_view(one.questionnaire), "state": state, "last": last}


def _before(one: surveying.Owed) -> ReplyState:
    if one.answered is None:
        return ReplyState.OPEN
    return ReplyState.OUTDATED if one.answered.version < one.questionnaire.version else ReplyState.EXPIRED
