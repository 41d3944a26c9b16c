"""attacks.md S and O in committee custody: nobody opens early, alone or something else, and whoever tries is named."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.audit.exporting import export_path
from app.audit.folding import open_fold
from app.audit.service import RequestExport, request_export
from app.audit.timekeeper import run_next_export
from app.audit.verifying import Outside, verify
from app.domain.bundling import fingerprint
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.reporting import Outcome, Report
from app.domain.sealing.header import EnvelopeKind, header_json
from app.domain.sealing.member_bundle import Distrust, make_bundle
from app.domain.sealing.releases import Bundle, Reason, bundle_json
from app.domain.sealing.rules import CloseVerdict
from app.domain.visibility import Role
from app.sealed_rounds import releasing
from app.sealed_rounds.answering import Receipted
from app.sealed_rounds.tables import opened_price, opening
from tests.callers import caller
from tests.fences import tear_down_fence
from tests.replay.tampering import read_files, remake_manifest, write_files
from tests.sealed_rounds.committees import Committee, set_committee_stage
from tests.sealed_rounds.recoveries import ask_bidders, give, rekey
from tests.sealed_rounds.releases import bundle_of, facts_of, hand_in, own_of, release
from tests.worlds import make_actor

CANARY = "273.19"


@pytest.fixture
async def committee(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Committee]:
    """Two of three, price only, open for packages, its keys in files."""
    made = await set_committee_stage(clean_database_url, tmp_path, with_key_files=True)
    await made.stage.open()
    yield made
    await made.world.db.dispose()


async def fill(committee: Committee) -> list[Any]:
    """Three packages and the close."""
    made = [await committee.stage.hand_in(number, amount) for number, amount in enumerate(("285.00", CANARY, "280.00"))]
    await committee.stage.close()
    return made


async def take(committee: Committee) -> Path:
    """The auditor's bundle of the tender."""
    wanted = RequestExport((committee.stage.tender.id,), "audit", "audit office")
    export = await request_export(committee.world, committee.stage.house.auditor, wanted)
    assert await run_next_export(committee.world)
    return export_path(committee.world, export)


async def check(committee: Committee, bundle: Path, *, with_tables: bool = False) -> Report:
    """`bidroom verify`, in a thread of its own."""
    url, key = committee.world.settings.database_url, fingerprint(committee.world.keys.public_key)

    def run() -> Report:
        return verify(bundle, key, outside=Outside(fold=open_fold(url)) if with_tables else None)

    return await asyncio.to_thread(run)


async def change(committee: Committee, statement: str, **values: Any) -> None:
    """A statement by somebody who owns the database."""
    async with committee.world.db.transaction() as tx:
        await tear_down_fence(tx)
        assert (await tx.execute(text(statement), values)).rowcount >= 1


async def nothing_opened(committee: Committee) -> bool:
    """Whether no record and no price is there."""
    async with committee.world.db.snapshot() as tx:
        counts = [await tx.scalar(select(func.count()).select_from(table)) for table in (opening, opened_price)]
    return counts == [0, 0]


async def refusals(committee: Committee) -> list[str]:
    """The codes of the refused releases, as journaled."""
    entries = await committee.stage.tender_chain()
    return [entry.data["code"] for entry in entries if entry.kind is Kind.RELEASES_REFUSED]


# ── too early, too few, twice ─────────────────────────────────────────────────


async def test_o01_one_second_before_the_close_nothing_is_taken(committee: Committee) -> None:
    for number in range(3):
        await committee.stage.hand_in(number)
    committee.stage.clock.at = (await committee.stage.round()).timetable.closes_at
    committee.stage.clock.wind(seconds=-1)
    held = await committee.stage.round()
    body = bundle_json(Bundle(committee.round_id, EnvelopeKind.PRICE, 1, held.policy_digest, "0" * 64, {}, {}))
    async with caller(committee.world, committee.members[0]) as client:
        answer = await client.post(f"/api/rounds/{committee.round_id}/releases", json=body)
        wraps = await client.get(f"/api/rounds/{committee.round_id}/wraps", params={"envelope": "price"})
    assert (answer.status_code, answer.json()["code"]) == (409, "NOT_CLOSED")
    assert (wraps.status_code, wraps.json()["code"]) == (409, "NOT_CLOSED")
    assert await refusals(committee) == ["NOT_CLOSED"]


