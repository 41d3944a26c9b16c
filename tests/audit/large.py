"""The large tender through the real rooms, with a bundle taken in each phase: what the auditor's tests look at."""

from dataclasses import dataclass, field
from pathlib import Path

from app.audit import service
from app.audit.exporting import export_path
from app.audit.service import RequestExport
from app.audit.store import Form
from app.audit.timekeeper import run_next_export
from app.domain.bundling import fingerprint
from app.domain.drafting import Template
from app.domain.visibility import Role
from app.evaluation.timekeeper import draw, turn
from app.identity.access import Actor
from app.live_rounds import clockwork as live_clockwork
from app.live_rounds import store as live_store
from app.sealed_rounds.answering import Outcome, Receipted
from tests.evaluation.test_whole import mark_and_lock
from tests.sealed_rounds.stage import SealedPackage, Stage, set_sealed_stage
from tests.worlds import make_actor

# By bidder: the fourth fails the technical stage; the second replaces its package.
PRICES = ("281.00", "271.40", "274.90", "199.37")
FIRST_OF_SECOND = "288.80"


@dataclass
class Film:
    """The tender and what was taken from it, by the name of the moment."""

    stage: Stage
    auditor: Actor
    folder: Path
    bundles: dict[str, Path] = field(default_factory=dict)
    packages: list[SealedPackage] = field(default_factory=list)
    receipts: list[dict[str, object]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Of the journal's key."""
        return fingerprint(self.stage.world.keys.public_key)

    async def export(self, name: str, form: Form = Form.BUNDLE) -> Path:
        """Ask for a file of the tender, let it be written, keep it under a name."""
        world = self.stage.world
        ask = RequestExport((self.stage.tender.id,), "yearly audit", "audit office", form)
        export_id = await service.request_export(world, self.auditor, ask)
        assert await run_next_export(world)
        kept = self.folder / f"{name}.{form.value}"
        kept.write_bytes(export_path(world, export_id, form).read_bytes())
        self.stage.clock.wind(seconds=1)
        return kept

    async def record(self, name: str) -> None:
        """Take a bundle at this moment."""
        self.bundles[name] = await self.export(name)

    async def hand_in(self, number: int, amount: str) -> None:
        """A package that came in, with its receipt."""
        frozen = self.stage.tender.frozen or {}
        criteria = [each["id"] for each in frozen["evaluation"]["technical"]["criteria"]]
        sealed = await self.stage.seal(number, amount, answers=[(each, "1", f"answer {number}") for each in criteria])
        self.keep(await self.stage.send(number, sealed))
        self.packages.append(sealed)
        self.stage.clock.wind(seconds=5)

    def keep(self, outcome: Outcome) -> None:
        """Keep a receipt."""
        assert isinstance(outcome, Receipted), outcome
        self.receipts.append(dict(outcome.receipt))


async def play(film: Film) -> None:
    """From the opening of the box to the shortlist."""
    stage, world = film.stage, film.stage.world
    await stage.open()
    await film.hand_in(1, FIRST_OF_SECOND)
    for number, amount in enumerate(PRICES):
        await film.hand_in(number, amount)
    film.keep(await stage.withdraw(0, 2))
    await film.hand_in(0, PRICES[0])
    await film.record("sealed")
    await stage.close()
    await film.record("closed")
    assert await stage.open_envelopes() == "tech"
    assert await draw(world) == 1
    await film.record("technical")
    await mark_and_lock(stage)
    assert await stage.open_envelopes() == "price"
    await film.record("locked")
    await live_clockwork.ensure_floors(world, stage.tender.id)
    stage.clock.at = (await _floor(stage)).timetable.opens_at
    assert await live_clockwork.open_lot(world, stage.lots[0])
    await film.record("live")
    stage.clock.at = (await _floor(stage)).timetable.closes_at
    stage.clock.wind(milliseconds=world.settings.drain_ms)
    assert await live_clockwork.close_lot(world, stage.lots[0])
    assert await turn(world) == 1
    await film.record("ranked")


async def _floor(stage: Stage) -> live_store.Floor:
    async with stage.world.db.snapshot() as tx:
        return await live_store.load_floor(tx, stage.lots[0])


async def filmed(database_url: str, folder: Path) -> Film:
    """The whole film."""
    stage = await set_sealed_stage(database_url, folder / "data", template=Template.LARGE)
    auditor = await make_actor(stage.world, Role.AUDITOR)
    film = Film(stage, auditor, folder)
    await play(film)
    return film
