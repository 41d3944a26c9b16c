"""Acts of the audit room: ask for an export, take a bundle away, look at checkpoints and at the public key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.audit import store
from app.audit.exporting import TOPIC, export_path
from app.audit.store import Export, Form, JobState
from app.domain.checkpointing import Statement
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.journal import checkpoint_store
from app.journal.stamping import list_stamps
from app.journal.store import NewEntry, append
from app.tenders import store as tender_store

CHECKPOINT_PAGE = 100


@dataclass(frozen=True, slots=True)
class RequestExport:
    """What to export, why and for whom; no tenders means all. A period is for histories alone."""

    tenders: tuple[str, ...]
    purpose: str
    recipient: str
    form: Form = Form.BUNDLE
    since: datetime | None = None
    until: datetime | None = None

    def scope(self) -> dict[str, Any]:
        """As it stands in the job's row and in the journal."""
        scope: dict[str, Any] = {"tenders": sorted(set(self.tenders))} if self.tenders else {"all": True}
        bounds = {"from": self.since, "to": self.until}
        return scope | {name: instant_text(at) for name, at in bounds.items() if at is not None}


async def request_export(world: World, actor: Actor, command: RequestExport) -> str:
    """Queue an export; returns its id. The one 404 where a named tender does not exist."""
    async with world.db.transaction() as tx:
        known = await tender_store.list_by_ids(tx, command.tenders) if command.tenders else []
        if len(known) != len(set(command.tenders)):
            raise not_found()
        export_id = world.ids.new()
        scope = command.scope()
        await store.insert_export(
            tx,
            Export(
                id=export_id,
                scope=scope,
                form=command.form,
                purpose=command.purpose,
                recipient=command.recipient,
                requested_by=actor.account_id,
                requested_at=world.clock.now(),
                state=JobState.QUEUED,
                done=0,
                total=0,
                seen_at=None,
                attempts=0,
                size=None,
                sha256=None,
                ready_at=None,
                code=None,
            ),
        )
        data = {"export": export_id, "scope": scope, "form": command.form.value}
        data |= {"purpose": command.purpose, "recipient": command.recipient}
        tender = command.tenders[0] if len(set(command.tenders)) == 1 else None
        fields = actor.entry_fields(Role.AUDITOR)
        await append(world, tx, NewEntry("system", Kind.EXPORT_TAKEN, data, tender=tender, **fields))
    world.bell.ring(TOPIC)
    return export_id


async def take_export(world: World, actor: Actor, export_id: str) -> tuple[Export, Path] | Refusal:
    """The export's file, journaling who takes it away. Refuses PENDING while it is not ready."""
    async with world.db.transaction() as tx:
        job = await store.load_export(tx, export_id)
        path = export_path(world, export_id, job.form)
        if job.state is not JobState.READY:
            return Refusal(Code.PENDING, {"state": job.state.value})
        if not path.is_file():
            raise not_found()
        data = {"what": job.form.value, "export": export_id, "sha256": job.sha256}
        fields = actor.entry_fields(Role.AUDITOR)
        await append(world, tx, NewEntry("system", Kind.READ_PRIVILEGED, data, **fields))
    return job, path


async def list_exports(world: World) -> tuple[Sequence[Export], Mapping[str, str]]:
    """The newest exports, and the names of those who asked for them."""
    async with world.db.snapshot() as tx:
        jobs = await store.list_exports(tx)
        staff = await identity_store.list_accounts(world, tx, kind="staff")
    return jobs, {person.id: person.name for person in staff}


async def find_export(world: World, export_id: str) -> tuple[Export, str]:
    """An export and the name of who asked for it; the one 404 where absent."""
    async with world.db.snapshot() as tx:
        job = await store.load_export(tx, export_id)
        person = await identity_store.find_account(world, tx, job.requested_by)
    return job, "" if person is None else person.name


async def list_stamp_times(world: World, numbers: Sequence[int]) -> dict[int, datetime]:
    """When an authority stamped these checkpoints (domain: RFC 3161), by number; of most there is none."""
    if not numbers:
        return {}
    async with world.db.snapshot() as tx:
        return {row.n: row.stamped_at for row in await list_stamps(tx, first=min(numbers), last=max(numbers))}


async def list_checkpoints(world: World, before: int | None) -> list[tuple[Statement, bytes]]:
    """A page of checkpoints, newest first: size and root, never the heads of single chains (VISIBILITY.md d52)."""
    async with world.db.snapshot() as tx:
        return await checkpoint_store.list_statements(tx, before=before, limit=CHECKPOINT_PAGE)
