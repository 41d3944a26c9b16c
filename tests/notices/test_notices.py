"""Notices: same text to all, one recipient each, in the reader's language, no answer address, never lost."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

import httpx
import pytest

from app.domain.noticing import NoticeKind
from app.domain.visibility import Role
from app.infra.mail import OutboxMail, build_mail
from app.infra.outbox import Letter, deliver_waiting, enqueue
from app.notices import store
from app.notices.texts import render
from tests.callers import caller
from tests.worlds import TestWorld, make_actor

PARAMS = {
    name: f"<{name}>"
    for name in (
        "reference", "title_zh", "title_en", "respond_by", "version", "reason", "opens_at", "closes_at",
        "lot", "grade", "valid_until", "state", "link", "fingerprint", "days", "number", "day",
        "custody_en", "custody_zh",
        "period", "until", "due_on", "starts_on", "ends_on", "system",
    )
}  # fmt: skip


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_kind_has_both_languages(kind: NoticeKind, locale: str) -> None:
    subject, text = render(kind, locale, PARAMS)
    assert subject.strip()
    assert "\n" not in subject
    assert len(text.strip()) > 20
    has_chinese = any("\u4e00" <= character <= "\u9fff" for character in subject)
    assert has_chinese is (locale == "zh")


def test_a_line_break_in_a_title_makes_no_second_header() -> None:
    params: Mapping[str, str] = PARAMS | {"reference": "T-1\r\nBcc: all@example.com"}
    subject, _ = render(NoticeKind.TENDER_AMENDED, "en", params)
    assert "\n" not in subject
    assert "\r" not in subject


async def test_all_get_the_same_words_and_nobody_sees_another(house: TestWorld) -> None:
    people = [await make_actor(house.world, supplier_id=house.world.ids.new()) for _ in range(6)]
    accounts = [person.account_id for person in people]
    async with house.world.db.transaction() as tx:
        await store.insert_notices(
            house.world, tx, accounts=[*accounts, accounts[0]], kind=NoticeKind.LOT_CLOSED, params=PARAMS
        )
        assert house.mail.sent == []
    assert await deliver_waiting(house.world) == 6
    assert await deliver_waiting(house.world) == 0
    assert len({message.get_content() for message in house.mail.sent}) == 1
    assert sorted(message["To"] for message in house.mail.sent) == sorted(person.email for person in people)
    for message in house.mail.sent:
        assert message["Reply-To"] is None
        assert message["Cc"] is None
        assert "no-reply" in message["From"]


async def test_a_failed_delivery_is_tried_again(house: TestWorld, tmp_path: Path) -> None:
    del tmp_path
    async with house.world.db.transaction() as tx:
        await enqueue(house.world, tx, [Letter("a@example.com", "subject", "text")])
    send, failures = house.mail.send, iter([OSError("down"), None])

    async def flaky(message: object, *, name: str) -> None:
        if (failure := next(failures)) is not None:
            raise failure
        await send(message, name=name)  # type: ignore[arg-type]  # an EmailMessage

    house.mail.send = flaky  # type: ignore[method-assign]  # our own fake
    assert await deliver_waiting(house.world) == 0
    assert await deliver_waiting(house.world) == 0
    house.clock.wind(seconds=11)
    assert await deliver_waiting(house.world) == 1


async def test_the_outbox_folder_gets_one_file_a_letter(house: TestWorld, tmp_path: Path) -> None:
    world = house.world
    mail = OutboxMail(tmp_path / "outbox")
    letters = [Letter(f"{letter}@example.com", "标题", "正文\n") for letter in ascii_lowercase[:3]]
    async with world.db.transaction() as tx:
        await enqueue(world, tx, letters)
    object.__setattr__(world, "mail", mail)
    assert await deliver_waiting(world) == 3
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 3
    async with world.db.snapshot() as tx:
        rows = (await tx.exec_driver_sql("SELECT sealed FROM letter")).all()
    assert {bytes(row.sealed) for row in rows} == {b""}


async def test_texts_go_where_they_are_wanted_and_say_the_subject_alone(
    house: TestWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[httpx.URL, dict[str, str]]] = []
    states = iter([503, 200, 200])

    async def post(_self: object, url: str, *, json: dict[str, str]) -> httpx.Response:
        asked.append((httpx.URL(url), json))
        return httpx.Response(next(states))

    monkeypatch.setattr(httpx.AsyncClient, "post", post)
    settings = house.world.settings.model_copy(update={"sms_url": "https://us:pw@gateway.example/send"})
    mail = build_mail("", house.world.settings.outbox_dir, settings.sms_url)
    world = replace(house.world, settings=settings, mail=mail)
    wants, keeps, has_none = [await make_actor(world, supplier_id=world.ids.new()) for _ in range(3)]
    for actor, mobile, is_on in ((wants, "+8613800000001", True), (keeps, "+8613800000002", False)):
        async with caller(world, actor) as client:
            change = {"texts": {"mobile": mobile, "is_on": is_on}}
            assert (await client.patch("/api/me", json=change)).status_code == 204
            assert (await client.get("/api/me")).json()["mobile"] == mobile
            bad = {"texts": {"mobile": "138-0000", "is_on": True}}
            assert (await client.patch("/api/me", json=bad)).status_code == 422
    accounts = [one.account_id for one in (wants, keeps, has_none)]
    async with world.db.transaction() as tx:
        for kind in (NoticeKind.LOT_PAUSED, NoticeKind.RESULT_AVAILABLE):
            await store.insert_notices(world, tx, accounts=accounts, kind=kind, params=PARAMS | {"lot": "7"})
    # The gateway is down once: tried again like a letter.
    assert await deliver_waiting(world) == 6
    house.clock.wind(seconds=11)
    assert await deliver_waiting(world) == 1
    subject, _ = render(NoticeKind.LOT_PAUSED, wants.locale, PARAMS)
    assert [told for _, told in asked] == [{"to": "+8613800000001", "text": subject}] * 2
    assert asked[0][0].userinfo == b"us:pw"
    # Without a gateway there are no texts.
    async with house.world.db.transaction() as tx:
        await store.insert_notices(house.world, tx, accounts=accounts, kind=NoticeKind.LOT_PAUSED, params=PARAMS)
    assert await deliver_waiting(house.world) == 3
    async with house.world.db.snapshot() as tx:
        rows = (await tx.exec_driver_sql("SELECT person_sealed FROM account")).all()
    assert not any(b"138" in bytes(row.person_sealed) for row in rows)


async def test_own_notices_are_read_in_the_chosen_language(house: TestWorld) -> None:
    me, other = await make_actor(house.world, Role.PURCHASER), await make_actor(house.world, Role.PURCHASER)
    async with house.world.db.transaction() as tx:
        await store.insert_notices(
            house.world,
            tx,
            accounts=[me.account_id, other.account_id],
            kind=NoticeKind.RANKING_READY,
            params=PARAMS,
            tender="f" * 32,
        )
    async with caller(house.world, me) as client:
        seen = (await client.get("/api/notices", params={"lang": "en"})).json()
        assert seen["unread"] == 1
        assert seen["notices"][0]["subject"] == "Ranking ready: <reference>"
        assert seen["notices"][0]["tender_id"] == "f" * 32
        assert (await client.post("/api/notices/all/read")).status_code == 204
        assert (await client.get("/api/notices")).json()["unread"] == 0
    async with caller(house.world, other) as client:
        assert (await client.get("/api/notices")).json()["unread"] == 1
