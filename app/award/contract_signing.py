"""Signatures under contracts: on our own page, or by a provider that is asked, asked again, and believed for the exact
text alone (SP-10, PL-12).

The person's act is stored before anybody is called; the timekeeper calls. What a provider says is taken under the
tender's lock, so that nothing is signed twice and nothing after the contract ended.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.award import contract_store, signature_store, store
from app.award.contract_store import Contract, Signature
from app.award.contracting import contract_change, hold
from app.award.negotiating import decide_party, entry, refuse, side_of, tell_supplier
from app.award.signature_store import SignatureRequest
from app.domain.contracting import ContractState, Signing, decide_signing
from app.domain.kinds import Kind
from app.domain.negotiating import Side
from app.domain.noticing import NoticeKind
from app.domain.process import Fact
from app.domain.refusals import Code, Refusal
from app.domain.signature_requests import (
    ASK_AGAIN,
    Answer,
    Matter,
    RequestState,
    Word,
    decide_confirmation,
    wait_after,
)
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.seats import take_seat
from app.infra.signature_provider import BUILT_IN, ProviderDownError, Wanted
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.notices.store import insert_notices
from app.tenders import store as tender_store
from app.tenders.entering import tell_staff
from app.tenders.projecting import note_project
from app.tenders.store import Tender

BATCH: Final = 20


async def sign_contract(world: World, actor: Actor, contract_id: str, signing: Mapping[str, str]) -> Refusal | None:
    """Sign for one side, or have the provider asked to; with the second signature the contract is active. For the buyer
    an approver signs.

    Refuses what decide_party and domain/contracting.decide_signing refuse; each refusal is journaled.
    """
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, contract_id, Role.SUPPLIER, Role.APPROVER)
        side, now = side_of(actor), world.clock.now()
        wanted = Signing(side, signing["digest"], signing["signatory"].strip(), signing["title"].strip())
        refusal = await decide_party(tx, tender, held.supplier_id) or decide_signing(
            wanted,
            state=held.state,
            digest=held.digest,
            signed=held.signed,
            now=now,
            ends_at=held.ends_at,
            asked=held.asked,
        )
        if refusal is not None:
            return await refuse(world, tx, actor, tender, Kind.CONTRACT_REFUSED, "sign", refusal)
        hat = Role.SUPPLIER if actor.is_supplier else Role.APPROVER
        if not actor.is_supplier:
            await take_seat(tx, actor.account_id, tender.id, hat)
        if world.signatures.is_built_in:
            made = Signature(side, held.digest, wanted.signatory, wanted.title, BUILT_IN, actor.account_id, now)
            await _sign(world, tx, tender, held, made, actor.entry_fields(hat))
        else:
            await _ask(world, tx, actor, tender, held, wanted)
    return None


async def _ask(
    world: World, tx: AsyncConnection, actor: Actor, tender: Tender, held: Contract, wanted: Signing
) -> None:
    now = world.clock.now()
    new = SignatureRequest(
        id=world.ids.new(),
        contract_id=held.id,
        side=wanted.side,
        number=await signature_store.next_number(tx, held.id, wanted.side),
        digest=held.digest,
        signatory=wanted.signatory,
        title=wanted.title,
        account_id=actor.account_id,
        provider=world.signatures.name,
        asked_at=now,
        state=RequestState.OPEN,
        reference=None,
        failures=0,
        failure=None,
        due_at=now,
        closed_at=None,
    )
    await signature_store.insert_request(tx, new)
    data = {**contract_change(held), **_named(new), "signatory": new.signatory, "title": new.title}
    hat = Role.SUPPLIER if actor.is_supplier else Role.APPROVER
    await append(world, tx, entry(actor, tender, Kind.SIGNATURE_REQUESTED, data, hat))


async def withdraw_signature(world: World, actor: Actor, contract_id: str) -> Refusal | None:
    """Take one's side's request back from the provider, to sign again; what it says later counts for nothing. Refuses
    where none is open (NOT_ALLOWED_HERE)."""
    async with world.db.transaction() as tx:
        tender, held = await hold(tx, actor, contract_id, Role.SUPPLIER, Role.APPROVER)
        side = side_of(actor)
        found = next((each for each in held.requests if each.side is side and each.state is RequestState.OPEN), None)
        if found is None:
            refusal = Refusal(Code.NOT_ALLOWED_HERE, {"field": "signature"})
            return await refuse(world, tx, actor, tender, Kind.CONTRACT_REFUSED, "withdraw", refusal)
        now = world.clock.now()
        await signature_store.set_request(
            tx, found.id, state=RequestState.DROPPED.value, closed_at=now, due_at=now, failure=None
        )
        hat = Role.SUPPLIER if actor.is_supplier else Role.APPROVER
        data = {**contract_change(held), **_named(found)}
        await append(world, tx, entry(actor, tender, Kind.SIGNATURE_WITHDRAWN, data, hat))
    return None


async def _sign(
    world: World, tx: AsyncConnection, tender: Tender, held: Contract, made: Signature, who: Mapping[str, Any]
) -> None:
    await contract_store.insert_signature(tx, world.ids.new(), held.id, made)
    is_active = {*held.signed, made.side} == set(Side)
    data: dict[str, Any] = {**contract_change(held), "side": made.side.value, "signatory": made.signatory}
    data |= {"title": made.title, "method": made.method, "active": is_active}
    await append(world, tx, NewEntry(tender.chain, Kind.CONTRACT_SIGNED, data, tender=tender.id, **who))
    await tell_staff(world, tx, tender, NoticeKind.CONTRACT_SIGNED, Role.PURCHASER)
    if made.side is Side.BUYER:
        told = NoticeKind.CONTRACT_SIGNED if is_active else NoticeKind.SIGNATURE_WANTED
        await tell_supplier(world, tx, tender, held.supplier_id, told)
    elif not is_active:
        await tell_staff(world, tx, tender, NoticeKind.SIGNATURE_WANTED, Role.APPROVER)
    if is_active:
        await contract_store.set_contract(tx, held.id, state=ContractState.ACTIVE.value)
        await _note_signed(world, tx, tender)


async def _note_signed(world: World, tx: AsyncConnection, tender: Tender) -> None:
    """Stage 8 is over once every supplier of the award has a contract that both sides signed."""
    known = await contract_store.list_contracts(tx, tender.id)
    awarded = {each.supplier_id for each in await store.list_awards(tx, [tender.id])}
    if all(one in known and known[one].state is ContractState.ACTIVE for one in awarded):
        await note_project(world, tx, tender, Fact.CONTRACT_SIGNED)


async def want_signatures(world: World) -> int:
    """Tell both sides, once, that the standstill is over and their signature is wanted; gives how many contracts."""
    now, told = world.clock.now(), 0
    async with world.db.snapshot() as tx:
        due = await contract_store.list_unsigned(tx, now)
    for tender_id, contract_id in due:
        async with world.db.transaction() as tx:
            tender = await tender_store.lock_tender(tx, tender_id)
            held = await _find(tx, tender_id, contract_id)
            await contract_store.set_contract(tx, contract_id, wanted_at=now)
            if held is None or held.state is not ContractState.PENDING or held.wanted_at is not None:
                continue
            if Side.SUPPLIER not in held.signed:
                await tell_supplier(world, tx, tender, held.supplier_id, NoticeKind.SIGNATURE_WANTED)
            if Side.BUYER not in held.signed:
                await tell_staff(world, tx, tender, NoticeKind.SIGNATURE_WANTED, Role.APPROVER)
            told += 1
    return told


async def hear_callback(world: World, request_id: str) -> None:
    """The provider knows more about a request: it is called at once. What a call to us says counts for nothing."""
    async with world.db.transaction() as tx:
        await signature_store.hasten(tx, request_id, world.clock.now())


async def call_provider(world: World) -> int:
    """Call the provider about everything that is due, and take its answers; gives how many. Safe on several replicas:
    the key of a request makes a second call the first one's."""
    async with world.db.snapshot() as tx:
        due = await signature_store.list_due(tx, world.clock.now(), BATCH)
    answers = await asyncio.gather(*(_call(world, each) for each in due))
    for each, answer in zip(due, answers, strict=True):
        await _take(world, each, answer)
    return len(due)


