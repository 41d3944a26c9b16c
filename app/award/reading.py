"""What the pages of decision, result and savings show, loaded together. Reads only; the edge asks the matrix first.

Names are opened here for nobody: they come from the rows that the unsealing wrote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.store import Proposal
from app.award import figure_store, store
from app.award.reopening import Asked, find_bound, list_asked
from app.award.saving import load_costs
from app.award.store import Award, Decision, Unsealing
from app.domain.approving import ProposalKind
from app.domain.awarding import DecisionState, decide_approval
from app.domain.debriefing import Distance, distance
from app.domain.freezing import live_rules_of
from app.domain.marking import OfferScore
from app.domain.measuring import Certainty, measure, total_by_certainty
from app.domain.money import minor_units
from app.domain.own_result import Exclusion, OwnResult, as_told, own_result, tells_rank
from app.domain.saving import SavingsTotal
from app.domain.scoring.rules import TechnicalRules
from app.domain.sealing.record import OwnFinding, finding_in
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation import store as evaluation_store
from app.evaluation.inquiry_store import exclusion_of, list_inquiries
from app.evaluation.offers import evaluation_in, load_scores
from app.evaluation.sheet import LotSheet, load_sheets
from app.identity import store as identity_store
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds import counting_store
from app.sealed_rounds import opening_store
from app.sealed_rounds import store as sealed_store
from app.suppliers import store as supplier_store
from app.suppliers.contacts import unseal_contact
from app.suppliers.store import Names
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to talk to after the unsealing."""

    name: str
    email: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class DecisionSheet:
    """How the decision of a tender stands."""

    tender: Tender
    lots: Sequence[LotSheet]
    decision: Decision | None
    # The proposal behind the decision, and the newest one to unseal.
    proposal: Proposal | None
    unsealing: Proposal | None
    is_waiting: bool
    is_unsealing_waiting: bool
    unsealed_at: datetime | None
    # What was asked about reopening, the newest first, as of this instant.
    reopenings: Sequence[Asked]
    # What makes the award final, as a signature does; None while it may be reopened.
    bound: str | None
    read_at: datetime

    @property
    def is_fixed(self) -> bool:
        """Approved, and still on the ranking it was approved on: a void afterwards makes another ranking."""
        decision = self.decision
        if decision is None or decision.state is not DecisionState.APPROVED:
            return False
        rankings = [each.ranking.official for each in self.lots]
        return decide_approval(rankings, decision.choices, decision.digest) is None


@dataclass(frozen=True, slots=True)
class ResultSheet:
    """The result of a tender for the buyer's side; names only of the unsealed."""

    tender: Tender
    lots: Sequence[LotSheet]
    decision: Decision | None
    unsealed: Sequence[Unsealing]
    awards: Mapping[str, Sequence[Award]]
    names: Mapping[str, Names]
    contacts: Mapping[str, Contact]
    refused: Mapping[str, int]
    joined: int
    is_reopened: bool


