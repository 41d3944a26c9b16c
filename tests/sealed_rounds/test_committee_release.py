"""Opening by a committee: k of n members and the server's lock, each release tried on its wrap."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.drafting import Template
from app.domain.kinds import Kind
from app.domain.refusals import Code, Refusal
from app.domain.sealing.committee import release_wrap
from app.domain.sealing.header import EnvelopeKind, Header, header_from_json
from app.domain.sealing.releases import Bundle, Reason, bundle_json
from app.domain.sealing.suite import OpeningError
from app.sealed_rounds import opening_store, releasing
from app.sealed_rounds.originals import read_files
from tests.sealed_rounds.committees import Committee, set_committee_stage


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Committee]:
    found = await set_committee_stage(clean_database_url, tmp_path)
    await found.stage.open()
    yield found
    await found.world.db.dispose()


async def bundle_of(made: Committee, seat: int, envelope: str = "price", /, **changes: Any) -> dict[str, Any]:
    """What a member's page makes of what is due."""
    facts = await releasing.read_wraps(made.world, made.members[seat - 1], made.round_id, envelope)
    assert not isinstance(facts, Refusal), facts
    secrets, omitted = {}, {}
    for each in facts["packages"]:
        header = header_from_json(each["header"])
        assert isinstance(header, Header)
        own = header.envelope(EnvelopeKind(envelope))
        assert own is not None
        try:
            secrets[each["package"]] = release_wrap(made.pairs[seat - 1].private, header.binding, own, seat)
        except OpeningError:
            omitted[each["package"]] = Reason.WRAP_DOES_NOT_OPEN
    told = {
        "round": made.round_id,
        "envelope": EnvelopeKind(envelope),
        "seat": seat,
        "policy": facts["policy_digest"],
        "manifest": facts["manifest_digest"],
        "secrets": secrets,
        "omitted": omitted,
    }
    return bundle_json(Bundle(**{**told, **changes}))


async def release(made: Committee, seat: int, envelope: str = "price", /, **changes: Any) -> str | Refusal:
    sent = await bundle_of(made, seat, envelope, **changes)
    return await releasing.take_bundle(made.world, made.members[seat - 1], made.round_id, sent)


async def fill(made: Committee, first: int = 0) -> str:
    """Enough bidders for an opening, from this one on; the package of the first."""
    packages = [await made.stage.hand_in(number, f"28{number}.00") for number in range(first, first + 3)]
    return packages[0].digest


def code_of(found: object) -> Code:
    assert isinstance(found, Refusal), found
    return found.code


async def amounts(made: Committee) -> list[str]:
    async with made.world.db.snapshot() as tx:
        prices = await opening_store.list_opened_prices(made.world, tx, made.stage.lots[0])
    return sorted(str(price.amount) for price in prices)


async def test_two_of_three_members_open_what_neither_the_server_nor_one_of_them_can(made: Committee) -> None:
    sealed = [await made.stage.hand_in(number, f"28{number}.00") for number in range(3)]
    await made.stage.close()
    assert await made.stage.open_envelopes() is None
    assert not isinstance(await release(made, 1), Refusal)
    assert await made.stage.open_envelopes() is None
    assert await amounts(made) == []
    assert not isinstance(await release(made, 3), Refusal)
    assert await made.stage.open_envelopes() == "price"
    assert await amounts(made) == ["280.00", "281.00", "282.00"]
    async with made.world.db.snapshot() as tx:
        ((_lot, _kind, record),) = await opening_store.list_documents(made.world, tx, made.round_id)
    assert record["custody"] == "committee"
    assert [(each["seat"], each["title"], each["false"]) for each in record["members"]] == [
        (1, "audit", []),
        (3, "external", []),
    ]
    secrets = {row["package"]: row["secret"] for row in record["results"]}
    assert secrets == {one.digest: one.secrets[EnvelopeKind.PRICE].hex() for one in sealed}
    kinds = [entry.kind for entry in await made.stage.tender_chain()]
    assert kinds.count(Kind.RELEASES_RECEIVED) == 2


async def test_nothing_is_released_before_the_close_and_nothing_twice(made: Committee) -> None:
    # attacks.md O01, O03.
    await fill(made)
    early = await releasing.read_wraps(made.world, made.members[0], made.round_id, "price")
    assert code_of(early) is Code.NOT_CLOSED
    empty = bundle_json(Bundle(made.round_id, EnvelopeKind.PRICE, 1, "0" * 64, "0" * 64, {}))
    assert code_of(await releasing.take_bundle(made.world, made.members[0], made.round_id, empty)) is Code.NOT_CLOSED
    await made.stage.close()
    assert not isinstance(await release(made, 1), Refusal)
    assert code_of(await release(made, 1)) is Code.RELEASED_ALREADY
    assert await made.stage.open_envelopes() is None


