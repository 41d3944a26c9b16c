"""The second story of the crawl: the usual large tender, sealed and then live, with a canary in every new datum.

Of five bidders one replaces its package, one comes too late with another, one fails the threshold; of three evaluators
one is recused. The packages are sealed here as a supplier's page seals them and go through the sockets and uploads.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.client.sealer import Offer, SealedPackage, seal_package
from app.domain.sealing.header import EnvelopeKind
from app.domain.visibility import Phase, Role
from app.sealed_rounds import opening
from app.tenders import store as tender_store
from tests.access import story
from tests.access.canaries import Canary
from tests.access.theatre import (
    BASELINE,
    BIDDERS,
    CEILING,
    FINALS,
    NOTE,
    NOTICE,
    OPENINGS,
    QUESTION_RULE,
    Theatre,
    hire,
    plant_texts,
    reserve,
)  # fmt: skip
from tests.attacks.hostile_files import telling_pdf

# Its technical offer is below the threshold: its price is opened for nobody, ever.
FAILED = "b5"
PASSED = ("b1", "b2", "b3", "b4")
REPLACED = {"b1": "8888123.19"}
LEVELS = {"b1": 4, "b2": 5, "b3": 4, "b4": 4, FAILED: 2}
EVALUATORS = ("evaluator", "evaluator2", "evaluator3")
RECUSED = "evaluator3"
# A loaded machine takes its time for what is a moment.
MOST_LOOKS = 60
CONFLICT = "冲突-canary-conflict-8854"
AGREED = "共识-canary-agreed-9965"
FORMULA = {"code": "deduct_from_benchmark", "params": {"benchmark": "lowest", "above": "3"}}


async def draft(theatre: Theatre, **sealed: Any) -> None:
    """The draft of a large tender, two more evaluators, and the canaries that are there before anybody acts. `sealed`:
    what its sealed round has beside its times."""
    for key in EVALUATORS[1:]:
        await hire(theatre, key, Role.EVALUATOR)
    made = await theatre.act("purchaser", "POST", "/api/tenders", json={"template": "large", "category": "compressors"})
    theatre.ids["tender"] = made["id"]
    path = f"/api/tenders/{made['id']}"
    body = (await theatre.act("purchaser", "GET", path))["draft"]
    local = theatre.clock.now().astimezone(ZoneInfo(body["time_zone"]))

    def at(hours: int) -> str:
        return (local + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")

    body |= {
        "title_zh": "旋转压缩机", "title_en": "Rotary compressors", "summary_zh": NOTICE, "summary_en": NOTICE,
        "purchaser_note": NOTE, "version": made["version"], "response_due": at(30),
    }  # fmt: skip
    body["questions"] |= QUESTION_RULE
    body["sealed"] |= {"opens_at": at(36), "closes_at": at(60), "extension_s": 0} | sealed
    body["rules"] |= {"opens_at": at(84)}
    body["evaluation"] |= {"price": {"weight": "60", "formula": FORMULA}}
    body["lots"][0] |= {
        "quantity": "1", "unit": "套", "ceiling_price": CEILING, "baseline_price": BASELINE,
        "baseline_source": "上年合同", "baseline_on": "2025-12-01",
    }  # fmt: skip
    saved = await theatre.act("purchaser", "PUT", path, json=body)
    theatre.ids["version"] = str(saved["version"])
    await reserve(theatre, path, saved)
    plant_texts(theatre.aviary)
    for key in BIDDERS:
        what = "failed" if key == FAILED else "start"
        theatre.aviary.add(Canary(what, key, OPENINGS[key], is_amount=True))
        theatre.aviary.add(Canary("tech", key, tech_of(key)), Canary("file", key, file_of(key)))
    theatre.aviary.add(*(Canary("final", key, FINALS[key], is_amount=True) for key in PASSED))
    theatre.aviary.add(*(Canary("old", key, amount, is_amount=True) for key, amount in REPLACED.items()))
    theatre.aviary.add(Canary("declared", RECUSED, CONFLICT))


def tech_of(key: str) -> str:
    """What a bidder says in its technical answers."""
    return f"方案-canary-tech-{key}-71{LEVELS[key]}"


def file_of(key: str) -> str:
    """The name of a bidder's file, and what stands in it wherever nobody looks."""
    return f"canary-datasheet-{key}-6620"


async def call_panel(theatre: Theatre) -> None:
    """Three evaluators called and declared; one has a conflict."""
    path = f"/api/tenders/{theatre.ids['tender']}"
    accounts = [theatre.ids[f"account:{key}"] for key in (RECUSED, *EVALUATORS[:2])]
    await theatre.act("purchaser", "POST", f"{path}/panel", json={"accounts": accounts})
    for key in EVALUATORS:
        body = {"has_conflict": key == RECUSED, "text": CONFLICT if key == RECUSED else ""}
        await theatre.act(key, "POST", f"{path}/declaration", json=body)


