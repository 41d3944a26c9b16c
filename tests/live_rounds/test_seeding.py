"""A live round that starts from sealed prices: when it opens, who is on it, the first bids, the replay (contract 3)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.domain.approving import Verdict
from app.domain.chaining import Fault
from app.domain.closing import LotStatus
from app.domain.entries import Entry
from app.domain.framing import LotFrame, lot_frames
from app.domain.kinds import Kind
from app.domain.live_rules import lot_times
from app.domain.refusals import Code
from app.domain.replaying import LotReplay
from app.domain.tendering import TenderState
from app.domain.visibility import Phase
from app.live_rounds import basis_store, clockwork, reminding, store
from app.live_rounds.admission import admit
from app.live_rounds.answers import Receipted, Refused
from app.live_rounds.effects import EFFECTS
from app.live_rounds.timekeeper import follow_tenders
from app.live_rounds.views import read_cockpit, read_history
from app.live_rounds.voiding import VoidBid, propose_void
from app.tenders.listing import list_for
from app.tenders.reading import read_tender
from app.tenders.views import InvitationRow
from tests.callers import caller
from tests.live_rounds.sealed_stage import Sealed, open_floor, open_prices, set_sealed_stage
from tests.live_rounds.stage import Stage, close_all, committing
from tests.tenders.houses import entries_of

PRICES = {
    0: Sealed("250.00", after_s=60),
    1: Sealed("280.00"),
    2: Sealed("250.00", after_s=30),
    3: Sealed("260.00"),
    4: Sealed("286.41", is_valid=False),
}


@pytest.fixture
async def sealed(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The prices are not opened yet."""
    stage = await set_sealed_stage(clean_database_url, tmp_path)
    yield stage
    await stage.world.db.dispose()


@pytest.fixture
async def stage(sealed: Stage) -> AsyncIterator[Stage]:
    """Four valid prices, one refused; the floor is open and the committer runs."""
    await open_prices(sealed, PRICES)
    await open_floor(sealed)
    async with committing(sealed) as running:
        yield running


def frame_of(stage: Stage) -> LotFrame:
    return lot_frames(stage.tender.frozen or {})[stage.lots[0]]


async def replay(stage: Stage, frame: LotFrame | None = None, entries: list[Entry] | None = None) -> Fault | None:
    """The first fault of the lot's chain by the frozen rules."""
    played = LotReplay(frame or frame_of(stage))
    for entry in entries or await stage.chain():
        fault = played.take(entry)
        if fault is not None:
            return fault
    return played.finish()


async def times_shown(stage: Stage) -> list[tuple[datetime, datetime, bool]]:
    """Opening, close of the lot and whether it is the earliest, as a buyer and an invited supplier read them."""
    supplier = stage.house.reps[0]
    views = [await read_tender(stage.world, actor, stage.tender.id) for actor in (stage.house.purchaser, supplier)]
    shown = []
    for view in views:
        (live,) = (one for one in view.rounds if one.kind == "live")
        (lot,) = view.lot_times
        assert lot.opens_at == live.opens_at
        shown.append((live.opens_at, lot.closes_at, live.is_earliest))
    (own,) = (await list_for(stage.world, supplier)).items
    assert isinstance(own, InvitationRow)
    assert own.rounds == views[1].rounds
    return shown


# ── before the prices ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_there_is_no_floor_and_nobody_on_it_before_the_prices(sealed: Stage) -> None:
    await follow_tenders(sealed.world)
    sealed.clock.at += timedelta(days=30)
    await follow_tenders(sealed.world)
    async with sealed.world.db.snapshot() as tx:
        assert await store.list_floors(tx, sealed.round_id) == []
    for number in range(5):
        assert await admit(sealed.world, sealed.rep(number), sealed.round_id) is None
    assert await admit(sealed.world, sealed.house.purchaser, sealed.round_id) is not None
    cockpit = await read_cockpit(sealed.world, sealed.house.purchaser, sealed.round_id)
    assert cockpit["lots"] == []
    async with caller(sealed.world, sealed.rep(0)) as web:
        shown = await web.get(f"/api/rounds/{sealed.round_id}")
        assert shown.status_code == 200
        assert any("sealed round" in one for one in shown.json()["sentences"]["en"])
        # The sealed round is not a live one, whatever its id.
        assert (await web.get(f"/api/rounds/{sealed.tender.sealed_round_id}/state")).status_code == 404
        assert (await web.get(f"/api/rounds/{sealed.tender.sealed_round_id}")).status_code == 404


