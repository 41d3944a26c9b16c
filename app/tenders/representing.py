"""One person behind two invited firms: refused in one round, told to the auditor (attacks.md Z14).

Refused is by what the buyer registered: the mailbox of the account, the contact's mailbox and telephone. A number that
a supplier set for text messages raises a signal and refuses nothing: nobody learns of a rival by trying numbers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.domain.kinds import Kind
from app.domain.related_parties import decide_representation, person_keys, same_representative
from app.identity import store as identity_store
from app.suppliers import store as supplier_store
from app.suppliers.contacts import unseal_contact
from app.tenders.entering import enter

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.domain.refusals import Refusal
    from app.infra.world import World
    from app.tenders.participations import Participation

_SIGNAL = "one_representative"


async def decide_joining(
    world: World, tx: AsyncConnection, own: Participation, everyone: Sequence[Participation]
) -> Refusal | None:
    """Whether a firm may join those that have. Refuses RELATED_PARTY; raises a signal for the auditor in that case, and
    where only what the suppliers set themselves is the same."""
    others = [each.supplier_id for each in everyone if each.joined and each.supplier_id != own.supplier_id]
    if not others:
        return None
    firms = [own.supplier_id, *others]
    registered = await registered_keys(world, tx, firms)
    refusal = decide_representation(registered[own.supplier_id], {each: registered[each] for each in others})
    known = await _with_own_numbers(world, tx, registered)
    same = same_representative(known[own.supplier_id], {each: known[each] for each in others})
    if same:
        # Both ids have one length each, and one is named whatever there are.
        who = json.dumps({"supplier": own.supplier_id, "other": same[0]}).encode()
        sealed = world.keys.seal("vault", who, own.tender_id.encode())
        data = {"signal": _SIGNAL, "refused": refusal is not None}
        await enter(world, tx, own.tender_id, Kind.SIGNAL_RAISED, data, sealed=sealed)
    return refusal


async def registered_keys(world: World, tx: AsyncConnection, firms: Collection[str]) -> dict[str, frozenset[str]]:
    """What the buyer registered of the people behind each firm, as keys of persons."""
    accounts = await identity_store.list_supplier_accounts(world, tx, list(firms))
    keys: dict[str, frozenset[str]] = {}
    for firm in firms:
        held = await supplier_store.load_supplier(tx, firm)
        contact = unseal_contact(world, firm, held.contact_sealed)
        mails = (person_keys(each.email) for each in accounts if each.supplier_id == firm)
        keys[firm] = person_keys(contact.email, contact.phone).union(*mails)
    return keys


async def _with_own_numbers(
    world: World, tx: AsyncConnection, registered: dict[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    accounts = await identity_store.list_supplier_accounts(world, tx, list(registered))
    return {
        firm: keys.union(*(person_keys(each.email, each.mobile) for each in accounts if each.supplier_id == firm))
        for firm, keys in registered.items()
    }
