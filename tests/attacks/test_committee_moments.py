"""More like attacks.md O01 to O18: moments and people around a committee's opening, and what a rekeying owes."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.approvals.store import Proposal
from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.reporting import Outcome
from app.domain.sealing.header import EnvelopeKind
from app.domain.sealing.member_bundle import Distrust, make_bundle
from app.domain.sealing.releases import Bundle, Reason, bundle_json
from app.domain.sealing.rules import CloseVerdict
from app.domain.sealing.suite import derive_key_pair
from app.domain.visibility import Role
from app.identity import service as identity
from app.identity import store as identity_store
from app.identity.access import Actor
from app.sealed_rounds import clockwork, rekeying
from tests.attacks.test_committee_opening import change, check, nothing_opened, refusals, take
from tests.callers import caller
from tests.replay.tampering import read_files, remake_manifest, write_files
from tests.sealed_rounds.committees import Committee, set_committee_stage
from tests.sealed_rounds.recoveries import rekey
from tests.sealed_rounds.releases import bundle_of, facts_of, own_of, release
from tests.worlds import PROVEN, make_actor, sign_in


@pytest.fixture
async def committee(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Committee]:
    """Two of three, price only, open for packages, its keys in files."""
    made = await set_committee_stage(clean_database_url, tmp_path, with_key_files=True)
    await made.stage.open()
    yield made
    await made.world.db.dispose()


async def fill(committee: Committee) -> list[str]:
    """Three packages and the close."""
    made = [await committee.stage.hand_in(number, f"28{number}.00") for number in range(3)]
    await committee.stage.close()
    return [each.digest for each in made]


async def say(committee: Committee, seat: int, body: dict[str, Any]) -> tuple[int, str | None]:
    """(status, code) of a bundle over HTTP."""
    async with caller(committee.world, committee.members[seat - 1]) as client:
        answer = await client.post(f"/api/rounds/{committee.round_id}/releases", json=body)
    return answer.status_code, answer.json().get("code")


# ── a millisecond before and after ────────────────────────────────────────────


async def test_a_millisecond_before_the_close_at_it_and_after_it(committee: Committee) -> None:
    stage = committee.stage
    for number in range(3):
        await stage.hand_in(number)
    closes_at = (await stage.round()).timetable.closes_at
    held = await stage.round()
    empty = bundle_json(Bundle(committee.round_id, EnvelopeKind.PRICE, 1, held.policy_digest, "0" * 64, {}))
    drain = timedelta(milliseconds=committee.world.settings.drain_ms)
    tick = timedelta(milliseconds=1)
    # Before the close, at it, and until calls that came in time have been drained: nothing is due.
    for at in (closes_at - tick, closes_at, closes_at + tick, closes_at + drain - tick):
        stage.clock.at = at
        assert await clockwork.close_round(committee.world, committee.round_id) is CloseVerdict.WAIT
        assert await say(committee, 1, empty) == (409, "NOT_CLOSED")
        assert await stage.open_envelopes() is None
    assert await refusals(committee) == ["NOT_CLOSED"] * 4
    assert await nothing_opened(committee)
    stage.clock.at = closes_at + drain
    assert await clockwork.close_round(committee.world, committee.round_id) is CloseVerdict.CLOSE
    facts, own = await facts_of(committee, 1), await own_of(committee, 1)
    # A member's own clock: a millisecond early the key is not used, whatever the service says.
    assert make_bundle(own, facts, closes_at - tick) is Distrust.TOO_EARLY
    assert isinstance(make_bundle(own, facts, closes_at), Bundle)
    assert (await say(committee, 1, bundle_json(await bundle_of(committee, 1))))[0] == 201


# ── people ────────────────────────────────────────────────────────────────────


async def test_a_member_removed_after_the_freeze_releases_nothing_and_the_others_open(committee: Committee) -> None:
    made = await fill(committee)
    gone = committee.members[1]
    body = bundle_json(await bundle_of(committee, 2))
    async with caller(committee.world, gone) as client:
        admin = await make_actor(committee.world, Role.ADMIN)
        assert await identity.disable_account(committee.world, admin, gone.account_id) is None
        answers = [
            await client.get(f"/api/rounds/{committee.round_id}/wraps", params={"envelope": "price"}),
            await client.post(f"/api/rounds/{committee.round_id}/releases", json=body),
        ]
    assert [answer.status_code for answer in answers] == [401, 401]
    # Nor does anybody else hand in for the empty seat.
    assert await say(committee, 1, body) == (422, "WRONG_BINDING")
    await release(committee, 1)
    assert await committee.stage.open_envelopes() is None
    assert await nothing_opened(committee)
    await release(committee, 3)
    assert await committee.stage.open_envelopes() == "price"
    bundle = await take(committee)
    assert (await check(committee, bundle, with_tables=True)).outcome is Outcome.CLEAN
    assert len(made) == 3


async def test_a_release_asks_for_a_fresh_second_factor(committee: Committee) -> None:
    await fill(committee)
    body = bundle_json(await bundle_of(committee, 1))
    stale = identity_store.Proof(is_proven=True, stepped_up_at=committee.stage.clock.now() - timedelta(minutes=6))
    never = identity_store.Proof(is_proven=False, stepped_up_at=None)
    told = []
    for proof in (stale, never, PROVEN):
        async with caller(committee.world) as client:
            cookies, headers = await sign_in(committee.world, committee.members[0], proof)
            client.cookies.update(cookies)
            client.headers.update(headers)
            answer = await client.post(f"/api/rounds/{committee.round_id}/releases", json=body)
        told.append((answer.status_code, answer.json().get("code")))
    assert told[0] == (403, "STEP_UP_NEEDED")
    assert told[1][0] in (401, 403)
    assert told[2][0] == 201


# ── reasons that are not so ───────────────────────────────────────────────────


@pytest.mark.parametrize("reason", list(Reason))
async def test_whoever_gives_a_reason_that_is_not_so_is_named_and_the_name_is_verified(
    committee: Committee, reason: Reason, tmp_path: Path
) -> None:
    made = await fill(committee)
    told = bundle_json(await bundle_of(committee, 1))
    rows = [row if row["package"] != made[0] else {"package": made[0], "reason": reason} for row in told["releases"]]
    assert (await say(committee, 1, {**told, "releases": rows}))[0] == 201
    await release(committee, 2, 3)
    assert await committee.stage.open_envelopes() == "price"
    bundle = await take(committee)
    assert (await check(committee, bundle, with_tables=True)).outcome is Outcome.CLEAN
    files = read_files(bundle)
    (name,) = [name for name in files if name.startswith("openings/") and name.endswith(".json")]
    told_so = f'"false":["{made[0]}"],"omitted":[{{"package":"{made[0]}","reason":"{reason.value}"}}]'.encode()
    assert told_so in files[name]
    # The same as a table, which is held against the record.
    table = name.replace(".json", ".csv")
    assert f",{made[0]},{reason.value},yes,".encode() in files[table]
    whitened = {**files, table: files[table].replace(f"{reason.value},yes".encode(), f"{reason.value},".encode())}
    remake_manifest(whitened, committee.world.keys.sign)
    report = await check(committee, write_files(whitened, tmp_path / "whitened.zip"))
    assert report.outcome is Outcome.TAMPERED
    # Taken out of the record, whoever signs it anew is found.
    files[name] = files[name].replace(f'"false":["{made[0]}"]'.encode(), b'"false":[]')
    remake_manifest(files, committee.world.keys.sign)
    changed = await check(committee, write_files(files, tmp_path / "changed.zip"))
    assert changed.outcome is Outcome.TAMPERED


# ── rekeying ──────────────────────────────────────────────────────────────────


async def seen_by_bidder(committee: Committee, number: int) -> tuple[str, list[str]]:
    """How a bidder's newest package stands, and each of its revisions."""
    path = f"/api/rounds/{committee.round_id}"
    async with caller(committee.world, committee.stage.rep(number)) as client:
        told = (await client.get(f"{path}/sealed")).json()
        own = (await client.get(f"{path}/packages")).json()
    assert [each["reason"] for each in told["extensions"]] == ["COMMITTEE"]
    return told["lots"][0]["current"]["state"], [each["state"] for each in own["packages"]]


