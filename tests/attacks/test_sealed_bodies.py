"""What stands inside an envelope is a stranger's: bodies no page would make, sealed by the rules (attacks.md S, O).

All of them in one round: each is a finding, none hinders the others, none is read as an amount, none breaks the
opening. A copied envelope of a rival opens for nobody.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.drafting import Template
from app.domain.sealing.body import PREFIX_BYTES
from app.domain.sealing.canonical import canonical
from app.domain.sealing.header import EnvelopeKind, Header
from app.domain.sealing.package import seal_envelope
from app.domain.sealing.rules import RoundStatus
from app.sealed_rounds import store
from tests.attacks.site import Site, sealed_site
from tests.attacks.test_openings import until_marked
from tests.sealed_rounds.stage import SealedPackage

Members = dict[str, Any]
GOOD = "285.00"


def framed(text: bytes) -> bytes:
    """A text with its length before it, as bodies begin."""
    return len(text).to_bytes(PREFIX_BYTES) + text


def price(lot: str, **changes: Any) -> bytes:
    """A price body with other members than a page writes."""
    members = {"v": 1, "kind": "price", "lot": lot, "currency": "CNY", "scale": 2, "amount": GOOD, "lines": []}
    return framed(json.dumps(members | changes, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def raw(text: str) -> Callable[[str], bytes]:
    """The plain price body of a lot with a part written in another way."""
    before, after = text.split(" → ")

    def make(lot: str) -> bytes:
        plain = canonical(json.loads(price(lot)[PREFIX_BYTES:])).decode()
        assert before in plain
        return framed(plain.replace(before, after).encode("utf-8", "surrogatepass"))

    return make


# Each with the place where somebody would look for a way in.
HOSTILE_PRICES: dict[str, Callable[[str], bytes]] = {
    "full-width digits": lambda lot: price(lot, amount="２８５.００"),
    "arabic digits": lambda lot: price(lot, amount="٢٨٥.٠٠"),
    "a number, no text": lambda lot: price(lot, amount=285.0),
    "an exponent": lambda lot: price(lot, amount="2.85e2"),
    "a sign": lambda lot: price(lot, amount="+285.00"),
    "a negative amount": lambda lot: price(lot, amount="-285.00"),
    "a leading zero": lambda lot: price(lot, amount="0285.00"),
    "a blank behind": lambda lot: price(lot, amount="285.00 "),
    "a line break behind": lambda lot: price(lot, amount="285.00\n"),
    "three decimals": lambda lot: price(lot, amount="285.000", scale=3),
    "forty digits": lambda lot: price(lot, amount="9" * 40 + ".00"),
    "not a number": lambda lot: price(lot, amount="NaN"),
    "another currency": lambda lot: price(lot, currency="USD"),
    "another lot": lambda _lot: price("f" * 32),
    "another version": lambda lot: price(lot, v=2),
    "a version that is true": raw('"v":1 → "v":true'),
    "one member more": lambda lot: price(lot, note="call me"),
    "a technical body": lambda _lot: framed(canonical({"v": 1, "kind": "tech", "answers": [], "files": []})),
    "the amount twice": raw('"amount":"285.00" → "amount":"1.00","amount":"285.00"'),
    "blanks between": raw('"v":1 → "v": 1'),
    "escapes for plain letters": raw('"CNY" → "\\u0043NY"'),
    "half a pair": raw('"CNY" → "\\ud800"'),
    "lines twice": lambda lot: price(lot, lines=[[1, "1.00"], [1, "2.00"]]),
    "a line of number 0": lambda lot: price(lot, lines=[[0, "1.00"]]),
    "deep lists": lambda lot: price(lot, lines=json.loads("[" * 90 + "]" * 90)),
    "something after the end": lambda lot: price(lot) + b"call me: 138 0013 8000",
    "a length beyond the bucket": lambda _lot: b"\xff" * PREFIX_BYTES + b"{}",
    "a length of nothing": lambda _lot: bytes(64),
    "no text at all": lambda _lot: framed(b"\x80\x81\xfe\xff" * 40),
}  # fmt: skip


# Prices of lines are words of the bidder: the total alone is the bid, whatever they say.
IDLE_LINES: dict[str, Callable[[str], bytes]] = {
    "a line nobody has": lambda lot: price(lot, lines=[[99, "1.00"]]),
    "lines that add up to something else": lambda lot: price(lot, lines=[[1, "1.00"], [2, "1.00"]]),
}


async def resealed(
    site: Site, number: int, kind: EnvelopeKind, body: bytes, secret: bytes | None = None
) -> SealedPackage:
    """A bidder's next package with this body in one of its envelopes, sealed by the rules."""
    good = await site.stage.seal(number)
    held = await site.stage.round()
    bucket = held.rules.price_bucket if kind is EnvelopeKind.PRICE else held.rules.tech_bucket
    lock = bytes.fromhex(held.policy["server_lock"])
    secret = secret or site.world.ids.salt()
    envelope, ct = seal_envelope(lock, good.header.binding, kind, body, bucket, secret)
    envelopes = tuple(envelope if one.kind is kind else one for one in good.header.envelopes)
    changed = {"price_ct": ct} if kind is EnvelopeKind.PRICE else {"tech_ct": ct}
    return replace(good, header=Header(good.header.binding, envelopes), **changed)  # type: ignore[arg-type]  # bytes


