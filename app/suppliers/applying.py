"""A supplier applies by itself; a purchaser proposes what becomes of it, an approver decides (issue 7, AD-02).

The answer to an applicant never tells whether its code or its address is known already: anybody may ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.store import NewProposal, Proposal, find_latest, insert_proposal
from app.domain.applying import ApplicationState, Duplicate, decide_admission, find_duplicates
from app.domain.approving import ProposalKind, change_hash
from app.domain.categories import CATEGORIES
from app.domain.credit_code import CreditCode
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.registering import Application, TypedApplication, check_application
from app.domain.visibility import Role
from app.identity import arriving_store
from app.identity import store as identity_store
from app.identity.access import Actor
from app.identity.accounts import Invitee, invite_account, note_invited
from app.infra import outbox
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.notices.texts import render
from app.suppliers import application_store, representing, store, surveying
from app.suppliers.application_store import Applied
from app.suppliers.contacts import seal_contact, unseal_contact
from app.suppliers.entering import chain_of, note, note_refused, staff_hat, tell_approvers
from app.suppliers.service import add_supplier, refusal_of

# An office applies once; a few for typing errors.
MOST_A_DAY = 5
# More would be nobody's honest work: the door closes until some are decided.
MOST_OPEN = 500
MOST_LISTED = 500
SHOWN_REFERENCE = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered supplier that the applicant may be."""

    duplicate: Duplicate
    held: store.Supplier


@dataclass(frozen=True, slots=True)
class Case:
    """An application with what a purchaser needs to propose something."""

    application: Applied
    candidates: list[Candidate]
    pending: Proposal | None
    owed: list[surveying.Owed]


def reference_of(application_id: str) -> str:
    """What an applicant may name its application by."""
    return application_id[:SHOWN_REFERENCE].upper()


async def apply(
    world: World,
    typed: TypedApplication,
    *,
    locale: str,
    network: str,
    answers: Mapping[str, Mapping[str, str]] | None = None,
) -> str | Refusal:
    """Take an application from somebody without an account; its reference.

    ``answers``: by questionnaire, what its categories ask. Refuses BAD_CREDIT_CODE or INCOMPLETE (detail: each field or
    question with its fault), LEAK, CHANGED_SINCE (other questions are asked by now). Problem 429 beyond a day's
    number of one network, or while too many wait.
    """
    checked = check_application(typed)
    if not isinstance(checked, Application):
        return refusal_of(checked)
    now = world.clock.now()
    network_key = world.keys.lookup("apply|" + network)
    async with world.db.transaction() as tx:
        tries = await arriving_store.count_failures(tx, network_key, now - timedelta(days=1))
        if tries >= MOST_A_DAY or await application_store.count_open(tx) >= MOST_OPEN:
            raise Problem(429, headers={"Retry-After": "86400"})
        await arriving_store.insert_failure(world, tx, [network_key])
        replies = await surveying.check_applied(tx, checked.categories, answers or {})
        if isinstance(replies, Refusal):
            return replies
        application_id = world.ids.new()
        new = Applied(
            id=application_id,
            state=ApplicationState.APPLIED,
            name_zh=checked.name_zh,
            name_en=checked.name_en,
            credit_code=checked.credit_code,
            city=checked.city,
            categories=checked.categories,
            contact_sealed=seal_contact(world, application_id, checked.contact),
            locale=locale,
            applied_at=now,
        )
        await application_store.insert_application(tx, new)
        await surveying.insert_applied(world, tx, application_id, replies)
        people = await identity_store.list_staff_accounts(world, tx, Role.PURCHASER)
        accounts = [person.id for person in people]
        await insert_notices(world, tx, accounts=accounts, kind=NoticeKind.APPLICATION_WAITING, params={})
        facts = {**_facts(new), **({"answers": {one.id: dict(kept) for one, kept in replies}} if replies else {})}
        await append(world, tx, NewEntry(chain_of(application_id), Kind.APPLICATION_RECEIVED, facts))
    return reference_of(application_id)


