"""attacks.md N03, N04, N09, N11: a stolen dump joins no supplier to what it did, by value, time or order."""

import base64
import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.evaluation.service import _labels
from app.identity import link_store
from app.infra.bell import Bell
from app.infra.world import Ids
from app.live_rounds.clockwork import draw_aliases
from app.tenders.participations import Invitee, insert_invitations, list_participations
from tests.access.canaries import Aviary, Canary
from tests.attacks.dumps import HEX, HOUR_MS, INSTANTS, Line, bytes_of, lines_of, reached_from, tokens_of
from tests.attacks.site import Ear
from tests.live_rounds.servers import Live, live_round
from tests.tenders.houses import add_supplier, build_house, publish

PASSWORD = "correct horse battery staple 77"
# A busy machine answers late; what is looked for here is not how soon.
PATIENCE = 60.0
PEOPLE = 4
LANGUAGES = ("eo-XK", "tlh-AQ", "vo-BV", "kw-HM")
AGENT = "Kestrel/73.19 (owl; desk {})"


@dataclass(frozen=True)
class Loot:
    """What an intruder has, and what he would like to know."""

    live: Live
    lines: Sequence[Line]
    public: frozenset[str]
    files: Sequence[bytes]
    logs: Sequence[str]
    rings: frozenset[str]
    # What each of the buyer's side gets, page by page, after it all.
    shown: Mapping[str, bytes]

    def anchors(self, number: int) -> set[str]:
        """Everything the dump itself says of who a supplier and its representative are."""
        rep = self.live.stage.rep(number)
        return {rep.account_id, rep.supplier_id or "", self.live.world.keys.lookup(rep.email)}


@pytest.fixture(scope="module")
async def loot(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Loot]:
    """A live round on a real server: people come by link, sign in, read their notices, practise nothing, and bid."""
    url, folder, ear, rings = databases.migrated(), tmp_path_factory.mktemp("house"), Ear(), set[str]()
    logging.getLogger().addHandler(ear)
    with pytest.MonkeyPatch.context() as patch:
        rung = Bell._ring_here

        def ring(bell: Bell, topic: str) -> None:
            rings.add(topic)
            rung(bell, topic)

        patch.setattr(Bell, "_ring_here", ring)
        async with live_round(url, folder, bidders=PEOPLE) as live:
            for number in range(PEOPLE):
                await come_and_bid(live, number)
            shown = await pages_of(live)
            lines, files = await lines_of(live.world.db), list(bytes_of(live.world.db, live.world.settings.data_dir))
            public = public_of(live, lines)
            yield Loot(live, lines, public, files, list(ear.lines), frozenset(rings), shown)
    logging.getLogger().removeHandler(ear)
    databases.drop(url)


async def come_and_bid(live: Live, number: int) -> None:
    """One representative: a link from a mail, a password, two sessions from an own browser, notices read, a bid."""
    world, rep, token = live.world, live.stage.rep(number), live.world.ids.token()
    async with world.db.transaction() as tx:
        until = world.clock.now() + timedelta(minutes=30)
        await link_store.insert_link(tx, token=token, account_id=rep.account_id, purpose="reset", expires_at=until)
    headers = {"User-Agent": AGENT.format(number), "Accept-Language": LANGUAGES[number], "Origin": live.origin}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{live.port}", headers=headers, timeout=PATIENCE) as web:
        reset = await web.post("/api/password-resets/accept", json={"token": token, "password": PASSWORD})
        assert reset.status_code == 200, reset.text
        signed = await web.post("/api/session", json={"email": rep.email, "password": PASSWORD})
        assert signed.status_code == 200, signed.text
        web.headers["X-CSRF-Token"] = signed.json()["csrf_token"]
        assert (await web.get("/api/notices")).status_code == 200
        assert (await web.post("/api/notices/all/read", json={})).status_code == 204
    async with live.enter(rep, window=live.world.ids.new()) as seat:
        answer = await seat.bid(live.stage.lots[0], f"{281 - number}.00")
        assert answer["type"] == "receipt", answer


