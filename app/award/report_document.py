"""The document of a recommendation report, read together from the rooms (SCREENS.md DR-07). Decides nothing.

Until the names are unsealed there is none in it: everyone stands under the R-label or the T-alias.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.award import store
from app.award.contest import load_contests
from app.award.reading import DecisionSheet
from app.award.reopening import Asked
from app.award.report_ranking import Sources, ranking_data, scores_data
from app.award.report_room import inquiries_data, panel_data, scenario_data
from app.award.report_savings import savings_data
from app.award.saving import load_measures
from app.award.views import price_in
from app.domain.awarding import LotRanking, is_above_reserve, shared_data
from app.domain.evaluation_sentences import evaluation_sentences
from app.domain.formats.sentences import rule_sentences
from app.domain.freezing import live_rules_of, sealed_rules_of
from app.domain.kinds import Kind
from app.domain.money import format_amount, minor_units
from app.domain.recommending import REPORT_VERSION, Stage, in_lot_order, shown_at, timeline
from app.domain.reserve_pricing import ReservePrice, reserve_sentences
from app.domain.scoring.typed import plain
from app.domain.sealed_sentences import sealed_sentences
from app.domain.sharing import Choice
from app.evaluation import panel_store
from app.evaluation.offers import evaluation_in, load_scores
from app.identity import store as identity_store
from app.infra.world import World
from app.journal.store import stream_chain
from app.live_rounds import counting_store
from app.live_rounds import store as live_store
from app.sealed_rounds import store as sealed_store
from app.suppliers import store as supplier_store
from app.tenders import store as tender_store
from app.tenders.participations import list_invited
from app.tenders.reserving import list_opened
from app.tenders.store import Tender


async def load_document(
    world: World, tx: AsyncConnection, sheet: DecisionSheet, *, stage: Stage, number: int
) -> dict[str, Any]:
    """The whole document as of now. Precondition: a decision was proposed."""
    tender = sheet.tender
    lots = await tender_store.list_lots(tx, tender.id)
    chains = [tender.chain, *(f"lot:{lot.id}" for lot in lots)]
    entries = [entry for chain in chains async for entry in stream_chain(tx, chain)]
    scores, numbers = await load_scores(world, tx, tender.id), {lot.id: lot.number for lot in lots}
    made = Sources(sheet, stage, entries, scores, numbers)
    contests = {each.sheet.lot.id: each.contest for each in await load_contests(world, tx, tender)}
    return {
        "v": REPORT_VERSION,
        "number": number,
        "stage": stage.value,
        "made_at": shown_at(world.clock.now()),
        "tender": _tender(tender),
        "need": await _need(tx, made),
        "rules": {lang: _rules(tender, lang) for lang in ("zh", "en")},
        "participation": await _participation(world, tx, made),
        "timeline": in_lot_order(timeline(entries), numbers),
        "scores": scores_data(made),
        "ranking": [ranking_data(lot, contests.get(lot.lot.id)) for lot in sheet.lots],
        "decision": await _decision(world, tx, made),
        "inquiries": await inquiries_data(world, tx, made),
        "panel": await panel_data(tx, made),
        "reopened": [await _reopened(world, tx, each) for each in sheet.reopenings if each.is_done],
        "scenario": await scenario_data(tx, made),
        "dissent": _dissent(made),
        "conflicts": await _conflicts(tx, tender),
        "unsealing": await _unsealing(world, tx, made) if stage is Stage.UNSEALED else None,
        "restricted": await _restricted(tx, made),
    }


def _tender(tender: Tender) -> dict[str, Any]:
    names = ("id", "reference", "title_zh", "title_en", "category", "currency", "tax_basis", "time_zone")
    return {
        **{name: getattr(tender, name) for name in names},
        "procedure": tender.procedure.value,
        "scope": tender.unseal_scope,
        "hash": tender.frozen_hash,
    }


async def _need(tx: AsyncConnection, made: Sources) -> dict[str, Any]:
    document, lots = made.tender.frozen or {}, []
    for lot in await tender_store.list_lots(tx, made.tender.id):
        lines = await tender_store.list_line_items(tx, lot.id)
        lots.append(
            {
                "number": lot.number,
                "title_zh": lot.title_zh,
                "title_en": lot.title_en,
                "quantity": plain(lot.quantity),
                "unit": lot.unit,
                "basis": lot.basis,
                "ceiling": format_amount(lot.ceiling_price, lot.scale),
                "lines": len(lines),
            }
        )
    return {name: document.get(name, "") for name in ("summary_zh", "summary_en")} | {"lots": lots}


def _rules(tender: Tender, lang: str) -> list[str]:
    document = tender.frozen or {}
    live, evaluation = live_rules_of(document), evaluation_in(tender)
    return [
        *reserve_sentences(document, lang),
        *(sealed_sentences(document, lang) if sealed_rules_of(document) is not None else []),
        *([] if evaluation is None else evaluation_sentences(evaluation, lang)),
        *([] if live is None else rule_sentences(live, lang)),
    ]


async def _participation(world: World, tx: AsyncConnection, made: Sources) -> dict[str, Any]:
    held = await sealed_store.find_round_of(tx, made.tender.id)
    lots = []
    for each in made.sheet.lots:
        bids = await live_store.list_accepted_bids(tx, each.lot.id) if made.tender.procedure.has_live else None
        lots.append(
            {
                "lot": each.lot.number,
                "ranked": len(each.ranking.official.rows),
                "below_threshold": len(each.failed),
                "bids": None if bids is None else len(bids),
                "voided": None if bids is None else sum(bid.voided for bid in bids),
            }
        )
    return {
        "joined": len(await tender_store.list_accepted_tags(world, tx, made.tender.id)),
        "packages": None if held is None or held.manifest is None else len(held.manifest),
        "min_bidders": made.tender.min_bidders,
        "lots": lots,
    }


async def _person(world: World, tx: AsyncConnection, account_id: str | None) -> str | None:
    person = None if account_id is None else await identity_store.find_account(world, tx, account_id)
    return None if person is None else person.name


async def _decision(world: World, tx: AsyncConnection, made: Sources) -> dict[str, Any]:
    decision = made.sheet.decision
    assert decision is not None, "a report stands on a decision"
    is_approved, choices = made.stage is not Stage.PROPOSED, []
    reserves = await list_opened(world, tx, made.tender.id)
    for each in made.sheet.lots:
        choice, official = decision.choice_of(each.lot.id), each.ranking.official
        row = official.find(choice.label or "")
        choices.append(
            {
                "lot": each.lot.number,
                "label": choice.label,
                "rank": None if row is None else row.rank,
                "amount": None if row is None else format_amount(row.amount, each.lot.scale),
                "reason": choice.reason,
                "reserve": decision.reserves.get(each.lot.id),
                **shared_data(choice, official, each.lot.scale),
                **_reserved(official, choice, reserves.get(each.lot.id)),
            }
        )
    return {
        "digest": decision.digest,
        "proposed_at": shown_at(decision.proposed_at),
        "proposed_by": await _person(world, tx, decision.proposed_by),
        "approved_at": None if not is_approved or decision.decided_at is None else shown_at(decision.decided_at),
        "approved_by": await _person(world, tx, decision.decided_by) if is_approved else None,
        "choices": choices,
    }


def _reserved(ranking: LotRanking, choice: Choice, reserve: ReservePrice | None) -> dict[str, bool]:
    """Whether the award meets the lot's secret reserve price. Not the figure: evaluators read the report, too, and it
    is kept in the clear (VISIBILITY.md d03)."""
    if reserve is None or not choice.awarded:
        return {}
    return {"meets_reserve": not is_above_reserve(ranking, choice.awarded, reserve.amount)}


async def _reopened(world: World, tx: AsyncConnection, each: Asked) -> dict[str, Any]:
    """That an earlier decision was reopened after the unsealing, why, and who asked and agreed."""
    asked_by, approved_by, audited_by = [await _person(world, tx, who) for who in each.people]
    at = each.last.decided_at
    people = {"asked_by": asked_by, "approved_by": approved_by, "audited_by": audited_by}
    return {"at": None if at is None else shown_at(at), "reason": each.reason, "digest": each.digest, **people}


def _dissent(made: Sources) -> dict[str, Any]:
    """Where people disagreed: values that the panel agreed against the rule, and decisions that were returned."""
    changed = [dict(entry.data) for entry in made.entries if entry.kind is Kind.CONSENSUS_CHANGED]
    names = ("lot", "offer", "criterion", "from", "to", "reason")
    returned = [entry for entry in made.entries if entry.kind is Kind.DECISION_RETURNED]
    return {
        "changes": in_lot_order([{name: one.get(name) for name in names} for one in changed], made.numbers),
        "returned": [{"at": shown_at(entry.at), "reason": entry.data.get("reason", "")} for entry in returned],
    }


async def _conflicts(tx: AsyncConnection, tender: Tender) -> dict[str, int]:
    """How many; who they are and what they said is not for every reader (VISIBILITY.md d10)."""
    members = await panel_store.list_members(tx, tender.id)
    recused = sum(each.has_conflict for each in members)
    declared = sum(each.has_declared for each in members)
    return {"members": len(members), "none": declared - recused, "recused": recused, "silent": len(members) - declared}


async def _unsealing(world: World, tx: AsyncConnection, made: Sources) -> dict[str, Any]:
    opened = await store.list_unsealings(tx, made.tender.id)
    names = await supplier_store.load_names(tx, sorted({each.supplier_id for each in opened}))
    # Names that were seen before the decision was reopened stay on the list.
    last = max(opened, key=lambda each: each.number, default=None)
    proposal = None if last is None else await approval_store.load_proposal(tx, last.proposal_id)
    decision, rows = made.sheet.decision, []
    for each in sorted(opened, key=lambda one: (made.numbers[one.lot_id], one.label)):
        name = names[each.supplier_id]
        awarded = {} if decision is None else decision.awarded_of(each.lot_id)
        rows.append(
            {
                "lot": made.numbers[each.lot_id],
                "label": each.label,
                "name_zh": name.name_zh,
                "name_en": name.name_en,
                "preferred": each.label in awarded,
            }
        )
    return {
        "at": None if last is None else shown_at(last.at),
        "asked_by": None if proposal is None else await _person(world, tx, proposal.proposed_by),
        "approved_by": None if proposal is None else await _person(world, tx, proposal.decided_by),
        "names": rows,
    }


async def _restricted(tx: AsyncConnection, made: Sources) -> dict[str, Any]:
    """What evaluators do not get: baselines, budgets, savings, invited and refused counts (d04, d15, d58 to d60)."""
    decision = made.sheet.decision
    prices = {each.lot.id: price_in(decision, each) for each in made.sheet.lots}
    measures = await load_measures(tx, made.tender, [each.lot for each in made.sheet.lots], prices)
    refused = sum([await counting_store.count_refused(tx, each.lot.id) for each in made.sheet.lots])
    return {
        "invited": len(await list_invited(tx, made.tender.id)),
        "refused": refused if made.stage is Stage.UNSEALED else None,
        **savings_data(measures, minor_units(made.tender.currency)),
    }
