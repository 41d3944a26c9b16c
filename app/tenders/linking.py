"""Linking a draft to the project it buys for, or setting it free: before its publication only (issue 6, the stages).

The version rises with it: a publication that was proposed before names another tender, and is not approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.demand.stages import decide_buying
from app.domain.kinds import Kind
from app.domain.tendering import decide_edit
from app.domain.visibility import Role
from app.identity.seats import find_clash, take_seat
from app.tenders import store
from app.tenders.entering import enter, refuse
from app.tenders.service import changed_since

if TYPE_CHECKING:
    from app.domain.refusals import Refusal
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class LinkProject:
    """The project a draft belongs to from now on, None for none; on the version its editor saw."""

    version: int
    project_id: str | None


async def link_project(world: World, actor: Actor, tender_id: str, command: LinkProject) -> Tender | Refusal:
    """Link a draft to an approved project, or set it free.

    Refuses FROZEN after publication, CHANGED_SINCE, EXCLUSIVE_ROLES, and NOT_ALLOWED_HERE for a project that is not
    approved or is stopped; a project that does not exist is not found.
    """
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        clash = await find_clash(tx, actor.account_id, tender_id, Role.PURCHASER)
        refusal = clash or decide_edit(tender.state) or await changed_since(tx, tender, command.version)
        refusal = refusal or await decide_buying(tx, command.project_id)
        if refusal is not None:
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="link", refusal=refusal)
        if command.project_id == tender.project_id:
            return tender
        version = tender.version + 1
        linked = {"project_id": command.project_id, "version": version, "edited_at": world.clock.now()}
        await store.set_tender(tx, tender_id, **linked)
        await take_seat(tx, actor.account_id, tender_id, Role.PURCHASER)
        data = {"version": version, "changed": ["project_id"], "project": command.project_id or ""}
        await enter(world, tx, tender_id, Kind.TENDER_EDITED, data, **actor.entry_fields(Role.PURCHASER))
        return await store.load_tender(tx, tender_id)
