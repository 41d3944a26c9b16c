"""Second factors and challenges as rows. Decides nothing, never commits."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.identity.tables import challenge, second_factor
from app.infra.world import World

# A factor among the others: a list of codes, each good once.
RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor of an account, or its recovery codes; what it proves by, lies sealed."""

    id: str
    account_id: str
    # `totp`, `passkey`, or RECOVERY.
    kind: str
    is_confirmed: bool
    name: str
    # Hours, as everything about accounts (VISIBILITY.md section 2); sealed all the same.
    made_at: str
    # The secret of the codes, or the passkey's public key; base32 or hex.
    secret: str = ""
    # The last half minute whose code was taken.
    last_step: int | None = None
    credential_id: str = ""
    sign_count: int = 0
    # Keyed hashes of the recovery codes that are left.
    codes: tuple[str, ...] = ()


_COLUMNS = ("id", "account_id", "kind", "is_confirmed")


def _sealed(world: World, one: Factor) -> bytes:
    kept = {name: value for name, value in asdict(one).items() if name not in _COLUMNS}
    return world.keys.seal("vault", json.dumps(kept, ensure_ascii=False).encode(), f"factor|{one.id}".encode())


def _factor(world: World, row: Any) -> Factor:
    kept = json.loads(world.keys.unseal("vault", row.factor_sealed, f"factor|{row.id}".encode()))
    kept["codes"] = tuple(kept["codes"])
    return Factor(**{name: getattr(row, name) for name in _COLUMNS}, **kept)


async def insert_factor(world: World, tx: AsyncConnection, new: Factor) -> None:
    """Store a factor."""
    plain = {name: getattr(new, name) for name in _COLUMNS}
    await tx.execute(insert(second_factor).values(**plain, factor_sealed=_sealed(world, new)))


async def set_factor(world: World, tx: AsyncConnection, changed: Factor) -> None:
    """Store a factor anew. Precondition: it was read by ``lock_factors``."""
    values = {"is_confirmed": changed.is_confirmed, "factor_sealed": _sealed(world, changed)}
    await tx.execute(update(second_factor).where(second_factor.c.id == changed.id).values(**values))


async def delete_factor(tx: AsyncConnection, factor_id: str) -> None:
    """Forget a factor."""
    await tx.execute(delete(second_factor).where(second_factor.c.id == factor_id))


async def list_factors(world: World, tx: AsyncConnection, account_id: str) -> list[Factor]:
    """Everything that proves an account, also what is not confirmed yet."""
    query = select(second_factor).where(second_factor.c.account_id == account_id).order_by(second_factor.c.id)
    return [_factor(world, row) for row in await tx.execute(query)]


async def lock_factors(world: World, tx: AsyncConnection, account_id: str) -> list[Factor]:
    """As ``list_factors``, the rows locked: of two that use one code at once, one comes too late."""
    query = select(second_factor).where(second_factor.c.account_id == account_id).order_by(second_factor.c.id)
    return [_factor(world, row) for row in await tx.execute(query.with_for_update())]


async def list_kinds(tx: AsyncConnection, account_id: str) -> set[str]:
    """The kinds of confirmed factors of an account; RECOVERY among them where codes are left."""
    mine = (second_factor.c.account_id == account_id, second_factor.c.is_confirmed.is_(True))
    return {row.kind for row in await tx.execute(select(second_factor.c.kind).where(*mine))}


async def list_accounts_with(tx: AsyncConnection) -> set[str]:
    """The accounts that have a confirmed factor."""
    query = select(second_factor.c.account_id).where(
        second_factor.c.is_confirmed.is_(True), second_factor.c.kind != RECOVERY
    )
    return {row.account_id for row in await tx.execute(query)}


async def put_challenge(world: World, tx: AsyncConnection, *, key: str, kept: str, expires_at: datetime) -> None:
    """Keep what somebody has to answer, in the place of an older one; what nobody answered is swept out."""
    await tx.execute(delete(challenge).where((challenge.c.key == key) | (challenge.c.expires_at < world.clock.now())))
    sealed = world.keys.seal("vault", kept.encode(), f"challenge|{key}".encode())
    await tx.execute(insert(challenge).values(key=key, challenge_sealed=sealed, expires_at=expires_at))


async def take_challenge(world: World, tx: AsyncConnection, *, key: str) -> str | None:
    """Use up a challenge: what was kept, or None if it was taken, has expired or never was."""
    row = (await tx.execute(delete(challenge).where(challenge.c.key == key).returning(challenge))).first()
    if row is None or row.expires_at < world.clock.now():
        return None
    return world.keys.unseal("vault", row.challenge_sealed, f"challenge|{key}".encode()).decode()