async def _call(world: World, request: SignatureRequest) -> Answer | str | None:
    """The provider's answer, why there is none, or None where there is nothing to ask."""
    provider, now, reference = world.signatures, world.clock.now(), request.reference
    is_dropped = request.state is RequestState.DROPPED
    if is_dropped and reference is None and request.failures == 0:
        return None
    if request.provider != provider.name:
        return "other_provider"
    try:
        if reference is None:
            wanted = Wanted(request.id, request.digest, request.signatory, request.title, request.contract_id)
            answer = await provider.request(wanted, now)
            # Nobody knows whether it had come through: it is taken back by the name it has now.
            return await provider.withdraw(answer.reference, now) if is_dropped else answer
        return await (provider.withdraw if is_dropped else provider.status)(reference, now)
    except ProviderDownError as error:
        return str(error)[:40]


async def _take(world: World, request: SignatureRequest, answer: Answer | str | None) -> None:
    async with world.db.transaction() as tx:
        tender_id = await contract_store.find_tender(tx, request.contract_id)
        tender = await tender_store.lock_tender(tx, tender_id)
        current = await signature_store.find_request(tx, request.id)
        assert current is not None, "requests are never deleted"
        is_lost = current.state is RequestState.DROPPED and current.reference is None
        if current.due_at is None and not (is_lost and isinstance(answer, Answer)):
            return  # another replica was faster
        if answer is None:
            # Never sent; but where it was taken back while it was on its way, that call comes here, too.
            await signature_store.set_request(tx, current.id, due_at=None)
        elif isinstance(answer, str):
            await _take_failure(world, tx, tender, current, answer)
        elif answer.word is Word.CONFIRMED:
            await _take_confirmed(world, tx, tender, current, answer)
        elif answer.word is Word.DECLINED:
            await _take_declined(world, tx, tender, current, answer)
        else:
            wait = ASK_AGAIN if current.state is RequestState.OPEN else wait_after(1)
            values = {"reference": answer.reference, "failures": 0, "failure": None}
            await signature_store.set_request(tx, current.id, **values, due_at=world.clock.now() + wait)