async def test_o02_with_k_less_one_bundles_nothing_is_opened(committee: Committee) -> None:
    await fill(committee)
    await release(committee, 1)
    for _ in range(3):
        assert await committee.stage.open_envelopes() is None
        committee.stage.clock.wind(hours=100)
    assert await nothing_opened(committee)
    assert Kind.ENVELOPES_OPENED not in [entry.kind for entry in await committee.stage.tender_chain()]


async def test_o03_two_bundles_of_a_seat_are_counted_once(committee: Committee) -> None:
    await fill(committee)
    bundle = await bundle_of(committee, 1)
    assert isinstance(await hand_in(committee, bundle), str)
    again = await asyncio.gather(*(hand_in(committee, bundle) for _ in range(3)))
    assert all(isinstance(each, Refusal) and each.code is Code.RELEASED_ALREADY for each in again)
    assert await committee.stage.open_envelopes() is None
    assert await nothing_opened(committee)


async def test_o03_at_the_same_moment_too(committee: Committee) -> None:
    await fill(committee)
    bundle = await bundle_of(committee, 1)
    taken = await asyncio.gather(*(hand_in(committee, bundle) for _ in range(4)))
    assert sum(isinstance(each, str) for each in taken) == 1


async def test_nobody_without_a_seat_reaches_anything(committee: Committee) -> None:
    await fill(committee)
    bundle = bundle_json(await bundle_of(committee, 1))
    house, admin = committee.stage.house, await make_actor(committee.world, Role.ADMIN)
    for actor in (house.purchaser, house.approver, house.auditor, admin, committee.stage.rep(0)):
        async with caller(committee.world, actor) as client:
            path = f"/api/rounds/{committee.round_id}"
            asked = await client.get(f"{path}/wraps", params={"envelope": "price"})
            sent = await client.post(f"{path}/releases", json=bundle)
        assert (asked.status_code, sent.status_code) == (404, 404), actor
    assert await nothing_opened(committee)


# ── what is left out, what is not due ─────────────────────────────────────────


async def test_o05_a_package_left_out_needs_a_reason_of_the_list(committee: Committee) -> None:
    made = await fill(committee)
    told = bundle_json(await bundle_of(committee, 1))
    left = made[0].digest
    rest = [row for row in told["releases"] if row["package"] != left]
    path = f"/api/rounds/{committee.round_id}/releases"
    async with caller(committee.world, committee.members[0]) as client:
        short = await client.post(path, json={**told, "releases": rest})
        free = await client.post(path, json={**told, "releases": [*rest, {"package": left, "reason": "I like A"}]})
        given = await client.post(
            path, json={**told, "releases": [*rest, {"package": left, "reason": "wrap_does_not_open"}]}
        )
    assert [answer.status_code for answer in (short, free)] == [422, 422]
    assert given.status_code in (200, 201), given.text
    await release(committee, 2, 3)
    assert await committee.stage.open_envelopes() == "price"
    bundle = await take(committee)
    documents = [content for name, content in read_files(bundle).items() if name.startswith("openings/")]
    assert any(f'"false":["{left}"]'.encode() in document for document in documents)
    assert (await check(committee, bundle)).outcome is Outcome.CLEAN


async def test_o15_a_withdrawn_or_old_revision_is_not_in_the_manifest(committee: Committee) -> None:
    stage = committee.stage
    old = await stage.hand_in(0, "285.00")
    new = await stage.hand_in(0, "284.00")
    withdrawn = await stage.hand_in(3, "270.00")
    assert isinstance(await stage.withdraw(3, 2), Receipted)
    for number in (1, 2):
        await stage.hand_in(number)
    await stage.close()
    facts = await facts_of(committee, 1)
    assert {old.digest, withdrawn.digest}.isdisjoint(facts["manifest"])
    assert new.digest in facts["manifest"]
    asked = {**facts, "packages": [{"package": old.digest, "header": header_json(old.header)}, *facts["packages"]]}
    mine = make_bundle(await own_of(committee, 1), asked, committee.world.clock.now())
    assert isinstance(mine, Bundle)
    assert mine.omitted == {old.digest: Reason.NOT_IN_MANIFEST}
    refused = await hand_in(committee, mine)
    assert isinstance(refused, Refusal)
    assert await nothing_opened(committee)