@dataclass(frozen=True, slots=True)
class OwnScore:
    """A bidder's own technical score (VISIBILITY.md d42): agreed values and the reasons of those that were changed;
    never an evaluator's mark or comment."""

    rules: TechnicalRules
    score: OfferScore
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A supplier's own result, lot by lot; the winner's name only where the rules announce it."""

    tender: Tender
    decided_at: datetime | None
    lots: Sequence[tuple[Lot, OwnResult]]
    # The own technical score of a lot, where there was one.
    scores: Mapping[str, OwnScore]
    # How far from the first of a lot, in bands.
    distances: Mapping[str, Distance]
    winners: Mapping[str, Sequence[Names]]
    contact: Contact | None
    joined: int
    # The decision is open again after the result was out.
    is_reopened: bool


@dataclass(frozen=True, slots=True)
class TenderSavings:
    """Claimed savings of one awarded tender."""

    tender: Tender
    awarded_at: datetime
    total: SavingsTotal
    # The same and its harder forms, where their figures are recorded.
    by_certainty: Mapping[Certainty, SavingsTotal]


def _is_waiting(world: World, proposal: Proposal | None) -> bool:
    return proposal is not None and proposal.pending.waits(world.clock.now())


async def load_published(tx: AsyncConnection, actor: Actor, tender_id: str, *roles: Role) -> Tender:
    """A published tender the actor reaches in one of the roles; the one 404 otherwise."""
    await reach_tender(tx, actor, tender_id, *roles)
    tender = await tender_store.load_tender(tx, tender_id)
    if tender.frozen is None:
        raise not_found()
    return tender


async def load_decision_sheet(world: World, tx: AsyncConnection, tender: Tender) -> DecisionSheet:
    """Decision, its proposal and the unsealing of a tender."""
    decision = await store.find_decision(tx, tender.id)
    proposal = None if decision is None else await approval_store.load_proposal(tx, decision.proposal_id)
    unsealing = await approval_store.find_latest(tx, kind=ProposalKind.UNSEAL, subject_id=tender.id)
    unsealed = await store.list_unsealings(tx, tender.id)
    return DecisionSheet(
        tender=tender,
        lots=await load_sheets(world, tx, tender),
        decision=decision,
        proposal=proposal,
        unsealing=unsealing,
        is_waiting=_is_waiting(world, proposal),
        is_unsealing_waiting=_is_waiting(world, unsealing),
        # Of an unsealing before the decision was reopened nothing stands.
        unsealed_at=max(each.at for each in unsealed) if unsealed and tender.state is TenderState.AWARDED else None,
        reopenings=await list_asked(tx, tender.id),
        bound=await find_bound(tx, tender.id),
        read_at=world.clock.now(),
    )


def without_decision(sheet: DecisionSheet) -> DecisionSheet:
    """The same sheet for a reader to whom no decision exists yet (VISIBILITY.md d43)."""
    return replace(sheet, decision=None, proposal=None, unsealing=None, is_waiting=False, reopenings=())


async def load_result_sheet(world: World, tx: AsyncConnection, tender: Tender, *, with_contacts: bool) -> ResultSheet:
    """The result with the names of the unsealed; `with_contacts`: the reader may have their contact data (d06)."""
    unsealed = await store.list_unsealings(tx, tender.id)
    supplier_ids = sorted({each.supplier_id for each in unsealed})
    lots = await tender_store.list_lots(tx, tender.id)
    contacts = {each: await _load_contact(world, tx, each) for each in supplier_ids} if with_contacts else {}
    return ResultSheet(
        tender=tender,
        lots=await load_sheets(world, tx, tender),
        decision=await store.find_decision(tx, tender.id),
        unsealed=unsealed,
        awards=store.by_lot(await store.list_awards(tx, [tender.id])),
        names=await supplier_store.load_names(tx, supplier_ids),
        contacts=contacts,
        joined=len(await tender_store.list_accepted_tags(world, tx, tender.id)),
        refused={lot.id: await counting_store.count_refused(tx, lot.id) for lot in lots},
        is_reopened=await is_reopened(tx, tender),
    )


async def _load_contact(world: World, tx: AsyncConnection, supplier_id: str) -> Contact:
    supplier = await supplier_store.load_supplier(tx, supplier_id)
    contact = unseal_contact(world, supplier_id, supplier.contact_sealed)
    return Contact(contact.name, contact.email, contact.phone)


async def load_own_sheet(world: World, tx: AsyncConnection, tender: Tender, supplier_id: str) -> OwnSheet:
    """A supplier's own rows, found by its own tag; before the decision is out, without outcome."""
    rankings = {each.official.lot_id: each for each in await evaluation_store.list_rankings(tx, tender.id)}
    participation = await tender_store.find_participation(world, tx, tender.id, supplier_id)
    decision = await store.find_decision(tx, tender.id)
    scores = {} if participation is None else await _load_own_scores(world, tx, tender, participation.tag)
    findings = {} if participation is None else await _load_own_findings(world, tx, tender, participation.tag)
    asked = await list_inquiries(world, tx, tender.id)
    live = None if tender.frozen is None else live_rules_of(tender.frozen)
    lots, distances = [], {}
    for lot in await tender_store.list_lots(tx, tender.id):
        ranking = rankings.get(lot.id)
        if ranking is None:
            continue
        tags = evaluation_store.open_map(world, ranking)
        own = next((label for label, tag in tags.items() if participation and tag == participation.tag), None)
        gone = exclusion_of(asked, lot.id, participation)
        told = own_result(
            ranking.official,
            own_label=own,
            awarded={} if decision is None else decision.awarded_of(lot.id),
            is_failed=lot.id in scores and not scores[lot.id].score.passes,
            finding=findings.get(lot.id),
            exclusion=None if gone is None else Exclusion(gone.reason or "", gone.amount),
        )
        lots.append((lot, as_told(told, ranking.official, live)))
        apart = distance(ranking.official, own) if tells_rank(live) else None
        if apart is not None:
            distances[lot.id] = apart
    return OwnSheet(
        tender=tender,
        decided_at=tender.ended_at,
        lots=lots,
        scores=scores,
        distances=distances,
        winners=await _load_winners(tx, tender),
        contact=await _load_buyer(world, tx, tender, supplier_id),
        joined=len(await tender_store.list_accepted_tags(world, tx, tender.id)),
        is_reopened=await is_reopened(tx, tender),
    )


