"""Questions through the relay and answers to all (VISIBILITY.md section 5) in both profiles, and what retraces them."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.approvals import store as approval_store
from app.domain.approving import ProposalKind, Verdict
from app.domain.chaining import Fault
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.questioning import AnswerState, OwnState, QuestionState, ReturnReason
from app.domain.refusals import Code, Refusal
from app.domain.retracing import TenderRetrace
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.seats import take_seat
from app.infra.errors import Problem
from app.notices.store import list_notices
from app.tenders import question_answers, question_relay, question_views, questions, timekeeper
from app.tenders.question_answers import DraftAnswer
from app.tenders.question_relay import RelayAct, Relayed
from app.tenders.question_store import Question
from app.tenders.question_tables import question
from app.tenders.store import Tender
from tests.audit.folds import differences
from tests.tenders.houses import House, approve, decide, entries_of, load, publish
from tests.worlds import make_actor

CLEAN = "图纸第4.2条的公差是否可以放宽？Is a tolerance of 0.1 mm enough?"
HELD = "Is 3 mm steel allowed, or call me at 138 0013 8000, same number as last year?"
ANSWER = ("公差为 0.1 毫米。", "The tolerance is 0.1 mm.")


async def ask(house: House, tender: Tender, text: str, rep: int = 0) -> Question:
    asked = await questions.ask_question(house.world, house.reps[rep], tender.id, text)
    assert isinstance(asked, Question), asked
    return asked


async def to_batch(house: House, tender: Tender) -> None:
    """The next fixed time, as the timekeeper sees it."""
    house.clock.at = questions.batch_after(await load(house, tender.id), house.clock.now())
    await timekeeper.turn_due(house.world)


async def relay(house: House, who: Actor, one: Question, act: RelayAct, **said: object) -> Question | Refusal:
    command = Relayed(act, **said)  # type: ignore[arg-type]  # named by the tests
    return await question_relay.relay_question(house.world, who, one.tender_id, one.id, command)


async def write(house: House, one: Question, *, version: int = 0, texts: tuple[str, str] = ANSWER, ok: bool = True):  # type: ignore[no-untyped-def]  # noqa: ANN201 - an answer or a refusal
    command = DraftAnswer(*texts, version, is_finished=ok, amounts_checked=True)
    return await question_answers.draft_answer(house.world, house.purchaser, one.tender_id, one.id, command)


async def own_states(house: House, tender: Tender, rep: int = 0) -> list[OwnState]:
    view = await question_views.read_own(house.world, house.reps[rep], tender.id)
    return [one.state for one in view.questions]


async def queue(house: House, tender: Tender) -> list[str]:
    view = await question_views.read_queue(house.world, house.purchaser, tender.id)
    return [one.text for one in view.questions]


def retraced(entries: list[Entry]) -> list[Fault]:
    trace = TenderRetrace()
    return [fault for entry in entries if (fault := trace.take(entry)) is not None]


def with_data(entry: Entry, name: str, value: str) -> Entry:
    return entry._replace(data={**entry.data, name: value}) if name in entry.data else entry


async def test_lean_the_clean_go_on_by_themselves_and_the_held_to_the_approver(house: House) -> None:
    tender = await publish(house)
    before = len(await entries_of(house, tender.id))
    await ask(house, tender, CLEAN)
    held = await ask(house, tender, HELD, rep=1)
    # Nothing of it is told before the fixed time: no entry, no queue, the same neutral word to both askers.
    assert len(await entries_of(house, tender.id)) == before
    assert await queue(house, tender) == []
    assert await own_states(house, tender) == await own_states(house, tender, 1) == [OwnState.UNDER_REVIEW]
    await to_batch(house, tender)
    assert await queue(house, tender) == [CLEAN]
    assert await own_states(house, tender) == [OwnState.PASSED_ON]
    assert await own_states(house, tender, 1) == [OwnState.UNDER_REVIEW]
    seen = await question_views.read_relay(house.world, house.approver, tender.id)
    (row,) = seen.questions
    assert row.is_covered
    assert row.text == "Is 3 mm steel allowed, ■■■■■■"
    # What is released may hold nothing either; what comes out is the redacted text, at the next fixed time.
    refusal = await relay(house, house.approver, held, RelayAct.RELEASE, text="Ask 138 0013 8000")
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.LEAK
    assert "138" not in str(refusal.detail)
    await relay(house, house.approver, held, RelayAct.RELEASE, text="Is 3 mm steel allowed?")
    assert await queue(house, tender) == [CLEAN]
    await to_batch(house, tender)
    assert sorted(await queue(house, tender)) == sorted([CLEAN, "Is 3 mm steel allowed?"])
    assert isinstance(await relay(house, house.approver, held, RelayAct.RETURN), Refusal)
    assert retraced(await entries_of(house, tender.id)) == []


async def test_an_answer_goes_to_all_at_the_fixed_time_in_one_batch(house: House) -> None:
    tender = await publish(house)
    asked = await ask(house, tender, CLEAN)
    with pytest.raises(Problem):
        await write(house, asked)
    await to_batch(house, tender)
    draft = await write(house, asked, ok=False, texts=("", ""))
    assert draft.state is AnswerState.DRAFT
    for texts, code in [
        (("只有中文", ""), Code.INCOMPLETE),
        (("请致电 138 0013 8000", "Call 138 0013 8000"), Code.LEAK),
        (("供应商001 知道", "Supplier 001 knows"), Code.LEAK),
        (("请问李批", "Ask 李批"), Code.LEAK),
    ]:
        refusal = await write(house, asked, version=1, texts=texts)
        assert isinstance(refusal, Refusal)
        assert refusal.code is code, texts
    stale = await write(house, asked, version=0)
    assert isinstance(stale, Refusal)
    assert stale.code is Code.CHANGED_SINCE
    assert (await write(house, asked, version=1)).state is AnswerState.READY
    assert await folded(house, tender) == set()
    assert (await question_views.read_published(house.world, house.reps[2], tender.id)).published == []
    await to_batch(house, tender)
    for reader in (house.reps[2], house.evaluator, house.auditor, house.purchaser):
        (shown,) = (await question_views.read_published(house.world, reader, tender.id)).published
        assert (shown.text, shown.zh, shown.en) == (CLEAN, *ANSWER)
    assert await own_states(house, tender) == [OwnState.ANSWERED]
    assert await folded(house, tender) == set()
    async with house.world.db.snapshot() as tx:
        for rep in house.reps:
            told = Counter(one.kind for one in await list_notices(house.world, tx, rep.account_id))
            assert told[NoticeKind.ANSWERS_PUBLISHED] == 1
    entries = await entries_of(house, tender.id)
    assert retraced(entries) == []
    # A published text that is not the one relayed and drafted is found, and one that nobody relayed.
    assert retraced([with_data(one, "en", "x") if one.kind is Kind.ANSWER_PUBLISHED else one for one in entries])
    assert retraced([one for one in entries if one.kind is not Kind.QUESTION_RELEASED])
    assert retraced([with_data(one, "batch", "2026-11-22T03:01:00.000Z") for one in entries])


async def test_strict_the_desk_relays_everything_and_a_second_person_approves(house: House) -> None:
    tender = await publish(house, questions={"profile": "strict", "close_hours": 1, "times": ["09:00", "15:00"]})
    desk = await make_actor(house.world, Role.DESK_RELAY, name="何台")
    first, second, third = [await ask(house, tender, text, rep) for rep, text in enumerate((CLEAN, HELD, "Same?"))]
    await to_batch(house, tender)
    assert await queue(house, tender) == []
    seen = await question_views.read_relay(house.world, desk, tender.id)
    assert {row.text for row in seen.questions} == {CLEAN, HELD, "Same?"}
    assert not any(row.is_covered for row in seen.questions)
    async with house.world.db.snapshot() as tx:
        for person, times in ((desk, 1), (house.approver, 0), (house.purchaser, 0), (house.reps[0], 0)):
            kinds = [each.kind for each in await list_notices(house.world, tx, person.account_id)]
            assert kinds.count(NoticeKind.QUESTIONS_HELD) == times
    for nobody in (house.approver, house.purchaser, house.reps[0]):
        with pytest.raises(Problem):
            await question_views.read_relay(house.world, nobody, tender.id)
    await relay(house, desk, first, RelayAct.RELEASE, text="Which tolerance applies?")
    await relay(house, desk, second, RelayAct.RETURN, reason=ReturnReason.ASK_WITHOUT_NAMES)
    assert isinstance(await relay(house, desk, third, RelayAct.MERGE, into=second.id), Refusal)
    merged = await relay(house, desk, third, RelayAct.MERGE, into=first.id)
    assert isinstance(merged, Question)
    assert merged.state is QuestionState.MERGED
    # Cleared, returned, merged, and one that waits: the tables hold what was told.
    await ask(house, tender, "One more?")
    assert await folded(house, tender) == set()
    changed = "UPDATE question SET shown = 'x' WHERE state = 'cleared'"
    assert await folded(house, tender, changed) == {"a question differs in the table: what was let through"}
    await to_batch(house, tender)
    assert await queue(house, tender) == ["Which tolerance applies?"]
    assert await own_states(house, tender, 1) == [OwnState.RETURNED]
    assert (await write(house, first)).state is AnswerState.PENDING
    async with house.world.db.snapshot() as tx:
        proposal = await approval_store.find_latest(tx, kind=ProposalKind.ANSWER, subject_id=first.id)
    assert proposal is not None
    house.clock.wind(minutes=1)
    # An edit voids the approval of what was there before.
    assert (await write(house, first, version=1, texts=("新", "New"))).state is AnswerState.PENDING
    assert isinstance(await decide(house, proposal), Refusal)
    assert await folded(house, tender) == set()
    async with house.world.db.snapshot() as tx:
        proposal = await approval_store.find_latest(tx, kind=ProposalKind.ANSWER, subject_id=first.id)
    await to_batch(house, tender)
    assert (await question_views.read_published(house.world, house.reps[0], tender.id)).published == []
    await approve(house, proposal)
    assert await folded(house, tender) == set()
    await to_batch(house, tender)
    assert (await own_states(house, tender, 0))[-1] == (await own_states(house, tender, 2))[0] == OwnState.ANSWERED
    entries = await entries_of(house, tender.id)
    assert retraced(entries) == []
    assert retraced([one for one in entries if one.kind is not Kind.ANSWER_APPROVED])
    assert await folded(house, tender) == set()
    for change, told in TAMPERED:
        assert any(told in each for each in await folded(house, tender, change)), change


TAMPERED = [
    ("UPDATE answer SET en = 'Old'", "the answer in the table is not"),
    ("UPDATE answer SET zh = '旧', digest = '0'", "the answer in the table is not"),
    ("UPDATE answer SET state = 'draft'", "stands where no entry has put it"),
    ("UPDATE answer SET published_at = published_at - 60000", "stands where no entry has put it"),
    ("DELETE FROM answer", "the table lacks an answer"),
    ("UPDATE question SET shown = 'Call me' WHERE state = 'answered'", "what was let through"),
    ("UPDATE question SET released_at = released_at - 1 WHERE state = 'answered'", "when it was let through"),
    ("UPDATE question SET state = 'held' WHERE state = 'returned'", "its state"),
    ("UPDATE question SET into_id = id WHERE state = 'merged'", "into what it was merged"),
    ("UPDATE question SET reason = 'already_published' WHERE state = 'returned'", "why it was returned"),
    ("DELETE FROM question WHERE state = 'returned'", "the table lacks a question"),
    (
        "INSERT INTO question (id, tender_id, state, is_held, text_sealed, asker_sealed) SELECT '00', tender_id, "
        "'held', is_held, text_sealed, asker_sealed FROM question WHERE state = 'returned'",
        "a question that no entry tells",
    ),
]


async def folded(house: House, tender: Tender, *changes: str) -> set[str]:
    """Where the tables differ from the tender's chain."""
    return await differences(house.world, tender.id, await entries_of(house, tender.id), *changes)


