"""HTTP edge of the audit room. Auditors only; the public key is for everybody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.responses import StreamingResponse

from app.audit import saved_queries, service, timeline, witnesses
from app.audit.exporting import file_name
from app.audit.key_page import published_key
from app.audit.reading_routes import router as reading_router
from app.audit.schemas import (
    ActorChoice,
    Band,
    CheckpointPage,
    CheckpointView,
    ExportMade,
    ExportRequest,
    ExportView,
    Filters,
    IdText,
    KeyView,
    LotChoice,
    QueryFilters,
    QueryMade,
    QueryRequest,
    SavedQuery,
    TenderChoice,
    Timeline,
    TimelineEntry,
)
from app.audit.signal_routes import router as signal_router
from app.audit.store import Export, Form
from app.domain.checkpointing import Statement
from app.domain.entries import from_milliseconds
from app.domain.kinds import Kind
from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.identity.access import Actor, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import InstantText, ShortText, StrictRoute, WorldDep

router = APIRouter(prefix="/api/audit", route_class=StrictRoute, tags=["audit"])
router.include_router(reading_router)
router.include_router(signal_router)
AuditorDep = Annotated[Actor, Depends(staff(Role.AUDITOR))]
CHUNK = 256 * 1024
MEDIA_TYPES = {
    Form.BUNDLE: "application/zip",
    Form.JSONL: "application/x-ndjson",
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.OCDS: "application/json",
}


@router.get("/timeline")
async def read_timeline(
    world: WorldDep,
    actor: AuditorDep,
    tender: IdText | None = None,
    lot: IdText | None = None,
    kind: Annotated[list[Kind], Query(max_length=100)] = [],  # noqa: B006 - FastAPI copies it
    actor_ref: Annotated[IdText | None, Query(alias="actor")] = None,
    alias: ShortText | None = None,
    after: InstantText | None = None,
    before: InstantText | None = None,
    cursor: ShortText | None = None,
    preset: timeline.Preset | None = None,
) -> Timeline:
    """A page of the timeline, newest first, with the bands of the tender."""
    query = timeline.Query(
        tender=tender,
        lot=lot,
        kinds=tuple(kind),
        actor=actor_ref,
        alias=alias,
        since=after,
        until=before,
        cursor=cursor,
        preset=preset,
    )
    page = await timeline.read_timeline(world, actor, query)
    return Timeline(
        entries=[_entry_view(item, page) for item in page.shown],
        next_cursor=page.next_cursor,
        bands=[
            Band(kind=band.kind.value, phase=band.phase, lot=band.lot, since=band.since, until=band.until)
            for band in page.bands
        ],
        is_partial=page.is_partial,
    )


def _entry_view(item: timeline.Shown, page: timeline.Page) -> TimelineEntry:
    view = item.view
    return TimelineEntry(
        at=view.at,
        kind=view.kind,
        chain=view.chain,
        seq=view.seq if item.shows_number else None,
        hash=view.hash,
        tender=view.tender,
        round=view.round,
        lot=view.lot,
        alias=view.alias,
        actor_role=view.actor_role,
        actor_ref=view.actor_ref,
        actor_name=page.names.get(view.actor_ref or ""),
        data=dict(view.data),
        is_sealed=view.is_sealed,
        is_refused=view.kind.value.endswith((".refused", ".denied")),
    )


@router.get("/filters")
async def list_filters(world: WorldDep, _actor: AuditorDep, tender: IdText | None = None) -> Filters:
    """What the timeline can be filtered by; lots and aliases of one tender."""
    choices = await timeline.list_choices(world, tender)
    return Filters(
        tenders=[
            TenderChoice(
                id=one.id, reference=one.reference, title_zh=one.title_zh, title_en=one.title_en, phase=one.phase
            )
            for one in choices.tenders
        ],
        lots=[LotChoice(id=lot.id, number=lot.number, aliases=aliases) for lot, aliases in choices.lots],
        actors=[ActorChoice(ref=ref, name=name) for ref, name in sorted(choices.staff.items(), key=lambda one: one[1])],
        kinds=list(Kind),
    )


@router.get("/checkpoints")
async def list_checkpoints(
    world: WorldDep, _actor: AuditorDep, before: Annotated[int | None, Query(ge=1)] = None
) -> CheckpointPage:
    """Signed checkpoints, newest first."""
    found = await service.list_checkpoints(world, before)
    more = found[-1][0].n if len(found) == service.CHECKPOINT_PAGE and found[-1][0].n > 1 else None
    cosigners = await witnesses.list_cosigners(world, [statement.n for statement, _ in found])
    stamps = await service.list_stamp_times(world, [statement.n for statement, _ in found])
    views = [_checkpoint_view(*item, cosigners.get(item[0].n, []), stamps.get(item[0].n)) for item in found]
    return CheckpointPage(checkpoints=views, next_before=more)


def _checkpoint_view(
    statement: Statement, signature: bytes, cosigned_by: list[str], stamped_at: datetime | None
) -> CheckpointView:
    members = statement.as_json()
    told = {name: members[name] for name in ("n", "reason", "chains", "entries", "root", "prev", "key_id")}
    at = from_milliseconds(statement.at_ms)
    outside = {"cosigned_by": cosigned_by, "stamped_at": stamped_at}
    proof = {"digest": statement.digest(), "signature": signature.hex(), **outside}
    return CheckpointView.model_validate({**told, "at": at, **proof})


@router.get("/key")
async def read_key(world: WorldDep) -> KeyView:
    """The journal's public key and its fingerprint, and how earlier keys handed over to it; for anybody."""
    return KeyView.model_validate(await asyncio.to_thread(published_key, world.keys))


