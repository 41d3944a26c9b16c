"""From the consensus as it stands to the shapes of the wire (mark_schemas.py): a peer's mark has no way into them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from app.domain.entries import Entry
from app.domain.leaning import Leaning, leans
from app.domain.marking import VALUE_DIGITS, Cell, is_outlier
from app.domain.scoring.price_points import round_fraction
from app.evaluation.mark_schemas import (
    AgreedLot,
    AgreedOffer,
    CellView,
    ConsensusView,
    LeaningView,
    UnlockView,
    ValueChangeView,
)
from app.evaluation.mark_views import rules_view
from app.evaluation.panel_store import SavedMark
from app.evaluation.room import Consensus
from app.evaluation.sheets import ConsensusSheet


def consensus_view(sheet: ConsensusSheet, account_id: str) -> ConsensusView:
    """The consensus room for one member."""
    consensus, room = sheet.consensus, sheet.consensus.room
    tender, is_shown = room.tender, sheet.is_shown
    state: Literal["waiting", "open", "locked"] = "open" if is_shown else "waiting"
    is_chair = account_id == room.chair
    found = consensus.leanings() if is_shown else {}
    return ConsensusView(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        state="locked" if room.is_locked else state,
        is_chair=is_chair,
        submitted=sum(each.has_submitted for each in room.seated),
        seats=len(room.seated),
        digest=consensus.digest() if is_shown else None,
        locked_at=None if room.lock is None else room.lock.locked_at,
        unlock=UnlockView(
            can_propose=is_chair and room.is_locked and not sheet.is_price_open and sheet.unlock_until is None,
            waits_until=sheet.unlock_until if room.is_locked and not sheet.is_price_open else None,
        ),
        rules=rules_view(room),
        leaning=_leaning({name: each.overall for name, each in found.items()}, account_id),
        lots=_lots(sheet, account_id, found) if is_shown else [],
    )


def _leaning(values: Mapping[str, Fraction], account_id: str) -> LeaningView | None:
    own = values.get(account_id)
    if own is None:
        return None
    evaluators = sum(leans(each) for each in values.values())
    return LeaningView(own=round_fraction(own, VALUE_DIGITS), is_leaning=leans(own), evaluators=evaluators)


def _lots(sheet: ConsensusSheet, account_id: str, found: Mapping[str, Leaning]) -> list[AgreedLot]:
    consensus = sheet.consensus
    scores = {each.lot_id: each for each in consensus.scores()}
    own = consensus.marks.get(account_id, {})
    changes = _changes(sheet.changes)
    return [
        AgreedLot(
            lot_id=lot.id,
            number=lot.number,
            title_zh=lot.title_zh,
            title_en=lot.title_en,
            offers=[
                AgreedOffer(
                    alias=offer.alias,
                    points=offer.points,
                    passes=offer.passes,
                    leaning=_leaning(
                        {name: each.offers[lot.id, offer.alias] for name, each in found.items()}, account_id
                    ),
                    criteria=[
                        _cell(consensus, (lot.id, offer.alias, each.id), own, changes)
                        for each in consensus.room.rules.criteria
                    ],
                )
                for offer in scores[lot.id].offers
            ],
        )
        for lot in sheet.lots
        if lot.id in scores
    ]


def _changes(entries: Sequence[Entry]) -> dict[Cell, list[ValueChangeView]]:
    found: dict[Cell, list[ValueChangeView]] = {}
    for entry in entries:
        data = entry.data
        change = ValueChangeView(at=entry.at, before=data["from"], value=data["to"], reason=data["reason"])
        found.setdefault((data["lot"], data["offer"], data["criterion"]), []).append(change)
    return found


def _cell(
    consensus: Consensus, cell: Cell, own: Mapping[Cell, SavedMark], changes: Mapping[Cell, list[ValueChangeView]]
) -> CellView:
    spread, held = consensus.spread(cell), consensus.agreed.get(cell)
    mine = own[cell].mark.value if cell in own else None
    return CellView(
        criterion=cell[2],
        count=spread.count,
        lowest=spread.lowest,
        median=spread.median,
        highest=spread.highest,
        outliers=spread.outliers,
        own=mine,
        is_outlier=mine is not None and is_outlier(mine, consensus.marks_of(cell)),
        rule=spread.by_rule,
        value=spread.by_rule if held is None else held.value,
        reason="" if held is None else held.reason,
        version=0 if held is None else held.version,
        changes=changes.get(cell, []),
    )
