"""A tender whose technical envelopes are open, put straight into the stores: bidders by name, evaluators by name."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.certification import Grade
from app.domain.live_rules_json import rules_to_json
from app.domain.marking import Mark
from app.domain.refusals import Refusal
from app.domain.scoring.rules import evaluation_from_json, evaluation_to_json
from app.domain.sealed_rules import SealedRules, sealed_rules_to_json
from app.domain.sealing.rules import PriceTerms, RoundStatus, Timetable
from app.domain.tendering import TenderState
from app.domain.visibility import Phase, Role
from app.evaluation.marks import save_mark, submit_sheet
from app.evaluation.panel import draw_aliases
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.sealed_rounds import opening_store
from app.sealed_rounds import store as sealed_store
from app.sealed_rounds.opening_store import OpenedPrice, OpenedTechnical
from app.tenders import store as tender_store
from app.tenders.participations import Invitee, insert_invitations
from tests.callers import caller
from tests.domain.scoring.samples import an_evaluation
from tests.evaluation.stage import (
    CEILING,
    Bidder,
    Stage,
    close_floor,
    insert_bids,
    join,
    live_rules,
    make_lot,
    make_supplier,
)
from tests.evaluation.stage import tender_values as base_values
from tests.worlds import START, make_actor

NAMES = ("青禾", "岚川", "澄锐", "朗峤")
EVALUATORS = ("甲", "乙", "丙")
RULES = SealedRules(
    opens_at=START - timedelta(hours=2),
    closes_at=START - timedelta(hours=1),
    extension=timedelta(0),
    has_technical=True,
    price_bucket=4096,
    tech_bucket=262144,
)


async def make_sealed_stage(
    world: World,
    *,
    lots: int = 1,
    evaluation: Mapping[str, Any] | None = None,
    is_opened: bool = True,
    has_live: bool = False,
    scope: str = "preferred",
    names: Sequence[str] = NAMES,
    grade: Grade | None = None,
) -> Stage:
    """Every bidder has answered every lot. `is_opened`: the technical envelopes are open and the aliases drawn.
    `grade`: everybody's, frozen at the invitation."""
    purchaser = await make_actor(world, Role.PURCHASER)
    tender_id, round_id, sealed_id = world.ids.new(), world.ids.new(), world.ids.new()
    lot_ids = [world.ids.new() for _ in range(lots)]
    reps = {name: await make_supplier(world, name) for name in names}
    frozen = {
        "id": tender_id,
        "unseal_scope": scope,
        "announce_winner": False,
        "min_bidders": 3,
        "lots": [{"id": lot, "scale": 2, "ceiling_price": f"{CEILING:.2f}", "start_price": None} for lot in lot_ids],
        "rounds": _rounds(sealed_id, round_id if has_live else None),
        "evaluation": evaluation_to_json(evaluation_from_json(an_evaluation() if evaluation is None else evaluation)),
    }
    values = base_values(
        frozen,
        purchaser,
        round_id=round_id,
        sealed_round_id=sealed_id,
        procedure="sealed_live" if has_live else "sealed",
        state=TenderState.RESPONSE_CLOSED.value,
        phase=(Phase.TECHNICAL_OPENED if is_opened else Phase.CLOSED_UNOPENED).value,
    )
    async with world.db.transaction() as tx:
        await tender_store.insert_tender(tx, values)
        await tender_store.insert_lots(tx, [make_lot(tender_id, lot, at, None) for at, lot in enumerate(lot_ids)], [])
        bidders = await _invite_and_join(world, tx, frozen, reps, grade)
        await sealed_store.insert_round(tx, _round(tender_id, sealed_id, lot_ids, is_opened=is_opened))
        for lot in lot_ids:
            for name, bidder in bidders.items():
                opened = OpenedTechnical(bidder.tag, answers_of(name), "0" * 64)
                await opening_store.insert_technical(world, tx, lot, opened)
    stage = Stage(
        world,
        tender_id,
        round_id,
        lot_ids,
        bidders,
        purchaser=purchaser,
        approver=await make_actor(world, Role.APPROVER),
        auditor=await make_actor(world, Role.AUDITOR),
        others={name: await make_actor(world, Role.EVALUATOR, name=name) for name in (*EVALUATORS, "外人")},
    )
    if is_opened:
        assert await draw_aliases(world, tender_id)
    return stage


