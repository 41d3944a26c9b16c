"""What lies on the desk while a batch of acts on one round is decided: the record as it stands under the round's lock.

The order of the locks is round (shared, so that batches of several processes run side by side and none runs beside the
close), then the lots' chains by their names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.refusals import Refusal
from app.domain.sealing.receipt import NO_PIN
from app.infra.world import World
from app.journal.checkpoint_store import find_last as find_last_checkpoint
from app.journal.store import lock_head
from app.sealed_rounds import store, upload_store
from app.sealed_rounds.answering import Command
from app.sealed_rounds.bidders import Bidder, list_bars
from app.sealed_rounds.packages import Announce, Sealed
from app.sealed_rounds.store import Package, SealedRound
from app.sealed_rounds.upload_store import Upload


@dataclass(frozen=True, slots=True)
class Act:
    """What a bidder asks for; `read`: of a commit, the package looked at for its form."""

    bidder: Bidder
    command: Command
    read: Sealed | Refusal | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Lot and tag: acts of one place are decided one after the other, each on the record of the one before."""
        return self.command.lot_id, self.bidder.tag


@dataclass(frozen=True, slots=True)
class Desk:
    """The record that a batch is decided on."""

    world: World
    tx: AsyncConnection
    held: SealedRound
    # The root of the newest checkpoint, for the receipts.
    pin: str
    # Why a supplier may not hand in now, or None.
    bars: Mapping[str, Refusal | None]
    # Last revisions, by lot and tag.
    last: Mapping[tuple[str, str], Package]
    # The uploads that packages name, by id.
    uploads: Mapping[str, Upload]
    # All uploads of those who announce one, by lot and tag.
    own: Mapping[tuple[str, str], Sequence[Upload]]


async def lay_out(world: World, tx: AsyncConnection, round_id: str, acts: Sequence[Act]) -> Desk:
    """Lock the round and its lots' chains, and read what the acts are decided on."""
    held = await store.share_round(tx, round_id)
    lots = sorted({act.command.lot_id for act in acts})
    for lot_id in lots:
        await tx.run_sync(lock_head, f"lot:{lot_id}")
    newest = await find_last_checkpoint(tx)
    named = {act.read.upload_id for act in acts if isinstance(act.read, Sealed) and act.read.upload_id is not None}
    announcing = {act.place for act in acts if isinstance(act.command, Announce)}
    return Desk(
        world,
        tx,
        held,
        NO_PIN if newest is None else newest.root,
        bars=await list_bars(world, tx, held, {act.bidder.supplier_id for act in acts}),
        last=await store.list_last(tx, {act.place for act in acts} - announcing),
        uploads=await upload_store.list_uploads(tx, named),
        own=await upload_store.list_own_uploads(tx, announcing),
    )
