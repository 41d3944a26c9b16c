"""The opening by a committee: k of n and the server's lock, who said what is not so, and the help of bidders."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.domain.committee import Seat
from app.domain.drafting import Template
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.header import EnvelopeKind, Wrap, header_json
from app.domain.sealing.releases import Reason
from app.domain.visibility import Phase, Role
from app.identity.access import Actor
from app.infra.web import instant_text
from app.notices.store import list_notices
from app.sealed_rounds import opening_store, originals, recovering, store, views
from app.sealed_rounds.answering import Receipted
from app.sealed_rounds.committee_tables import release_bundle
from app.sealed_rounds.tables import opened_price, package
from app.sealed_rounds.tables import opening as opening_table
from tests.sealed_rounds.committees import Committee, set_committee_stage
from tests.sealed_rounds.recoveries import ask_bidders, give
from tests.sealed_rounds.releases import bundle_of, facts_of, hand_in, release
from tests.sealed_rounds.stage import SealedPackage
from tests.worlds import make_actor

FIVE = (Seat.AUDIT, Seat.TECHNICAL, Seat.EXTERNAL, Seat.FINANCE, Seat.LEGAL)


@pytest.fixture
async def committee(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Committee]:
    """Price only, two of three, open for packages."""
    made = await set_committee_stage(clean_database_url, tmp_path)
    await made.stage.open()
    yield made
    await made.world.db.dispose()


@pytest.fixture
async def large(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Committee]:
    """Technical answers and prices, three of five, open for packages."""
    made = await set_committee_stage(clean_database_url, tmp_path, seats=FIVE, k=3, template=Template.LARGE)
    await made.stage.open()
    yield made
    await made.world.db.dispose()


async def record(committee: Committee, envelope: str = "price") -> dict[str, Any]:
    """The opening record of the first lot."""
    async with committee.world.db.snapshot() as tx:
        found = await store.find_opening(tx, committee.stage.lots[0], envelope)
    assert found is not None
    return opening_store.open_document(committee.world, found)


async def results(committee: Committee, envelope: str = "price") -> dict[str, str]:
    """Package → result."""
    return {row["package"]: row["result"] for row in (await record(committee, envelope))["results"]}


async def fill(committee: Committee, *amounts: str) -> list[SealedPackage]:
    """Packages of the first bidders, and the close."""
    made = [await committee.stage.hand_in(number, amount) for number, amount in enumerate(amounts)]
    await committee.stage.close()
    return made


async def count(committee: Committee, table: Any) -> int:
    """Rows of a table."""
    async with committee.world.db.snapshot() as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)) or 0)


def spoilt(sealed: SealedPackage, *seats: int) -> SealedPackage:
    """The same package with the wraps of these seats exchanged for others that open for nobody."""
    header = sealed.header
    envelopes = []
    for envelope in header.envelopes:
        wraps = list(envelope.wraps)
        for seat in seats:
            wraps[seat - 1] = Wrap(wraps[seat - 1].enc, bytes(len(wraps[seat - 1].ct)))
        envelopes.append(replace(envelope, wraps=tuple(wraps)))
    return replace(sealed, header=replace(header, envelopes=tuple(envelopes)))


async def test_k_bundles_and_the_servers_lock_open_everything_at_one_moment(committee: Committee) -> None:
    made = await fill(committee, "285.00", "280.00", "275.00")
    assert await committee.stage.open_envelopes() is None
    await release(committee, 3)
    assert await committee.stage.open_envelopes() is None
    assert await count(committee, opening_table) == 0
    assert await count(committee, opened_price) == 0
    assert (await committee.stage.reload()).phase is Phase.CLOSED_UNOPENED
    await release(committee, 1)
    assert await committee.stage.open_envelopes() == "price"
    document = await record(committee)
    assert {row["package"] for row in document["results"]} == {each.digest for each in made}
    assert [(row["seat"], row["title"], row["false"]) for row in document["members"]] == [
        (1, "audit", []),
        (3, "external", []),
    ]
    secrets = {row["package"]: row["secret"] for row in document["results"]}
    assert secrets == {each.digest: each.secrets[EnvelopeKind.PRICE].hex() for each in made}


async def test_technical_first_then_the_prices_of_those_who_pass(large: Committee) -> None:
    stage = large.stage
    for number in range(3):
        await stage.hand_in(number, f"28{number}.00")
    await stage.close()
    await release(large, 1, 2, 5, envelope="tech")
    assert await stage.open_envelopes() == "tech"
    first = (await record(large, "tech"))["results"][0]
    files = await originals.read_files(large.world, stage.lots[0], first["package"])
    assert [file.name for file in files] == ["brochure.pdf"]
    await stage.release(0, 2)
    due = {each["package"] for each in (await facts_of(large, 4))["packages"]}
    assert len(due) == 2
    await release(large, 2, 3, 4)
    assert await stage.open_envelopes() == "price"
    assert sorted((await results(large)).values()) == ["opened", "opened", "returned_unopened"]


async def test_a_false_release_is_refused_with_its_seat_and_not_kept(committee: Committee) -> None:
    await fill(committee, "285.00", "280.00", "275.00")
    true = await bundle_of(committee, 2)
    name = next(iter(true.secrets))
    false = replace(true, secrets={**true.secrets, name: bytes(32)})
    refused = await hand_in(committee, false)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.detail["seat"]) == (Code.RELEASE_FALSE, "2")
    assert await count(committee, release_bundle) == 0
    told = [entry for entry in await committee.stage.tender_chain() if entry.kind is Kind.RELEASES_REFUSED]
    assert [(entry.data["seat"], entry.data["code"]) for entry in told] == [(2, "RELEASE_FALSE")]
    assert isinstance(await hand_in(committee, true), str)


async def test_a_seat_speaks_once_and_for_itself(committee: Committee) -> None:
    await fill(committee, "285.00", "280.00", "275.00")
    first, second = await bundle_of(committee, 1), await bundle_of(committee, 2)
    assert isinstance(await hand_in(committee, first), str)
    again = await hand_in(committee, first)
    assert isinstance(again, Refusal)
    assert again.code is Code.RELEASED_ALREADY
    foreign = await hand_in(committee, second, by=3)
    assert isinstance(foreign, Refusal)
    assert foreign.detail == {"member": "seat"}
    assert await committee.stage.open_envelopes() is None


async def test_a_bundle_without_a_package_needs_a_reason_which_stands_in_the_record(committee: Committee) -> None:
    made = await fill(committee, "285.00", "280.00", "275.00")
    true, left = await bundle_of(committee, 1), made[0].digest
    rest = {name: secret for name, secret in true.secrets.items() if name != left}
    refused = await hand_in(committee, replace(true, secrets=rest))
    assert isinstance(refused, Refusal)
    assert refused.code is Code.RELEASE_MISSING
    claimed = replace(true, secrets=rest, omitted={left: Reason.WRAP_DOES_NOT_OPEN})
    assert isinstance(await hand_in(committee, claimed), str)
    await release(committee, 2)
    # Two have come, but of one package only one release: the third is waited for.
    assert await committee.stage.open_envelopes() is None
    await release(committee, 3)
    assert await committee.stage.open_envelopes() == "price"
    assert set((await results(committee)).values()) == {"opened"}
    named = {row["seat"]: row["false"] for row in (await record(committee))["members"]}
    assert named == {1: [left], 2: [], 3: []}


async def test_a_bidders_spoilt_wrap_is_no_members_fault(committee: Committee) -> None:
    stage = committee.stage
    bad = spoilt(await stage.seal(0), 1)
    assert isinstance(await stage.send(0, bad), Receipted)
    for number in (1, 2):
        await stage.hand_in(number)
    await stage.close()
    bundle = await bundle_of(committee, 1)
    assert bundle.omitted == {bad.digest: Reason.WRAP_DOES_NOT_OPEN}
    await release(committee, 1, 2, 3)
    assert await stage.open_envelopes() == "price"
    assert (await results(committee))[bad.digest] == "bidder_malformed"
    assert all(row["false"] == [] for row in (await record(committee))["members"])


async def told_of(committee: Committee, actor: Actor, kind: NoticeKind) -> int:
    """How many notices of a kind somebody has got."""
    async with committee.world.db.snapshot() as tx:
        got = await list_notices(committee.world, tx, actor.account_id)
    return sum(each.kind is kind for each in got)


async def asks(committee: Committee, number: int) -> list[tuple[str, str]]:
    """What a bidder's page reads of what is wanted of it: (kind, until)."""
    view = await views.read_round(committee.world, committee.stage.rep(number), committee.round_id)
    return [(each["kind"], each["until"]) for each in view["asks"]]


