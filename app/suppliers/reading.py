"""What a dossier is made of, read in one snapshot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.approvals.store import Proposal, find_latest
from app.domain.approving import ProposalKind
from app.domain.certification import Aspect, StandingState, overall_state
from app.domain.registering import Contact
from app.infra.world import World
from app.suppliers import dossier_store, store
from app.suppliers.contacts import unseal_contact
from app.suppliers.dossier_store import Certification, Evidence, Suspension
from app.suppliers.listing import Page, Wanted, list_suppliers

KINDS = (ProposalKind.CERTIFY, ProposalKind.SUSPEND, ProposalKind.REINSTATE)


@dataclass(frozen=True, slots=True)
class Dossier:
    """The certification dossier without contact data (VISIBILITY.md d05), and what waits for a second person."""

    supplier: store.Supplier
    standing: StandingState
    certified_categories: tuple[str, ...]
    current: Certification | None
    certifications: list[Certification]
    evidence: list[Evidence]
    suspensions: list[Suspension]
    pending: list[Proposal]
    read_at: datetime

    @property
    def missing_evidence(self) -> list[Aspect]:
        """Aspects without a file that is still valid."""
        valid = {one.aspect for one in self.evidence if one.valid_until is None or one.valid_until > self.read_at}
        return [aspect for aspect in Aspect if aspect.value not in valid]

    def state_of(self, row: Certification) -> str:
        """Void is a certification whose proposal no longer waits: it expired, or its ground changed before approval."""
        waits = row.proposal_id in {proposal.id for proposal in self.pending}
        return "void" if row.state == "proposed" and not waits else row.state


async def read_dossier(world: World, supplier_id: str) -> Dossier:
    """A supplier's dossier as of now; the one 404 where absent."""
    at = world.clock.now()
    async with world.db.snapshot() as tx:
        held = await store.load_supplier(tx, supplier_id)
        record = await store.load_record(tx, supplier_id)
        certifications = await dossier_store.list_certifications(tx, supplier_id)
        proposals = [await find_latest(tx, kind=kind, subject_id=supplier_id) for kind in KINDS]
        return Dossier(
            supplier=held,
            standing=overall_state(record, at),
            certified_categories=tuple(code for code in held.categories if code in record.categories),
            current=next((row for row in certifications if row.id == held.certification_id), None),
            certifications=certifications,
            evidence=await dossier_store.list_evidence(tx, supplier_id),
            suspensions=await dossier_store.list_suspensions(tx, supplier_id),
            pending=[one for one in proposals if one is not None and one.pending.waits(at)],
            read_at=at,
        )


async def read_list(world: World, wanted: Wanted) -> Page:
    """A page of the list as of now."""
    life = timedelta(hours=world.settings.approval_hours)
    async with world.db.snapshot() as tx:
        return await list_suppliers(tx, wanted, at=world.clock.now(), proposal_life=life)


def own_contact(world: World, held: store.Supplier) -> Contact:
    """The contact data of a supplier, for its own representative (VISIBILITY.md d06: SUP own)."""
    return unseal_contact(world, held.id, held.contact_sealed)
