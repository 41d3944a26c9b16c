"""RFC 3161 time stamps of checkpoints, by a small authority of the test's own (attacks.md P07)."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from sqlalchemy import text

from app.audit import service
from app.audit.exporting import export_path
from app.audit.service import RequestExport
from app.audit.stamp_checking import open_stamps
from app.audit.timekeeper import run_next_export
from app.audit.verify import main
from app.audit.verifying import NO_OUTSIDE_EVIDENCE, Outside, verify
from app.domain.bundling import stamp_file
from app.domain.checkpointing import Reason
from app.domain.reporting import Outcome
from app.domain.visibility import Role
from app.infra.time_stamps import LARGEST, StampError, check_stamp, read_roots
from app.infra.world import World
from app.journal import stamping
from app.journal.checkpoint_store import Checkpoint
from app.journal.checkpoints import take_checkpoint
from app.journal.stamping import keep_stamps, stamp_due
from tests.replay.tampering import read_files, remake_manifest, write_files
from tests.worlds import TestWorld, make_actor, make_world

CONFIG = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
URL = "http://authority.example/tsa"


class Authority:
    """A root, a certificate for time stamping, and OpenSSL to answer with."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = _certificate("root of the test", root_key, "root of the test", root_key, is_root=True)
        made = _certificate("authority of the test", key, "root of the test", root_key, is_root=False)
        self.roots = root.public_bytes(serialization.Encoding.PEM)
        (folder / "root.pem").write_bytes(self.roots)
        (folder / "tsa.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))

    def answer(self, question: bytes) -> bytes:
        """The stamp over a question."""
        (self.folder / "q.tsq").write_bytes(question)
        command = ["openssl", "ts", "-reply", "-queryfile", "q.tsq", "-config", "tsa.cnf", "-section", "tsa"]
        subprocess.run([*command, "-out", "a.tsr"], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "a.tsr").read_bytes()

    def client(self, change: Callable[[bytes], bytes] = bytes, status: int = 200) -> httpx.AsyncClient:
        """A line to it; ``change``: what happens to its answers on the way."""

        def reply(request: httpx.Request) -> httpx.Response:
            assert str(request.url) == URL
            assert request.headers["content-type"] == "application/timestamp-query"
            return httpx.Response(status, content=change(self.answer(request.content)))

        return httpx.AsyncClient(transport=httpx.MockTransport(reply))


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, *, is_root: bool
) -> x509.Certificate:
    now = datetime.now(UTC)  # noqa: TID251 - OpenSSL stamps by the machine's clock
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    ) | {"decipher_only": False, "digital_signature": not is_root, "key_cert_sign": is_root, "crl_sign": is_root}
    made = made.add_extension(x509.KeyUsage(**usage), critical=True)
    if not is_root:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(by, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("NOT RUN: there is no openssl to be a time-stamping authority with")
    return Authority(tmp_path_factory.mktemp("tsa") / "good")


@pytest_asyncio.fixture
async def made(clean_database_url: str, tmp_path: Path, authority: Authority) -> AsyncIterator[TestWorld]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority.roots)
    world = await make_world(clean_database_url, tmp_path / "data", stamp_url=URL, stamp_roots=roots)
    # OpenSSL stamps by the machine's clock.
    world.clock.at = datetime.now(UTC)  # noqa: TID251 - see above
    yield world
    await world.world.db.dispose()


async def checkpoint(made: TestWorld) -> Checkpoint:
    taken = await take_checkpoint(made.world, Reason.MINUTE)
    assert isinstance(taken, Checkpoint)
    return taken


async def count(made: TestWorld) -> int:
    async with made.world.db.snapshot() as tx:
        return int((await tx.execute(text("SELECT count(*) FROM checkpoint_stamp"))).scalar() or 0)