async def taken(site: Site, number: int, sealed: SealedPackage) -> None:
    """Handed in: a service that opens nothing cannot know what is inside."""
    async with site.client(site.stage.rep(number)) as client:
        upload_id = None if sealed.tech_ct is None else await site.upload(client, sealed)
        answer = await client.put(site.path(f"/packages/{site.lot}"), json=sealed.body(upload_id))
    assert answer.status_code == 200, answer.text


async def results_of(site: Site, kind: str) -> dict[str, Members]:
    """The results of an opening, by package."""
    async with site.world.db.snapshot() as tx:
        record = await store.find_opening(tx, site.lot, kind)
    assert record is not None
    async with site.client(site.stage.house.auditor) as client:
        told = (await client.get(f"/api/tenders/{site.stage.tender.id}/opening")).json()
    (document,) = [one["document"] for one in told["records"] if one["document"]["envelope"] == kind]
    return {one["package"]: one for one in document["results"]}


@pytest.mark.timeout(180)
async def test_no_body_breaks_an_opening_or_is_read_as_a_price(clean_database_url: str, tmp_path: Path) -> None:
    makers = HOSTILE_PRICES | IDLE_LINES
    names = list(makers)
    async with sealed_site(clean_database_url, tmp_path, bidders=len(names) + 3) as site:
        honest = [(await site.hand_in(number, f"28{number}.00"))[0] for number in range(3)]
        hostile: dict[str, SealedPackage] = {}
        for number, name in enumerate(names, 3):
            hostile[name] = await resealed(site, number, EnvelopeKind.PRICE, makers[name](site.lot))
            await taken(site, number, hostile[name])
        held = await site.finish()
        assert len(held.manifest or ()) == len(names) + 3
        results = await results_of(site, "price")
        assert {results[one.digest]["amount"] for one in honest} == {"280.00", "281.00", "282.00"}
        assert {results[hostile[name].digest]["amount"] for name in IDLE_LINES} == {GOOD}
        read = {name: results[one.digest] for name, one in hostile.items() if name in HOSTILE_PRICES}
        assert {name: one["result"] for name, one in read.items() if one["result"] == "opened"} == {}
        # A well-written amount in another currency or scale is named as what it was, and does not count.
        named = {name for name, one in read.items() if one.get("amount")}
        assert named == {name for name, one in read.items() if one["result"].startswith("refused")}
        assert named == {"another currency", "three decimals"}
        # What was hidden behind the end reaches nobody either.
        assert not [line for line in site.ear.lines if "138 0013 8000" in line]
        async with site.client(site.stage.house.purchaser) as client:
            for path in (
                f"/api/tenders/{site.stage.tender.id}/opening",
                f"/api/tenders/{site.stage.tender.id}/ranking",
            ):
                assert "138 0013 8000" not in (await client.get(path)).text


