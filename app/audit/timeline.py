"""Reading the timeline: newest first, page by page, through the one visibility function; the read is journaled."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import store
from app.audit.bands import BAND_KINDS, Band, bands_of
from app.audit.sight import Sight, list_hidden_lots
from app.audit.store import Place, Search
from app.domain.entries import Entry, to_milliseconds
from app.domain.kinds import Kind
from app.domain.viewing import View
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import Problem
from app.infra.world import World
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store
from app.tenders.store import Lot, Tender

PAGE = 100
# A page that looks again by itself (a window gets the focus back) is still the same reading.
SAME_READING = timedelta(seconds=60)
# Entries read at a time while a page is being filled; more than a page, since some may not be shown.
READ = 200
# More turns of phases, pauses and extensions than a tender has; a tender beyond it gets its first ones.
MOST_TURNS = 5000


class Preset(StrEnum):
    """Searches that auditors always come back to (SCREENS.md AU-02)."""

    PRIVILEGED_READS = "privileged_reads"
    AFTER_CLOSE = "after_close"
    RULE_CHANGES = "rule_changes"
    VOIDS = "voids"


PRESET_KINDS: Mapping[Preset, tuple[Kind, ...]] = {
    Preset.PRIVILEGED_READS: (
        *(Kind.READ_PRIVILEGED, Kind.EXPORT_TAKEN, Kind.EXPORT_REFUSED),
        *(Kind.VAULT_READ, Kind.READING_REFUSED, Kind.IDENTITY_UNSEALED, Kind.EMERGENCY_UNSEALED, Kind.VAULT_ERASED),
    ),
    Preset.RULE_CHANGES: (
        *(Kind.TENDER_AMENDED, Kind.TENDER_CONTINUED, Kind.RESPONSE_EXTENDED, Kind.ROUND_EXTENDED),
        *(Kind.LOT_EXTENDED_BY_HAND, Kind.LOT_PAUSED, Kind.LOT_RESUME_SET, Kind.LOT_RESUMED, Kind.CONSENSUS_CHANGED),
    ),
    Preset.VOIDS: (
        *(Kind.BID_VOIDED, Kind.APPROVAL_VOIDED, Kind.LOT_CANCELLED, Kind.PACKAGE_WITHDRAWN),
        *(Kind.TENDER_CANCELLED, Kind.TENDER_UNSUCCESSFUL, Kind.DECISION_RETURNED, Kind.SCORES_UNLOCKED),
        Kind.DECISION_REOPENED,
    ),
}
# What ends the time in which bids count; after the first of them everything that comes to a tender came late.
CLOSINGS = (Kind.ROUND_CLOSED, Kind.LOT_CLOSED)


@dataclass(frozen=True, slots=True)
class Query:
    """What the auditor asked for."""

    tender: str | None = None
    lot: str | None = None
    kinds: tuple[Kind, ...] = ()
    actor: str | None = None
    alias: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    cursor: str | None = None
    preset: Preset | None = None

    def told(self) -> dict[str, str]:
        """The filters by name, for the entry that says what was read."""
        texts = {"tender": self.tender, "lot": self.lot, "actor": self.actor, "alias": self.alias}
        texts["preset"] = self.preset
        instants = {"since": self.since, "until": self.until}
        found = {name: text for name, text in texts.items() if text is not None}
        found |= {name: at.isoformat(timespec="milliseconds") for name, at in instants.items() if at is not None}
        return found | ({"kinds": ",".join(self.kinds)} if self.kinds else {})


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as shown; its number only where it counts nothing hidden."""

    view: View
    shows_number: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the timeline."""

    shown: Sequence[Shown]
    names: Mapping[str, str]
    bands: Sequence[Band]
    next_cursor: str | None
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What a timeline can be filtered by."""

    tenders: Sequence[Tender]
    lots: Sequence[tuple[Lot, list[str]]]
    staff: Mapping[str, str]


async def read_timeline(world: World, actor: Actor, query: Query) -> Page:
    """A page of what the auditor may see. The first page of each reading is journaled (AU-02, "privileged reads")."""
    if query.cursor is None:
        await _note_read(world, actor, query)
    async with world.db.snapshot() as tx:
        sight = Sight(world, tx)
        hidden = await list_hidden_lots(tx)
        search = await _search(sight, query, hidden)
        shown, cursor = ([], None) if search is None else await _fill(sight, search, query.cursor)
        turns = [] if query.tender is None else await _turns(sight, query.tender)
        is_partial = await _is_partial(sight, query, hidden)
        names = await _staff_names(world, tx)
    return Page(shown, names, bands_of(turns), cursor, is_partial)


