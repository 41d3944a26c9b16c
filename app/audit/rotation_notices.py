"""Telling the auditors that the journal's key was ended and another began (attacks.md G09)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.fingerprints import fingerprint, spoken
from app.domain.noticing import NoticeKind
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.infra.world import World
from app.journal.rotation_entries import CHAIN, list_rotations
from app.journal.store import lock_head
from app.notices.store import insert_notices, list_params


async def tell_rotations(world: World) -> int:
    """Put a notice into every auditor's box for each rotation that none was told of yet; how many there were."""
    async with world.db.snapshot() as tx:
        if not await _untold(tx):
            return 0
    async with world.db.transaction() as tx:
        # The fence: two replicas look one after the other.
        await tx.run_sync(lock_head, CHAIN)
        auditors = [one.id for one in await identity_store.list_staff_accounts(world, tx, Role.AUDITOR)]
        untold = await _untold(tx)
        for params in untold:
            await insert_notices(world, tx, accounts=auditors, kind=NoticeKind.KEY_ROTATED, params=params)
    return len(untold)


async def _untold(tx: AsyncConnection) -> list[dict[str, str]]:
    told = [
        {
            "fingerprint": spoken(fingerprint(bytes.fromhex(statement["new_key"]))),
            "number": str(statement["from_checkpoint"]),
            "reason": statement["reason"],
        }
        for statement in await list_rotations(tx)
    ]
    if not told:
        return []
    known = await list_params(tx, NoticeKind.KEY_ROTATED)
    return [each for each in told if each not in known]
