"""Receiving, replacing and withdrawing packages: every refusal, the millisecond, the identical receipt."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.domain.kinds import Kind
from app.domain.refusals import Code
from app.domain.sealing.header import encode, header_json
from app.domain.sealing.receipt import check_late_notice
from app.sealed_rounds import acting, store
from app.sealed_rounds.answering import Outcome, Receipted, Turned
from app.sealed_rounds.limits import limits_of
from app.suppliers.tables import certification, supplier
from app.tenders import store as tenders_store
from tests.sealed_rounds.stage import Stage
from tests.tenders.houses import add_supplier

MS = timedelta(milliseconds=1)


def code_of(outcome: Outcome) -> Code | None:
    """The code of a refusal."""
    return outcome.refusal.code if isinstance(outcome, Turned) else None


async def stored(stage: Stage, number: int) -> list[int]:
    """The revisions of a bidder."""
    async with stage.world.db.snapshot() as tx:
        return [one.rev for one in await store.list_own(tx, stage.round_id, stage.tag(number))]


async def test_the_millisecond_before_at_and_after_the_close(stage: Stage) -> None:
    closes_at = (await stage.round()).timetable.closes_at
    sealed = [await stage.seal(number) for number in range(3)]
    stage.clock.at = closes_at + 3 * MS
    taken = [await stage.send(n, sealed[n], at=closes_at + (n - 1) * MS) for n in range(3)]
    assert [code_of(outcome) for outcome in taken] == [None, Code.LATE, Code.LATE]
    at, after = taken[1:]
    for outcome, number in ((at, 1), (after, 2)):
        assert isinstance(outcome, Turned)
        assert outcome.late_notice is not None
        assert check_late_notice(outcome.late_notice, stage.world.keys.public_key) is None
        assert outcome.late_notice["package"] == sealed[number].digest
        assert await stored(stage, number) == []


async def test_before_the_opening_nothing_is_taken(scheduled: Stage) -> None:
    opens_at = (await scheduled.round()).timetable.opens_at
    sealed = await scheduled.seal(0)
    assert code_of(await scheduled.send(0, sealed, at=opens_at - MS)) is Code.ROUND_NOT_OPEN
    await scheduled.open()
    assert code_of(await scheduled.send(0, sealed, at=opens_at)) is None


async def test_a_replacement_follows_and_an_old_one_never_comes_back(stage: Stage) -> None:
    first = await stage.hand_in(0, "290.00")
    second = await stage.hand_in(0, "280.00")
    assert second.header.binding.prev == first.digest
    assert code_of(await stage.send(0, first)) is Code.REVISION_CONFLICT
    other = await stage.seal(0, "270.00", rev=2, prev=first.digest)
    assert code_of(await stage.send(0, other)) is Code.REVISION_CONFLICT
    assert await stored(stage, 0) == [1, 2]
    for number in (1, 2):
        await stage.hand_in(number)
    await stage.close()
    assert second.digest in ((await stage.round()).manifest or ())
    assert first.digest not in ((await stage.round()).manifest or ())


async def test_a_withdrawal_is_a_tombstone_after_which_a_package_may_follow(stage: Stage) -> None:
    first = await stage.hand_in(0)
    taken_back = await stage.withdraw(0, 2)
    assert isinstance(taken_back, Receipted)
    again = await stage.withdraw(0, 2)
    assert again == taken_back
    assert code_of(await stage.withdraw(0, 3)) is Code.NO_PACKAGE
    async with stage.world.db.snapshot() as tx:
        assert await store.list_live_packages(tx, stage.round_id, stage.lots[0]) == []
    third = await stage.hand_in(0, "270.00")
    assert (third.header.binding.rev, third.header.binding.prev) == (3, first.digest)
    kinds = [kind for kind in await stage.kinds() if kind is not Kind.PACKAGE_REFUSED]
    assert kinds == [Kind.PACKAGE_RECEIVED, Kind.PACKAGE_WITHDRAWN, Kind.PACKAGE_RECEIVED]


async def test_withdrawals_have_the_same_close(stage: Stage) -> None:
    await stage.hand_in(0)
    closes_at = (await stage.round()).timetable.closes_at
    assert code_of(await stage.withdraw(0, 2, at=closes_at)) is Code.LATE
    assert code_of(await stage.withdraw(0, 2, at=closes_at - MS)) is None


async def test_the_same_package_twenty_times_is_one_entry_and_one_receipt(stage: Stage) -> None:
    sealed = await stage.seal(0)
    outcomes = await asyncio.gather(*(stage.send(0, sealed) for _ in range(20)))
    assert len({repr(outcome) for outcome in outcomes}) == 1
    assert isinstance(outcomes[0], Receipted)
    assert await stage.kinds() == [Kind.PACKAGE_RECEIVED]
    await stage.close()
    assert await stage.send(0, sealed, at=stage.clock.now()) == outcomes[0]


@pytest.mark.parametrize("bent", ["round", "lot", "tag", "policy", "prev", "rev"])
async def test_a_package_bound_elsewhere_is_refused(stage: Stage, bent: str) -> None:
    changes: dict[str, Any] = {bent: "e" * 64 if bent in {"policy", "prev"} else "e" * 32}
    if bent == "rev":
        changes = {"rev": 7}
    sealed = await stage.seal(0, **changes)
    outcome = await stage.send(0, sealed, lot_id=stage.lots[0])
    assert code_of(outcome) is Code.WRONG_BINDING
    assert isinstance(outcome, Turned)
    assert outcome.refusal.detail == {"member": bent}
    assert await stage.kinds() == [Kind.PACKAGE_REFUSED]
    assert await stored(stage, 0) == []


async def test_what_is_not_sealed_is_refused_and_not_kept(stage: Stage) -> None:
    sealed = await stage.seal(0)
    good = header_json(sealed.header)
    envelope = good["envelopes"][0]
    bad: list[dict[str, Any]] = [
        {"header": None},
        {"header": {"amount": "7319024.58"}},
        {"header": {**good, "amount": "7319024.58"}},
        {"header": {**good, "envelopes": []}},
        {"header": {**good, "envelopes": [{**envelope, "enc": "04" + "00" * 64}]}},
        {"header": {**good, "envelopes": [{**envelope, "size": envelope["size"] - 1}]}},
        {"price": "7319024.58"},
        {"price": {"ct": "7319024.58"}},
        {"price": {"ct": encode(b"\0" * len(sealed.price_ct))}},
        {"price": {"ct": encode(sealed.price_ct), "amount": "1"}},
        {"upload_id": "f" * 32},
        {"upload_id": 7},
    ]
    for changes in bad:
        outcome = await stage.send(0, sealed, **{"upload_id": None, **changes})
        assert code_of(outcome) is Code.NOT_SEALED, changes
    entries = await stage.chain()
    assert {entry.kind for entry in entries} == {Kind.PACKAGE_REFUSED}
    assert len(entries) == len(bad)
    assert "7319024.58" not in repr(entries)
    assert await stored(stage, 0) == []


async def test_one_byte_over_the_bucket_is_too_large(stage: Stage) -> None:
    sealed = await stage.seal(0)
    header = header_json(sealed.header)
    header["envelopes"][0]["size"] += 1
    assert code_of(await stage.send(0, sealed, header=header)) is Code.TOO_LARGE
    longer = {"ct": encode(sealed.price_ct + b"\0" * 4)}
    assert code_of(await stage.send(0, sealed, price=longer)) is Code.TOO_LARGE


async def test_the_standing_is_asked_again_at_the_commit(stage: Stage) -> None:
    sealed = await stage.seal(0)
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(supplier).where(supplier.c.id == stage.rep(0).supplier_id).values(state="suspended"))
    assert code_of(await stage.send(0, sealed)) is Code.SUPPLIER_SUSPENDED
    other = await stage.seal(1)
    async with stage.world.db.transaction() as tx:
        own = certification.c.supplier_id == stage.rep(1).supplier_id
        await tx.execute(update(certification).where(own).values(valid_until=stage.clock.now()))
    assert code_of(await stage.send(1, other)) is Code.CERTIFICATION_EXPIRED


async def test_one_who_has_not_joined_hands_nothing_in(stage: Stage) -> None:
    sealed = await stage.seal(0)
    async with stage.world.db.transaction() as tx:
        await tenders_store.set_tender(tx, stage.tender.id, terms_version=2)
    assert code_of(await stage.send(0, sealed)) is Code.NOT_INVITED


async def test_a_stranger_and_a_foreign_lot_are_the_one_404(stage: Stage) -> None:
    sealed = await stage.seal(0)
    stranger = await add_supplier(stage.house, 99)
    sent = acting.Sent(stage.round_id, stage.lots[0], **sealed.body(), received_at=stage.clock.now())
    with pytest.raises(Exception, match="NOT_FOUND"):
        await acting.commit(stage.world, stranger, sent)
    with pytest.raises(Exception, match="NOT_FOUND"):
        await stage.send(0, sealed, lot_id="f" * 32)
    assert await stage.kinds() == []


async def test_a_flood_is_turned_away_and_written_once(stage: Stage) -> None:
    sealed = await stage.seal(0)
    burst = stage.world.settings.packages_burst
    outcomes = [await stage.send(0, sealed) for _ in range(burst + 3)]
    assert [code_of(outcome) for outcome in outcomes[-3:]] == [Code.SLOW_DOWN] * 3
    assert isinstance(await stage.send(1, await stage.seal(1)), Receipted)

    assert await limits_of(stage.world).note_floods() == 1
    refused = [entry for entry in await stage.chain() if entry.kind is Kind.PACKAGE_REFUSED]
    assert [entry.data["count"] for entry in refused] == [3]


async def test_receipts_of_all_bidders_have_one_length(stage: Stage) -> None:
    receipts = []
    for number in range(4):
        outcome = await stage.send(number, await stage.seal(number, f"{number + 1}.00"))
        assert isinstance(outcome, Receipted)
        receipts.append(outcome.receipt)
    assert len({len(str(receipt)) for receipt in receipts}) == 1
    assert {frozenset(receipt) for receipt in receipts} == {frozenset(receipts[0])}