async def _note_read(world: World, actor: Actor, query: Query) -> None:
    data = {"what": "timeline", "filters": query.told()}
    own = Search(kinds=(Kind.READ_PRIVILEGED,), actor=actor.account_id, since=world.clock.now() - SAME_READING)
    async with world.db.snapshot() as tx:
        if query.tender is not None:
            await tender_store.load_tender(tx, query.tender)
        if any(entry.data == data for entry in await store.list_newest(tx, own, None, READ)):
            return
    async with world.db.transaction() as tx:
        fields = actor.entry_fields(Role.AUDITOR)
        await append(world, tx, NewEntry("system", Kind.READ_PRIVILEGED, data, tender=query.tender, **fields))


async def list_choices(world: World, tender: str | None) -> Choices:
    """The tenders, the lots of one with the aliases of those that closed, and the staff."""
    async with world.db.snapshot() as tx:
        sight = Sight(world, tx)
        tenders = await tender_store.list_tenders(tx)
        lots = [] if tender is None else await tender_store.list_lots(tx, tender)
        with_aliases = [(lot, sorted((await sight.aliases(lot.id)).values())) for lot in lots]
        return Choices(tenders, with_aliases, await _staff_names(world, tx))


async def _search(sight: Sight, query: Query, hidden: tuple[str, ...]) -> Search | None:
    """The search in the journal, or None where nothing can match: an alias that nobody has, or may be told yet."""
    kinds, since = query.kinds, query.since
    if query.preset is Preset.AFTER_CLOSE:
        since = await _first_close(sight, query)
        if since is None:
            return None
    elif query.preset is not None:
        preset = PRESET_KINDS[query.preset]
        kinds = tuple(kind for kind in preset if not kinds or kind in kinds)
        if not kinds:
            return None
    search = Search(
        tender=query.tender,
        lot=query.lot,
        kinds=kinds,
        actor=query.actor,
        since=since,
        until=query.until,
        hidden_lots=hidden,
    )
    if query.alias is None:
        return search
    if query.lot is None:
        raise Problem(422, "LOT_MISSING")
    tags = [tag for tag, alias in (await sight.aliases(query.lot)).items() if alias == query.alias]
    return replace(search, tag=tags[0]) if tags else None


async def _first_close(sight: Sight, query: Query) -> datetime | None:
    """The instant of the tender's first close, or the later one asked for; None while nothing has closed."""
    if query.tender is None:
        raise Problem(422, "TENDER_MISSING")
    closed = await store.list_of_kinds(sight.tx, tender=query.tender, kinds=CLOSINGS, limit=1)
    return max(closed[0].at, query.since or closed[0].at) if closed else None


async def _fill(sight: Sight, search: Search, cursor: str | None) -> tuple[list[Shown], str | None]:
    """A page of visible entries, and where the next one begins.

    The cursor tells an instant and how many visible entries of it were shown: it counts nothing that is hidden.
    """
    at_ms, skip = (None, 0) if cursor is None else parse_cursor(cursor)
    place = None if at_ms is None else Place(at_ms)
    shown: list[Shown] = []
    while read := await store.list_newest(sight.tx, search, place, READ):
        for entry in read:
            place = Place(to_milliseconds(entry.at), entry.chain, entry.seq)
            view = await sight.see(entry)
            if view is None or (search.tag is not None and entry.tag != search.tag):
                continue
            if place.at_ms == at_ms and skip > 0:
                skip -= 1
                continue
            if len(shown) == PAGE:
                return shown, _cursor_after(shown, cursor)
            shown.append(Shown(view, await sight.counts(entry)))
    return shown, None


def _cursor_after(shown: Sequence[Shown], cursor: str | None) -> str:
    at_ms = to_milliseconds(shown[-1].view.at)
    count = sum(to_milliseconds(item.view.at) == at_ms for item in shown)
    if cursor is not None and parse_cursor(cursor)[0] == at_ms:
        count += parse_cursor(cursor)[1]
    return base64.urlsafe_b64encode(orjson.dumps([at_ms, count])).decode().rstrip("=")


def parse_cursor(cursor: str) -> tuple[int, int]:
    """(instant in ms, visible entries of it already shown). Problem 422 on a text that no page gave."""
    try:
        at_ms, count = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise Problem(422, "BAD_CURSOR") from None
    if type(at_ms) is not int or type(count) is not int or not 0 <= at_ms < 1 << 53 or not 0 <= count < 1 << 31:
        raise Problem(422, "BAD_CURSOR")
    return at_ms, count


async def _turns(sight: Sight, tender: str) -> list[Entry]:
    found = await store.list_of_kinds(sight.tx, tender=tender, kinds=BAND_KINDS, limit=MOST_TURNS)
    return [entry for entry in found if await sight.see(entry) is not None]


async def _is_partial(sight: Sight, query: Query, hidden: tuple[str, ...]) -> bool:
    if query.tender is None:
        return bool(hidden)
    if await sight.hides_suppliers(query.tender):
        return True
    return any(lot.id in hidden for lot in await tender_store.list_lots(sight.tx, query.tender))


async def _staff_names(world: World, tx: AsyncConnection) -> dict[str, str]:
    return {person.id: person.name for person in await identity_store.list_accounts(world, tx, kind="staff")}