async def test_s08_a_members_page_refuses_packages_whose_wraps_were_exchanged(committee: Committee) -> None:
    made = await fill(committee)
    facts = await facts_of(committee, 1)
    one, two = (dict(each) for each in facts["packages"][:2])
    wraps = [each["header"]["envelopes"][0]["wraps"] for each in (one, two)]
    for each, others in ((one, wraps[1]), (two, wraps[0])):
        envelope = {**each["header"]["envelopes"][0], "wraps": others}
        each["header"] = {**each["header"], "envelopes": [envelope]}
    swapped = {**facts, "packages": [one, two, *facts["packages"][2:]]}
    mine = make_bundle(await own_of(committee, 1), swapped, committee.world.clock.now())
    assert isinstance(mine, Bundle)
    assert mine.omitted == {one["package"]: Reason.PACKAGE_ALTERED, two["package"]: Reason.PACKAGE_ALTERED}
    assert len(mine.secrets) == len(made) - 2


async def test_s08_wraps_exchanged_in_the_table_open_nothing_else_and_are_found(committee: Committee) -> None:
    made = await fill(committee)
    async with committee.world.db.snapshot() as tx:
        query = text("SELECT package, header FROM package WHERE package IN (:one, :two)")
        rows = (await tx.execute(query, {"one": made[0].digest, "two": made[1].digest})).all()
    (one, first), (two, second) = rows
    await change(committee, "UPDATE package SET header = :header WHERE package = :package", header=second, package=one)
    await change(committee, "UPDATE package SET header = :header WHERE package = :package", header=first, package=two)
    await release(committee, 1, 2)
    assert await committee.stage.open_envelopes() == "price"
    report = await check(committee, await take(committee), with_tables=True)
    assert report.outcome is Outcome.TAMPERED


@pytest.mark.parametrize("what", ["clock", "policy", "manifest", "round", "nonsense"])
async def test_a_members_page_does_not_use_its_key_on_what_it_cannot_trust(committee: Committee, what: str) -> None:
    await fill(committee)
    own, facts = await own_of(committee, 1), await facts_of(committee, 1)
    now = committee.world.clock.now()
    match what:
        case "clock":
            now = (await committee.stage.round()).timetable.opens_at
        case "policy":
            facts["policy_digest"] = "0" * 64
        case "manifest":
            facts["manifest"] = facts["manifest"][1:]
        case "round":
            facts["round_id"] = "f" * 32
        case _:
            facts = {}
    assert isinstance(make_bundle(own, facts, now), Distrust)


# ── bytes exchanged in custody ────────────────────────────────────────────────


async def test_s07_ciphertexts_exchanged_are_put_back_by_their_bidders_and_both_count(committee: Committee) -> None:
    made = await fill(committee)
    for mine, other in ((made[0], made[1]), (made[1], made[0])):
        await change(
            committee, "UPDATE package SET price_ct = :ct WHERE package = :name", ct=other.price_ct, name=mine.digest
        )
    await release(committee, 1, 3)
    assert await committee.stage.open_envelopes() is None
    assert await nothing_opened(committee)
    for number in (0, 1):
        assert isinstance(await committee.stage.send(number, made[number]), Receipted)
    assert await committee.stage.open_envelopes() == "price"
    assert (await check(committee, await take(committee), with_tables=True)).outcome is Outcome.CLEAN


async def test_s09_an_older_revision_made_the_live_one_changes_nothing_and_is_found(committee: Committee) -> None:
    stage = committee.stage
    await stage.hand_in(0, "285.00")
    new = await stage.hand_in(0, "281.00")
    for number in (1, 2):
        await stage.hand_in(number)
    await change(committee, "DELETE FROM package WHERE package = :name", name=new.digest)
    await stage.close()
    assert new.digest in {each["package"] for each in (await facts_of(committee, 1))["packages"]}
    await release(committee, 1, 2)
    assert await stage.open_envelopes() is None
    assert isinstance(await stage.send(0, new), Receipted)
    assert await stage.open_envelopes() == "price"


# ── one moment, and repeated offline ──────────────────────────────────────────


async def test_o09_nothing_shows_before_everything_does(committee: Committee) -> None:
    await fill(committee)
    path, states = f"/api/tenders/{committee.stage.tender.id}/opening", []
    async with caller(committee.world, committee.stage.house.auditor) as client:
        for seat in (1, 2):
            states.append(len((await client.get(path)).json()["records"]))
            await release(committee, seat)
        states.append(len((await client.get(path)).json()["records"]))
        assert await committee.stage.open_envelopes() == "price"
        told = (await client.get(path)).json()["records"]
    assert states == [0, 0, 0]
    assert told[0]["results"] == [{"result": "opened", "count": 3}]


