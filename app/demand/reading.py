"""What of a project each hat is shown, by domain/visibility.py alone. Reads one snapshot; writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.approvals import store as approval_store
from app.approvals.delegating import find_hands
from app.approvals.store import Proposal
from app.demand import schemas, store
from app.demand.messaging import side_of
from app.demand.moving import checks_of, find_brand_locks
from app.demand.requesting import AttachedFile, read_file
from app.demand.stages import hats_in, is_mine, person_of
from app.demand.store import Project, Seat, StageRow
from app.domain.approving import ProposalKind
from app.domain.budgeting import may_raise
from app.domain.delegating import Hands
from app.domain.grouping import ROLE_OF, GroupHat, Member
from app.domain.needs import find_locks
from app.domain.process import Act, Stage, StageState, current, decide_move, is_stopped, may_buy, owner_of
from app.domain.refusals import Refusal
from app.domain.visibility import Datum, Mode, Phase, Role, may_see, modes
from app.identity import store as identity_store
from app.identity.access import Actor
from app.infra.days import today_of
from app.infra.errors import not_found
from app.infra.world import World

# Whoever may see where a project stands (d63); of requesters each sees its own.
READERS = (Role.PURCHASER, Role.EVALUATOR, Role.APPROVER, Role.AUDITOR, Role.REQUESTER)
# A project is read as a draft is: nothing of a tender's later phases is in it.
_PHASES = (Phase.DRAFT,)
_OPEN = frozenset({StageState.IN_PROGRESS, StageState.WAITING, StageState.RETURNED})


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads, with whose tasks it has in hand."""

    actor: Actor
    hands: Hands

    def hats(self, held: Project) -> frozenset[Role]:
        """The hats it wears in a project."""
        return hats_in(held, self.actor, self.hands)

    def sees(self, held: Project, datum: Datum) -> bool:
        """Whether it may see a datum of a project."""
        return may_see(self.hats(held), _PHASES, datum)

    def reads_need(self, held: Project) -> bool:
        """Its own request, or what is a draft to the buyer's side (d02)."""
        return Role.REQUESTER in self.hats(held) or self.sees(held, Datum.DRAFTS)

    @property
    def requesters(self) -> frozenset[str] | None:
        """Whose requests alone it sees; None: the whole portfolio."""
        is_own_only = not may_see(self.actor.roles - {Role.REQUESTER}, _PHASES, Datum.STAGE)
        return frozenset({self.actor.account_id}) | self.hands.givers(Role.REQUESTER) if is_own_only else None


async def reader_of(world: World, tx: AsyncConnection, actor: Actor) -> Reader:
    """The actor as a reader."""
    return Reader(actor, await find_hands(world, tx, actor.account_id))


async def list_for(world: World, actor: Actor) -> schemas.ProjectList:
    """The portfolio, or a requester's own requests and those it has in hand."""
    async with world.db.snapshot() as tx:
        reader = await reader_of(world, tx, actor)
        found = await store.list_projects(tx, requested_by=reader.requesters)
        groups = await store.list_groups(tx, [one.id for one in found])
    rows = [row_of(world, reader, one, groups[one.id]) for one in found]
    return schemas.ProjectList(items=[schemas.ProjectRow(**row) for row in rows])


async def reach_project(world: World, tx: AsyncConnection, actor: Actor, project_id: str) -> Project:
    """A project that this actor may see; the one 404 where absent or forbidden."""
    held = await store.load_project(tx, project_id)
    if not (await reader_of(world, tx, actor)).sees(held, Datum.STAGE):
        raise not_found()
    return held


async def read_project(world: World, actor: Actor, project_id: str) -> schemas.ProjectView:
    """A project as this actor may see it."""
    async with world.db.snapshot() as tx:
        reader = await reader_of(world, tx, actor)
        held = await reach_project(world, tx, actor, project_id)
        seats = await store.list_seats(tx, project_id)
        reads_need = reader.reads_need(held)
        remarks = await store.list_remarks(tx, project_id) if reads_need else []
        messages = await store.list_messages(tx, [project_id]) if reads_need else []
        files = await store.list_attachments(tx, project_id) if reads_need else []
        staff = await identity_store.list_accounts(world, tx, kind="staff")
        proposal = await approval_store.find_latest(tx, kind=ProposalKind.PROJECT, subject_id=project_id)
        asked = await approval_store.find_latest(tx, kind=ProposalKind.BUDGET, subject_id=project_id)
        locks = []
        if reads_need:
            knows_firms = reader.sees(held, Datum.DOSSIER)
            locks = await find_brand_locks(world, tx, held) if knows_firms else find_locks(held.need)
    names = {one.id: one.name for one in staff}
    is_waiting = proposal is not None and proposal.pending.waits(world.clock.now())
    sees_proposal = bool(actor.roles & {Role.PURCHASER, Role.APPROVER, Role.AUDITOR})
    is_naming = Role.PURCHASER in actor.roles and current(held.course) is Stage.APPROVAL
    # Whom a stage can be given to, a purchaser sees at all times.
    offered = {GroupHat.PURCHASING_LEAD} if Role.PURCHASER in actor.roles else set()
    offered |= {GroupHat.DECISION_MAKER} if is_naming else set()
    knows_staff = may_see(reader.hats(held), _PHASES, Datum.STAFF_NAMES)
    return schemas.ProjectView(
        **row_of(world, reader, held, [one.member for one in seats]),
        version=held.version,
        need=schemas.NeedForm.model_validate(held.need.to_json()) if reads_need else None,
        plan=schemas.PlanForm(**held.plan.to_json()) if reader.sees(held, Datum.BUDGET) else None,
        experts=held.experts,
        checks=[schemas.CheckView(code=one.code, is_met=one.is_met) for one in checks_of(world, held, seats)],
        locks=[schemas.LockView(field=one.field, words=one.words) for one in locks],
        group=[_seat(reader, held, one, names) for one in seats],
        remarks=[
            schemas.RemarkView(
                stage=Stage(one.stage), act=one.act, by_role=Role(one.by_role), said=one.said, said_at=one.said_at
            )
            for one in remarks
        ],
        attachments=[
            schemas.AttachmentView(
                id=one.id, title=one.title, media_type=one.media_type, size=one.size, added_at=one.added_at
            )
            for one in files
        ],
        candidates=[
            schemas.GroupCandidateView(account_id=one.id, name=one.name, hat=hat)
            for one in staff
            for hat, role in ROLE_OF.items()
            if hat in offered and role in one.roles and one.state == "active"
        ],
        owners=[
            schemas.OwnerView(stage=stage, account_id=row.owner_id, name=names.get(row.owner_id, ""))
            for stage, row in held.stages.items()
            if row.owner_id is not None and knows_staff
        ],
        messages=[
            schemas.MessageView(
                by_role=Role(one.by_role),
                said=one.said,
                said_at=one.said_at,
                is_me=one.said_by == actor.account_id,
                name=names.get(one.said_by, "") if knows_staff else None,
            )
            for one in messages
        ],
        budget_request=_asked(world, asked, link=sees_proposal) if reader.sees(held, Datum.BUDGET) else None,
        may_write=side_of(reader.hats(held)) is not None and not is_stopped(held.course),
        acts=_acts(reader, held),
        proposal_id=proposal.id if proposal is not None and is_waiting and sees_proposal else None,
    )


