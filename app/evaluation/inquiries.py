"""Acts on prices that look abnormally low: ask, answer, keep, propose to exclude (SCORING.md section 3).

Nobody is told whose offer it is: the question goes to every bidder's page as "look whether there is one", and the
answer comes back by label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import NewProposal, Proposal
from app.domain.abnormal import (
    Flag,
    OfferVerdict,
    decide_answer,
    decide_inquiry,
    decide_verdict,
    exclusion_change,
    flags_data,
    flags_of,
)
from app.domain.approving import ProposalKind
from app.domain.kinds import Kind
from app.domain.money import format_amount
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import OwnNames, ScannedText, scan_for_names
from app.domain.tendering import decide_evaluating
from app.domain.visibility import Role
from app.evaluation import inquiry_store, store
from app.evaluation.entering import entry_by, note_refused
from app.evaluation.inquiry_store import Inquiry
from app.evaluation.offers import evaluation_in
from app.evaluation.store import StoredRanking
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.web import instant_text
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.suppliers import store as supplier_store
from app.suppliers.contacts import unseal_contact
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender


@dataclass(frozen=True, slots=True)
class FlaggedLot:
    """A lot's ranking with the tests its prices fail."""

    lot: Lot
    ranking: StoredRanking
    flags: Mapping[str, tuple[Flag, ...]]


async def list_flagged(tx: AsyncConnection, tender: Tender) -> list[FlaggedLot]:
    """The ranked lots of a tender, each with who fails which test; by the order of their numbers."""
    rules = evaluation_in(tender)
    abnormal = None if rules is None else rules.abnormal
    rankings = {each.official.lot_id: each for each in await store.list_rankings(tx, tender.id)}
    lots = [lot for lot in await tender_store.list_lots(tx, tender.id) if lot.id in rankings]
    return [
        FlaggedLot(lot, rankings[lot.id], flags_of(abnormal, rankings[lot.id].official.rows, lot.ceiling_price))
        for lot in lots
    ]


async def open_inquiry(
    world: World, actor: Actor, tender_id: str, *, lot_id: str, label: str, question: str
) -> Inquiry | Refusal:
    """Ask the supplier behind a label about its price; it has the published hours to answer.

    Raises the one 404 for a lot that is not ranked. Refuses outside `evaluation` and what domain/abnormal.py refuses.
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        flagged = next((each for each in await list_flagged(tx, tender) if each.lot.id == lot_id), None)
        rules = evaluation_in(tender)
        if flagged is None or rules is None:
            raise not_found()
        known = {(each.lot_id, each.label) for each in await inquiry_store.list_inquiries(world, tx, tender_id)}
        refusal = decide_evaluating(tender.state) or decide_inquiry(
            flagged.flags, label, question, is_asked=(lot_id, label) in known
        )
        if refusal is not None or rules.abnormal is None:
            refusal = refusal or Refusal(Code.NOT_ALLOWED_HERE)
            return await note_refused(world, tx, actor, tender_id, hat=Role.PURCHASER, act="inquiry", refusal=refusal)
        made = _made(world, tender, flagged, label, question, timedelta(hours=rules.abnormal.answer_hours))
        await inquiry_store.insert_inquiry(world, tx, made)
        await _tell_bidders(world, tx, tender)
        data = {
            **_named(made),
            "ranking": flagged.ranking.official.digest,
            "tests": made.tests,
            "question": question,
            "due_at": instant_text(made.due_at),
        }
        await append(world, tx, entry_by(actor, Role.PURCHASER, tender_id, Kind.INQUIRY_OPENED, data))
    return made


def _made(world: World, tender: Tender, flagged: FlaggedLot, label: str, question: str, hours: timedelta) -> Inquiry:
    row, now = flagged.ranking.official.find(label), world.clock.now()
    assert row is not None, "only ranked offers are flagged"
    return Inquiry(
        id=world.ids.new(),
        tender_id=tender.id,
        lot_id=flagged.lot.id,
        label=label,
        tag=store.open_map(world, flagged.ranking)[label],
        amount=row.amount,
        tests=flags_data(flagged.flags[label]),
        question=question,
        asked_at=now,
        due_at=now + hours,
    )


def _named(about: Inquiry) -> dict[str, Any]:
    return {"inquiry": about.id, "lot": about.lot_id, "label": about.label}


async def _tell_bidders(world: World, tx: AsyncConnection, tender: Tender) -> None:
    """The same notice to all who joined: whom the question is for stands in no box (VISIBILITY.md section 3)."""
    joined = [each.supplier_id for each in await tender_store.list_participations(world, tx, tender.id) if each.joined]
    people = await identity_store.list_supplier_accounts(world, tx, joined)
    await insert_notices(
        world,
        tx,
        accounts=[person.id for person in people],
        kind=NoticeKind.INQUIRY_SENT,
        params={"reference": tender.reference},
        tender=tender.id,
    )


async def list_own(world: World, tx: AsyncConnection, tender_id: str, supplier_id: str) -> list[Inquiry]:
    """The inquiries about a supplier's own offers, found by its own tag."""
    own = await tender_store.find_participation(world, tx, tender_id, supplier_id)
    asked = await inquiry_store.list_inquiries(world, tx, tender_id)
    return [each for each in asked if own is not None and each.tag == own.tag]


