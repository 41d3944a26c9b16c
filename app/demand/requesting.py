"""A purchase request: begun, written and given files by its requester, as long as it is in his hands."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals.delegating import find_hands
from app.demand import store
from app.demand.stages import decide_version, enter, hat_of, hats_in, refuse, stands_for
from app.demand.store import Attachment, Project, StageRow
from app.domain.budgeting import Plan
from app.domain.entries import digest_of
from app.domain.grouping import FEWEST_EXPERTS
from app.domain.kinds import Kind
from app.domain.needs import Need
from app.domain.process import Stage, StageState, begin, due_on
from app.domain.refusals import Code, Refusal
from app.domain.registering import FieldFault, check_title
from app.domain.visibility import Role
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.errors import not_found
from app.infra.world import World
from app.suppliers.media import EXTENSIONS, MediaType, media_type_of

MOST_BYTES = 10 * 1024 * 1024
# Drawings, pictures and standards of one request.
MOST_FILES = 30
LONGEST_TITLE = 120
# Crockford's letters: no I, L, O, U to misread on the telephone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A stored file under a neutral name."""

    name: str
    media_type: str
    data: bytes


async def begin_request(world: World, actor: Actor, need: Need) -> Project:
    """Begin a request; whoever begins it is its requester."""
    async with world.db.transaction() as tx:
        now, day = world.clock.now(), today_of(world)
        states = begin()
        stages = {stage: StageRow(stage, state) for stage, state in states.items()}
        stages[Stage.NEED] = replace(stages[Stage.NEED], entered_on=day, due_on=due_on(Stage.NEED, day))
        number = int(world.ids.new(), 16)
        letters = "".join(_LETTERS[number >> shift & 31] for shift in range(0, 30, 5))
        made = Project(
            id=world.ids.new(),
            reference=f"P-{day.year}-{letters}",
            need=need,
            plan=Plan(),
            experts=FEWEST_EXPERTS,
            version=1,
            requested_by=actor.account_id,
            created_at=now,
            edited_at=now,
            stages=stages,
        )
        await store.insert_project(tx, made)
        data = {"reference": made.reference, "digest": digest_of(need.to_json())}
        await enter(world, tx, made.id, Kind.PROJECT_REQUESTED, data, **actor.entry_fields(_own_hat(actor)))
        return made


async def save_need(world: World, actor: Actor, project_id: str, *, version: int, need: Need) -> Project | Refusal:
    """Write the whole form. Refuses CHANGED_SINCE, NOT_ALLOWED_HERE in other hands; another's request is not found."""
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        told = await _own_or_absent(world, tx, held, actor)
        refusal = decide_version(held, version) or _decide_writing(held)
        if refusal is not None:
            return await refuse(world, tx, actor, project_id, act="edit", refusal=refusal)
        if need == held.need:
            return held
        changed = replace(held, need=need, version=held.version + 1, edited_at=world.clock.now())
        await store.set_project(tx, changed)
        data = {"version": changed.version, "digest": digest_of(need.to_json()), **told}
        await enter(world, tx, project_id, Kind.PROJECT_EDITED, data, **actor.entry_fields(_own_hat(actor)))
        return changed


async def attach_file(world: World, actor: Actor, project_id: str, *, title: str, data: bytes) -> Attachment | Refusal:
    """Store a file under its title. Refuses INCOMPLETE (title, empty file), TOO_LARGE, NOT_ALLOWED_HERE (type of file),
    NOT_ALLOWED_HERE while the form is in other hands."""
    found = _check_file(title, data)
    file = None if isinstance(found, Refusal) else await world.files.put(data)
    async with world.db.transaction() as tx:
        held = await store.lock_project(tx, project_id)
        stood = await _own_or_absent(world, tx, held, actor)
        refusal = found if isinstance(found, Refusal) else _decide_writing(held)
        if refusal is None and len(await store.list_attachments(tx, project_id)) >= MOST_FILES:
            refusal = Refusal(Code.TOO_LARGE, {"field": "files", "most": str(MOST_FILES)})
        if refusal is not None or file is None or isinstance(found, Refusal):
            said = refusal or Refusal(Code.NOT_ALLOWED_HERE)
            return await refuse(world, tx, actor, project_id, act="attach", refusal=said)
        new = Attachment(
            id=world.ids.new(),
            project_id=project_id,
            title=" ".join(title.split()),
            file_id=file.id,
            media_type=found.value,
            sha256=file.sha256,
            size=file.size,
            added_by=actor.account_id,
            added_at=world.clock.now(),
        )
        await store.insert_attachment(tx, new)
        told = {"attachment": new.id, "title": new.title, "sha256": new.sha256, "size": new.size, **stood}
        await enter(world, tx, project_id, Kind.ATTACHMENT_ADDED, told, **actor.entry_fields(_own_hat(actor)))
        return new


async def read_file(world: World, tx: AsyncConnection, project_id: str, attachment_id: str) -> AttachedFile:
    """The bytes of a file under a name that tells nothing of its sender; the one 404 where absent."""
    found = next((one for one in await store.list_attachments(tx, project_id) if one.id == attachment_id), None)
    if found is None:
        raise not_found()
    name = f"attachment-{found.id[:8]}.{EXTENSIONS[MediaType(found.media_type)]}"
    return AttachedFile(name, found.media_type, await world.files.read(found.file_id))


async def _own_or_absent(world: World, tx: AsyncConnection, held: Project, actor: Actor) -> dict[str, str]:
    """Raise the one 404 to all but its requester and whoever has his tasks in hand; what an entry tells of it."""
    hats = hats_in(held, actor, await find_hands(world, tx, actor.account_id))
    if Role.REQUESTER not in hats:
        raise not_found()
    return stands_for(held, actor, hats)


def _own_hat(actor: Actor) -> Role:
    return Role.REQUESTER if Role.REQUESTER in actor.roles else hat_of(actor)


def _decide_writing(held: Project) -> Refusal | None:
    """Refuse NOT_ALLOWED_HERE once the request is in other hands."""
    is_in_hand = held.course[Stage.NEED] in (StageState.IN_PROGRESS, StageState.RETURNED)
    return None if is_in_hand else Refusal(Code.NOT_ALLOWED_HERE, {"state": held.course[Stage.NEED].value})


def _check_file(title: str, data: bytes) -> MediaType | Refusal:
    named = check_title(title, LONGEST_TITLE)
    if isinstance(named, FieldFault):
        return Refusal(Code.INCOMPLETE, {"title": named.value})
    if not data:
        return Refusal(Code.INCOMPLETE, {"file": FieldFault.MISSING_VALUE.value})
    if len(data) > MOST_BYTES:
        return Refusal(Code.TOO_LARGE, {"field": "file", "most": str(MOST_BYTES)})
    allowed = ", ".join(sorted(EXTENSIONS.values()))
    return media_type_of(data) or Refusal(Code.NOT_ALLOWED_HERE, {"field": "file", "allowed": allowed})
