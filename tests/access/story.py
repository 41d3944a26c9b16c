"""The acts of the story after the draft: publication, answers, the live round, decision, names."""

import uuid

from app.domain.visibility import Phase
from app.tenders import store as tender_store
from tests.access.canaries import Canary
from tests.access.theatre import ANSWER, ASKED, BIDDERS, DRAFTED, FINALS, OPENINGS, REASON, REFUSED, Theatre


async def publish(theatre: Theatre) -> None:
    """D → Q: submitted by the purchaser, approved by another."""
    path = f"/api/tenders/{theatre.ids['tender']}"
    asked = await theatre.act("purchaser", "POST", f"{path}/submit", json={"version": int(theatre.ids["version"])})
    await theatre.approve(asked["proposal_id"])
    async with theatre.world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, theatre.ids["tender"])
        (lot,) = await tender_store.list_lots(tx, tender.id)
        everyone = await tender_store.list_participations(theatre.world, tx, tender.id)
    theatre.ids |= {"round": tender.round_id, "lot": lot.id}
    owners = {number: name.removeprefix("supplier:") for name, number in theatre.ids.items() if "supplier:" in name}
    theatre.aviary.add(*(Canary("tag", owners[each.supplier_id], each.tag) for each in everyone))
    theatre.phase = Phase.QUESTIONS
    await theatre.settle()


async def accept(theatre: Theatre, key: str) -> None:
    """One supplier joins."""
    path = f"/api/tenders/{theatre.ids['tender']}/response"
    await theatre.act(key, "POST", path, json={"response": "accept", "version": 1})


async def ask(theatre: Theatre) -> None:
    """One question is answered to all, one is with the buyer and has a draft of an answer, one is held for a number."""
    path = f"/api/tenders/{theatre.ids['tender']}"
    await theatre.act("b1", "POST", f"{path}/questions", json={"text": ASKED["b1"]})
    await _answer(theatre, path, ANSWER, is_finished=True)
    await _pass_batch(theatre)
    for key in ("b2", "b3"):
        await theatre.act(key, "POST", f"{path}/questions", json={"text": ASKED[key]})
    await _answer(theatre, path, DRAFTED, is_finished=False)


async def _answer(theatre: Theatre, path: str, text: str, *, is_finished: bool) -> None:
    """The next batch lets a question through; the purchaser writes to it."""
    await _pass_batch(theatre)
    queue = await theatre.act("purchaser", "GET", f"{path}/question-queue")
    (waiting,) = [one["id"] for one in queue["questions"] if one["answer"] is None]
    body = {"zh": text, "en": text, "version": 0, "is_finished": is_finished}
    await theatre.act("purchaser", "PUT", f"{path}/questions/{waiting}/answer", json=body)


async def _pass_batch(theatre: Theatre) -> None:
    theatre.clock.wind(hours=2)
    await theatre.settle()
    await theatre.settle()
    await theatre.settle()


async def pass_deadline(theatre: Theatre) -> None:
    """The deadline passes, and the instant at which the first round opens."""
    async with theatre.world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, theatre.ids["tender"])
    assert tender.response_due_at is not None
    theatre.clock.wind(seconds=(tender.response_due_at - theatre.clock.now()).total_seconds() + 60)
    await theatre.settle()
    theatre.clock.wind(hours=6)
    await theatre.settle()


async def open_round(theatre: Theatre) -> None:
    """Q → L: the deadline passes, the round opens."""
    await pass_deadline(theatre)
    theatre.phase = Phase.LIVE


async def place_bid(theatre: Theatre, key: str, amount: str) -> str:
    """One bid over the socket; gives the type of the answer."""
    async with theatre.in_room(key) as socket:
        await socket.expect("welcome")
        bid_id = str(uuid.uuid4())
        await socket.send(type="place_bid", bid_id=bid_id, lot_id=theatre.ids["lot"], amount=amount)
        answer = await socket.expect("receipt", "refused", bid_id=bid_id)
    theatre.beat()
    return str(answer["type"])


async def bid_all(theatre: Theatre) -> None:
    """Everybody's opening bid, the refused attempts, everybody's last bid."""
    for key in BIDDERS:
        assert await place_bid(theatre, key, OPENINGS[key]) == "receipt"
    for key, amount in REFUSED.items():
        assert await place_bid(theatre, key, amount) == "refused"
    await void(theatre, OPENINGS["b4"])
    for key in BIDDERS:
        assert await place_bid(theatre, key, FINALS[key]) == "receipt"
    await theatre.settle()


