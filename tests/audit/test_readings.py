"""Readings of the vault: with a second person, for half an hour, each of them an entry; and names in an emergency."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text, update

from app.domain.approving import ProposalState
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.recommending import timeline
from app.domain.retracing import TenderRetrace
from app.domain.tendering import TenderState
from app.domain.vault_policy import Reading, decide_asking, decide_reading, may_ask, may_investigate
from app.domain.visibility import Datum, Mode, Phase, Role, mode
from app.identity import vault
from app.identity.access import Actor
from app.infra.outbox import deliver_waiting
from app.journal.store import list_entries
from app.notices.store import list_notices
from app.tenders import store as tender_store
from app.tenders.tables import tender
from tests.award.acts import award_first, ranked_rows
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.worlds import START, TestWorld, make_actor, make_world

LOT = [("青禾", "280.00"), ("岚川", "275.00"), ("澄锐", "277.00"), ("朗峤", "290.00")]
WHY = "a complaint about the second place"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def post(stage: Stage, actor: Actor, path: str, **body: Any) -> httpx.Response:
    async with caller(stage.world, actor) as client:
        return await client.post(f"/api/{path}", json=body)


async def ask(stage: Stage, reading: str, subject: str = "", actor: Actor | None = None, why: str = WHY) -> Any:
    path = f"audit/tenders/{stage.tender_id}/readings"
    return await post(stage, actor or stage.auditor, path, reading=reading, subject=subject, reason=why)


async def approve(stage: Stage, asked: httpx.Response, by: Actor | None = None) -> httpx.Response:
    assert asked.status_code == 201, asked.text
    path = f"approvals/{asked.json()['proposal_id']}/decision"
    return await post(stage, by or stage.approver, path, verdict="approve", reason="")


async def opened(stage: Stage, asked: httpx.Response, actor: Actor | None = None) -> httpx.Response:
    return await post(stage, actor or stage.auditor, f"audit/readings/{asked.json()['proposal_id']}/opening")


async def told_of(stage: Stage, actor: Actor) -> list[str]:
    """The notices of somebody that speak of an approval."""
    async with stage.world.db.snapshot() as tx:
        kinds = [each.kind.value for each in await list_notices(stage.world, tx, actor.account_id)]
    return [kind for kind in kinds if kind.startswith("approval")]


async def desk(stage: Stage) -> dict[str, Any]:
    async with caller(stage.world, stage.auditor) as client:
        answer = await client.get(f"/api/audit/tenders/{stage.tender_id}/readings")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def chain(stage: Stage, name: str = "system") -> list[Entry]:
    async with stage.world.db.snapshot() as tx:
        return await list_entries(tx, chain=name)


async def set_phase(stage: Stage, phase: Phase) -> None:
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(tender).values(phase=phase.value))


async def test_a_link_is_read_by_two_people_within_half_an_hour(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    ((first, *_),) = await ranked_rows(stage)
    subject = f"{stage.lots[0]}:R:{first['label']}"
    asked = await ask(stage, "link", subject)
    assert [await told_of(stage, one) for one in (stage.approver, stage.auditor)] == [["approval_waiting"], []]
    assert (await opened(stage, asked)).json()["code"] == "NEEDS_SECOND_PERSON"
    assert (await approve(stage, asked)).status_code == 200
    assert await told_of(stage, stage.auditor) == ["approval_decided"]
    read = await opened(stage, asked)
    assert [(row["of"], row["name_zh"]) for row in read.json()["rows"]] == [(f"1 · {first['label']}", "岚川公司")]
    made.clock.wind(minutes=29)
    assert (await opened(stage, asked)).status_code == 200
    # Nobody else reads it, and the one who may reads it for half an hour.
    assert (await opened(stage, asked, await make_actor(made.world, Role.AUDITOR))).status_code == 404
    assert (await opened(stage, asked, stage.approver)).status_code == 403
    made.clock.wind(minutes=1)
    assert (await opened(stage, asked)).json()["code"] == "EXPIRED"
    entries = await chain(stage)
    told = [entry.data for entry in entries if entry.kind is Kind.VAULT_READ]
    proposal = asked.json()["proposal_id"]
    assert told == [{"reading": "link", "subjects": [subject], "reason": f"{WHY} [{proposal}]"}] * 2
    refused = [entry.data["code"] for entry in entries if entry.kind is Kind.READING_REFUSED]
    assert refused == ["NEEDS_SECOND_PERSON", "EXPIRED"]
    assert not any("岚川" in entry.body.decode() for entry in entries)


async def test_every_reading_shows_its_datum_and_no_more(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)
    bidder = stage.bidders["青禾"]
    async with made.world.db.transaction() as tx:
        who = bidder.actor.account_id
        await vault.insert_trace(made.world, tx, account_id=who, network="203.0.113.77", user_agent='Owl/7 "\x00\n')
    shown = {each["reading"]: [one["id"] for one in each["subjects"]] for each in (await desk(stage))["choices"]}
    assert set(shown) == {"contacts", "responses", "traces", "link", "originals", "asker", "actor"}
    assert bidder.supplier_id in shown["contacts"]
    rows: dict[str, list[dict[str, Any]]] = {}
    for reading, subject in (("contacts", bidder.supplier_id), ("traces", bidder.supplier_id), ("responses", "")):
        asked = await ask(stage, reading, subject)
        assert (await approve(stage, asked)).status_code == 200
        rows[reading] = [
            {name: value for name, value in row.items() if value is not None}
            for row in (await opened(stage, asked)).json()["rows"]
        ]
    ((contact,), (trace,)) = rows["contacts"], rows["traces"]
    assert (contact["person"], contact["name_zh"]) == ("青禾 contact", "青禾公司")
    assert (trace["network"], trace["agent"]) == ("203.0.113.77", 'Owl/7 "')
    assert {row["name_zh"]: row["response"] for row in rows["responses"]} == {
        **dict.fromkeys(("青禾公司", "岚川公司", "澄锐公司", "朗峤公司"), "accepted"),
        "沉默公司": "none",
    }
    # Forgotten when their time is over.
    made.clock.wind(days=made.world.settings.trace_days + 1)
    await vault.delete_old_traces(made.world)
    async with made.world.db.snapshot() as tx:
        assert await vault.list_traces(made.world, tx, [who]) == {who: []}


async def test_what_cannot_be_asked(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await set_phase(stage, Phase.LIVE)
    assert (await ask(stage, "link", "x", why="short")).json()["code"] == "NOT_ALLOWED_HERE"
    await set_phase(stage, Phase.PRICES)
    await ranked_rows(stage)
    assert (await ask(stage, "link", "x", why="short")).json()["code"] == "REASON_MISSING"
    other = await make_stage(made.world, [LOT])
    stranger = other.bidders["青禾"].supplier_id
    for reading, subject in (
        ("link", "x"), ("link", f"{other.lots[0]}:R:A"), ("contacts", stranger), ("contacts", ""), ("traces", "' OR 1"),
        ("responses", "x"), ("asker", "0" * 32), ("actor", f"tender:{other.tender_id}#1"), ("actor", "system#1"),
    ):  # fmt: skip
        assert (await ask(stage, reading, subject)).json()["code"] == "OUT_OF_RANGE", (reading, subject)
    assert (await ask(stage, "names")).json()["code"] == "NOT_ALLOWED_HERE"
    for actor in (stage.purchaser, stage.approver, stage.bidders["青禾"].actor):
        assert (await ask(stage, "responses", actor=actor)).status_code == 403
    asked = await ask(stage, "responses")
    async with caller(stage.world, stage.purchaser) as client:
        mine = (await client.get("/api/approvals")).json()
        alone = await client.get(f"/api/approvals/{asked.json()['proposal_id']}")
    assert (mine, alone.status_code) == ([], 404)
    # A request changed by hand after the approval opens nothing.
    assert (await approve(stage, asked)).status_code == 200
    async with made.world.db.transaction() as tx:
        await tx.execute(text("UPDATE proposal SET change = replace(change, 'responses', 'traces')"))
    assert (await opened(stage, asked)).json()["code"] == "CHANGED_SINCE"


def test_asking_follows_the_cell_of_the_phase() -> None:
    link = {phase for phase in Phase if may_ask(Reading.LINK, phase)}
    assert link == {phase for phase in Phase if mode(Role.AUDITOR, phase, Datum.LINK_OF_OTHERS) is Mode.SECOND_PERSON}
    assert Phase.LIVE not in link
    assert decide_asking(Reading.NAMES, Phase.PRICES, WHY) is not None
    assert not any(may_investigate(phase, is_cancelled=True) for phase in Phase)
    for state in ProposalState:
        refused = decide_reading(Reading.LINK, Phase.PRICES, state=state, decided_at=START, at=START)
        assert (refused is None) == (state is ProposalState.APPROVED)
    late = {"state": ProposalState.APPROVED, "decided_at": START}
    assert decide_reading(Reading.LINK, Phase.PRICES, at=START + timedelta(minutes=30), **late) is not None  # type: ignore[arg-type]  # by name
    assert decide_reading(Reading.LINK, Phase.LIVE, at=START, **late) is not None  # type: ignore[arg-type]  # as above


# ── in an emergency ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_names_for_an_investigation(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    path = f"audit/tenders/{stage.tender_id}/emergency-unsealing"
    await set_phase(stage, Phase.LIVE)
    assert (await post(stage, stage.auditor, path, reason=WHY)).json()["code"] == "NOT_ALLOWED_HERE"
    await set_phase(stage, Phase.PRICES)
    await ranked_rows(stage)
    await deliver_waiting(made.world)
    made.mail.sent.clear()
    assert (await post(stage, stage.auditor, path, reason="why")).json()["code"] == "REASON_MISSING"
    assert (await post(stage, stage.purchaser, path, reason=WHY)).status_code == 403
    asked = await post(stage, stage.auditor, path, reason=WHY)
    assert (await post(stage, stage.auditor, f"{path}/names")).json()["code"] == "NEEDS_SECOND_PERSON"
    assert (await post(stage, stage.auditor, path, reason=WHY)).json()["code"] == "PENDING"
    both = await make_actor(made.world, Role.AUDITOR, Role.APPROVER)
    assert (await approve(stage, asked, both)).status_code == 200
    names = (await post(stage, stage.auditor, f"{path}/names")).json()["rows"]
    assert {row["name_zh"] for row in names} == {"青禾公司", "岚川公司", "澄锐公司", "朗峤公司"}
    assert (await post(stage, stage.auditor, path, reason=WHY)).json()["code"] == "ALREADY_DECIDED"
    # The record has the reason and both persons, and no name; all bidders are told, without one.
    entries = await chain(stage, f"tender:{stage.tender_id}")
    (told,) = [entry for entry in entries if entry.kind is Kind.EMERGENCY_UNSEALED]
    assert told.data["reason"] == WHY
    assert (told.data["asked_by"], told.actor_ref) == (stage.auditor.account_id, both.account_id)
    retrace = TenderRetrace(is_partial=True)
    assert [retrace.take(entry) for entry in entries] == [None] * len(entries)
    alone = TenderRetrace(is_partial=True)
    without = [alone.take(entry) for entry in entries if entry.kind is not Kind.APPROVAL_GRANTED]
    assert any(without)
    await deliver_waiting(made.world)
    mails = [mail for mail in made.mail.sent if "调查" in str(mail["Subject"])]
    assert {str(mail["To"]) for mail in mails} == {one.actor.email for one in stage.bidders.values()}
    assert not any("公司" in mail.get_content() for mail in mails)
    assert (await desk(stage))["investigation"]["is_done"]
    assert [each["kind"] for each in timeline(entries)][-1] == "identity.emergency_unsealed"
    # The buyer learns that it was, from the closed file, and never whom.
    async with caller(stage.world, stage.purchaser) as client:
        refused = await client.post(f"/api/{path}/names")
    assert refused.status_code == 403


async def test_no_names_of_a_cancelled_tender(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await ranked_rows(stage)
    path = f"audit/tenders/{stage.tender_id}/emergency-unsealing"
    asked = await post(stage, stage.auditor, path, reason=WHY)
    async with made.world.db.transaction() as tx:
        await tender_store.set_tender(tx, stage.tender_id, state=TenderState.CANCELLED)
    assert (await approve(stage, asked)).json()["code"] == "CHANGED_SINCE"
    assert (await post(stage, stage.auditor, path, reason=WHY)).json()["code"] == "NOT_ALLOWED_HERE"


async def test_contacts_on_the_result_are_readings_too(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    for _ in range(2):
        async with caller(stage.world, stage.purchaser) as client:
            assert (await client.get(f"/api/tenders/{stage.tender_id}/result")).status_code == 200
    told = [(entry.actor_ref, entry.data) for entry in await chain(stage) if entry.kind is Kind.VAULT_READ]
    winner = stage.bidders["岚川"].supplier_id
    assert told == [(stage.purchaser.account_id, {"reading": "contacts", "subjects": [winner], "reason": "shown"})]


async def test_the_machines_own_readings_are_counted(made: TestWorld) -> None:
    stage = await make_stage(made.world, [LOT])
    await vault.note_counts(made.world)
    await vault.note_counts(made.world)
    (told,) = [entry for entry in await chain(stage) if entry.kind is Kind.VAULT_READ]
    assert told.actor_role == "service"
    assert told.data["opened"]["vault"] > 0
