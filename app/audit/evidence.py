"""What a bundle holds besides the journal: opening records, opened reserve prices, alias maps, opened ciphertexts.

Each goes in by the same visibility function as everything else: secrets and records from the technical opening on
(d32, d26), prices and the join of tags and aliases when the lot's prices may be known (d28, d20). Ciphertexts of
envelopes that were never opened stay where they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.sight import AUDITOR, Sight
from app.domain.entries import canonical_bytes
from app.domain.reopening import alias_file, opening_file, opening_table_file, package_file
from app.domain.reserve_pricing import reserve_file
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.record_table import record_table
from app.domain.visibility import Datum, Phase, may_see
from app.evaluation import panel_store
from app.infra.world import World
from app.sealed_rounds import disk, opening_store
from app.sealed_rounds import store as sealed_store
from app.tenders.reserving import list_opened

_DATA = {
    EnvelopeKind.TECH: (Datum.OPENING_SECRETS, Datum.TECHNICAL_CONTENT),
    EnvelopeKind.PRICE: (Datum.OPENING_SECRETS, Datum.OPENED_PRICES),
}


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """An envelope that was opened; its bytes are read when it is their turn."""

    lot: str
    package: str
    envelope: EnvelopeKind
    ct_sha256: str

    @property
    def file(self) -> str:
        """Its name in the bundle."""
        return package_file(self.ct_sha256)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The side files of one tender: those that are small, and those to be streamed."""

    documents: Mapping[str, bytes]
    ciphertexts: Sequence[Ciphertext]


async def list_evidence(
    world: World, tx: AsyncConnection, sight: Sight, tender: str, told: set[tuple[str, str]], reserves: set[str]
) -> Evidence:
    """The side files of a tender that an auditor may have now; ``told``: (lot, envelope) of the openings in the
    bundle, ``reserves``: the lots whose reserve prices it says were opened."""
    held = await sealed_store.find_round_of(tx, tender)
    documents = await _reserves(world, tx, sight, tender, reserves)
    ciphertexts: list[Ciphertext] = []
    for opening in [] if held is None else await opening_store.list_openings(tx, held.round_id):
        envelope = EnvelopeKind(opening.envelope)
        phases = await _phases(sight, tender, opening.lot_id)
        if (opening.lot_id, envelope.value) not in told or not all(
            may_see(AUDITOR, phases, datum) for datum in _DATA[envelope]
        ):
            continue
        document = opening_store.open_document(world, opening)
        documents[opening_file(opening.lot_id, envelope)] = canonical_bytes(document)
        documents[opening_table_file(opening.lot_id, envelope)] = record_table(document)
        ciphertexts += _opened(opening.lot_id, envelope, document)
        aliases = await panel_store.load_alias_set(world, tx, opening.lot_id)
        if aliases is not None and may_see(AUDITOR, phases, Datum.ALIAS_JOIN):
            members = {"salt": aliases.salt, "map": dict(aliases.tags)}
            documents[alias_file(opening.lot_id)] = canonical_bytes(members)
    return Evidence(documents, ciphertexts)


async def _reserves(world: World, tx: AsyncConnection, sight: Sight, tender: str, told: set[str]) -> dict[str, bytes]:
    """The figures behind the commitments of the published document (d03)."""
    documents = {}
    for lot, reserve in (await list_opened(world, tx, tender)).items() if told else ():
        if lot in told and may_see(AUDITOR, await _phases(sight, tender, lot), Datum.RESERVE_PRICE):
            documents[reserve_file(lot)] = reserve.encode()
    return documents


async def _phases(sight: Sight, tender: str, lot: str) -> tuple[Phase, ...]:
    """A lot that has closed is in phase P for its own prices (`domain/viewing.py`)."""
    phases = await sight.phases(tender)
    return (*phases, Phase.PRICES) if await sight.is_closed(lot) else phases


def _opened(lot: str, envelope: EnvelopeKind, document: Mapping[str, Any]) -> list[Ciphertext]:
    rows = (row for row in document["results"] if row["secret"] is not None)
    return [Ciphertext(lot, row["package"], envelope, row["ct_sha256"]) for row in rows]


async def read_ciphertext(world: World, one: Ciphertext) -> bytes | None:
    """The stored bytes of an opened envelope; None where they are gone, which the verifier will say."""
    async with world.db.snapshot() as tx:
        stored = await sealed_store.find_by_digest(tx, one.lot, one.package)
        if stored is None:
            return None
        if one.envelope is EnvelopeKind.PRICE:
            return await sealed_store.load_price_ct(tx, stored)
    return None if stored.upload_id is None else await disk.read(world, stored.upload_id)
