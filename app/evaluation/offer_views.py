"""The technical offers as far as a reader's hats and the tender's phase allow. Tags and accounts have no way in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from app.domain.marking import Cell, OfferScore
from app.domain.visibility import Datum, Mode, Phase, Role, may_see, modes
from app.evaluation.mark_views import rules_view
from app.evaluation.offer_schemas import JudgedAnswerView, JudgedLot, JudgedOffer, OffersView, SeatMarkView
from app.evaluation.sheets import OffersSheet
from app.tenders.store import Lot


@dataclass(frozen=True, slots=True)
class OfferSight:
    """Which parts of the offers a reader may have (VISIBILITY.md section 6)."""

    aliases: bool
    answers: bool
    totals: bool
    marks: bool

    @classmethod
    def of(cls, hats: Collection[Role], visited: Sequence[Phase]) -> Self:
        """The cells of d18, d26, d40 and d39; of the marks only the mode by seat, for the own have a page."""
        return cls(
            aliases=may_see(hats, visited, Datum.T_ALIASES),
            answers=may_see(hats, visited, Datum.TECHNICAL_CONTENT),
            totals=may_see(hats, visited, Datum.TECHNICAL_TOTALS),
            marks=Mode.BY_ALIAS in modes(hats, visited, Datum.MARKS),
        )


def offers_view(sheet: OffersSheet, sight: OfferSight) -> OffersView:
    """The offers of a tender."""
    room = sheet.consensus.room
    shown = [lot for lot in sheet.lots if lot.id in room.offers] if sight.aliases else []
    return OffersView(
        tender_id=room.tender.id,
        state="open" if shown else "waiting",
        rules=rules_view(room),
        lots=[
            JudgedLot(
                lot_id=lot.id,
                number=lot.number,
                title_zh=lot.title_zh,
                title_en=lot.title_en,
                offers=[_offer_view(sheet, sight, lot, alias) for alias in room.offers[lot.id]],
            )
            for lot in shown
        ],
    )


def _offer_view(sheet: OffersSheet, sight: OfferSight, lot: Lot, alias: str) -> JudgedOffer:
    room = sheet.consensus.room
    locked = room.lock.of_lot(lot.id).find(alias) if room.lock is not None and sight.totals else None
    return JudgedOffer(
        alias=alias,
        points=None if locked is None else locked.points,
        passes=None if locked is None else locked.passes,
        criteria=[_answer_view(sheet, sight, (lot.id, alias, each.id), locked) for each in room.rules.criteria],
    )


def _answer_view(sheet: OffersSheet, sight: OfferSight, cell: Cell, locked: OfferScore | None) -> JudgedAnswerView:
    lot_id, alias, criterion = cell
    given = sheet.answers.get((lot_id, alias), ()) if sight.answers else ()
    answer = next((each for each in given if each[0] == criterion), None)
    agreed = sheet.consensus.agreed.get(cell) if sight.marks else None
    return JudgedAnswerView(
        criterion=criterion,
        value=None if answer is None else answer[1],
        text=None if answer is None else answer[2],
        agreed=None if locked is None else locked.values[criterion],
        reason="" if agreed is None else agreed.reason,
        marks=_marks_by_seat(sheet, cell) if sight.marks else [],
    )


def _marks_by_seat(sheet: OffersSheet, cell: Cell) -> list[SeatMarkView]:
    """The submitted marks of one cell in the order of the seats, which were drawn."""
    held = [(each.seat, sheet.consensus.marks[each.account_id].get(cell)) for each in sheet.consensus.room.seated]
    found = [(seat, saved.mark) for seat, saved in held if seat is not None and saved is not None]
    return [
        SeatMarkView(seat=seat, mark=mark.value, comment=mark.comment)
        for seat, mark in sorted(found, key=lambda each: (len(each[0]), each[0]))
        if mark.value is not None
    ]
