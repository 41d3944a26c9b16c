"""The outside witness: it cosigns what continues, and is not talked into a second history (JOURNAL.md 2, 3; G04)."""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.audit import service
from app.audit.exporting import export_path
from app.audit.service import RequestExport
from app.audit.timekeeper import run_next_export
from app.audit.verifying import Outside as VerifiedWith
from app.audit.verifying import verify
from app.client import witness as at_work
from app.client.witness import ALARMS, MEMORY, PIN, AwayError, Look, Witness, WitnessError, make_key
from app.domain.bundling import fingerprint, spoken
from app.domain.checkpointing import Reason, Statement, is_signed, statement_from
from app.domain.cosigning import (
    CLOCK_MS,
    Alarm,
    Cosignature,
    CosignatureFault,
    asking_message,
    check_cosignature,
    is_fork_proof,
    read_cosignature,
)
from app.domain.entries import to_milliseconds
from app.domain.kinds import Kind
from app.domain.reporting import Outcome
from app.domain.sealing.receipt import key_id_of
from app.domain.visibility import Role
from app.infra.keys import make_keys
from app.infra.world import World
from app.journal.checkpoint_store import Checkpoint
from app.journal.checkpoints import FILE_NAME, take_checkpoint
from app.journal.store import NewEntry, append
from app.main import build_app
from tests.fences import tear_down_fence
from tests.worlds import TestWorld, make_actor, make_world

BASE = "http://testserver"


class Outside:
    """A witness with its folder, and a line to the service."""

    def __init__(self, made: TestWorld, folder: Path, name: str = "Audit office") -> None:
        self.made, self.folder, self.name = made, folder, name
        self.key = make_key(folder)
        made.world.settings.witnesses[name] = self.key.hex()
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(build_app(made.world)), base_url=BASE)

    def now(self) -> int:
        return to_milliseconds(self.made.world.clock.now())

    async def look(self, pin: str | None = None) -> Look:
        """One look of a process that starts, looks and ends."""
        witness = Witness(self.folder)
        try:
            told = fingerprint(self.made.world.keys.public_key) if pin is None else pin
            return await witness.look(self.client, self.now, told)
        finally:
            witness.close()

    def signed(self, path: str, at_ms: int | None = None) -> dict[str, str]:
        """The head that lets this witness in."""
        witness = Witness(self.folder)
        try:
            return witness._signed(path, self.now() if at_ms is None else at_ms)
        finally:
            witness.close()

    def memory(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in (self.folder / MEMORY).read_bytes().splitlines()]


@pytest_asyncio.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[TestWorld]:
    world = await make_world(clean_database_url, tmp_path / "data")
    yield world
    await world.world.db.dispose()


@pytest_asyncio.fixture
async def outside(made: TestWorld, tmp_path: Path) -> AsyncIterator[Outside]:
    one = Outside(made, tmp_path / "witness")
    yield one
    await one.client.aclose()


async def checkpoint(made: TestWorld, chain: str = "system") -> Statement:
    """One more entry, and a checkpoint over it."""
    async with made.world.db.transaction() as tx:
        await append(made.world, tx, NewEntry(chain, Kind.SYSTEM_STARTED))
    taken = await take_checkpoint(made.world, Reason.MINUTE)
    assert isinstance(taken, Checkpoint)
    return taken.statement


async def standing(outside: Outside) -> dict[str, Any]:
    (told,) = (await outside.client.get("/api/audit/witnesses")).json()
    return dict(told)