async def test_prices_opened_early_leave_the_published_opening(sealed: Stage) -> None:
    await open_prices(sealed, PRICES)
    await follow_tenders(sealed.world)
    assert (await sealed.floor()).timetable.opens_at == frame_of(sealed).rules.opens_at
    assert not (await sealed.floor()).is_told_soon
    assert (await sealed.reload()).phase is not Phase.LIVE


async def test_prices_opened_late_move_the_opening_and_all_are_told(sealed: Stage) -> None:
    published = frame_of(sealed).rules.opens_at
    assert await times_shown(sealed) == [(published, frame_of(sealed).times.closes_at, True)] * 2
    opened = await open_prices(sealed, PRICES, at=published + timedelta(hours=2))
    await follow_tenders(sealed.world)
    one = await sealed.floor()
    assert one.timetable.opens_at == opened + timedelta(minutes=15)
    assert one.timetable.closes_at == one.timetable.opens_at + one.rules.duration
    assert one.rules == frame_of(sealed).rules
    # All have just been told the new opening; the usual reminder would repeat it.
    assert one.is_told_soon
    assert not await reminding.tell_soon(sealed.world, sealed.tender.id)
    sealed.clock.at = one.timetable.opens_at - timedelta(milliseconds=1)
    assert not await clockwork.open_lot(sealed.world, sealed.lots[0])
    sealed.clock.wind(milliseconds=1)
    assert await clockwork.open_lot(sealed.world, sealed.lots[0])
    moved = replace(frame_of(sealed), times=lot_times(one.rules, 0, one.timetable.opens_at))
    assert await replay(sealed, moved) is None
    assert await times_shown(sealed) == [(one.timetable.opens_at, one.timetable.closes_at, False)] * 2
    # By the published times alone it would have opened at another instant than the record says.
    assert await replay(sealed) is not None


async def test_a_field_without_a_valid_price_ends_the_tender(sealed: Stage) -> None:
    await open_prices(sealed, {0: Sealed("286.41", is_valid=False)})
    await follow_tenders(sealed.world)
    await follow_tenders(sealed.world)
    ended = await sealed.reload()
    assert ended.state is TenderState.UNSUCCESSFUL
    assert ended.ended_at == sealed.clock.at
    kinds = [entry.kind for entry in await entries_of(sealed.house, sealed.tender.id)]
    assert kinds.count(Kind.TENDER_UNSUCCESSFUL) == 1
    async with sealed.world.db.snapshot() as tx:
        assert await store.list_floors(tx, sealed.round_id) == []


async def test_one_valid_price_is_enough(sealed: Stage) -> None:
    await open_prices(sealed, {0: Sealed("250.00")})
    await open_floor(sealed)
    await close_all(sealed)
    assert (await sealed.reload()).state is TenderState.EVALUATION


