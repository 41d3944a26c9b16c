"""What a provider was asked to have signed, and how contracts ended, as rows. Decides nothing, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.contract_tables import contract, contract_ending, signature_request
from app.domain.contracting import Ending, EndKind
from app.domain.negotiating import Side
from app.domain.signature_requests import RequestState


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """A signature that a provider was asked for."""

    id: str
    contract_id: str
    side: Side
    number: int
    digest: str
    signatory: str
    title: str
    account_id: str
    provider: str
    asked_at: datetime
    state: RequestState
    reference: str | None
    failures: int
    failure: str | None
    due_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredEnding:
    """How a contract ended, by which word, and when that was said."""

    ending: Ending
    proposal_id: str
    at: datetime


def _request(row: Any) -> SignatureRequest:
    values = {name: getattr(row, name) for name in SignatureRequest.__slots__}
    return SignatureRequest(**{**values, "side": Side(row.side), "state": RequestState(row.state)})


async def insert_request(tx: AsyncConnection, new: SignatureRequest) -> None:
    """Store a request that is to be sent."""
    values = {name: getattr(new, name) for name in SignatureRequest.__slots__}
    await tx.execute(insert(signature_request).values({**values, "side": new.side.value, "state": new.state.value}))


async def set_request(tx: AsyncConnection, request_id: str, **values: Any) -> None:
    """Write columns of a request."""
    await tx.execute(update(signature_request).where(signature_request.c.id == request_id).values(**values))


async def drop_requests(tx: AsyncConnection, contract_id: str, at: datetime) -> None:
    """The contract has ended: what is open is over here, and the provider is told so at once."""
    is_open = (
        signature_request.c.contract_id == contract_id,
        signature_request.c.state == RequestState.OPEN.value,
    )
    values = {"state": RequestState.DROPPED.value, "closed_at": at, "due_at": at, "failures": 0, "failure": None}
    await tx.execute(update(signature_request).where(*is_open).values(**values))


async def next_number(tx: AsyncConnection, contract_id: str, side: Side) -> int:
    """The number of a side's next request."""
    mine = (signature_request.c.contract_id == contract_id, signature_request.c.side == side.value)
    return int(await tx.scalar(select(func.count()).where(*mine)) or 0) + 1


async def find_request(tx: AsyncConnection, request_id: str) -> SignatureRequest | None:
    """A request by id."""
    row = (await tx.execute(select(signature_request).where(signature_request.c.id == request_id))).first()
    return None if row is None else _request(row)


async def list_due(tx: AsyncConnection, at: datetime, limit: int) -> list[SignatureRequest]:
    """The requests about which the provider is to be called, the longest due first."""
    query = select(signature_request).where(signature_request.c.due_at <= at)
    query = query.order_by(signature_request.c.due_at, signature_request.c.id).limit(limit)
    return [_request(row) for row in await tx.execute(query)]


async def hasten(tx: AsyncConnection, request_id: str, at: datetime) -> bool:
    """Call the provider about an open request at once; False where none is open."""
    is_open = (signature_request.c.id == request_id, signature_request.c.state == RequestState.OPEN.value)
    return (await tx.execute(update(signature_request).where(*is_open).values(due_at=at))).rowcount > 0


async def list_requests(tx: AsyncConnection, contract_ids: Sequence[str]) -> dict[str, list[SignatureRequest]]:
    """{contract: the last request of each side}."""
    query = select(signature_request).where(signature_request.c.contract_id.in_(contract_ids))
    last: dict[tuple[str, Side], SignatureRequest] = {}
    for row in await tx.execute(query.order_by(signature_request.c.number)):
        found = _request(row)
        last[found.contract_id, found.side] = found
    return {one: [each for (of, _), each in sorted(last.items()) if of == one] for one in contract_ids}


async def insert_ending(tx: AsyncConnection, contract_id: str, new: StoredEnding) -> None:
    """Store how a contract ended."""
    values: dict[str, Any] = {"contract_id": contract_id, "kind": new.ending.kind.value, "reason": new.ending.reason}
    values |= {"ends_on": new.ending.ends_on, "proposal_id": new.proposal_id, "at": new.at}
    await tx.execute(insert(contract_ending).values(**values))


async def list_endings(tx: AsyncConnection, contract_ids: Sequence[str]) -> dict[str, StoredEnding]:
    """{contract: how it ended}; without those that did not."""
    rows = await tx.execute(select(contract_ending).where(contract_ending.c.contract_id.in_(contract_ids)))
    return {
        row.contract_id: StoredEnding(Ending(EndKind(row.kind), row.reason, row.ends_on), row.proposal_id, row.at)
        for row in rows
    }


async def list_last_days(tx: AsyncConnection) -> dict[tuple[str, str], date]:
    """{(tender, supplier): the last day of the contract that was terminated}; a signature keeps its award, so there is
    one."""
    query = select(contract.c.tender_id, contract.c.supplier_id, contract_ending.c.ends_on)
    query = query.join(contract_ending, contract_ending.c.contract_id == contract.c.id)
    rows = await tx.execute(query.where(contract_ending.c.kind == EndKind.TERMINATE.value))
    return {(row.tender_id, row.supplier_id): row.ends_on for row in rows}
