"""`bidroom verify --database` over the process around the rounds: projects, orders, reviews, questionnaires, talks,
contracts, payments; one tampered row of each is found."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text

from app.audit.folding import FOLDED, SYSTEM, Facts
from app.audit.process_facts import HouseFacts
from app.audit.releasing import load_contracting
from app.domain.ocds import Publisher, encode, package
from app.journal.store import list_entries, list_heads
from app.tenders import store as tender_store
from tests.access import process_story, story
from tests.access.theatre import BIDDERS, ORIGIN, WINNER, Theatre, credit_code, staged
from tests.databases import Databases
from tests.fences import tear_down_fence
from tests.open_contracting import find_faults


class _UndoneError(Exception):
    """Ends the transaction without a trace."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def theatre(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """A year of a purchasing department, short: a request with its group, an order, a review, talks, a signed contract
    with an invoice that was paid and one payment taken back, an applicant."""
    url = databases.migrated()
    async with staged(url, tmp_path_factory.mktemp("process")) as made:
        await process_story.request(made)
        await _group(made)
        await _apply(made)
        await story.publish(made)
        for key in BIDDERS:
            await story.accept(made, key)
        await story.open_round(made)
        await story.bid_all(made)
        await story.close_round(made)
        await story.propose_decision(made)
        await story.unseal(made)
        await process_story.agree(made)
        await _sign(made)
        await _pay(made)
        yield made
    databases.drop(url)


async def _group(theatre: Theatre) -> None:
    path = f"/api/projects/{theatre.ids['project']}"

    async def version() -> int:
        return int((await theatre.act("purchaser", "GET", path))["version"])

    body: dict[str, Any] = {"version": await version(), "act": "finish"}
    await theatre.act("purchaser", "POST", f"{path}/moves", json=body)
    named = {name: theatre.ids[f"account:{key}"] for name, key in _NAMED}
    await theatre.act("purchaser", "PUT", f"{path}/group", json=named | {"version": await version()})
    await theatre.act("purchaser", "POST", f"{path}/draw", json={"version": await version(), "experts": 1})
    for key in ("evaluator", "approver"):
        body = {
            "has_conflict": key == "evaluator",
            "statement": "worked there until last year"[: 40 * (key != "approver")],
        }
        await theatre.act(key, "POST", f"{path}/declaration", json=body)
    body = {"version": await version(), "owner": theatre.ids["account:purchaser"]}
    await theatre.act("purchaser", "PUT", f"{path}/stages/4/owner", json=body)


_NAMED = (("decision_maker", "approver"), ("purchasing_lead", "purchaser"))


async def _apply(theatre: Theatre) -> None:
    (asked,) = await theatre.act("nobody", "GET", "/api/supplier-questions?category=compressors")
    body = {
        "name_zh": "新来压缩机有限公司", "name_en": "Newcomer Compressors", "credit_code": credit_code(61),
        "city": "Ningbo",
        "categories": ["compressors"], "locale": "zh", "answers": {asked["id"]: {asked["questions"][0]["id"]: "ISO"}},
        "contact": {"name": "新人", "email": "new@newcomer.example", "phone": "+86 574 8866 0001"},
    }  # fmt: skip
    await theatre.act("nobody", "POST", "/api/supplier-applications", json=body, headers={"Origin": ORIGIN})


async def _sign(theatre: Theatre) -> None:
    theatre.clock.wind(days=12)
    paper = (await theatre.act(WINNER, "GET", f"/api/tenders/{theatre.ids['tender']}/agreements"))["agreements"][0]
    signed = {"digest": paper["contract"]["digest"], "signatory": "李青", "title": "总经理"}
    path = f"contracts/{paper['contract']['id']}/signature"
    await theatre.act(WINNER, "POST", f"/api/my/{path}", json=signed)
    await theatre.act("approver", "POST", f"/api/{path}", json=signed | {"signatory": "王主任"})


async def _pay(theatre: Theatre) -> None:
    day = (theatre.clock.now() + timedelta(days=30)).date().isoformat()
    body = {
        "supplier_id": theatre.ids[f"supplier:{WINNER}"], "kind": "delivery", "amount": "100000", "falls_on": day,
        "credit_days": 30, "note": "first part",
    }  # fmt: skip
    await theatre.act("purchaser", "POST", f"/api/tenders/{theatre.ids['tender']}/payments", json=body)
    (row,) = (await theatre.act("purchaser", "GET", "/api/payments"))["milestones"]
    today = theatre.clock.now().date().isoformat()
    path = f"/api/payments/{row['id']}"
    for kind, number, more in (("invoice", "F-1", {}), ("payment", "Z-1", {"method": "transfer"})):
        paper = {"kind": kind, "number": number, "amount": "1000", "dated_on": today, **more}
        await theatre.act("purchaser", "POST", f"{path}/documents", json=paper)
    (row,) = (await theatre.act("purchaser", "GET", "/api/payments"))["milestones"]
    back = {"record_id": row["records"][-1]["id"], "text": "entered twice by mistake"}
    await theatre.act("purchaser", "POST", f"{path}/reversal", json=back)


async def found(theatre: Theatre, *changes: str) -> set[str]:
    """What the tables say otherwise, over all chains, after statements that are undone again."""
    facts = []
    async with theatre.world.db.snapshot() as tx:
        for chain, _seq, _hash in await list_heads(tx):
            held = _facts_of(chain)
            for entry in await list_entries(tx, chain=chain) if held is not None else ():
                assert held is not None
                told = {"kind": entry.kind.value, "seq": entry.seq, "data": dict(entry.data)}
                held.take(told | {"actor_ref": entry.actor_ref}, "")
            facts += [] if held is None else [held]

    def compare(connection: Connection) -> set[str]:
        def rows(query: Any) -> Any:
            return connection.execute(query).all()

        return {told for held in facts for _, told in held.differences(rows)}

    texts: set[str] = set()
    with suppress(_UndoneError):
        async with theatre.world.db.transaction() as tx:
            if changes:
                await tear_down_fence(tx)
            for change in changes:
                assert (await tx.execute(text(change))).rowcount > 0, change
            texts = await tx.run_sync(compare)
            raise _UndoneError
    return texts


def _facts_of(chain: str) -> Facts | None:
    kind, _, subject = chain.partition(":")
    if kind == SYSTEM:
        return HouseFacts()
    return FOLDED[kind](subject) if kind in FOLDED and kind != "lot" else None


async def test_tables_that_fit_are_clean(theatre: Theatre) -> None:
    assert await found(theatre) == set()


def tamperings() -> Iterator[tuple[str, str]]:
    """A statement by somebody with the database, and what the fold says of it."""
    yield "UPDATE project SET need = replace(need, 'canary-need-1101', 'other')", "a project differs in the table: need"
    yield "UPDATE project SET plan = replace(plan, '6543217.89', '9543217.89')", "a project differs in the table: plan"
    yield "UPDATE project_stage SET state = 'done' WHERE stage = 3", "a stage differs in the table: state"
    yield "UPDATE project_stage SET owner_id = NULL WHERE stage = 4", "a stage differs in the table: owner_id"
    yield (
        "UPDATE project_member SET hat = 'expert' WHERE hat = 'requester'",
        "a member of the group differs in the table",
    )
    yield "UPDATE project_member SET statement = '' WHERE statement <> ''", "the table: statement"
    yield "DELETE FROM project_member WHERE hat = 'expert'", "the table lacks a member of the group"
    yield "UPDATE supplier_application SET credit_code = '9'", "an application differs in the table: credit_code"
    yield (
        "UPDATE purchase_order SET promises = replace(promises, '100', '900')",
        "an order differs in the table: promises",
    )
    yield "UPDATE delivery SET accepted = accepted + 10000", "a delivery differs in the table: accepted"
    yield "DELETE FROM delivery", "the table lacks a delivery"
    yield "UPDATE performance_review SET figures = replace(figures, ':', ': ') || ' x'", "review differs in the table"
    yield "UPDATE performance_review SET orders = '[]'", "a performance review differs in the table: orders"
    yield "UPDATE performance_review SET state = 'closed'", "a performance review differs in the table: state"
    yield "UPDATE performance_reply SET text = 'nothing'", "a reply to a review differs in the table: text"
    yield (
        "UPDATE questionnaire_reply SET answers = replace(answers, '体系', '别的')",
        "answers to a questionnaire differs",
    )
    yield (
        "UPDATE questionnaire_reply SET answers = replace(answers, 'ISO', 'none')",
        "answers to a questionnaire differs",
    )
    yield "UPDATE questionnaire SET valid_days = 1", "a questionnaire differs in the table: valid_days"
    yield "UPDATE negotiation SET rate = rate + 1", "a negotiation differs in the table: rate"
    yield (
        "UPDATE negotiation SET limits = replace(limits, '17.53', '27.53')",
        "a negotiation differs in the table: limits",
    )
    yield "UPDATE negotiation_turn SET text = 'agreed' WHERE act = 'minute'", "a turn of a negotiation differs"
    yield "DELETE FROM negotiation_turn WHERE number = 6", "the table lacks a turn"
    yield "UPDATE contract SET state = 'active' WHERE version = 1", "a contract differs in the table: state"
    yield "UPDATE contract SET digest = substr(digest, 2) || 'x'", "a contract differs in the table: digest"
    yield "UPDATE contract SET document = replace(document, 'clause-1801', 'clause-9')", "the table: document"
    yield "UPDATE contract_signature SET signatory = '别人'", "a signature differs in the table: signatory"
    yield "DELETE FROM contract_signature WHERE side = 'buyer'", "the table lacks a signature"
    yield "UPDATE payment_milestone SET amount = amount * 2", "a milestone differs in the table: amount"
    yield "UPDATE payment_milestone SET withdrawn_at = 1", "a milestone differs in the table: withdrawn_at"
    yield "UPDATE payment_record SET amount = amount + 1 WHERE kind = 'invoice'", "an invoice or payment differs"
    yield "DELETE FROM payment_record WHERE reverses IS NOT NULL", "the table lacks an invoice or payment"


@pytest.mark.parametrize(("change", "word"), list(tamperings()))
async def test_a_changed_row_is_found(theatre: Theatre, change: str, word: str) -> None:
    assert any(word in each for each in await found(theatre, change))


async def test_a_row_that_no_entry_tells_is_found(theatre: Theatre) -> None:
    names = "id, tender_id, supplier_id, number, kind, amount, falls_on, credit_days, note, made_at"
    copied = "'0f', tender_id, supplier_id, 99, kind, amount, falls_on, credit_days, note, made_at"
    more = f"INSERT INTO payment_milestone ({names}) SELECT {copied} FROM payment_milestone"
    assert "the table has a milestone that no entry tells" in await found(theatre, more)


async def test_the_release_of_a_paid_contract_is_one_of_the_standard(theatre: Theatre) -> None:
    async with theatre.world.db.snapshot() as tx:
        told = await load_contracting(theatre.world, tx, await tender_store.load_tender(tx, theatre.ids["tender"]))
    house = Publisher("某集团", "https://bidroom.example", "ocds-000000")
    made = encode(package(house, [told], uri="https://bidroom.example/x", at=theatre.world.clock.now()))
    read = json.loads(made, parse_float=Decimal)
    assert find_faults(read) == []
    (contract,) = read["releases"][0]["contracts"]
    assert [each["value"]["amount"] for each in contract["implementation"]["transactions"]] == [1000, -1000]
