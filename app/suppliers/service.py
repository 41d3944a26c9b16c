"""Registering a supplier by invitation, and changing its master data."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.registering import (
    LONGEST_CITY,
    Application,
    Contact,
    Faults,
    Field,
    FieldFault,
    TypedApplication,
    check_application,
    check_categories,
    check_contact,
    check_name,
    check_text,
)
from app.domain.visibility import Role
from app.identity.access import Actor
from app.identity.accounts import Invitee, invite_account, note_invited
from app.infra.world import World
from app.journal.store import stream_chain
from app.suppliers import store
from app.suppliers.contacts import seal_contact
from app.suppliers.entering import chain_of, instant, note, note_refused, staff_hat


@dataclass(frozen=True, slots=True)
class ChangeSupplier:
    """New master data on the version the editor saw; None leaves a field as it is."""

    version: int
    name_zh: str | None = None
    name_en: str | None = None
    city: str | None = None
    categories: Sequence[str] | None = None
    contact: Contact | None = None


async def register_supplier(world: World, actor: Actor, typed: TypedApplication, locale: str) -> str | Refusal:
    """Register a supplier and invite its representative by mail; the new supplier's id.

    Refuses BAD_CREDIT_CODE or INCOMPLETE (detail: each field with its fault), ALREADY_EXISTS (detail: which field).
    """
    checked = check_application(typed)
    async with world.db.transaction() as tx:
        if not isinstance(checked, Application):
            return await note_refused(world, tx, actor, "register", refusal_of(checked))
        added = await add_supplier(world, tx, actor, checked, locale)
        if isinstance(added, Refusal):
            return await note_refused(world, tx, actor, "register", added)
        return added


async def add_supplier(
    world: World,
    tx: AsyncConnection,
    actor: Actor,
    application: Application,
    locale: str,
    *,
    supplier_id: str | None = None,
) -> str | Refusal:
    """Store a checked application with its representative's account and its entries; ALREADY_EXISTS leaves no trace.

    Call within the act's transaction; the import calls it row by row. Whoever applied by itself brings its id.
    """
    supplier_id = supplier_id or world.ids.new()
    if await store.list_taken_codes(tx, [application.credit_code]):
        return Refusal(Code.ALREADY_EXISTS, {"field": Field.CREDIT_CODE.value})
    savepoint = await tx.begin_nested()
    try:
        await store.insert_supplier(tx, _new_supplier(world, supplier_id, application))
        invitee = Invitee(
            email=application.contact.email,
            name=application.contact.name or application.name_zh,
            locale=locale,
            roles=(Role.SUPPLIER,),
            supplier_id=supplier_id,
        )
        account_id = await invite_account(world, tx, invitee)
    except IntegrityError:
        # Somebody registered the same code, or invited the same address, between our look and our write.
        await savepoint.rollback()
        return Refusal(Code.ALREADY_EXISTS, {"field": Field.CREDIT_CODE.value})
    if isinstance(account_id, Refusal):
        await savepoint.rollback()
        return Refusal(Code.ALREADY_EXISTS, {"field": Field.CONTACT_EMAIL.value})
    await savepoint.commit()
    await note(world, tx, actor, supplier_id, Kind.SUPPLIER_REGISTERED, _registered_data(application, account_id))
    await note_invited(
        world, tx, account_id=account_id, roles=(Role.SUPPLIER,), by=actor.account_id, by_role=staff_hat(actor).value
    )
    return supplier_id


async def change_supplier(world: World, actor: Actor, supplier_id: str, command: ChangeSupplier) -> int | Refusal:
    """Change master data made on a version; the new version.

    Refuses CHANGED_SINCE (detail: what was changed meanwhile, by which role, when) and INCOMPLETE.
    """
    async with world.db.transaction() as tx:
        held = await store.lock_supplier(tx, supplier_id)
        if command.version != held.version:
            refusal = await _changed_since(tx, supplier_id, command.version)
            return await note_refused(world, tx, actor, "change", refusal, supplier_id)
        faults: Faults = {}
        values = _new_values(command, faults)
        contact = None if command.contact is None else check_contact(command.contact, faults)
        if faults:
            return await note_refused(world, tx, actor, "change", refusal_of(faults), supplier_id)
        changed = {name: value for name, value in values.items() if getattr(held, name) != value}
        if not changed and contact is None:
            return held.version
        columns = {name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()}
        sealed = {} if contact is None else {"contact_sealed": seal_contact(world, supplier_id, contact)}
        await store.set_supplier(tx, supplier_id, version=held.version + 1, **columns, **sealed)
        data = {
            "version": held.version + 1,
            "changed": {name: {"from": getattr(held, name), "to": value} for name, value in changed.items()},
            "contact_changed": contact is not None,
        }
        await note(world, tx, actor, supplier_id, Kind.SUPPLIER_UPDATED, data)
        return held.version + 1


def refusal_of(faults: Faults) -> Refusal:
    """One refusal for all that is wrong with a form: each field with its fault, never what was typed."""
    is_code = faults.get(Field.CREDIT_CODE) is FieldFault.BAD_CREDIT_CODE
    detail = {field.value: fault.value for field, fault in faults.items()}
    return Refusal(Code.BAD_CREDIT_CODE if is_code else Code.INCOMPLETE, detail)


def _new_supplier(world: World, supplier_id: str, application: Application) -> store.Supplier:
    return store.Supplier(
        id=supplier_id,
        name_zh=application.name_zh,
        name_en=application.name_en,
        credit_code=application.credit_code,
        city=application.city,
        categories=application.categories,
        contact_sealed=seal_contact(world, supplier_id, application.contact),
        registered_at=world.clock.now(),
        state="active",
        certification_id=None,
        version=1,
    )


def _registered_data(application: Application, account_id: str) -> dict[str, object]:
    return {
        "name_zh": application.name_zh,
        "name_en": application.name_en,
        "credit_code": application.credit_code,
        "city": application.city,
        "categories": list(application.categories),
        "account": account_id,
    }


def _new_values(command: ChangeSupplier, faults: Faults) -> dict[str, str | tuple[str, ...]]:
    checked: dict[Field, str | tuple[str, ...]] = {}
    if command.name_zh is not None:
        checked[Field.NAME_ZH] = check_name(command.name_zh)
    if command.name_en is not None:
        checked[Field.NAME_EN] = check_name(command.name_en, required=False)
    if command.city is not None:
        checked[Field.CITY] = check_text(command.city, LONGEST_CITY, required=False)
    if command.categories is not None:
        checked[Field.CATEGORIES] = check_categories(command.categories)
    faults.update({field: value for field, value in checked.items() if isinstance(value, FieldFault)})
    return {field.value: value for field, value in checked.items()}


async def _changed_since(tx: AsyncConnection, supplier_id: str, seen: int) -> Refusal:
    """What happened to the master data after the version the editor saw, as the journal tells it."""
    fields: set[str] = set()
    detail: dict[str, str] = {}
    async for entry in stream_chain(tx, chain_of(supplier_id)):
        if entry.kind is Kind.SUPPLIER_UPDATED and entry.data["version"] > seen:
            fields |= set(entry.data["changed"]) | ({"contact"} if entry.data["contact_changed"] else set())
            detail = {"version": str(entry.data["version"]), "role": entry.actor_role, "at": instant(entry.at)}
    return Refusal(Code.CHANGED_SINCE, {**detail, "changed": ", ".join(sorted(fields))})
