"""Registration by invitation and changes of master data, on the real database."""

import asyncio
import re

import pytest
from sqlalchemy import text

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.registering import Contact
from app.infra.errors import Problem
from app.infra.outbox import deliver_waiting
from app.suppliers import service, store
from app.suppliers.contacts import unseal_contact
from app.suppliers.service import ChangeSupplier
from tests.suppliers.parties import a_code, an_application, entries_of, hire, kinds_of, register
from tests.worlds import TestWorld

CONTACT = Contact(name="赵代表", email="rep1@lanchuan.example", phone="021 5555 0100")


async def load(house: TestWorld, supplier_id: str) -> store.Supplier:
    async with house.world.db.snapshot() as tx:
        return await store.load_supplier(tx, supplier_id)


async def test_a_registered_supplier_is_stored_and_its_representative_invited_once(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    held = await load(house, supplier_id)
    assert (held.name_zh, held.credit_code, held.categories, held.version, held.state) == (
        "岚川压缩机1", a_code(1), ("compressors",), 1, "active",
    )  # fmt: skip
    assert unseal_contact(house.world, supplier_id, held.contact_sealed) == CONTACT
    await deliver_waiting(house.world)
    assert [mail["To"] for mail in house.mail.sent] == [CONTACT.email]
    assert len(re.findall(r"#\S{20,}", house.mail.sent[0].get_content())) == 1
    assert await kinds_of(house.world, supplier_id) == [Kind.SUPPLIER_REGISTERED]
    assert Kind.ACCOUNT_INVITED in [entry.kind for entry in await entries_of(house.world, "system")]


async def test_neither_database_nor_journal_holds_contact_data_in_the_clear(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    command = ChangeSupplier(1, contact=Contact("钱新人", "new.rep@lanchuan.example", "13800138000"))
    assert await service.change_supplier(house.world, staff.purchaser, supplier_id, command) == 2
    await register(house.world, staff, 2)
    async with house.world.db.snapshot() as tx:
        bodies = [row.body for row in await tx.execute(text("SELECT body FROM entry"))]
        sealed = [bytes(row.contact_sealed) for row in await tx.execute(text("SELECT contact_sealed FROM supplier"))]
    everything = "".join(bodies).encode() + b"".join(sealed)
    for secret in ("lanchuan.example", "赵代表", "钱新人", "5555 0100", "13800138000"):
        assert secret.encode() not in everything


FAULTY: list[tuple[dict[str, object], Code, dict[str, str]]] = [
    ({"credit_code": "91370200000000001X"}, Code.BAD_CREDIT_CODE, {"credit_code": "BAD_CREDIT_CODE"}),
    ({"credit_code": " "}, Code.INCOMPLETE, {"credit_code": "MISSING_VALUE"}),
    ({"name_zh": "", "city": "x" * 61}, Code.INCOMPLETE, {"name_zh": "MISSING_VALUE", "city": "TEXT_TOO_LONG"}),
    ({"categories": ["spaceships"]}, Code.INCOMPLETE, {"categories": "UNKNOWN_CATEGORY"}),
    ({"contact": Contact("", "no-address", "")}, Code.INCOMPLETE, {"contact_email": "BAD_EMAIL"}),
    ({"contact": Contact("", "a@b.cn", "call me")}, Code.INCOMPLETE, {"contact_phone": "BAD_PHONE"}),
]


async def test_a_faulty_application_is_refused_field_by_field_and_noted(house: TestWorld) -> None:
    staff = await hire(house.world)
    for changes, code, detail in FAULTY:
        found = await service.register_supplier(house.world, staff.purchaser, an_application(1, **changes), "zh")
        assert found == Refusal(code, detail)
        noted = (await entries_of(house.world, "system"))[-1]
        assert (noted.kind, noted.data["act"], noted.data["code"]) == (Kind.SUPPLIER_REFUSED, "register", code.value)
    await deliver_waiting(house.world)
    assert house.mail.sent == []


async def test_the_same_code_or_address_registers_once(house: TestWorld) -> None:
    staff = await hire(house.world)
    await register(house.world, staff)
    same: list[tuple[dict[str, object], str]] = [
        ({"contact": Contact("", "other@lanchuan.example", "")}, "credit_code"),
        ({"credit_code": a_code(7)}, "contact_email"),
        ({"credit_code": a_code(7), "contact": Contact("", "REP1@Lanchuan.Example", "")}, "contact_email"),
    ]
    for changes, field in same:
        found = await service.register_supplier(house.world, staff.purchaser, an_application(1, **changes), "zh")
        assert found == Refusal(Code.ALREADY_EXISTS, {"field": field})
    async with house.world.db.snapshot() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM supplier")) == 1


async def test_two_purchasers_registering_the_same_company_at_once_make_one(house: TestWorld) -> None:
    staff = await hire(house.world)
    found = await asyncio.gather(
        *(service.register_supplier(house.world, staff.purchaser, an_application(1), "zh") for _ in range(4))
    )
    assert sum(isinstance(one, str) for one in found) == 1
    assert all(one.code is Code.ALREADY_EXISTS for one in found if isinstance(one, Refusal))


async def test_a_change_raises_the_version_and_tells_the_journal_from_what_to_what(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    command = ChangeSupplier(1, city="Qingdao", categories=["copper_tube", "Compressors"])
    assert await service.change_supplier(house.world, staff.purchaser, supplier_id, command) == 2
    held = await load(house, supplier_id)
    assert (held.city, held.categories, held.name_zh) == ("Qingdao", ("compressors", "copper_tube"), "岚川压缩机1")
    entry = (await entries_of(house.world, f"supplier:{supplier_id}"))[-1]
    assert entry.data["changed"] == {
        "city": {"from": "Shanghai", "to": "Qingdao"},
        "categories": {"from": ["compressors"], "to": ["compressors", "copper_tube"]},
    }


async def test_saving_without_a_change_is_no_change(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    assert (
        await service.change_supplier(house.world, staff.purchaser, supplier_id, ChangeSupplier(1, city="Shanghai"))
        == 1
    )
    assert await kinds_of(house.world, supplier_id) == [Kind.SUPPLIER_REGISTERED]


async def test_of_two_purchasers_editing_at_once_the_later_is_told_what_changed(house: TestWorld) -> None:
    staff, second = await hire(house.world), await hire(house.world)
    supplier_id = await register(house.world, staff)
    first = ChangeSupplier(1, city="Qingdao", contact=CONTACT)
    later = ChangeSupplier(1, city="Wuhan", name_en="Lanchuan")
    assert await service.change_supplier(house.world, staff.purchaser, supplier_id, first) == 2
    found = await service.change_supplier(house.world, second.purchaser, supplier_id, later)
    assert isinstance(found, Refusal)
    assert found.code is Code.CHANGED_SINCE
    assert (found.detail["changed"], found.detail["version"], found.detail["role"]) == (
        "city, contact",
        "2",
        "purchaser",
    )
    assert (await load(house, supplier_id)).city == "Qingdao"
    assert (await kinds_of(house.world, supplier_id))[-1] is Kind.SUPPLIER_REFUSED


async def test_of_many_edits_at_the_same_moment_one_wins_and_each_other_sees_it(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    found = await asyncio.gather(
        *(
            service.change_supplier(house.world, staff.purchaser, supplier_id, ChangeSupplier(1, city=f"City {n}"))
            for n in range(5)
        )
    )
    assert sorted(one for one in found if isinstance(one, int)) == [2]
    assert all(one.code is Code.CHANGED_SINCE for one in found if isinstance(one, Refusal))


async def test_a_faulty_change_changes_nothing(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    command = ChangeSupplier(1, city="Qingdao", name_zh="岚\u202e川", contact=Contact("", "bad", ""))
    found = await service.change_supplier(house.world, staff.purchaser, supplier_id, command)
    assert found == Refusal(Code.INCOMPLETE, {"name_zh": "BAD_CHARACTERS", "contact_email": "BAD_EMAIL"})
    assert (await load(house, supplier_id)).version == 1


async def test_an_absent_supplier_is_the_one_404(house: TestWorld) -> None:
    staff = await hire(house.world)
    with pytest.raises(Problem) as caught:
        await service.change_supplier(house.world, staff.purchaser, "0" * 32, ChangeSupplier(1, city="Qingdao"))
    assert caught.value.status == 404