async def _load_own_scores(world: World, tx: AsyncConnection, tender: Tender, tag: str) -> dict[str, OwnScore]:
    """{lot: own technical score}, found by the own tag."""
    evaluation = evaluation_in(tender)
    if evaluation is None or evaluation.technical is None:
        return {}
    agreed = await panel_store.list_agreed(tx, tender.id)
    found = {}
    for lot_id, scores in (await load_scores(world, tx, tender.id)).items():
        own = scores.of_tag(tag)
        if own is not None:
            cells = {each.id: (lot_id, own.alias, each.id) for each in evaluation.technical.criteria}
            reasons = {criterion: agreed[cell].reason for criterion, cell in cells.items() if cell in agreed}
            found[lot_id] = OwnScore(evaluation.technical, own, reasons)
    return found


async def _load_own_findings(world: World, tx: AsyncConnection, tender: Tender, tag: str) -> dict[str, OwnFinding]:
    """{lot: why the own sealed offer did not count}; a technical part that did not has no price that was opened."""
    held = await sealed_store.find_round_of(tx, tender.id)
    documents = [] if held is None else await opening_store.list_documents(world, tx, held.round_id)
    return {lot: found for lot, _envelope, record in documents if (found := finding_in(record, tag))}


async def _load_winners(tx: AsyncConnection, tender: Tender) -> dict[str, list[Names]]:
    """{lot: winners} where the published rules announce the winner, else nothing."""
    if tender.frozen is None or not tender.frozen["announce_winner"]:
        return {}
    awards = await store.list_awards(tx, [tender.id])
    names = await supplier_store.load_names(tx, [each.supplier_id for each in awards])
    return {lot: [names[each.supplier_id] for each in own] for lot, own in store.by_lot(awards).items()}


async def _load_buyer(world: World, tx: AsyncConnection, tender: Tender, supplier_id: str) -> Contact | None:
    """The purchaser's name and address, for unsealed bidders only (VISIBILITY.md d07, mode w)."""
    unsealed = await store.list_unsealings(tx, tender.id)
    if supplier_id not in {each.supplier_id for each in unsealed}:
        return None
    person = await identity_store.find_account(world, tx, tender.created_by)
    return None if person is None else Contact(person.name, person.email, None)


async def is_reopened(tx: AsyncConnection, tender: Tender) -> bool:
    """Whether the decision was reopened after a result was out, and there is no new result yet."""
    return not is_decided(tender) and await store.next_award(tx, tender.id) > 1


def is_decided(tender: Tender) -> bool:
    """Whether the tender ended in an award or without one."""
    return tender.state in {TenderState.AWARDED, TenderState.UNSUCCESSFUL}


async def load_savings(tx: AsyncConnection) -> list[TenderSavings]:
    """Claimed savings of every awarded tender, the newest first."""
    tender_ids = await store.list_awarded_tenders(tx)
    tenders = {each.id: each for each in await tender_store.list_by_ids(tx, tender_ids)}
    awards: dict[str, list[Award]] = {}
    for each in await store.list_awards(tx, tender_ids):
        awards.setdefault(each.tender_id, []).append(each)
    figures = await figure_store.list_figures(tx, tender_ids)
    return [await _load_tender_savings(tx, tenders[each], awards[each], figures) for each in tender_ids]


async def _load_tender_savings(
    tx: AsyncConnection, tender: Tender, awards: Sequence[Award], figures: figure_store.Figures
) -> TenderSavings:
    digits, measures = minor_units(tender.currency), []
    for lot_id, own in store.by_lot(awards).items():
        lot = await tender_store.load_lot(tx, lot_id)
        costs = await load_costs(tx, tender, lot, price=store.price_of(own), figures=figures.get(lot.id, {}))
        measures.append(measure(costs))
    totals = total_by_certainty(measures, digits)
    return TenderSavings(tender, awards[0].at, totals[Certainty.CLAIMED], totals)