FILE = {"name": "a.pdf", "type": "application/pdf", "size": 1, "sha256": "0" * 64}
ANSWER = {"criterion": "a" * 32, "value": "", "text": "yes"}
HOSTILE_PARTS: dict[str, Members] = {
    "a file that is shorter than it says": {"files": [FILE]},
    "a file of less than nothing": {"files": [FILE | {"size": -1}]},
    "a file larger than the world": {"files": [FILE | {"size": 2**53 - 1}]},
    "a file without a name": {"files": [FILE | {"name": ""}]},
    "a name of 300 characters": {"files": [FILE | {"name": "a" * 300}]},
    "too many files": {"files": [FILE | {"size": 0}] * 201},
    "too many answers": {"answers": [ANSWER | {"criterion": f"{at:032x}"} for at in range(1001)]},
    "two answers to one question": {"answers": [ANSWER, ANSWER]},
    "an answer with more in it": {"answers": [ANSWER | {"phone": "138 0013 8000"}]},
    "a price in the technical part": {"amount": GOOD},
}


@pytest.mark.timeout(180)
async def test_no_technical_body_breaks_the_first_opening(clean_database_url: str, tmp_path: Path) -> None:
    names = list(HOSTILE_PARTS)
    async with sealed_site(clean_database_url, tmp_path, bidders=len(names) + 3, template=Template.LARGE) as site:
        honest = [(await site.hand_in(number, f"28{number}.00"))[0] for number in range(3)]
        hostile: dict[str, SealedPackage] = {}
        for number, name in enumerate(names, 3):
            body = framed(canonical({"v": 1, "kind": "tech", "answers": [], "files": [], **HOSTILE_PARTS[name]}))
            hostile[name] = await resealed(site, number, EnvelopeKind.TECH, body)
            await taken(site, number, hostile[name])
        await site.close_in(0.2)
        await until_marked(site)
        results = await results_of(site, "tech")
        assert {results[one.digest]["result"] for one in honest} == {"opened"}
        read = {name: results[one.digest]["result"] for name, one in hostile.items()}
        assert read == dict.fromkeys(names, "unreadable_body")


async def test_a_copied_envelope_opens_for_nobody(site: Site) -> None:
    """Whoever got hold of a rival's bytes hands them in as its own, to bid the same: they are bound to the tag."""
    first, _ = await site.hand_in(0, "271.40")
    for number in (1, 2):
        await site.hand_in(number)
    own = await site.stage.seal(3)
    copied = replace(own, header=Header(own.header.binding, first.header.envelopes), price_ct=first.price_ct)
    await taken(site, 3, copied)
    # The same with the rival's header, whole: the tag in it is not the sender's.
    answer = await site.put(3, first)
    assert (answer.status_code, answer.json()["code"]) == (422, "WRONG_BINDING")
    await site.finish()
    results = await results_of(site, "price")
    assert results[first.digest]["amount"] == "271.40"
    assert results[copied.digest]["result"] == "bidder_malformed"
    assert not results[copied.digest].get("amount")


async def test_a_secret_used_twice_tells_nothing_and_opens_both(site: Site) -> None:
    """A bidder's broken chance: one secret for two revisions. Every key also hangs on round, lot, tag and revision."""
    secret = b"\x07" * 32
    first, _ = await site.hand_in(0, "271.40", secret=secret)
    second, _ = await site.hand_in(0, "271.40", secret=secret)
    assert first.price_ct[:64] != second.price_ct[:64]
    shared = bytes(a ^ b for a, b in zip(first.price_ct, second.price_ct, strict=True))
    # One key and nonce twice would leave zeros where the bodies are equal, that is nearly everywhere.
    assert shared.count(0) < len(shared) // 32
    for number in (1, 2):
        await site.hand_in(number)
    held = await site.finish()
    assert held.status is RoundStatus.CLOSED
    assert (await results_of(site, "price"))[second.digest]["amount"] == "271.40"