async def test_a_rekeyed_rounds_extension_is_what_two_persons_agreed(committee: Committee) -> None:
    stage = committee.stage
    await stage.hand_in(0)
    # Two hours before the close: less than the agreed time is left.
    stage.clock.at = (await stage.round()).timetable.closes_at - timedelta(hours=2)
    await rekey(committee)
    hours = committee.world.settings.rekey_hours
    assert (await stage.round()).timetable.closes_at == stage.clock.at + timedelta(hours=hours)
    (told,) = [entry for entry in await stage.tender_chain() if entry.kind is Kind.COMMITTEE_REKEYED]
    assert told.data["hours"] == hours
    # What was sealed before is void for its bidder, until it is sealed again; the page says why the close moved.
    assert await seen_by_bidder(committee, 0) == ("void", ["void"])
    for number in (1, 2, 3):
        await stage.hand_in(number)
    assert await seen_by_bidder(committee, 1) == ("live", ["live"])
    await stage.close()
    assert await seen_by_bidder(committee, 0) == ("void", ["void"])
    await release(committee, 1, 2)
    assert await stage.open_envelopes() == "price"
    report = await check(committee, await take(committee), with_tables=True)
    assert report.outcome is Outcome.CLEAN, (report.sentence, report.findings)


@pytest.mark.parametrize("hours", [1, 3])
async def test_whoever_shortens_the_agreed_hours_in_the_table_is_found(committee: Committee, hours: int) -> None:
    stage, world = committee.stage, committee.world
    stage.clock.at = (await stage.round()).timetable.closes_at - timedelta(hours=2)
    asked = await rekeying.propose_rekey(
        world, stage.house.purchaser, committee.round_id, await committee.emails(), "x"
    )
    assert isinstance(asked, Proposal), asked
    assert isinstance(await committee.decide(asked), Proposal)
    await change(committee, "UPDATE committee SET rekey_hours = :hours WHERE generation = 2", hours=hours)
    committee.pairs = []
    for act in (committee.add_key, committee.confirm, committee.rehearse):
        for seat in (1, 2, 3):
            assert not isinstance(await act(seat), Refusal)
    for number in range(3):
        await stage.hand_in(number)
    await stage.close()
    await release(committee, 1, 2)
    assert await stage.open_envelopes() == "price"
    assert (await check(committee, await take(committee))).outcome is Outcome.TAMPERED