async def _take_failure(world: World, tx: AsyncConnection, tender: Tender, current: SignatureRequest, why: str) -> None:
    failures = current.failures + 1
    values = {"failures": failures, "failure": why, "due_at": world.clock.now() + wait_after(failures)}
    await signature_store.set_request(tx, current.id, **values)
    if failures == 1 and current.state is RequestState.OPEN:
        await _tell_signer(world, tx, tender, current, NoticeKind.SIGNATURE_WAITING)


async def _take_declined(
    world: World, tx: AsyncConnection, tender: Tender, current: SignatureRequest, answer: Answer
) -> None:
    if current.state is not RequestState.OPEN:
        await signature_store.set_request(tx, current.id, reference=answer.reference, due_at=None, failure=None)
        return
    await _close(world, tx, current, RequestState.DECLINED, answer)
    await _note(world, tx, tender, Kind.SIGNATURE_DECLINED, {**_named(current), "reference": answer.reference})
    await _tell_signer(world, tx, tender, current, NoticeKind.SIGNATURE_FAILED)


async def _take_confirmed(
    world: World, tx: AsyncConnection, tender: Tender, current: SignatureRequest, answer: Answer
) -> None:
    held = await _find(tx, tender.id, current.contract_id)
    matter = Matter(
        current.state,
        current.side,
        current.digest,
        None if held is None else held.state,
        "" if held is None else held.digest,
        [] if held is None else held.signed,
    )
    refusal = decide_confirmation(matter, answer)
    told = {**_named(current), "reference": answer.reference}
    if refusal is not None or held is None:
        refusal = refusal or Refusal(Code.ALREADY_DECIDED)
        is_open = current.state is RequestState.OPEN
        await _close(world, tx, current, RequestState.REFUSED if is_open else current.state, answer)
        data = {**told, "code": refusal.code.value, "detail": dict(refusal.detail)}
        await _note(world, tx, tender, Kind.SIGNATURE_REFUSED, data)
        await _tell_signer(world, tx, tender, current, NoticeKind.SIGNATURE_FAILED)
        return
    await _close(world, tx, current, RequestState.CONFIRMED, answer)
    made = Signature(
        current.side,
        held.digest,
        current.signatory,
        current.title,
        current.provider,
        current.account_id,
        world.clock.now(),
    )
    await _note(world, tx, tender, Kind.SIGNATURE_CONFIRMED, {**told, "digest": answer.digest})
    await _sign(world, tx, tender, held, made, {})


async def _close(
    world: World, tx: AsyncConnection, current: SignatureRequest, state: RequestState, answer: Answer
) -> None:
    values = {"state": state.value, "reference": answer.reference, "failures": 0, "failure": None}
    await signature_store.set_request(
        tx, current.id, **values, due_at=None, closed_at=current.closed_at or world.clock.now()
    )


async def _find(tx: AsyncConnection, tender_id: str, contract_id: str) -> Contract | None:
    """A contract, where it still is the last version of the award that stands."""
    known = await contract_store.list_contracts(tx, tender_id)
    return next((each for each in known.values() if each.id == contract_id), None)


async def _tell_signer(
    world: World, tx: AsyncConnection, tender: Tender, current: SignatureRequest, kind: NoticeKind
) -> None:
    params, to = {"reference": tender.reference}, [current.account_id]
    await insert_notices(world, tx, accounts=to, kind=kind, params=params, tender=tender.id)


def _named(request: SignatureRequest) -> dict[str, Any]:
    """How an entry names a request."""
    return {"request": request.id, "side": request.side.value, "provider": request.provider}


async def _note(world: World, tx: AsyncConnection, tender: Tender, kind: Kind, data: Mapping[str, Any]) -> None:
    await append(world, tx, NewEntry(tender.chain, kind, data, tender=tender.id))