async def pages_of(live: Live) -> dict[str, bytes]:
    """What the buyer's people are shown while the lot runs, and a frame of their socket."""
    house, found = live.stage.house, {}
    tender, round_id, lot = live.stage.tender.id, live.stage.round_id, live.stage.lots[0]
    paths = (
        *(f"tenders/{tender}", f"tenders/{tender}/ranking", f"rounds/{round_id}", f"rounds/{round_id}/cockpit"),
        *(f"rounds/{round_id}/state", f"lots/{lot}/history", "approvals", "notices", "suppliers", "audit/timeline"),
        *(f"audit/tenders/{tender}/readings", "accounts", "me"),
    )
    for name in ("purchaser", "approver", "evaluator", "auditor"):
        actor = getattr(house, name)
        cookies, headers, base = await live.http(actor)
        async with httpx.AsyncClient(base_url=base, cookies=cookies, headers=headers, timeout=PATIENCE) as web:
            for path in paths:
                answer = await web.get(f"/api/{path}")
                found[f"{name} {path} {answer.status_code}"] = answer.content + str(answer.headers).encode()
    async with live.enter(house.purchaser) as seat:
        await seat.next_tick()
        found["purchaser's socket"] = "\n".join(seat.raw).encode()
    return found


def public_of(live: Live, lines: Sequence[Line]) -> frozenset[str]:
    """What everybody's rows have in common: the tender and its parts, the staff, the order of the journal itself."""
    house, known = live.stage.house, {live.stage.tender.id, live.stage.round_id, *live.stage.lots}
    known |= {each.account_id for each in (house.purchaser, house.colleague, house.approver, house.auditor)}
    known |= {f"tender:{live.stage.tender.id}", *(f"lot:{lot}" for lot in live.stage.lots)}
    for line in lines:
        if line.table in ("tender", "round", "lot", "line_item", "floor", "proposal", "certification"):
            known |= {token for token in line.tokens if token not in _party(live)}
        if line.table in ("entry", "chain_head", "checkpoint", "checkpoint_head"):
            known |= set(tokens_of(line.row.get("hash") or ""))
    # Words of the house stand in everybody's rows.
    words = Counter(token for line in lines for token in line.tokens if not HEX.fullmatch(token))
    return frozenset(known) | {word for word, count in words.items() if count >= PEOPLE}


def _party(live: Live) -> set[str]:
    reps = [live.stage.rep(number) for number in range(PEOPLE)]
    return (
        {each.account_id for each in reps} | {each.supplier_id or "" for each in reps} | set(live.stage.tags.values())
    )


async def test_n09_no_value_and_no_time_joins_a_supplier_to_its_tag(loot: Loot) -> None:
    tags = set(loot.live.stage.tags.values())
    assert tags <= {token for line in loot.lines for token in line.tokens}
    everybody = [loot.anchors(number) for number in range(PEOPLE)]
    # A list of all who are invited (d04) tells none of them apart, as long as no tag stands beside it.
    lists = [line for line in loot.lines if sum(bool(line.tokens & each) for each in everybody) > 1]
    assert not any(line.tokens & tags for line in lists)
    lines = [line for line in loot.lines if line not in lists]
    for number, anchors in enumerate(everybody):
        assert {line.table for line in loot.lines if line.tokens & anchors} >= {"account", "supplier", "invitation"}
        reached = reached_from(lines, anchors, public=loot.public)
        assert not reached & tags, "a supplier is joined to a tag"
        strangers = {anchor for other, theirs in enumerate(everybody) if other != number for anchor in theirs}
        assert not reached & strangers, "two suppliers are one"


@pytest.mark.parametrize("coding", ["as it is", "base64", "integer", "time"])
async def test_the_intruder_would_find_a_join(loot: Loot, coding: str) -> None:
    """Teeth: a link planted in a new table, over two rows, in each coding."""
    rep, tag = loot.live.stage.rep(2), loot.live.stage.tag(2)
    own = next(line for line in loot.lines if line.table == "bid" and line.row["tag"] == tag)
    planted = {
        "as it is": f'{{"of":"{tag}"}}',
        "base64": base64.b64encode(bytes.fromhex(tag)).decode(),
        "integer": str(int(tag, 16)),
        "time": own.row["received_at"],
    }[coding]
    rows: list[dict[str, Any]] = [{"a": rep.account_id, "b": "f" * 24}, {"a": "f" * 24, "b": planted}]
    lines = [Line("planted", row, frozenset(t for value in row.values() for t in tokens_of(value))) for row in rows]
    reached = reached_from([*loot.lines, *lines], loot.anchors(2), public=loot.public)
    # An integer loses the zeros in front of it.
    assert {tag, tag.lstrip("0")} & reached


