"""What the screens look at, gathered from the stores: closed lots, opened line prices, files, traces. Decides nothing.

What was gathered of a tender stays in this process's memory while nothing of it changes: a closed lot does not.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.signal_conduct import gather_conduct
from app.audit.signal_store import TenderRow, list_floor_ids, list_lot_numbers
from app.domain.closing import LotStatus
from app.domain.documents import DocumentState
from app.domain.screening_facts import LotFacts, Paper, TenderFacts
from app.domain.screening_steps import Move
from app.domain.sealing.body import PriceOffer
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json
from app.domain.sealing.package import Opened, repeat_opening
from app.domain.sealing.policy import KeyPolicy, policy_from_json
from app.domain.tendering import TenderState
from app.domain.visibility import Datum, Mode, Phase, Role, mode
from app.evaluation import document_store
from app.evaluation import store as evaluation_store
from app.evaluation.store import StoredRanking
from app.identity import store as identity_store
from app.identity import vault
from app.infra.db import Database
from app.infra.world import World
from app.live_rounds import store as live_store
from app.sealed_rounds import opening_store, package_store
from app.sealed_rounds import store as sealed_store
from app.sealed_rounds.store import SealedRound
from app.tenders.participations import Participation, list_participations

Stamp = tuple[str, int, int, tuple[str, ...], int]
_GATHERED: WeakKeyDictionary[Database, dict[str, tuple[Stamp, TenderFacts]]] = WeakKeyDictionary()
# The phases in which a ranking is there, and the auditor reads signals whole (d53).
READABLE = tuple(
    phase
    for phase in (Phase.PRICES, Phase.DECISION, Phase.UNSEALED, Phase.FILED)
    if mode(Role.AUDITOR, phase, Datum.SIGNALS) is Mode.FULL
)
SETTLED = frozenset({Phase.UNSEALED.value, Phase.FILED.value})
# An address inside a house says nothing about who came from where.
_INSIDE = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
_SHARED_BITS = {4: 24, 6: 48}


def is_readable(row: TenderRow) -> bool:
    """Whether the board may speak of a tender: nothing of a cancelled one, which shows only what had been shown."""
    return Phase(row.phase) in READABLE and row.state != TenderState.CANCELLED.value


async def gather(world: World, tx: AsyncConnection, row: TenderRow) -> TenderFacts | None:
    """The facts of a tender; None where nothing of it has been ranked."""
    rankings = await evaluation_store.list_rankings(tx, row.id)
    if not rankings:
        return None
    # Files are drawn one after another, some of them after the prices are open.
    waiting = (await document_store.count_states(tx, row.id)).get(DocumentState.WAITING, 0)
    stamp = (row.phase, row.version, row.head, tuple(each.official.digest for each in rankings), waiting)
    held = _GATHERED.setdefault(world.db, {}).get(row.id)
    if held is not None and held[0] == stamp:
        return held[1]
    made = await _gather(world, tx, row, rankings)
    _GATHERED[world.db][row.id] = (stamp, made)
    return made


async def _gather(world: World, tx: AsyncConnection, row: TenderRow, rankings: Sequence[StoredRanking]) -> TenderFacts:
    parts = {each.tag: each for each in await list_participations(world, tx, row.id) if each.joined}
    numbers, floors = await list_lot_numbers(tx, row.id), await list_floor_ids(tx, row.id)
    sealed = await sealed_store.find_round_of(tx, row.id)
    lots = []
    for stored in sorted(rankings, key=lambda each: numbers[each.official.lot_id][0]):
        lot_id = stored.official.lot_id
        number, scale, has_lines = numbers[lot_id]
        tags = evaluation_store.open_map(world, stored)
        lines = await _lines(world, tx, sealed, lot_id) if sealed is not None and has_lines else {}
        moves, closes_at = await _moves(tx, lot_id, scale) if lot_id in floors else ((), None)
        facts = LotFacts(
            lot=lot_id,
            number=number,
            scale=scale,
            totals={
                tags[each.label]: _shown(each.amount, scale) for each in stored.official.rows if each.label in tags
            },
            called={tag: label for label, tag in tags.items()},
            lines=lines,
            moves=moves,
            closes_at=closes_at,
        )
        lots.append(facts)
    networks, agents = await _traces(world, tx, list(parts.values()))
    return TenderFacts(
        tender=row.id,
        reference=row.reference,
        category=row.category,
        closed_at=min(each.made_at for each in rankings),
        lots=lots,
        is_settled=row.phase in SETTLED,
        firms={tag: each.supplier_id for tag, each in parts.items()},
        papers=await _papers(world, tx, row.id),
        networks=networks,
        agents=agents,
        conduct=await gather_conduct(tx, row),
    )


def _shown(amount: Decimal, scale: int) -> Decimal:
    """An amount with the decimals of its lot: a table keeps more."""
    return amount.quantize(Decimal(1).scaleb(-scale))


async def _moves(tx: AsyncConnection, lot_id: str, scale: int) -> tuple[Sequence[Move], datetime | None]:
    """The bids that bidders placed with their own hands, of a lot that has closed."""
    floor = await live_store.load_floor(tx, lot_id)
    if floor.timetable.status is not LotStatus.CLOSED:
        return (), None
    placed = await live_store.list_accepted_bids(tx, lot_id)
    moves = [
        Move(each.tag, _shown(each.amount, scale), each.received_at)
        for each in placed
        if not (each.voided or each.is_seeded or each.is_auto)
    ]
    return moves, floor.timetable.closes_at


async def _papers(world: World, tx: AsyncConnection, tender_id: str) -> Mapping[str, Sequence[Paper]]:
    found: dict[str, list[Paper]] = {}
    for each in await document_store.list_documents(world, tx, tender_id):
        found.setdefault(each.origin.tag, []).append(Paper(each.name, each.origin.sha256, each.editor))
    return found


async def _lines(
    world: World, tx: AsyncConnection, sealed: SealedRound, lot_id: str
) -> Mapping[str, Mapping[str, Decimal]]:
    """Line prices of the valid opened offers, opened again by the secrets of the record: they are stored nowhere."""
    held = await opening_store.find_opening(tx, lot_id, EnvelopeKind.PRICE.value)
    policy = policy_from_json(dict(sealed.policy))
    if held is None or not isinstance(policy, KeyPolicy):
        return {}
    valid = {each.tag for each in await opening_store.list_opened_prices(world, tx, lot_id)}
    found: dict[str, Mapping[str, Decimal]] = {}
    for result in opening_store.open_document(world, held)["results"]:
        if result["tag"] not in valid or result["secret"] is None:
            continue
        stored = await package_store.find_by_digest(tx, lot_id, result["package"])
        header = None if stored is None else header_from_json(stored.header)
        ct = None if stored is None else await package_store.load_price_ct(tx, stored)
        if not isinstance(header, Header) or ct is None:
            continue
        envelope = header.envelope(EnvelopeKind.PRICE)
        if envelope is None:
            continue
        lock, secret = bytes.fromhex(policy.server_lock), bytes.fromhex(result["secret"])
        opened = repeat_opening(lock, header.binding, envelope, ct, secret, policy.committee)
        if isinstance(opened, Opened) and isinstance(opened.offer, PriceOffer) and opened.offer.lines:
            found[result["tag"]] = {str(number): Decimal(amount) for number, amount in opened.offer.lines}
    return found


async def _traces(
    world: World, tx: AsyncConnection, parts: Sequence[Participation]
) -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """(networks, browsers) by tag of those who joined. Neither leaves the service: the board tells that two share one,
    and which one takes a reading of the vault (d17)."""
    people = await identity_store.list_supplier_accounts(world, tx, [each.supplier_id for each in parts])
    traces = await vault.list_traces(world, tx, [person.id for person in people])
    networks: dict[str, frozenset[str]] = {}
    agents: dict[str, frozenset[str]] = {}
    for part in parts:
        own = [one for person in people if person.supplier_id == part.supplier_id for one in traces[person.id]]
        near = (network_of(one.network) for one in own)
        networks[part.tag] = frozenset(each for each in near if each is not None)
        agents[part.tag] = frozenset(one.agent for one in own if one.agent)
    return networks, agents


def network_of(address: str) -> str | None:
    """The network an address belongs to; None for one inside a house, and for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    is_inside = any(found in network for network in _INSIDE if network.version == found.version)
    if is_inside or found.is_loopback or found.is_link_local or found.is_unspecified:
        return None
    return str(ipaddress.ip_network((found, _SHARED_BITS[found.version]), strict=False))
