"""Decisions, unsealings and awards as rows. Decides nothing, never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.award.tables import award, decision, unsealing
from app.domain.awarding import DecisionState, UnsealScope
from app.domain.money import HUNDRED
from app.domain.saving import blended
from app.domain.sharing import Awarded, Choice, choice_of, choices_data
from app.evaluation import store as evaluation_store
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision by alias as stored."""

    id: str
    tender_id: str
    number: int
    state: DecisionState
    choices: tuple[Choice, ...]
    reserves: Mapping[str, str]
    digest: str
    proposal_id: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    return_reason: str | None = None

    def choice_of(self, lot_id: str) -> Choice:
        """What was decided of a lot; of one that the decision does not know: no award."""
        return next((choice for choice in self.choices if choice.lot_id == lot_id), Choice(lot_id, None, ""))

    def awarded_of(self, lot_id: str) -> Awarded:
        """Who is awarded how much of a lot."""
        return self.choice_of(lot_id).awarded


@dataclass(frozen=True, slots=True)
class Unsealing:
    """One bidder of one lot whose name was unsealed."""

    id: str
    tender_id: str
    lot_id: str
    supplier_id: str
    label: str
    tag: str
    at: datetime
    proposal_id: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class Award:
    """The award of one lot, or of a share of it."""

    id: str
    tender_id: str
    lot_id: str
    supplier_id: str
    amount: Decimal
    state: str
    at: datetime
    # Percent of the lot; None: the whole of it.
    share: Decimal | None = None
    number: int = 1


def _decision(row: Any) -> Decision:
    return Decision(
        id=row.id,
        tender_id=row.tender_id,
        number=row.number,
        state=DecisionState(row.state),
        choices=tuple(map(choice_of, row.choices)),
        reserves=row.reserves,
        digest=row.digest,
        proposal_id=row.proposal_id,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        return_reason=row.return_reason,
    )


def frozen_scope(tender: Tender) -> UnsealScope:
    """Whose names are unsealed, as the published document says; a column beside it decides nothing."""
    assert tender.frozen is not None, "only a published tender is decided"
    return UnsealScope(tender.frozen["unseal_scope"])


async def find_decision(tx: AsyncConnection, tender_id: str) -> Decision | None:
    """The newest decision of a tender: the one that counts."""
    query = select(decision).where(decision.c.tender_id == tender_id).order_by(decision.c.number.desc()).limit(1)
    row = (await tx.execute(query)).first()
    return None if row is None else _decision(row)


async def insert_decision(tx: AsyncConnection, new: Decision) -> None:
    """Store a proposed decision."""
    await tx.execute(
        insert(decision).values(
            id=new.id,
            tender_id=new.tender_id,
            number=new.number,
            state=new.state.value,
            choices=choices_data(new.choices),
            reserves=dict(new.reserves),
            digest=new.digest,
            proposal_id=new.proposal_id,
            proposed_by=new.proposed_by,
            proposed_at=new.proposed_at,
        )
    )


async def set_decision(tx: AsyncConnection, decision_id: str, **values: Any) -> None:
    """Write what the second person said."""
    await tx.execute(update(decision).where(decision.c.id == decision_id).values(**values))


async def next_award(tx: AsyncConnection, tender_id: str) -> int:
    """The number of the award that stands or comes next: one more than decisions of the tender were reopened."""
    return 1 + (await _count_reopened(tx, [tender_id])).get(tender_id, 0)


async def _count_reopened(tx: AsyncConnection, tender_ids: Sequence[str]) -> dict[str, int]:
    is_reopened = (decision.c.tender_id.in_(tender_ids), decision.c.state == DecisionState.REOPENED.value)
    query = select(decision.c.tender_id, func.count()).where(*is_reopened).group_by(decision.c.tender_id)
    return {row[0]: row[1] for row in await tx.execute(query)}


async def insert_unsealings(tx: AsyncConnection, news: Sequence[Unsealing]) -> None:
    """Store whose names are now known, in the order given (random)."""
    rows = [{name: getattr(new, name) for name in Unsealing.__slots__} for new in news]
    if rows:
        await tx.execute(insert(unsealing), rows)


async def list_unsealings(tx: AsyncConnection, tender_id: str) -> list[Unsealing]:
    """The unsealed bidders of a tender, by lot and label: what was seen before a decision was reopened stays seen, and
    of a label unsealed again the last counts. Once a lot is ranked anew its labels are others: what stood under the
    older ones is in the journal alone."""
    query = select(unsealing).where(unsealing.c.tender_id == tender_id)
    order = (unsealing.c.lot_id, unsealing.c.label, unsealing.c.number)
    found = [Unsealing(*row) for row in await tx.execute(query.order_by(*order))]
    made = {each.official.lot_id: each.made_at for each in await evaluation_store.list_rankings(tx, tender_id)}
    present = [each for each in found if each.lot_id not in made or made[each.lot_id] <= each.at]
    return list({(each.lot_id, each.label): each for each in present}.values())


async def insert_awards(tx: AsyncConnection, news: Sequence[Award]) -> None:
    """Store the awards of a tender's lots."""
    rows = [{name: getattr(new, name) for name in Award.__slots__} for new in news]
    if rows:
        await tx.execute(insert(award), rows)


async def list_awards(tx: AsyncConnection, tender_ids: Sequence[str]) -> list[Award]:
    """The awards of these tenders that stand: of a decision that was reopened none does."""
    query = select(award).where(award.c.tender_id.in_(tender_ids)).order_by(award.c.tender_id, award.c.lot_id)
    reopened = await _count_reopened(tx, tender_ids)
    found = [Award(*row) for row in await tx.execute(query)]
    return [each for each in found if each.number == 1 + reopened.get(each.tender_id, 0)]


def by_lot(awards: Sequence[Award]) -> dict[str, list[Award]]:
    """{lot: its awards, the largest share first}."""
    found: dict[str, list[Award]] = {}
    for each in sorted(awards, key=lambda one: -(one.share or HUNDRED)):
        found.setdefault(each.lot_id, []).append(each)
    return found


def price_of(awards: Sequence[Award]) -> Decimal | None:
    """The price that the awards of one lot come to."""
    return blended([(each.amount, each.share or HUNDRED) for each in awards])


async def list_awarded_tenders(tx: AsyncConnection) -> list[str]:
    """Tenders that have an award that stands, the newest first."""
    query = select(award.c.tender_id).order_by(award.c.at.desc(), award.c.tender_id)
    tender_ids = list(dict.fromkeys(row.tender_id for row in await tx.execute(query)))
    standing = {each.tender_id for each in await list_awards(tx, tender_ids)}
    return [each for each in tender_ids if each in standing]
