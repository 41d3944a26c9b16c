"""Negotiations, contracts and signatures as rows. Decides nothing, never commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import signature_store, store
from app.award.contract_tables import contract, contract_signature, negotiation, negotiation_turn, signature_request
from app.award.signature_store import SignatureRequest, StoredEnding
from app.domain.contracting import SIGNED, ContractState
from app.domain.negotiating import NewTurn, Side, TalkState, Turn, TurnAct, agreed_issues, state_of
from app.domain.payment_terms import Issues, issues_from_json
from app.domain.signature_requests import RequestState
from app.infra.errors import not_found


@dataclass(frozen=True, slots=True)
class Negotiation:
    """The talks with one supplier, turn by turn."""

    id: str
    tender_id: str
    supplier_id: str
    rate: Decimal
    limits: Issues | None
    opened_at: datetime
    turns: tuple[Turn, ...]

    @property
    def state(self) -> TalkState:
        """What it waits for."""
        return state_of(self.turns)

    @property
    def agreed(self) -> Issues | None:
        """What both sides have confirmed."""
        return agreed_issues(self.turns)


@dataclass(frozen=True, slots=True)
class Signature:
    """A side's signature."""

    side: Side
    digest: str
    signatory: str
    title: str
    method: str
    account_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Contract:
    """The last version of a contract with its signatures."""

    id: str
    tender_id: str
    supplier_id: str
    number: int
    version: int
    state: ContractState
    document: Mapping[str, Any]
    digest: str
    ends_at: datetime
    drafted_by: str
    drafted_at: datetime
    proposal_id: str | None
    return_reason: str | None
    wanted_at: datetime | None = None
    signatures: tuple[Signature, ...] = ()
    # The last of each side.
    requests: tuple[SignatureRequest, ...] = ()
    ending: StoredEnding | None = None

    @property
    def signed(self) -> list[Side]:
        """Who has signed."""
        return [each.side for each in self.signatures]

    @property
    def asked(self) -> list[Side]:
        """Whose signature a provider has in hand."""
        return [each.side for each in self.requests if each.state is RequestState.OPEN]

    @property
    def ends_on(self) -> date | None:
        """The last day in force, where it ends before its time."""
        return None if self.ending is None else self.ending.ending.ends_on


# What stands in tables of its own.
_BESIDE = ("signatures", "requests", "ending")


async def insert_negotiation(tx: AsyncConnection, **values: Any) -> None:
    """Store newly opened talks."""
    await tx.execute(insert(negotiation).values(values))


async def set_limits(tx: AsyncConnection, negotiation_id: str, limits: Issues, *, by: str, at: datetime) -> None:
    """Write the mandate."""
    values = {"limits": limits.to_json(), "limited_by": by, "limited_at": at}
    await tx.execute(update(negotiation).where(negotiation.c.id == negotiation_id).values(values))


async def insert_turn(
    tx: AsyncConnection, turn_id: str, new: NewTurn, *, negotiation_id: str, at: datetime, by: str | None
) -> None:
    """Store a turn as the next."""
    values: dict[str, Any] = {"id": turn_id, "negotiation_id": negotiation_id, "number": new.answers + 1, "at": at}
    values |= {"act": new.act.value, "side": new.side.value, "text": new.text.strip(), "by": by}
    values["issues"] = None if new.issues is None else new.issues.to_json()
    await tx.execute(insert(negotiation_turn).values(values))


async def find_tender(tx: AsyncConnection, of_id: str) -> str:
    """The tender of a negotiation or a contract; the one 404 where there is none."""
    for table in (negotiation, contract):
        found = await tx.scalar(select(table.c.tender_id).where(table.c.id == of_id))
        if found is not None:
            return str(found)
    raise not_found()


async def list_negotiations(tx: AsyncConnection, tender_id: str) -> dict[str, Negotiation]:
    """{supplier: the talks about the award that stands or comes next}."""
    number = await store.next_award(tx, tender_id)
    is_current = (negotiation.c.tender_id == tender_id, negotiation.c.number == number)
    rows = list(await tx.execute(select(negotiation).where(*is_current)))
    turns: dict[str, list[Turn]] = {row.id: [] for row in rows}
    said = select(negotiation_turn).where(negotiation_turn.c.negotiation_id.in_(turns))
    for row in await tx.execute(said.order_by(negotiation_turn.c.number)):
        issues = None if row.issues is None else issues_from_json(row.issues)
        turns[row.negotiation_id].append(Turn(row.number, TurnAct(row.act), Side(row.side), issues, row.text, row.at))
    return {
        row.supplier_id: Negotiation(
            row.id,
            tender_id,
            row.supplier_id,
            row.rate,
            None if row.limits is None else issues_from_json(row.limits),
            row.opened_at,
            tuple(turns[row.id]),
        )
        for row in rows
    }


