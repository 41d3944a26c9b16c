"""Entries of the evaluation, and the refused acts. Marks and values name a seat or nobody: who it was is sealed."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.visibility import Role
from app.evaluation.panel_store import PURPOSE
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append


def entry(tender_id: str, kind: Kind, data: Mapping[str, Any], *, sealed: bytes | None = None) -> NewEntry:
    """An entry of the service on the tender's chain."""
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, sealed=sealed)


def entry_by(actor: Actor, hat: Role, tender_id: str, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    """An entry that names who acted."""
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, **actor.entry_fields(hat))


def entry_of_seat(world: World, actor: Actor, tender_id: str, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    """An entry about marks: by seat or by nobody (VISIBILITY.md d39, mode h); who it was is sealed."""
    return NewEntry(
        f"tender:{tender_id}",
        kind,
        data,
        tender=tender_id,
        actor_role=Role.EVALUATOR.value,
        request_id=actor.request_id,
        sealed=seal_accounts(world, tender_id, [actor.account_id]),
    )


def seal_accounts(world: World, tender_id: str, accounts: Sequence[str]) -> bytes:
    """Accounts of evaluators under the scoring key, bound to the tender."""
    return world.keys.seal(PURPOSE, orjson.dumps({"accounts": list(accounts)}), tender_id.encode())


async def note_refused(
    world: World, tx: AsyncConnection, actor: Actor, tender_id: str, *, hat: Role, act: str, refusal: Refusal
) -> Refusal:
    """Journal a refused act by its code; neither mark nor comment stands in the entry. Gives the refusal back."""
    data = {"act": act, "code": refusal.code.value}
    await append(world, tx, entry_by(actor, hat, tender_id, Kind.SCORING_REFUSED, data))
    return refusal
