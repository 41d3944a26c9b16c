"""From what the services of a supplier's life give to the shapes of the wire."""

from typing import Any

from app.domain.certification import published
from app.domain.improving import OWED, AppealState
from app.identity.access import Actor
from app.suppliers import lifecycle_schemas as schemas
from app.suppliers.appealing import NamedAppeal
from app.suppliers.application_store import Applied
from app.suppliers.applying import Candidate, Case, reference_of
from app.suppliers.finding_store import Action, Appeal, Finding
from app.suppliers.history import Moment
from app.suppliers.living import Life
from app.suppliers.survey_views import owed_view
from app.suppliers.views import pending_view


def row_view(one: Applied) -> schemas.ApplicationRow:
    """An application in the list, without its contact data."""
    return schemas.ApplicationRow(**_row(one))


def case_view(case: Case) -> schemas.ApplicationView:
    """An application with the suppliers it may be."""
    candidates = [_candidate_view(each) for each in case.candidates]
    pending = None if case.pending is None else pending_view(case.pending)
    asked = [owed_view(each) for each in case.owed]
    return schemas.ApplicationView(
        **_row(case.application), candidates=candidates, pending=pending, questionnaires=asked
    )


def life_view(life: Life) -> schemas.LifeView:
    """Findings and actions for the buyer's side: never an appeal (VISIBILITY.md d54)."""
    return schemas.LifeView(**_life(life))


def own_life_view(life: Life) -> schemas.OwnLifeView:
    """The own findings, appeals and the way to the next grade."""
    return schemas.OwnLifeView(
        **_life(life),
        appeals=[schemas.OwnAppealView.model_validate(_appeal(each)) for each in life.appeals],
        improvements=[
            schemas.ImprovementView(
                aspect=each.aspect, mark=each.mark.normalize(), needed=each.needed and each.needed.normalize()
            )
            for each in life.improvements
        ],
    )


def appeal_view(named: NamedAppeal, actor: Actor, *, is_approver: bool) -> schemas.AppealView:
    """An appeal for whoever decides it; the act asks again."""
    held = named.appeal
    may_decide = is_approver and held.state is AppealState.OPEN and actor.account_id not in named.assessors
    values = {**_appeal(held), "supplier_id": held.supplier_id, "title": named.title, "may_decide": may_decide}
    values |= {"name_zh": named.names.name_zh, "name_en": named.names.name_en, "recount": None}
    if named.recount is not None:
        found = named.recount
        values["recount"] = {
            "before": None if found.before is None else published(found.before),
            "after": None if found.after is None else published(found.after),
            "orders": list(found.orders),
        }
    return schemas.AppealView.model_validate(values)


def moment_view(one: Moment) -> schemas.MomentView:
    """One thing that happened."""
    return schemas.MomentView(at=one.at, what=one.what, subject=one.subject, text=one.text)


def _row(one: Applied) -> dict[str, Any]:
    return {
        "id": one.id,
        "reference": reference_of(one.id),
        "state": one.state,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "credit_code": one.credit_code,
        "city": one.city,
        "categories": list(one.categories),
        "applied_at": one.applied_at,
        "decided_at": one.decided_at,
        "reason": one.reason,
        "into_id": one.into_id,
    }


def _candidate_view(one: Candidate) -> schemas.CandidateView:
    held = one.held
    return schemas.CandidateView(
        id=held.id,
        name_zh=held.name_zh,
        name_en=held.name_en,
        credit_code=held.credit_code,
        city=held.city,
        likeness=list(one.duplicate.likeness),
    )


def _life(life: Life) -> dict[str, Any]:
    return {
        "is_conditional": life.is_conditional,
        "is_to_reassess": life.is_to_reassess,
        "findings": [_finding_view(each, life) for each in life.findings],
    }


def _finding_view(one: Finding, life: Life) -> schemas.FindingView:
    return schemas.FindingView(
        id=one.id,
        kind=one.kind,
        aspect=one.aspect,
        result=one.result,
        title=one.title,
        text=one.text,
        held_on=one.held_on,
        score=None if one.score is None else one.score.normalize(),
        recorded_at=one.recorded_at,
        annulled_at=one.annulled_at,
        actions=[_action_view(each, life) for each in life.actions if each.finding_id == one.id],
    )


def _action_view(one: Action, life: Life) -> schemas.ActionView:
    return schemas.ActionView(
        id=one.id,
        text=one.text,
        due_on=one.due_on,
        state=one.state,
        is_overdue=one.state in OWED and one.due_on < life.today,
        reply=one.reply,
        replied_at=one.replied_at,
        closed_at=one.closed_at,
    )


def _appeal(one: Appeal) -> dict[str, Any]:
    return {
        "id": one.id,
        "subject": one.subject,
        "subject_id": one.subject_id,
        "text": one.text,
        "state": one.state,
        "made_at": one.made_at,
        "decided_at": one.decided_at,
        "answer": one.answer,
    }