async def find_rounds(theatre: Theatre) -> None:
    """The published tender's rounds: the sealed one comes first, the live one after it."""
    async with theatre.world.db.snapshot() as tx:
        tender = await tender_store.load_tender(tx, theatre.ids["tender"])
    assert tender.sealed_round_id is not None
    theatre.ids |= {"live": tender.round_id, "round": tender.sealed_round_id}


async def fix_policy(theatre: Theatre) -> None:
    """The key policy of the published round is a datum from here on."""
    await find_rounds(theatre)
    await theatre.settle()
    theatre.aviary.add(Canary("policy", "", (await facts_of(theatre, "b1"))["policy_digest"]))


async def open_round(theatre: Theatre) -> None:
    """Q → S: the deadline passes, the sealed round opens."""
    await story.pass_deadline(theatre)
    theatre.phase = Phase.SEALED


async def facts_of(theatre: Theatre, key: str) -> Any:
    """What the round tells a bidder."""
    found: Any = await theatre.act(key, "GET", f"/api/rounds/{theatre.ids['round']}/sealed")
    return found


async def seal(theatre: Theatre, key: str, amount: str) -> SealedPackage:
    """A bidder's next package; its name, its secrets and nothing else of it are canaries from here on."""
    facts = await facts_of(theatre, key)
    criteria = facts["evaluation"]["technical"]["criteria"]
    answers = [(one["id"], "9" if one["answer"] != "text" else "", tech_of(key)) for one in criteria]
    files = [(f"{file_of(key)}.pdf", "application/pdf", telling_pdf(file_of(key)))]
    return seal_package(facts, facts["lots"][0]["lot_id"], Offer(amount, answers=answers, files=files))


async def pass_checkpoint(theatre: Theatre) -> None:
    """Have the checkpoint that is due made now: on a clock that stands it would share the instant of the next act."""
    theatre.clock.wind(seconds=theatre.world.settings.checkpoint_seconds + 1)
    await theatre.settle()
    theatre.beat()


async def hand_in(theatre: Theatre, key: str, amount: str) -> SealedPackage:
    """Upload, commit over the socket, keep the receipt."""
    package = await seal(theatre, key, amount)
    upload_id = await upload(theatre, key, package)
    async with theatre.in_room(key) as socket:
        await socket.expect("welcome")
        request_id = str(uuid4())
        members = package.commit_members() | {"lot_id": theatre.ids["lot"], "upload_id": upload_id}
        await socket.send(type="commit_package", request_id=request_id, **members)
        answer = await socket.expect("package_receipt", "package_refused", request_id=request_id)
    assert answer["type"] == "package_receipt", answer
    theatre.beat()
    return package


async def upload(theatre: Theatre, key: str, package: SealedPackage) -> str:
    """The technical ciphertext, sent whole."""
    ct = package.ciphertexts[EnvelopeKind.TECH]
    path = f"/api/rounds/{theatre.ids['round']}/uploads"
    envelope = package.header.envelopes[0]
    body = {"lot_id": theatre.ids["lot"], "size": len(ct), "sha256": envelope.ct_sha256}
    made = await theatre.act(key, "POST", path, json=body)
    headers = {"Content-Type": "application/octet-stream", "Upload-Offset": "0"}
    done = await theatre.act(key, "PATCH", f"{path}/{made['upload_id']}", content=ct, headers=headers)
    assert done["is_complete"]
    return str(made["upload_id"])


async def seal_all(theatre: Theatre) -> None:
    """Everybody's package; one replaces an earlier one."""
    for key, amount in REPLACED.items():
        await pass_checkpoint(theatre)
        old = await hand_in(theatre, key, amount)
        _keep(theatre, key, old, "shut_secret", "shut_secret", "old_package")
    for key in BIDDERS:
        await pass_checkpoint(theatre)
        package = await hand_in(theatre, key, OPENINGS[key])
        price = "shut_secret" if key == FAILED else "price_secret"
        _keep(theatre, key, package, "tech_secret", price, "package")
    for key in BIDDERS:
        own = await theatre.act(key, "GET", f"/api/rounds/{theatre.ids['round']}/packages")
        for each in own["packages"]:
            ms = str(each["receipt"]["received_at"])
            theatre.aviary.add(Canary("received", key, each["received_at"]), Canary("received_ms", key, ms))
    await theatre.settle()


def _keep(theatre: Theatre, key: str, package: SealedPackage, tech: str, price: str, name: str) -> None:
    theatre.aviary.add(
        Canary(tech, key, package.secrets[EnvelopeKind.TECH].hex()),
        Canary(price, key, package.secrets[EnvelopeKind.PRICE].hex()),
        Canary(name, key, package.digest),
    )


class Pause:
    """Keeps the envelopes shut while it lasts: the phase K is a moment only, and a crawl takes longer."""

    def __init__(self, monkeypatch: Any) -> None:
        self._monkeypatch = monkeypatch

    def __enter__(self) -> None:
        async def wait(*_args: Any, **_named: Any) -> None:
            return None

        self._context = self._monkeypatch.context()
        self._context.__enter__().setattr(opening, "open_due", wait)

    def __exit__(self, *args: object) -> None:
        self._context.__exit__(*args)


