"""HTTP edge of the outside witnesses: what they are shown, what they say, and who they are (for everybody)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from app.audit import witnesses
from app.audit.witness_schemas import (
    CosignaturesBody,
    CosignaturesKept,
    OutsideWitness,
    SignedStatement,
    StatementPage,
)
from app.domain.bundling import fingerprint, spoken
from app.domain.entries import from_milliseconds
from app.infra.web import StrictRoute, WorldDep

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["audit"])


def _admitted(world: WorldDep, request: Request) -> witnesses.Witness:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return witnesses.admit(world, request.headers.get("authorization", ""), path)


WitnessDep = Annotated[witnesses.Witness, Depends(_admitted)]


@router.get("/witness/checkpoints")
async def list_statements(
    world: WorldDep, _witness: WitnessDep, after: Annotated[int, Query(ge=0, lt=1 << 31)] = 0
) -> StatementPage:
    """Signed checkpoints after a number, for an outside witness alone: sizes and roots, never the heads of chains."""
    found = await witnesses.list_statements(world, after)
    checkpoints = [SignedStatement(statement=told.as_json(), sig=signature.hex()) for told, signature in found]
    return StatementPage(checkpoints=checkpoints, rotations=world.keys.rotations())


@router.post("/witness/cosignatures")
async def take_cosignatures(body: CosignaturesBody, world: WorldDep, witness: WitnessDep) -> CosignaturesKept:
    """What an outside witness says of checkpoints. Saying it again changes nothing."""
    return CosignaturesKept(kept=await witnesses.take_cosignatures(world, witness, body.cosignatures))


@router.get("/audit/witnesses")
async def list_witnesses(world: WorldDep) -> list[OutsideWitness]:
    """The outside witnesses of the journal, and when each last vouched for it; an empty list where there is none."""
    return [
        OutsideWitness(
            name=one.witness.name,
            public_key=one.witness.key.hex(),
            fingerprint=fingerprint(one.witness.key),
            words=spoken(fingerprint(one.witness.key)),
            seen_at=None if one.seen_at_ms is None else from_milliseconds(one.seen_at_ms),
            is_there=one.is_there,
        )
        for one in await witnesses.list_standings(world)
    ]
