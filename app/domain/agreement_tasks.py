"""What waits for whom in talks and contracts: the cards of the home pages (SCREENS.md SP-01, PL-01, AP-01).

What waits for a second person's word on a proposal stands in the approver's inbox and is not said twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.contracting import ContractState
from app.domain.negotiating import OVER, Side, TalkState, TurnAct, acts_of
from app.domain.visibility import Role

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


class AgreementTask(StrEnum):
    """A card, by what is to be done."""

    # Open talks, or draft at once.
    BEGIN = "begin"
    SET_MANDATE = "set_mandate"
    TAKE_TURN = "take_turn"
    WRITE_MINUTES = "write_minutes"
    CONFIRM_MINUTES = "confirm_minutes"
    DRAFT = "draft"
    DRAFT_ANEW = "draft_anew"
    SUBMIT = "submit"
    SIGN = "sign"
    # Signed by the person, and with the provider: nothing is to be done, but somebody wants to know.
    WITH_PROVIDER = "with_provider"


@dataclass(frozen=True, slots=True)
class InHand:
    """What is agreed with one supplier, as far as the tasks ask; None where there are no talks, no contract."""

    talks: TalkState | None
    has_mandate: bool
    paper: ContractState | None
    # Whether its approval waits for the second person.
    is_waiting: bool
    ends_at: datetime | None
    signed: Collection[Side] = ()
    asked: Collection[Side] = ()
    # Whether terms may be talked about here at all.
    allows_talks: bool = False


def tasks_of(found: InHand, hats: Collection[Role], now: datetime) -> list[AgreementTask]:
    """What this person, by its hats, has to do; in the order of the process."""
    tasks: list[AgreementTask] = []
    if found.talks is not None and found.talks not in OVER:
        tasks += _talks(found, found.talks, hats)
    elif Role.PURCHASER in hats:
        tasks += _paper(found)
    if found.paper is ContractState.PENDING and found.ends_at is not None:
        tasks += _signature(found, hats, is_over=now >= found.ends_at)
    return tasks


def _talks(found: InHand, state: TalkState, hats: Collection[Role]) -> list[AgreementTask]:
    if Role.SUPPLIER in hats:
        mine = acts_of(state, Side.SUPPLIER)
        if TurnAct.CONFIRM in mine:
            return [AgreementTask.CONFIRM_MINUTES]
        return [AgreementTask.TAKE_TURN] if mine else []
    tasks = []
    if Role.APPROVER in hats and not found.has_mandate and state is not TalkState.MINUTED:
        tasks.append(AgreementTask.SET_MANDATE)
    if Role.PURCHASER in hats:
        mine = acts_of(state, Side.BUYER)
        if TurnAct.MINUTE in mine:
            tasks.append(AgreementTask.WRITE_MINUTES)
        elif TurnAct.PROPOSE in mine and found.has_mandate:
            tasks.append(AgreementTask.TAKE_TURN)
    return tasks


def _paper(found: InHand) -> list[AgreementTask]:
    match found.paper:
        case None:
            is_free = found.allows_talks and found.talks is None
            return [AgreementTask.BEGIN if is_free else AgreementTask.DRAFT]
        case ContractState.RETURNED:
            return [AgreementTask.DRAFT_ANEW]
        case ContractState.DRAFT:
            return [AgreementTask.SUBMIT]
        case ContractState.PROPOSED if not found.is_waiting:
            # Nobody decided in time.
            return [AgreementTask.SUBMIT]
        case _:
            return []


def _signature(found: InHand, hats: Collection[Role], *, is_over: bool) -> list[AgreementTask]:
    side = Side.SUPPLIER if Role.SUPPLIER in hats else Side.BUYER if Role.APPROVER in hats else None
    if side is None or side in found.signed:
        return []
    if side in found.asked:
        return [AgreementTask.WITH_PROVIDER]
    return [AgreementTask.SIGN] if is_over else []
