"""The process around the rounds, told for the crawl: a request with its budget and messages, orders with a review,
questionnaires, and after the names talks and a contract. Every text that somebody writes there is a canary.
"""

from typing import Any

from app.domain.payment_terms import STANDARD
from app.domain.visibility import Role
from tests.access.canaries import Canary
from tests.access.theatre import WINNER, Theatre, hire

# The requester of the project, and one who asked for nothing.
REQUESTERS = ("requester", "requester2")
# Texts by the kind that rules.py knows: what the request says, what its budget says, what the two sides write.
NEED = ("用途-canary-need-1101", "前例-canary-need-1102", "规格-canary-need-1103", "要求-canary-need-1104")
PLAN = ("可行性-canary-plan-1201", "来源-canary-plan-1202", "科目-canary-plan-1203")
BUDGET = "6543217.89"
SAID = ("退回-canary-said-1301", "问-canary-said-1302", "答-canary-said-1303")
# What the buyer's side writes of one supplier and this supplier reads: the goods, the delivery note.
ORDERED = ("货物-canary-order-1401", "送货-canary-order-1402")
REPLIED = "答复-canary-review-1501"
# What a supplier handed in, and what another only typed.
ANSWERED, TYPED = "体系-canary-survey-1601", "草稿-canary-survey-1602"
TALKED = ("纪要-canary-talk-1702", "贵方-canary-talk-1703")
# In percent, in no proposal: how far the purchaser may go. Looked for as the JSON text that it is: four figures stand
# in many a number by chance.
MANDATE = "17.53"
CLAUSE = ("特别约定-canary-clause-1801", "special-canary-clause-1802")
RETURNED = "退改-canary-clause-1901"


def _plant(theatre: Theatre) -> None:
    aviary = theatre.aviary
    for kind, texts in (("need", NEED), ("plan", PLAN), ("said", SAID)):
        aviary.add(*(Canary(kind, "", text) for text in texts))
    aviary.add(Canary("budget", "", BUDGET, is_amount=True))
    aviary.add(*(Canary("order", WINNER, text) for text in ORDERED), Canary("review", WINNER, REPLIED))
    aviary.add(Canary("survey", WINNER, ANSWERED), Canary("typed", "b3", TYPED))


async def request(theatre: Theatre) -> None:
    """Before any tender: somebody asks for goods and is asked back, a supplier delivers and is reviewed."""
    _plant(theatre)
    for key in REQUESTERS:
        await hire(theatre, key, Role.REQUESTER)
    await _need(theatre)
    await _deliver(theatre)
    await _answer(theatre)


async def _need(theatre: Theatre) -> None:
    need = {
        "title_zh": "旋转压缩机", "title_en": "Rotary compressors", "category": "compressors", "item": "1.5P",
        "specification": NEED[2], "quantity": "1", "unit": "套", "needed_on": "2027-12-01", "use": NEED[0],
        "earlier": NEED[1], "budget_line": PLAN[2], "requirements": [{"kind": "must", "text": NEED[3]}],
    }  # fmt: skip
    plan = {
        "is_feasible": True, "finding": PLAN[0], "currency": "CNY", "budget_line": PLAN[2], "budget": BUDGET,
        "estimate": "6000000", "estimate_source": PLAN[1], "estimate_on": "2025-11-01",
    }  # fmt: skip
    made = await theatre.act("requester", "POST", "/api/projects", json=need)
    theatre.ids["project"] = made["id"]
    await _move(theatre, "requester", "submit")
    await _move(theatre, "purchaser", "return", reason=SAID[0])
    await _move(theatre, "requester", "submit")
    await _move(theatre, "purchaser", "accept")
    path = f"/api/projects/{made['id']}"
    page = await theatre.act("purchaser", "GET", path)
    await theatre.act("purchaser", "PUT", f"{path}/plan", json={"version": page["version"], "plan": plan})
    await theatre.act("requester", "POST", f"{path}/messages", json={"said": SAID[1]})
    await theatre.act("purchaser", "POST", f"{path}/messages", json={"said": SAID[2]})


async def _move(theatre: Theatre, key: str, act: str, **more: str) -> None:
    path = f"/api/projects/{theatre.ids['project']}"
    page = await theatre.act(key, "GET", path)
    await theatre.act(key, "POST", f"{path}/moves", json={"version": page["version"], "act": act, **more})


