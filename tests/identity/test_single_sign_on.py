"""Single sign-on of the buyer's staff: whom it lets in, what it grants, and what of a provider is not believed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.approvals import store as approval_store
from app.domain.approving import ProposalKind, ProposalState
from app.domain.visibility import Role
from app.identity import store
from app.identity.provider import Provider
from app.infra.world import World
from app.main import build_app
from tests.callers import BASE
from tests.identity.idp import ISSUER, Idp, make_key
from tests.worlds import TestWorld, make_actor

MAIL = {"email": "wang@lanyu.example", "email_verified": True, "name": "王采购"}
ROLES = {"buyers": "purchaser", "marks": "evaluator", "odd": "supplier"}


@asynccontextmanager
async def door(house: TestWorld, idp: Idp, **more: Any) -> AsyncIterator[tuple[World, httpx.AsyncClient]]:
    """The house with this provider, and a browser in front of it."""
    values = {"oidc_issuer": ISSUER, "oidc_client_id": "bidroom", "oidc_client_secret": "s3cret", "oidc_roles": ROLES}
    settings = house.world.settings.model_copy(update=values | more)
    world = replace(house.world, settings=settings)
    app = build_app(world)
    app.state.provider = Provider(settings, idp.transport)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers={"Origin": BASE}) as client:
        yield world, client


async def come_back(client: httpx.AsyncClient, idp: Idp, **other: str) -> httpx.Response:
    """Out to the provider and back."""
    url = (await client.post("/api/single-sign-on")).json()["url"]
    return await client.post("/api/single-sign-on/return", json=idp.visit(url) | other)


async def test_a_colleague_is_known_by_a_verified_address_and_from_then_on_by_name(house: TestWorld) -> None:
    await make_actor(house.world, Role.PURCHASER, email="Wang@lanyu.example", name="王采购")
    idp = Idp(MAIL)
    async with door(house, idp) as (_, client):
        assert (await client.get("/api/config")).json()["single_sign_on"] == "SSO"
        me = (await come_back(client, idp)).json()
        assert (me["name"], me["roles"], me["stage"]) == ("王采购", ["purchaser"], "full")
        # Another of that name over there, who has got the address since, is another person.
        idp.claims = MAIL | {"sub": "s-2"}
        assert (await come_back(client, idp)).json()["code"] == "WRONG_SIGN_IN"
        idp.claims = {"sub": "s-1", "email": "new@lanyu.example", "email_verified": False}
        assert (await come_back(client, idp)).json()["account_id"] == me["account_id"]


async def test_a_directory_grants_nothing_that_matters(house: TestWorld) -> None:
    idp = Idp(MAIL | {"groups": ["buyers", "marks", "odd", "unknown"]})
    async with door(house, idp) as (world, client):
        me = (await come_back(client, idp)).json()
        assert me["roles"] == ["evaluator"]
        async with world.db.snapshot() as tx:
            (asked,) = await approval_store.list_proposals(tx, states=(ProposalState.PENDING,))
        assert (asked.kind, asked.change["to"]) == (ProposalKind.ROLES, ["evaluator", "purchaser"])
        # Later sign-ins change nothing by themselves.
        idp.claims |= {"groups": ["buyers", "admins"]}
        assert (await come_back(client, idp)).json()["roles"] == ["evaluator"]


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "true"}, {"email": ""}])
async def test_an_address_that_is_not_verified_links_nothing(house: TestWorld, claims: dict[str, Any]) -> None:
    await make_actor(house.world, Role.PURCHASER, email="wang@lanyu.example")
    idp = Idp(MAIL | claims)
    async with door(house, idp) as (_, client):
        assert (await come_back(client, idp)).status_code == 401


async def test_suppliers_and_disabled_people_do_not_come_this_way(house: TestWorld) -> None:
    await make_actor(house.world, supplier_id="5" * 32, email="wang@lanyu.example")
    gone = await make_actor(house.world, Role.PURCHASER, email="gone@lanyu.example")
    async with house.world.db.transaction() as tx:
        await store.set_account(tx, gone.account_id, state="disabled")
    idp = Idp(MAIL)
    async with door(house, idp) as (_, client):
        assert (await come_back(client, idp)).status_code == 401
        idp.claims = MAIL | {"email": "gone@lanyu.example"}
        assert (await come_back(client, idp)).status_code == 401


async def test_a_second_factor_over_there_counts_only_where_it_is_configured(house: TestWorld) -> None:
    await make_actor(house.world, Role.AUDITOR, email="wang@lanyu.example")
    idp = Idp(MAIL | {"amr": ["pwd", "mfa"]})
    async with door(house, idp) as (_, client):
        assert (await come_back(client, idp)).json()["stage"] == "enrol"
    async with door(house, idp, oidc_factor_amr=["mfa"]) as (_, client):
        assert (await come_back(client, idp)).json()["stage"] == "full"
        idp.claims = MAIL | {"amr": ["pwd"]}
        assert (await come_back(client, idp)).json()["stage"] == "enrol"


FALSE = [
    {"nonce": "another"},
    {"iss": "https://evil.example"},
    {"aud": "another-client"},
    {"exp": 1},
]


@pytest.mark.parametrize("claims", FALSE, ids=lambda each: next(iter(each)))
async def test_what_is_not_for_us_now_and_from_them_is_not_believed(house: TestWorld, claims: dict[str, Any]) -> None:
    idp = Idp(MAIL | claims)
    async with door(house, idp) as (_, client):
        answer = await come_back(client, idp)
    assert (answer.status_code, answer.json()["code"]) == (401, "WRONG_SIGN_IN")


async def test_a_forged_signature_a_foreign_state_and_a_second_use_are_refused(house: TestWorld) -> None:
    idp = Idp(MAIL, signer=make_key())
    async with door(house, idp) as (_, client):
        assert (await come_back(client, idp)).status_code == 401
        idp.signer = None
        assert (await come_back(client, idp, state="of-somebody-else")).status_code == 401
        url = (await client.post("/api/single-sign-on")).json()["url"]
        back = idp.visit(url)
        # In another browser the state is nobody's.
        async with httpx.AsyncClient(transport=client._transport, base_url=BASE, headers={"Origin": BASE}) as other:
            assert (await other.post("/api/single-sign-on/return", json=back)).status_code == 401
        cookies = dict(client.cookies)
        assert (await client.post("/api/single-sign-on/return", json=back)).status_code == 200
        again = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        assert (await client.post("/api/single-sign-on/return", json=back, headers=again)).status_code == 401


async def test_another_issuer_and_no_provider_at_all(house: TestWorld) -> None:
    idp = Idp(MAIL, issuer="https://evil.example")
    async with door(house, idp) as (_, client):
        answer = await client.post("/api/single-sign-on")
        assert (answer.status_code, answer.json()["code"]) == (503, "PROVIDER_UNREACHABLE")
    app = build_app(house.world)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, headers={"Origin": BASE}) as client:
        assert (await client.post("/api/single-sign-on")).status_code == 404
        assert (await client.get("/api/config")).json()["single_sign_on"] is None
