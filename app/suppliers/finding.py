"""On-site audits, sample tests and corrective actions: recorded by the purchaser, mended by the supplier (issue 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.certification import Aspect, is_score, plain
from app.domain.contact_filtering import decide_title
from app.domain.improving import (
    ActionState,
    FindingKind,
    Result,
    decide_closing,
    decide_finding,
    decide_report,
)
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault, check_text
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.world import World
from app.notices.store import insert_notices
from app.suppliers import finding_store, store
from app.suppliers.entering import note, note_refused, tell_supplier
from app.suppliers.finding_store import Action, Finding

# A site audit with more is a refusal in another form.
MOST_ACTIONS = 20
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to mend, as typed."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """What was looked at, when, and what it came to."""

    kind: FindingKind
    aspect: Aspect
    result: Result
    title: str
    text: str
    held_on: date
    actions: Sequence[Owed] = ()
    # 0 to 100, where the audit or the test gave one.
    score: Decimal | None = None


async def record_finding(world: World, actor: Actor, supplier_id: str, command: RecordFinding) -> Finding | Refusal:
    """Record an on-site audit or a sample test; the supplier is told.

    Refuses INCOMPLETE (title, actions of a conditional result), OUT_OF_RANGE (days), NOT_ALLOWED_HERE (actions of a
    result that passed), TOO_LARGE (actions).
    """
    title = check_text(command.title, LONGEST_TITLE)
    due = [each.due_on for each in command.actions]
    refusal = decide_finding(command.result, command.held_on, due, today_of(world))
    if isinstance(title, FieldFault):
        refusal = Refusal(Code.INCOMPLETE, {"title": title.value})
    elif command.score is not None and not is_score(command.score):
        refusal = Refusal(Code.OUT_OF_RANGE, {"field": "score", "highest": "100"})
    elif len(due) > MOST_ACTIONS:
        refusal = Refusal(Code.TOO_LARGE, {"field": "actions", "most": str(MOST_ACTIONS)})
    async with world.db.transaction() as tx:
        await store.lock_supplier(tx, supplier_id)
        if refusal is not None:
            return await note_refused(world, tx, actor, "record_finding", refusal, supplier_id)
        new = Finding(
            id=world.ids.new(),
            supplier_id=supplier_id,
            kind=command.kind,
            aspect=command.aspect,
            result=command.result,
            title=str(title),
            text=command.text,
            held_on=command.held_on,
            recorded_by=actor.account_id,
            recorded_at=world.clock.now(),
            score=command.score,
        )
        actions = [
            Action(world.ids.new(), new.id, supplier_id, each.text, each.due_on, ActionState.OPEN)
            for each in command.actions
        ]
        await finding_store.insert_finding(tx, new, actions)
        await tell_supplier(world, tx, supplier_id, NoticeKind.FINDING_RECORDED, {})
        data = {
            "finding": new.id,
            "found_by": new.kind.value,
            "aspect": new.aspect.value,
            "result": new.result.value,
            "title": new.title,
            "text": new.text,
            "held_on": new.held_on.isoformat(),
            "score": None if new.score is None else plain(new.score),
            "actions": [{"id": each.id, "text": each.text, "due_on": each.due_on.isoformat()} for each in actions],
        }
        await note(world, tx, actor, supplier_id, Kind.FINDING_RECORDED, data)
        return new


async def report_action(world: World, actor: Actor, action_id: str, reply: str) -> Refusal | None:
    """The supplier says that something is mended, and how. Refuses ALREADY_DECIDED, and LEAK where the text tells how
    to reach somebody: the buyer reads it (attacks.md C07)."""
    supplier_id = actor.supplier_id or ""
    async with world.db.transaction() as tx:
        await store.lock_supplier(tx, supplier_id)
        held = await finding_store.load_action(tx, supplier_id=supplier_id, action_id=action_id)
        refusal = decide_report(held.state) or decide_title(reply)
        if refusal is not None:
            return await note_refused(world, tx, actor, "report_action", refusal, supplier_id)
        values = {"state": ActionState.REPORTED.value, "reply": reply, "replied_at": world.clock.now()}
        await finding_store.set_action(tx, action_id, **values)
        people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
        accounts = [person.id for person in people]
        await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.ACTION_REPORTED, params={})
        await note(world, tx, actor, supplier_id, Kind.ACTION_REPORTED, {"action": action_id, "text": reply})
        return None


async def decide_action(
    world: World, actor: Actor, *, supplier_id: str, action_id: str, accept: bool
) -> Refusal | None:
    """The purchaser has looked: closed, or owed again. Refuses NOT_ALLOWED_HERE, ALREADY_DECIDED."""
    async with world.db.transaction() as tx:
        await store.lock_supplier(tx, supplier_id)
        held = await finding_store.load_action(tx, supplier_id=supplier_id, action_id=action_id)
        state = decide_closing(held.state, accept=accept)
        if isinstance(state, Refusal):
            return await note_refused(world, tx, actor, "decide_action", state, supplier_id)
        closed_at = world.clock.now() if accept else None
        await finding_store.set_action(tx, action_id, state=state.value, closed_at=closed_at)
        await tell_supplier(world, tx, supplier_id, NoticeKind.ACTION_DECIDED, {})
        kind = Kind.ACTION_CLOSED if accept else Kind.ACTION_RETURNED
        await note(world, tx, actor, supplier_id, kind, {"action": action_id})
        return None
