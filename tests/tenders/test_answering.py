"""Answers of suppliers: reversible until the deadline, sealed, journaled under the tag alone."""

import json
from datetime import timedelta

import pytest

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.infra.errors import Problem
from app.suppliers import store as supplier_store
from app.tenders import store
from app.tenders.participations import LONGEST_REASON, Participation, Response
from app.tenders.tables import invitation
from tests.tenders.houses import (
    House,
    add_supplier,
    entries_of,
    join,
    last_entry,
    load,
    participations,
    publish,
    respond,
)


async def own(house: House, tender_id: str, number: int = 0) -> Participation:
    supplier_id = house.reps[number].supplier_id or ""
    async with house.world.db.snapshot() as tx:
        found = await store.find_participation(house.world, tx, tender_id, supplier_id)
    assert found is not None
    return found


async def test_accepting_joins_and_declining_leaves_again(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, house.reps[0])
    assert (await own(house, tender.id)).joined
    left = await respond(house, tender, house.reps[0], Response.DECLINED, reason="no capacity")
    assert isinstance(left, Participation)
    found = await own(house, tender.id)
    assert (found.response, found.reason, found.joined) == (Response.DECLINED, "no capacity", False)
    await join(house, tender, house.reps[0])
    assert (await own(house, tender.id)).joined


async def test_the_tag_stays_whatever_is_answered(house: House) -> None:
    tender = await publish(house)
    before = {each.supplier_id: each.tag for each in await participations(house, tender.id)}
    await join(house, tender, *house.reps[:2])
    await respond(house, tender, house.reps[1], Response.DECLINED)
    assert {each.supplier_id: each.tag for each in await participations(house, tender.id)} == before


async def test_the_promises_to_the_higher_rooms(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, *house.reps[:2])
    found = {each.supplier_id: each.tag for each in await participations(house, tender.id) if each.joined}
    async with house.world.db.snapshot() as tx:
        tags = await store.list_accepted_tags(house.world, tx, tender.id)
        named = {await store.find_supplier_by_tag(house.world, tx, tender.id, tag) for tag in tags}
        assert await store.find_supplier_by_tag(house.world, tx, tender.id, "0" * 32) is None
        assert await store.find_participation(house.world, tx, tender.id, "0" * 32) is None
    assert set(tags) == set(found.values())
    assert named == {rep.supplier_id for rep in house.reps[:2]}


async def test_repeating_an_answer_changes_nothing(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, house.reps[0], house.reps[0])
    kinds = [entry.kind for entry in await entries_of(house, tender.id)]
    assert kinds.count(Kind.INVITATION_ACCEPTED) == 1


async def test_the_journal_carries_the_tag_and_the_supplier_sealed(house: House) -> None:
    tender = await publish(house)
    await join(house, tender, house.reps[0])
    await respond(house, tender, house.reps[1], Response.DECLINED, reason="secret reason")
    accepted = await last_entry(house, tender.id, Kind.INVITATION_ACCEPTED)
    declined = await last_entry(house, tender.id, Kind.INVITATION_DECLINED)
    mine = await own(house, tender.id)
    assert (accepted.tag, accepted.actor_role, accepted.actor_ref) == (mine.tag, "supplier", None)
    assert accepted.data == {"version": 1}
    text = (accepted.body + declined.body).decode()
    for rep in house.reps:
        assert rep.account_id not in text
        assert (rep.supplier_id or "-") not in text
    assert "secret" not in text
    assert accepted.sealed is not None
    assert declined.sealed is not None
    assert len(accepted.sealed) == len(declined.sealed)
    opened = json.loads(house.world.keys.unseal("vault", bytes.fromhex(accepted.sealed), mine.tag.encode()))
    assert opened == {"supplier": house.reps[0].supplier_id, "account": house.reps[0].account_id}