async def _deliver(theatre: Theatre) -> None:
    supplier, year = theatre.ids[f"supplier:{WINNER}"], theatre.clock.now().year - 1
    body = {
        "supplier_id": supplier, "number": "PO-1", "category": "compressors", "item": ORDERED[0], "unit": "台",
        "promises": [{"on": f"{year}-11-10", "quantity": "100"}],
    }  # fmt: skip
    made = await theatre.act("purchaser", "POST", "/api/orders", json=body)
    note = {
        "number": "DN-1", "delivered_on": f"{year}-11-09", "accepted": "95", "rejected": "5", "service": 4,
        "note": ORDERED[1],
    }  # fmt: skip
    await theatre.act("purchaser", "POST", f"/api/orders/{made['id']}/deliveries", json=note)
    wanted = {"category": "compressors", "period": f"{year}-Q4"}
    path = f"/api/suppliers/{supplier}/performance-reviews"
    (review,) = (await theatre.act("purchaser", "POST", path, json=wanted))["reviews"]
    reply = f"/api/my/performance-reviews/{review['id']}/reply"
    await theatre.act(WINNER, "POST", reply, json={"text": REPLIED})


async def _answer(theatre: Theatre) -> None:
    question = {"kind": "text", "title_zh": "体系", "title_en": "System", "is_must": False}
    body = {"questions": [question], "valid_days": 400, "after": 0}
    made = await theatre.act("purchaser", "PUT", "/api/questionnaires/compressors", json=body)
    path, asked = f"/api/my/questionnaires/{made['id']}", made["questions"][0]["id"]
    await theatre.act(WINNER, "POST", f"{path}/submission", json={"answers": {asked: ANSWERED}})
    await theatre.act("b3", "PUT", path, json={"answers": {asked: TYPED}})


async def agree(theatre: Theatre) -> None:
    """After the names: terms are talked about within a mandate, minutes confirmed, the contract drafted, returned with
    a reason, drafted anew and approved."""
    aviary = theatre.aviary
    aviary.add(*(Canary("talk", WINNER, text) for text in TALKED), Canary("mandate", "", f'"{MANDATE}"'))
    aviary.add(*(Canary("clause", WINNER, text) for text in CLAUSE), Canary("returned", "", RETURNED))
    path, usual = f"/api/tenders/{theatre.ids['tender']}", STANDARD.to_json()
    firm = {"supplier_id": theatre.ids[f"supplier:{WINNER}"]}
    await theatre.act("purchaser", "POST", f"{path}/negotiations", json=firm | {"rate": "4.35"})
    talks = (await _row(theatre))["negotiation"]["id"]
    limits = usual | {"prepayment": MANDATE}
    await theatre.act("approver", "POST", f"/api/negotiations/{talks}/mandate", json=limits)
    turns, own = f"/api/negotiations/{talks}/turns", f"/api/my/negotiations/{talks}/turns"
    await theatre.act("purchaser", "POST", turns, json={"act": "propose", "answers": 0, "issues": usual})
    await theatre.act(WINNER, "POST", own, json={"act": "accept", "answers": 1})
    await theatre.act("purchaser", "POST", turns, json={"act": "minute", "answers": 2, "text": TALKED[0]})
    await theatre.act(WINNER, "POST", own, json={"act": "return", "answers": 3, "text": TALKED[1]})
    await theatre.act("purchaser", "POST", turns, json={"act": "minute", "answers": 4, "text": TALKED[0]})
    await theatre.act(WINNER, "POST", own, json={"act": "confirm", "answers": 5})
    clauses = firm | {"special_zh": CLAUSE[0], "special_en": CLAUSE[1]}
    for verdict, reason in (("refuse", RETURNED), ("approve", "")):
        await theatre.act("purchaser", "POST", f"{path}/contracts", json=clauses)
        paper = (await _row(theatre))["contract"]["id"]
        asked = await theatre.act("purchaser", "POST", f"/api/contracts/{paper}/submission")
        word = {"verdict": verdict, "reason": reason}
        await theatre.act("approver", "POST", f"/api/approvals/{asked['proposal_id']}/decision", json=word)
    await theatre.settle()


async def _row(theatre: Theatre) -> Any:
    page = await theatre.act("purchaser", "GET", f"/api/tenders/{theatre.ids['tender']}/agreements")
    return page["agreements"][0]