# ── who reads what ────────────────────────────────────────────────────────────


async def read_all(committee: Committee, actor: Actor) -> dict[str, str]:
    """Everything a person is answered about the round, by path; refusals left out."""
    rounds, tenders = f"/api/rounds/{committee.round_id}", f"/api/tenders/{committee.stage.tender.id}"
    paths = [f"{rounds}/{name}" for name in ("committee", "opening", "wraps?envelope=price", "recovery", "sealed")]
    paths += [f"{rounds}/manifest", f"{tenders}/opening", tenders, "/api/my/seats"]
    async with caller(committee.world, actor) as client:
        answers = {path: await client.get(path) for path in paths}
    assert {answer.status_code for answer in answers.values()} <= {200, 403, 404, 409}
    return {path: answer.text for path, answer in answers.items() if answer.status_code == 200}


async def test_what_members_alone_may_read_nobody_else_does_and_suppliers_see_no_counts(committee: Committee) -> None:
    await fill(committee)
    bundle = await bundle_of(committee, 1)
    await release(committee, 1)
    held = await committee.held()
    async with committee.world.db.snapshot() as tx:
        people = [await identity_store.find_account(committee.world, tx, each.account_id) for each in held.members]
    # What was released, who sits there, and what one needs to release.
    released = [secret.hex() for secret in bundle.secrets.values()]
    names = [word for person in people if person is not None for word in (person.email, person.id)]
    house = committee.stage.house
    others = [house.purchaser, house.approver, house.auditor, committee.stage.rep(0), committee.stage.rep(3)]
    others += [await make_actor(committee.world, role) for role in (Role.ADMIN, Role.EVALUATOR, Role.REQUESTER)]
    for actor in others:
        told = await read_all(committee, actor)
        assert not any("/wraps" in path for path in told)
        assert not any(secret in text for secret in released for text in told.values())
    for number in (0, 3):
        told = await read_all(committee, committee.stage.rep(number))
        assert not any(name in text for name in names for text in told.values())
        progress = json.loads(told[f"/api/rounds/{committee.round_id}/opening"])
        assert (progress["packages"], progress["done"], progress["recovery"]) == (None, None, None)
    # A member of the committee who has no other hat reads seats and progress, and nothing of the tender.
    member = await read_all(committee, committee.members[0])
    assert f"/api/rounds/{committee.round_id}/wraps?envelope=price" in member
    assert "amount" not in json.dumps(member)


async def test_s18_and_o10_over_http(clean_database_url: str, tmp_path: Path) -> None:
    made = await set_committee_stage(clean_database_url, tmp_path, is_ready=False)
    path = f"/api/rounds/{made.round_id}/committee"
    emails = await made.emails()
    async with caller(made.world, made.stage.house.purchaser) as client:
        # One person on two seats, somebody unknown, a seat too few.
        for members in ([emails[0], emails[0], emails[1]], [*emails[:2], "nobody@example.com"], emails[:2]):
            assert (await client.post(path, json={"members": members})).status_code == 422
    await made.form()
    taken = derive_key_pair(b"7" * 32)
    assert not isinstance(await made.add_key(2, taken), Refusal)
    off_curve, zero, short = "04" + "11" * 64, "04" + "00" * 64, "04" + "22" * 30
    async with caller(made.world, made.members[0]) as client:
        for public in (off_curve, zero, "00", short, taken.public.hex()):
            assert (await client.post(f"{path}/challenge", json={"public": public})).status_code == 422
    held = await made.held()
    assert [member.public_key is None for member in held.members] == [True, False, True]
    await made.world.db.dispose()
