"""Relations that people of the buyer's side have declared, as rows. Decides nothing, never commits."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.identity.tables import relation
from app.infra.world import World


@dataclass(frozen=True, slots=True)
class Relation:
    """Who stands near which supplier; the supplier goes by its credit code, registered here or not."""

    id: str
    account_id: str
    credit_code: str
    kind: str
    note: str
    declared_at: datetime


def party_key(world: World, credit_code: str) -> str:
    """What is kept of a supplier somebody is related to: a reader of the database learns no firm of it."""
    return world.keys.lookup("party|" + credit_code.strip().upper())


def _relation(world: World, row: Any) -> Relation:
    kept = json.loads(world.keys.unseal("vault", row.relation_sealed, f"relation|{row.id}".encode()))
    return Relation(row.id, row.account_id, kept["credit_code"], kept["kind"], kept["note"], row.declared_at)


async def insert_relation(world: World, tx: AsyncConnection, new: Relation) -> None:
    """Store a relation."""
    kept = json.dumps({"credit_code": new.credit_code, "kind": new.kind, "note": new.note}, ensure_ascii=False)
    await tx.execute(
        insert(relation).values(
            id=new.id,
            account_id=new.account_id,
            party_key=party_key(world, new.credit_code),
            relation_sealed=world.keys.seal("vault", kept.encode(), f"relation|{new.id}".encode()),
            declared_at=new.declared_at,
        )
    )


async def list_relations(world: World, tx: AsyncConnection, account_id: str) -> list[Relation]:
    """The relations of an account that have not ended, newest first."""
    own = (relation.c.account_id == account_id, relation.c.ended_at.is_(None))
    rows = await tx.execute(select(relation).where(*own).order_by(relation.c.declared_at.desc(), relation.c.id))
    return [_relation(world, row) for row in rows]


async def end_relation(tx: AsyncConnection, relation_id: str, at: datetime) -> None:
    """Note that a relation is no more; its row stays."""
    await tx.execute(update(relation).where(relation.c.id == relation_id).values(ended_at=at))


async def list_party_keys(tx: AsyncConnection, account_ids: Collection[str]) -> dict[str, set[str]]:
    """By account, the parties each of these people is related to."""
    found: dict[str, set[str]] = {each: set() for each in account_ids}
    query = select(relation.c.account_id, relation.c.party_key).where(
        relation.c.account_id.in_(account_ids), relation.c.ended_at.is_(None)
    )
    for row in await tx.execute(query):
        found[row.account_id].add(row.party_key)
    return found