async def test_what_follows_is_cosigned_and_shown(made: TestWorld, outside: Outside) -> None:
    assert await standing(outside) | {"seen_at": None, "is_there": False} == await standing(outside)
    first, second = await checkpoint(made), await checkpoint(made, "tender:a")
    look = await outside.look()
    assert (look.cosigned, look.last, look.refusal) == (2, second, None)
    # A look with nothing new, by another process: the last is still there.
    assert (await outside.look()).last == second
    third = await checkpoint(made)
    look = await outside.look()
    assert look.last == third
    shown = await standing(outside)
    assert (shown["name"], shown["is_there"], shown["public_key"]) == ("Audit office", True, outside.key.hex())
    assert shown["words"] == spoken(fingerprint(outside.key))
    for line, statement in zip(outside.memory(), (first, second, third), strict=True):
        told = read_cosignature(line["cosignature"])
        assert isinstance(told, Cosignature)
        assert check_cosignature(told, outside.key, statement) is None
        assert statement_from(line["statement"]) == statement
        assert is_signed(made.world.keys.public_key, statement.message(), bytes.fromhex(line["sig"]))
    made.clock.wind(minutes=20)
    assert (await standing(outside))["is_there"] is False


async def test_nobody_but_a_witness_sees_the_checkpoints(made: TestWorld, outside: Outside, tmp_path: Path) -> None:
    await checkpoint(made)
    path = "/api/witness/checkpoints?after=0"
    good = outside.signed(path)
    assert (await outside.client.get(path, headers=good)).status_code == 200
    stranger = Outside(made, tmp_path / "stranger", "Stranger")
    del made.world.settings.witnesses["Stranger"]
    late, early = (outside.signed(path, outside.now() + each) for each in (CLOCK_MS + 1, -CLOCK_MS - 1))
    head = good["Authorization"]
    broken = ["", "Bearer x", "Bidroom-Witness ", head[:-2], head[:-1] + "x", head + "0", head.replace(".", "..", 1)]
    tries = [late, early, stranger.signed(path), outside.signed("/api/witness/checkpoints?after=1")]
    for headers in [*tries, *({"Authorization": each} for each in broken)]:
        answer = await outside.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "SIGNED_OUT"), headers
    # Nothing that counts the bids of a lot is in what it may see.
    shown = (await outside.client.get(path, headers=good)).json()
    assert set(shown) == {"checkpoints", "rotations"}
    assert set(shown["checkpoints"][0]) == {"statement", "sig"}
    for after in ("-1", "x", str(1 << 31)):
        address = f"/api/witness/checkpoints?after={after}"
        assert (await outside.client.get(address, headers=outside.signed(address))).status_code == 422
    await stranger.client.aclose()


async def test_the_service_keeps_no_false_word(made: TestWorld, outside: Outside, tmp_path: Path) -> None:
    await checkpoint(made)
    await outside.look()
    (line,) = outside.memory()
    told = line["cosignature"]
    other = Outside(made, tmp_path / "second", "Second")
    path = "/api/witness/cosignatures"

    async def say(value: Any, by: Outside = outside) -> tuple[int, Any]:
        answer = await outside.client.post(path, json={"cosignatures": value}, headers=by.signed(path))
        return answer.status_code, answer.json().get("kept", answer.json().get("code"))

    assert await say([told]) == (200, 0)
    wrong = [
        {**told, "n": 2},
        {**told, "digest": "0" * 64},
        {**told, "sig": "0" * 128},
        {**told, "seen_at": told["seen_at"] + 1},
        {**told, "journal": "0" * 16},
        {**told, "v": 2},
        {**told, "n": True},
        {**told, "sig": told["sig"].upper()},
        {name: told[name] for name in told if name != "v"},
        {**told, "more": 1},
    ]
    for value in wrong:
        assert await say([value]) == (422, "COSIGNATURE_WRONG"), value
    assert (await say([told, told]))[0] == 422
    # Another witness cannot say it for the first.
    assert await say([told], other) == (422, "COSIGNATURE_WRONG")
    for body in ([], [1], "x", [told] * 501):
        assert (await say(body))[0] == 422
    async with made.world.db.snapshot() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM cosignature"))).scalar() == 1
    await other.client.aclose()


