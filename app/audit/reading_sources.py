"""Opening the vault for one approved reading: each kind of reading, and what it can be asked about. Decides nothing.

Nothing here is called but by `readings.py`, which has asked the rule and writes the entry in the same transaction.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.vault_policy import Reading
from app.domain.visibility import Datum, Role, may_see
from app.evaluation import document_store, panel_store
from app.evaluation import store as evaluation_store
from app.evaluation.document_store import Document
from app.identity import store as identity_store
from app.identity import vault
from app.infra.world import World
from app.journal.store import list_entries
from app.live_rounds import store as live_store
from app.suppliers import store as supplier_store
from app.suppliers.contacts import unseal_contact
from app.tenders import question_store
from app.tenders import store as tender_store
from app.tenders.participations import list_invited, list_participations
from app.tenders.store import Tender

AUDITOR = (Role.AUDITOR,)
# Of a question, as a choice among others.
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """One line of what a reading shows; what it does not speak of is None."""

    # As the reader knew it before: an alias, a question, an entry.
    of: str | None = None
    name_zh: str | None = None
    name_en: str | None = None
    person: str | None = None
    email: str | None = None
    phone: str | None = None
    response: str | None = None
    at: datetime | None = None
    network: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Something a reading can be about, and its name for people."""

    id: str
    name_zh: str
    name_en: str
    # What the second person is told of it, where the auditor may see more.
    told: str | None = None


Opener = Callable[[World, AsyncConnection, Tender, str], Awaitable[list[Opened] | None]]


async def list_subjects(world: World, tx: AsyncConnection, tender: Tender, reading: Reading) -> list[Subject]:
    """What of a tender this reading can be asked about, as far as an auditor knows of it anyhow."""
    match reading:
        case Reading.CONTACTS | Reading.TRACES:
            invited = [one.supplier_id for one in await list_invited(tx, tender.id)]
            names = await supplier_store.load_names(tx, invited)
            return [Subject(each, one.name_zh, one.name_en) for each, one in sorted(names.items())]
        case Reading.LINK:
            found = await _list_aliases(world, tx, tender)
            return [Subject(each, f"{number} · {alias}", f"{number} · {alias}") for each, number, alias in found]
        case Reading.ASKER:
            asked = await question_store.list_questions(tx, tender.id)
            return [_asked_subject(world, each) for each in asked]
        case Reading.ORIGINALS:
            documents = await document_store.list_documents(world, tx, tender.id)
            numbers = {lot.id: lot.number for lot in await tender_store.list_lots(tx, tender.id)}
            named = [(one.id, f"{numbers[one.lot_id]} · {one.name}") for one in documents]
            return [Subject(each, name, name) for each, name in named]
        case _:
            return []


def _asked_subject(world: World, one: question_store.Question) -> Subject:
    """A question: to the auditor as it was asked (d45), to the second person as the relay let it through (d47)."""
    name = _called_question(one.id, question_store.open_text(world, one)[0])
    return Subject(one.id, name, name, told=_called_question(one.id, one.shown or ""))


def _called_question(question_id: str, text: str) -> str:
    """A question's number and as much of a text as names it."""
    cut = text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
    return f"{question_id[:8]} · {cut}".rstrip(" ·")


async def _list_aliases(world: World, tx: AsyncConnection, tender: Tender) -> list[tuple[str, int, str]]:
    """(subject, number of the lot, alias) of everything an auditor sees under an alias by now."""
    shown = []
    for lot in await tender_store.list_lots(tx, tender.id):
        for name, aliases in (await _alias_sets(world, tx, tender, lot.id)).items():
            shown += [(f"{lot.id}:{name}:{alias}", lot.number, _called(name, alias)) for alias in sorted(aliases)]
    return shown


def _called(name: str, alias: str) -> str:
    """An alias as people know it; of which set it is, most say themselves."""
    return alias if alias.startswith(name) else f"{name} {alias}"


