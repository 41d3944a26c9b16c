"""Asking a bidder for its own copy of a package whose stored bytes are not the receipted ones (SEALING.md 6.3).

Whose package it is, only the service knows: the bidder alone is asked, by notice and text message, for the time is
short. The auditor is told that it happened, not to whom.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.noticing import NoticeKind
from app.domain.sealing.rules import next_opening
from app.domain.visibility import Role
from app.domain.wording import local_time
from app.identity import store as identity_store
from app.infra.world import World
from app.notices.store import insert_notices
from app.sealed_rounds.store import SealedRound
from app.tenders.entering import names_of, tell_staff
from app.tenders.participations import list_participations
from app.tenders.store import Tender


async def accounts_behind(world: World, tx: AsyncConnection, tender: Tender, tags: Collection[str]) -> list[str]:
    """The accounts of the suppliers behind these tags."""
    parts = await list_participations(world, tx, tender.id)
    suppliers = [part.supplier_id for part in parts if part.tag in tags]
    return [account.id for account in await identity_store.list_supplier_accounts(world, tx, suppliers)]


def copies_until(world: World, held: SealedRound) -> datetime | None:
    """Until when own copies are waited for; None where nothing was altered or everything due is open."""
    if held.altered_at is None or next_opening(held.opening_state) is None:
        return None
    return held.altered_at + timedelta(seconds=world.settings.resupply_seconds)


async def ask_for_copies(
    world: World, tx: AsyncConnection, tender: Tender, tags: Collection[str], until: datetime
) -> None:
    """Ask the bidders behind these tags; tell the auditors that somebody was asked."""
    await insert_notices(
        world,
        tx,
        accounts=await accounts_behind(world, tx, tender, tags),
        kind=NoticeKind.SEALED_COPY_WANTED,
        params={**names_of(tender), "closes_at": local_time({"time_zone": tender.time_zone}, until)},
        tender=tender.id,
    )
    await tell_staff(world, tx, tender, NoticeKind.SEALED_BYTES_ALTERED, Role.AUDITOR)
