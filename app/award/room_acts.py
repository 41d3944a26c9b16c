"""Acts of the decision room: a cut is put to the panel, its members confirm and vote, it is locked (DR-01, DR-04).

The panel may read the ranking from the decision on (VISIBILITY.md d41): putting it to the panel begins that phase.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import room_store
from app.domain.abnormal import decide_choosable
from app.domain.awarding import LotRanking
from app.domain.confirming import (
    Act,
    ActKind,
    Standing,
    Vote,
    confirmed_data,
    decide_confirming,
    decide_lock,
    decide_proposing,
    decide_voting,
    is_due,
    locked_data,
    stand,
)
from app.domain.cutting import Cut, cuts_data, cuts_digest, cuts_from_data, decide_cut, locked_shortlist
from app.domain.empanelling import Member, counting, find_member
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.scoring.rules import EvaluationRules
from app.domain.tendering import decide_evaluating
from app.domain.visibility import Phase, Role
from app.evaluation import panel_store
from app.evaluation import store as evaluation_store
from app.evaluation.inquiries import list_flagged
from app.evaluation.inquiry_store import list_inquiries
from app.evaluation.offers import evaluation_in
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.intact import decide_intact
from app.tenders.store import Tender


@dataclass(frozen=True, slots=True)
class DecisionRoom:
    """The room of one tender as it stands."""

    tender: Tender
    rules: EvaluationRules | None
    members: Sequence[Member]
    rankings: Sequence[LotRanking]
    acts: Sequence[Act]

    @property
    def is_due(self) -> bool:
        """Whether the panel has to confirm and to vote."""
        return is_due(self.rules, self.members, self.rankings)

    @property
    def standing(self) -> Standing:
        """What stands (domain/confirming.py)."""
        return stand(self.acts, self.members, self.rankings)

    def has_seat(self, account_id: str) -> bool:
        """Whether this account confirms and votes."""
        return find_member(self.members, account_id) is not None


async def load_room(tx: AsyncConnection, tender: Tender) -> DecisionRoom:
    """The room of a tender; without rankings there is nothing to decide in it."""
    return DecisionRoom(
        tender,
        evaluation_in(tender),
        await panel_store.list_members(tx, tender.id),
        [each.official for each in await evaluation_store.list_rankings(tx, tender.id)],
        await room_store.list_acts(tx, tender.id),
    )


async def _lock_room(tx: AsyncConnection, tender_id: str) -> DecisionRoom:
    return await load_room(tx, await tender_store.lock_tender(tx, tender_id))


def _decide_open(room: DecisionRoom) -> Refusal | None:
    """The room is open while the tender is evaluated, to a panel that has something to say."""
    refusal = decide_evaluating(room.tender.state)
    if refusal is None and not room.rankings:
        return Refusal(Code.NOT_RANKED)
    return refusal or (None if room.is_due else Refusal(Code.NOT_ALLOWED_HERE, {"rule": "panel"}))


async def propose_cut(world: World, actor: Actor, tender_id: str, cuts: Sequence[Cut]) -> Refusal | None:
    """Put ranking and cut of every ranked lot to the panel; another cut takes the place of the one before it, and its
    votes are void.

    Refuses where no panel has to be asked (NOT_ALLOWED_HERE), by other rules than the published (FROZEN), after the
    lock (LOCKED), without exactly one cut a lot (INCOMPLETE), and what domain/cutting.decide_cut refuses; each refusal
    is journaled.
    """
    async with world.db.transaction() as tx:
        room = await _lock_room(tx, tender_id)
        refusal = _decide_open(room) or await decide_intact(tx, room.tender)
        refusal = refusal or decide_proposing(room.standing) or _decide_cuts(room, cuts)
        if refusal is not None:
            return await _note_refused(world, tx, actor, room, Role.PURCHASER, refusal)
        data = cuts_data(cuts, {each.lot_id: each.digest for each in room.rankings})
        digest = cuts_digest(data)
        await _keep(world, tx, actor, room, kind=ActKind.PROPOSED, digest=digest, data={"cuts": data})
        await tender_store.set_phase(tx, tender_id, phase=Phase.DECISION)
        told = {"cuts": data, "digest": digest}
        await append(world, tx, _entry(actor, Role.PURCHASER, tender_id, Kind.SHORTLIST_PROPOSED, told))
        people = [each.account_id for each in counting(room.members)]
        await _tell(world, tx, room.tender, NoticeKind.SHORTLIST_PROPOSED, people)
    world.bell.ring(f"tender:{tender_id}")
    return None


def _decide_cuts(room: DecisionRoom, cuts: Sequence[Cut]) -> Refusal | None:
    assert room.rules is not None, "a panel has rules to mark by"
    ranked = {each.lot_id: each for each in room.rankings if each.rows}
    if sorted(cut.lot_id for cut in cuts) != sorted(ranked):
        return Refusal(Code.INCOMPLETE, {"lots": str(len(ranked))})
    refusals = (decide_cut(ranked[cut.lot_id].rows, room.rules.shortlist, cut) for cut in cuts)
    return next((each for each in refusals if each is not None), None)


async def confirm_ranking(world: World, actor: Actor, tender_id: str, shown: str) -> Refusal | None:
    """A member of the panel confirms the rankings it was shown. Raises the one 404 for whoever has no seat."""
    async with world.db.transaction() as tx:
        room = await _reach(tx, actor, tender_id)
        standing = room.standing
        refusal = _decide_open(room) or decide_confirming(standing, actor.account_id, shown)
        if refusal is not None:
            return await _note_refused(world, tx, actor, room, Role.EVALUATOR, refusal)
        await _keep(world, tx, actor, room, kind=ActKind.CONFIRMED, digest=shown, data={})
        data = confirmed_data(room.rankings)
        await append(world, tx, _entry(actor, Role.EVALUATOR, tender_id, Kind.RANKING_CONFIRMED, data))
    world.bell.ring(f"tender:{tender_id}")
    return None


async def cast_vote(
    world: World, actor: Actor, tender_id: str, shown: str, *, vote: Vote, reason: str
) -> Refusal | None:
    """A member votes on the cut it was shown; the purchaser hears when the last one has. Raises the one 404 for whoever
    has no seat."""
    async with world.db.transaction() as tx:
        room = await _reach(tx, actor, tender_id)
        standing = room.standing
        refusal = _decide_open(room) or decide_voting(standing, actor.account_id, shown, vote, reason=reason)
        if refusal is not None:
            return await _note_refused(world, tx, actor, room, Role.EVALUATOR, refusal)
        data = {"vote": vote.value, "reason": reason}
        await _keep(world, tx, actor, room, kind=ActKind.VOTED, digest=shown, data=data)
        told = {"shortlist": shown, **data}
        await append(world, tx, _entry(actor, Role.EVALUATOR, tender_id, Kind.SHORTLIST_VOTED, told))
        if standing.silent == (actor.account_id,) and not standing.unconfirmed:
            people = [each.id for each in await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)]
            await _tell(world, tx, room.tender, NoticeKind.SHORTLIST_READY, people)
    world.bell.ring(f"tender:{tender_id}")
    return None


async def lock_shortlist(world: World, actor: Actor, tender_id: str, shown: str) -> Refusal | None:
    """Make the cut that was voted on the official shortlist. Refuses what domain/confirming.decide_lock refuses, and
    while a low price is not examined (domain/abnormal.decide_choosable)."""
    async with world.db.transaction() as tx:
        room = await _lock_room(tx, tender_id)
        standing = room.standing
        refusal = _decide_open(room) or await decide_intact(tx, room.tender) or decide_lock(standing, shown)
        refusal = refusal or await decide_examined(world, tx, room)
        if refusal is not None:
            return await _note_refused(world, tx, actor, room, Role.PURCHASER, refusal)
        assert room.rules is not None, "a panel has rules to mark by"
        assert standing.proposed is not None, "without a cut the quorum is missing"
        cuts = cuts_from_data(standing.proposed.data["cuts"])
        digests = {each.lot_id: each.digest for each in room.rankings}
        lots = [locked_shortlist(cut, room.rules.shortlist, digests[cut.lot_id]) for cut in cuts]
        for each in lots:
            await evaluation_store.set_shortlist(tx, each["lot"], each)
        data = locked_data(standing, lots)
        await _keep(world, tx, actor, room, kind=ActKind.LOCKED, digest=shown, data={"votes": data["votes"]})
        await append(world, tx, _entry(actor, Role.PURCHASER, tender_id, Kind.SHORTLIST_LOCKED, data))
    world.bell.ring(f"tender:{tender_id}")
    return None


async def decide_examined(world: World, tx: AsyncConnection, room: DecisionRoom) -> Refusal | None:
    """Refuse while a price that looks abnormally low is not examined: an inquiry of any offer that runs, one that is
    due for an offer on the list (domain/abnormal.decide_choosable)."""
    tender, standing, now = room.tender, room.standing, world.clock.now()
    cuts = () if standing.proposed is None else cuts_from_data(standing.proposed.data["cuts"])
    listed = {each.lot_id: each.shortlist or () for each in room.rankings} | {cut.lot_id: cut.labels for cut in cuts}
    asked = await list_inquiries(world, tx, tender.id)
    for each in await list_flagged(tx, tender):
        states = {one.label: one.state_at(now) for one in asked if one.lot_id == each.lot.id}
        for label in (None, *listed.get(each.lot.id, ())):
            refusal = decide_choosable(each.flags, states, () if label is None else (label,))
            if refusal is not None:
                named = {} if label is None else {"label": label}
                return Refusal(refusal.code, {**refusal.detail, "lot": each.lot.id, **named})
    return None


async def note_what_if(world: World, actor: Actor, tender: Tender, *, data: Mapping[str, Any], ranking: str) -> None:
    """Keep what was tried beside the official result, stamped; it decides nothing."""
    async with world.db.transaction() as tx:
        room = await _lock_room(tx, tender.id)
        await _keep(world, tx, actor, room, kind=ActKind.NOTED, digest=ranking, data=data)
        hat = next(role for role in (Role.PURCHASER, Role.EVALUATOR, Role.APPROVER) if role in actor.roles)
        told = {**data, "ranking": ranking}
        await append(world, tx, _entry(actor, hat, tender.id, Kind.WHAT_IF_NOTED, told))


async def _reach(tx: AsyncConnection, actor: Actor, tender_id: str) -> DecisionRoom:
    room = await _lock_room(tx, tender_id)
    if not room.has_seat(actor.account_id):
        raise not_found()
    return room


async def _keep(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    room: DecisionRoom,
    *,
    kind: ActKind,
    digest: str,
    data: Mapping[str, Any],
) -> None:
    by = actor.account_id
    await room_store.insert_act(world, tx, room.tender.id, kind=kind, by=by, digest=digest, data=data)


async def _tell(world: World, tx: AsyncConnection, tender: Tender, kind: NoticeKind, people: Sequence[str]) -> None:
    params = {"reference": tender.reference}
    await insert_notices(world, tx, accounts=people, kind=kind, params=params, tender=tender.id)


async def _note_refused(
    world: World, tx: AsyncConnection, actor: Actor, room: DecisionRoom, hat: Role, refusal: Refusal
) -> Refusal:
    data = {"code": refusal.code.value, "detail": dict(refusal.detail)}
    await append(world, tx, _entry(actor, hat, room.tender.id, Kind.DECISION_REFUSED, data))
    return refusal


def _entry(actor: Actor, hat: Role, tender_id: str, kind: Kind, data: Mapping[str, Any]) -> NewEntry:
    return NewEntry(f"tender:{tender_id}", kind, data, tender=tender_id, **actor.entry_fields(hat))
