"""Roles by four eyes: an administrator asks, an auditor agrees, nobody grants to himself (attacks.md Z05).

A fresh deployment has no auditor: until there is an active one, what the administrator grants stands at once, and the
journal says that nobody else agreed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import Effect, NewProposal, Proposal, find_latest, insert_proposal
from app.domain.approving import ProposalKind, ProposalState, change_hash
from app.domain.exclusive_roles import decide_grant, needs_auditor
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.accounts import Invitee, invite_account, note_invited
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices

CHAIN = "system"


@dataclass(frozen=True, slots=True)
class Granted:
    """What came of a grant: whose account, and the proposal that waits for an auditor, if one has to."""

    account_id: str
    proposal_id: str | None


async def _needs_auditor(world: World, tx: AsyncConnection, actor: Actor, to: str) -> bool:
    auditors = await identity_store.list_staff_accounts(world, tx, Role.AUDITOR)
    return needs_auditor({each.id for each in auditors}, by=actor.account_id, to=to)


async def _propose(
    world: World, tx: AsyncConnection, actor: Actor, account_id: str, *, before: Sequence[str], after: Sequence[str]
) -> str:
    change = {"account": account_id, "from": list(before), "to": list(after)}
    summary = {"from": list(before), "to": list(after)}
    new = NewProposal(ProposalKind.ROLES, "account", account_id, CHAIN, change, summary)
    await tell_auditors(world, tx, but={actor.account_id, account_id})
    return (await insert_proposal(world, tx, new, actor, Role.ADMIN)).id


async def tell_auditors(world: World, tx: AsyncConnection, *, but: Collection[str]) -> None:
    """A role waits for an auditor's word: all of them are told, without whose and which."""
    people = await identity_store.list_staff_accounts(world, tx, Role.AUDITOR)
    accounts = [person.id for person in people if person.id not in but]
    await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.APPROVAL_WAITING, params={})


async def invite_staff(
    world: World, actor: Actor, *, email: str, name: str, roles: Sequence[Role], locale: str
) -> Granted | Refusal:
    """Invite a colleague; the roles wait for an auditor where there is one. Refuses ALREADY_EXISTS, OUT_OF_RANGE."""
    refusal = decide_grant(by=actor.account_id, to="", roles=roles)
    if refusal is not None or not roles:
        return refusal or Refusal(Code.OUT_OF_RANGE, {"field": "roles"})
    async with world.db.transaction() as tx:
        waits = await _needs_auditor(world, tx, actor, "")
        given = () if waits else tuple(roles)
        made = await invite_account(world, tx, Invitee(email, name, locale, given))
        if isinstance(made, Refusal):
            return made
        await note_invited(world, tx, account_id=made, roles=given, by=actor.account_id, by_role=Role.ADMIN.value)
        wanted = sorted(role.value for role in roles)
        proposal = await _propose(world, tx, actor, made, before=(), after=wanted) if waits else None
    return Granted(made, proposal)


async def change_roles(world: World, actor: Actor, account_id: str, roles: Sequence[Role]) -> Granted | Refusal:
    """Ask for other roles of a colleague. Refuses SAME_PERSON, OUT_OF_RANGE, ALREADY_EXISTS (nothing would change);
    Problem 404 where it is no colleague's account."""
    async with world.db.transaction() as tx:
        person = await identity_store.lock_account(world, tx, account_id)
        if person is None or person.kind != "staff" or person.state == "disabled":
            raise Problem(404)
        refusal = decide_grant(by=actor.account_id, to=account_id, roles=roles)
        if refusal is None and frozenset(roles) == person.roles:
            refusal = Refusal(Code.ALREADY_EXISTS, {"field": "roles"})
        if refusal is not None:
            data = {"path": "/api/accounts/{account_id}/roles", "code": refusal.code.value}
            await append(world, tx, NewEntry(CHAIN, Kind.ACCESS_REFUSED, data, **actor.entry_fields(Role.ADMIN)))
            return refusal
        before, after = sorted(person.roles), sorted(role.value for role in roles)
        if await _needs_auditor(world, tx, actor, account_id):
            return Granted(account_id, await _propose(world, tx, actor, account_id, before=before, after=after))
        await _grant(world, tx, actor, account_id, before=before, after=after, hat=Role.ADMIN)
    world.bell.ring("sessions")
    return Granted(account_id, None)


async def _grant(  # whose, from what, to what, by whom
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    account_id: str,
    *,
    before: Sequence[str],
    after: Sequence[str],
    hat: Role,
) -> None:
    """Write the roles and end the sessions: the next sign-in asks for what the new roles ask for."""
    await identity_store.set_account(tx, account_id, roles=list(after))
    await identity_store.end_sessions(world, tx, account_id=account_id, at=world.clock.now())
    data = {"account": account_id, "from": list(before), "to": list(after), "alone": hat is Role.ADMIN}
    await append(world, tx, NewEntry(CHAIN, Kind.ROLES_GRANTED, data, **actor.entry_fields(hat)))


async def grant_roles(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """An auditor agreed. Refuses CHANGED_SINCE where the roles are others by now, or the account is gone."""
    person = await identity_store.lock_account(world, tx, proposal.subject_id)
    before = list(proposal.change["from"])
    is_same = change_hash(proposal.change) == proposal.change_hash
    if not is_same or person is None or person.state == "disabled" or sorted(person.roles) != before:
        return Refusal(Code.CHANGED_SINCE)
    after = list(proposal.change["to"])
    await _grant(world, tx, actor, person.id, before=before, after=after, hat=Role.AUDITOR)
    world.bell.ring("sessions")
    return None


async def find_pending(world: World, tx: AsyncConnection, account_id: str) -> Proposal | None:
    """The grant that waits for an auditor, if one does."""
    found = await find_latest(tx, kind=ProposalKind.ROLES, subject_id=account_id)
    is_waiting = found is not None and found.pending.waits(world.clock.now())
    return found if is_waiting and found is not None and found.state is ProposalState.PENDING else None


async def list_names(world: World, tx: AsyncConnection, proposals: Collection[Proposal]) -> dict[str, str]:
    """The names of the colleagues whose roles these proposals are about; they lie sealed with the accounts."""
    wanted = {each.subject_id for each in proposals if each.kind is ProposalKind.ROLES}
    found = [await identity_store.find_account(world, tx, each) for each in sorted(wanted)]
    return {each.id: each.name for each in found if each is not None}


EFFECTS: Mapping[ProposalKind, Effect] = {ProposalKind.ROLES: grant_roles}