# Instants that stand on a row about a person, and why they may: acts of the buyer's staff, and what nobody chose.
EXACT = {
    ("account_link", "expires_at"), ("supplier", "registered_at"), ("certification", "proposed_at"),
    ("certification", "valid_from"), ("certification", "valid_until"), ("notice", "made_at"),
    ("proposal", "proposed_at"), ("proposal", "expires_at"), ("proposal", "decided_at"), ("relation", "declared_at"),
}  # fmt: skip
ABOUT_PEOPLE = ("account", "supplier", "who", "holder", "party")


async def test_n09_times_on_rows_about_people_are_cut_to_the_hour(loot: Loot) -> None:
    seen = set()
    for line in loot.lines:
        if line.table == "panel_member" or not any(name.startswith(ABOUT_PEOPLE) for name in line.row):
            continue
        for name, value in line.row.items():
            if isinstance(value, int) and value in INSTANTS and (line.table, name) not in EXACT:
                seen.add((line.table, name))
                assert value % HOUR_MS == 0, (line.table, name)
    assert {("account", "created_at"), ("invitation", "invited_at"), ("sign_in_trace", "hour")} <= seen


async def test_n09_sealed_values_of_one_kind_have_one_length(loot: Loot) -> None:
    kinds = {
        ("invitation", "response_sealed"), ("sign_in_trace", "sealed"), ("room_seat", "person_sealed"),
        ("session", "account_sealed"),
    }  # fmt: skip
    for table, name in kinds:
        lengths = {len(line.row[name]) for line in loot.lines if line.table == table}
        assert len(lengths) <= 1, (table, lengths)


async def test_n09_n11_nothing_of_a_person_lies_in_files_or_logs(loot: Loot) -> None:
    """The database's file, its write-ahead log and free pages, folders, and every line that was logged."""
    reps = [loot.live.stage.rep(number) for number in range(PEOPLE)]
    told = [AGENT.format(number) for number in range(PEOPLE)] + [rep.email for rep in reps] + [rep.name for rep in reps]
    aviary = Aviary([Canary("person", "", each) for each in (*told, "rep@supplier.example", PASSWORD)])
    outbox = loot.live.world.settings.outbox_dir
    assert not outbox.exists() or not list(outbox.iterdir())
    assert not {canary.text for body in loot.files for canary in aviary.found_in(body)}
    tags = [Canary("tag", "", tag) for tag in loot.live.stage.tags.values()]
    amounts = [Canary("amount", "", f"{281 - number}.00", is_amount=False) for number in range(PEOPLE)]
    logged = Aviary([*aviary.canaries, *tags, *amounts, Canary("network", "", "127.0.0.1")])
    assert not {canary.text for line in loot.logs for canary in logged.found_in(line.encode())}


def test_n17_nothing_of_a_suppliers_browser_reaches_the_buyer(loot: Loot) -> None:
    """Languages, zones, keyboards, user agents: of four unlike browsers no page and no frame has a trace."""
    assert sum(" 200" in name for name in loot.shown) > 12, list(loot.shown)
    told = [AGENT.format(number) for number in range(PEOPLE)] + ["Kestrel", *LANGUAGES]
    aviary = Aviary([Canary("browser", "", each) for each in told])
    assert {name: aviary.found_in(body) for name, body in loot.shown.items() if aviary.found_in(body)} == {}


def test_n20_the_bell_tells_that_something_moved_and_nothing_else(loot: Loot) -> None:
    """What goes over the wire between replicas: no tag, no alias, no amount, nobody's id."""
    assert any(loot.live.stage.lots[0] in topic or loot.live.stage.round_id in topic for topic in loot.rings)
    told = " ".join(loot.rings)
    people = {anchor for number in range(PEOPLE) for anchor in loot.anchors(number)}
    assert not [each for each in (*loot.live.stage.tags.values(), *people) if each in told]
    assert not any(f"{281 - number}" in word.split(":") for number in range(PEOPLE) for word in loot.rings)