# ── the first bids ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_every_valid_price_is_a_first_bid(stage: Stage) -> None:
    async with stage.world.db.snapshot() as tx:
        bids = await store.list_accepted_bids(tx, stage.lots[0])
    one = await stage.floor()
    assert [(bid.seq, bid.tag, bid.amount) for bid in bids] == [
        (1, stage.tag(1), Decimal("280.00")),
        (2, stage.tag(3), Decimal("260.00")),
        (3, stage.tag(2), Decimal("250.00")),
        (4, stage.tag(0), Decimal("250.00")),
    ]
    assert {bid.received_at for bid in bids} == {one.timetable.opens_at}
    assert (one.accepted, one.attempts, one.status) == (4, 4, LotStatus.OPEN)
    seeded = [entry for entry in await stage.chain() if entry.kind is Kind.BID_SEEDED]
    assert [entry.data for entry in seeded] == [
        {"n": bid.seq, "amount": f"{bid.amount:.2f}", "package": bid.tag * 2} for bid in bids
    ]
    assert [entry.tag for entry in seeded] == [bid.tag for bid in bids]
    assert [bid.entry_hash for bid in bids] == [entry.hash for entry in seeded]
    assert (await stage.reload()).phase is Phase.LIVE
    async with stage.world.db.snapshot() as tx:
        aliases = await store.load_aliases(stage.world, tx, stage.lots[0])
    assert set(aliases) == {stage.tag(number) for number in range(4)}


async def test_the_step_counts_from_the_sealed_price(stage: Stage) -> None:
    # 0.5 % of 280.00 is 1.40.
    refused = await stage.place(1, "278.61")
    assert isinstance(refused, Refused)
    assert refused.refusal.code is Code.STEP_TOO_SMALL
    assert isinstance(await stage.place(1, "278.60"), Receipted)
    assert isinstance(await stage.place(0, "248.75"), Receipted)
    entry = (await stage.chain())[-1]
    assert (entry.data["own_before"], entry.data["n"]) == ("250.00", 6)
    assert await replay(stage) is None


async def test_nobody_else_is_on_the_floor(stage: Stage) -> None:
    refused = await stage.place(4, "200.00")
    assert isinstance(refused, Refused)
    assert refused.refusal.code is Code.NOT_INVITED
    assert await admit(stage.world, stage.rep(4), stage.round_id) is None
    admission = await admit(stage.world, stage.rep(0), stage.round_id)
    assert admission is not None
    assert admission.tag == stage.tag(0)
    async with caller(stage.world, stage.rep(4)) as web:
        assert (await web.get(f"/api/rounds/{stage.round_id}/state")).status_code == 404
    assert (await stage.floor()).accepted == 4
    assert await replay(stage) is None


async def test_the_rooms_show_the_start_prices(stage: Stage) -> None:
    async with caller(stage.world, stage.rep(2)) as web:
        state = (await web.get(f"/api/rounds/{stage.round_id}/state")).json()
    (lot,) = state["lots"]
    # Received before the other 250.00, so it stands first.
    assert (lot["own_amount"], lot["rank"], lot["tied"], lot["next_valid"]) == ("250.00", 1, True, "248.75")
    own = await read_history(stage.world, stage.rep(2), stage.lots[0])
    assert [(bid["amount"], bid["opening"], bid["voided"]) for bid in own["bids"]] == [("250.00", True, False)]
    assert own["answers"] == []
    cockpit = await read_cockpit(stage.world, stage.house.purchaser, stage.round_id)
    shown = cockpit["lots"][0]["state"]
    assert (shown["best"], shown["active"]) == ("250.00", 4)
    assert [point[2] for point in shown["series"]] == ["280.00", "260.00", "250.00", "250.00"]
    assert len({point[0] for point in shown["series"]}) == 1
    assert isinstance(await stage.place(2, "240.00"), Receipted)
    own = await read_history(stage.world, stage.rep(2), stage.lots[0])
    assert [bid["opening"] for bid in own["bids"]] == [True, False]
    assert [answer["state"] for answer in own["answers"]] == ["accepted"]
    await close_all(stage)
    assert (await stage.chain())[-1].data["bids"] == 5
    by_alias = await read_history(stage.world, stage.house.purchaser, stage.lots[0])
    assert [bid["opening"] for bid in by_alias["bids"]] == [True, True, True, True, False]


