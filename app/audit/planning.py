"""What goes into a bundle: which chains, how far each, and in which order (DESIGN.md section 4, VISIBILITY.md).

Every chain is given up to the entry before the first one that an auditor may not see yet, so that the beginning can
still be checked and nothing is told by gaps: a lot that runs keeps its bids, a tender that runs its suppliers' acts. A
chain of which nothing may be seen is left out. The manifest names such chains ``partial``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import store
from app.audit.evidence import Ciphertext, Evidence, list_evidence
from app.audit.sight import Sight
from app.audit.store import Export
from app.domain.bundling import ChainScope, tender_file
from app.domain.checkpointing import Head, Statement
from app.domain.entries import canonical_bytes, to_milliseconds
from app.domain.kinds import Kind
from app.infra.world import World
from app.journal import checkpoint_store
from app.tenders import store as tender_store


@dataclass(frozen=True, slots=True)
class Plan:
    """A bundle about to be written."""

    chains: Sequence[ChainScope]
    # File name to content: the published documents in force.
    documents: dict[str, bytes]
    last_checkpoint: int
    # The oldest entry of the bundle: checkpoints from the one before it on belong to it.
    since_ms: int
    # Envelopes that were opened, to be streamed into it.
    ciphertexts: Sequence[Ciphertext] = ()
    # When it was taken: what a witness knows from before then must be in it.
    as_of_ms: int = 0

    @property
    def total(self) -> int:
        """How many entries it will hold."""
        return sum(scope.seq for scope in self.chains)


async def plan_bundle(world: World, tx: AsyncConnection, job: Export, signed: Statement | None) -> Plan:
    """The plan of an export; ``signed`` is the checkpoint just taken, None where the signer refused."""
    sight = Sight(world, tx)
    heads = {head.chain: head for head in await _bound(tx, signed)}
    scopes: list[ChainScope] = []
    documents: dict[str, bytes] = {}
    ciphertexts: list[Ciphertext] = []
    since_ms: int | None = None
    for chain in await _order(tx, job, heads):
        scope = await _scope_of(tx, sight, heads[chain])
        if scope is None:
            continue
        scopes.append(scope)
        documents |= await _document(tx, scope)
        found = await _evidence(world, tx, sight, scope)
        documents |= found.documents
        ciphertexts += found.ciphertexts
        first = to_milliseconds((await store.load_entry(tx, chain=chain, seq=1)).at)
        since_ms = first if since_ms is None else min(since_ms, first)
    last = await checkpoint_store.find_last(tx)
    as_of_ms = to_milliseconds(world.clock.now()) if signed is None else signed.at_ms
    return Plan(scopes, documents, 0 if last is None else last.n, since_ms or 0, ciphertexts, as_of_ms)


async def _bound(tx: AsyncConnection, signed: Statement | None) -> list[Head]:
    """How far chains may go: what the last checkpoint covers, so that every entry of the bundle is under a signature.

    Where the signer refused, all there is: the auditor needs it then more than ever, and the verifier will say why.
    """
    return await checkpoint_store.list_heads(tx) if signed is None else await checkpoint_store.list_covered(tx)


async def _order(tx: AsyncConnection, job: Export, known: Iterable[str]) -> list[str]:
    """The chains in the bundle's order: the tender's before its lots', so that they can be replayed in one pass."""
    if not job.scope.get("all"):
        ordered = []
        for tender in job.tender_ids:
            lots = await tender_store.list_lots(tx, tender)
            ordered += [f"tender:{tender}", *(f"lot:{lot.id}" for lot in lots)]
        return [chain for chain in ordered if chain in set(known)]
    lots_of: dict[str, list[str]] = {}
    for chain, tender in await store.list_lot_chains(tx):
        lots_of.setdefault(tender, []).append(chain)
    ordered = sorted(chain for chain in known if not chain.startswith(("tender:", "lot:")))
    for chain in sorted(chain for chain in known if chain.startswith("tender:")):
        ordered += [chain, *sorted(lots_of.get(chain.removeprefix("tender:"), ()))]
    return [chain for chain in ordered if chain in set(known)]


async def _scope_of(tx: AsyncConnection, sight: Sight, head: Head) -> ChainScope | None:
    """How much of a chain may be given, or None for nothing of it."""
    invited = await sight.find_invited(head.chain)
    # Cut whether or not anybody has handed in: the cut tells nothing.
    upto = head.seq if invited is None else min(head.seq, invited.seq)
    for first in await store.list_firsts(tx, chain=head.chain, upto=upto):
        if await sight.see(first) is None:
            if first.seq == 1:
                return None
            last = await store.load_entry(tx, chain=head.chain, seq=first.seq - 1)
            return ChainScope(head.chain, last.seq, last.hash, is_partial=True)
    if invited is not None and invited.seq <= head.seq:
        return ChainScope(head.chain, invited.seq, invited.hash, is_partial=True)
    return ChainScope(head.chain, head.seq, head.hash, is_partial=False)


async def _evidence(world: World, tx: AsyncConnection, sight: Sight, scope: ChainScope) -> Evidence:
    """The side files of a tender, of the openings that its chain tells as far as it goes into the bundle."""
    if not scope.chain.startswith("tender:"):
        return Evidence({}, ())
    kinds = (Kind.ENVELOPES_OPENED, Kind.RESERVE_OPENED)
    told = await store.list_in_chain(tx, chain=scope.chain, upto=scope.seq, kinds=kinds)
    openings = [entry.data for entry in told if entry.kind is Kind.ENVELOPES_OPENED]
    places = {(str(data["lot"]), str(data["envelope"])) for data in openings}
    reserves = {str(entry.lot) for entry in told if entry.kind is Kind.RESERVE_OPENED}
    return await list_evidence(world, tx, sight, scope.chain.removeprefix("tender:"), places, reserves)


async def _document(tx: AsyncConnection, scope: ChainScope) -> dict[str, bytes]:
    if not scope.chain.startswith("tender:"):
        return {}
    kinds = (Kind.TENDER_PUBLISHED, Kind.TENDER_AMENDED)
    told = await store.list_in_chain(tx, chain=scope.chain, upto=scope.seq, kinds=kinds)
    documents = [entry.data["document"] for entry in told if "document" in entry.data]
    return {tender_file(scope.chain.removeprefix("tender:")): canonical_bytes(documents[-1])} if documents else {}