async def test_a_refused_answer_is_a_draft_again(house: House) -> None:
    tender = await publish(house, questions={"profile": "strict"})
    desk = await make_actor(house.world, Role.DESK_RELAY)
    asked = await ask(house, tender, CLEAN)
    await to_batch(house, tender)
    await relay(house, desk, asked, RelayAct.RELEASE, text="Which tolerance applies?")
    await to_batch(house, tender)
    await write(house, asked)
    async with house.world.db.snapshot() as tx:
        proposal = await approval_store.find_latest(tx, kind=ProposalKind.ANSWER, subject_id=asked.id)
    assert proposal is not None
    await decide(house, proposal, verdict=Verdict.REFUSE)
    view = await question_views.read_queue(house.world, house.purchaser, tender.id)
    assert view.questions[0].answer is not None
    assert view.questions[0].answer.state is AnswerState.DRAFT
    assert await folded(house, tender) == set()


async def test_questions_close_before_the_responses_do(house: House) -> None:
    tender = await publish(house, questions={"close_hours": 2})
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at - timedelta(hours=2, milliseconds=1)
    await ask(house, tender, CLEAN)
    house.clock.wind(milliseconds=1)
    refusal = await questions.ask_question(house.world, house.reps[0], tender.id, CLEAN)
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.TOO_LATE
    assert not (await question_views.read_own(house.world, house.reps[0], tender.id)).can_ask


