"""Invitations and answers: who is invited stands in the open, who answered what is sealed under the vault key.

Serves VISIBILITY.md d04 (names of invited suppliers), d11 (who joined, declined or stayed silent: nobody on the buyer's
side), d21 and section 1 (the random tag that journal entries carry). Every invitation has a sealed answer of one length
from the moment of publication, so a reader of the database learns nothing from presence, size or age of a row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from app.domain.certification import Grade
from app.domain.grading import FrozenGrade
from app.tenders.tables import invitation, tender

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.infra.world import World

# A reason of 100 characters at up to 4 bytes, the tag and the names of the members fit with room to spare.
SEALED_BYTES: Final = 600
LONGEST_REASON: Final = 100


class Response(StrEnum):
    """What a supplier answered."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Participation:
    """One supplier in one tender. `joined`: it has accepted the terms in force, not only an older version of them."""

    invitation_id: str
    tender_id: str
    supplier_id: str
    outside_rule: bool
    invited_at: datetime
    tag: str
    response: Response
    # The version of the terms that was accepted or declined; 0 before any answer.
    terms_version: int
    reason: str
    joined: bool
    # As it stood at the invitation, where the evaluation gives points for it (domain/grading.py).
    grade: FrozenGrade | None = None


@dataclass(frozen=True, slots=True)
class Invitee:
    """A supplier about to be invited."""

    supplier_id: str
    outside_rule: bool
    # Frozen where the evaluation gives points for it.
    grade: Grade | None = None


async def insert_invitations(
    world: World, tx: AsyncConnection, *, tender_id: str, invitees: Sequence[Invitee], at: datetime
) -> list[FrozenGrade]:
    """Invite suppliers: one row each, in random order, each with a fresh random tag and an answer of none. Gives the
    grades that were frozen with them."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows, grades = [], list[FrozenGrade]()
    for invitee in world.ids.shuffled(list(invitees)):
        invitation_id = world.ids.new()
        tag = world.ids.new()
        grade = None if invitee.grade is None else FrozenGrade(tag, invitee.grade, world.ids.new())
        blank = _seal(world, invitation_id, _Answer(tag, Response.NONE, 0, "", grade))
        grades += [] if grade is None else [grade]
        rows.append(
            {
                "id": invitation_id,
                "tender_id": tender_id,
                "supplier_id": invitee.supplier_id,
                "outside_rule": invitee.outside_rule,
                "invited_at": hour,
                "response_sealed": blank,
            }
        )
    if rows:
        await tx.execute(insert(invitation), rows)
    return grades


async def list_invited(tx: AsyncConnection, tender_id: str) -> list[Invitee]:
    """Name the invited suppliers (d04), in the order of their random ids; tells nothing about answers."""
    query = select(invitation.c.supplier_id, invitation.c.outside_rule).where(invitation.c.tender_id == tender_id)
    return [
        Invitee(row.supplier_id, row.outside_rule) for row in await tx.execute(query.order_by(invitation.c.supplier_id))
    ]


async def count_invited(tx: AsyncConnection) -> dict[str, int]:
    """Count the invited suppliers of every published tender, by its id."""
    query = select(invitation.c.tender_id, func.count().label("invited")).group_by(invitation.c.tender_id)
    return {row.tender_id: row.invited for row in await tx.execute(query)}


async def find_participation(
    world: World, tx: AsyncConnection, tender_id: str, supplier_id: str
) -> Participation | None:
    """Open one supplier's answer, or None where it is not invited."""
    return (await list_participations_of(world, tx, tender_id, [supplier_id])).get(supplier_id)


async def list_participations_of(
    world: World, tx: AsyncConnection, tender_id: str, supplier_ids: Collection[str]
) -> dict[str, Participation]:
    """Open the answers of some suppliers, by supplier; who is not invited is left out."""
    return {each.supplier_id: each for each in await _list(world, tx, tender_id, supplier_ids)}


