"""Calling the panel, declarations of conflict, and drawing the T-aliases once the technical parts are open."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.empanelling import decide_declaration, decide_panel
from app.domain.kinds import Kind
from app.domain.marking import alias_pool
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import decide_running
from app.domain.visibility import Role
from app.evaluation import panel_store
from app.evaluation.entering import entry, entry_by, note_refused, seal_accounts
from app.evaluation.panel_store import AliasSet
from app.evaluation.relating import find_related, recusal_scope, recuse_related, set_conflict
from app.evaluation.room import lock_room
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.seats import find_clash, take_seat
from app.identity.store import Account
from app.infra.world import World
from app.journal.store import NewEntry, append, append_batch
from app.notices.store import insert_notices
from app.sealed_rounds import store as sealed_store
from app.tenders import store as tender_store


async def list_eligible(world: World, tx: AsyncConnection) -> list[Account]:
    """Who may be an evaluator: active staff with that role and without the approver's (ACCESS.md section 2)."""
    people = await identity_store.list_staff_accounts(world, tx, Role.EVALUATOR)
    return [person for person in people if Role.APPROVER not in person.roles]


async def call_panel(world: World, actor: Actor, tender_id: str, accounts: Sequence[str]) -> Refusal | None:
    """Make these accounts the panel, in this order; tells the new ones.

    Refuses after the first submitted sheet (TOO_LATE) or the lock (LOCKED), an account that is no evaluator
    (NOT_ALLOWED_HERE), one that has declared a conflict (RECUSED) or stands near an invited firm (RELATED_PARTY), one
    that has sat on a side of the tender that excludes it (EXCLUSIVE_ROLES), an empty or repeating list (OUT_OF_RANGE).
    """
    async with world.db.transaction() as tx:
        room = await lock_room(world, tx, tender_id)
        eligible = {person.id for person in await list_eligible(world, tx)}
        refusal = decide_running(room.tender.state) or decide_panel(
            room.members, accounts, eligible=eligible, is_locked=room.is_locked
        )
        refusal = refusal or await _decide_seats(world, tx, tender_id, accounts)
        if refusal is not None:
            return await note_refused(world, tx, actor, tender_id, hat=Role.PURCHASER, act="panel", refusal=refusal)
        known = {each.account_id for each in room.members}
        await panel_store.seat_members(tx, tender_id, accounts, known=room.members, at=world.clock.now())
        await _draw_orders(world, tx, tender_id, room.aliases.values())
        await insert_notices(
            world,
            tx,
            accounts=[each for each in accounts if each not in known],
            kind=NoticeKind.PANEL_INVITATION,
            params={"reference": room.tender.reference},
            tender=tender_id,
        )
        for each in accounts:
            await take_seat(tx, each, tender_id, Role.EVALUATOR)
        data = {"seats": len(accounts)}
        sealed = seal_accounts(world, tender_id, accounts)
        fields = actor.entry_fields(Role.PURCHASER)
        new = NewEntry(room.tender.chain, Kind.PANEL_INVITED, data, tender=tender_id, sealed=sealed, **fields)
        await append(world, tx, new)
    return None


async def _decide_seats(world: World, tx: AsyncConnection, tender_id: str, accounts: Sequence[str]) -> Refusal | None:
    if await find_related(world, tx, tender_id, accounts):
        return Refusal(Code.RELATED_PARTY)
    clashes = [await find_clash(tx, each, tender_id, Role.EVALUATOR) for each in accounts]
    return next((each for each in clashes if each is not None), None)


async def declare(world: World, actor: Actor, tender_id: str, *, has_conflict: bool, statement: str) -> Refusal | None:
    """Say whether there is a conflict of interest. A declared conflict recuses at once, and for good.

    Raises the one 404 for whoever has no seat or is recused already. Refuses after the lock (LOCKED).
    """
    async with world.db.transaction() as tx:
        room = await lock_room(world, tx, tender_id)
        member = room.reach_member(actor.account_id)
        refusal = decide_running(room.tender.state) or decide_declaration(is_locked=room.is_locked)
        if refusal is not None:
            return await note_refused(world, tx, actor, tender_id, hat=Role.EVALUATOR, act="declare", refusal=refusal)
        if has_conflict:
            data = await set_conflict(world, tx, tender_id, member, statement=statement)
        else:
            values = {"declared_at": world.clock.now(), "has_conflict": False, "statement": statement}
            await panel_store.set_member(tx, tender_id, actor.account_id, **values)
            data = {"has_conflict": False}
        await append(world, tx, entry_by(actor, Role.EVALUATOR, tender_id, Kind.CONFLICT_DECLARED, data))
    return None


async def is_recused(tx: AsyncConnection, actor: Actor, tender_id: str) -> bool:
    """Whether the actor has declared a conflict in this tender."""
    scope, holders = recusal_scope(tender_id), [f"account:{actor.account_id}"]
    return await identity_store.has_scope(tx, scope=scope, holders=holders, role=Role.EVALUATOR)


async def draw_aliases(world: World, tender_id: str) -> bool:
    """Draw the T-aliases of every lot once the technical parts are open; true if that was now. Idempotent.

    Drawn with the CSPRNG when they are needed and not before (VISIBILITY.md section 1); each evaluator gets an own
    random order of the offers at the same moment.
    """
    async with world.db.transaction() as tx:
        tender = await tender_store.lock_tender(tx, tender_id)
        is_due = await sealed_store.may_mark(tx, tender_id) and not await panel_store.has_aliases(tx, tender_id)
        if not is_due:
            return False
        await recuse_related(world, tx, tender_id)
        news, sets = [], []
        sealed_round = await tender_store.find_sealed_round(tx, tender_id)
        assert sealed_round is not None, "what was opened belongs to a sealed round"
        for lot in await tender_store.list_lots(tx, tender_id):
            tags = world.ids.shuffled(
                [each.tag for each in await sealed_store.list_opened_technical(world, tx, lot.id)]
            )
            drawn = dict(zip(alias_pool(len(tags)), tags, strict=True))
            digest, sealed = await panel_store.insert_alias_set(
                world, tx, tender_id=tender_id, lot_id=lot.id, tags=drawn
            )
            sets.append(AliasSet(lot.id, digest, "", drawn, world.clock.now()))
            data = {"round": sealed_round.id, "lot": lot.id, "set": "T", "digest": digest}
            news.append(entry(tender_id, Kind.ALIASES_DRAWN, data, sealed=sealed))
        await _draw_orders(world, tx, tender_id, sets)
        seats = [each.account_id for each in await panel_store.list_members(tx, tender_id) if not each.has_conflict]
        params = {"reference": tender.reference}
        await insert_notices(world, tx, accounts=seats, kind=NoticeKind.MARKS_DUE, params=params, tender=tender_id)
        await tx.run_sync(append_batch, world, news)
    world.bell.ring(f"tender:{tender_id}")
    return True


async def _draw_orders(world: World, tx: AsyncConnection, tender_id: str, sets: Collection[AliasSet]) -> None:
    """An own random order of the offers for every evaluator who has none yet; it stays."""
    if not sets:
        return
    for account_id, order in (await panel_store.list_orders(tx, tender_id)).items():
        if order is None:
            own = {each.lot_id: world.ids.shuffled(list(each.tags)) for each in sets}
            await panel_store.set_member(tx, tender_id, account_id, offer_order=own)
