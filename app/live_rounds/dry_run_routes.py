"""HTTP edge of dry runs: a read with the rules to try in its query."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.domain.live_rules import FeedbackMode, Measure, StepBasis, TieRule, Trigger
from app.domain.varying import Variation
from app.domain.visibility import Role
from app.identity.access import Actor, staff
from app.infra.web import StrictRoute, WorldDep
from app.live_rounds import dry_runs
from app.live_rounds.dry_run_schemas import DryRunView

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["live_rounds"])
# Whoever may propose or approve rules; the lot's history says whether this lot may be read.
ReaderDep = Annotated[Actor, Depends(staff(Role.PURCHASER, Role.APPROVER))]
SizeQuery = Annotated[str | None, Query(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]


@router.get("/lots/{lot_id}/dry-run")
async def get_dry_run(
    world: WorldDep,
    actor: ReaderDep,
    lot_id: str,
    feedback: FeedbackMode | None = None,
    ties: TieRule | None = None,
    starting_gate: bool | None = None,  # noqa: FBT001 - a member of the query
    step_measure: Measure | None = None,
    step_size: SizeQuery = None,
    step_basis: StepBasis | None = None,
    window_s: Annotated[int | None, Query(ge=0, le=86_400)] = None,
    trigger: Trigger | None = None,
    max_extensions: Annotated[int | None, Query(ge=1, le=1000)] = None,
    seed: Annotated[int, Query(ge=0, le=1_000_000)] = 1,
) -> DryRunView:
    """A finished lot as it was, played by robots by its own rules, and by these."""
    change = Variation(
        feedback=feedback,
        ties=ties,
        has_gate=starting_gate,
        step_measure=step_measure,
        step_size=None if step_size is None else Decimal(step_size),
        step_basis=step_basis,
        window=None if window_s is None else timedelta(seconds=window_s),
        trigger=trigger,
        max_extensions=max_extensions,
    )
    return DryRunView.model_validate(await dry_runs.read_dry_run(world, actor, lot_id, change, seed=seed))
