"""The third story of the crawl: the large tender again, its sealed round opened by two of three members and the server.

The members have no other part in the tender. Their keys are made here, and used as `bidroom trustee` uses them.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from app.client import trustee
from app.client.caller import Caller
from app.domain.committee import Seat
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_key import MemberKeyFile
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.suite import derive_key_pair
from app.domain.visibility import Role
from tests.access import sealed_story
from tests.access.canaries import Canary
from tests.access.theatre import ORIGIN, Theatre, hire

# In the order of the seats.
MEMBERS: Mapping[str, Role] = {"seat1": Role.AUDITOR, "seat2": Role.EVALUATOR, "seat3": Role.APPROVER}
SEATS = (Seat.AUDIT, Seat.TECHNICAL, Seat.EXTERNAL)


async def draft(theatre: Theatre) -> None:
    """The draft of the sealed story, but for its custody, and three members."""
    for key, role in MEMBERS.items():
        await hire(theatre, key, role)
    committee = {"k": 2, "seats": [seat.value for seat in SEATS]}
    await sealed_story.draft(theatre, custody="committee", committee=committee)


async def form(theatre: Theatre) -> None:
    """Two persons seat the members; each proves a key."""
    addresses = [
        next(each.text for each in theatre.aviary.canaries if each.owner == key and "@" in each.text) for key in MEMBERS
    ]
    path = f"/api/rounds/{theatre.ids['round']}/committee"
    asked = await theatre.act("purchaser", "POST", path, json={"members": addresses})
    await theatre.approve(asked["proposal_id"])
    for key in MEMBERS:
        async with calling(theatre, key) as caller:
            await trustee.prove_key(caller, file_of(theatre, key))
        theatre.beat()


async def confirm(theatre: Theatre) -> None:
    """Each confirms the policy by its fingerprint and rehearses; from here on the policy is a datum."""
    digest = (await theatre.act("seat1", "GET", f"/api/rounds/{theatre.ids['round']}/committee"))["policy_digest"]
    theatre.ids["policy"] = digest
    theatre.aviary.add(Canary("policy", "", digest))
    for act in ("confirm", "rehearse"):
        for key in MEMBERS:
            async with calling(theatre, key) as caller:
                if act == "confirm":
                    await trustee.confirm_policy(caller, file_of(theatre, key), " ".join(fingerprint(digest)))
                else:
                    await trustee.rehearse(caller, file_of(theatre, key))
            theatre.beat()


async def release(theatre: Theatre, key: str, envelope: EnvelopeKind) -> None:
    """A member releases what is due; each of its releases is a canary."""
    async with calling(theatre, key) as caller:
        own, now = file_of(theatre, key), theatre.clock.now()
        bundle = await trustee.release_due(caller, own, envelope, confirmed=theatre.ids["policy"], now=now)
    theatre.aviary.add(*(Canary(f"{envelope}_release", key, secret.hex()) for secret in bundle.secrets.values()))
    theatre.beat()
    await theatre.settle()


def file_of(theatre: Theatre, key: str) -> MemberKeyFile:
    """A member's key file."""
    seat = list(MEMBERS).index(key) + 1
    return MemberKeyFile(theatre.ids["round"], seat, derive_key_pair(bytes([seat, 31]) * 16))


@asynccontextmanager
async def calling(theatre: Theatre, key: str) -> AsyncIterator[Caller]:
    """The command line of a member, in its session."""
    viewer = theatre.viewers[key]
    async with Caller(ORIGIN, httpx.ASGITransport(theatre.app, raise_app_exceptions=False)) as caller:
        caller._client.cookies.update(viewer.client.cookies)
        caller._client.headers.update(viewer.client.headers)
        yield caller
