"""An opening committee in a browser: one member through the pages, the others by the command line's own functions."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from app.client import trustee
from app.client.caller import Caller, CallError
from app.demo.cast import STAFF
from app.demo.seats import LiveSeats
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_key import MemberKeyFile, open_member_key
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.releases import Bundle, bundle_json
from app.domain.sealing.suite import derive_key_pair
from tests.browser.looking import look, switch_to
from tests.browser.people import DESK, PHONE, Person, person_at
from tests.browser.places import BIDDER
from tests.browser.sealed_tender import SealedTender, publish_large
from tests.browser.service import Service
from tests.browser.test_sealed_round import fill_offer, receipted, seal, until

LASTS = timedelta(seconds=75)
PASSPHRASE = "a quiet morning by the sea"
# In the order of the seats: the auditor walks through the pages.
AUDITOR, DEPUTY, REQUESTER = STAFF[2], STAFF[10], STAFF[9]
RULES = {"custody": "committee", "committee": {"k": 2, "seats": ["audit", "legal", "finance"]}}


async def form(service: Service, tender: SealedTender) -> None:
    """The purchaser names three people, the approver agrees."""
    seats = LiveSeats(service.url)
    emails = [person.email for person in (AUDITOR, DEPUTY, REQUESTER)]
    async with seats.seat(STAFF[0].seat) as purchaser:
        made = await purchaser.post(f"/rounds/{tender.round_id}/committee", {"members": emails})
    await seats.approve(made["proposal_id"])


async def make_key(person: Person, tender: SealedTender, folder: Path) -> Path:
    """Make the key by the page; the file as the browser saved it."""
    await person.open(f"/committee/{tender.round_id}")
    await person.page.get_by_label(person.says("committee:passphrase"), exact=True).fill(PASSPHRASE)
    await person.page.get_by_label(person.says("committee:passphrase_again")).fill(PASSPHRASE)
    async with person.page.expect_download() as saved:
        await person.click("button", person.says("committee:make_key_act"))
    file = folder / "key.json"
    await (await saved.value).save_as(file)
    return file


async def release_falsely(caller: Caller, own: MemberKeyFile) -> None:
    """A bundle in its form whose releases open nothing: refused, and its seat named."""
    path = f"/rounds/{own.round}"
    facts = await caller.get(f"{path}/wraps", envelope=EnvelopeKind.TECH.value)
    secrets = dict.fromkeys((each["package"] for each in facts["packages"]), bytes(32))
    bound = (own.round, EnvelopeKind.TECH, own.seat, facts["policy_digest"], facts["manifest_digest"])
    with pytest.raises(CallError) as refused:
        await caller.post(f"{path}/releases", bundle_json(Bundle(*bound, secrets)))
    assert refused.value.code == "RELEASE_FALSE"


async def use_key(person: Person, file: Path, act: str) -> None:
    """Choose the file, type the passphrase, press the button."""
    await person.page.locator("input[type=file]").set_input_files(file)
    await person.page.get_by_label(person.says("committee:passphrase"), exact=True).fill(PASSPHRASE)
    await person.click("button", person.says(act))


@pytest.mark.timeout(420)
async def test_a_member_makes_a_key_confirms_rehearses_and_releases(
    service: Service, browser: Browser, tmp_path: Path
) -> None:
    tender = await publish_large(service, title="开启小组验收", lasts=LASTS, **RULES)
    await form(service, tender)
    others = [MemberKeyFile(tender.round_id, seat, derive_key_pair(bytes([seat]) * 31 + b"x")) for seat in (2, 3)]
    seats = LiveSeats(service.url)
    async with (
        person_at(browser, service, viewport=DESK) as member,
        seats.seat(DEPUTY.seat) as deputy,
        seats.seat(REQUESTER.seat) as requester,
    ):
        callers = (deputy, requester)
        await member.take_seat(AUDITOR.name)
        await member.open("/committee")
        await expect(member.page.get_by_text(member.says("committee:due.keys")).first).to_be_visible()
        file = await make_key(member, tender, tmp_path)
        own = open_member_key(json.loads(file.read_text()), PASSPHRASE)
        assert isinstance(own, MemberKeyFile)
        assert (own.round, own.seat) == (tender.round_id, 1)
        for caller, key in zip(callers, others, strict=True):
            await trustee.prove_key(caller, key)
        # All keys are there: the policy has a fingerprint to compare.
        await member.page.get_by_label(member.says("committee:compared")).check()
        found = await look(member, "committee-confirm", viewport=DESK, with_axe=True)
        digest = (await deputy.get(f"/rounds/{tender.round_id}/committee"))["policy_digest"]
        await member.click("button", member.says("committee:confirm_act"))
        for caller, key in zip(callers, others, strict=True):
            await trustee.confirm_policy(caller, key, " ".join(fingerprint(digest)))
        await use_key(member, file, "committee:rehearsal_act")
        await trustee.rehearse(deputy, others[0])
        # On a slow machine the round's time has come by now, and it opens at once.
        ready, is_open = (
            member.page.get_by_text(member.says(f"committee:{key}")) for key in ("next.ready", "opening.none")
        )
        await expect(ready.or_(is_open)).to_be_visible()
        async with person_at(browser, service, viewport=PHONE) as bidder:
            await bidder.take_seat(BIDDER.person)
            await bidder.open(f"/sealed/{tender.round_id}")
            await fill_offer(bidder, "271.40", "Our way")
            await until(tender.opens_at + timedelta(seconds=3))
            await seal(bidder, "sealed-rounds:act.seal")
            await receipted(bidder, 1)
            found += await look(bidder, "committee-sealed", viewport=PHONE, with_axe=False)
        facts = await deputy.get(f"/rounds/{tender.round_id}/committee")
        assert facts["status"] == "open"
        await member.open(f"/committee/{tender.round_id}")
        # The close, wherever the committee has moved it to; then the technical envelopes are due.
        await expect(member.page.get_by_role("button", name=member.says("committee:opening.release"))).to_be_visible(
            timeout=180_000
        )
        found += await look(member, "committee-release", viewport=DESK, with_axe=True)
        await use_key(member, file, "committee:opening.release")
        await expect(member.page.get_by_text(member.says("committee:opening.released")).first).to_be_visible()
        await release_falsely(requester, others[1])
        await expect(member.page.get_by_text(member.says("committee:opening.false_one", count=1))).to_be_visible()
        await trustee.release_due(deputy, others[0], EnvelopeKind.TECH, confirmed=digest)
        await expect(member.page.get_by_text(member.says("committee:opening.none"))).to_be_visible()
        await member.page.set_viewport_size(PHONE)
        await switch_to(member, "en" if member.lang == "zh" else "zh")
        found += await look(member, "committee-opened", viewport=PHONE, with_axe=False)
        # The record as a table: who released, when, what was left out, what each package gave.
        await member.open(f"/tenders/{tender.id}/opening")
        await expect(member.page.get_by_text(member.says("opening:page.nothing_left_out")).first).to_be_visible()
        found += await look(member, "committee-record", viewport=PHONE, with_axe=False)
        await member.page.set_viewport_size(DESK)
        found += await look(member, "committee-record", viewport=DESK, with_axe=True)
        assert found == []
        async with seats.seat(AUDITOR.seat) as auditor:
            records = (await auditor.get(f"/tenders/{tender.id}/opening"))["records"]
        (record,) = records
        assert [(each["seat"], each["title"]) for each in record["document"]["members"]] == [(1, "audit"), (2, "legal")]


async def prepare(service: Service, tender: SealedTender, generation: int) -> None:
    """Every member's key, confirmation and rehearsal, by the command line's functions."""
    seats = LiveSeats(service.url)
    people = {seat: person.seat for seat, person in enumerate((AUDITOR, DEPUTY, REQUESTER), start=1)}
    own = {
        seat: MemberKeyFile(tender.round_id, seat, derive_key_pair(f"{generation}|{seat}|{tender.id}".encode()))
        for seat in people
    }
    for seat, name in people.items():
        async with seats.seat(name) as caller:
            await trustee.prove_key(caller, own[seat])
    for seat, name in people.items():
        async with seats.seat(name) as caller:
            digest = (await caller.get(f"/rounds/{tender.round_id}/committee"))["policy_digest"]
            await trustee.confirm_policy(caller, own[seat], " ".join(fingerprint(digest)))
    for seat in (1, 2):
        async with seats.seat(people[seat]) as caller:
            await trustee.rehearse(caller, own[seat])


@pytest.mark.timeout(300)
async def test_after_new_keys_a_bidder_reads_that_its_offer_is_void_and_seals_again(
    service: Service, browser: Browser
) -> None:
    tender = await publish_large(service, title="更换密钥验收", lasts=timedelta(seconds=240), **RULES)
    await form(service, tender)
    await prepare(service, tender, 1)
    seats = LiveSeats(service.url)
    async with (
        person_at(browser, service, viewport=PHONE) as bidder,
        person_at(browser, service, "en", viewport=DESK) as buyer,
    ):
        await bidder.take_seat(BIDDER.person)
        await bidder.open(f"/sealed/{tender.round_id}")
        await fill_offer(bidder, "271.40", "Our way")
        await until(tender.opens_at + timedelta(seconds=3))
        await seal(bidder, "sealed-rounds:act.seal")
        await receipted(bidder, 1)
        # The purchaser asks for new keys by the page; an approver agrees.
        await buyer.take_seat(STAFF[0].name)
        await buyer.open(f"/committee/{tender.round_id}")
        await buyer.click("button", buyer.says("committee:form.rekey"))
        emails = buyer.page.locator("input[type=email]")
        for place, person in enumerate((AUDITOR, DEPUTY, REQUESTER)):
            await emails.nth(place).fill(person.email)
        await buyer.page.get_by_label(buyer.says("committee:form.reason")).fill("two key files are lost")
        found = await look(buyer, "committee-rekey", viewport=DESK, with_axe=True)
        await buyer.click("button", buyer.says("committee:form.ask"))
        waits = buyer.page.get_by_role("link", name=buyer.says("committee:form.waits"))
        await expect(waits).to_be_visible()
        proposal = str(await waits.get_attribute("href")).rsplit("/", 1)[-1]
        await seats.approve(proposal)
        await bidder.page.reload()
        await expect(bidder.page.get_by_text(bidder.says("sealed-rounds:receipt.void_waits"))).to_be_visible()
        found += await look(bidder, "committee-void-waits", viewport=PHONE, with_axe=False)
        await prepare(service, tender, 2)
        await bidder.page.reload()
        await expect(bidder.page.get_by_text(bidder.says("sealed-rounds:receipt.void_why"))).to_be_visible()
        found += await look(bidder, "committee-void", viewport=PHONE, with_axe=True)
        await seal(bidder, "sealed-rounds:act.seal")
        await receipted(bidder, 2)
        await expect(bidder.page.get_by_text(bidder.says("sealed-rounds:receipt.void_title"))).to_have_count(0)
        await buyer.open(f"/tenders/{tender.id}")
        await expect(buyer.page.get_by_text(buyer.says("opening:round.why.COMMITTEE"))).to_be_visible()
        found += await look(buyer, "committee-rekeyed", viewport=DESK, with_axe=False)
        assert found == []