async def test_the_two_seats_of_the_desk_exclude_each_other_in_a_tender(house: House) -> None:
    tender = await publish(house, questions={"profile": "strict"})
    desk = await make_actor(house.world, Role.DESK_RELAY, Role.DESK_HELP)
    await question_views.read_relay(house.world, desk, tender.id)
    async with house.world.db.transaction() as tx:
        await take_seat(tx, desk.account_id, tender.id, Role.DESK_HELP)
    with pytest.raises(Problem):
        await question_views.read_relay(house.world, desk, tender.id)


async def test_rows_tell_neither_asker_nor_order_nor_length(house: House) -> None:
    tender = await publish(house)
    for rep, text in enumerate(("?", CLEAN * 10, HELD)):
        await ask(house, tender, text, rep)
        house.clock.wind(minutes=7)
    async with house.world.db.snapshot() as tx:
        rows = [dict(row._mapping) for row in await tx.execute(select(question))]
    if house.world.db.is_sqlite:
        assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert len({len(row["text_sealed"]) for row in rows}) == len({len(row["asker_sealed"]) for row in rows}) == 1
    held = str([{**row, "text_sealed": b"", "asker_sealed": b""} for row in rows])
    for asker in house.reps:
        assert asker.account_id not in held
        assert str(asker.supplier_id) not in held
    assert all(row["released_at"] is None for row in rows)
