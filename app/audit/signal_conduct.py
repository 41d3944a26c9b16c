"""What people did around a tender, for the auditor's screens: marks, talks, raised signals. Decides nothing."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.signal_store import TenderRow
from app.award import contract_store
from app.domain.kinds import Kind
from app.domain.marking import Cell
from app.domain.screening_people import Conduct, Raised, Said
from app.evaluation import panel_store
from app.journal.store import list_of_kind


async def gather_conduct(tx: AsyncConnection, row: TenderRow) -> Conduct:
    """The conduct of a tender whose prices are open: its marks are locked, its names at most unsealed."""
    raised = await list_of_kind(tx, chain=f"tender:{row.id}", kind=Kind.SIGNAL_RAISED)
    talks = await contract_store.list_negotiations(tx, row.id)
    return Conduct(
        marks=await _marks(tx, row.id),
        talks=[
            [Said(turn.number, turn.side, turn.text) for turn in talk.turns if turn.text.strip()]
            for talk in sorted(talks.values(), key=lambda each: each.id)
            if talk.turns
        ],
        raised=[Raised(str(each.data["signal"]), each.at) for each in raised],
    )


async def _marks(tx: AsyncConnection, tender_id: str) -> Mapping[str, Mapping[Cell, int]]:
    """Marks by the seat that was drawn at the submission, which names nobody (VISIBILITY.md d39)."""
    members = await panel_store.list_members(tx, tender_id)
    seats = {each.account_id: each.seat for each in members if each.seat is not None and not each.has_conflict}
    marks = await panel_store.list_marks(tx, tender_id, seats) if seats else {}
    return {
        seats[account]: {cell: saved.mark.value for cell, saved in own.items() if saved.mark.value is not None}
        for account, own in marks.items()
    }
