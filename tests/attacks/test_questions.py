"""attacks.md C01 to C09 and N21: questions, answers and mails of a tender, from outside."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.visibility import Phase, Role
from app.identity.access import Actor
from app.infra.outbox import deliver_waiting
from app.main import build_app
from app.tenders import amending, ending, question_views, questions, store, timekeeper
from app.tenders.store import Tender
from tests.access.canaries import Aviary, Canary
from tests.letters import text_of
from tests.live_rounds.floors import chain_of
from tests.tenders.edges import client, problem
from tests.tenders.houses import House, approve, build_house, entries_of, join, load, publish, reach_deadline
from tests.tenders.test_amending import an_amendment
from tests.worlds import MemoryMail, make_actor

ALL_TIMES = {"times": ["10:00", "16:00"]}
BAD = [
    "Please call 138 0013 8000",
    "write wang＠example.com",
    "加微信 lanchuan2026",
    "see https://example.com/x",
    "扫描附件中的二维码",
    "call me, same number as last year",
    "供应商001 想问",
]


@pytest.fixture
async def house(clean_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Two purchasers, an approver, an auditor, an evaluator, and four certified suppliers."""
    built = await build_house(clean_database_url, tmp_path)
    yield built
    await built.world.db.dispose()


async def ask(house: House, tender: Tender, text: str, rep: int = 0) -> httpx.Response:
    async with client(house, house.reps[rep]) as supplier:
        return await supplier.post(f"/tenders/{tender.id}/questions", json={"text": text})


async def to_batch(house: House, tender: Tender) -> None:
    house.clock.at = questions.batch_after(await load(house, tender.id), house.clock.now())
    await timekeeper.turn_due(house.world)


async def test_c01_a_question_with_a_way_to_its_asker_is_held(house: House) -> None:
    tender = await publish(house)
    asked = [await ask(house, tender, text) for text in BAD]
    clean = await ask(house, tender, "Which tolerance applies?")
    assert {one.status_code for one in (*asked, clean)} == {201}
    # The same neutral word for all of them, at the answer and after the fixed time.
    assert {one["state"] for one in clean.json()["questions"]} == {"under_review"}
    await to_batch(house, tender)
    async with client(house, house.reps[0]) as supplier:
        own = (await supplier.get(f"/tenders/{tender.id}/own-questions")).json()["questions"]
    assert {one["text"]: one["state"] for one in own} == {
        **dict.fromkeys(BAD, "under_review"),
        "Which tolerance applies?": "passed_on",
    }
    async with client(house, house.purchaser) as buyer:
        queue = await buyer.get(f"/tenders/{tender.id}/question-queue")
        problem(await buyer.get(f"/tenders/{tender.id}/own-questions"), 403, "NOT_YOUR_ROLE")
        problem(await buyer.get(f"/tenders/{tender.id}/relay"), 403, "NOT_YOUR_ROLE")
    assert [one["text"] for one in queue.json()["questions"]] == ["Which tolerance applies?"]
    async with client(house, house.approver) as approver:
        held = (await approver.get(f"/tenders/{tender.id}/relay")).json()["questions"]
    seen = " ".join(one["text"] for one in held)
    assert len(held) == len(BAD)
    assert not any(sign in seen for sign in ("138", "wang", "lanchuan", "example.com", "last year", "供应商001"))
    # What a page writes of a question is text (attacks.md I09), and nothing but a text is taken.
    async with client(house, house.reps[0]) as supplier:
        for body in ({"text": ""}, {"text": "x" * 1001}, {"text": "a", "attachment": "b"}, {"text": ["a"]}):
            assert (await supplier.post(f"/tenders/{tender.id}/questions", json=body)).status_code == 422


async def test_c02_nobody_finds_who_asked_or_when(house: House) -> None:
    tender = await publish(house, questions={"profile": "strict", **ALL_TIMES})
    desk = await make_actor(house.world, Role.DESK_RELAY)
    house.clock.wind(minutes=11, seconds=7)
    asked_at = house.clock.now()
    await ask(house, tender, "Which tolerance applies?", rep=2)
    await to_batch(house, tender)
    hidden = [
        house.reps[2].account_id, str(house.reps[2].supplier_id), house.reps[2].name, house.reps[2].email,
        f"{asked_at:%H:%M:%S}", str(int(asked_at.timestamp())), f"{asked_at:%Y-%m-%dT%H:%M}",
    ]  # fmt: skip
    paths = ("questions", "question-queue", "relay", "own-questions")
    for reader in (house.purchaser, house.approver, house.evaluator, house.auditor, desk, house.reps[0]):
        async with client(house, reader) as looking:
            bodies = [(await looking.get(f"/tenders/{tender.id}/{path}")).text for path in paths]
            bodies += [(await looking.get("/relay")).text, (await looking.get("/approvals")).text]
        assert not [value for value in hidden for body in bodies if value in body], reader.roles
    # Nor does the journal say it: its entry is of the fixed time, without tag, actor or request.
    (told,) = [one for one in await entries_of(house, tender.id) if one.kind is Kind.QUESTION_ASKED]
    assert told.at == house.clock.now()
    assert (told.tag, told.actor_ref, told.request_id, told.sealed) == (None, None, None, None)
    assert "tolerance" not in json.dumps(dict(told.data))


