"""What an approval does to a tender; main.py puts the rooms' effects together."""

from app.approvals.store import Effect
from app.domain.approving import ProposalKind
from app.tenders.amending import amend_tender
from app.tenders.calendar_days import change_days
from app.tenders.ending import cancel_approved, continue_approved
from app.tenders.publishing import publish_tender
from app.tenders.question_answers import approve_answer, return_answer

EFFECTS: dict[ProposalKind, Effect] = {
    ProposalKind.PUBLISH: publish_tender,
    ProposalKind.AMEND: amend_tender,
    ProposalKind.CANCEL: cancel_approved,
    ProposalKind.CONTINUE: continue_approved,
    ProposalKind.ANSWER: approve_answer,
    ProposalKind.CALENDAR: change_days,
}
REFUSED_EFFECTS: dict[ProposalKind, Effect] = {ProposalKind.ANSWER: return_answer}
