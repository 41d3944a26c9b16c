"""Erasing the identity vault when nobody may need its names any more: `bidroom erase-vault` (attacks.md G18).

Without its keys no row tells whose account, contact, link, question or sign-in it was. The journal names nobody, and
verifies as before. What stays: names that are no secret (who was invited, who won) and what bidders wrote into files.
"""

from typing import Final

from app.domain.checkpointing import Reason
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import TenderState
from app.domain.vault_policy import decide_reason
from app.infra.keys import erase_key
from app.infra.world import World
from app.journal.checkpoints import take_checkpoint
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store

# Besides the vault's own, the key by which an address or a device known from elsewhere would be found again.
ERASED_KEYS: Final = ("vault", "lookup")
_RUNNING: Final = frozenset(TenderState) - {
    TenderState.DRAFT,
    TenderState.AWARDED,
    TenderState.UNSUCCESSFUL,
    TenderState.CANCELLED,
}


async def erase_vault(world: World, reason: str) -> Refusal | None:
    """Note it in the journal, sign that, and erase the keys; after it the service does not start any more.

    Refuses REASON_MISSING, and NOT_ALLOWED_HERE while a tender runs.
    """
    refusal = decide_reason(reason)
    if refusal is not None:
        return refusal
    async with world.db.transaction() as tx:
        running = await tender_store.list_tenders(tx, states=sorted(_RUNNING))
        if running:
            return Refusal(Code.NOT_ALLOWED_HERE, {"tenders": ", ".join(sorted(each.reference for each in running))})
        data = {"keys": list(ERASED_KEYS), "reason": reason.strip()}
        await append(world, tx, NewEntry("system", Kind.VAULT_ERASED, data, actor_ref="command-line"))
    await take_checkpoint(world, Reason.MINUTE)
    for name in ERASED_KEYS:
        erase_key(world.settings.keys_dir, name)
    return None
