"""Writing tenders as an OCDS release package: what an auditor may see now, and nothing of a tender before it is
published (VISIBILITY.md d01, d12, d21, d41, d44, d61, d62)."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.sheets import digest_file
from app.audit.sight import AUDITOR
from app.audit.store import Export
from app.award import contract_store, payment_store
from app.award import store as award_store
from app.award.reading import is_decided
from app.domain.contracting import SIGNED, ContractState, is_in_force
from app.domain.ocds import Amended, Awarded, Contracted, Contracting, Paid, Party, Publisher, ValidBid, encode, package
from app.domain.paying import RecordKind
from app.domain.questioning import rules_of
from app.domain.tendering import TenderState
from app.domain.visibility import Datum, may_see
from app.evaluation.sheet import load_sheets
from app.infra.days import today_of
from app.infra.world import World
from app.suppliers import store as supplier_store
from app.tenders import store as tender_store
from app.tenders.store import Tender

# The standard's word for a contract; one that is terminated holds up to its last day.
_STATUS: Final[Mapping[ContractState, Literal["active", "cancelled"]]] = {
    ContractState.ACTIVE: "active",
    ContractState.TERMINATED: "active",
    ContractState.CANCELLED: "cancelled",
}


class NothingPublishedError(Exception):
    """No tender of the export has been published: the standard has no empty package."""


async def write_releases(world: World, job: Export, unfinished: Path) -> tuple[int, str]:
    """Write the package; gives how many tenders it tells of, and its SHA-256. Raises NothingPublishedError."""
    async with world.db.snapshot() as tx:
        tenders = await tender_store.list_tenders(tx) if job.scope.get("all") else []
        tenders = tenders or await tender_store.list_by_ids(tx, job.tender_ids)
        published = [tender for tender in tenders if tender.frozen is not None and tender.published_at is not None]
        told = [await load_contracting(world, tx, one) for one in sorted(published, key=lambda one: one.reference)]
    if not told:
        raise NothingPublishedError
    settings = world.settings
    base = settings.public_url.rstrip("/")
    publisher = Publisher(settings.buyer_name, base, settings.ocid_prefix)
    made = package(publisher, told, uri=f"{base}/api/audit/exports/{job.id}/file", at=world.clock.now())
    await asyncio.to_thread(unfinished.write_bytes, encode(made))
    return len(told), await asyncio.to_thread(digest_file, unfinished)


async def load_contracting(world: World, tx: AsyncConnection, tender: Tender) -> Contracting:
    """What an auditor may tell of a published tender now: bids by label once ranked, names of the unsealed alone."""
    assert tender.frozen is not None
    assert tender.published_at is not None
    assert tender.response_due_at is not None
    visited = tender.visited
    parties = await _unsealed(tx, tender) if may_see(AUDITOR, visited, Datum.LINK_IN_SCOPE) else {}
    bids = await _bids(world, tx, tender, parties) if may_see(AUDITOR, visited, Datum.RANKING) else None
    awards = await _awards(tx, tender, parties) if may_see(AUDITOR, visited, Datum.RESULT_NOTICE) else []
    joined = await tender_store.list_accepted_tags(world, tx, tender.id)
    return Contracting(
        document=tender.frozen,
        published_at=tender.published_at,
        due_at=tender.response_due_at,
        questions_until=rules_of(tender.frozen).closes_at(tender.response_due_at),
        is_cancelled=tender.state is TenderState.CANCELLED,
        amended=[
            Amended(one.version, one.summary_zh, one.summary_en, one.made_at)
            for one in await tender_store.list_amendments(tx, tender.id)
        ],
        bidders=len(joined) if may_see(AUDITOR, visited, Datum.JOINED_COUNT) else None,
        bids=bids,
        awards=awards,
        contracts=await _contracts(tx, tender, awards, today_of(world))
        if may_see(AUDITOR, visited, Datum.NEGOTIATION)
        else (),
    )


async def _unsealed(tx: AsyncConnection, tender: Tender) -> dict[tuple[str, str], Party]:
    """{(lot, label): who}; nobody while a decision is open again."""
    if not is_decided(tender):
        return {}
    rows = await award_store.list_unsealings(tx, tender.id)
    names = await supplier_store.load_names(tx, sorted({row.supplier_id for row in rows}))
    return {
        (row.lot_id, row.label): Party(row.supplier_id, names[row.supplier_id].name_zh, names[row.supplier_id].name_en)
        for row in rows
    }


async def _bids(
    world: World, tx: AsyncConnection, tender: Tender, parties: dict[tuple[str, str], Party]
) -> list[ValidBid]:
    return [
        ValidBid(sheet.lot.id, row.label, row.amount, parties.get((sheet.lot.id, row.label)))
        for sheet in await load_sheets(world, tx, tender)
        for row in sheet.ranking.official.rows
    ]


async def _awards(tx: AsyncConnection, tender: Tender, parties: dict[tuple[str, str], Party]) -> list[Awarded]:
    """The awards that stand, each to somebody who is unsealed."""
    by_supplier = {(lot, party.id): (label, party) for (lot, label), party in parties.items()}
    return [
        Awarded(each.id, each.lot_id, *by_supplier[each.lot_id, each.supplier_id], each.amount, each.share, each.at)
        for each in await award_store.list_awards(tx, [tender.id])
        if (each.lot_id, each.supplier_id) in by_supplier
    ]


async def _contracts(tx: AsyncConnection, tender: Tender, awards: list[Awarded], today: date) -> list[Contracted]:
    """The contracts that both sides have signed or that were cancelled, of the awards that are told; with what was
    paid, once it may be."""
    may_tell_payments = may_see(AUDITOR, tender.visited, Datum.DELIVERIES)
    milestones = await payment_store.list_milestones(tx, tender_ids=[tender.id]) if may_tell_payments else []
    found = []
    numbers = {lot.id: lot.number for lot in await tender_store.list_lots(tx, tender.id)}
    for supplier_id, one in sorted((await contract_store.list_contracts(tx, tender.id)).items()):
        # The contract's own prices: a final offer may be below the award.
        told = {each["number"]: Decimal(each["amount"]) for each in one.document["lots"]}
        mine = [replace(each, price=told[numbers[each.lot_id]]) for each in awards if each.to.id == supplier_id]
        if one.state not in _STATUS or not mine:
            continue
        is_over = one.state is ContractState.TERMINATED and not is_in_force(one.state, one.ends_on, today)
        status: Literal["active", "terminated", "cancelled"] = "terminated" if is_over else _STATUS[one.state]
        signed_at = max(each.at for each in one.signatures) if one.state in SIGNED else None
        paid = [
            Paid(record.id, record.document.dated_on, record.document.amount)
            for milestone in milestones
            if milestone.supplier_id == supplier_id
            for record in milestone.records
            if record.document.kind is RecordKind.PAYMENT
        ]
        found.append(Contracted(one.id, mine, signed_at, paid, status, one.ends_on))
    return found
