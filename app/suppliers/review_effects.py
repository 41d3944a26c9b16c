"""What may follow from a closed performance review, and from which marks it starts."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import Marks
from app.domain.review_appealing import Given, marks_before
from app.suppliers import dossier_store, finding_store
from app.suppliers import performance_store as rows
from app.suppliers.dossier_store import Certification
from app.suppliers.performance_store import Review

# What an appeal against a review is filed under.
PERFORMANCE = "performance"


async def list_held_back(tx: AsyncConnection) -> set[str]:
    """The reviews nothing follows from now: an appeal against them is open."""
    return await finding_store.list_open_subjects(tx, PERFORMANCE)


async def base_marks(tx: AsyncConnection, seen: Review, current: Certification) -> Marks:
    """The marks a review moves: where it replaces one that was carried into a certification, those before it."""
    replaced = {
        one.proposal_id
        for one in await rows.list_revisions(tx, seen)
        if one.revision < seen.revision and one.proposal_id is not None
    }
    if not replaced:
        return current.marks
    known = [one for one in await dossier_store.list_certifications(tx, seen.supplier_id) if one.valid_from is not None]
    known.sort(key=lambda one: one.valid_from or one.proposed_at, reverse=True)
    given = [Given(one.proposal_id, one.marks) for one in known if one.state == "approved"]
    return marks_before(given, replaced) or current.marks
