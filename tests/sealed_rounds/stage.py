"""A published sealed round with bidders who joined, and a bidder's own sealing: the stage of these tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.domain.drafting import Template
from app.domain.entries import Entry
from app.domain.kinds import Kind
from app.domain.sealing.body import PriceOffer, pack_price, pack_technical
from app.domain.sealing.header import Binding, EnvelopeKind, Header, encode, header_json, package_digest
from app.domain.sealing.package import seal_envelope, secret_bytes
from app.domain.sealing.policy import KeyPolicy, policy_from_json
from app.domain.sealing.rules import CloseVerdict
from app.identity.access import Actor
from app.infra.world import World
from app.sealed_rounds import acting, clockwork, disk, opening, store
from app.sealed_rounds.answering import Outcome, Receipted
from app.sealed_rounds.store import SealedRound
from app.sealed_rounds.uploading import Progress
from app.tenders import store as tenders_store
from app.tenders.store import Tender
from tests.live_rounds.floors import chain_of
from tests.live_rounds.stage import house_with_key_files
from tests.tenders.houses import House, add_supplier, build_house, join, load, publish, reach_deadline
from tests.worlds import HandClock

# Any three kinds of file, for the secret part of an envelope.
FILES = (("brochure.pdf", "application/pdf", b"%PDF-1.7 brochure"),)


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """A package as its bidder holds it."""

    header: Header
    price_ct: bytes
    tech_ct: bytes | None
    secrets: Mapping[EnvelopeKind, bytes]

    @property
    def digest(self) -> str:
        """Its name."""
        return package_digest(self.header)

    def body(self, upload_id: str | None = None) -> dict[str, Any]:
        """The body of a PUT, or the members of a frame."""
        return {"header": header_json(self.header), "price": {"ct": encode(self.price_ct)}, "upload_id": upload_id}


@dataclass(slots=True)
class Stage:
    """The house, its tender, its sealed round, and the tag of each representative."""

    house: House
    tender: Tender
    round_id: str
    lots: list[str]
    tags: dict[str, str]

    @property
    def world(self) -> World:
        """Where it plays."""
        return self.house.world

    @property
    def clock(self) -> HandClock:
        """Its hand-wound clock."""
        return self.house.clock

    def rep(self, number: int) -> Actor:
        """A representative, from 0."""
        return self.house.reps[number]

    def tag(self, number: int) -> str:
        """The tag of a representative."""
        return self.tags[self.rep(number).supplier_id or ""]

    async def round(self) -> SealedRound:
        """The round as stored."""
        async with self.world.db.snapshot() as tx:
            return await store.load_round(tx, self.round_id)

    async def reload(self) -> Tender:
        """The tender as stored."""
        return await load(self.house, self.tender.id)

    async def chain(self, position: int = 0) -> list[Entry]:
        """A lot's chain, checked."""
        return await chain_of(self.world, f"lot:{self.lots[position]}")

    async def tender_chain(self) -> list[Entry]:
        """The tender's chain, checked."""
        return await chain_of(self.world, f"tender:{self.tender.id}")

    async def kinds(self, position: int = 0) -> list[Kind]:
        """The kinds of a lot's entries."""
        return [entry.kind for entry in await self.chain(position)]

    # ── a bidder's side ──────────────────────────────────────────────────────

    async def seal(
        self,
        number: int,
        amount: str = "285.00",
        *,
        position: int = 0,
        rev: int | None = None,
        prev: str | None = None,
        answers: Sequence[tuple[str, str, str]] = (("a" * 32, "yes", "as asked"),),
        files: Sequence[tuple[str, str, bytes]] = FILES,
        secret: bytes | None = None,
        lines: tuple[tuple[int, str], ...] = (),
        **binding: str,
    ) -> SealedPackage:
        """A sealed package that follows the bidder's last one, unless told otherwise."""
        held = await self.round()
        lot = held.lots[position]
        async with self.world.db.snapshot() as tx:
            last = await store.find_last(tx, lot_id=lot.lot, tag=self.tag(number))
        bound = {
            "round": self.round_id,
            "lot": lot.lot,
            "tag": self.tag(number),
            "policy": held.policy_digest,
            "prev": (last.package if last else "") if prev is None else prev,
            **binding,
        }
        bind = Binding(rev=((last.rev if last else 0) + 1) if rev is None else rev, **bound)
        bodies = {EnvelopeKind.PRICE: pack_price(PriceOffer(lot.lot, lot.currency, amount, lot.scale, lines))}
        if held.rules.has_technical:
            bodies = {EnvelopeKind.TECH: pack_technical(answers, files), **bodies}
        buckets = {EnvelopeKind.PRICE: held.rules.price_bucket, EnvelopeKind.TECH: held.rules.tech_bucket}
        lock = bytes.fromhex(held.policy["server_lock"])
        policy = policy_from_json(dict(held.policy))
        assert isinstance(policy, KeyPolicy), policy
        count = secret_bytes(policy.committee) // 32
        secrets = {kind: secret or b"".join(self.world.ids.salts(count)) for kind in bodies}
        made = {
            kind: seal_envelope(lock, bind, kind, body, buckets[kind], secrets[kind], policy.committee)
            for kind, body in bodies.items()
        }
        header = Header(bind, tuple(envelope for envelope, _ in made.values()))
        tech = made[EnvelopeKind.TECH][1] if EnvelopeKind.TECH in made else None
        return SealedPackage(header, made[EnvelopeKind.PRICE][1], tech, secrets)

    async def upload(self, number: int, sealed: SealedPackage, *, chunk: int = 100_000) -> str | None:
        """The technical ciphertext sent whole; its upload."""
        if sealed.tech_ct is None:
            return None
        made = await self.announce(number, sealed)
        assert isinstance(made, Progress), made
        while made.offset < len(sealed.tech_ct):
            rest = sealed.tech_ct[made.offset : made.offset + chunk]
            done = await acting.append_chunk(
                self.world, self.rep(number), self.round_id, made.upload_id, offset=made.offset, chunks=pieces(rest)
            )
            assert isinstance(done, Progress), done
            made = done
        return made.upload_id

    async def announce(self, number: int, sealed: SealedPackage, **changes: Any) -> Any:
        """An announced upload of the technical ciphertext."""
        assert sealed.tech_ct is not None
        values: dict[str, Any] = {
            "size": len(sealed.tech_ct),
            "sha256": sha256(sealed.tech_ct).hexdigest(),
            "received_at": self.clock.now(),
        }
        lot = sealed.header.binding.lot
        return await acting.announce(self.world, self.rep(number), self.round_id, lot, **(values | changes))

    async def send(self, number: int, sealed: SealedPackage, *, at: datetime | None = None, **changes: Any) -> Outcome:
        """A package committed as the socket commits it, its technical part sent before."""
        self.clock.at = at or self.clock.at
        upload_id = changes.pop("upload_id") if "upload_id" in changes else await self.upload(number, sealed)
        values = {"lot_id": sealed.header.binding.lot, **sealed.body(upload_id), **changes}
        sent = acting.Sent(round_id=self.round_id, received_at=at or self.clock.now(), **values)
        return await acting.commit(self.world, self.rep(number), sent)

    async def hand_in(self, number: int, amount: str = "285.00", **changes: Any) -> SealedPackage:
        """A package that was taken in."""
        sealed = await self.seal(number, amount, **changes)
        outcome = await self.send(number, sealed)
        assert isinstance(outcome, Receipted), outcome
        return sealed

    async def withdraw(self, number: int, rev: int, *, position: int = 0, at: datetime | None = None) -> Outcome:
        """A withdrawal."""
        self.clock.at = at or self.clock.at
        return await acting.withdraw(
            self.world,
            self.rep(number),
            self.round_id,
            self.lots[position],
            rev=rev,
            received_at=at or self.clock.now(),
        )

    # ── time ─────────────────────────────────────────────────────────────────

    async def open(self) -> None:
        """Wind to the opening and open the round."""
        self.clock.at = (await self.round()).timetable.opens_at
        assert await clockwork.open_round(self.world, self.round_id)

    async def close(self) -> CloseVerdict:
        """Wind behind the close and its drain, and let it be decided."""
        self.clock.at = (await self.round()).timetable.closes_at
        self.clock.wind(milliseconds=self.world.settings.drain_ms)
        return await clockwork.close_round(self.world, self.round_id)

    async def open_envelopes(self) -> str | None:
        """Let the service open what is due."""
        return await opening.open_due(self.world, self.round_id)

    async def release(self, *numbers: int, position: int = 0) -> None:
        """The lock of the scores hands down who passed."""
        passing = dict.fromkeys(self.lots, ())
        passing[self.lots[position]] = tuple(self.tag(number) for number in numbers)  # type: ignore[assignment]  # tags
        async with self.world.db.transaction() as tx:
            await tenders_store.lock_tender(tx, self.tender.id)
            await store.release_prices(tx, self.round_id, passing, "d" * 64, self.clock.now())

    def files(self) -> list[Path]:
        """What lies in the folder of ciphertexts."""
        return list(disk.folder_of(self.world).glob("??/*"))


