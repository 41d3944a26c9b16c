"""From an evaluation as it stands to the shapes of the wire (mark_schemas.py). A peer's mark has no way into them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from app.domain.empanelling import Member, MemberState, decide_panel
from app.domain.freezing import live_rules_of
from app.domain.marking import Cell
from app.domain.tendering import is_final
from app.domain.visibility import Datum, Role, may_see
from app.evaluation.mark_schemas import (
    AnswerView,
    DeclarationView,
    EvaluationItem,
    MarkView,
    MemberView,
    OfferView,
    PanelView,
    PersonChoice,
    Progress,
    SheetLot,
    SheetView,
)
from app.evaluation.panel_store import SavedMark
from app.evaluation.room import Room
from app.evaluation.rule_schemas import TechnicalView
from app.evaluation.sheets import OwnSheet, PanelSheet

# Somebody the rule has nothing against: whether the panel may be changed at all.
_ANYBODY = ("anybody",)
_HAS_SHEET = frozenset({MemberState.MARKING, MemberState.SUBMITTED, MemberState.CONSENSUS, MemberState.LOCKED})


def due_of(room: Room) -> datetime | None:
    """By when the scores must be locked: the opening of the live round, where one follows."""
    frozen = room.tender.frozen
    rules = None if frozen is None else live_rules_of(frozen)
    return None if rules is None else rules.opens_at


def rules_view(room: Room) -> TechnicalView:
    """The technical rules as published."""
    assert room.tender.frozen is not None, "a room belongs to a published tender"
    return TechnicalView.model_validate(room.tender.frozen["evaluation"]["technical"])


def panel_view(sheet: PanelSheet, *, is_purchaser: bool, shows_declarations: bool) -> PanelView:
    """The panel; `shows_declarations`: the reader may see what was declared (VISIBILITY.md d10)."""
    room = sheet.room
    taken = {each.account_id for each in room.members}
    free = [person for person in sheet.eligible if person.id not in taken]
    may_change = decide_panel(room.members, _ANYBODY, eligible=_ANYBODY, is_locked=room.is_locked) is None
    can_invite = is_purchaser and may_change and not is_final(room.tender.state)
    return PanelView(
        tender_id=room.tender.id,
        can_invite=can_invite,
        members=[_member_view(sheet, each, shows_declaration=shows_declarations) for each in room.members],
        candidates=[PersonChoice(account_id=each.id, name=each.name) for each in free] if can_invite else [],
        is_open=room.is_open,
        locked_at=None if room.lock is None else room.lock.locked_at,
    )


def _member_view(sheet: PanelSheet, member: Member, *, shows_declaration: bool) -> MemberView:
    declared = None
    if shows_declaration and member.declared_at is not None:
        declared = DeclarationView(
            has_conflict=member.has_conflict, text=member.statement, declared_at=member.declared_at
        )
    return MemberView(
        account_id=member.account_id,
        name=sheet.names.get(member.account_id, ""),
        is_chair=member.account_id == sheet.room.chair,
        state=_standing(member),
        declaration=declared,
    )


def _standing(member: Member) -> Literal["invited", "ready", "submitted", "recused"]:
    if member.has_conflict:
        return "recused"
    if member.has_submitted:
        return "submitted"
    return "ready" if member.has_declared else "invited"


def progress_of(room: Room, marks: Mapping[Cell, SavedMark]) -> Progress:
    """How many cells of the own sheet have a mark."""
    cells = room.cells
    return Progress(done=sum(cell in marks and marks[cell].mark.value is not None for cell in cells), total=len(cells))


def item_view(room: Room, member: Member, marks: Mapping[Cell, SavedMark]) -> EvaluationItem:
    """One line of "my evaluations"; of a recused one its state alone."""
    tender = room.tender
    progress = Progress(done=0, total=0) if member.has_conflict else progress_of(room, marks)
    return EvaluationItem(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        state=room.state_of(member),
        due_at=due_of(room),
        done=progress.done,
        total=progress.total,
        is_chair=member.account_id == room.chair,
        is_told=not member.has_conflict and may_see({Role.EVALUATOR}, tender.visited, Datum.RANKING),
    )


def sheet_view(sheet: OwnSheet) -> SheetView:
    """The own sheet."""
    room, member, tender = sheet.room, sheet.member, sheet.room.tender
    state = room.state_of(member)
    return SheetView(
        tender_id=tender.id,
        reference=tender.reference,
        title_zh=tender.title_zh,
        title_en=tender.title_en,
        is_chair=member.account_id == room.chair,
        state=state,
        due_at=due_of(room),
        submitted_at=member.submitted_at,
        progress=progress_of(room, sheet.marks),
        rules=rules_view(room),
        lots=_sheet_lots(sheet) if state in _HAS_SHEET else [],
    )


def _sheet_lots(sheet: OwnSheet) -> list[SheetLot]:
    return [
        SheetLot(
            lot_id=lot.id,
            number=lot.number,
            title_zh=lot.title_zh,
            title_en=lot.title_en,
            offers=[_offer_view(sheet, lot.id, alias) for alias in sheet.order.get(lot.id, ())],
        )
        for lot in sheet.lots
    ]


def _offer_view(sheet: OwnSheet, lot_id: str, alias: str) -> OfferView:
    answers = sheet.answers.get((lot_id, alias), ())
    criteria = [each.id for each in sheet.room.rules.criteria]
    return OfferView(
        alias=alias,
        answers=[AnswerView(criterion=criterion, value=value, text=text) for criterion, value, text in answers],
        marks={each: mark_view(sheet.marks.get((lot_id, alias, each))) for each in criteria},
    )


def mark_view(saved: SavedMark | None) -> MarkView:
    """The own mark of a cell, or that there is none."""
    if saved is None:
        return MarkView(mark=None, comment="", version=0)
    return MarkView(mark=saved.mark.value, comment=saved.mark.comment, version=saved.version)
