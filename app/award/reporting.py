"""Making a recommendation report: the document is read, hashed, stored and journaled (SCREENS.md DR-07)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import report_store, store
from app.award.reading import DecisionSheet, load_decision_sheet
from app.award.report_document import load_document
from app.award.report_store import Report
from app.domain.awarding import DecisionState
from app.domain.kinds import Kind
from app.domain.recommending import Stage, is_same, made_data, stage_of
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store
from app.tenders.intact import decide_intact
from app.tenders.store import Tender


def _stage(sheet: DecisionSheet) -> Stage:
    return stage_of(is_fixed=sheet.is_fixed, is_unsealed=sheet.unsealed_at is not None)


def decide(sheet: DecisionSheet) -> Refusal | None:
    """A report stands on a decision: on one that was proposed, and neither returned nor reopened since."""
    gone = {DecisionState.RETURNED, DecisionState.REOPENED}
    is_there = sheet.decision is not None and sheet.decision.state not in gone
    return None if is_there else Refusal(Code.NOT_DECIDED)


async def make_report(world: World, actor: Actor, tender_id: str) -> Report | Refusal:
    """Make the tender's next report, or give the newest if nothing has changed since.

    Refuses before a decision was proposed and after it was returned (NOT_DECIDED), if the decision changes while the
    report is read together (CHANGED_SINCE), and where the published rules were changed in the tables (FROZEN).
    """
    async with world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, tender_id)
        changed = await decide_intact(tx, tender)
        if changed is not None:
            return changed
        sheet = await load_decision_sheet(world, tx, tender)
        refusal = decide(sheet)
        if refusal is not None:
            return refusal
        made = await report_store.list_reports(tx, tender_id)
        document = await load_document(world, tx, sheet, stage=_stage(sheet), number=len(made) + 1)
    if made and is_same(made[0].document, document):
        return made[0]
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        if await _has_moved(world, tx, tender, document):
            return Refusal(Code.CHANGED_SINCE)
        now, by = world.clock.now(), actor.account_id
        report = await report_store.insert_report(tx, world.ids.new(), tender_id, document=document, at=now, by=by)
        fields = actor.entry_fields(Role.PURCHASER)
        data = made_data(document)
        await append(world, tx, NewEntry(tender.chain, Kind.REPORT_MADE, data, tender=tender_id, **fields))
    return report


async def _has_moved(world: World, tx: AsyncConnection, tender: Tender, document: dict[str, Any]) -> bool:
    """Whether decision, stage or the number of reports are others than when the document was read."""
    sheet = await load_decision_sheet(world, tx, tender)
    decision = await store.find_decision(tx, tender.id)
    digest = None if decision is None else decision.digest
    made = await report_store.list_reports(tx, tender.id)
    now = (digest, None if decide(sheet) else _stage(sheet).value, len(made) + 1)
    return now != (document["decision"]["digest"], document["stage"], document["number"])


async def is_current(world: World, tx: AsyncConnection, tender: Tender, newest: Report | None) -> bool:
    """Whether the newest report says the stage and the decision that stand now; the button offers a new one if not."""
    sheet = await load_decision_sheet(world, tx, tender)
    if newest is None or decide(sheet) is not None or sheet.decision is None:
        return False
    told = (newest.stage, newest.document["decision"]["digest"], len(newest.document.get("reopened", ())))
    return told == (_stage(sheet), sheet.decision.digest, sum(each.is_done for each in sheet.reopenings))
