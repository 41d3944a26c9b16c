"""attacks.md G09 and R10 with a journal whose key was rotated: what stands, what does not, and from which key on.

A sealed round is played with a rotation in its middle: two packages under the old key, one under the new one, and the
opening by the new one.
"""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit import verify_receipt
from app.audit.verify import main
from app.domain import bundling
from app.domain.bundling import parse_checkpoint_line
from app.domain.entries import canonical_bytes
from app.domain.fingerprints import fingerprint, spoken
from app.domain.key_history import GRACE_MS, Rotation, signed_rotation
from app.domain.kinds import Kind
from app.domain.receipts import build_tree, leaf_of, message_of
from app.domain.sealing.receipt import key_id_of, receipt_message
from app.infra.key_folder import KEY, public_half
from app.infra.keys import load_keys
from app.journal.checkpoints import take_due_checkpoint
from app.journal.rotating import Rotated, rotate_key
from app.journal.rotation_entries import KeyConflictError
from app.main import build_app
from app.sealed_rounds.answering import Receipted
from tests.attacks.test_verifying import bundle_of, finish, played, verify
from tests.replay.tampering import read_files, read_lines, rechain, remake_manifest, write_files
from tests.sealed_rounds.stage import Stage, set_sealed_stage, with_world

pytestmark = pytest.mark.timeout(180)


@dataclass
class Told:
    """The round after it: its bundles, what the bidders hold, and the thief's copy of the old key."""

    stage: Stage
    folder: Path
    old: bytes
    stolen: Ed25519PrivateKey
    before: Path
    bundle: Path
    receipts: Path
    page: Mapping[str, Any]

    @property
    def new(self) -> bytes:
        return self.stage.world.keys.public_key

    def files(self) -> dict[str, bytes]:
        return read_files(self.bundle)

    async def verify(self, files: dict[str, bytes], *options: str, remade: bool = True) -> tuple[int, str]:
        """The changed files, with a manifest that the holder of the new key has signed anew."""
        if remade:
            remake_manifest(files, self.stage.world.keys.sign)
        return await verify(write_files(files, self.folder / "changed.zip"), *options)


@pytest.fixture
async def told(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Told]:
    stage = await set_sealed_stage(clean_database_url, tmp_path / "house", with_key_files=True)
    await stage.open()
    world, receipts = stage.world, tmp_path / "receipts"
    receipts.mkdir()
    old = world.keys.public_key
    stolen = Ed25519PrivateKey.from_private_bytes((world.settings.keys_dir / KEY).read_bytes())

    async def hand_in(number: int) -> None:
        outcome = await stage.send(number, await stage.seal(number, f"28{number}.00"))
        assert isinstance(outcome, Receipted)
        (receipts / f"{number}.json").write_text(json.dumps(outcome.receipt))

    await hand_in(0)
    await hand_in(1)
    (tmp_path / "first").mkdir()
    before, _ = await bundle_of(stage, tmp_path / "first")
    assert isinstance(await rotate_key(world, key_id_of(old), "yearly 年度"), Rotated)
    await hand_in(2)
    await finish(stage)
    await take_due_checkpoint(world)
    bundle, key = await bundle_of(stage, tmp_path)
    assert key == fingerprint(world.keys.public_key)
    async with played(stage) as site, site.client(stage.house.auditor) as client:
        page = (await client.get("/api/audit/key")).json()
    (tmp_path / "page.json").write_text(json.dumps(page))
    yield Told(stage, tmp_path, old, stolen, before, bundle, receipts, page)
    await world.db.dispose()


async def test_from_the_oldest_key_and_from_the_newest_everything_verifies(told: Told) -> None:
    held = {json.loads(path.read_text())["key_id"] for path in told.receipts.iterdir()}
    assert held == {key_id_of(told.old), key_id_of(told.new)}
    (told.folder / "old.json").write_text(json.dumps({"public_key": told.old.hex()}))
    names = [fingerprint(told.old), spoken(fingerprint(told.old)), fingerprint(told.new), told.old.hex()]
    database = told.stage.world.settings.database_url
    for key in [*names, str(told.folder / "old.json"), str(told.folder / "page.json")]:
        status, said = await verify(told.bundle, "--key", key, "--receipts", str(told.receipts), "--database", database)
        assert status == 0, (key, said)
        assert "rotated" in said
    status, said = await verify(told.bundle, "--key", fingerprint(b"x" * 32))
    assert (status, "another key than the one you named, and no rotation" in said) == (1, True), said
    kinds = [line.body["kind"] for line in read_lines(told.files())]
    assert kinds.count(Kind.KEY_ROTATED) == 1


