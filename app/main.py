"""Builds the application from a World: mounts the rooms, renders errors, runs the timekeepers, serves the pages."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from sqlalchemy import text
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

from app import __version__, verifier_archive
from app.approvals import account_routes, federation_routes, granting
from app.approvals import routes as approvals_routes
from app.approvals.service import Effects
from app.audit import effects as audit_effects
from app.audit import routes as audit_routes
from app.audit import sealing_routes, witness_routes
from app.audit import timekeeper as audit_timekeeper
from app.audit.sealing_releases import Released, note_release
from app.award import effects as award_effects
from app.award import receipt_routes
from app.award import routes as award_routes
from app.award import timekeeper as award_timekeeper
from app.award.order_book import BOOK
from app.demand import effects as demand_effects
from app.demand import routes as demand_routes
from app.demand import timekeeper as demand_timekeeper
from app.domain.kinds import Kind
from app.evaluation import effects as evaluation_effects
from app.evaluation import relating, relation_routes
from app.evaluation import routes as evaluation_routes
from app.evaluation import timekeeper as evaluation_timekeeper
from app.identity import factor_routes
from app.identity import routes as identity_routes
from app.identity.provider import build_provider
from app.infra.errors import Problem, install_handlers
from app.infra.outbox import deliver_waiting
from app.infra.web import Guard, StrictRoute, request_state
from app.infra.world import World
from app.journal.checkpoints import keep_checkpoints
from app.journal.rotation_entries import settle_rotations
from app.journal.stamping import keep_stamps
from app.journal.store import NewEntry, append
from app.live_rounds import dry_run_routes
from app.live_rounds import effects as live_effects
from app.live_rounds import error_routes as live_error_routes
from app.live_rounds import packages as live_packages
from app.live_rounds import practice_routes as live_practice_routes
from app.live_rounds import routes as live_routes
from app.live_rounds import socket as live_socket
from app.live_rounds import timekeeper as live_timekeeper
from app.live_rounds.socket_door import SocketDoor
from app.notices import routes as notices_routes
from app.notices import webhook_routes
from app.notices.webhooks import keep_webhooks
from app.sealed_rounds import committee_routes, recovery_routes
from app.sealed_rounds import effects as sealed_effects
from app.sealed_rounds import routes as sealed_routes
from app.sealed_rounds import timekeeper as sealed_timekeeper
from app.sealing_file import SealingFile, SealingFileAlteredError, is_intact, mount, sealing_file
from app.suppliers import effects as suppliers_effects
from app.suppliers import lifecycle_routes, performance_routes, representative_routes, survey_routes
from app.suppliers import routes as suppliers_routes
from app.suppliers import timekeeper as suppliers_timekeeper
from app.tenders import calendar_routes, question_routes
from app.tenders import effects as tenders_effects
from app.tenders import routes as tenders_routes
from app.tenders import timekeeper as tenders_timekeeper

log = logging.getLogger("bidroom")
PAGES = Path(__file__).resolve().parent.parent / "frontend" / "dist"
NONCE_MARK = "__CSP_NONCE__"
OUTBOX_SECONDS = 1.0
# A task that fails waits this long before it starts again.
RESTART_SECONDS = 1.0

Task = Callable[[World], Awaitable[None]]

# The rooms in the order of the process.
ROUTERS = (
    identity_routes.router,
    factor_routes.router,
    account_routes.router,
    federation_routes.router,
    approvals_routes.router,
    notices_routes.router,
    webhook_routes.router,
    suppliers_routes.router,
    lifecycle_routes.router,
    survey_routes.router,
    representative_routes.router,
    performance_routes.router,
    demand_routes.router,
    tenders_routes.router,
    calendar_routes.router,
    question_routes.router,
    sealed_routes.router,
    committee_routes.router,
    recovery_routes.router,
    live_routes.router,
    dry_run_routes.router,
    live_error_routes.router,
    live_practice_routes.router,
    receipt_routes.router,
    live_socket.router,
    evaluation_routes.router,
    relation_routes.router,
    award_routes.router,
    audit_routes.router,
    witness_routes.router,
    sealing_routes.router,
)
# What the rooms do when a proposal about a thing of theirs is approved, or refused.
EFFECTS = Effects(
    {
        **granting.EFFECTS,
        **suppliers_effects.EFFECTS,
        **demand_effects.EFFECTS,
        **tenders_effects.EFFECTS,
        **sealed_effects.EFFECTS,
        **live_effects.EFFECTS,
        **evaluation_effects.EFFECTS,
        **award_effects.EFFECTS,
        **audit_effects.EFFECTS,
    },
    {
        **suppliers_effects.REFUSED_EFFECTS,
        **demand_effects.REFUSED_EFFECTS,
        **tenders_effects.REFUSED_EFFECTS,
        **award_effects.REFUSED_EFFECTS,
    },
    relating.decide_word,
)


def _tasks() -> list[Task]:
    """Everything that runs by itself; any replica may run it."""
    return [
        keep_outbox,
        *suppliers_timekeeper.TASKS,
        keep_webhooks,
        *demand_timekeeper.TASKS,
        *tenders_timekeeper.TASKS,
        *sealed_timekeeper.TASKS,
        *live_packages.TASKS,
        *live_timekeeper.TASKS,
        *evaluation_timekeeper.TASKS,
        *award_timekeeper.TASKS,
        *audit_timekeeper.TASKS,
        keep_checkpoints,
        keep_stamps,
    ]


async def keep_outbox(world: World) -> None:
    """Deliver waiting letters for ever."""
    while True:
        await deliver_waiting(world)
        await world.clock.sleep(OUTBOX_SECONDS)


async def _supervise(world: World, task: Task) -> None:
    """Run a task for ever; a failure is logged and the task starts again: timers announce, they must not die."""
    while True:
        try:
            await task(world)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # The kind alone: a message may carry an amount.
            log.exception("task %s failed: %s", task.__qualname__, type(error).__name__)
        await world.clock.sleep(RESTART_SECONDS)


def settle_heap() -> None:
    """Take what was imported out of the garbage collector's sight and let it run less often.

    A full collection over the imported modules costs some 3 ms in the middle of a batch of bids.
    """
    gc.collect()
    gc.freeze()
    # Young objects before a collection: a batch of bids makes some thousands that die at once.
    gc.set_threshold(50_000, 20, 50)


def _started(app: FastAPI) -> dict[str, str]:
    """What runs from now on: the release, and the bytes that seal in the browser (SEALING.md section 3)."""
    sealing: SealingFile | None = app.state.sealing_file
    fault = {"sealing_fault": app.state.sealing_fault} if app.state.sealing_fault else {}
    return {"version": __version__} | ({} if sealing is None else {"sealing_sha256": sealing.sha256}) | fault


def _read_sealing() -> tuple[SealingFile | None, str]:
    """The sealing file; or none, and why it is not served."""
    try:
        return sealing_file(PAGES), ""
    except SealingFileAlteredError as fault:
        log.critical("the sealing file is not served: %s", fault)
        return None, str(fault)


async def _note_sealing(app: FastAPI) -> None:
    sealing: SealingFile | None = app.state.sealing_file
    if sealing is not None:
        released = Released(__version__, sealing.sha256, sealing.page_sha256)
        await note_release(app.state.world, released)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    world: World = app.state.world
    await world.bell.start()
    # A key that a rotation has ended signs nothing more: a service that holds one does not start.
    await settle_rotations(world)
    async with world.db.transaction() as tx:
        await append(world, tx, NewEntry("system", Kind.SYSTEM_STARTED, _started(app)))
    await _note_sealing(app)
    tasks = [asyncio.create_task(_supervise(world, task)) for task in _tasks()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await world.bell.stop()


def build_app(world: World) -> FastAPI:
    """The ASGI application of a World. Migrations have run before; the CLI and the tests see to that."""
    app = FastAPI(
        title="Bidroom 竞价室",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    app.router.route_class = StrictRoute
    app.state.world = world
    app.state.effects = EFFECTS
    app.state.contract_book = BOOK
    app.state.sealing_file, app.state.sealing_fault = _read_sealing()
    app.state.provider = build_provider(world.settings)
    install_handlers(app)
    for router in ROUTERS:
        # Its own routes as they stand, made once at import: `include_router` makes them all anew for every application
        # (0.4 s each, at the first request; the tests build a thousand applications).
        app.router.routes.extend(router.routes)
    _mount_health(app, world)
    _mount_verifier(app)
    mount(app, app.state.sealing_file)
    _mount_pages(app)
    app.add_middleware(Guard, world=world)
    app.add_middleware(SocketDoor)
    return app


def _mount_health(app: FastAPI, world: World) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        async with world.db.snapshot() as tx:
            await tx.execute(text("SELECT version_num FROM alembic_version"))
        # Somebody has changed the file that seals: this replica should get no bidders (SEALING.md section 3).
        if app.state.sealing_fault or not is_intact(PAGES, app.state.sealing_file):
            return JSONResponse({"status": "sealing_file_altered"}, status_code=503)
        outside = world.keys.outside
        if outside is None:
            return JSONResponse({"status": "ready"})
        # Still ready: without its signer it shows everything, and says UNAVAILABLE to whoever needs a signature.
        is_there = await asyncio.to_thread(outside.is_there)
        return JSONResponse({"status": "ready", "signer": "there" if is_there else "away"})


def _mount_verifier(app: FastAPI) -> None:
    # For anybody, signed in or not: it is made of the installed sources, the same bytes for the same release.
    @app.get(verifier_archive.PATH, include_in_schema=False)
    async def verifier() -> Response:
        disposition = f'attachment; filename="{verifier_archive.NAME}"'
        made = await asyncio.to_thread(verifier_archive.archive)
        return Response(made, media_type="application/zip", headers={"Content-Disposition": disposition})


def _mount_pages(app: FastAPI) -> None:
    if not PAGES.is_dir():
        return
    app.mount("/assets", StaticFiles(directory=PAGES / "assets", check_dir=False))
    page = (PAGES / "index.html").read_text(encoding="utf-8")

    @app.get("/{path:path}", include_in_schema=False)
    async def pages(path: str, request: Request) -> HTMLResponse:
        # Every address of the pages is the one document; the nonce lets antd's <style> through the CSP.
        if path.startswith(("api/", "ws/")):
            raise Problem(404)
        return HTMLResponse(page.replace(NONCE_MARK, request_state(request, "nonce")))
