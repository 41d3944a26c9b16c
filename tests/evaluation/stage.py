"""A tender whose lots have closed, put straight into the stores: bidders by name, bids as amounts, not ranked yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.closing import LotStatus, Timetable
from app.domain.entries import digest_of
from app.domain.live_rules import LiveRules, LotTerms, Measure, Step
from app.domain.live_rules_json import hash_of_rules, rules_to_json
from app.domain.registering import Contact
from app.domain.tendering import Continuation, TenderState
from app.domain.visibility import Phase, Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.world import World
from app.live_rounds import store as live_store
from app.live_rounds.tables import bid as bid_table
from app.suppliers import store as supplier_store
from app.suppliers.contacts import seal_contact
from app.tenders import store as tender_store
from app.tenders.participations import Invitee, Response, insert_invitations, store_answers
from tests.worlds import START, make_actor

QUANTITY = Decimal(1000)
BASELINE = Decimal("300.00")
CEILING = Decimal("400.00")


@dataclass(frozen=True)
class Bidder:
    """A supplier that joined, its representative and its tag."""

    supplier_id: str
    name: str
    actor: Actor
    tag: str


@dataclass(frozen=True)
class Stage:
    """The tender and the people around it."""

    world: World
    tender_id: str
    round_id: str
    lots: Sequence[str]
    bidders: Mapping[str, Bidder]
    purchaser: Actor
    approver: Actor
    auditor: Actor
    others: dict[str, Actor] = field(default_factory=dict)

    def bidder_of(self, tag: str) -> str:
        """The name behind a tag."""
        return next(name for name, bidder in self.bidders.items() if bidder.tag == tag)


async def make_stage(
    world: World,
    bids: Sequence[Sequence[tuple[str, str]]],
    *,
    names: Sequence[str] = ("青禾", "岚川", "澄锐", "朗峤"),
    scope: str = "preferred",
    announce_winner: bool = False,
    baselines: Sequence[Decimal | None] | None = None,
) -> Stage:
    """For each lot its bids (bidder, amount) in order. Every bidder has joined; one more was invited and is silent."""
    purchaser = await make_actor(world, Role.PURCHASER)
    tender_id, round_id = world.ids.new(), world.ids.new()
    lots = [world.ids.new() for _ in bids]
    reps = {name: await make_supplier(world, name) for name in (*names, "沉默")}
    await insert_tender(world, tender_id, round_id, purchaser, scope=scope, announce_winner=announce_winner)
    known = [BASELINE] * len(bids) if baselines is None else baselines
    async with world.db.transaction() as tx:
        await tender_store.insert_lots(tx, [make_lot(tender_id, lot, at, known[at]) for at, lot in enumerate(lots)], [])
        invitees = [Invitee(rep.supplier_id or "", outside_rule=False) for rep in reps.values()]
        await insert_invitations(world, tx, tender_id=tender_id, invitees=invitees, at=world.clock.now())
        for rep in reps.values():
            scope_name, holder = f"tender:{tender_id}", f"supplier:{rep.supplier_id}"
            await identity_store.grant_scope(tx, scope=scope_name, holder=holder, role=Role.SUPPLIER)
        bidders = {name: await join(world, tx, tender_id, name, reps[name]) for name in names}
        for lot, placed in zip(lots, bids, strict=True):
            await close_floor(world, tx, tender_id=tender_id, round_id=round_id, lot_id=lot, bidders=bidders)
            await insert_bids(world, tx, lot, [(bidders[name].tag, amount) for name, amount in placed])
    return Stage(
        world,
        tender_id,
        round_id,
        lots,
        bidders,
        purchaser=purchaser,
        approver=await make_actor(world, Role.APPROVER),
        auditor=await make_actor(world, Role.AUDITOR),
        others={"silent": reps["沉默"]},
    )


async def void_bid(stage: Stage, n: int) -> None:
    """Void a bid of the first lot, as the approved effect of the live room leaves it."""
    async with stage.world.db.transaction() as tx:
        await live_store.set_voided(tx, lot_id=stage.lots[0], seq=n, at=START)
        floor = await live_store.lock_floor(tx, stage.lots[0])
        await live_store.set_floor(tx, floor, voids=floor.voids + 1)


async def make_supplier(world: World, name: str) -> Actor:
    supplier_id = world.ids.new()
    contact = Contact(name=f"{name} contact", email=f"{supplier_id[:8]}@example.com", phone="+86 532 5550 0101")
    async with world.db.transaction() as tx:
        await supplier_store.insert_supplier(
            tx,
            supplier_store.Supplier(
                id=supplier_id,
                name_zh=f"{name}公司",
                name_en=f"{name} Ltd",
                credit_code=supplier_id[:18].upper(),
                city="Qingdao",
                categories=("compressors",),
                contact_sealed=seal_contact(world, supplier_id, contact),
                registered_at=START,
                state="active",
                certification_id=None,
                version=1,
            ),
        )
    return await make_actor(world, supplier_id=supplier_id, name=f"{name} rep")


async def insert_tender(
    world: World, tender_id: str, round_id: str, purchaser: Actor, *, scope: str, announce_winner: bool
) -> None:
    frozen = {
        "id": tender_id,
        "unseal_scope": scope,
        "announce_winner": announce_winner,
        "rounds": [{"id": round_id, "number": 1, "kind": "live", "rules": rules_to_json(live_rules())}],
    }
    async with world.db.transaction() as tx:
        await tender_store.insert_tender(tx, tender_values(frozen, purchaser, round_id=round_id))


def tender_values(frozen: Mapping[str, Any], purchaser: Actor, *, round_id: str, **changes: Any) -> dict[str, Any]:
    """The row of a tender in evaluation with this published document."""
    tender_id, scope, announce_winner = frozen["id"], frozen["unseal_scope"], frozen["announce_winner"]
    values = {
        "id": tender_id, "reference": f"T-{tender_id[:8]}", "title_zh": "压缩机", "title_en": "Compressors",
        "summary_zh": "", "summary_en": "", "category": "compressors", "currency": "CNY", "tax_basis": "excluded",
        "time_zone": "Asia/Shanghai", "state": TenderState.EVALUATION.value, "phase": Phase.PRICES.value, "version": 1,
        "template": "quick", "min_bidders": 3, "unseal_scope": scope, "announce_winner": announce_winner,
        "award_rule": "price_only", "response_due_at": START, "opens_at": START, "is_extended": False,
        "is_reminded": False,
        "continuation": Continuation.NOT_NEEDED.value, "created_by": purchaser.account_id, "created_at": START,
        "edited_at": START, "published_at": START, "ended_at": None, "draft": {}, "frozen": frozen,
        "frozen_hash": digest_of(frozen), "terms_version": 1, "round_id": round_id, "purchaser_note": "",
    }  # fmt: skip
    return {**values, **changes}


def live_rules() -> LiveRules:
    return LiveRules("open_descending", START, timedelta(minutes=5), Step(Measure.MONEY, Decimal("0.10")))


def make_lot(tender_id: str, lot_id: str, at: int, baseline: Decimal | None) -> tender_store.Lot:
    return tender_store.Lot(
        id=lot_id,
        tender_id=tender_id,
        number=at + 1,
        title_zh=f"采购包 {at + 1}",
        title_en=f"Lot {at + 1}",
        scale=2,
        basis="unit",
        quantity=QUANTITY,
        unit="台",
        ceiling_price=CEILING,
        start_price=None,
        baseline_price=baseline,
        baseline_source=None if baseline is None else "last contract",
        baseline_on=None,
    )


async def join(world: World, tx: AsyncConnection, tender_id: str, name: str, rep: Actor) -> Bidder:
    assert rep.supplier_id is not None
    found = await tender_store.find_participation(world, tx, tender_id, rep.supplier_id)
    assert found is not None
    await store_answers(world, tx, [replace(found, response=Response.ACCEPTED, terms_version=1)])
    return Bidder(rep.supplier_id, name, rep, found.tag)


async def close_floor(
    world: World, tx: AsyncConnection, *, tender_id: str, round_id: str, lot_id: str, bidders: Mapping[str, Bidder]
) -> None:
    rules, close = live_rules(), START + timedelta(minutes=5)
    aliases = dict(zip((each.tag for each in bidders.values()), "ABCDEFGH", strict=False))
    floor = live_store.Floor(
        lot_id=lot_id,
        round_id=round_id,
        tender_id=tender_id,
        position=0,
        terms=LotTerms(2, CEILING),
        rules=rules,
        rules_hash=hash_of_rules(rules),
        timetable=Timetable(LotStatus.CLOSED, START, close, close),
        pause_reason=None,
        attempts=0,
        accepted=0,
        voids=0,
        version=1,
        alias_sealed=None,
    )
    await live_store.insert_floor(tx, floor)
    await live_store.set_floor(tx, floor, alias_sealed=live_store.seal_aliases(world, lot_id, aliases))


async def insert_bids(world: World, tx: AsyncConnection, lot_id: str, bids: Sequence[tuple[str, str]]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "lot_id": lot_id, "seq": number, "n": number, "bid_id": world.ids.new(), "tag": tag,
            "amount": Decimal(amount), "received_at": START + timedelta(seconds=number), "verdict": "accepted",
            "code": None, "detail": None, "answered_at": START + timedelta(seconds=number), "body_hash": "0" * 64,
            "entry_hash": "0" * 64, "receipt": {}, "voided_at": None,
        }
        for number, (tag, amount) in enumerate(bids, start=1)
    ]  # fmt: skip
    if rows:
        await tx.execute(insert(bid_table), rows)
