"""What every act on a sealed round shares: its entry in the tender's chain, the notice to all invited."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.sealing.policy import fingerprint
from app.domain.visibility import Role
from app.domain.wording import local_time
from app.identity import store as identity_store
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.sealed_rounds.store import SealedRound
from app.sealed_rounds.wording import custody_words
from app.tenders.entering import names_of
from app.tenders.participations import list_invited
from app.tenders.store import Tender


def topic_of(round_id: str) -> str:
    """What the bell is rung for when something in a round moved; the same name as for a live round."""
    return f"round:{round_id}"


async def enter(
    world: World, tx: AsyncConnection, held: SealedRound, kind: Kind, data: Mapping[str, Any], lot: str | None = None
) -> None:
    """Append an entry of the service to the tender's chain."""
    new = NewEntry(held.chain, kind, data, tender=held.tender_id, round=held.round_id, lot=lot)
    await append(world, tx, new)


async def tell_all(
    world: World, tx: AsyncConnection, tender: Tender, kind: NoticeKind, held: SealedRound | None = None
) -> None:
    """One notice to all accounts of all invited suppliers, whoever handed in (d13), and to purchasers, in one batch."""
    suppliers = [invitee.supplier_id for invitee in await list_invited(tx, tender.id)]
    outside = await identity_store.list_supplier_accounts(world, tx, suppliers)
    inside = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
    # SEALING.md section 2 point 3: the policy's fingerprint comes by notice too, for comparing with the page.
    said = {} if held is None else _said(world, tender, held)
    await insert_notices(
        world,
        tx,
        accounts=[account.id for account in (*outside, *inside)],
        kind=kind,
        params={**names_of(tender), **said},
        tender=tender.id,
    )


def _said(world: World, tender: Tender, held: SealedRound) -> dict[str, str]:
    zh, en = custody_words(held, is_demo=world.settings.demo)
    told = {"closes_at": said_at(tender, held), "fingerprint": _spoken(held)}
    return {**told, "custody_zh": zh, "custody_en": en}


def _spoken(held: SealedRound) -> str:
    return " ".join(fingerprint(held.policy_digest)) if held.has_policy else "-"


def said_at(tender: Tender, held: SealedRound) -> str:
    """The close for a notice, in the tender's zone."""
    return local_time({"time_zone": tender.time_zone}, held.timetable.closes_at)