async def test_altered_bytes_wait_for_the_bidders_own_copy(committee: Committee) -> None:
    stage = committee.stage
    made = await fill(committee, "285.00", "280.00", "275.00")
    async with stage.world.db.transaction() as tx:
        await tx.execute(update(package).where(package.c.package == made[1].digest).values(price_ct=b"x" * 4112))
    auditor = await make_actor(committee.world, Role.AUDITOR)
    await release(committee, 1, 2)
    assert await stage.open_envelopes() is None
    assert await stage.open_envelopes() is None
    # Its bidder alone is asked, once; the auditor is told that it happened; staff read until when.
    wanted, altered = NoticeKind.SEALED_COPY_WANTED, NoticeKind.SEALED_BYTES_ALTERED
    assert [await told_of(committee, stage.rep(number), wanted) for number in (0, 1, 2)] == [0, 1, 0]
    assert [await told_of(committee, auditor, kind) for kind in (wanted, altered)] == [0, 1]
    view = await views.read_round(committee.world, stage.house.purchaser, committee.round_id)
    until = stage.clock.now() + timedelta(seconds=stage.world.settings.resupply_seconds)
    assert view["copies_until"] == instant_text(until)
    # Its own page says it, and nobody else's.
    assert [await asks(committee, number) for number in (0, 1, 2)] == [[], [("copy", instant_text(until))], []]
    # A device without a copy sees it by the stored header, whose digest the receipt names.
    (mine,) = (await views.read_own_packages(committee.world, stage.rep(1), committee.round_id))["packages"]
    assert mine["header"] == header_json(made[1].header)
    assert mine["stored"]["price"] != mine["header"]["envelopes"][0]["ct_sha256"]
    assert isinstance(await stage.send(1, made[1]), Receipted)
    assert await asks(committee, 1) == []
    assert await stage.open_envelopes() == "price"
    assert set((await results(committee)).values()) == {"opened"}
    view = await views.read_round(committee.world, stage.house.purchaser, committee.round_id)
    assert view["copies_until"] is None