async def test_g04_a_cut_tail_raises_the_alarm(made: TestWorld, outside: Outside) -> None:
    last = [await checkpoint(made) for _ in range(3)][-1]
    await outside.look()
    await cut(made, last.n)
    look = await outside.look()
    assert look.refusal is not None
    assert look.refusal.alarm is Alarm.SHRUNK
    (alarm,) = [orjson.loads(line) for line in (outside.folder / ALARMS).read_bytes().splitlines()]
    assert (alarm["alarm"], alarm["last"]["statement"]["n"], alarm["is_proven"]) == ("SHRUNK", 3, False)
    # Another history grows over the cut: the journal's own key signs it, the witness does not.
    (made.world.settings.data_dir / FILE_NAME).unlink()
    assert (await checkpoint(made, "tender:other")).n == 3
    look = await outside.look()
    assert look.refusal is not None
    assert (look.refusal.alarm, look.cosigned) == (Alarm.FORK, 0)
    assert len(outside.memory()) == 3
    # The evidence needs no witness to be believed: two statements of one number, both signed by the journal.
    alarm = orjson.loads((outside.folder / ALARMS).read_bytes().splitlines()[-1])
    first, second = alarm["last"], alarm["shown"][0]
    assert look.is_proven
    assert alarm["is_proven"]
    keys = made.world.keys.history()
    assert is_fork_proof(first, second, keys)
    assert not is_fork_proof(first, first, keys)
    assert not is_fork_proof(first, {**second, "sig": "00" * 64}, keys)


async def cut(made: TestWorld, n: int) -> None:
    """What an owner of the database can do: the checkpoint and its entry are gone, the heads put back."""
    async with made.world.db.transaction() as tx:
        await tear_down_fence(tx)
        for table in ("cosignature", "checkpoint"):
            await tx.execute(text(f"DELETE FROM {table} WHERE n >= {n}"))
        await tx.execute(text("DELETE FROM entry WHERE seq = 3"))
        old = (await tx.execute(text("SELECT hash FROM entry WHERE seq = 2"))).scalar()
        for table in ("checkpoint_head", "chain_head"):
            await tx.execute(text(f"UPDATE {table} SET seq = 2, hash = '{old}' WHERE chain = 'system'"))


async def test_another_key_is_not_followed(made: TestWorld, outside: Outside) -> None:
    await checkpoint(made)
    with pytest.raises(WitnessError, match="first time"):
        await outside.look("")
    with pytest.raises(WitnessError, match="does not have this fingerprint"):
        await outside.look("0" * 64)
    assert not (outside.folder / PIN).exists()
    await outside.look()
    # The service comes back with another key and signs on as if nothing had been.
    await checkpoint(made)
    swapped = replace(made.world, keys=make_keys())
    async with swapped.db.transaction() as tx:
        await tear_down_fence(tx)
        await tx.execute(text(f"UPDATE checkpoint SET key_id = '{swapped.keys.key_id}' WHERE n = 2"))
    look = await outside.look()
    assert look.refusal is not None
    assert look.refusal.alarm is Alarm.OTHER_KEY


async def test_two_witnesses_and_one_that_lost_its_memory(made: TestWorld, outside: Outside, tmp_path: Path) -> None:
    second = Outside(made, tmp_path / "second", "Second")
    await checkpoint(made)
    assert (await outside.look()).cosigned == (await second.look()).cosigned == 1
    (second.folder / MEMORY).unlink()
    made.clock.wind(minutes=1)
    await checkpoint(made)
    assert (await second.look()).cosigned == 2
    names = [(one["name"], one["is_there"]) for one in (await outside.client.get("/api/audit/witnesses")).json()]
    assert names == [("Audit office", True), ("Second", True)]
    await second.client.aclose()


