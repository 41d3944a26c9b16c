"""From the decision room as it stands to its shape on the wire (panel_schemas.py), for one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.award.panel_schemas import BallotView, CutView, DecisionRoomView, OfferNote, UnexaminedView, WhatIfNote
from app.award.room_acts import DecisionRoom
from app.award.room_schemas import TryChange
from app.domain.awarding import LotRanking
from app.domain.confirming import ActKind, Ballot, Standing, Vote, decide_lock
from app.domain.cutting import Cut, allowed_cuts, cuts_from_data
from app.domain.refusals import Refusal
from app.domain.scoring.rules import EvaluationRules
from app.domain.shortlisting import make_shortlist
from app.domain.tendering import TenderState
from app.domain.visibility import Role
from app.identity.access import Actor
from app.tenders.store import Lot

State = Literal["waiting", "not_due", "to_propose", "voting", "locked"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of the room is made of; `may_read`: the reader may see the ranking (VISIBILITY.md d41)."""

    room: DecisionRoom
    lots: Sequence[Lot]
    names: Mapping[str, str]
    unexamined: Refusal | None
    may_read: bool


def decision_room_view(shown: Shown, actor: Actor) -> DecisionRoomView:
    """The room for one reader."""
    room, standing = shown.room, shown.room.standing
    is_told = shown.may_read and bool(room.rankings)
    state = _state(shown, standing)
    is_open = room.tender.state is TenderState.EVALUATION and state in {"to_propose", "voting"}
    is_asked, has_seat = is_open and standing.proposed is not None, room.has_seat(actor.account_id)
    is_purchaser = Role.PURCHASER in actor.roles
    proposed, refusal = standing.proposed, None
    if is_asked and proposed is not None:
        refusal = decide_lock(standing, proposed.digest) or shown.unexamined
    return DecisionRoomView(
        tender_id=room.tender.id,
        state=state,
        rankings_digest=standing.rankings if is_told else None,
        shortlist_digest=None if proposed is None or not is_told else proposed.digest,
        proposed_at=None if proposed is None or not is_told else proposed.at,
        locked_at=None if standing.locked is None or not is_told else standing.locked.at,
        can_propose=is_open and is_purchaser,
        can_confirm=is_asked and actor.account_id in standing.unconfirmed,
        can_vote=is_asked and has_seat and actor.account_id not in standing.unconfirmed,
        can_lock=is_asked and is_purchaser and refusal is None,
        is_outvoted=is_asked and standing.count(Vote.AGAINST) > standing.count(Vote.FOR) and not standing.silent,
        can_note=is_told and bool(actor.roles & {Role.PURCHASER, Role.EVALUATOR, Role.APPROVER}),
        ballots=[_ballot(shown, each, actor) for each in standing.ballots] if is_told and room.is_due else [],
        cuts=_cuts(shown, standing) if is_told and room.is_due else [],
        unexamined=_unexamined(shown) if is_told and state != "locked" else [],
        notes=_notes(shown) if is_told else [],
    )


def _state(shown: Shown, standing: Standing) -> State:
    if not shown.may_read or not shown.room.rankings:
        return "waiting"
    if not shown.room.is_due:
        return "not_due"
    if standing.locked is not None:
        return "locked"
    return "to_propose" if standing.proposed is None else "voting"


def _ballot(shown: Shown, ballot: Ballot, actor: Actor) -> BallotView:
    return BallotView(
        name=shown.names[ballot.account_id],
        is_you=ballot.account_id == actor.account_id,
        confirmed_at=ballot.confirmed_at,
        vote=ballot.vote,
        reason=ballot.reason,
        voted_at=ballot.voted_at,
    )


def _cuts(shown: Shown, standing: Standing) -> list[CutView]:
    rules = shown.room.rules
    assert rules is not None, "a panel has rules to mark by"
    proposed = () if standing.proposed is None else cuts_from_data(standing.proposed.data["cuts"])
    given = {cut.lot_id: cut for cut in proposed}
    by_lot = {each.lot_id: each for each in shown.room.rankings}
    ranked = [(lot, by_lot[lot.id]) for lot in shown.lots if lot.id in by_lot and by_lot[lot.id].rows]
    return [_cut(lot, ranking, rules, given.get(lot.id)) for lot, ranking in ranked]


def _cut(lot: Lot, ranking: LotRanking, rules: EvaluationRules, given: Cut | None) -> CutView:
    by_rule = make_shortlist(lot.id, ranking.rows, rules.shortlist).labels
    notes = {} if given is None else given.notes
    return CutView(
        lot_id=lot.id,
        number=lot.number,
        title_zh=lot.title_zh,
        title_en=lot.title_en,
        ranked=[row.label for row in ranking.rows],
        by_rule=len(by_rule),
        allowed=list(allowed_cuts(ranking.rows, rules.shortlist)),
        labels=list(by_rule if given is None else given.labels),
        reason="" if given is None else given.reason,
        notes=[OfferNote(label=row.label, text=notes[row.label]) for row in ranking.rows if row.label in notes],
    )


def _unexamined(shown: Shown) -> list[UnexaminedView]:
    refusal = shown.unexamined
    if refusal is None:
        return []
    number = next(lot.number for lot in shown.lots if lot.id == refusal.detail["lot"])
    code: Literal["PENDING", "INQUIRY_DUE"] = "PENDING" if refusal.code.value == "PENDING" else "INQUIRY_DUE"
    return [UnexaminedView(number=number, code=code, label=refusal.detail.get("label"))]


def _notes(shown: Shown) -> list[WhatIfNote]:
    numbers = {lot.id: lot.number for lot in shown.lots}
    current = {each.lot_id: each.digest for each in shown.room.rankings}
    return [
        WhatIfNote(
            at=each.at,
            by=shown.names[each.by],
            lot_id=each.data["lot"],
            number=numbers[each.data["lot"]],
            change=TryChange(lot_id=each.data["lot"], **each.data["change"]),
            first=each.data["first"],
            shortlist=list(each.data["shortlist"]),
            text=each.data["text"],
            is_current=current.get(each.data["lot"]) == each.digest,
        )
        for each in reversed(shown.room.acts)
        if each.kind is ActKind.NOTED
    ]