# ── too many keys are lost ────────────────────────────────────────────────────


async def test_bidders_open_what_the_committee_cannot_once_all_have_answered(committee: Committee) -> None:
    stage = committee.stage
    made = await fill(committee, "285.00", "280.00", "275.00")
    await release(committee, 1)
    assert await asks(committee, 0) == []
    await ask_bidders(committee)
    wanted = [("help", instant_text(stage.clock.now() + timedelta(hours=stage.world.settings.recovery_hours)))]
    for number in (0, 1):
        assert await asks(committee, number) == wanted
        assert not isinstance(await give(committee, number, made[number]), Refusal)
    # Who has answered is asked no more; who has not, still.
    assert [await asks(committee, number) for number in (0, 1, 2)] == [[], [], wanted]
    assert await stage.open_envelopes() is None
    assert await count(committee, opened_price) == 0
    false = await give(committee, 2, made[2], bytes(64))
    assert isinstance(false, Refusal)
    assert false.code is Code.RELEASE_FALSE
    other = await give(committee, 2, made[1])
    assert isinstance(other, Refusal)
    assert other.code is Code.NO_PACKAGE
    assert not isinstance(await give(committee, 2, made[2]), Refusal)
    assert await stage.open_envelopes() == "price"
    assert set((await results(committee)).values()) == {"opened"}
    assert (await record(committee))["recovery"]


async def test_who_does_not_answer_in_the_window_stays_unopened(committee: Committee) -> None:
    stage = committee.stage
    made = await fill(committee, "285.00", "280.00", "275.00")
    await ask_bidders(committee)
    assert not isinstance(await give(committee, 0, made[0]), Refusal)
    stage.clock.wind(hours=stage.world.settings.recovery_hours, milliseconds=-1)
    assert [kind for kind, _ in await asks(committee, 1)] == ["help"]
    stage.clock.wind(milliseconds=1)
    assert await asks(committee, 1) == []
    late = await give(committee, 1, made[1])
    assert isinstance(late, Refusal)
    assert late.code is Code.TOO_LATE
    assert await stage.open_envelopes() == "price"
    assert await results(committee) == {
        made[0].digest: "opened",
        made[1].digest: "not_opened",
        made[2].digest: "not_opened",
    }


async def test_bidders_are_asked_by_two_persons_after_the_close_and_once(committee: Committee) -> None:
    stage = committee.stage
    early = await recovering.propose_recovery(stage.world, stage.house.purchaser, committee.round_id, "keys are lost")
    assert isinstance(early, Refusal)
    assert early.code is Code.NOT_CLOSED
    await fill(committee, "285.00", "280.00", "275.00")
    await ask_bidders(committee)
    again = await recovering.propose_recovery(stage.world, stage.house.purchaser, committee.round_id, "keys are lost")
    assert isinstance(again, Refusal)
    assert again.detail == {"rule": "asked"}
