"""The life of a sealed round: policy, opening, close with manifest, extension and end for too few, the envelopes."""

from datetime import timedelta

from app.approvals.service import decide_proposal
from app.domain.approving import Verdict
from app.domain.drafting import Template
from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.sealing.receipt import check_own_package, check_sealed_receipt
from app.domain.sealing.rules import CloseVerdict, RoundStatus
from app.domain.tendering import TenderState
from app.domain.visibility import Phase
from app.main import EFFECTS
from app.sealed_rounds import clockwork, extending, opening_store, store, views
from app.sealed_rounds.answering import Receipted
from app.tenders import store as tenders_store
from app.tenders.reading import read_tender
from tests.sealed_rounds.stage import Stage
from tests.tenders.houses import begin, submit


async def test_the_policy_is_fixed_once_at_publication(scheduled: Stage) -> None:
    assert not await clockwork.ensure_round(scheduled.world, scheduled.tender.id)
    fixed = [entry for entry in await scheduled.tender_chain() if entry.kind is Kind.POLICY_FIXED]
    held = await scheduled.round()
    assert [entry.data["digest"] for entry in fixed] == [held.policy_digest]
    assert held.policy["server_lock"] == scheduled.world.keys.server_lock(scheduled.round_id).public.hex()


async def test_the_policy_comes_with_the_publication(scheduled: Stage) -> None:
    house = scheduled.house
    proposal = await submit(house, await begin(house, Template.SEALED))
    decided = await decide_proposal(
        house.world, house.approver, proposal_id=proposal.id, verdict=Verdict.APPROVE, reason="", effects=EFFECTS
    )
    assert not isinstance(decided, Refusal), decided
    async with house.world.db.snapshot() as tx:
        published = await tenders_store.find_sealed_round(tx, proposal.subject_id)
    assert published is not None
    # A page that is opened at once, before any timekeeper has looked.
    told = await views.read_round(house.world, scheduled.rep(0), published.id)
    assert told["policy"]["round"] == published.id
    assert not await clockwork.ensure_round(house.world, proposal.subject_id)


async def test_a_round_opens_takes_packages_closes_and_opens_them(stage: Stage) -> None:
    assert (await stage.reload()).phase is Phase.SEALED
    sealed = [await stage.hand_in(number, f"28{number}.00") for number in range(3)]
    assert await stage.close() is CloseVerdict.CLOSE
    held = await stage.round()
    assert held.manifest == sorted(each.digest for each in sealed)
    assert (await stage.reload()).phase is Phase.CLOSED_UNOPENED
    assert await stage.open_envelopes() == "price"
    assert await stage.open_envelopes() is None
    tender = await stage.reload()
    assert (tender.phase, tender.state) == (Phase.PRICES, TenderState.EVALUATION)
    async with stage.world.db.snapshot() as tx:
        prices = await store.list_opened_prices(stage.world, tx, stage.lots[0])
        (record,) = await store.list_openings(tx, stage.round_id)
    assert {price.tag: str(price.amount) for price in prices} == {stage.tag(n): f"28{n}.00" for n in range(3)}
    document = opening_store.open_document(stage.world, record)
    assert [each["package"] for each in document["results"]] == held.manifest
    entry = (await stage.tender_chain())[-1]
    assert entry.kind is Kind.ENVELOPES_OPENED
    assert entry.data["digest"] == record.digest


async def test_receipts_are_signed_and_of_this_package(stage: Stage) -> None:
    sealed = await stage.seal(0)
    outcome = await stage.send(0, sealed)
    assert isinstance(outcome, Receipted)
    key = stage.world.keys.public_key
    assert check_sealed_receipt(outcome.receipt, key) is None
    assert check_own_package(outcome.receipt, sealed.header) is None


async def test_the_technical_part_opens_first_and_prices_on_the_lock(large: Stage) -> None:
    for number in range(3):
        await large.hand_in(number, f"28{number}.00")
    await large.close()
    assert await large.open_envelopes() == "tech"
    assert (await large.reload()).phase is Phase.TECHNICAL_OPENED
    assert await large.open_envelopes() is None
    async with large.world.db.snapshot() as tx:
        assert await store.may_mark(tx, large.tender.id)
        answers = await store.list_opened_technical(large.world, tx, large.lots[0])
    assert {each.tag for each in answers} == {large.tag(number) for number in range(3)}
    assert {tuple(each.answers) for each in answers} == {(("a" * 32, "yes", "as asked"),)}
    await large.release(0, 2)
    assert await large.open_envelopes() == "price"
    assert (await large.reload()).phase is Phase.TECHNICAL_OPENED
    async with large.world.db.snapshot() as tx:
        prices = await store.list_opened_prices(large.world, tx, large.lots[0])
        record = await store.find_opening(tx, large.lots[0], "price")
    assert {price.tag for price in prices} == {large.tag(0), large.tag(2)}
    assert record is not None
    assert record.findings == {"opened": 2, "returned_unopened": 1}


async def test_too_few_extends_once_and_then_ends_it_unopened(stage: Stage) -> None:
    await stage.hand_in(0)
    before = (await stage.round()).timetable.closes_at
    assert await stage.close() is CloseVerdict.EXTEND
    held = await stage.round()
    assert held.timetable.closes_at == before + held.rules.extension
    (shown, *_) = (await read_tender(stage.world, stage.house.purchaser, stage.tender.id)).rounds
    assert shown.closes_at == held.timetable.closes_at
    await stage.hand_in(1)
    assert await stage.close() is CloseVerdict.REFUSE
    assert (await stage.round()).status is RoundStatus.REFUSED
    assert (await stage.reload()).state is TenderState.UNSUCCESSFUL
    assert await stage.open_envelopes() is None
    kinds = [entry.kind for entry in await stage.tender_chain()]
    assert kinds[-3:] == [Kind.ROUND_CLOSED, Kind.OPENING_REFUSED, Kind.TENDER_UNSUCCESSFUL]
    assert Kind.ENVELOPES_OPENED not in kinds


async def test_the_close_waits_for_its_drain(stage: Stage) -> None:
    for number in range(3):
        await stage.hand_in(number)
    stage.clock.at = (await stage.round()).timetable.closes_at
    stage.clock.wind(milliseconds=stage.world.settings.drain_ms - 1)
    assert await clockwork.close_round(stage.world, stage.round_id) is CloseVerdict.WAIT
    stage.clock.wind(milliseconds=1)
    assert await clockwork.close_round(stage.world, stage.round_id) is CloseVerdict.CLOSE
    assert await clockwork.close_round(stage.world, stage.round_id) is CloseVerdict.WAIT


async def test_an_outage_in_the_last_stretch_moves_the_close(stage: Stage) -> None:
    closes_at = (await stage.round()).timetable.closes_at
    stage.clock.at = closes_at - timedelta(minutes=20)
    await extending.keep_pulse(stage.world)
    stage.clock.wind(minutes=10)
    assert await extending.keep_pulse(stage.world) == 1
    moved = (await stage.round()).timetable.closes_at
    assert moved == closes_at + timedelta(minutes=25)
    assert await extending.keep_pulse(stage.world) == 0