async def test_a_checkpoint_is_stamped_when_it_is_time(made: TestWorld, authority: Authority) -> None:
    async with authority.client() as client:
        assert await stamp_due(made.world, client) is None
        await checkpoint(made)
        assert await stamp_due(made.world, client) == 1
        await checkpoint(made)
        assert await stamp_due(made.world, client) is None
        made.world.settings.stamp_hours = 1
        made.clock.wind(minutes=3)
        await checkpoint(made)
        assert await stamp_due(made.world, client) is None
    assert await count(made) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda answer: answer[:-1] + bytes([answer[-1] ^ 1]), 200),
        (lambda answer: answer[:100], 200),
        (lambda _: b"", 200),
        (lambda _: b"<html>", 200),
        (lambda answer: answer + b" " * LARGEST, 200),
        (bytes, 500),
    ],
)
async def test_what_is_no_stamp_is_not_kept(
    made: TestWorld, authority: Authority, change: Callable[[bytes], bytes], status: int
) -> None:
    await checkpoint(made)
    async with authority.client(change, status) as client:
        with pytest.raises(StampError):
            await stamp_due(made.world, client)
    assert await count(made) == 0


async def test_a_stranger_an_old_answer_and_a_wrong_clock(
    made: TestWorld, authority: Authority, tmp_path: Path
) -> None:
    first = await checkpoint(made)
    async with Authority(tmp_path / "other").client() as client:
        with pytest.raises(StampError, match="does not stand"):
            await stamp_due(made.world, client)
    # An answer to another question: its nonce is another one, were it over the same checkpoint.
    kept: list[bytes] = []

    def repeat(answer: bytes) -> bytes:
        kept.append(answer)
        return kept[0]

    async with authority.client(repeat) as client:
        assert await stamp_due(made.world, client) == 1
        await checkpoint(made)
        made.world.settings.stamp_hours = 0
        with pytest.raises(StampError, match="Nonce"):
            await stamp_due(made.world, client)
        made.clock.wind(hours=1)
        kept.clear()
        with pytest.raises(StampError, match="clock says"):
            await stamp_due(made.world, client)
    roots = read_roots(authority.roots)
    with pytest.raises(StampError, match="messages"):
        check_stamp(kept[0], first.statement.message(), roots)
    with pytest.raises(StampError, match="holds no certificates"):
        read_roots(b"nothing")


async def test_p07_a_bundle_brings_its_stamps(made: TestWorld, authority: Authority, tmp_path: Path) -> None:
    await checkpoint(made)
    async with authority.client() as client:
        assert await stamp_due(made.world, client) == 1
    auditor = await make_actor(made.world, Role.AUDITOR)
    export_id = await service.request_export(made.world, auditor, RequestExport((), "yearly audit", "audit office"))
    assert await run_next_export(made.world) is True
    path, roots = export_path(made.world, export_id), made.world.settings.stamp_roots
    assert roots is not None
    assert main([str(path), "--stamp-roots", str(roots), "--quiet"]) == 0
    report = verify(path, outside=Outside(stamps=open_stamps(roots)))
    assert any("saw 1 of the checkpoints" in note for note in report.notes)
    assert NO_OUTSIDE_EVIDENCE not in report.notes
    assert NO_OUTSIDE_EVIDENCE in verify(path).notes
    # Altered, of another checkpoint, from an unknown authority: EXIT 1, though the manifest was signed again.
    files = read_files(path)
    content = files.pop(stamp_file(1))
    for name, changed in ((stamp_file(1), content[:-1] + bytes([content[-1] ^ 1])), (stamp_file(2), content)):
        other = {**files, name: changed}
        remake_manifest(other, made.world.keys.sign)
        moved = write_files(other, tmp_path / "moved.zip")
        assert verify(moved).outcome is Outcome.CLEAN
        assert main([str(moved), "--stamp-roots", str(roots), "--quiet"]) == 1
    strange = tmp_path / "strange.pem"
    strange.write_bytes(Authority(tmp_path / "other").roots)
    assert main([str(path), "--stamp-roots", str(strange), "--quiet"]) == 1
    strange.write_bytes(b"")
    assert main([str(path), "--stamp-roots", str(strange), "--quiet"]) == 2


async def test_without_an_authority_nothing_is_asked(made: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    again = asyncio.Event()

    async def note(world: World, _client: httpx.AsyncClient) -> None:
        asked.append(world.settings.stamp_url)
        if len(asked) > 1:
            again.set()
        raise StampError("the authority does not answer")

    monkeypatch.setattr(stamping, "stamp_due", note)
    made.world.settings.stamp_url = ""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await keep_stamps(made.world)
    assert asked == []
    made.world.settings.stamp_url = URL
    keeping = asyncio.create_task(keep_stamps(made.world))
    # Refused once, it goes on asking.
    async with asyncio.timeout(30):
        await again.wait()
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    assert set(asked) == {URL}
