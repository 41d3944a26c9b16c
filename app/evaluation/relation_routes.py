"""HTTP edge of relations to suppliers: one's own, declared and ended (attacks.md Z06)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints

from app.domain.exclusive_roles import STAFF_ROLES
from app.domain.related_parties import RelationKind
from app.evaluation import relating
from app.identity.access import Actor, staff
from app.infra.errors import answer
from app.infra.web import InstantText, LongText, StrictModel, StrictRoute, WorldDep

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["identity"])
StaffDep = Annotated[Actor, Depends(staff(*sorted(STAFF_ROLES)))]


class RelationView(StrictModel):
    """One of the own relations."""

    id: str
    credit_code: str
    kind: RelationKind
    note: str
    declared_at: InstantText


class NewRelation(StrictModel):
    """To which supplier, by its credit code, and how."""

    credit_code: Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=18, max_length=18)]
    kind: RelationKind
    note: Annotated[LongText, Field(max_length=500)] = ""


class RelationMade(StrictModel):
    """The id of what was declared."""

    id: str


@router.get("/me/relations")
async def list_relations(world: WorldDep, actor: StaffDep) -> list[RelationView]:
    """The own relations to suppliers; nobody else reads them."""
    return [
        RelationView(
            id=each.id,
            credit_code=each.credit_code,
            kind=RelationKind(each.kind),
            note=each.note,
            declared_at=each.declared_at,
        )
        for each in await relating.list_own(world, actor)
    ]


@router.post("/me/relations", status_code=201)
async def declare_relation(body: NewRelation, world: WorldDep, actor: StaffDep) -> RelationMade:
    """Declare a relation; recused at once where that supplier takes part."""
    command = relating.DeclareRelation(body.credit_code, body.kind, body.note)
    return RelationMade(id=answer(await relating.declare_relation(world, actor, command)))


@router.delete("/me/relations/{relation_id}", status_code=204)
async def end_relation(relation_id: str, world: WorldDep, actor: StaffDep) -> None:
    """End a relation; recusals stay."""
    await relating.end_relation(world, actor, relation_id)