async def read_case(world: World, application_id: str) -> Case:
    """An application, the suppliers it may be, and what waits about it; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        found = await application_store.load_application(tx, application_id)
        duplicates = find_duplicates(found.firm, await application_store.list_firms(tx))
        candidates = [Candidate(each, await store.load_supplier(tx, each.id)) for each in duplicates]
        latest = await find_latest(tx, kind=ProposalKind.ADMIT, subject_id=application_id)
        owed = await surveying.find_owed(tx, application_id, found.categories, world.clock.now())
    waits = latest is not None and latest.pending.waits(world.clock.now())
    return Case(found, candidates, latest if waits else None, owed)


async def list_applications(world: World, *, is_open: bool) -> list[Applied]:
    """The applications that wait, or those that were decided, newest first."""
    states = [state for state in ApplicationState if (state is ApplicationState.APPLIED) is is_open]
    async with world.db.snapshot() as tx:
        return await application_store.list_applications(tx, states, limit=MOST_LISTED)


async def propose_admission(world: World, actor: Actor, application_id: str, into: str | None) -> Proposal | Refusal:
    """Propose to admit an applicant, or to join its application to the supplier it is.

    Refuses what `decide_admission` refuses: ALREADY_DECIDED, ALREADY_EXISTS, NOT_ALLOWED_HERE.
    """
    async with world.db.transaction() as tx:
        found = await application_store.lock_application(tx, application_id)
        holder = await application_store.find_holder(tx, found.credit_code)
        refusal = decide_admission(found.state, holder, into)
        if refusal is not None:
            return await note_refused(world, tx, actor, "admit", refusal, application_id)
        change = await _change(tx, found, into)
        new = NewProposal(
            kind=ProposalKind.ADMIT,
            subject_kind="application",
            subject_id=application_id,
            chain=chain_of(application_id),
            change=change,
            summary={name: value for name, value in change.items() if name not in ("act", "application", "into")},
        )
        await tell_approvers(world, tx)
        return await insert_proposal(world, tx, new, actor, staff_hat(actor))


async def refuse_application(world: World, actor: Actor, application_id: str, reason: str) -> Refusal | None:
    """Turn an application away; the applicant gets a mail with the reason. Refuses ALREADY_DECIDED, and PENDING while
    its admission waits for the second person."""
    now = world.clock.now()
    async with world.db.transaction() as tx:
        found = await application_store.lock_application(tx, application_id)
        latest = await find_latest(tx, kind=ProposalKind.ADMIT, subject_id=application_id)
        waits = latest is not None and latest.pending.waits(now)
        refusal = Refusal(Code.PENDING) if waits else None
        if found.state is not ApplicationState.APPLIED:
            refusal = Refusal(Code.ALREADY_DECIDED)
        if refusal is not None:
            return await note_refused(world, tx, actor, "refuse_application", refusal, application_id)
        values = {"state": ApplicationState.REFUSED.value, "decided_at": now, "reason": reason}
        await application_store.set_application(tx, application_id, **values)
        contact = unseal_contact(world, application_id, found.contact_sealed)
        params = {"reference": reference_of(application_id), "reason": reason, "link": world.settings.public_url}
        subject, text = render(NoticeKind.APPLICATION_REFUSED, found.locale, params)
        await outbox.enqueue(world, tx, [outbox.Letter(contact.email, subject, text)])
        await note(world, tx, actor, application_id, Kind.APPLICATION_REFUSED, {"reason": reason})
        return None


async def admit(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Effect of an approved admission: a supplier with its first representative invited, or one more representative of
    the supplier the applicant is. Refuses CHANGED_SINCE, ALREADY_EXISTS, and what `decide_admission` refuses."""
    found = await application_store.lock_application(tx, proposal.subject_id)
    into = proposal.change.get("into")
    if change_hash(await _change(tx, found, into)) != proposal.change_hash:
        return Refusal(Code.CHANGED_SINCE)
    refusal = decide_admission(found.state, await application_store.find_holder(tx, found.credit_code), into)
    if refusal is None:
        took = await (_add(world, tx, actor, found) if into is None else _join(world, tx, actor, found, into))
        refusal = took
    if refusal is not None:
        return refusal
    state = ApplicationState.ADMITTED if into is None else ApplicationState.MERGED
    values = {"state": state.value, "decided_at": world.clock.now(), "into_id": into}
    await application_store.set_application(tx, found.id, **values)
    kind = Kind.APPLICATION_ADMITTED if into is None else Kind.APPLICATION_MERGED
    await note(world, tx, actor, found.id, kind, {} if into is None else {"into": into})
    return None


async def _add(world: World, tx: AsyncConnection, actor: Actor, found: Applied) -> Refusal | None:
    application = Application(
        name_zh=found.name_zh,
        name_en=found.name_en,
        credit_code=CreditCode(found.credit_code),
        city=found.city,
        categories=found.categories,
        contact=unseal_contact(world, found.id, found.contact_sealed),
    )
    added = await add_supplier(world, tx, actor, application, found.locale, supplier_id=found.id)
    return added if isinstance(added, Refusal) else None


async def _join(world: World, tx: AsyncConnection, actor: Actor, found: Applied, into: str) -> Refusal | None:
    """One more representative and the categories asked for, which wait for the next certification."""
    held = await store.lock_supplier(tx, into)
    contact = unseal_contact(world, found.id, found.contact_sealed)
    name = contact.name or found.name_zh
    invitee = Invitee(contact.email, name, found.locale, roles=(Role.SUPPLIER,), supplier_id=into)
    account_id = await invite_account(world, tx, invitee)
    if isinstance(account_id, Refusal):
        return Refusal(Code.ALREADY_EXISTS, {"field": "contact_email"})
    await note_invited(
        world, tx, account_id=account_id, roles=(Role.SUPPLIER,), by=actor.account_id, by_role=staff_hat(actor).value
    )
    await representing.join(world, tx, actor, supplier_id=into, account_id=account_id)
    wanted = {*held.categories, *found.categories}
    categories = [code for code in CATEGORIES if code in wanted]
    if categories != list(held.categories):
        await store.set_supplier(tx, into, version=held.version + 1, categories=categories)
        changed = {"categories": {"from": list(held.categories), "to": categories}}
        data = {"version": held.version + 1, "changed": changed, "contact_changed": False}
        await note(world, tx, actor, into, Kind.SUPPLIER_UPDATED, data)
    await note(world, tx, actor, into, Kind.APPLICATION_MERGED, {"application": found.id})
    return None


async def _change(tx: AsyncConnection, found: Applied, into: str | None) -> dict[str, Any]:
    """The exact change an approver signs: who comes in, in which categories, and to which supplier it is joined."""
    change: dict[str, Any] = {"act": "admit", "application": found.id, **_facts(found), "into": into}
    if into is not None:
        held = await store.load_supplier(tx, into)
        change |= {"into_name_zh": held.name_zh, "into_name_en": held.name_en}
    return change


def _facts(found: Applied) -> Mapping[str, Any]:
    return {
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "credit_code": found.credit_code,
        "city": found.city,
        "categories": list(found.categories),
    }
