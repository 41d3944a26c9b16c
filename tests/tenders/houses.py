"""What the tests of tenders need again and again: a staffed house, suppliers in every standing, a published tender."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.domain.approving import Verdict
from app.domain.certification import DEFAULT_MINIMUMS, DEFAULT_WEIGHTS, Grade, Marks
from app.domain.drafting import Draft, Template, draft_from_json
from app.domain.entries import Entry, is_link
from app.domain.freezing import freeze
from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.registering import Contact
from app.domain.tendering import DeadlineVerdict
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import NewEntry, append, list_entries
from app.suppliers import dossier_store
from app.suppliers import store as supplier_store
from app.suppliers.contacts import seal_contact
from app.tenders import answering, ending, publishing, service, store
from app.tenders.answering import Answer
from app.tenders.effects import EFFECTS, REFUSED_EFFECTS
from app.tenders.participations import Participation, Response
from app.tenders.reserving import SetReserve, set_reserves
from app.tenders.service import BeginTender, SaveDraft
from app.tenders.store import Tender
from tests.domain.tender_drafts import a_lot
from tests.worlds import HandClock, make_actor, make_world


@dataclass(slots=True)
class House:
    """A world with its people. `reps` are the representatives of the certified suppliers."""

    world: World
    clock: HandClock
    purchaser: Actor
    colleague: Actor
    approver: Actor
    auditor: Actor
    evaluator: Actor
    reps: list[Actor] = field(default_factory=list)
    # Built once a test, at the first request; building it takes longer than the request.
    app: FastAPI | None = None


async def build_house(database_url: str, folder: Path, suppliers: int = 4) -> House:
    """A house with certified suppliers of compressors."""
    made = await make_world(database_url, folder)
    world = made.world
    built = House(
        world=world,
        clock=made.clock,
        purchaser=await make_actor(world, Role.PURCHASER, name="王采购"),
        colleague=await make_actor(world, Role.PURCHASER, name="赵采购"),
        approver=await make_actor(world, Role.APPROVER, name="李批"),
        auditor=await make_actor(world, Role.AUDITOR, name="周审"),
        evaluator=await make_actor(world, Role.EVALUATOR, name="吴评"),
    )
    for number in range(1, suppliers + 1):
        built.reps.append(await add_supplier(built, number))
    return built


async def add_supplier(
    house: House,
    number: int,
    *,
    grade: Grade = Grade.A,
    category: str = "compressors",
    is_suspended: bool = False,
    valid_for: timedelta | None = timedelta(days=300),
) -> Actor:
    """A supplier in a standing (`valid_for` None: never certified) and its representative."""
    world = house.world
    supplier_id, certificate_id = world.ids.new(), world.ids.new()
    now = world.clock.now()
    new = supplier_store.Supplier(
        id=supplier_id,
        name_zh=f"供应商{number:03d}",
        name_en=f"Supplier {number:03d}",
        credit_code=f"{number:018d}",
        city="Qingdao",
        categories=(category,),
        contact_sealed=seal_contact(world, supplier_id, Contact("Rep", f"rep-{supplier_id}@supplier.example", "")),
        registered_at=now,
        state="suspended" if is_suspended else "active",
        certification_id=certificate_id if valid_for is not None else None,
        version=1,
    )
    async with world.db.transaction() as tx:
        await supplier_store.insert_supplier(tx, new)
        if valid_for is not None:
            await dossier_store.insert_certification(
                tx,
                dossier_store.Certification(
                    id=certificate_id,
                    supplier_id=supplier_id,
                    marks=Marks(Decimal(90), Decimal(90), Decimal(90)),
                    weights=DEFAULT_WEIGHTS,
                    minimums=DEFAULT_MINIMUMS,
                    score=Decimal("90.0"),
                    grade=grade,
                    categories=(category,),
                    note="",
                    state="approved",
                    proposed_at=now - timedelta(days=30),
                    valid_from=now - timedelta(days=30),
                    valid_until=now + valid_for,
                    proposed_by=house.purchaser.account_id,
                    approved_by=house.approver.account_id,
                    proposal_id=None,
                ),
            )
    return await make_actor(world, supplier_id=supplier_id, name=f"Rep {number}")


async def begin(house: House, template: Template = Template.QUICK, **changes: Any) -> Tender:
    """A faultless draft; `reserves`: secret reserve prices of its lots in order, "" for none."""
    reserves = changes.pop("reserves", ())
    made = await service.create_tender(
        house.world,
        house.purchaser,
        BeginTender(template=template, copy_of=None, title_zh="压缩机", title_en="Compressors", category="compressors"),
    )
    assert not isinstance(made, Refusal)
    old = draft_from_json(made.draft)
    lots = tuple(a_lot(number, id=lot.id) for number, lot in enumerate(old.lots, start=1))
    # Members of the sealed rules alone: the rest of them stays the template's.
    sealed = changes.pop("sealed_changes", None)
    rules = {} if sealed is None else {"sealed": {**(old.sealed or {}), **sealed}}
    saved = await save(house, made, replace(old, **{"lots": lots, **rules, **changes}))
    pairs = zip(saved.draft["lots"], reserves, strict=False)
    typed = [SetReserve(lot["id"], amount, None) for lot, amount in pairs if amount]
    assert not typed or await set_reserves(house.world, house.purchaser, saved.id, typed) is None
    return saved


async def save(house: House, tender: Tender, draft: Draft, actor: Actor | None = None) -> Tender:
    """The draft as written."""
    command = SaveDraft(tender.version, draft)
    saved = await service.save_tender(house.world, actor or house.purchaser, tender.id, command)
    assert not isinstance(saved, Refusal), saved
    return saved


async def amend_rules(world: World, tender_id: str, kind: str, **rules: Any) -> None:
    """Other rules of a round, in the tables and in the journal, without the two persons of an amendment."""
    async with world.db.transaction() as tx:
        tender = await store.load_tender(tx, tender_id)
        document = json.loads(json.dumps(tender.frozen))
        found = next(one for one in document["rounds"] if one["kind"] == kind)
        found["rules"] |= rules
        hashed = freeze(document)
        await store.set_tender(tx, tender_id, frozen=document, frozen_hash=hashed)
        await store.set_round(tx, found["id"], rules=found["rules"])
        data = {"document": document, "hash": hashed}
        await append(world, tx, NewEntry(tender.chain, Kind.TENDER_AMENDED, data, tender=tender_id))


async def submit(house: House, tender: Tender) -> Proposal:
    """A publication that waits for the approver."""
    proposal = await publishing.submit_tender(house.world, house.purchaser, tender.id, tender.version)
    assert not isinstance(proposal, Refusal), proposal
    return proposal


async def decide(
    house: House, proposal: Proposal, actor: Actor | None = None, verdict: Verdict = Verdict.APPROVE
) -> Proposal | Refusal:
    """The second person's word."""
    return await decide_proposal(
        house.world,
        actor or house.approver,
        proposal_id=proposal.id,
        verdict=verdict,
        reason="seen and checked",
        effects=Effects(EFFECTS, REFUSED_EFFECTS),
    )