async def test_a_voided_start_price_leaves_its_bidder_on_the_floor(stage: Stage) -> None:
    async with stage.world.db.snapshot() as tx:
        alias = (await store.load_aliases(stage.world, tx, stage.lots[0]))[stage.tag(0)]
    command = VoidBid(4, alias, "the price was in another currency")
    proposal = await propose_void(stage.world, stage.house.purchaser, stage.lots[0], command)
    assert isinstance(proposal, Proposal)
    decided = await decide_proposal(
        stage.world,
        stage.house.approver,
        proposal_id=proposal.id,
        verdict=Verdict.APPROVE,
        reason="seen",
        effects=Effects(EFFECTS),
    )
    assert isinstance(decided, Proposal)
    assert isinstance(await stage.place(0, "270.00"), Receipted)
    refused = await stage.place(4, "200.00")
    assert isinstance(refused, Refused)
    assert refused.refusal.code is Code.NOT_INVITED
    assert await replay(stage) is None


async def test_a_late_opening_writes_the_prices_before_its_pause(sealed: Stage) -> None:
    await open_prices(sealed, PRICES)
    await clockwork.ensure_floors(sealed.world, sealed.tender.id)
    sealed.clock.at = (await sealed.floor()).timetable.opens_at + timedelta(minutes=5)
    assert await clockwork.open_lot(sealed.world, sealed.lots[0])
    kinds = [entry.kind for entry in await sealed.chain()]
    assert kinds == [Kind.LOT_OPENED, *[Kind.BID_SEEDED] * 4, Kind.LOT_PAUSED]
    assert await replay(sealed) is None


async def test_a_second_turn_seeds_nothing(stage: Stage) -> None:
    assert not await clockwork.open_lot(stage.world, stage.lots[0])
    assert (await stage.floor()).accepted == 4


# ── the replay ─────────────────────────────────────────────────────────────────────────────────────────────────────


def spoilt(entries: list[Entry], at: int, **changes: Any) -> list[Entry]:
    """The chain with other data in one entry; `tag` and `data` members alike."""
    tag = changes.pop("tag", entries[at].tag)
    return [
        entry._replace(tag=tag, data={**entry.data, **changes}) if place == at else entry
        for place, entry in enumerate(entries)
    ]


async def test_whatever_is_changed_in_the_record_does_not_replay(stage: Stage) -> None:
    assert isinstance(await stage.place(0, "240.00"), Receipted)
    entries = await stage.chain()
    assert await replay(stage, entries=entries) is None
    cases: list[tuple[int, dict[str, Any]]] = [
        (1, {"amount": "286.41"}),
        (2, {"amount": "280.01"}),
        (2, {"n": 5}),
        (2, {"amount": 260}),
        (2, {"amount": "260.001"}),
        (3, {"tag": entries[1].tag}),
    ]
    for at, changes in cases:
        assert await replay(stage, entries=spoilt(entries, at, **changes)) is not None, (at, changes)
    opened, *seeds, bid = entries
    # Left out, before the opening, after a bid, and a bidder who is not on the floor.
    assert await replay(stage, entries=[opened, *seeds[:-1], bid]) is not None
    assert await replay(stage, entries=[seeds[0], opened, *seeds[1:]]) is not None
    assert await replay(stage, entries=[opened, *seeds, bid, seeds[0]._replace(tag="9" * 32)]) is not None
    assert await replay(stage, entries=spoilt(entries, 5, own_before=None, tag="9" * 32)) is not None
    plain = frame_of(stage)
    unseeded = replace(plain, rules=replace(plain.rules, starts_from=None, lead=timedelta(0)))
    assert await replay(stage, unseeded, entries) is not None


# ── points frozen by the lock ──────────────────────────────────────────────────────────────────────────────────────


async def test_frozen_points_are_kept_once_and_sealed(sealed: Stage) -> None:
    points = {sealed.tag(0): Decimal("82.00"), sealed.tag(1): Decimal("70.55")}
    async with sealed.world.db.transaction() as tx:
        assert await basis_store.find_frozen_technical(sealed.world, tx, sealed.lots[0]) is None
        await basis_store.freeze_technical(sealed.world, tx, sealed.lots[0], points, "d" * 64)
    async with sealed.world.db.snapshot() as tx:
        assert await basis_store.find_frozen_technical(sealed.world, tx, sealed.lots[0]) == (points, "d" * 64)
