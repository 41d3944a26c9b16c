"""What every act on a tender shares: its entry in the journal, its refusal there, the notices to those concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.domain.wording import local_time
from app.identity import store as identity_store
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders.calendars import calendars_of
from app.tenders.participations import list_invited
from app.tenders.store import load_tender

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.terms import Fault
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender

# A refusal names this many faults; the pre-flight lists them all.
_NAMED_FAULTS = 20
# Notices of new or moved times: the calendar file goes with their mails.
_TIMED = frozenset(
    {NoticeKind.INVITATION, NoticeKind.TENDER_AMENDED, NoticeKind.RESPONSE_EXTENDED, NoticeKind.TENDER_CANCELLED}
)


async def enter(
    world: World, tx: AsyncConnection, tender_id: str, kind: Kind, data: Mapping[str, Any], **fields: Any
) -> None:
    """Append an entry to the tender's chain; `fields` say who acted (default: the service)."""
    await append(world, tx, NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, **fields))


async def refuse(
    world: World, tx: AsyncConnection, actor: Actor, hat: Role, *, tender_id: str, act: str, refusal: Refusal
) -> Refusal:
    """Journal that a rule said no to a member of staff, and give the refusal back."""
    data = {"act": act, "code": refusal.code.value, "detail": dict(refusal.detail)}
    await enter(world, tx, tender_id, Kind.TENDER_REFUSED, data, **actor.entry_fields(hat))
    return refusal


def incomplete(faults: Sequence[Fault]) -> Refusal:
    """Give the refusal of a draft or amendment with faults: the code of each by its field."""
    return Refusal(Code.INCOMPLETE, {fault.field: fault.code for fault in faults[:_NAMED_FAULTS]})


async def tell_invited(world: World, tx: AsyncConnection, tender: Tender, kind: NoticeKind, **params: str) -> None:
    """Send one notice to every account of every invited supplier, in one shuffled batch; whoever answered what."""
    # As it stands in this transaction: an act has moved its times.
    calendars = await calendars_of(world, tx, await load_tender(tx, tender.id)) if kind in _TIMED else None
    suppliers = [invitee.supplier_id for invitee in await list_invited(tx, tender.id)]
    accounts = await identity_store.list_supplier_accounts(world, tx, suppliers)
    await insert_notices(
        world,
        tx,
        accounts=[account.id for account in accounts],
        kind=kind,
        params={**names_of(tender), **params},
        tender=tender.id,
        calendars=calendars,
    )


async def tell_staff(
    world: World, tx: AsyncConnection, tender: Tender, kind: NoticeKind, *roles: Role, but: str | None = None
) -> None:
    """Send a notice to the active staff of these roles, except to one account."""
    found = [account for role in roles for account in await identity_store.list_staff_accounts(world, tx, role)]
    accounts = [account.id for account in found if account.id != but]
    await insert_notices(world, tx, accounts=accounts, kind=kind, params=names_of(tender), tender=tender.id)


def names_of(tender: Tender) -> dict[str, str]:
    """Name the tender in both languages; a missing translation is stood in for by the original."""
    return {
        "reference": tender.reference,
        "title_zh": tender.title_zh or tender.title_en,
        "title_en": tender.title_en or tender.title_zh,
    }


def respond_by(document: Mapping[str, Any], due_at: datetime) -> str:
    """Write the response deadline for a notice, in the tender's zone."""
    return local_time(document, due_at)