async def approve(house: House, proposal: Proposal | Refusal | None) -> None:
    """An approval that went through."""
    assert isinstance(proposal, Proposal), proposal
    decided = await decide(house, proposal)
    assert not isinstance(decided, Refusal), decided


async def publish(house: House, template: Template = Template.QUICK, **changes: Any) -> Tender:
    """A published tender that takes answers."""
    draft = await begin(house, template, **changes)
    await approve(house, await submit(house, draft))
    return await load(house, draft.id)


async def load(house: House, tender_id: str) -> Tender:
    """The tender as stored."""
    async with house.world.db.snapshot() as tx:
        return await store.load_tender(tx, tender_id)


async def respond(
    house: House, tender: Tender, rep: Actor, response: Response = Response.ACCEPTED, **changes: Any
) -> Participation | Refusal:
    """A supplier's answer to the terms in force."""
    now = await load(house, tender.id)
    command = Answer(response, now.terms_version, "", house.clock.now())
    return await answering.answer_invitation(house.world, rep, tender.id, replace(command, **changes))


async def join(house: House, tender: Tender, *reps: Actor) -> None:
    """Acceptances that went through."""
    for rep in reps:
        answered = await respond(house, tender, rep)
        assert isinstance(answered, Participation), answered


async def reach_deadline(house: House, tender_id: str) -> DeadlineVerdict:
    """The response deadline comes, and the timekeeper sees it."""
    tender = await load(house, tender_id)
    assert tender.response_due_at is not None
    house.clock.at = tender.response_due_at
    return await ending.keep_deadline(house.world, tender_id)


async def participations(house: House, tender_id: str) -> list[Participation]:
    """All answers, opened."""
    async with house.world.db.snapshot() as tx:
        return await store.list_participations(house.world, tx, tender_id)


async def entries_of(house: House, tender_id: str) -> list[Entry]:
    """The tender's chain; its links are checked on the way."""
    async with house.world.db.snapshot() as tx:
        found = await list_entries(tx, chain=f"tender:{tender_id}", limit=5000)
    for before, entry in zip([None, *found], found, strict=False):
        assert is_link(before, entry)
    return found


async def kinds_of(house: House, tender_id: str) -> list[Kind]:
    """What the tender's chain tells, in order."""
    return [entry.kind for entry in await entries_of(house, tender_id)]


async def last_entry(house: House, tender_id: str, kind: Kind) -> Entry:
    """The newest entry of a kind."""
    return [entry for entry in await entries_of(house, tender_id) if entry.kind is kind][-1]