async def test_what_was_deleted_is_wiped(tmp_path: Path, loot: Loot) -> None:
    if not loot.live.world.db.is_sqlite:
        pytest.skip("PostgreSQL's files are not the service's own")
    async with loot.live.world.db.snapshot() as tx:
        assert await tx.scalar(text("PRAGMA secure_delete")) == 2
    assert sqlite3.sqlite_version_info > (3, 20)


async def test_n04_ids_tell_neither_time_nor_number(loot: Loot) -> None:
    """No time-based UUID, no serial: every id is 128 random bits; of those a bidder makes itself, version 4."""
    ids = {value for line in loot.lines for name, value in line.row.items() if name == "id" and isinstance(value, str)}
    assert len(ids) > 40
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in ids)
    for place in range(32):
        # 60 and more ids: a digit that stands still would be a version, a clock, a counter.
        assert len({each[place] for each in ids}) > 4, place
    made = [line.row["bid_id"] for line in loot.lines if line.table == "bid"]
    assert all(UUID(each).version == 4 for each in made)


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Spearman's, of ranks without ties."""
    count = len(pairs)
    ranks = []
    for side in (0, 1):
        order = sorted(range(count), key=lambda at, side=side: pairs[at][side])  # type: ignore[misc]  # bound early
        ranks.append({at: rank for rank, at in enumerate(order)})
    apart = sum((ranks[0][at] - ranks[1][at]) ** 2 for at in range(count))
    return 1 - 6 * apart / (count * (count**2 - 1))


ROUNDS, BIDDERS = 300, 10


@pytest.mark.parametrize("kind", ["C", "R"])
def test_n03_aliases_follow_no_order(kind: str, loot: Loot) -> None:
    """300 rounds of 10: the order of aliases against any order their bidders come in (attacks.md: below 0.1 in size;
    the standard error is 0.02)."""
    world, sizes = loot.live.world, []
    for _ in range(ROUNDS):
        tags = [f"{number:032x}" for number in range(BIDDERS)]
        drawn = draw_aliases(world, tags) if kind == "C" else _labels(world, tags, None)
        order = sorted(drawn.values(), key=lambda alias: (len(alias), alias))
        sizes.append(correlation([(at, order.index(drawn[tag])) for at, tag in enumerate(tags)]))
    assert abs(sum(sizes) / ROUNDS) < 0.1


async def test_n03_n09_rows_and_tags_follow_no_order_of_suppliers(clean_database_url: str, tmp_path: Path) -> None:
    """The order of invitation, of the alphabet, of certification (all as the suppliers are given), against the order
    in which invitations lie in the table, and against the tags' own."""
    house = await build_house(clean_database_url, tmp_path, 0)
    tender = await published(house)
    suppliers = [(await add_supplier(house, number)).supplier_id or "" for number in range(1, BIDDERS + 1)]
    by_row, by_tag, rounds = [], [], 60
    for _ in range(rounds):
        async with house.world.db.transaction() as tx:
            await tx.execute(text("DELETE FROM invitation"))
            invitees = [Invitee(each, outside_rule=False) for each in suppliers]
            at = house.world.clock.now()
            await insert_invitations(house.world, tx, tender_id=tender, invitees=invitees, at=at)
            lying = [row.supplier_id for row in await tx.execute(text("SELECT * FROM invitation"))]
            parts = await list_participations(house.world, tx, tender)
        tags = {part.supplier_id: int(part.tag, 16) for part in parts}
        by_row.append(correlation([(at, lying.index(each)) for at, each in enumerate(suppliers)]))
        by_tag.append(correlation([(at, tags[each]) for at, each in enumerate(suppliers)]))
    await house.world.db.dispose()
    # Five standard errors of the mean.
    most = 5 / ((BIDDERS - 1) * rounds) ** 0.5
    assert abs(sum(by_row) / rounds) < most
    assert abs(sum(by_tag) / rounds) < most


async def published(house: Any) -> str:
    """A tender that invitations can belong to."""
    house.reps = [await add_supplier(house, 90 + number) for number in range(3)]
    return str((await publish(house)).id)


def test_the_measure_measures() -> None:
    assert correlation([(at, at) for at in range(9)]) == 1
    assert correlation([(at, -at) for at in range(9)]) == -1
    assert len({tuple(Ids().shuffled(range(4))) for _ in range(400)}) == 24
