"""An evaluation as it stands: rules, panel, aliases, lock, read together for the acts and the pages.

A shelf of the store: it reads and decides nothing. Tags stay inside; what leaves is by T-alias.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.empanelling import Member, MemberState, chair_of, counting, find_member, state_of
from app.domain.freezing import evaluation_of
from app.domain.leaning import Leaning, leanings
from app.domain.marking import (
    SPREAD_FROM,
    Cell,
    LotScores,
    Spread,
    alias_key,
    cells_of,
    score_offer,
    scores_data,
    scores_digest,
    spread_of,
)
from app.domain.scoring.rules import EvaluationRules, TechnicalRules
from app.evaluation import panel_store
from app.evaluation.panel_store import Agreed, AliasSet, SavedMark, ScoreLock
from app.infra.errors import not_found
from app.infra.world import World
from app.tenders import store as tender_store
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class Room:
    """The evaluation of one tender with technical criteria."""

    tender: Tender
    evaluation: EvaluationRules
    rules: TechnicalRules
    members: Sequence[Member]
    aliases: Mapping[str, AliasSet]
    lock: ScoreLock | None

    @property
    def is_open(self) -> bool:
        """The technical parts are open and their aliases drawn."""
        return bool(self.aliases)

    @property
    def is_locked(self) -> bool:
        """The scores are locked."""
        return self.lock is not None

    @property
    def seated(self) -> list[Member]:
        """Those whose marks count."""
        return counting(self.members)

    @property
    def chair(self) -> str | None:
        """Who locks."""
        return chair_of(self.members)

    @property
    def offers(self) -> dict[str, list[str]]:
        """{lot: aliases} in the order people read them."""
        return {lot: sorted(each.tags, key=alias_key) for lot, each in self.aliases.items()}

    @property
    def cells(self) -> list[Cell]:
        """Every cell of a sheet."""
        return cells_of(self.offers, [each.id for each in self.rules.criteria])

    def reach_member(self, account_id: str) -> Member:
        """The own seat; the one 404 for everyone else and for the recused (SCREENS.md EV-01)."""
        found = find_member(self.members, account_id)
        if found is None:
            raise not_found()
        return found

    def reach_cell(self, cell: Cell) -> Cell:
        """A cell of the sheet; the one 404 for what points nowhere."""
        lot_id, alias, criterion = cell
        if alias not in self.offers.get(lot_id, ()) or self.rules.find(criterion) is None:
            raise not_found()
        return cell

    def state_of(self, member: Member) -> MemberState:
        """Where a member stands."""
        return state_of(member, self.members, is_open=self.is_open, is_locked=self.is_locked)


@dataclass(frozen=True, slots=True)
class Consensus:
    """All marks that count, what the rule makes of them, and what was agreed instead. For the service alone."""

    room: Room
    marks: Mapping[str, Mapping[Cell, SavedMark]]
    agreed: Mapping[Cell, Agreed]

    def marks_of(self, cell: Cell) -> list[int]:
        """The marks of one cell, in no order that names a seat."""
        found = (sheet[cell].mark.value for sheet in self.marks.values() if cell in sheet)
        return sorted(value for value in found if value is not None)

    def spread(self, cell: Cell) -> Spread:
        """The spread of one cell and its value by rule."""
        return spread_of(self.marks_of(cell), self.room.rules.aggregation, self.room.rules.drop_from)

    def leanings(self) -> dict[str, Leaning]:
        """How far each evaluator leans; none below three sheets, where it would tell a peer's (VISIBILITY.md d39)."""
        if len(self.marks) < SPREAD_FROM:
            return {}
        given = {
            name: {cell: saved.mark.value for cell, saved in sheet.items() if saved.mark.value is not None}
            for name, sheet in self.marks.items()
        }
        return leanings(given)

    def value(self, cell: Cell) -> Decimal:
        """What counts in one cell: the agreed value, else the value by rule."""
        held = self.agreed.get(cell)
        return self.spread(cell).by_rule if held is None else held.value

    def scores(self) -> list[LotScores]:
        """The scores as they would be locked now. Precondition: all sheets that count are in."""
        criteria = [each.id for each in self.room.rules.criteria]
        return [
            LotScores(
                lot,
                tuple(
                    score_offer(self.room.rules, alias, {each: self.value((lot, alias, each)) for each in criteria})
                    for alias in aliases
                ),
            )
            for lot, aliases in self.room.offers.items()
        ]

    def digest(self) -> str:
        """The digest the chair locks."""
        return scores_digest(scores_data(self.room.rules, self.scores()))


async def find_room(world: World, tx: AsyncConnection, tender: Tender) -> Room | None:
    """The evaluation of a published tender with technical criteria, else None."""
    evaluation = None if tender.frozen is None else evaluation_of(tender.frozen)
    if evaluation is None or evaluation.technical is None:
        return None
    return Room(
        tender=tender,
        evaluation=evaluation,
        rules=evaluation.technical,
        members=await panel_store.list_members(tx, tender.id),
        aliases=await panel_store.list_alias_sets(world, tx, tender.id),
        lock=await panel_store.find_lock(tx, tender.id),
    )


async def load_room(world: World, tx: AsyncConnection, tender: Tender) -> Room:
    """The same; the one 404 where a tender has no technical criteria."""
    found = await find_room(world, tx, tender)
    if found is None:
        raise not_found()
    return found


async def lock_room(world: World, tx: AsyncConnection, tender_id: str) -> Room:
    """The evaluation under its tender's lock: first in every act."""
    return await load_room(world, tx, await tender_store.lock_tender(tx, tender_id))


async def load_consensus(tx: AsyncConnection, room: Room) -> Consensus:
    """Every mark that counts. Precondition: only figures of several marks leave this object (VISIBILITY.md d39)."""
    marks = await panel_store.list_marks(tx, room.tender.id, [each.account_id for each in room.seated])
    return Consensus(room, marks, await panel_store.list_agreed(tx, room.tender.id))
