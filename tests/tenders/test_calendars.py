"""The times of a tender as calendar files: from the page for everybody in it, with the mails that tell of times."""

from app.domain.drafting import Template
from app.infra.outbox import deliver_waiting
from tests.tenders.edges import client
from tests.tenders.houses import House, begin, publish
from tests.worlds import MemoryMail


async def test_everybody_in_the_tender_takes_its_times(house: House) -> None:
    tender = await publish(house, Template.SEALED)
    texts = set()
    for person in (house.reps[0], house.purchaser, house.auditor):
        async with client(house, person) as someone:
            answer = await someone.get(f"/tenders/{tender.id}/calendar?lang=en")
            assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
            texts.add(answer.text)
    (text,) = texts
    assert text.count("BEGIN:VEVENT") == 3
    assert "Sealed round" in text
    assert tender.response_due_at is not None
    assert f"DTSTART:{tender.response_due_at:%Y%m%dT%H%M%SZ}" in text


async def test_a_draft_has_none(house: House) -> None:
    tender = await begin(house)
    async with client(house, house.purchaser) as buyer:
        assert (await buyer.get(f"/tenders/{tender.id}/calendar")).status_code == 404


async def test_the_invitation_brings_it_and_a_reminder_does_not(house: House) -> None:
    tender = await publish(house)
    await deliver_waiting(house.world)
    mail = house.world.mail
    assert isinstance(mail, MemoryMail)
    invited = [one for one in mail.sent if tender.reference in one["Subject"] and one.is_multipart()]
    assert len(invited) == len(house.reps)
    for one in invited:
        (file,) = one.iter_attachments()
        assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "bidroom.ics")
        assert "BEGIN:VEVENT" in file.get_content()
    others = [one for one in mail.sent if one not in invited]
    assert others
    assert not any(one.is_multipart() for one in others)