async def test_o17_the_opening_is_repeated_offline_and_one_digit_is_found(committee: Committee, tmp_path: Path) -> None:
    await fill(committee)
    await release(committee, 2, 3)
    assert await committee.stage.open_envelopes() == "price"
    bundle = await take(committee)
    clean = await check(committee, bundle, with_tables=True)
    assert clean.outcome is Outcome.CLEAN, (clean.sentence, clean.findings)
    files = read_files(bundle)
    name = next(name for name in files if name.startswith("openings/") and CANARY.encode() in files[name])
    files[name] = files[name].replace(CANARY.encode(), b"273.10")
    remake_manifest(files, committee.world.keys.sign)
    changed = await check(committee, write_files(files, tmp_path / "changed.zip"))
    assert changed.outcome is Outcome.TAMPERED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_bundle SET digest = '" + "e" * 64 + "' WHERE seat = 2",
        "DELETE FROM release_bundle WHERE seat = 2",
        "UPDATE committee_seat SET public_key = '" + "e" * 130 + "' WHERE seat = 1",
        "UPDATE committee_seat SET title = 'finance' WHERE seat = 1",
        "UPDATE sealed_round SET policy_digest = '" + "e" * 64 + "'",
    ],
)
async def test_a_committees_row_changed_by_sql_is_found(committee: Committee, statement: str) -> None:
    await fill(committee)
    await release(committee, 2, 3)
    assert await committee.stage.open_envelopes() == "price"
    bundle = await take(committee)
    await change(committee, statement)
    report = await check(committee, bundle, with_tables=True)
    assert report.outcome is Outcome.TAMPERED


async def test_o18_too_few_bidders_and_the_packages_stay_shut(committee: Committee) -> None:
    stage = committee.stage
    await stage.hand_in(0)
    if await stage.close() is CloseVerdict.EXTEND:
        assert await stage.close() is CloseVerdict.REFUSE
    refused = await releasing.read_wraps(committee.world, committee.members[0], committee.round_id, "price")
    assert isinstance(refused, Refusal)
    assert refused.code is Code.NOT_CLOSED
    assert await stage.open_envelopes() is None
    assert await nothing_opened(committee)


# ── help by bidders, and new keys, repeated offline ───────────────────────────


async def test_a_bidder_assisted_opening_is_repeated_offline(committee: Committee) -> None:
    made = await fill(committee)
    await release(committee, 1)
    await ask_bidders(committee)
    for number in (0, 1):
        assert not isinstance(await give(committee, number, made[number]), Refusal)
    committee.stage.clock.wind(hours=committee.world.settings.recovery_hours)
    assert await committee.stage.open_envelopes() == "price"
    report = await check(committee, await take(committee), with_tables=True)
    assert report.outcome is Outcome.CLEAN, (report.sentence, report.findings)


async def test_a_secret_taken_out_of_the_table_is_found(committee: Committee) -> None:
    made = await fill(committee)
    await ask_bidders(committee)
    for number in range(3):
        assert not isinstance(await give(committee, number, made[number]), Refusal)
    assert await committee.stage.open_envelopes() == "price"
    bundle = await take(committee)
    await change(committee, "DELETE FROM secret_release WHERE package = :name", name=made[0].digest)
    assert (await check(committee, bundle, with_tables=True)).outcome is Outcome.TAMPERED


async def test_after_rekeying_only_what_is_sealed_to_the_new_keys_is_opened(committee: Committee) -> None:
    stage = committee.stage
    old = [await stage.hand_in(number) for number in range(2)]
    await rekey(committee)
    for number in (1, 2, 3):
        await stage.hand_in(number, f"28{number}.00")
    assert await stage.close() is CloseVerdict.CLOSE
    manifest = (await stage.round()).manifest or ()
    assert {each.digest for each in old}.isdisjoint(manifest)
    await release(committee, 2, 3)
    assert await stage.open_envelopes() == "price"
    report = await check(committee, await take(committee), with_tables=True)
    assert report.outcome is Outcome.CLEAN, (report.sentence, report.findings)
