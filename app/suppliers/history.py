"""A supplier's one history: how it came, what was assessed, found, answered, appealed and suspended, newest first.

Appeals are complaints (VISIBILITY.md d54): the supplier's own, the approver's and the auditor's, never the purchaser's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.certification import published
from app.domain.improving import AppealState
from app.infra.world import World
from app.suppliers import application_store, dossier_store, finding_store, store, survey_store
from app.suppliers.dossier_store import Certification, Suspension
from app.suppliers.finding_store import Action, Appeal, Finding
from app.suppliers.survey_store import SUBMITTED


class What(StrEnum):
    """What happened."""

    APPLIED = "applied"
    REGISTERED = "registered"
    CERTIFIED = "certified"
    CERTIFICATION_REFUSED = "certification_refused"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    FINDING = "finding"
    FINDING_ANNULLED = "finding_annulled"
    ACTION_REPORTED = "action_reported"
    ACTION_CLOSED = "action_closed"
    ANSWERED = "answered"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal_decided"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; ``subject``: a grade, a kind, a category or a state, by what happened."""

    at: datetime
    what: What
    subject: str = ""
    text: str = ""


async def read_history(world: World, supplier_id: str, *, with_appeals: bool, is_own: bool) -> list[Moment]:
    """What happened to a supplier; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        held = await store.load_supplier(tx, supplier_id)
        applied = await application_store.find_application(tx, supplier_id)
        certifications = await dossier_store.list_certifications(tx, supplier_id)
        suspensions = await dossier_store.list_suspensions(tx, supplier_id)
        findings = await finding_store.list_findings(tx, supplier_id)
        actions = await finding_store.list_actions(tx, supplier_id)
        appeals = await finding_store.list_appeals(tx, supplier_id) if with_appeals else []
        replies = await survey_store.list_replies(tx, supplier_id)
        versions = await survey_store.list_versions(tx, {one.questionnaire_id for one in replies})
    moments = [
        Moment(held.registered_at, What.REGISTERED),
        *([] if applied is None else [Moment(applied.applied_at, What.APPLIED)]),
        *_certified(certifications, is_own=is_own),
        *_suspended(suspensions),
        *_found(findings, actions),
        *_appealed(appeals),
        *(
            Moment(one.submitted_at, What.ANSWERED, versions[one.questionnaire_id].category)
            for one in replies
            if one.state == SUBMITTED and one.submitted_at is not None
        ),
    ]
    return sorted(moments, key=lambda one: (one.at, one.what.value), reverse=True)


def _certified(found: Sequence[Certification], *, is_own: bool) -> Iterator[Moment]:
    for one in found:
        if one.state == "approved" and one.valid_from is not None:
            yield Moment(one.valid_from, What.CERTIFIED, one.grade.value, str(published(one.score)))
        elif one.state == "refused" and not is_own:
            yield Moment(one.proposed_at, What.CERTIFICATION_REFUSED, one.grade.value, str(published(one.score)))


def _suspended(found: Sequence[Suspension]) -> Iterator[Moment]:
    for one in found:
        yield Moment(one.started_at, What.SUSPENDED, text=one.reason)
        if one.lifted_at is not None:
            yield Moment(one.lifted_at, What.REINSTATED, text=one.lifted_reason or "")


def _found(findings: Sequence[Finding], actions: Sequence[Action]) -> Iterator[Moment]:
    for one in findings:
        yield Moment(one.recorded_at, What.FINDING, one.kind.value, one.title)
        if one.annulled_at is not None:
            yield Moment(one.annulled_at, What.FINDING_ANNULLED, one.kind.value, one.title)
    for action in actions:
        if action.replied_at is not None:
            yield Moment(action.replied_at, What.ACTION_REPORTED, text=action.text)
        if action.closed_at is not None and action.state.value == "closed":
            yield Moment(action.closed_at, What.ACTION_CLOSED, text=action.text)


def _appealed(appeals: Sequence[Appeal]) -> Iterator[Moment]:
    for one in appeals:
        yield Moment(one.made_at, What.APPEALED, one.subject, one.text)
        if one.decided_at is not None and one.state is not AppealState.OPEN:
            yield Moment(one.decided_at, What.APPEAL_DECIDED, one.state.value, one.answer or "")
