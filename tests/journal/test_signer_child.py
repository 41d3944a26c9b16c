"""`bidroom serve --with-signer`: the signer beside the service, kept alive by it, and gone with it."""

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.receipts import message_of
from app.infra.keys import load_keys
from app.infra.signer_line import SignerAwayError, SignerLine
from app.settings import Settings
from app.signer_child import FOLDER, SignerChildError, signer_beside

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def settings() -> Iterator[Settings]:
    # A socket's path is at most some 100 characters.
    with tempfile.TemporaryDirectory() as short:
        yield Settings(data_dir=Path(short))


def test_it_signs_is_started_again_and_ends_with_the_service(settings: Settings) -> None:
    with signer_beside(settings) as given:
        assert given.signer is not None
        keys = load_keys(given.keys_dir, SignerLine(given.signer))
        assert not (given.keys_dir / "journal.key").exists()
        assert (given.data_dir / FOLDER / "journal.key").stat().st_mode & 0o077 == 0
        assert len(keys.sign(message_of(bytes(32)))) == 64
        os.kill(child_of(given.signer), signal.SIGKILL)
        with pytest.raises(SignerAwayError):
            keys.sign(message_of(bytes(32)))
        until = time.monotonic() + 60
        while keys.outside is not None and not keys.outside.is_there():
            assert time.monotonic() < until
            time.sleep(0.1)
        assert len(keys.sign(message_of(bytes(32)))) == 64
    with pytest.raises(SignerAwayError):
        SignerLine(given.signer)


def child_of(socket: Path) -> int:
    """The process whose command names the socket."""
    own = [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(socket).encode() in read(path)]
    return int(own[0].parent.name)


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_key_that_others_can_read_ends_the_start(settings: Settings) -> None:
    with signer_beside(settings):
        pass
    (settings.data_dir / FOLDER / "journal.key").chmod(0o644)
    with pytest.raises(SignerChildError, match="did not start"), signer_beside(settings):
        pass


def test_a_folder_too_deep_for_a_socket_is_told(tmp_path: Path) -> None:
    deep = Settings(data_dir=tmp_path / ("x" * 100))
    with pytest.raises(SignerChildError, match="too long"), signer_beside(deep):
        pass