async def test_c04_there_is_no_answer_to_one(house: House) -> None:
    tender = await publish(house)
    await ask(house, tender, "Which tolerance applies?")
    await to_batch(house, tender)
    (asked,) = (await question_views.read_queue(house.world, house.purchaser, tender.id)).questions
    path = f"/tenders/{tender.id}/questions/{asked.id}/answer"
    answer = {"zh": "见图纸。", "en": "See the drawing.", "version": 0, "is_finished": True}
    async with client(house, house.purchaser) as buyer:
        for name in ("recipient", "supplier_id", "to", "account_id", "bcc", "attachment"):
            body = answer | {name: house.reps[0].supplier_id}
            assert (await buyer.put(path, json=body)).status_code == 422
            assert (await buyer.put(f"{path}?{name}={house.reps[0].supplier_id}", json=body)).status_code == 422
            broadcast = {"zh": "见图纸", "en": "See the drawing", name: house.reps[0].supplier_id}
            assert (await buyer.post(f"/rounds/{tender.round_id}/broadcasts", json=broadcast)).status_code == 422
        assert (await buyer.put(path, json=answer)).status_code == 200
    await to_batch(house, tender)
    shown = []
    for rep in house.reps:
        async with client(house, rep) as supplier:
            shown.append((await supplier.get(f"/tenders/{tender.id}/questions")).content)
    assert b"See the drawing." in shown[0]
    assert len(set(shown)) == 1


async def test_c05_every_mail_of_a_tender_says_the_same_to_everybody(house: House) -> None:
    mail = house.world.mail
    assert isinstance(mail, MemoryMail)
    tender = await publish(house)
    await ask(house, tender, "Which tolerance applies?")
    await to_batch(house, tender)
    (asked,) = (await question_views.read_queue(house.world, house.purchaser, tender.id)).questions
    async with client(house, house.purchaser) as buyer:
        answer = {"zh": "单价 286.40 元不变。", "en": "The ceiling of 286.40 stays.", "version": 0, "is_finished": True}
        path = f"/tenders/{tender.id}/questions/{asked.id}/answer"
        assert (await buyer.put(path, json=answer)).status_code == 409
        assert (await buyer.put(path, json=answer | {"amounts_checked": True})).status_code == 200
    await to_batch(house, tender)
    await join(house, tender, *house.reps)
    await approve(house, await amending.propose_amendment(house.world, house.purchaser, tender.id, an_amendment()))
    await join(house, tender, *house.reps[:3])
    await reach_deadline(house, tender.id)
    cancelled = await ending.cancel_tender(house.world, house.purchaser, tender.id, "The need is gone.")
    assert not isinstance(cancelled, Refusal)
    await approve(house, cancelled)
    while await deliver_waiting(house.world):
        pass
    reps = {rep.email: rep for rep in house.reps}
    secrets = Aviary([
        Canary("price", "", "286.40", is_amount=True),
        *(Canary("name", "", f"{name}{number:03d}") for number in range(1, 5) for name in ("供应商", "Supplier ")),
        *(Canary("staff", "", one.name) for one in (house.purchaser, house.approver)),
    ])  # fmt: skip
    batches: dict[str, dict[str, str]] = defaultdict(dict)
    orders = set()
    for letter in mail.sent:
        recipients = [value for name, value in letter.items() if name.lower() in {"to", "cc", "bcc"}]
        assert len(recipients) == 1
        assert "," not in recipients[0]
        assert not {"reply-to", "sender", "return-receipt-to"} & {name.lower() for name in letter.keys()}  # noqa: SIM118 - headers may repeat
        assert "no-reply" in str(letter["From"])
        assert secrets.found_in(letter.as_bytes() + str(letter["Subject"]).encode() + text_of(letter).encode()) == set()
        if recipients[0] in reps:
            batches[str(letter["Subject"])][recipients[0]] = text_of(letter)
    # Invitation, answers, amendment, cancellation: each to every representative, each in one text.
    assert len(batches) >= 4
    for subject, texts in batches.items():
        assert set(texts) == set(reps), subject
        assert len(set(texts.values())) == 1, subject
        orders.add(tuple(texts))
    assert len(orders) > 1, "the order of the recipients is drawn anew for each batch"