async def insert_contract(tx: AsyncConnection, new: Contract) -> None:
    """Store a version of a contract."""
    values = {name: getattr(new, name) for name in Contract.__slots__ if name not in _BESIDE}
    await tx.execute(insert(contract).values({**values, "state": new.state.value, "document": dict(new.document)}))


async def set_contract(tx: AsyncConnection, contract_id: str, **values: Any) -> None:
    """Write state, proposal and reason."""
    await tx.execute(update(contract).where(contract.c.id == contract_id).values(**values))


async def insert_signature(tx: AsyncConnection, signature_id: str, contract_id: str, new: Signature) -> None:
    """Store a side's signature."""
    values: dict[str, Any] = {name: getattr(new, name) for name in Signature.__slots__}
    values |= {"id": signature_id, "contract_id": contract_id, "side": new.side.value}
    await tx.execute(insert(contract_signature).values(values))


async def list_contracts(tx: AsyncConnection, tender_id: str) -> dict[str, Contract]:
    """{supplier: the last version of its contract}, for the award that stands or comes next."""
    number = await store.next_award(tx, tender_id)
    is_current = (contract.c.tender_id == tender_id, contract.c.number == number)
    rows = {
        row.supplier_id: row
        for row in await tx.execute(select(contract).where(*is_current).order_by(contract.c.version))
    }
    signatures: dict[str, list[Signature]] = {row.id: [] for row in rows.values()}
    signed = select(contract_signature).where(contract_signature.c.contract_id.in_(signatures))
    for row in await tx.execute(signed.order_by(contract_signature.c.at)):
        known = {name: getattr(row, name) for name in Signature.__slots__}
        signatures[row.contract_id].append(Signature(**{**known, "side": Side(row.side)}))
    requests = await signature_store.list_requests(tx, list(signatures))
    endings = await signature_store.list_endings(tx, list(signatures))
    return {
        supplier_id: _contract(
            row, signatures=tuple(signatures[row.id]), requests=tuple(requests[row.id]), ending=endings.get(row.id)
        )
        for supplier_id, row in rows.items()
    }


def _contract(row: Any, **beside: Any) -> Contract:
    values = {name: getattr(row, name) for name in Contract.__slots__ if name not in _BESIDE}
    return Contract(**{**values, "state": ContractState(row.state)}, **beside)


async def count_signatures(tx: AsyncConnection, tender_id: str) -> int:
    """How many signatures were given, or are in a provider's hands, under any version of the contracts of the award
    that stands; one under a contract that was cancelled later stays one."""
    number = await store.next_award(tx, tender_id)
    of = select(contract.c.id).where(contract.c.tender_id == tender_id, contract.c.number == number)
    given = select(func.count()).where(contract_signature.c.contract_id.in_(of))
    is_open = signature_request.c.state == RequestState.OPEN.value
    asked = select(func.count()).where(signature_request.c.contract_id.in_(of), is_open)
    return int(await tx.scalar(given) or 0) + int(await tx.scalar(asked) or 0)


async def list_unsigned(tx: AsyncConnection, at: datetime) -> list[tuple[str, str]]:
    """(tender, contract) of those that may be signed from now on, where nobody was told yet."""
    is_due = (contract.c.state == ContractState.PENDING.value, contract.c.ends_at <= at, contract.c.wanted_at.is_(None))
    query = select(contract.c.tender_id, contract.c.id).where(*is_due).order_by(contract.c.ends_at, contract.c.id)
    return [(row.tender_id, row.id) for row in await tx.execute(query)]


async def list_tenders_in_hand(tx: AsyncConnection) -> list[str]:
    """The tenders with talks or contracts."""
    query = select(negotiation.c.tender_id).union(select(contract.c.tender_id))
    return sorted([row.tender_id for row in await tx.execute(query)])


async def load_contract(tx: AsyncConnection, tender_id: str, supplier_id: str) -> Contract | None:
    """The last version of a supplier's contract of the award that stands; None where none was drafted."""
    return (await list_contracts(tx, tender_id)).get(supplier_id)


async def list_settled(tx: AsyncConnection) -> set[tuple[str, str, int]]:
    """(tender, supplier, number of the award) whose last contract both have signed, or that was ended: nobody has
    anything to do there."""
    query = select(contract.c.tender_id, contract.c.supplier_id, contract.c.number, contract.c.state)
    rows = await tx.execute(query.order_by(contract.c.version))
    last = {(row.tender_id, row.supplier_id, row.number): ContractState(row.state) for row in rows}
    return {one for one, state in last.items() if state in SIGNED or state is ContractState.CANCELLED}