async def test_an_older_bundle_by_the_newer_key_and_growth_over_the_rotation(told: Told) -> None:
    new = fingerprint(told.new)
    assert (await verify(told.before, "--key", fingerprint(told.old)))[0] == 0
    assert (await verify(told.before, "--key", new))[0] == 1
    for file in (told.folder / "page.json", told.bundle):
        status, said = await verify(told.before, "--key", new, "--rotations", str(file))
        assert status == 0, said
    for key in (new, fingerprint(told.old)):
        status, said = await verify_grown(told.before, told.bundle, "--key", key)
        assert status == 0, said
    assert (await verify_grown(told.bundle, told.before, "--key", new))[0] == 1
    files = told.files()
    del files[bundling.ROTATIONS]
    remake_manifest(files, told.stage.world.keys.sign)
    bare = write_files(files, told.folder / "bare.zip")
    for options in ((), ("--key", new), ("--key", fingerprint(told.old))):
        assert (await verify_grown(told.before, bare, *options))[0] == 1


async def verify_grown(old: Path, new: Path, *options: str) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said):
        status = await asyncio.to_thread(main, ["--grown", str(old), str(new), "--quiet", *options])
    return status, said.getvalue()


async def test_a_key_swapped_after_a_rotation(told: Told) -> None:
    """G09: another key in the folder, for which no statement was signed."""
    folder = told.stage.world.settings.keys_dir
    (folder / KEY).write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    with pytest.raises(PermissionError, match="not the key in force"):
        load_keys(folder)
    (folder / "rotations.jsonl").unlink()
    swapped = with_world(told.stage, replace(told.stage.world, keys=load_keys(folder)))
    # The service does not start with it.
    app = build_app(swapped.world)
    with pytest.raises(KeyConflictError, match="not the one in force"):
        async with app.router.lifespan_context(app):
            pass


async def test_statements_that_prove_nothing(told: Told) -> None:
    new, old = ("--key", fingerprint(told.new)), ("--key", fingerprint(told.old))
    (statement,) = orjson.loads(told.files()[bundling.ROTATIONS])
    mallory, new_sig = Ed25519PrivateKey.generate(), bytes.fromhex(statement["new_sig"])
    fields = {"number": 1, "old_key": told.old, "new_key": told.new, "reason": statement["reason"]}
    fields |= {"from_checkpoint": statement["from_checkpoint"], "last_checkpoint": statement["last_checkpoint"]}
    own = Rotation(**fields, at_ms=statement["at"])
    forged = {
        "none": None,
        "signed by a third": signed_rotation(own, mallory.sign(own.ending_message()), new_sig),
        "another number": {**statement, "from_checkpoint": statement["from_checkpoint"] + 1},
        "another reason": {**statement, "reason": "weekly"},
        "empty": {},
    }
    for name, value in forged.items():
        files = told.files()
        if value is None:
            del files[bundling.ROTATIONS]
        else:
            files[bundling.ROTATIONS] = canonical_bytes([value])
        for options in (new, old, ()):
            status, said = await told.verify(dict(files), *options)
            assert status == 1, (name, options, said)


async def test_an_ended_key_signs_no_checkpoint(told: Told) -> None:
    """The thief of the old key signs the last checkpoint, or the one with which the new key began."""
    (statement,) = orjson.loads(told.files()[bundling.ROTATIONS])
    for is_first in (True, False):
        files = told.files()
        raws = files[bundling.CHECKPOINTS].splitlines()
        lines = [parse_checkpoint_line(raw) for raw in raws]
        numbers = [line.statement.n for line in lines]
        at = numbers.index(statement["from_checkpoint"]) if is_first else -1
        changed = replace(lines[at].statement, key_id=key_id_of(told.old))
        raws[at] = replace(lines[at], statement=changed, signature=told.stolen.sign(changed.message())).encode()
        files[bundling.CHECKPOINTS] = b"\n".join(raws) + b"\n"
        status, said = await told.verify(files, "--key", fingerprint(told.new))
        assert status == 1
        assert "had been ended by a rotation" in said