def _asked(world: World, proposal: Proposal | None, *, link: bool) -> schemas.BudgetRequestView | None:
    """A request for more, as long as it waits."""
    if proposal is None or not proposal.pending.waits(world.clock.now()):
        return None
    change = proposal.change
    return schemas.BudgetRequestView(
        amount=change["to"],
        reason=change["reason"],
        at=proposal.proposed_at,
        proposal_id=proposal.id if link else None,
    )


async def read_attachment(world: World, actor: Actor, project_id: str, attachment_id: str) -> AttachedFile:
    """A file of a request to whoever may read the request; the one 404 otherwise."""
    async with world.db.snapshot() as tx:
        held = await reach_project(world, tx, actor, project_id)
        if not (await reader_of(world, tx, actor)).reads_need(held):
            raise not_found()
        return await read_file(world, tx, project_id, attachment_id)


def row_of(world: World, reader: Reader, held: Project, members: Sequence[Member]) -> dict[str, Any]:
    """A project in a list."""
    actor = reader.actor
    stage, hats = current(held.course), reader.hats(held)
    state = StageState.DONE if stage is None else held.course[stage]
    waits_for = owner_of(stage, state) if stage is not None and state in _OPEN else None
    due = None if stage is None else held.stages[stage].due_on
    shows_budget = reader.sees(held, Datum.BUDGET)
    person = None if stage is None else person_of(held, members, stage)
    return {
        "id": held.id,
        "reference": held.reference,
        "title_zh": held.need.title_zh,
        "title_en": held.need.title_en,
        "category": held.need.category,
        "stage": stage,
        "state": state,
        "waits_for": waits_for,
        "due_on": due,
        "is_late": waits_for is not None and due is not None and due < today_of(world),
        "is_mine": Role.REQUESTER in hats,
        "waits_for_me": waits_for is not None and is_mine(person, waits_for, actor, hats, reader.hands),
        "currency": held.plan.currency,
        "budget": held.plan.budget if shows_budget and held.plan.budget else None,
        "stages": [_stage(row) for row in held.stages.values()],
        "created_at": held.created_at,
        "edited_at": held.edited_at,
    }


def _stage(row: StageRow) -> schemas.StageView:
    return schemas.StageView(
        stage=row.stage,
        state=row.state,
        owner=owner_of(row.stage, row.state),
        entered_on=row.entered_on,
        due_on=row.due_on,
        done_on=row.done_on,
    )


def _seat(reader: Reader, held: Project, seat: Seat, names: Mapping[str, str]) -> schemas.GroupSeatView:
    is_me = seat.member.account_id == reader.actor.account_id
    hats = reader.hats(held)
    shows_name = is_me or may_see(hats, _PHASES, Datum.STAFF_NAMES)
    shows_declared = is_me or Mode.FULL in modes(hats, _PHASES, Datum.CONFLICT_DECLARATIONS)
    # That a seat has to be drawn again its purchaser must know; what was declared, he need not.
    knows_fitness = shows_declared or Role.PURCHASER in hats
    return schemas.GroupSeatView(
        account_id=seat.member.account_id if shows_name else None,
        name=names.get(seat.member.account_id, "") if shows_name else None,
        hat=seat.member.hat,
        is_me=is_me,
        has_declared=seat.member.has_conflict is not None,
        has_conflict=seat.member.has_conflict if knows_fitness else None,
        statement=seat.statement if shows_declared else None,
    )


def _acts(reader: Reader, held: Project) -> list[str]:
    """What this actor may do with the stage at hand, whatever is still missing for it."""
    tried = {
        act: decide_move(held.course, act, hats=reader.hats(held), reason="as it is")
        for act in Act
        if act not in (Act.APPROVE, Act.REFUSE)
    }
    acts = [act.value for act, after in tried.items() if not isinstance(after, Refusal)]
    if may_raise(held.course) and reader.hats(held) & {Role.REQUESTER, Role.PURCHASER}:
        acts.append("raise_budget")
    may_open = Role.PURCHASER in reader.actor.roles and may_buy(held.course) and current(held.course) is Stage.CRITERIA
    return [*acts, "open_tender"] if may_open and not is_stopped(held.course) else acts
