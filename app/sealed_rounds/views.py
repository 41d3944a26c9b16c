"""What people are shown of a sealed round: by phase and hat (VISIBILITY.md d09, d13, d14, d23, d24, d32, d56)."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.rules import RoundStatus
from app.domain.visibility import Datum, Mode, Phase, Role, may_see, modes
from app.identity.access import Actor, reach_tender
from app.infra.errors import not_found
from app.infra.world import World
from app.sealed_rounds import opening_store, store
from app.sealed_rounds.asking import find_asks
from app.sealed_rounds.bidders import HATS, load_bidder, reach_round
from app.sealed_rounds.copying import copies_until
from app.sealed_rounds.custody import price_digest, technical_digest
from app.sealed_rounds.store import Opening, Package, SealedRound
from app.sealed_rounds.wording import custody_words
from app.tenders import store as tenders_store
from app.tenders.store import Tender


async def read_round(world: World, actor: Actor, round_id: str) -> dict[str, Any]:
    """The round for a supplier who may seal for it, or for staff."""
    async with world.db.snapshot() as tx:
        held, hat = await reach_round(tx, actor, round_id)
        tender = await tenders_store.load_tender(tx, held.tender_id)
        phases = tender.visited
        common = _common(world, held, shows_manifest=may_see((hat,), phases, Datum.CLOSE_MANIFEST))
        if hat is not Role.SUPPLIER or actor.supplier_id is None:
            return common | _for_staff(world, held, hat, phases)
        bidder = await load_bidder(world, tx, held, actor.supplier_id)
        own = await store.list_own(tx, round_id, bidder.tag) if bidder.has_joined else []
        asks = await find_asks(world, tx, held, bidder.tag)
    return (
        common
        | _for_supplier(held, tender, bidder.tag if bidder.has_joined else None, own)
        | {"asks": [{"kind": ask.kind.value, "until": instant_text(ask.until)} for ask in asks]}
    )


def _common(world: World, held: SealedRound, *, shows_manifest: bool) -> dict[str, Any]:
    zh, en = custody_words(held, is_demo=world.settings.demo)
    return {
        "round_id": held.round_id,
        "tender_id": held.tender_id,
        "status": held.status.value,
        "opens_at": instant_text(held.timetable.opens_at),
        "closes_at": instant_text(held.timetable.closes_at),
        "now": instant_text(world.clock.now()),
        "extensions": list(held.extensions),
        "custody": held.rules.custody.value,
        "custody_zh": zh,
        "custody_en": en,
        "policy": dict(held.policy),
        "policy_digest": held.policy_digest,
        "fingerprint": fingerprint(held.policy_digest) if held.has_policy else [],
        "manifest": list(held.manifest) if shows_manifest and held.manifest is not None else None,
        "refused_code": Code.TOO_FEW_BIDDERS.value if held.status is RoundStatus.REFUSED else None,
    }


def _for_staff(world: World, held: SealedRound, hat: Role, phases: Sequence[Phase]) -> dict[str, Any]:
    shows_counts = held.manifest is not None and may_see((hat,), phases, Datum.PACKAGE_COUNT)
    return {
        "audience": "staff",
        "counts": {"packages": len(held.manifest or ())} if shows_counts else None,
        "technical_opened_at": _instant(held.technical_opened_at),
        "scores_locked_at": _instant(held.released_at),
        "prices_opened_at": _instant(held.prices_opened_at),
        "copies_until": _instant(copies_until(world, held)),
    }


def _instant(at: Any) -> str | None:
    return None if at is None else instant_text(at)


def _for_supplier(held: SealedRound, tender: Tender, tag: str | None, own: Sequence[Package]) -> dict[str, Any]:
    document = tender.frozen or {}
    last = {one.lot_id: one for one in own}
    return {
        "audience": "supplier",
        "server_lock": held.policy["server_lock"],
        "journal_key": held.policy["journal_key"],
        "tag": tag,
        "has_technical": held.rules.has_technical,
        "evaluation": document.get("evaluation"),
        "lots": [_lot(held, document, lot, last.get(lot["id"])) for lot in document["lots"]],
    }


def _lot(
    held: SealedRound, document: Mapping[str, Any], lot: Mapping[str, Any], last: Package | None
) -> dict[str, Any]:
    same = ("number", "title_zh", "title_en", "scale", "basis", "unit", "quantity", "ceiling_price", "lines")
    return {
        **{name: lot[name] for name in same},
        "lot_id": lot["id"],
        "minimum_price": lot.get("minimum_price"),
        "currency": document["currency"],
        "tax_basis": document["tax_basis"],
        "price_bucket": held.rules.price_bucket,
        "tech_bucket": held.rules.tech_bucket,
        "current": None if last is None else _current(held, last),
    }


def _is_void(held: SealedRound, one: Package) -> bool:
    """Whether it is sealed to keys that were replaced since (SEALING.md section 6)."""
    return not one.is_withdrawal and one.receipt["policy"] != held.policy_digest


def _current(held: SealedRound, last: Package) -> dict[str, Any]:
    state = "withdrawn" if last.is_withdrawal else "void" if _is_void(held, last) else "live"
    return {"rev": last.rev, "package": last.package, "state": state, "receipt": dict(last.receipt)}


async def read_own_packages(world: World, actor: Actor, round_id: str) -> dict[str, Any]:
    """A supplier's own revisions, with the digests of what is stored, so that its page sees a change in custody."""
    async with world.db.snapshot() as tx:
        held, hat = await reach_round(tx, actor, round_id)
        if hat is not Role.SUPPLIER or actor.supplier_id is None:
            raise not_found()
        bidder = await load_bidder(world, tx, held, actor.supplier_id)
        own = await store.list_own(tx, round_id, bidder.tag)
        stored = [{} if one.is_withdrawal else {"price": await price_digest(tx, one)} for one in own]
    last = {one.lot_id: one for one in own}
    packages = [
        {
            "lot_id": one.lot_id,
            "rev": one.rev,
            "package": one.package,
            "state": _state(held, one, last[one.lot_id]),
            "received_at": instant_text(one.received_at),
            "receipt": dict(one.receipt),
            "header": None if one.header is None else dict(one.header),
            "stored": price | await _stored_technical(world, one, last[one.lot_id]),
        }
        for one, price in zip(own, stored, strict=True)
    ]
    return {"packages": packages}