async def _alias_sets(
    world: World, tx: AsyncConnection, tender: Tender, lot_id: str
) -> Mapping[str, Mapping[str, str]]:
    """{set: {alias: tag}} of a lot, as far as its sets have been drawn and an auditor may see them (d18, d19, d41)."""
    sets: dict[str, Mapping[str, str]] = {}
    if may_see(AUDITOR, tender.visited, Datum.RANKING):
        rankings = await evaluation_store.list_rankings(tx, tender.id)
        own = next((one for one in rankings if one.official.lot_id == lot_id), None)
        sets["R"] = {} if own is None else evaluation_store.open_map(world, own)
    floor = await live_store.find_floor(tx, lot_id)
    if floor is not None and may_see(AUDITOR, tender.visited, Datum.C_ALIASES):
        sets["C"] = {alias: tag for tag, alias in live_store.open_aliases(world, floor).items()}
    drawn = (await panel_store.list_alias_sets(world, tx, tender.id)).get(lot_id)
    if drawn is not None and may_see(AUDITOR, tender.visited, Datum.T_ALIASES):
        sets["T"] = drawn.tags
    return sets


async def _open_link(world: World, tx: AsyncConnection, tender: Tender, subject: str) -> list[Opened] | None:
    lot_id, _, named = subject.partition(":")
    name, _, alias = named.partition(":")
    lots = {lot.id: lot for lot in await tender_store.list_lots(tx, tender.id)}
    tag = (await _alias_sets(world, tx, tender, lot_id)).get(name, {}).get(alias) if lot_id in lots else None
    if tag is None:
        return None
    return await _name_tags(world, tx, tender, {tag: f"{lots[lot_id].number} · {_called(name, alias)}"})


async def _name_tags(world: World, tx: AsyncConnection, tender: Tender, wanted: Mapping[str, str]) -> list[Opened]:
    """Who stands behind these tags, each under the name the reader knows it by."""
    parts = {each.tag: each.supplier_id for each in await list_participations(world, tx, tender.id)}
    names = await supplier_store.load_names(tx, sorted(set(parts.values())))
    found = {of: names[parts[tag]] for tag, of in wanted.items() if tag in parts}
    return [Opened(of=of, name_zh=one.name_zh, name_en=one.name_en) for of, one in sorted(found.items())]


async def open_all_names(world: World, tx: AsyncConnection, tender: Tender) -> list[Opened]:
    """Everybody who joined, under every alias of theirs: what an emergency unsealing opens."""
    parts = await list_participations(world, tx, tender.id)
    known: dict[str, list[str]] = {each.tag: [] for each in parts if each.joined}
    for lot in await tender_store.list_lots(tx, tender.id):
        for name, aliases in (await _alias_sets(world, tx, tender, lot.id)).items():
            for alias, tag in aliases.items():
                known.setdefault(tag, []).append(f"{lot.number} · {_called(name, alias)}")
    # Whoever has no alias yet is told apart by the tag.
    return await _name_tags(world, tx, tender, {tag: "; ".join(sorted(each)) or tag for tag, each in known.items()})


async def _open_responses(world: World, tx: AsyncConnection, tender: Tender, subject: str) -> list[Opened] | None:
    if subject:
        return None
    parts = await list_participations(world, tx, tender.id)
    names = await supplier_store.load_names(tx, [each.supplier_id for each in parts])
    rows = [(names[each.supplier_id], each.response.value) for each in parts]
    rows.sort(key=lambda row: row[0].name_zh)
    return [Opened(name_zh=one.name_zh, name_en=one.name_en, response=response) for one, response in rows]


async def _open_contacts(world: World, tx: AsyncConnection, tender: Tender, subject: str) -> list[Opened] | None:
    if not await _is_invited(tx, tender, subject):
        return None
    one = await supplier_store.load_supplier(tx, subject)
    contact = unseal_contact(world, subject, one.contact_sealed)
    opened = Opened(name_zh=one.name_zh, name_en=one.name_en, person=contact.name)
    return [replace(opened, email=contact.email, phone=contact.phone)]


async def _open_traces(world: World, tx: AsyncConnection, tender: Tender, subject: str) -> list[Opened] | None:
    if not await _is_invited(tx, tender, subject):
        return None
    people = {each.id: each.name for each in await identity_store.list_supplier_accounts(world, tx, [subject])}
    traces = await vault.list_traces(world, tx, list(people))
    rows = [(one, people[each]) for each, own in traces.items() for one in own]
    rows.sort(key=lambda row: row[0].at)
    return [Opened(person=name, at=one.at, network=one.network, agent=one.agent) for one, name in rows]


