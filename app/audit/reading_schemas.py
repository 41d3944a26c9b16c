"""The wire of readings of the vault."""

from typing import Annotated

from pydantic import StringConstraints

from app.domain.approving import ProposalState
from app.domain.vault_policy import Reading
from app.domain.visibility import Phase
from app.infra.web import InstantText, StrictModel

SubjectText = Annotated[str, StringConstraints(max_length=120)]
ReasonText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class AskReadingBody(StrictModel):
    """An exact reading, and why."""

    reading: Reading
    subject: SubjectText = ""
    reason: ReasonText


class InvestigationBody(StrictModel):
    """Why the names of all bidders are needed."""

    reason: ReasonText


class ReadingAsked(StrictModel):
    """The proposal that waits for the second person."""

    proposal_id: str


class SubjectChoice(StrictModel):
    """Something a reading can be about."""

    id: str
    name_zh: str
    name_en: str


class ReadingChoice(StrictModel):
    """A reading the tender's phase allows, and what it can be about; an empty list: the whole tender, or an entry."""

    reading: Reading
    subjects: list[SubjectChoice]


class AskedView(StrictModel):
    """A request and where it stands."""

    id: str
    reading: Reading
    subject_zh: str
    subject_en: str
    reason: str
    state: ProposalState
    asked_at: InstantText
    readable_until: InstantText | None
    is_mine: bool
    can_read: bool


class InvestigationView(StrictModel):
    """The emergency unsealing of a tender: none, asked for, or done."""

    can_ask: bool
    is_waiting: bool
    is_done: bool
    reason: str | None
    decided_at: InstantText | None


class ReadingsView(StrictModel):
    """The page of readings of a tender."""

    phase: Phase
    is_anonymity_nominal: bool
    choices: list[ReadingChoice]
    asked: list[AskedView]
    investigation: InvestigationView


class OpenedView(StrictModel):
    """One line of what was read."""

    of: str | None
    name_zh: str | None
    name_en: str | None
    person: str | None
    email: str | None
    phone: str | None
    response: str | None
    at: InstantText | None
    network: str | None
    agent: str | None


class ReadView(StrictModel):
    """What a reading gave; shown once, kept by no page."""

    reading: Reading
    rows: list[OpenedView]
