"""The times of a published tender as a calendar file, for pages and for notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.calendar_files import Appointment, Moment, Subject, calendar_text
from app.domain.freezing import live_rules_of
from app.domain.live_rules import lot_times
from app.domain.questioning import rules_of
from app.domain.tendering import TenderState
from app.tenders import lots

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.infra.world import World
    from app.tenders.store import Tender

LANGUAGES = ("zh", "en")


async def calendars_of(world: World, tx: AsyncConnection, tender: Tender) -> dict[str, str]:
    """Give the file in each language; none of a tender that was never published."""
    if tender.frozen is None or tender.response_due_at is None or tender.published_at is None:
        return {}
    appointments = await _appointments(tx, tender)
    subject = Subject(
        id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        url=f"{world.settings.public_url.rstrip('/')}/tenders/{tender.id}",
        # An extension by rule moves a deadline without another version; a cancellation comes last.
        sequence=3 * tender.terms_version + tender.is_extended + (tender.state is TenderState.CANCELLED),
        is_cancelled=tender.state is TenderState.CANCELLED,
    )
    made_at = world.clock.now()
    return {lang: calendar_text(subject, appointments, lang, made_at=made_at) for lang in LANGUAGES}


async def _appointments(tx: AsyncConnection, tender: Tender) -> list[Appointment]:
    document, due_at = tender.frozen, tender.response_due_at
    assert document is not None
    assert due_at is not None
    asked_until = rules_of(document).closes_at(due_at)
    found = [Appointment(Moment.RESPONSE_DUE, due_at)]
    if tender.published_at is not None and asked_until > tender.published_at:
        found.append(Appointment(Moment.QUESTIONS_CLOSE, asked_until))
    for one in await lots.list_rounds(tx, tender.id):
        if one.kind == "sealed":
            found.append(Appointment(Moment.SEALED_ROUND, one.opens_at, one.closes_at))
            continue
        rules = live_rules_of(document)
        assert rules is not None, "a live round has rules"
        closes = [lot_times(rules, at, one.opens_at).closes_at for at, _ in enumerate(document["lots"])]
        moment = Moment.LIVE_EARLIEST if one.is_earliest else Moment.LIVE_ROUND
        found.append(Appointment(moment, one.opens_at, max(closes)))
    return sorted(found, key=lambda each: each.at)