def _state(held: SealedRound, one: Package, last: Package) -> str:
    if one.is_withdrawal:
        return "withdrawal"
    if one is last:
        return "void" if _is_void(held, one) else "live"
    return "withdrawn" if last.is_withdrawal and last.package == one.package else "replaced"


async def _stored_technical(world: World, one: Package, last: Package) -> dict[str, str | None]:
    # Of older revisions the technical ciphertext is not kept: nobody will ever open it.
    if one.upload_id is None or one is not last:
        return {}
    return {"tech": await technical_digest(world, one)}


async def read_manifest(world: World, actor: Actor, round_id: str) -> dict[str, Any] | Refusal:
    """The close manifest, for all participants and the buyer's side, from the close on."""
    async with world.db.snapshot() as tx:
        held, hat = await reach_round(tx, actor, round_id)
        phases = (await tenders_store.load_tender(tx, held.tender_id)).visited
    if held.manifest is None or not may_see((hat,), phases, Datum.CLOSE_MANIFEST):
        return Refusal(Code.NOT_CLOSED, {"status": held.status.value})
    closes_at = instant_text(held.timetable.closes_at)
    return {"round_id": round_id, "digests": list(held.manifest), "closes_at": closes_at}


async def read_opening(world: World, actor: Actor, tender_id: str) -> dict[str, Any]:
    """The opening records for staff: counts from the close on, the signed documents for the auditor."""
    async with world.db.snapshot() as tx:
        hat = await reach_tender(tx, actor, tender_id, *HATS[1:])
        tender = await tenders_store.load_tender(tx, tender_id)
        held = await store.find_round_of(tx, tender_id)
        if held is None:
            raise not_found()
        records = await store.list_openings(tx, held.round_id)
        lots = {lot.id: lot for lot in await tenders_store.list_lots(tx, tender_id)}
    phases = tender.visited
    shown = [one for one in records if _shows_record(hat, phases, one)]
    shows_manifest = held.manifest is not None and may_see((hat,), phases, Datum.CLOSE_MANIFEST)
    return {
        "state": held.status.value,
        "custody": held.rules.custody.value,
        "closes_at": instant_text(held.timetable.closes_at),
        "manifest": list(held.manifest or ()) if shows_manifest else None,
        "technical_opened_at": _instant(held.technical_opened_at),
        "prices_opened_at": _instant(held.prices_opened_at),
        "copies_until": _instant(copies_until(world, held)),
        "records": [
            {
                "lot_id": one.lot_id,
                "number": lots[one.lot_id].number,
                "title_zh": lots[one.lot_id].title_zh,
                "title_en": lots[one.lot_id].title_en,
                "envelope": one.envelope,
                "opened_at": instant_text(one.opened_at),
                "count": one.count,
                "digest": one.digest,
                "results": [{"result": said, "count": count} for said, count in sorted(one.findings.items())],
                "document": opening_store.open_document(world, one) if _shows_document(hat, phases, one) else None,
            }
            for one in sorted(shown, key=lambda one: (one.envelope == "price", lots[one.lot_id].number))
        ],
    }


def _shows_record(hat: Role, phases: Sequence[Phase], one: Opening) -> bool:
    """How many passed and failed comes with the prices; what the technical envelopes gave is a count of packages."""
    datum = Datum.PACKAGE_COUNT if one.envelope == "tech" else Datum.OPENED_PRICES
    return may_see((hat,), phases, datum)


def _shows_document(hat: Role, phases: Sequence[Phase], one: Opening) -> bool:
    secrets = Mode.FULL in modes((hat,), phases, Datum.OPENING_SECRETS)
    return secrets and (one.envelope == "tech" or may_see((hat,), phases, Datum.OPENED_PRICES))