async def pieces(data: bytes, size: int = 16_384) -> Any:
    """A body as a server reads it."""
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def set_sealed_stage(
    database_url: str,
    folder: Path,
    *,
    bidders: int = 4,
    template: Template = Template.SEALED,
    with_key_files: bool = False,
    at: datetime | None = None,
    **changes: Any,
) -> Stage:
    """A sealed round whose bidders have joined and whose policy is fixed; its opening is still ahead."""
    build = house_with_key_files if with_key_files else build_house
    house = await build(database_url, folder, 0)
    house.clock.at = at or house.clock.at
    house.reps = [await add_supplier(house, number) for number in range(1, bidders + 1)]
    tender = await publish(house, template, **changes)
    assert await clockwork.ensure_round(house.world, tender.id)
    await join(house, tender, *house.reps)
    await reach_deadline(house, tender.id)
    return await stage_of(house, tender.id)


async def stage_of(house: House, tender_id: str) -> Stage:
    """The stage of a tender whose policy is fixed."""
    async with house.world.db.snapshot() as tx:
        tender = await tenders_store.load_tender(tx, tender_id)
        held = await store.find_round_of(tx, tender_id)
        parts = await tenders_store.list_participations(house.world, tx, tender_id)
    assert held is not None
    lots = [lot.lot for lot in held.lots]
    return Stage(house, tender, held.round_id, lots, {part.supplier_id: part.tag for part in parts})


def with_world(stage: Stage, world: World) -> Stage:
    """The same stage seen from another world (another clock, another process)."""
    return replace(stage, house=replace(stage.house, world=world))


LATER = timedelta(milliseconds=1)