@pytest.mark.parametrize(("offset", "code"), [(-1, None), (0, Code.TOO_LATE), (1, Code.TOO_LATE)])
async def test_the_millisecond_around_the_deadline(house: House, offset: int, code: Code | None) -> None:
    tender = await publish(house)
    assert tender.response_due_at is not None
    at = tender.response_due_at + timedelta(milliseconds=offset)
    house.clock.at = at
    answered = await respond(house, tender, house.reps[0], received_at=at)
    assert (answered.code if isinstance(answered, Refusal) else None) is code
    if code is not None:
        entry = await last_entry(house, tender.id, Kind.INVITATION_REFUSED)
        assert (entry.data, entry.actor_ref) == ({"code": "TOO_LATE"}, None)


async def test_received_in_time_counts_though_the_lock_came_later(house: House) -> None:
    tender = await publish(house)
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at + timedelta(milliseconds=5)
    received = tender.response_due_at - timedelta(milliseconds=1)
    assert isinstance(await respond(house, tender, house.reps[0], received_at=received), Participation)


@pytest.mark.parametrize("version", [0, 2])
async def test_an_answer_to_other_terms_is_refused(house: House, version: int) -> None:
    tender = await publish(house)
    refused = await respond(house, tender, house.reps[0], version=version)
    assert refused == Refusal(Code.AMENDED, {"version": "1"})


@pytest.mark.parametrize(
    ("change", "code"),
    [({"state": "suspended"}, Code.SUPPLIER_SUSPENDED), ({"certification_id": None}, Code.NOT_CERTIFIED)],
)
async def test_the_standing_is_asked_again_at_the_acceptance(
    house: House, change: dict[str, str | None], code: Code
) -> None:
    tender = await publish(house)
    async with house.world.db.transaction() as tx:
        await supplier_store.set_supplier(tx, house.reps[0].supplier_id or "", **change)
    refused = await respond(house, tender, house.reps[0])
    assert isinstance(refused, Refusal)
    assert refused.code is code
    assert not (await own(house, tender.id)).joined
    assert isinstance(await respond(house, tender, house.reps[0], Response.DECLINED), Participation)


async def test_whoever_is_not_invited_finds_nothing(house: House) -> None:
    stranger = await add_supplier(house, 14, category="copper_tube")
    tender = await publish(house)
    with pytest.raises(Problem) as absent:
        await respond(house, tender, stranger)
    assert absent.value.status == 404
    with pytest.raises(Problem) as staff:
        await respond(house, tender, house.purchaser)
    assert staff.value.status == 404


async def test_an_answer_seals_every_row_afresh(house: House) -> None:
    tender = await publish(house)

    async def sealed() -> dict[str, bytes]:
        async with house.world.db.snapshot() as tx:
            rows = await tx.execute(invitation.select().where(invitation.c.tender_id == tender.id))
            return {row.supplier_id: row.response_sealed for row in rows}

    before = await sealed()
    await join(house, tender, house.reps[0])
    after = await sealed()
    assert all(after[supplier] != before[supplier] for supplier in before)
    assert {len(blob) for blob in after.values()} == {len(blob) for blob in before.values()}


@pytest.mark.parametrize("letter", ["", "x", "字", "𠀀", '"', "\\"])
async def test_no_reason_shows_by_its_length(house: House, letter: str) -> None:
    reason = letter * LONGEST_REASON
    tender = await publish(house)
    assert isinstance(await respond(house, tender, house.reps[0], Response.DECLINED, reason=reason), Participation)
    assert (await own(house, tender.id)).reason == reason
    async with house.world.db.snapshot() as tx:
        rows = (await tx.execute(invitation.select())).all()
    assert len({len(row.response_sealed) for row in rows}) == 1


async def test_a_final_tender_takes_no_answers(house: House) -> None:
    tender = await publish(house)
    async with house.world.db.transaction() as tx:
        await store.set_tender(tx, tender.id, state="cancelled")
    refused = await respond(house, await load(house, tender.id), house.reps[0])
    assert refused == Refusal(Code.NOT_ALLOWED_HERE, {"state": "cancelled"})
