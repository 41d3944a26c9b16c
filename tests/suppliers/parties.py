"""What the tests of this room need again and again: people, suppliers with valid codes, approvals, entries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.approvals.service import Effects, decide_proposal
from app.approvals.store import Proposal
from app.domain.approving import Verdict
from app.domain.certification import Marks
from app.domain.credit_code import check_character
from app.domain.entries import Entry, is_link
from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.registering import Contact, TypedApplication
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.world import World
from app.journal.store import list_entries
from app.suppliers import certifying, service
from app.suppliers.certifying import Certify
from app.suppliers.dossier_store import Certification
from app.suppliers.effects import EFFECTS, REFUSED_EFFECTS
from tests.worlds import make_actor

ALL_EFFECTS = Effects(EFFECTS, REFUSED_EFFECTS)


@dataclass(frozen=True, slots=True)
class Staff:
    """The two persons of the profile `lean`."""

    purchaser: Actor
    approver: Actor


async def hire(world: World) -> Staff:
    """A purchaser and an approver."""
    return Staff(
        purchaser=await make_actor(world, Role.PURCHASER, name="王采购"),
        approver=await make_actor(world, Role.APPROVER, name="李批"),
    )


def a_code(number: int) -> str:
    """A valid credit code, another for every number."""
    body = f"91370200{number:09d}"
    return body + check_character(body)


def an_application(number: int = 1, **changes: object) -> TypedApplication:
    """A typed application, another for every number."""
    values: dict[str, object] = {
        "name_zh": f"岚川压缩机{number}",
        "name_en": f"Lanchuan Compressor {number}",
        "credit_code": a_code(number),
        "city": "Shanghai",
        "categories": ["compressors"],
        "contact": Contact(name="赵代表", email=f"rep{number}@lanchuan.example", phone="021 5555 0100"),
    }
    return TypedApplication(**(values | changes))  # type: ignore[arg-type] # a test's own changes


async def register(world: World, staff: Staff, number: int = 1, **changes: object) -> str:
    """A registered supplier; its id."""
    made = await service.register_supplier(world, staff.purchaser, an_application(number, **changes), "zh")
    assert isinstance(made, str), made
    return made


def marks(quality: str = "94", delivery: str = "90", credit: str = "92") -> Marks:
    return Marks(Decimal(quality), Decimal(delivery), Decimal(credit))


async def propose(
    world: World, staff: Staff, supplier_id: str, *, given: Marks | None = None, until: datetime | None = None
) -> Certification:
    """A certification that waits for the approver."""
    command = Certify(marks=given or marks(), valid_until=until or world.clock.now() + timedelta(days=365))
    made = await certifying.propose_certification(world, staff.purchaser, supplier_id, command)
    assert isinstance(made, Certification), made
    return made


async def decide(
    world: World, actor: Actor, proposal_id: str | None, *, verdict: Verdict = Verdict.APPROVE
) -> Proposal | Refusal:
    """The approver's word."""
    assert proposal_id is not None
    return await decide_proposal(
        world, actor, proposal_id=proposal_id, verdict=verdict, reason="seen and checked", effects=ALL_EFFECTS
    )


async def certify(
    world: World, staff: Staff, supplier_id: str, *, given: Marks | None = None, until: datetime | None = None
) -> Certification:
    """An approved certification."""
    made = await propose(world, staff, supplier_id, given=given, until=until)
    decided = await decide(world, staff.approver, made.proposal_id)
    assert not isinstance(decided, Refusal), decided
    return made


async def entries_of(world: World, chain: str) -> list[Entry]:
    """All entries of a chain; its links are checked on the way."""
    async with world.db.snapshot() as tx:
        found = await list_entries(tx, chain=chain)
    for before, entry in zip([None, *found], found, strict=False):
        assert is_link(before, entry)
    return found


async def kinds_of(world: World, supplier_id: str) -> list[Kind]:
    """What the supplier's chain tells, in order."""
    return [entry.kind for entry in await entries_of(world, f"supplier:{supplier_id}")]