async def test_c07_c09_neither_side_reads_the_others_people(house: House) -> None:
    tender = await publish(house)
    house.app = build_app(house.world)
    async with client(house, house.reps[0]) as supplier:
        supplier.headers["User-Agent"] = "CallMe/138 0013 8000"
        answered = {"response": "accept", "version": 1}
        assert (await supplier.post(f"/tenders/{tender.id}/response", json=answered)).status_code == 200
        assert (await ask(house, tender, "Which tolerance applies?")).status_code == 201
    await to_batch(house, tender)
    async with client(house, house.purchaser) as buyer:
        bodies = [
            (await buyer.get(path)).text for path in (f"/tenders/{tender.id}", f"/tenders/{tender.id}/question-queue")
        ]
    assert not [body for body in bodies if "CallMe" in body or house.reps[0].name in body]
    async with client(house, house.reps[0]) as supplier:
        form = {"aspect": "quality", "title": "ISO 9001, call 138 0013 8000"}
        told = await supplier.post("/my/evidence", data=form, files={"file": ("a.pdf", b"%PDF-1.7", "application/pdf")})
        assert "kinds" in problem(told, 409, "LEAK")
    staff = [each.name for each in (house.purchaser, house.colleague, house.approver, house.auditor, house.evaluator)]
    async with client(house, house.reps[0]) as supplier:
        for path in ("", "/questions", "/own-questions", "/sentences"):
            answer = await supplier.get(f"/tenders/{tender.id}{path}")
            assert answer.status_code == 200
            assert not [name for name in staff if name in answer.text]
        page = await supplier.get("http://testserver/")
    assert not [name for name in staff if name in page.text]


async def test_n21_the_desks_seats_are_asked_for_amounts_and_aliases_in_vain(house: House) -> None:
    tender = await publish(house)
    seats = [await make_actor(house.world, role) for role in (Role.DESK_HELP, Role.DESK_RELAY)]
    async with client(house, house.purchaser) as buyer:
        for path in ("/desk/rounds", "/desk/error-reports", "/relay"):
            problem(await buyer.get(path), 403, "NOT_YOUR_ROLE")
    for desk in seats:
        async with client(house, desk) as asking:
            paths = (
                "/ranking",
                "/opening",
                "/offers",
                "/inquiries",
                "/decision",
                "/question-queue",
                "/own-questions",
            )
            answers = [await asking.get(f"/tenders/{tender.id}{path}") for path in paths]
            rounds = [
                await asking.get(f"/rounds/{tender.round_id}{path}") for path in ("/cockpit", "/state", "/sealed")
            ]
            assert {one.status_code for one in (*answers, *rounds)} <= {403, 404}
            # The published terms are theirs as well (d01), and nothing beside them.
            told = (await asking.get(f"/tenders/{tender.id}")).json()
            assert told["document"] is not None
            assert (told["draft"], told["baselines"], told["joined"], told["pending"]) == (None, None, None, [])
            # The relay of `lean` is not the desk's.
            assert (await asking.get(f"/tenders/{tender.id}/relay")).status_code in {403, 404}
            assert (await asking.get(f"/tenders/{tender.id}/questions")).status_code == 200


async def test_d46_who_asked_is_read_by_two_people_and_by_nobody_else(house: House) -> None:
    tender = await publish(house)
    text = "Which tolerance applies? Call 138 0013 8000"
    await ask(house, tender, text, rep=2)
    await ask(house, tender, "Is steel allowed?", rep=1)
    await to_batch(house, tender)
    path, why = f"/audit/tenders/{tender.id}/readings", "a complaint about a hint in a question"

    async def called(actor: Actor, method: str, way: str, **body: str) -> httpx.Response:
        async with client(house, actor) as calling:
            return await calling.request(method, way, json=body or None)

    async def choices() -> list[dict[str, str]]:
        shown = (await called(house.auditor, "GET", path)).json()["choices"]
        return [subject for each in shown if each["reading"] == "asker" for subject in each["subjects"]]

    assert await choices() == [], "not while questions are taken (d46)"
    async with house.world.db.transaction() as tx:
        await store.set_phase(tx, tender.id, phase=Phase.CLOSED_UNOPENED)
    held = next(each for each in await choices() if text in each["name_en"])
    body = {"reading": "asker", "subject": held["id"], "reason": why}
    for actor in (house.purchaser, house.approver, house.reps[0]):
        problem(await called(actor, "POST", path, **body), 403, "NOT_YOUR_ROLE")
    asked = (await called(house.auditor, "POST", path, **body)).json()["proposal_id"]
    problem(await called(house.auditor, "POST", f"/audit/readings/{asked}/opening"), 409, "NEEDS_SECOND_PERSON")
    # The second person approves a question by its number: what was held is not hers to read (d47).
    inbox = (await called(house.approver, "GET", f"/approvals/{asked}")).text
    assert held["id"][:8] in inbox
    assert "tolerance" not in inbox
    decided = await called(house.approver, "POST", f"/approvals/{asked}/decision", verdict="approve", reason="")
    assert decided.status_code == 200, decided.text
    (row,) = (await called(house.auditor, "POST", f"/audit/readings/{asked}/opening")).json()["rows"]
    shown = {name: value for name, value in row.items() if value is not None}
    names = ("供应商003", "Supplier 003")
    assert shown == dict(
        zip(("of", "person", "name_zh", "name_en"), (held["id"], house.reps[2].name, *names), strict=True)
    )
    (told,) = [each for each in await chain_of(house.world, "system") if each.kind is Kind.VAULT_READ]
    assert told.data == {"reading": "asker", "subjects": [held["id"]], "reason": f"{why} [{asked}]"}
