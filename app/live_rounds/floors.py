"""What this process knows of each lot: the floor's row, the standing, the bids. A cache: the record decides.

It is fed by the committer after its commits and by reading after a ring of the bell; whichever is newer by the floor's
version stays. Decisions are made from it only under the lot's lock, after a check of its counters (`batch.py`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.auto_bidding import AutoBidState
from app.domain.ranking import EMPTY, Standing
from app.domain.refusals import Refusal
from app.domain.scoring.live_basis import LotBasis
from app.domain.scoring.live_standing import standing_by
from app.infra.world import World
from app.live_rounds import auto_bid_store, store
from app.live_rounds.batch import Known, LotAfter
from app.live_rounds.frames import LotView
from app.live_rounds.intact import as_published, load_ground
from app.live_rounds.store import AcceptedBid, Floor


@dataclass(slots=True)
class LotCache:
    """One lot in memory. `bids` and `best_line` only grow, until a void replaces them."""

    floor: Floor
    standing: Standing = EMPTY
    bids: list[AcceptedBid] = field(default_factory=list)
    best_line: list[tuple[datetime, Decimal]] = field(default_factory=list)
    own_counts: Counter[str] = field(default_factory=Counter)
    aliases: Mapping[str, str] = field(default_factory=dict)
    # What the bids are ranked by, None for the price alone; and the standing after those in `best_line`.
    basis: LotBasis | None = None
    drawn: Standing = EMPTY
    # How the limits stand under which the service bids.
    limits: Mapping[str, AutoBidState] = field(default_factory=dict)
    # Its row is not what was published: nothing of it is shown but its clock and the published rules.
    is_changed: bool = False

    @property
    def known(self) -> Known:
        """What a batch may build on."""
        return Known(self.standing, len(self.bids), self.floor.voids)

    def view(self) -> LotView:
        """The lot as it stands now, for a tick."""
        return LotView(
            floor=self.floor,
            standing=self.standing,
            bids=self.bids,
            count=len(self.bids),
            best_line=self.best_line,
            best_count=len(self.best_line),
            own_counts=dict(self.own_counts),
            limits=self.limits,
        )

    def add(self, bids: Sequence[AcceptedBid]) -> None:
        """Take in bids that follow those known."""
        for bid in bids:
            if bid.seq <= len(self.bids):
                continue
            self.bids.append(bid)
            if bid.voided:
                continue
            self.own_counts[bid.tag] += 1
            if self.basis is not None:
                self._draw(bid)
            elif not self.best_line or bid.amount < self.best_line[-1][1]:
                self.best_line.append((bid.received_at, bid.amount))

    def _draw(self, bid: AcceptedBid) -> None:
        """Under another basis than the price the line is the amount of whoever is first; it may rise."""
        self.drawn = self.drawn.placed(bid.placed)
        first = self.drawn.best
        if first is not None and (not self.best_line or first != self.best_line[-1][1]):
            self.best_line.append((bid.received_at, first))

    def replace_bids(self, bids: Sequence[AcceptedBid]) -> None:
        """Begin anew, after a void; ticks already made keep the old lists."""
        self.bids, self.best_line, self.own_counts = [], [], Counter()
        self.drawn = standing_by(self.basis, ())
        self.add(bids)


def _has_missed(known: Floor, after: LotAfter) -> bool:
    """Whether somebody set a limit or took one back before this batch, unread so far: beside the bids, and the limits
    the batch itself found reached, only acts of people count up the version."""
    passed = after.floor.version - known.version
    return after.floor.rules.auto_bid and passed > after.floor.accepted - known.accepted + len(after.reached)


class Floors:
    """The lots this process has at hand."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.lots: dict[str, LotCache] = {}

    def known(self, lot_ids: Sequence[str]) -> dict[str, Known]:
        """What a batch on these lots may build on."""
        return {lot_id: self.lots[lot_id].known for lot_id in lot_ids if lot_id in self.lots}

    def keep(self, lots: Sequence[LotAfter]) -> None:
        """Take in what a committed batch has made of its lots."""
        for after in lots:
            held = self.lots.get(after.floor.lot_id)
            if held is None or after.is_changed or held.floor.version >= after.floor.version:
                # Not looked at by anyone here, to be read as published, nothing to see (refusals only), or read since.
                continue
            if held.floor.alias_sealed is None and after.floor.alias_sealed is not None:
                # Opened by another process or task a moment ago: aliases and basis come with the record, soon read.
                continue
            if after.is_whole:
                held.replace_bids(after.bids)
            elif after.since > len(held.bids) or _has_missed(held.floor, after):
                self.drop([after.floor.lot_id])
                continue
            else:
                held.add(after.bids)
            held.floor, held.standing = after.floor, after.standing
            if after.reached:
                held.limits = {**held.limits, **dict.fromkeys(after.reached, AutoBidState.REACHED)}

    def drop(self, lot_ids: Sequence[str]) -> None:
        """Forget lots; they are read again when somebody asks."""
        for lot_id in lot_ids:
            self.lots.pop(lot_id, None)

    async def read(self, tx: AsyncConnection, round_id: str) -> list[LotCache]:
        """The lots of a round as the record has them, reading only what is not known yet."""
        caches = []
        for one in await store.list_floors(tx, round_id):
            held = self.lots.get(one.lot_id)
            if held is None:
                held = LotCache(one)
                await self._fill(tx, held, one)
                held = self.lots.setdefault(one.lot_id, held)
            elif held.is_changed or held.floor.version < one.version:
                await self._fill(tx, held, one)
            caches.append(held)
        return caches

    async def _fill(self, tx: AsyncConnection, held: LotCache, one: Floor) -> None:
        is_whole = held.floor.voids != one.voids or not held.bids
        missed = await store.list_accepted_bids(tx, one.lot_id, 0 if is_whole else len(held.bids))
        ground = await load_ground(self._world, tx, one)
        limits = await auto_bid_store.list_states(tx, one.lot_id) if one.rules.auto_bid else {}
        # A batch may have been kept while this was read; what is newer stays.
        if held.floor.version > one.version:
            return
        held.is_changed = isinstance(ground, Refusal)
        if isinstance(ground, Refusal):
            held.basis, held.standing = None, EMPTY
            held.replace_bids(())
            held.floor = await as_published(self._world, tx, one)
            return
        held.limits, held.basis = limits, ground
        basis = ground
        if is_whole:
            held.replace_bids(missed)
        else:
            held.add(missed)
        held.standing = standing_by(basis, (bid.placed for bid in held.bids if not bid.voided))
        held.floor = one
        if one.alias_sealed is not None and not held.aliases:
            held.aliases = store.open_aliases(self._world, one)
