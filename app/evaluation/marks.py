"""Blind marks: every keystroke worth keeping is saved, a complete sheet is submitted and stays as it is."""

from app.domain.empanelling import decide_marking
from app.domain.kinds import Kind
from app.domain.marking import Cell, Mark, check_mark, decide_submission, seat_pool
from app.domain.refusals import Code, Refusal
from app.domain.tendering import decide_running
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.entering import entry_of_seat, note_refused
from app.evaluation.panel_store import SavedMark
from app.evaluation.room import Room, lock_room
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import append


async def save_mark(world: World, actor: Actor, tender_id: str, new: Mark, *, version: int) -> SavedMark | Refusal:
    """Save one cell of the own sheet: a mark, a comment, or both; `version` is the one last seen, 0 for none.

    Raises the one 404 for whoever has no seat, and for a cell that is not of the sheet. Refuses NOT_A_MARK,
    NOT_DECLARED, TOO_EARLY, after submission or lock LOCKED, and CHANGED_SINCE with what is there.
    """
    async with world.db.transaction() as tx:
        room = await lock_room(world, tx, tender_id)
        member = room.reach_member(actor.account_id)
        refusal = decide_running(room.tender.state) or decide_marking(
            member, is_open=room.is_open, is_locked=room.is_locked
        )
        if refusal is None:
            room.reach_cell(new.cell)
            refusal = check_mark(new.value)
        if refusal is not None:
            return await note_refused(world, tx, actor, tender_id, hat=Role.EVALUATOR, act="mark", refusal=refusal)
        held = await panel_store.find_mark(tx, actor.account_id, new.cell)
        if held is not None and held.mark == new:
            # The same saved twice, because an answer was lost: nothing to say, nothing to do.
            return held
        before = 0 if held is None else held.version
        if before != version:
            return Refusal(Code.CHANGED_SINCE, _as_held(held))
        saved = SavedMark(new, before + 1)
        await panel_store.save_mark(
            tx,
            tender_id=tender_id,
            account_id=actor.account_id,
            new=new,
            version=saved.version,
            at=world.clock.now(),
        )
    return saved


def _as_held(held: SavedMark | None) -> dict[str, str]:
    """The own mark as it is stored, for the page to show beside what was typed."""
    if held is None:
        return {"version": "0", "mark": "", "comment": ""}
    mark = held.mark
    return {
        "version": str(held.version),
        "mark": "" if mark.value is None else str(mark.value),
        "comment": mark.comment,
    }


async def submit_sheet(world: World, actor: Actor, tender_id: str) -> Refusal | None:
    """Submit the own sheet: it is complete, and from now on nobody changes it. The seat is drawn at this moment.

    Refuses MARKS_MISSING and COMMENT_MISSING with the first gap, LOCKED a second time.
    """
    async with world.db.transaction() as tx:
        room = await lock_room(world, tx, tender_id)
        member = room.reach_member(actor.account_id)
        sheet = (await panel_store.list_marks(tx, tender_id, [actor.account_id]))[actor.account_id]
        marks = {cell: saved.mark for cell, saved in sheet.items()}
        refusal = (
            decide_running(room.tender.state)
            or decide_marking(member, is_open=room.is_open, is_locked=room.is_locked)
            or decide_submission(room.cells, marks)
        )
        if refusal is not None:
            return await note_refused(world, tx, actor, tender_id, hat=Role.EVALUATOR, act="submit", refusal=refusal)
        seat = _draw_seat(world, room)
        values = {"submitted_at": world.clock.now(), "seat": seat}
        await panel_store.set_member(tx, tender_id, actor.account_id, **values)
        data = {"seat": seat, "marks": [_mark_data(cell, marks[cell]) for cell in room.cells]}
        await append(world, tx, entry_of_seat(world, actor, tender_id, Kind.MARKS_SUBMITTED, data))
    world.bell.ring(f"tender:{tender_id}")
    return None


def _draw_seat(world: World, room: Room) -> str:
    taken = {each.seat for each in room.members}
    free = [seat for seat in seat_pool(len(room.members)) if seat not in taken]
    return world.ids.shuffled(free)[0]


def _mark_data(cell: Cell, mark: Mark) -> dict[str, object]:
    lot_id, alias, criterion = cell
    return {"lot": lot_id, "offer": alias, "criterion": criterion, "mark": mark.value, "comment": mark.comment}