async def test_the_journal_must_tell_the_rotation_as_it_was_stated(told: Told) -> None:
    files = told.files()
    lines = read_lines(files)
    (entry,) = [line for line in lines if line.body["kind"] == Kind.KEY_ROTATED]
    entry.body["data"]["reason"] = "weekly"
    rechain(lines)
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
    status, said = await told.verify(files, "--key", fingerprint(told.new))
    assert (status, f"entry {entry.body['seq']} of system" in said) == (1, True), said


async def test_receipts_of_an_ended_key(told: Told) -> None:
    """R10: those it signed in its time hold afterwards; one that says it was signed later does not."""
    end = told.page["rotations"][0]["at"]
    receipt = json.loads((told.receipts / "0.json").read_text())
    options = [fingerprint(told.old), fingerprint(told.new), None]
    place = str(told.folder / "page.json")
    for number in range(3):
        for key in options:
            code, lines = verify_receipt.check(told.receipts / f"{number}.json", key, published=place)
            assert code == 0, (number, key, lines)
    assert verify_receipt.check(told.receipts / "2.json", told.old.hex())[0] == 1
    assert verify_receipt.check(told.receipts / "0.json", place)[0] == 0, "the page as a key file"

    def of(at: int) -> dict[str, Any]:
        """The receipt with another instant, signed by the thief of the old key."""
        changed = {**receipt, "received_at": at}
        return {**changed, "sig": told.stolen.sign(receipt_message(changed)).hex()}

    later = of(end + GRACE_MS + 1)
    for value, expected, said in ((of(end + GRACE_MS), 0, "holds"), (later, 1, "ended")):
        (told.folder / "later.json").write_text(json.dumps(value))
        code, lines = verify_receipt.check(told.folder / "later.json", fingerprint(told.new), published=place)
        assert (code, said in lines[0]) == (expected, True), lines
    # Dated back it passes alone, and not beside the journal, which holds no such entry.
    early = {**receipt, "entry_hash": "ab" * 32}
    early["sig"] = told.stolen.sign(receipt_message(early)).hex()
    for name, value, word in (("early", early, "not in the journal"), ("later", later, "ENDED_KEY")):
        (told.folder / name).mkdir()
        (told.folder / name / "one.json").write_text(json.dumps(value))
        status, said = await verify(told.bundle, "--key", fingerprint(told.new), "--receipts", str(told.folder / name))
        assert (status, word in said) == (1, True), said


async def test_a_live_receipt_of_either_key(told: Told) -> None:
    (statement,) = told.page["rotations"]
    for private, at, expected in (
        (told.stolen, "2026-11-21T06:00:00.000Z", 0),
        (told.stolen, "2036-11-21T06:00:00.000Z", 1),
        (None, "2036-11-21T06:00:00.000Z", 0),
    ):
        public = public_half(private) if private is not None else told.new
        sign = private.sign if private is not None else told.stage.world.keys.sign
        texts = {"bid_id": "b", "amount": "1.00", "received_at": at, "rules_hash": "aa", "entry_hash": "bb"}
        core = {"v": 1, "kind": "bid.accepted", "round": "r", "lot": "l", **texts, "key_id": key_id_of(public)}
        root, paths = build_tree({7: leaf_of(core)}, iter(bytes([each]) * 32 for each in range(250)))
        receipt = {**core, "path": paths[7], "root": root.hex(), "sig": sign(message_of(root)).hex()}
        (told.folder / "live.json").write_text(json.dumps(receipt))
        code, lines = verify_receipt.check(
            told.folder / "live.json", statement["old_key"], published=str(told.folder / "page.json")
        )
        assert code == expected, lines


async def test_the_page_of_the_key_tells_its_history(told: Told) -> None:
    page = told.page
    assert (page["fingerprint"], page["words"]) == (fingerprint(told.new), spoken(fingerprint(told.new)))
    (earlier,) = page["earlier"]
    assert (earlier["fingerprint"], earlier["reason"]) == (fingerprint(told.old), "yearly 年度")
    assert (earlier["words"], earlier["last_checkpoint"]) == (
        spoken(fingerprint(told.old)),
        page["rotations"][0]["from_checkpoint"] - 1,
    )
