"""What questions and answers are held against: the names of those invited and of the buyer's people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.contact_filtering import Find, FindKind, filter_question
from app.domain.message_scanning import LeakKind, decide_message, scan_message
from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import OwnNames
from app.identity import store as identity_store
from app.suppliers import store as supplier_store
from app.tenders.participations import list_invited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.infra.world import World


async def find_in_question(world: World, tx: AsyncConnection, tender_id: str, text: str) -> list[Find]:
    """What of a question could name somebody or open another channel (domain/contact_filtering.py)."""
    firms, people = await _names(world, tx, tender_id)
    return filter_question(text, firms, people)


async def decide_clean(world: World, tx: AsyncConnection, tender_id: str, text: str) -> Refusal | None:
    """Refuse (LEAK) a redacted text in which the filter still finds something; names the kinds, never the words."""
    return _leak({find.kind for find in await find_in_question(world, tx, tender_id, text)} - {FindKind.SHORT_NAME})


async def decide_answer(
    world: World, tx: AsyncConnection, tender_id: str, texts: Mapping[str, str], *, amounts_checked: bool
) -> Refusal | None:
    """Refuse (LEAK) an answer that names a firm, a person, an alias or a way to reach somebody, or an amount nobody has
    looked at. What only sounds like a hint or a name may stand: an answer refers to last year's drawing."""
    firms, people = await _names(world, tx, tender_id)
    finds = {find.kind for text in texts.values() for find in filter_question(text, firms, people)}
    finds -= {FindKind.HINT, FindKind.SHORT_NAME}
    leaks = [leak for leak in scan_message(texts, firms) if leak.kind is not LeakKind.CONTACT]
    return _leak(finds) or decide_message(leaks, amounts_checked=amounts_checked)


def _leak(kinds: set[FindKind]) -> Refusal | None:
    return Refusal(Code.LEAK, {"kinds": " ".join(kind for kind in FindKind if kind in kinds)}) if kinds else None


async def _names(world: World, tx: AsyncConnection, tender_id: str) -> tuple[list[OwnNames], list[str]]:
    firms = []
    for invitee in await list_invited(tx, tender_id):
        known = await supplier_store.load_supplier(tx, invitee.supplier_id)
        firms.append(OwnNames([known.name_zh, known.name_en], credit_code=known.credit_code))
    people = await identity_store.list_accounts(world, tx, kind="staff")
    return firms, [person.name for person in people]