async def test_what_was_signed_and_not_taken_is_said_again(
    made: TestWorld, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    await checkpoint(made)

    async def hang_up(*_args: object) -> int:
        raise AwayError("the line broke")

    with monkeypatch.context() as patch:
        patch.setattr(Witness, "_hand_over", hang_up)
        with pytest.raises(AwayError):
            await outside.look()
    assert len(outside.memory()) == 1
    assert (await standing(outside))["seen_at"] is None
    # The half line of a crash never left the house.
    with (outside.folder / MEMORY).open("ab") as file:
        file.write(b'{"cosignature":{"dig')
    await outside.look()
    assert len(outside.memory()) == 1
    assert (await standing(outside))["is_there"] is True


def _without_first(lines: list[bytes]) -> list[bytes]:
    return lines[1:] + lines[1:]


def _other_digest(lines: list[bytes]) -> list[bytes]:
    value = orjson.loads(lines[-1])
    value["cosignature"]["seen_at"] += 1
    return [*lines[:-1], orjson.dumps(value)]


@pytest.mark.parametrize("change", [_without_first, _other_digest, lambda _: [b"{}"], lambda _: [b"x"]])
async def test_a_changed_memory_is_not_worked_with(
    made: TestWorld, outside: Outside, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    await checkpoint(made)
    await checkpoint(made)
    await outside.look()
    path = outside.folder / MEMORY
    path.write_bytes(b"".join(line + b"\n" for line in change(path.read_bytes().splitlines())))
    with pytest.raises(WitnessError):
        Witness(outside.folder)


def test_the_folder_is_its_own(tmp_path: Path) -> None:
    make_key(tmp_path)
    with pytest.raises(WitnessError, match="cannot be made"):
        make_key(tmp_path)
    first = Witness(tmp_path)
    with pytest.raises(WitnessError, match="another witness"):
        Witness(tmp_path)
    first.close()
    (tmp_path / at_work.KEY).chmod(0o640)
    with pytest.raises(WitnessError, match="read by others"):
        Witness(tmp_path)
    shutil.rmtree(tmp_path)
    with pytest.raises(WitnessError, match="cannot be read"):
        Witness(tmp_path)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"checkpoints":[{"statement":{},"sig":""}],"rotations":[]}'),
        (200, b'{"checkpoints":1,"rotations":[]}'),
        (200, b" " * (at_work.LARGEST_ANSWER + 1)),
        (302, b"{}"),
    ],
)
async def test_a_strange_answer_is_no_answer(tmp_path: Path, status: int, content: bytes) -> None:
    make_key(tmp_path)
    (tmp_path / PIN).write_bytes(b"11" * 32)

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=content)

    witness = Witness(tmp_path)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url=BASE) as client:
        with pytest.raises(AwayError):
            await witness.look(client, lambda: 1)
    assert (tmp_path / MEMORY).read_bytes() == b""
    witness.close()


def test_asking_is_not_cosigning() -> None:
    """What lets a witness in can never be passed off as its word on a checkpoint."""
    told = Cosignature(key_id_of(b"k" * 32), "0" * 16, 1, "0" * 64, 5)
    assert not asking_message("/x", 5).startswith(told.message()[:10])
    assert read_cosignature(json.loads(json.dumps(told.as_json()))) is CosignatureFault.MALFORMED
    assert read_cosignature({**told.as_json(), "sig": "0" * 128}) == replace(told, signature=bytes(64))


async def test_the_world_is_the_same_on_both_engines(made: TestWorld, outside: Outside) -> None:
    """A second replica's witness door reads what the first one wrote."""
    await checkpoint(made)
    await outside.look()
    other: World = replace(made.world)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app(other)), base_url=BASE) as client:
        assert (await client.get("/api/audit/witnesses")).json()[0]["is_there"] is True


async def test_an_export_brings_what_the_witness_said(made: TestWorld, outside: Outside) -> None:
    await checkpoint(made)
    await checkpoint(made)
    await outside.look()
    auditor = await make_actor(made.world, Role.AUDITOR)
    export_id = await service.request_export(made.world, auditor, RequestExport((), "yearly audit", "audit office"))
    assert await run_next_export(made.world) is True
    path = export_path(made.world, export_id)
    report = verify(path, outside=VerifiedWith(witness_keys=(outside.key,)))
    assert report.outcome is Outcome.CLEAN, report.sentence
    # The checkpoint of the export itself is newer than its last look.
    assert any("cosigned 2 of its checkpoints, the newest is 2" in note for note in report.notes)
    assert verify(path, outside=VerifiedWith(witness=(outside.folder / MEMORY).read_bytes().splitlines())).outcome is (
        Outcome.CLEAN
    )
