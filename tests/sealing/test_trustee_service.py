"""A member's commands against the real service: key, confirmation, rehearsal, release; and what makes them stop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.client import trustee
from app.client.caller import Caller, CallError
from app.client.trustee import DistrustError
from app.domain.refusals import Refusal
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_key import MemberKeyFile
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.suite import derive_key_pair
from app.main import build_app
from tests.callers import BASE
from tests.sealed_rounds.committees import Committee, set_committee_stage
from tests.worlds import sign_in


@pytest.fixture
async def committee(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Committee]:
    """Two of three, seated, without keys."""
    made = await set_committee_stage(clean_database_url, tmp_path, is_ready=False)
    await made.form()
    yield made
    await made.world.db.dispose()


@asynccontextmanager
async def signed_in(committee: Committee, seat: int, app: FastAPI | None = None) -> AsyncIterator[Caller]:
    """The command line's caller, signed in as a member; at this application, or at one of its own."""
    cookies, headers = await sign_in(committee.world, committee.members[seat - 1])
    inner = httpx.ASGITransport(app or build_app(committee.world), raise_app_exceptions=False)
    async with Caller(BASE, inner) as caller:
        caller._client.cookies.update(cookies)
        caller._client.headers.update(headers)
        yield caller


def own_of(committee: Committee, seat: int) -> MemberKeyFile:
    return MemberKeyFile(committee.round_id, seat, derive_key_pair(bytes([seat, 7]) * 16))


async def spoken(committee: Committee) -> str:
    """The policy's fingerprint, as members read it to each other."""
    return " ".join(fingerprint((await committee.stage.round()).policy_digest))


async def test_from_the_key_to_the_opening(committee: Committee) -> None:
    stage = committee.stage
    for seat in (1, 2, 3):
        async with signed_in(committee, seat) as caller:
            await trustee.prove_key(caller, own_of(committee, seat))
    confirmed = {}
    for seat in (1, 2, 3):
        async with signed_in(committee, seat) as caller:
            said = await spoken(committee)
            confirmed[seat] = await trustee.confirm_policy(caller, own_of(committee, seat), said)
            with pytest.raises(DistrustError, match="not the one you compared"):
                await trustee.confirm_policy(caller, own_of(committee, seat), said[1:])
    for seat in (1, 2):
        async with signed_in(committee, seat) as caller:
            await trustee.rehearse(caller, own_of(committee, seat))
    await stage.open()
    for number in range(3):
        await stage.hand_in(number)
    await stage.close()
    price, now = EnvelopeKind.PRICE, stage.clock.now()
    async with signed_in(committee, 3) as caller:
        own = own_of(committee, 3)
        with pytest.raises(DistrustError, match="clock"):
            await trustee.release_due(caller, own, price, confirmed=confirmed[3], now=now - timedelta(days=30))
        with pytest.raises(DistrustError, match="confirmed"):
            await trustee.release_due(caller, own, price, confirmed="0" * 64, now=now)
        assert len((await trustee.release_due(caller, own, price, confirmed=confirmed[3], now=now)).secrets) == 3
        with pytest.raises(CallError) as refused:
            await trustee.release_due(caller, own, price, confirmed=confirmed[3], now=now)
        assert refused.value.code == "RELEASED_ALREADY"
    async with signed_in(committee, 1) as caller:
        await trustee.release_due(caller, own_of(committee, 1), price, confirmed=confirmed[1], now=now)
        told = await caller.get(f"/rounds/{committee.round_id}/opening")
    assert (told["step"], told["released"], told["packages"]) == ("opening", 2, 3)
    assert await stage.open_envelopes() == "price"


async def test_suppliers_see_seats_and_no_counts(committee: Committee) -> None:
    stage = committee.stage
    for act in (committee.add_key, committee.confirm, committee.rehearse):
        for seat in (1, 2, 3):
            assert not isinstance(await act(seat), Refusal)
    await stage.open()
    for number in range(3):
        await stage.hand_in(number)
    await stage.close()
    cookies, headers = await sign_in(committee.world, stage.rep(0))
    transport = httpx.ASGITransport(build_app(committee.world))
    async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies, headers=headers) as client:
        told = (await client.get(f"/api/rounds/{committee.round_id}/opening")).json()
    assert told["step"] == "members"
    assert [seat["title"] for seat in told["seats"]] == ["audit", "technical", "external"]
    assert (told["packages"], told["done"], told["own_seat"]) == (None, None, None)


async def test_status_tells_round_seat_and_what_is_due(committee: Committee) -> None:
    async def due(seat: int) -> str:
        async with signed_in(committee, seat) as caller:
            (found,) = await trustee.list_seats(caller)
        assert (found.round, found.seat, found.k, found.n) == (committee.round_id, seat, 2, 3)
        return found.due

    assert await due(1) == "keygen, then prove"
    for seat in (1, 2, 3):
        async with signed_in(committee, seat) as caller:
            await trustee.prove_key(caller, own_of(committee, seat))
        assert await due(1) == ("confirm --compared …" if seat == 3 else "nothing until every member's key is there")
    for seat in (1, 2, 3):
        async with signed_in(committee, seat) as caller:
            (told,) = await trustee.list_seats(caller)
            await trustee.confirm_policy(caller, own_of(committee, seat), " ".join(told.fingerprint))
    assert await due(1) == "rehearse"
    for seat in (1, 2):
        async with signed_in(committee, seat) as caller:
            await trustee.rehearse(caller, own_of(committee, seat))
    assert [await due(seat) for seat in (1, 3)] == ["nothing", "rehearse"]
    await committee.stage.open()
    for number in range(3):
        await committee.stage.hand_in(number)
    await committee.stage.close()
    assert await due(3) == "release --envelope price"


async def test_an_older_key_file_is_not_used_so_that_the_seat_may_still_speak(committee: Committee) -> None:
    for seat in (1, 2, 3):
        async with signed_in(committee, seat) as caller:
            await trustee.prove_key(caller, own_of(committee, seat))
    digest = (await committee.stage.round()).policy_digest
    for seat in (1, 2, 3):
        async with signed_in(committee, seat) as caller:
            await trustee.confirm_policy(caller, own_of(committee, seat), await spoken(committee))
            await trustee.rehearse(caller, own_of(committee, seat))
    await committee.stage.open()
    for number in range(3):
        await committee.stage.hand_in(number)
    await committee.stage.close()
    older = MemberKeyFile(committee.round_id, 1, derive_key_pair(b"an older file of the same seat!!"))
    now = committee.world.clock.now()
    async with signed_in(committee, 1) as caller:
        with pytest.raises(DistrustError, match="older file"):
            await trustee.release_due(caller, older, EnvelopeKind.PRICE, confirmed=digest, now=now)
        bundle = await trustee.release_due(caller, own_of(committee, 1), EnvelopeKind.PRICE, confirmed=digest, now=now)
    assert len(bundle.secrets) == 3