async def _is_invited(tx: AsyncConnection, tender: Tender, supplier_id: str) -> bool:
    return supplier_id in {each.supplier_id for each in await list_invited(tx, tender.id)}


async def _open_asker(world: World, tx: AsyncConnection, tender: Tender, subject: str) -> list[Opened] | None:
    asked: Sequence[question_store.Question] = await question_store.list_questions(tx, tender.id)
    one = next((each for each in asked if each.id == subject), None)
    if one is None:
        return None
    asker = question_store.open_asker(world, one)
    return [await _named(world, tx, asker.supplier, asker.account, of=subject)]


async def _open_actor(world: World, tx: AsyncConnection, tender: Tender, subject: str) -> list[Opened] | None:
    found = await _find_entry(tx, tender, subject)
    if found is not None and found.kind is Kind.SIGNAL_RAISED:
        return await _open_signal(world, tx, tender, found, of=subject)
    if found is None or found.tag is None:
        return None
    part = next((each for each in await list_participations(world, tx, tender.id) if each.tag == found.tag), None)
    if part is None:
        return None
    account = None
    if found.sealed is not None:
        try:
            _, account = vault.open_actor(world, bytes.fromhex(found.sealed), found.tag)
        except ValueError:
            # Sealed for something else: an alias map, a person at a pen.
            account = None
    return [await _named(world, tx, part.supplier_id, account, of=subject)]


async def _open_signal(
    world: World, tx: AsyncConnection, tender: Tender, found: Entry, *, of: str
) -> list[Opened] | None:
    """The firms that a signal is about, and the person of the buyer's side who stands near one; None where a signal
    names nobody."""
    try:
        who = json.loads(world.keys.unseal("vault", bytes.fromhex(found.sealed or ""), tender.id.encode()))
    except ValueError:
        return None
    firms = [who[name] for name in ("supplier", "other") if name in who]
    return [await _named(world, tx, firm, who.get("account"), of=of) for firm in firms] or None


async def _find_entry(tx: AsyncConnection, tender: Tender, subject: str) -> Entry | None:
    """The entry named `tender:ID#7` or `lot:ID#7`, of this tender alone."""
    chain, _, number = subject.partition("#")
    lots = {f"lot:{lot.id}" for lot in await tender_store.list_lots(tx, tender.id)}
    if chain not in {tender.chain, *lots} or not number.isascii() or not number.isdigit() or len(number) > 12:
        return None
    found = await list_entries(tx, chain=chain, after_seq=int(number) - 1, limit=1)
    return next((each for each in found if each.seq == int(number)), None)


async def _named(world: World, tx: AsyncConnection, supplier_id: str, account_id: str | None, *, of: str) -> Opened:
    names = (await supplier_store.load_names(tx, [supplier_id]))[supplier_id]
    person = None if account_id is None else await identity_store.find_account(world, tx, account_id)
    name = None if person is None else person.name
    return Opened(of=of, name_zh=names.name_zh, name_en=names.name_en, person=name)


async def _open_original(world: World, tx: AsyncConnection, tender: Tender, subject: str) -> list[Opened] | None:
    """Which file; its bytes go out by themselves (`find_document`)."""
    one = await find_document(world, tx, tender.id, subject)
    return None if one is None else [Opened(of=one.name)]


async def find_document(world: World, tx: AsyncConnection, tender_id: str, document_id: str) -> Document | None:
    """The document of a reading of originals."""
    known = await document_store.list_documents(world, tx, tender_id)
    return next((one for one in known if one.id == document_id), None)


OPENERS: Mapping[Reading, Opener] = {
    Reading.CONTACTS: _open_contacts,
    Reading.RESPONSES: _open_responses,
    Reading.TRACES: _open_traces,
    Reading.LINK: _open_link,
    Reading.ORIGINALS: _open_original,
    Reading.ASKER: _open_asker,
    Reading.ACTOR: _open_actor,
}