async def close_round(theatre: Theatre) -> None:
    """S → K: the close, and a package that comes after it."""
    late = await seal(theatre, "b3", "8637000.11")
    theatre.aviary.add(Canary("old", "b3", "8637000.11", is_amount=True), Canary("late", "b3", late.digest))
    upload_id = await upload(theatre, "b3", late)
    theatre.clock.wind(hours=24)
    theatre.clock.wind(seconds=3)
    await wait_until(theatre, "purchaser", "", lambda tender: tender["phase"] == Phase.CLOSED_UNOPENED)
    path = f"/api/rounds/{theatre.ids['round']}/packages/{theatre.ids['lot']}"
    body = late.commit_members() | {"upload_id": upload_id}
    refused = await theatre.act("b3", "PUT", path, expect=409, json=body)
    assert refused["code"] == "LATE"
    theatre.phase = Phase.CLOSED_UNOPENED


async def wait_until(theatre: Theatre, key: str, path: str, is_there: Callable[[Any], bool]) -> None:
    """Let the service's own tasks work until somebody's page shows it."""
    for _ in range(MOST_LOOKS):
        await theatre.settle()
        if is_there(
            (await theatre.viewers[key].client.get(f"/api/tenders/{theatre.ids['tender']}/{path}".rstrip("/"))).json()
        ):
            return
    raise TimeoutError(path)


async def open_technical(theatre: Theatre) -> None:
    """K → T: the technical parts, the aliases of set T."""
    await wait_until(theatre, EVALUATORS[0], "sheet", lambda sheet: bool(sheet["lots"]))
    theatre.phase = Phase.TECHNICAL_OPENED
    theatre.aviary.add(*(Canary("t_alias", "", f'"T{number}"') for number in range(1, len(BIDDERS) + 1)))


async def mark(theatre: Theatre) -> None:
    """Two evaluators mark and submit; they agree on one value with a reason."""
    path = f"/api/tenders/{theatre.ids['tender']}"
    for key in EVALUATORS[:2]:
        comment = f"意见-canary-comment-{key}-4471"
        theatre.aviary.add(Canary("comment", key, comment))
        sheet = await theatre.act(key, "GET", f"{path}/sheet")
        (lot,) = sheet["lots"]
        for offer in lot["offers"]:
            for one in sheet["rules"]["criteria"]:
                (text,) = {each["text"] for each in offer["answers"] if each["criterion"] == one["id"]}
                body = {
                    "lot_id": lot["lot_id"], "alias": offer["alias"], "criterion": one["id"],
                    "mark": int(text[-1]), "comment": comment, "version": 0,
                }  # fmt: skip
                await theatre.act(key, "PUT", f"{path}/sheet/marks", json=body)
        await theatre.act(key, "POST", f"{path}/sheet/submission")
    chair = EVALUATORS[0]
    consensus = await theatre.act(chair, "GET", f"{path}/consensus")
    (lot,) = consensus["lots"]
    sheet = await theatre.act(chair, "GET", f"{path}/sheet")
    texts = {one["alias"]: one["answers"][0]["text"] for one in sheet["lots"][0]["offers"]}
    offer = next(one for one in lot["offers"] if texts[one["alias"]] == tech_of("b2"))
    agreed = {
        "lot_id": lot["lot_id"], "alias": offer["alias"], "criterion": offer["criteria"][0]["criterion"],
        "value": "4.5", "reason": AGREED, "version": 0,
    }  # fmt: skip
    consensus = await theatre.act(chair, "PUT", f"{path}/consensus", json=agreed)
    theatre.ids["scores"] = consensus["digest"]
    theatre.aviary.add(Canary("agreed", "b2", AGREED))


async def lock(theatre: Theatre) -> None:
    """The scores are locked, the prices of those who passed opened; the phase stays T until the live round."""
    await ask_for_lock(theatre)
    await see_prices(theatre)


async def ask_for_lock(theatre: Theatre) -> None:
    """The chair locks the scores."""
    path = f"/api/tenders/{theatre.ids['tender']}/scores/lock"
    await theatre.act(EVALUATORS[0], "POST", path, json={"digest": theatre.ids["scores"]})


async def see_prices(theatre: Theatre) -> None:
    """The prices are opened."""
    await wait_until(theatre, "auditor", "opening", lambda found: bool(found["prices_opened_at"]))


async def open_live(theatre: Theatre) -> None:
    """T → L: the live round opens from the sealed prices."""
    theatre.ids["round"] = theatre.ids["live"]
    theatre.clock.wind(hours=24)
    await wait_until(theatre, "purchaser", "", lambda tender: tender["phase"] == Phase.LIVE)
    theatre.phase = Phase.LIVE