async def list_participations(world: World, tx: AsyncConnection, tender_id: str) -> list[Participation]:
    """Open all answers. For the service alone: notices, closing, unsealing; never for a screen (VISIBILITY.md d11)."""
    return await _list(world, tx, tender_id, None)


async def list_accepted_tags(world: World, tx: AsyncConnection, tender_id: str) -> list[str]:
    """Give the tags of those who joined, in random order: how many may bid, and under what."""
    joined = [each.tag for each in await list_participations(world, tx, tender_id) if each.joined]
    return world.ids.shuffled(joined)


async def list_joined_grades(world: World, tx: AsyncConnection, tender_id: str) -> list[FrozenGrade]:
    """Give the frozen grades of those who joined, by tag: for the points on their totals."""
    joined = [each.grade for each in await list_participations(world, tx, tender_id) if each.joined]
    return [grade for grade in joined if grade is not None]


async def find_supplier_by_tag(world: World, tx: AsyncConnection, tender_id: str, tag: str) -> str | None:
    """Name the supplier behind a tag. For the unsealing alone, after the decision by alias (VISIBILITY.md 2)."""
    everyone = await list_participations(world, tx, tender_id)
    return next((each.supplier_id for each in everyone if each.tag == tag), None)


async def store_answers(world: World, tx: AsyncConnection, answers: Sequence[Participation]) -> None:
    """Seal and rewrite every answer of a tender afresh, in random order.

    Where only the changed row were rewritten, its place in the database's files would tell who answered, and when.
    """
    for each in world.ids.shuffled(list(answers)):
        answer = _Answer(each.tag, each.response, each.terms_version, each.reason, each.grade)
        sealed = _seal(world, each.invitation_id, answer)
        await tx.execute(update(invitation).where(invitation.c.id == each.invitation_id).values(response_sealed=sealed))


async def _list(
    world: World, tx: AsyncConnection, tender_id: str, supplier_ids: Collection[str] | None
) -> list[Participation]:
    query = (
        select(invitation, tender.c.terms_version)
        .join(tender, tender.c.id == invitation.c.tender_id)
        .where(invitation.c.tender_id == tender_id)
        .order_by(invitation.c.id)
    )
    if supplier_ids is not None:
        query = query.where(invitation.c.supplier_id.in_(supplier_ids))
    found = []
    for row in await tx.execute(query):
        opened = json.loads(world.keys.unseal("vault", row.response_sealed, row.id.encode()))
        one = Participation(
            invitation_id=row.id,
            tender_id=row.tender_id,
            supplier_id=row.supplier_id,
            outside_rule=row.outside_rule,
            invited_at=row.invited_at,
            tag=opened["tag"],
            response=Response(opened["response"]),
            terms_version=opened["terms_version"],
            reason=opened["reason"],
            joined=False,
            grade=_grade(opened),
        )
        is_current = one.terms_version == row.terms_version
        found.append(replace(one, joined=one.response is Response.ACCEPTED and is_current))
    return found


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is sealed of an invitation."""

    tag: str
    response: Response
    terms_version: int
    reason: str
    grade: FrozenGrade | None


def _grade(opened: Mapping[str, Any]) -> FrozenGrade | None:
    return FrozenGrade(opened["tag"], Grade(opened["grade"]), opened["salt"]) if "grade" in opened else None


def _seal(world: World, invitation_id: str, one: _Answer) -> bytes:
    members: dict[str, str | int] = {
        "tag": one.tag,
        "response": one.response.value,
        "terms_version": one.terms_version,
        "reason": one.reason,
    }
    if one.grade is not None:
        members |= {"grade": one.grade.grade.value, "salt": one.grade.salt}
    # Blanks after the JSON are still JSON: the padding needs no mark of its own.
    plain = json.dumps(members, ensure_ascii=False).encode().ljust(SEALED_BYTES)
    if len(plain) != SEALED_BYTES:
        raise ValueError("an answer longer than its padding would show by its length")
    return world.keys.seal("vault", plain, invitation_id.encode())
