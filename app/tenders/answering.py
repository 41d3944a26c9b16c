"""A supplier's answer to its invitation: accept the terms in force, or decline; changed at will until the deadline.

Serves SCREENS.md SP-03 and VISIBILITY.md d11: the journal carries the answer under the tag alone, the supplier sealed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.kinds import Kind
from app.domain.tendering import decide_response
from app.domain.visibility import Role
from app.identity.access import reach_tender
from app.infra.errors import not_found
from app.suppliers import store as supplier_store
from app.tenders import store
from app.tenders.entering import enter
from app.tenders.participations import Participation, Response, list_participations, store_answers
from app.tenders.representing import decide_joining

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.refusals import Refusal
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender

_KINDS = {Response.ACCEPTED: Kind.INVITATION_ACCEPTED, Response.DECLINED: Kind.INVITATION_DECLINED}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a supplier says, to which version of the terms, and when it came in."""

    response: Response
    version: int
    reason: str
    received_at: datetime


async def answer_invitation(world: World, actor: Actor, tender_id: str, command: Answer) -> Participation | Refusal:
    """Store the answer. Repeatable.

    Refuses TOO_LATE, AMENDED, to accept whoever is not certified any more, one person for two firms (RELATED_PARTY).
    """
    async with world.db.transaction() as tx:
        await reach_tender(tx, actor, tender_id, Role.SUPPLIER)
        tender = await store.lock_tender(tx, tender_id)
        everyone = await list_participations(world, tx, tender_id)
        own = next((each for each in everyone if each.supplier_id == actor.supplier_id), None)
        if own is None:
            raise not_found()
        refusal = await _decide(tx, tender, own, command)
        if refusal is None and command.response is Response.ACCEPTED:
            refusal = await decide_joining(world, tx, own, everyone)
        if refusal is not None:
            await _enter(world, tx, actor, own, Kind.INVITATION_REFUSED, {"code": refusal.code.value})
            return refusal
        answered = replace(
            own,
            response=command.response,
            terms_version=command.version,
            reason=command.reason,
            joined=command.response is Response.ACCEPTED,
        )
        if answered == own:
            return own
        await store_answers(world, tx, [answered if each is own else each for each in everyone])
        await _enter(world, tx, actor, own, _KINDS[command.response], {"version": command.version})
        return answered


async def _decide(tx: AsyncConnection, tender: Tender, own: Participation, command: Answer) -> Refusal | None:
    assert tender.response_due_at is not None
    refusal = decide_response(
        tender.state,
        received_at=command.received_at,
        due_at=tender.response_due_at,
        read_version=command.version,
        terms_version=tender.terms_version,
    )
    if refusal is not None or command.response is not Response.ACCEPTED:
        return refusal
    standing = await supplier_store.find_standing(tx, own.supplier_id, tender.category, command.received_at)
    return standing.refusal


async def _enter(
    world: World, tx: AsyncConnection, actor: Actor, own: Participation, kind: Kind, data: dict[str, str | int]
) -> None:
    # Both ids have one length, so the sealed part has one length too.
    who = json.dumps({"supplier": own.supplier_id, "account": actor.account_id}).encode()
    sealed = world.keys.seal("vault", who, own.tag.encode())
    fields = actor.entry_fields(Role.SUPPLIER)
    await enter(world, tx, own.tender_id, kind, data, tag=own.tag, sealed=sealed, **fields)
