"""Builds the application from a World: mounts the rooms, renders errors, runs the timekeepers, serves the pages."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from sqlalchemy import text
from starlette.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles

from app import __version__
from app.approvals.service import Effects
from app.domain.entries import Kind
from app.infra.errors import Problem, install_handlers
from app.infra.outbox import deliver_waiting
from app.infra.web import Guard, StrictRoute, request_state
from app.infra.world import World
from app.journal.store import NewEntry, append

log = logging.getLogger("bidroom")
# The rooms in the order of the process.
ROOMS = ("identity", "approvals", "notices", "suppliers", "tenders", "live_rounds", "evaluation", "award", "audit")
PAGES = Path(__file__).resolve().parent.parent / "frontend" / "dist"
NONCE_MARK = "__CSP_NONCE__"
OUTBOX_SECONDS = 1.0
# A task that fails waits this long before it starts again.
RESTART_SECONDS = 1.0

Task = Callable[[World], Awaitable[None]]


def _part(room: str, name: str) -> Any:
    module = f"app.{room}.{name}"
    try:
        return import_module(module) if find_spec(f"app.{room}") and find_spec(module) else None
    except ImportError as error:  # while rooms are being built side by side
        log.warning("%s waits for %s", module, error.name)
        return None


def _effects() -> Effects:
    approved: dict[Any, Any] = {}
    refused: dict[Any, Any] = {}
    for room in ROOMS:
        part = _part(room, "effects")
        if part is not None:
            approved |= part.EFFECTS
            refused |= getattr(part, "REFUSED_EFFECTS", {})
    return Effects(approved, refused)


def _tasks() -> list[Task]:
    tasks: list[Task] = [keep_outbox]
    for room in ROOMS:
        part = _part(room, "timekeeper")
        if part is not None:
            tasks.extend(part.TASKS)
    checkpoints = _part("journal", "checkpoints")
    if checkpoints is not None:
        tasks.append(checkpoints.keep_checkpoints)
    return tasks


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


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    world: World = app.state.world
    await world.bell.start()
    async with world.db.transaction() as tx:
        await append(world, tx, NewEntry("system", Kind.SYSTEM_STARTED, {"version": __version__}))
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
    app.state.effects = _effects()
    install_handlers(app)
    for room in ROOMS:
        part = _part(room, "routes")
        if part is not None:
            app.include_router(part.router)
        socket = _part(room, "socket")
        if socket is not None:
            app.include_router(socket.router)
    _mount_health(app, world)
    _mount_pages(app)
    app.add_middleware(Guard, world=world)
    return app


def _mount_health(app: FastAPI, world: World) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        async with world.db.snapshot() as tx:
            await tx.execute(text("SELECT version_num FROM alembic_version"))
        return JSONResponse({"status": "ready"})


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