def _rounds(sealed_id: str, live_id: str | None) -> list[dict[str, Any]]:
    rounds = [{"id": sealed_id, "number": 1, "kind": "sealed", "rules": sealed_rules_to_json(RULES)}]
    live = {"id": live_id, "number": 2, "kind": "live", "rules": rules_to_json(live_rules())}
    return rounds if live_id is None else [*rounds, live]


async def _invite_and_join(
    world: World, tx: AsyncConnection, frozen: Mapping[str, Any], reps: Mapping[str, Actor], grade: Grade | None
) -> dict[str, Bidder]:
    """The rounds of the document, and everybody in them."""
    tender_id = frozen["id"]
    for one in frozen["rounds"]:
        new = tender_store.Round(one["id"], tender_id, one["number"], one["kind"], one["rules"], "open")
        await tender_store.insert_round(tx, new)
    invitees = [Invitee(rep.supplier_id or "", outside_rule=False, grade=grade) for rep in reps.values()]
    await insert_invitations(world, tx, tender_id=tender_id, invitees=invitees, at=world.clock.now())
    for rep in reps.values():
        scope_name, holder = f"tender:{tender_id}", f"supplier:{rep.supplier_id}"
        await identity_store.grant_scope(tx, scope=scope_name, holder=holder, role=Role.SUPPLIER)
    return {name: await join(world, tx, tender_id, name, rep) for name, rep in reps.items()}


def answers_of(name: str) -> list[tuple[str, str, str]]:
    """What a bidder answered: text that tells the test whose it is (a real one would not)."""
    return [("c1", "", f"efficiency of {name}"), ("c2", "", f"noise of {name}")]


def _round(tender_id: str, sealed_id: str, lots: Sequence[str], *, is_opened: bool) -> sealed_store.SealedRound:
    values: dict[str, Any] = dict.fromkeys(sealed_store.SealedRound.__slots__) | {
        "round_id": sealed_id,
        "tender_id": tender_id,
        "timetable": Timetable(RoundStatus.CLOSED, RULES.opens_at, RULES.closes_at),
        "rules": RULES,
        "lots": tuple(PriceTerms(lot, "CNY", 2, CEILING, None) for lot in lots),
        "category": "compressors",
        "min_bidders": 1,
        "policy": {},
        "policy_digest": "0" * 64,
        "opened_at": RULES.opens_at,
        "closed_at": RULES.closes_at,
        "extensions": [],
        "manifest": [],
        "technical_opened_at": START if is_opened else None,
        "version": 1,
    }
    return sealed_store.SealedRound(**values)


async def open_technical(stage: Stage) -> None:
    """Let the technical envelopes be opened, as the sealed room does."""
    async with stage.world.db.transaction() as tx:
        held = await sealed_store.find_round_of(tx, stage.tender_id)
        assert held is not None
        await sealed_store.set_round(tx, held, technical_opened_at=stage.world.clock.now())
        await tender_store.set_phase(tx, stage.tender_id, phase=Phase.TECHNICAL_OPENED)


async def open_prices(stage: Stage, prices: Sequence[Mapping[str, str]]) -> None:
    """Open the prices of those who passed, in the order given as their receipt: {bidder: amount} for each lot.

    Nobody else's is opened, as the release says; the tender comes into evaluation.
    """
    async with stage.world.db.transaction() as tx:
        held = await sealed_store.find_round_of(tx, stage.tender_id)
        assert held is not None
        assert held.passing is not None, "no price before the lock"
        for lot, amounts in zip(stage.lots, prices, strict=True):
            for order, (name, amount) in enumerate(amounts.items()):
                tag = stage.bidders[name].tag
                if tag in held.passing[lot]:
                    opened = OpenedPrice(tag, Decimal(amount), START - timedelta(minutes=60 - order), "0" * 64)
                    await opening_store.insert_price(stage.world, tx, lot, opened, amount=amount, is_valid=True)
        await sealed_store.set_round(tx, held, prices_opened_at=stage.world.clock.now())
        state = TenderState.EVALUATION
        await tender_store.set_phase(tx, stage.tender_id, phase=Phase.PRICES, state=state)


