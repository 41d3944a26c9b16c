"""An appeal of a supplier against a closed performance review: until when, who decides it, what it holds back.

Serves issue 7 (performance review). The review stands until the appeal is decided, but nothing follows from it: neither
a certification nor points for the next round. Upheld, the review is computed again by its own formula from the orders
as they are by then; what was decided so is final.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.certification import Marks
from app.domain.improving import AppealState
from app.domain.refusals import Code, Refusal

# The day of the closing is not counted.
APPEAL_DAYS: Final = 15


@dataclass(frozen=True, slots=True)
class Appealable:
    """A review as the rule sees it; `is_final`: it was made by the decision of an appeal."""

    closed_on: date | None
    is_last: bool
    is_final: bool
    is_appealed: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A certification that was in force: its proposal and its marks."""

    proposal_id: str | None
    marks: Marks


def last_appeal_day(closed_on: date) -> date:
    """The last day on which an appeal is taken, the whole day included."""
    return closed_on + timedelta(days=APPEAL_DAYS)


def decide_making(review: Appealable, today: date) -> Refusal | None:
    """Whether the supplier may appeal: the review is closed, counts, and its days are not over.

    Refuses NOT_ALLOWED_HERE (open, replaced, or made by an appeal itself), ALREADY_EXISTS, TOO_LATE.
    """
    if review.closed_on is None or not review.is_last:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "subject"})
    if review.is_final:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "subject", "because": "made_by_appeal"})
    if review.is_appealed:
        return Refusal(Code.ALREADY_EXISTS, {"field": "subject"})
    last = last_appeal_day(review.closed_on)
    return Refusal(Code.TOO_LATE, {"latest": last.isoformat()}) if today > last else None


def decide_deciding(state: AppealState, assessors: Collection[str], decider: str) -> Refusal | None:
    """Whether this person may decide an appeal of any kind: it is open, and who decides neither assessed nor, of a
    review, made or closed it.

    Refuses ALREADY_DECIDED, SAME_PERSON."""
    if state is not AppealState.OPEN:
        return Refusal(Code.ALREADY_DECIDED)
    return Refusal(Code.SAME_PERSON) if decider in assessors else None


def decide_recount(before: str, after: str) -> Refusal | None:
    """Whether there is anything to compute anew: the digests of the sample then and now. Upheld without corrected
    orders an appeal would change nothing. Refuses NOT_ALLOWED_HERE."""
    if before == after:
        return Refusal(Code.NOT_ALLOWED_HERE, {"field": "orders", "because": "not_corrected"})
    return None


def is_held_back(review_id: str, open_appeals: Collection[str]) -> bool:
    """Whether nothing may follow from a review now."""
    return review_id in open_appeals


def marks_before(given: Sequence[Given], replaced: Collection[str]) -> Marks | None:
    """The marks a review that was computed anew moves: those in force, or where they came from the review it replaces,
    the ones before them, so that nothing counts twice. ``given``: approved certifications, the newest first."""
    return next((one.marks for one in given if one.proposal_id is None or one.proposal_id not in replaced), None)


def changed_orders(before: Sequence[Mapping[str, object]], after: Sequence[Mapping[str, object]]) -> list[str]:
    """The numbers of the orders that are not as they were, that were left out, or that came in."""
    old = {str(one["number"]): one for one in before}
    new = {str(one["number"]): one for one in after}
    return sorted(number for number in old.keys() | new.keys() if old.get(number) != new.get(number))
