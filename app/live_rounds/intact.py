"""Whether a floor is still the one that was published: no bid is taken and no place shown by another (attacks.md G06).

A floor is a copy, made for speed, of rules, figures and basis that the journal tells. The copy is held against the
journal when a lot is first met in a process, and then, in memory, whenever it is met again.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from weakref import WeakKeyDictionary

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.formats import LiveRules, LotTerms, hash_of_rules
from app.domain.freezing import live_rules_of
from app.domain.kinds import Kind
from app.domain.live_rules import Basis
from app.domain.refusals import Code, Refusal
from app.domain.scoring.live_basis import LotBasis
from app.infra.db import Database
from app.infra.world import World
from app.journal.store import find_newest
from app.live_rounds.basis_store import find_basis
from app.live_rounds.store import Floor
from app.tenders.intact import find_published

MOST_TOLD = 1000


@dataclass(slots=True)
class Told:
    """What the journal tells of a lot: its rules and figures; from its opening on also the digest of its basis."""

    rules: LiveRules
    terms: LotTerms
    is_opened: bool
    basis: str | None
    # What was last found to be the same: mostly the very objects of the batch before.
    _same: tuple[LiveRules, LotTerms, str] | None = None

    def is_of(self, one: Floor) -> bool:
        """Whether a floor has these rules and figures."""
        same = self._same
        if same is not None and one.rules is same[0] and one.terms is same[1] and one.rules_hash == same[2]:
            return True
        found = (one.rules, one.terms, one.rules_hash)
        is_same = found == (self.rules, self.terms, hash_of_rules(self.rules))
        if is_same:
            self._same = found
        return is_same


# Of lots that have opened: nothing that was told of them changes any more.
_TOLD: WeakKeyDictionary[Database, dict[str, Told]] = WeakKeyDictionary()


def find_told(connection: Connection, world: World, one: Floor) -> Told | None:
    """What was published of a floor's lot; None where nothing was."""
    known = _TOLD.setdefault(world.db, {})
    held = known.get(one.lot_id)
    if held is not None:
        return held
    document = find_published(connection, one.tender_id)
    rules = None if document is None else live_rules_of(document)
    if document is None or rules is None:
        return None
    lot = next((each for each in document["lots"] if each["id"] == one.lot_id), None)
    if lot is None:
        return None
    start = None if lot["start_price"] is None else Decimal(lot["start_price"])
    opened = find_newest(connection, one.chain, Kind.LOT_OPENED)
    basis = None if opened is None else opened.data.get("basis")
    told = Told(rules, LotTerms(lot["scale"], Decimal(lot["ceiling_price"]), start), opened is not None, basis)
    if opened is not None:
        if len(known) >= MOST_TOLD:
            known.clear()
        known[one.lot_id] = told
    return told


def find_ground(connection: Connection, world: World, one: Floor) -> LotBasis | Refusal | None:
    """What the bids of a lot are ranked by, None for the price alone; also on the committer's connection.

    Refuses (FROZEN) where rules, figures or basis of the floor are not those that were published.
    """
    told = find_told(connection, world, one)
    if told is None or not told.is_of(one):
        return Refusal(Code.FROZEN, {"rule": "floor"})
    if told.rules.basis is Basis.PRICE or not told.is_opened:
        return None
    return find_basis(connection, world, one, told.basis)


async def load_ground(world: World, tx: AsyncConnection, one: Floor) -> LotBasis | Refusal | None:
    """The same for the acts of people and for reading."""
    return await tx.run_sync(find_ground, world, one)


async def as_published(world: World, tx: AsyncConnection, one: Floor) -> Floor:
    """A floor with the rules and figures that were published, whatever its row says."""
    told = await tx.run_sync(find_told, world, one)
    if told is None:
        return one
    return replace(one, rules=told.rules, terms=told.terms, rules_hash=hash_of_rules(told.rules))