async def test_a_false_release_is_found_at_once_and_its_seat_named(made: Committee) -> None:
    package = await fill(made)
    await made.stage.close()
    true = await bundle_of(made, 2)
    secrets = {row["package"]: bytes.fromhex(row["secret"]) for row in true["releases"]} | {package: b"x" * 32}
    false = await release(made, 2, secrets=secrets)
    assert (code_of(false), false.detail["seat"]) == (Code.RELEASE_FALSE, "2")  # type: ignore[union-attr]  # above
    refused = [entry for entry in await made.stage.tender_chain() if entry.kind is Kind.RELEASES_REFUSED]
    assert [(entry.data["seat"], entry.data["code"]) for entry in refused] == [(2, "RELEASE_FALSE")]
    # Whoever was wrong once may still be right.
    assert not isinstance(await release(made, 2), Refusal)


async def test_a_bundle_names_every_package_and_no_other(made: Committee) -> None:
    # attacks.md O05, O15.
    await fill(made)
    old = await made.stage.hand_in(3, "285.00")
    new = await made.stage.hand_in(3, "284.00")
    await made.stage.close()
    whole = await bundle_of(made, 1)
    secrets = {row["package"]: bytes.fromhex(row["secret"]) for row in whole["releases"]}
    assert len(secrets) == 4
    assert new.digest in secrets
    without = {name: secret for name, secret in secrets.items() if name != new.digest}
    for wrong in ({}, without, without | {old.digest: b"x" * 32}, secrets | {old.digest: b"x" * 32}):
        assert code_of(await release(made, 1, secrets=wrong)) is Code.RELEASE_MISSING
    for changes in ({"policy": "0" * 64}, {"manifest": "0" * 64}, {"seat": 2}, {"round": "x"}):
        assert code_of(await release(made, 1, **changes)) is Code.WRONG_BINDING
    for crooked in (None, {}, whole | {"more": 1}, whole | {"releases": whole["releases"] * 2}):
        sent = await releasing.take_bundle(made.world, made.members[0], made.round_id, crooked)
        assert code_of(sent) is Code.RELEASE_MISSING


async def test_a_member_who_says_what_is_not_so_is_named_in_the_record(made: Committee) -> None:
    package = await fill(made)
    await made.stage.close()
    true = await bundle_of(made, 1)
    rest = {row["package"]: bytes.fromhex(row["secret"]) for row in true["releases"] if row["package"] != package}
    lie: dict[str, Any] = {"secrets": rest, "omitted": {package: Reason.WRAP_DOES_NOT_OPEN}}
    assert not isinstance(await release(made, 1, **lie), Refusal)
    assert not isinstance(await release(made, 2), Refusal)
    # Two have spoken, but only one has released: the third is waited for.
    assert await made.stage.open_envelopes() is None
    assert not isinstance(await release(made, 3), Refusal)
    assert await made.stage.open_envelopes() == "price"
    async with made.world.db.snapshot() as tx:
        ((_lot, _kind, record),) = await opening_store.list_documents(made.world, tx, made.round_id)
    assert [(each["seat"], each["false"]) for each in record["members"]] == [(1, [package]), (2, []), (3, [])]
    assert [row["result"] for row in record["results"]] == ["opened"] * 3


async def test_prices_of_failed_bids_are_released_by_nobody(clean_database_url: str, tmp_path: Path) -> None:
    made = await set_committee_stage(clean_database_url, tmp_path, template=Template.LARGE)
    await made.stage.open()
    passing, failing = await made.stage.hand_in(0, "281.00"), await made.stage.hand_in(1, "282.00")
    await made.stage.hand_in(2, "283.00")
    await made.stage.close()
    for seat in (1, 2):
        assert not isinstance(await release(made, seat, "tech"), Refusal)
    early = await releasing.read_wraps(made.world, made.members[0], made.round_id, "price")
    assert isinstance(early, Refusal)
    assert await made.stage.open_envelopes() == "tech"
    assert [file.name for file in await read_files(made.world, made.stage.lots[0], passing.digest)] == ["brochure.pdf"]
    await made.stage.release(0)
    whole = await bundle_of(made, 3)
    assert [row["package"] for row in whole["releases"]] == [passing.digest]
    for seat in (2, 3):
        assert not isinstance(await release(made, seat), Refusal)
    assert await made.stage.open_envelopes() == "price"
    assert await amounts(made) == ["281.00"]
    async with made.world.db.snapshot() as tx:
        documents = await opening_store.list_documents(made.world, tx, made.round_id)
    (priced,) = [record for _lot, kind, record in documents if kind == "price"]
    told = {row["package"]: (row["result"], row["secret"]) for row in priced["results"]}
    assert told[failing.digest] == ("returned_unopened", None)
    await made.world.db.dispose()
