"""Opening: findings, prices out of bounds, failing bids, altered bytes, and a kill in the midst that leaves nothing."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app.domain.kinds import Kind
from app.domain.sealing.header import Header, header_from_json
from app.domain.sealing.package import EnvelopeKind, Opened, repeat_opening
from app.domain.sealing.record import record_digest, record_message
from app.domain.tendering import TenderState
from app.domain.visibility import Phase
from app.sealed_rounds import clockwork, disk, opening, opening_store, store, views
from app.sealed_rounds.answering import Receipted
from app.sealed_rounds.tables import opened_price, opened_technical, package
from app.sealed_rounds.tables import opening as opening_table
from app.tenders import store as tenders_store
from tests.sealed_rounds.stage import Stage


async def record(stage: Stage, envelope: str, position: int = 0) -> dict[str, Any]:
    """The opening record of a lot."""
    async with stage.world.db.snapshot() as tx:
        found = await store.find_opening(tx, stage.lots[position], envelope)
    assert found is not None
    document = opening_store.open_document(stage.world, found)
    assert found.digest == record_digest(document)
    stage.world.keys.sign(record_message(document))
    return document


def results(document: dict[str, Any]) -> dict[str, str]:
    """Package → result."""
    return {each["package"]: each["result"] for each in document["results"]}


async def rows(stage: Stage, *tables: Any) -> list[int]:
    """How many rows these tables have."""
    async with stage.world.db.snapshot() as tx:
        return [int(await tx.scalar(select(func.count()).select_from(table)) or 0) for table in tables]


async def test_an_auditor_repeats_every_opening_from_its_secret(large: Stage) -> None:
    for number in range(3):
        await large.hand_in(number, f"28{number}.00")
    await large.close()
    await large.open_envelopes()
    lock = bytes.fromhex((await large.round()).policy["server_lock"])
    entries = {entry.data["package"]: entry for entry in await large.chain() if entry.kind is Kind.PACKAGE_RECEIVED}
    for each in (await record(large, "tech"))["results"]:
        header = header_from_json(entries[each["package"]].data["header"])
        assert isinstance(header, Header)
        envelope = header.envelope(EnvelopeKind.TECH)
        assert envelope is not None
        async with large.world.db.snapshot() as tx:
            held = await store.find_by_digest(tx, large.lots[0], each["package"])
        assert held is not None
        ct = await disk.read(large.world, held.upload_id or "")
        assert ct is not None
        again = repeat_opening(lock, header.binding, envelope, ct, bytes.fromhex(each["secret"]))
        assert isinstance(again, Opened)


async def test_prices_above_the_ceiling_or_below_the_minimum_do_not_count(stage: Stage) -> None:
    held = await stage.round()
    ceiling = held.lots[0].ceiling
    high = await stage.hand_in(0, f"{ceiling + 1:.2f}")
    good = await stage.hand_in(1, f"{ceiling:.2f}")
    zero = await stage.hand_in(2, "0.00")
    await stage.close()
    assert await stage.open_envelopes() == "price"
    found = results(await record(stage, "price"))
    assert found == {
        high.digest: "refused:ABOVE_CEILING",
        good.digest: "opened",
        zero.digest: "refused:NOT_AN_AMOUNT",
    }
    async with stage.world.db.snapshot() as tx:
        prices = await store.list_opened_prices(stage.world, tx, stage.lots[0])
    assert [price.tag for price in prices] == [stage.tag(1)]


async def test_only_the_newest_revision_is_opened(stage: Stage) -> None:
    old = await stage.hand_in(0, "290.00")
    new = await stage.hand_in(0, "280.00")
    await stage.hand_in(1)
    gone = await stage.hand_in(2)
    await stage.withdraw(2, 2)
    await stage.hand_in(3)
    await stage.close()
    await stage.open_envelopes()
    found = results(await record(stage, "price"))
    assert new.digest in found
    assert old.digest not in found
    assert gone.digest not in found


async def test_failing_bids_are_never_opened(large: Stage) -> None:
    failing = await large.hand_in(0, "287.77")
    for number in (1, 2):
        await large.hand_in(number)
    await large.close()
    await large.open_envelopes()
    await large.release(1, 2)
    await large.open_envelopes()
    document = await record(large, "price")
    (returned,) = [each for each in document["results"] if each["package"] == failing.digest]
    assert returned["result"] == "returned_unopened"
    assert (returned["secret"], returned["amount"], returned["body_sha256"]) == (None, None, None)
    assert "287.77" not in repr(document)


async def test_a_broken_envelope_is_a_finding_and_hinders_nobody(stage: Stage) -> None:
    sealed = await stage.seal(0, secret=b"\1" * 32)
    header = sealed.body()["header"]
    header["envelopes"][0]["commit"] = "00" * 32
    assert isinstance(await stage.send(0, sealed, header=header), Receipted)
    for number in (1, 2):
        await stage.hand_in(number)
    await stage.close()
    await stage.open_envelopes()
    document = await record(stage, "price")
    assert Counter(results(document).values()) == {"bidder_malformed": 1, "opened": 2}
    (found,) = [each for each in document["results"] if each["result"] == "bidder_malformed"]
    assert found["secret"] == "01" * 32


async def test_swapped_ciphertexts_wait_for_the_bidders_own_copies_and_then_count(stage: Stage) -> None:
    sealed = [await stage.hand_in(number, f"28{number}.00") for number in range(3)]
    await stage.close()
    async with stage.world.db.transaction() as tx:
        for one, other in ((0, 1), (1, 0)):
            place = package.c.tag == stage.tag(one)
            await tx.execute(update(package).where(place).values(price_ct=sealed[other].price_ct))
    assert await stage.open_envelopes() is None
    refused = [entry for entry in await stage.tender_chain() if entry.kind is Kind.OPENING_REFUSED]
    assert [entry.data["code"] for entry in refused] == ["altered_in_custody"]
    assert await stage.open_envelopes() is None
    for number in (0, 1):
        assert isinstance(await stage.send(number, sealed[number]), Receipted)
    assert await stage.open_envelopes() == "price"
    assert set(results(await record(stage, "price")).values()) == {"opened"}


async def asked(stage: Stage, number: int) -> list[str]:
    """What is wanted of a bidder, as its page reads it."""
    view = await views.read_round(stage.world, stage.rep(number), stage.round_id)
    return [each["kind"] for each in view["asks"]]


@pytest.mark.parametrize("is_gone", [False, True])
async def test_the_page_of_an_altered_technical_file_alone_asks_for_the_copy(large: Stage, *, is_gone: bool) -> None:
    sealed = [await large.hand_in(number) for number in range(3)]
    await large.close()
    async with large.world.db.snapshot() as tx:
        held = await store.find_by_digest(tx, large.lots[0], sealed[1].digest)
    assert held is not None
    assert held.upload_id is not None
    path = disk.path_of(large.world, held.upload_id)
    assert [await asked(large, number) for number in range(3)] == [[], [], []]
    if is_gone:
        path.unlink()
    else:
        path.write_bytes(b"x" * path.stat().st_size)
    assert await large.open_envelopes() is None
    assert [await asked(large, number) for number in range(3)] == [[], ["copy"], []]
    # Once it is too late nothing is asked for, whether or not the opening has taken its turn.
    large.clock.wind(seconds=large.world.settings.resupply_seconds)
    assert await asked(large, 1) == []


async def test_altered_bytes_nobody_puts_right_are_a_finding(stage: Stage) -> None:
    for number in range(3):
        await stage.hand_in(number)
    await stage.close()
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(package).where(package.c.tag == stage.tag(0)).values(price_ct=b"\0" * 4112))
    assert await stage.open_envelopes() is None
    stage.clock.wind(seconds=stage.world.settings.resupply_seconds)
    assert await stage.open_envelopes() == "price"
    assert Counter(results(await record(stage, "price")).values()) == {"altered_in_custody": 1, "opened": 2}


async def test_a_revision_taken_away_by_hand_is_still_the_bid(stage: Stage) -> None:
    old = await stage.hand_in(0, "290.00")
    new = await stage.hand_in(0, "280.00")
    for number in (1, 2):
        await stage.hand_in(number)
    async with stage.world.db.transaction() as tx:
        await tx.execute(delete(package).where(package.c.tag == stage.tag(0), package.c.rev == 2))
    await stage.close()
    manifest = (await stage.round()).manifest or ()
    assert new.digest in manifest
    assert old.digest not in manifest
    assert await stage.open_envelopes() is None
    assert isinstance(await stage.send(0, new), Receipted)
    assert await stage.open_envelopes() == "price"
    assert results(await record(stage, "price"))[new.digest] == "opened"


@pytest.mark.parametrize("step", ["first", "last"])
async def test_a_kill_in_the_midst_leaves_nothing_and_the_next_turn_does_it_whole(
    large: Stage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    for number in range(3):
        await large.hand_in(number)
    await large.close()
    written = 0
    true_write = opening._write_offer

    async def killed(*arguments: Any) -> None:
        nonlocal written
        written += 1
        if written == (1 if step == "first" else 3):
            raise RuntimeError("killed")
        await true_write(*arguments)

    monkeypatch.setattr(opening, "_write_offer", killed)
    with pytest.raises(RuntimeError):
        await large.open_envelopes()
    assert await rows(large, opening_table, opened_technical, opened_price) == [0, 0, 0]
    assert (await large.reload()).phase is Phase.CLOSED_UNOPENED
    assert Kind.ENVELOPES_OPENED not in [entry.kind for entry in await large.tender_chain()]
    monkeypatch.undo()
    assert await large.open_envelopes() == "tech"
    lots = len(large.lots)
    assert await rows(large, opening_table, opened_technical, opened_price) == [lots, 3, 0]


async def test_two_services_open_once(stage: Stage) -> None:
    for number in range(3):
        await stage.hand_in(number)
    await stage.close()
    opened = await asyncio.gather(*(stage.open_envelopes() for _ in range(3)))
    assert Counter(opened) == {"price": 1, None: 2}
    kinds = [entry.kind for entry in await stage.tender_chain()]
    assert kinds.count(Kind.ENVELOPES_OPENED) == len(stage.lots)


async def test_a_cancelled_tender_stays_shut(stage: Stage) -> None:

    for number in range(3):
        await stage.hand_in(number)
    await stage.close()
    async with stage.world.db.transaction() as tx:
        await tenders_store.set_phase(tx, stage.tender.id, state=TenderState.CANCELLED)
    assert await stage.open_envelopes() is None
    assert await clockwork.follow_tender(stage.world, stage.round_id)
    assert await stage.open_envelopes() is None
    assert await rows(stage, opening_table, opened_price) == [0, 0]