async def void(theatre: Theatre, amount: str) -> None:
    """A bid is voided by alias while the lot runs: asked for by the purchaser, approved by another."""
    await theatre.settle()
    cockpit = await theatre.act("purchaser", "GET", f"/api/rounds/{theatre.ids['round']}/cockpit")
    series = cockpit["lots"][0]["state"]["series"]
    alias, n = next((alias, n) for _at, alias, price, n in series if price == amount)
    body = {"alias": alias, "n": n, "reason": "manifest error, reported by its bidder"}
    asked = await theatre.act("purchaser", "POST", f"/api/lots/{theatre.ids['lot']}/void", json=body)
    await theatre.approve(asked["proposal_id"])
    await theatre.settle()


async def close_round(theatre: Theatre) -> None:
    """L → P: the close, the drain, the ranking."""
    theatre.clock.wind(hours=2)
    await theatre.settle()
    theatre.clock.wind(seconds=10)
    await theatre.settle()
    # On a busy machine the ranking takes more beats than one.
    for _ in range(50):
        ranking = await theatre.act("purchaser", "GET", f"/api/tenders/{theatre.ids['tender']}/ranking")
        if ranking["lots"]:
            break
        await theatre.settle()
    theatre.phase = Phase.PRICES


async def propose_decision(theatre: Theatre) -> None:
    """P → V: the best by label; its reason is given though none is due."""
    path = f"/api/tenders/{theatre.ids['tender']}"
    ranking = await theatre.act("purchaser", "GET", f"{path}/ranking")
    rows = ranking["lots"][0]["rows"]
    # Three letters stand in many a nonce by chance: a label is looked for as the JSON text that it is.
    theatre.aviary.add(*(Canary("label", "", f'"{row["label"]}"') for row in rows))
    choices = [{"lot_id": theatre.ids["lot"], "label": rows[0]["label"], "reason": REASON}]
    await _pass_the_panel(theatre, path)
    await theatre.act("purchaser", "POST", f"{path}/scenarios", json={"constraints": []})
    asked = await theatre.act("purchaser", "POST", f"{path}/decision", json={"choices": choices})
    theatre.ids["decision"] = asked["proposal_id"]
    await theatre.act("purchaser", "POST", f"{path}/reports", json={})
    theatre.phase = Phase.DECISION
    await theatre.settle()


async def _pass_the_panel(theatre: Theatre, path: str) -> None:
    """Where there is a panel: the shortlist is put to it, confirmed and voted for, and locked."""
    room = await theatre.act("purchaser", "GET", f"{path}/decision-room")
    if room["state"] != "to_propose":
        return
    cuts = [{"lot_id": cut["lot_id"], "labels": cut["labels"]} for cut in room["cuts"]]
    room = await theatre.act("purchaser", "POST", f"{path}/shortlist", json={"cuts": cuts})
    shortlist = {"digest": room["shortlist_digest"]}
    for key in ("evaluator", "evaluator2"):
        confirmed = {"digest": room["rankings_digest"]}
        await theatre.act(key, "POST", f"{path}/ranking/confirmation", json=confirmed)
        await theatre.act(key, "POST", f"{path}/shortlist/vote", json=shortlist | {"vote": "for"})
    await theatre.act("purchaser", "POST", f"{path}/shortlist/lock", json=shortlist)


async def unseal(theatre: Theatre) -> None:
    """V → W: the decision approved, the names asked for and unsealed."""
    await theatre.approve(theatre.ids["decision"])
    asked = await theatre.act("purchaser", "POST", f"/api/tenders/{theatre.ids['tender']}/unsealing", json={})
    await theatre.approve(asked["proposal_id"])
    await theatre.act("purchaser", "POST", f"/api/tenders/{theatre.ids['tender']}/reports", json={})
    theatre.phase = Phase.UNSEALED
    await theatre.settle()


async def file(theatre: Theatre) -> None:
    """W → Z: the file is closed. No act does that yet; whatever will, hands down the phase like this."""
    async with theatre.world.db.transaction() as tx:
        await tender_store.set_phase(tx, theatre.ids["tender"], phase=Phase.FILED)
    theatre.phase = Phase.FILED


async def take_export(theatre: Theatre) -> None:
    """The auditor asks for the bundle of everything and waits for it."""
    body = {"all": True, "purpose": "crawl of the access tests", "recipient": "nobody"}
    await theatre.act("auditor", "POST", "/api/audit/exports", json=body)
    await theatre.settle()
    await theatre.settle()