async def close_live(stage: Stage, bids: Sequence[Sequence[tuple[str, str]]]) -> None:
    """Close the live round with these accepted bids, and bring the tender into evaluation."""
    async with stage.world.db.transaction() as tx:
        for lot, placed in zip(stage.lots, bids, strict=True):
            await close_floor(
                stage.world,
                tx,
                tender_id=stage.tender_id,
                round_id=stage.round_id,
                lot_id=lot,
                bidders=stage.bidders,
            )
            await insert_bids(stage.world, tx, lot, [(stage.bidders[name].tag, amount) for name, amount in placed])
        state = TenderState.EVALUATION
        await tender_store.set_phase(tx, stage.tender_id, phase=Phase.PRICES, state=state)


# ── the acts of people, over HTTP ─────────────────────────────────────────────


@asynccontextmanager
async def at_tender(stage: Stage, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose paths begin at the tender."""
    async with caller(stage.world, actor) as client:
        client.base_url = f"{client.base_url}/api/tenders/{stage.tender_id}"
        yield client


async def call(stage: Stage, *names: str) -> httpx.Response:
    """Call these evaluators to the panel."""
    async with at_tender(stage, stage.purchaser) as client:
        return await client.post("/panel", json={"accounts": [stage.others[name].account_id for name in names]})


async def declare(stage: Stage, name: str, *, conflict: bool = False) -> httpx.Response:
    """Declare."""
    async with at_tender(stage, stage.others[name]) as client:
        return await client.post("/declaration", json={"has_conflict": conflict, "text": "my brother works there"})


async def seat(stage: Stage, *names: str) -> None:
    """Call these evaluators; all declare that there is no conflict."""
    assert (await call(stage, *names)).status_code == 200
    for name in names:
        assert (await declare(stage, name)).status_code == 204


async def bidder_by_alias(stage: Stage, lot: int = 0) -> dict[str, str]:
    """{T-alias: bidder's name} of a lot: what only the test knows."""
    from app.evaluation import panel_store  # noqa: PLC0415 - the one look behind the curtain

    async with stage.world.db.snapshot() as tx:
        held = await panel_store.load_alias_set(stage.world, tx, stage.lots[lot])
    assert held is not None
    return {alias: stage.bidder_of(tag) for alias, tag in held.tags.items()}


async def mark_all(stage: Stage, evaluator: str, marks: Mapping[str, tuple[int, int]], *, submit: bool = True) -> None:
    """Fill the sheet of every lot: {bidder: (c1, c2)}, with a comment everywhere, and submit it.

    By the services: the road over HTTP is walked in the tests of the sheet itself.
    """
    actor = stage.others[evaluator]
    for at, lot in enumerate(stage.lots):
        for alias, name in (await bidder_by_alias(stage, at)).items():
            for criterion, value in zip(("c1", "c2"), marks[name], strict=True):
                new = Mark((lot, alias, criterion), value, f"seen by {evaluator}")
                saved = await save_mark(stage.world, actor, stage.tender_id, new, version=0)
                assert not isinstance(saved, Refusal), saved
    if submit:
        assert await submit_sheet(stage.world, actor, stage.tender_id) is None


async def lock(stage: Stage, evaluator: str = "甲") -> httpx.Response:
    """Lock what the evaluator sees."""
    async with at_tender(stage, stage.others[evaluator]) as client:
        shown = (await client.get("/consensus")).json()
        return await client.post("/scores/lock", json={"digest": shown["digest"]})


# 朗峤 fails the threshold of 70: 30 · 3/5 + 70 · 3/5 = 60.
GOOD = {"青禾": (4, 4), "岚川": (4, 5), "澄锐": (5, 4), "朗峤": (3, 3)}


async def lock_good(stage: Stage) -> None:
    """From the open envelopes to the lock, everyone of one mind."""
    await seat(stage, *EVALUATORS)
    for name in EVALUATORS:
        await mark_all(stage, name, GOOD)
    locked = await lock(stage)
    assert locked.status_code == 200, locked.text