async def answer_inquiry(world: World, actor: Actor, tender_id: str, inquiry_id: str, text: str) -> Refusal | None:
    """Answer the question about the own price. Raises the one 404 for everybody else's.

    Refuses what domain/abnormal.decide_answer refuses. The entry names the label and a digest, never the bidder.
    """
    assert actor.supplier_id is not None, "the edge lets suppliers in alone"
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        asked = await list_own(world, tx, tender_id, actor.supplier_id)
        found = next((each for each in asked if each.id == inquiry_id), None)
        if found is None:
            raise not_found()
        now = world.clock.now()
        names_itself = await _names_itself(world, tx, actor.supplier_id, text)
        refusal = decide_evaluating(tender.state) or decide_answer(found.state_at(now), text, names_itself=names_itself)
        if refusal is not None:
            data = {"act": "inquiry.answer", "code": refusal.code.value}
            await append(world, tx, _by_bidder(tender_id, Kind.SCORING_REFUSED, data))
            return refusal
        await inquiry_store.set_answer(world, tx, found.id, text, now)
        people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
        await insert_notices(
            world,
            tx,
            accounts=[person.id for person in people],
            kind=NoticeKind.INQUIRY_ANSWERED,
            params={"reference": tender.reference},
            tender=tender_id,
        )
        data = {**_named(found), "answer": sha256(text.encode()).hexdigest()}
        await append(world, tx, _by_bidder(tender_id, Kind.INQUIRY_ANSWERED, data))
    return None


def _by_bidder(tender_id: str, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    """An entry by a bidder who is not named: who it was would give the label a name."""
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, actor_role=Role.SUPPLIER.value)


async def _names_itself(world: World, tx: AsyncConnection, supplier_id: str, text: str) -> bool:
    supplier = await supplier_store.load_supplier(tx, supplier_id)
    contact = unseal_contact(world, supplier_id, supplier.contact_sealed)
    own = OwnNames(
        [supplier.name_zh, supplier.name_en, contact.name],
        credit_code=supplier.credit_code,
        domain=contact.email.partition("@")[2],
        phone=contact.phone or "",
        mail=contact.email,
    )
    return bool(scan_for_names([ScannedText("answer", text)], own))


async def decide_offer(
    world: World, actor: Actor, tender_id: str, inquiry_id: str, *, verdict: OfferVerdict, reason: str
) -> Proposal | Refusal | None:
    """Keep the offer, or propose its exclusion to the approver; both with the reason. Nothing happens by itself."""
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        found = await inquiry_store.load_inquiry(world, tx, tender_id, inquiry_id)
        now = world.clock.now()
        refusal = decide_evaluating(tender.state) or decide_verdict(
            found.state_at(now), reason, is_pending=await is_pending(tx, found.id, now)
        )
        if refusal is not None:
            return await note_refused(world, tx, actor, tender_id, hat=Role.PURCHASER, act="verdict", refusal=refusal)
        if verdict is OfferVerdict.EXCLUDE:
            return await _propose_exclusion(world, tx, actor, tender, found, reason)
        await inquiry_store.set_verdict(tx, found.id, verdict, reason=reason, at=now)
        data = {**_named(found), "verdict": verdict.value, "reason": reason}
        await append(world, tx, entry_by(actor, Role.PURCHASER, tender_id, Kind.INQUIRY_DECIDED, data))
    return None


async def is_pending(tx: AsyncConnection, inquiry_id: str, at: datetime) -> bool:
    """Whether an exclusion waits for the approver."""
    last = await approval_store.find_latest(tx, kind=ProposalKind.EXCLUDE, subject_id=inquiry_id)
    return last is not None and last.pending.waits(at)


async def _propose_exclusion(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, about: Inquiry, reason: str
) -> Proposal:
    lot = await tender_store.load_lot(tx, about.lot_id)
    ranking = next(each for each in await store.list_rankings(tx, tender.id) if each.official.lot_id == about.lot_id)
    digest = ranking.official.digest
    change = exclusion_change(about.id, lot=lot.id, label=about.label, ranking=digest, reason=reason)
    summary = {
        "reference": tender.reference,
        "title_zh": tender.title_zh,
        "title_en": tender.title_en,
        "lot": lot.number,
        "label": about.label,
        "amount": format_amount(about.amount, lot.scale),
        "currency": tender.currency,
        "question": about.question,
        "answer": about.answer,
        "reason": reason,
    }
    new = NewProposal(
        kind=ProposalKind.EXCLUDE,
        subject_kind="inquiry",
        subject_id=about.id,
        chain=tender.chain,
        change=change,
        summary=summary,
        tender=tender.id,
    )
    proposal = await approval_store.insert_proposal(world, tx, new, actor, Role.PURCHASER)
    people = await identity_store.list_staff_accounts(world, tx, Role.APPROVER)
    await insert_notices(
        world,
        tx,
        accounts=[person.id for person in people if person.id != actor.account_id],
        kind=NoticeKind.APPROVAL_WAITING,
        params={"reference": tender.reference},
        tender=tender.id,
    )
    return proposal
