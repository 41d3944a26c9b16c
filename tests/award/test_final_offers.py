"""The best-and-final sealed round over HTTP: asked for, agreed to, sealed, opened; and all that is refused."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from app.award.final_rounds import open_due
from app.award.final_tables import final_offer
from app.client.final_sealing import seal_final
from app.client.sealer import SealingError
from app.domain.final_offers import SETTLE
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.sealing.body import PriceOffer, pack_price
from app.domain.sealing.header import Binding, EnvelopeKind, Header, decode, encode, header_from_json, header_json
from app.domain.sealing.package import Opened, repeat_opening, seal_envelope
from app.domain.sealing.receipt import check_sealed_receipt
from app.identity.access import Actor
from app.journal.store import list_entries
from app.notices.store import list_notices
from app.tenders.tables import tender as tender_table
from tests.audit.test_released_contracts import contracts
from tests.award.acts import as_seen_by, award_first, decide
from tests.award.test_contracts import LOT, draft, post, row
from tests.award.test_reopening import ask as ask_reopening
from tests.award.test_reopening import second
from tests.callers import caller
from tests.evaluation.stage import Stage, make_stage
from tests.fences import tear_down_fence
from tests.worlds import TestWorld, make_world

WHY = "交货数量增加，请各方再报一次最后价格。"


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    test_world = await make_world(clean_database_url, tmp_path)
    yield test_world
    await test_world.world.db.dispose()


async def make_awarded(made: TestWorld, **document: Any) -> tuple[Stage, Actor]:
    """A tender of method negotiation, unless told otherwise, with its names unsealed."""
    stage = await make_stage(made.world, [LOT])
    await award_first(stage)
    async with made.world.db.transaction() as tx:
        (frozen,) = (await tx.execute(tender_table.select().where(tender_table.c.id == stage.tender_id))).all()
        told = {**frozen.frozen, "procurement_method": "negotiation", **document}
        await tx.execute(update(tender_table).where(tender_table.c.id == stage.tender_id).values(frozen=told))
    return stage, stage.bidders["青禾"].actor


async def ask(made: TestWorld, stage: Stage, *, hours: float = 30, by: Actor | None = None) -> httpx.Response:
    closes_at = instant_text(made.world.clock.now() + timedelta(hours=hours))
    path = f"tenders/{stage.tender_id}/final-rounds"
    return await post(stage, by or stage.purchaser, path, closes_at=closes_at, reason=WHY)


async def seen(stage: Stage, actor: Actor) -> Any:
    async with as_seen_by(stage, actor) as client:
        answer = await client.get("/final-offers")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def begin(made: TestWorld, stage: Stage) -> None:
    decided = await decide(stage, await ask(made, stage))
    assert decided.status_code == 200, decided.text


def seal(known: Any, amount: str, **changes: Any) -> dict[str, Any]:
    """As a browser does it."""
    held = known["rounds"][-1]
    (lot,) = held["lots"]
    place = {"round": held["id"], "lot": lot["lot_id"], "tag": held["tag"], "rev": lot["rev"] + 1}
    place |= {"policy": held["policy_digest"], "prev": lot["package"] or "", **changes}
    binding = Binding(**place)
    body = pack_price(PriceOffer(binding.lot, known["currency"], amount, lot["scale"]))
    lock = bytes.fromhex(held["policy"]["server_lock"])
    envelope, ct = seal_envelope(lock, binding, EnvelopeKind.PRICE, body, lot["bucket"], secrets.token_bytes(32))
    return {"header": header_json(Header(binding, (envelope,))), "price": {"ct": encode(ct)}}


async def put(stage: Stage, actor: Actor, known: Any, body: Any, lot_id: str | None = None) -> httpx.Response:
    held = known["rounds"][-1]
    lot_id = lot_id or held["lots"][0]["lot_id"]
    async with caller(stage.world, actor) as client:
        return await client.put(f"/api/my/final-rounds/{held['id']}/offers/{lot_id}", json=body)


async def hand_in(stage: Stage, actor: Actor, amount: str) -> httpx.Response:
    known = await seen(stage, actor)
    return await put(stage, actor, known, seal(known, amount))


async def close(made: TestWorld, stage: Stage) -> int:
    made.clock.wind(hours=30)
    made.clock.wind(seconds=SETTLE.total_seconds())
    return await open_due(stage.world)


async def entries(stage: Stage, kind: Kind) -> list[Any]:
    async with stage.world.db.snapshot() as tx:
        return [each for each in await list_entries(tx, chain=f"tender:{stage.tender_id}") if each.kind is kind]


async def told(made: TestWorld, actor: Actor) -> list[str]:
    async with made.world.db.snapshot() as tx:
        return [each.kind.value for each in await list_notices(made.world, tx, actor.account_id)]


async def test_a_lower_price_is_opened_and_is_in_force(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    total = (await row(stage, stage.purchaser))["total"]
    asked = await ask(made, stage)
    assert (await ask(made, stage)).json()["detail"] == {"rule": "approval"}
    assert (await decide(stage, asked, by=stage.purchaser)).status_code == 409
    assert (await decide(stage, asked)).status_code == 200
    assert "bafo_invited" in await told(made, winner)
    assert "bafo_invited" not in await told(made, stage.bidders["岚川"].actor)
    first = await hand_in(stage, winner, "270.00")
    assert first.status_code == 200, first.text
    second = await hand_in(stage, winner, "260.00")
    assert check_sealed_receipt(second.json(), stage.world.keys.public_key) is None
    # Before the close nobody reads anything: the buyer's sheet is the same with and without an offer.
    for actor in (stage.purchaser, stage.approver, stage.auditor):
        held = (await seen(stage, actor))["rounds"][0]
        assert (held["lots"], held["opened"], held["tag"]) == ([], [], None)
    assert (await row(stage, stage.purchaser))["total"] == total
    assert await open_due(stage.world) == 0
    assert await close(made, stage) == 1
    assert await open_due(stage.world) == 0
    (held,) = (await seen(stage, stage.purchaser))["rounds"]
    ((price,),) = [held["opened"]]
    assert (held["state"], price["before"], price["after"]) == ("opened", "271.40", "260.00")
    assert "bafo_opened" in await told(made, winner)
    assert (await row(stage, winner))["total"] != total
    # The contract stands at the price in force and says what it was.
    assert (await draft(stage, str(winner.supplier_id))).status_code == 204
    paper = (await row(stage, stage.purchaser))["contract"]
    assert paper["clauses"][0]["source"] == "final_offer"
    assert paper["clauses"][0]["standard_zh"] is not None


async def test_the_opening_can_be_repeated_from_the_journal(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    assert (await hand_in(stage, winner, "265.10")).status_code == 200
    await close(made, stage)
    (invited,), (received,), (opened,) = [
        await entries(stage, kind) for kind in (Kind.BAFO_INVITED, Kind.BAFO_RECEIVED, Kind.BAFO_OPENED)
    ]
    (result,) = opened.data["records"][0]["results"]
    header = header_from_json(received.data["header"])
    assert isinstance(header, Header)
    ct, lock = decode(received.data["ct"]), bytes.fromhex(invited.data["policy"]["server_lock"])
    assert ct is not None
    secret = bytes.fromhex(result["secret"])
    again = repeat_opening(lock, header.binding, header.envelopes[0], ct, secret)
    assert isinstance(again, Opened)
    assert isinstance(again.offer, PriceOffer)
    assert (again.offer.amount, result["amount"], result["result"]) == ("265.10", "265.10", "opened")
    # One byte changed in the journal's copy is found.
    bent = bytes([ct[0] ^ 1]) + ct[1:]
    assert not isinstance(repeat_opening(lock, header.binding, header.envelopes[0], bent, secret), Opened)


async def test_higher_counts_for_nothing_and_silence_keeps_the_price(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    total = (await row(stage, winner))["total"]
    await begin(made, stage)
    assert (await hand_in(stage, winner, "271.41")).status_code == 200
    await close(made, stage)
    (opened,) = await entries(stage, Kind.BAFO_OPENED)
    assert opened.data["records"][0]["results"][0]["result"] == "refused:ABOVE_CEILING"
    assert (await row(stage, winner))["total"] == total
    # A second and last round, in which nobody says anything.
    await begin(made, stage)
    await close(made, stage)
    assert (await row(stage, winner))["total"] == total
    assert (await ask(made, stage)).json()["detail"] == {"field": "rounds", "most": "2"}


async def test_late_replayed_and_misplaced_offers_are_refused(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    known = await seen(stage, winner)
    body = seal(known, "270.00")
    first = await put(stage, winner, known, body)
    # The same package again gives the identical receipt, an old tab's other one at the same place does not come in.
    assert (await put(stage, winner, known, body)).json() == first.json()
    assert (await put(stage, winner, known, seal(known, "1.00"))).json()["code"] == "REVISION_CONFLICT"
    fresh = await seen(stage, winner)
    assert (await put(stage, winner, fresh, body | {"amount": "1.00"})).json()["code"] == "NOT_SEALED"
    stranger = seal(fresh, "1.00", tag="another")
    assert (await put(stage, winner, fresh, stranger)).json()["code"] == "WRONG_BINDING"
    elsewhere = secrets.token_hex(16)
    wrong = await put(stage, winner, fresh, seal(fresh, "1.00", lot=elsewhere), elsewhere)
    assert wrong.json()["code"] == "NOT_ALLOWED_HERE"
    loser = stage.bidders["岚川"].actor
    assert (await put(stage, loser, fresh, seal(fresh, "1.00"))).status_code == 404
    assert (await put(stage, stage.purchaser, fresh, seal(fresh, "1.00"))).status_code == 403
    in_time = seal(fresh, "250.00")
    closes_at = datetime.fromisoformat(fresh["rounds"][0]["closes_at"])
    made.clock.wind(seconds=(closes_at - made.world.clock.now()).total_seconds() - 0.001)
    assert (await put(stage, winner, fresh, in_time)).status_code == 200
    made.clock.wind(seconds=0.001)
    last = await seen(stage, winner)
    assert (await put(stage, winner, last, seal(last, "249.00"))).json()["code"] == "LATE"
    made.clock.wind(seconds=SETTLE.total_seconds())
    assert await open_due(stage.world) == 1
    assert (await put(stage, winner, last, seal(last, "249.00"))).json()["code"] == "LATE"
    (held,) = (await seen(stage, winner))["rounds"]
    assert held["opened"][0]["after"] == "250.00"
    assert len(await entries(stage, Kind.BAFO_REFUSED)) == 6


async def test_two_at_once_one_comes_in(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    known = await seen(stage, winner)
    both = await asyncio.gather(*(put(stage, winner, known, seal(known, each)) for each in ("270.00", "269.00")))
    assert sorted(each.status_code for each in both) == [200, 409]


async def test_where_no_round_may_be(made: TestWorld) -> None:
    stage, _ = await make_awarded(made, rulebook="public")
    assert (await ask(made, stage)).json()["code"] == "NOT_ALLOWED_HERE"
    assert (await seen(stage, stage.purchaser))["is_allowed"] is False


async def test_not_after_an_auction(made: TestWorld) -> None:
    stage, winner = await make_awarded(made, procurement_method="reverse_auction")
    assert (await ask(made, stage)).json()["detail"] == {"rule": "method"}
    for other in (stage.approver, stage.auditor, winner):
        assert (await ask(made, stage, by=other)).status_code == 403


async def test_none_where_the_house_asks_for_a_committee(made: TestWorld) -> None:
    # Such a round has the server's lock alone.
    stage, _ = await make_awarded(made)
    asked = await ask(made, stage)
    draft = {"currency": "CNY", "lots": [{"quantity": "1000", "ceiling_price": "300.00"}]}
    async with made.world.db.transaction() as tx:
        await tx.execute(update(tender_table).where(tender_table.c.id == stage.tender_id).values(draft=draft))
    made.world.settings.min_custody["CNY"] = Decimal(300_000)
    assert (await decide(stage, asked)).json()["code"] == "CUSTODY_TOO_LOW"
    assert (await seen(stage, stage.purchaser))["rounds"] == []


async def test_a_paper_of_before_is_written_anew(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    firm = str(winner.supplier_id)
    assert (await draft(stage, firm)).status_code == 204
    paper = (await row(stage, stage.purchaser))["contract"]
    path = f"contracts/{paper['id']}/submission"
    await begin(made, stage)
    assert (await draft(stage, firm)).json()["detail"] == {"rule": "final_offers"}
    assert not (shown := await row(stage, stage.purchaser))["can_draft"]
    assert not shown["contract"]["can_submit"]
    assert shown["contract"]["is_stale"]
    assert (await post(stage, stage.purchaser, path)).json()["code"] == "PENDING"
    assert (await hand_in(stage, winner, "268.00")).status_code == 200
    await close(made, stage)
    assert (await post(stage, stage.purchaser, path)).json()["code"] == "CHANGED_SINCE"
    assert (await draft(stage, firm)).status_code == 204
    paper = (await row(stage, stage.purchaser))["contract"]
    asked = await post(stage, stage.purchaser, f"contracts/{paper['id']}/submission")
    assert (await ask(made, stage)).json()["detail"] == {"rule": "contract"}
    assert (await decide(stage, asked)).status_code == 200
    assert (await ask(made, stage)).json()["detail"] == {"rule": "contract"}
    assert await contracts(stage) == []


async def test_called_off_by_two_before_the_close(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    assert (await hand_in(stage, winner, "200.00")).status_code == 200
    held = (await seen(stage, stage.purchaser))["rounds"][0]
    path = f"final-rounds/{held['id']}/cancellation"
    assert (await post(stage, stage.purchaser, path, reason="短")).json()["code"] == "REASON_MISSING"
    asked = await post(stage, stage.purchaser, path, reason=WHY)
    assert (await decide(stage, asked)).status_code == 200
    assert "bafo_cancelled" in await told(made, winner)
    assert (await hand_in(stage, winner, "199.00")).json()["code"] == "LATE"
    assert await close(made, stage) == 0
    assert (await seen(stage, winner))["rounds"][0]["opened"] == []


async def test_the_auditor_does_not_see_that_somebody_handed_in(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    assert (await hand_in(stage, winner, "266.00")).status_code == 200

    async def journal() -> str:
        async with caller(stage.world, stage.auditor) as client:
            return (await client.get("/api/audit/timeline", params={"tender": stage.tender_id})).text

    before = await journal()
    assert "bafo.invited" in before
    assert "bafo.received" not in before
    await close(made, stage)
    assert "bafo.received" in await journal()


async def test_an_offer_exchanged_in_the_table_opens_nothing(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    known = await seen(stage, winner)
    assert (await put(stage, winner, known, seal(known, "264.00"))).status_code == 200
    forged = seal(known, "100.00")
    async with made.world.db.transaction() as tx:
        await tear_down_fence(tx)
        ct = decode(forged["price"]["ct"])
        await tx.execute(update(final_offer).values(price_ct=ct, header=forged["header"]))
    await close(made, stage)
    assert (await seen(stage, winner))["rounds"][0]["opened"][0]["after"] == "264.00"


async def test_a_client_seals_as_a_browser_does(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    known = await seen(stage, winner)
    with pytest.raises(SealingError):
        seal_final(known, 1, "271.41")
    with pytest.raises(SealingError):
        seal_final(known, 2, "200.00")
    exchanged = {**known["rounds"][-1]["policy"], "server_lock": "04" + "ab" * 64}
    with pytest.raises(SealingError):
        seal_final({**known, "rounds": [{**known["rounds"][-1], "policy": exchanged}]}, 1, "200.00")
    assert (await put(stage, winner, known, seal_final(known, 1, "255.5"))).status_code == 200
    await close(made, stage)
    assert (await seen(stage, winner))["rounds"][0]["opened"][0]["after"] == "255.50"


async def test_a_reopened_decision_ends_the_round_unopened(made: TestWorld) -> None:
    stage, winner = await make_awarded(made)
    await begin(made, stage)
    known = await seen(stage, winner)
    assert (await put(stage, winner, known, seal(known, "150.00"))).status_code == 200
    asked = await ask_reopening(stage)
    assert (await decide(stage, asked)).status_code == 200
    assert (await second(stage)).status_code == 200
    # An old tab: the award that the offer was for is no more.
    assert (await put(stage, winner, known, seal(known, "140.00"))).status_code == 404
    assert await close(made, stage) == 0
    (ended,) = await entries(stage, Kind.BAFO_CANCELLED)
    assert (ended.data["reason"], ended.data.get("proposal")) == ("decision.reopened", None)
    assert await entries(stage, Kind.BAFO_OPENED) == []