@router.post("/exports", status_code=202, dependencies=[stepped_up(SteppedAct.EXPORT)])
async def request_export(body: ExportRequest, world: WorldDep, actor: AuditorDep) -> ExportMade:
    """Queue an export; follow it at its own address."""
    command = service.RequestExport(
        tuple(body.tender_ids), body.purpose, body.recipient, Form(body.form), since=body.since, until=body.until
    )
    return ExportMade(id=await service.request_export(world, actor, command))


@router.get("/exports")
async def list_exports(world: WorldDep, _actor: AuditorDep) -> list[ExportView]:
    """The newest exports first."""
    jobs, names = await service.list_exports(world)
    return [_export_view(job, names.get(job.requested_by, "")) for job in jobs]


@router.get("/exports/{export_id}")
async def read_export(export_id: IdText, world: WorldDep, _actor: AuditorDep) -> ExportView:
    """An export and how far it has come."""
    return _export_view(*await service.find_export(world, export_id))


def _export_view(job: Export, name: str) -> ExportView:
    return ExportView(
        id=job.id,
        state=job.state.value,
        all=bool(job.scope.get("all")),
        tender_ids=job.tender_ids,
        form=job.form.value,
        since=job.bound("from"),
        until=job.bound("to"),
        purpose=job.purpose,
        recipient=job.recipient,
        requested_by=name,
        requested_at=job.requested_at,
        done=job.done,
        total=job.total,
        file_name=file_name(job),
        size=job.size,
        sha256=job.sha256,
        ready_at=job.ready_at,
        code=job.code,
    )


@router.get("/exports/{export_id}/bundle", response_class=StreamingResponse, deprecated=True)
@router.get("/exports/{export_id}/file", response_class=StreamingResponse)
async def take_export(export_id: IdText, world: WorldDep, actor: AuditorDep) -> StreamingResponse:
    """The file of an export, streamed."""
    job, path = answer(await service.take_export(world, actor, export_id))
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(job)}"',
        "Content-Length": str(job.size),
    }
    return StreamingResponse(_chunks(path), media_type=MEDIA_TYPES[job.form], headers=headers)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


@router.get("/queries")
async def list_queries(world: WorldDep, actor: AuditorDep) -> list[SavedQuery]:
    """One's own saved searches, and those that colleagues share."""
    found, names = await saved_queries.list_queries(world, actor)
    return [
        SavedQuery(
            id=one.id,
            name=one.name,
            filters=QueryFilters.model_validate_json(orjson.dumps(one.filters)),
            is_shared=one.is_shared,
            is_own=one.owner == actor.account_id,
            owner=names.get(one.owner, ""),
            saved_at=one.saved_at,
        )
        for one in found
    ]


@router.post("/queries", status_code=201)
async def save_query(body: QueryRequest, world: WorldDep, actor: AuditorDep) -> QueryMade:
    """Keep a search under a name."""
    filters = body.filters.model_dump(mode="json", exclude_none=True)
    saved = await saved_queries.save_query(world, actor, body.name, filters, is_shared=body.is_shared)
    return QueryMade(id=answer(saved))


@router.delete("/queries/{query_id}", status_code=204)
async def drop_query(query_id: IdText, world: WorldDep, actor: AuditorDep) -> None:
    """Drop one's own saved search."""
    await saved_queries.drop_query(world, actor, query_id)
