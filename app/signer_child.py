"""`bidroom serve --with-signer`: the signer as a process beside the service, started and kept by it.

For a single machine without a supervisor. The key lies in DATA_DIR/signer, never in the service's memory. Where the
operator wants it out of the service's reach too, `bidroom signer` runs as a user of its own (compose.yaml does).
"""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.infra.signer_line import SignerAwayError, SignerLine
from app.settings import Settings

FOLDER, SOCKET = "signer", "signer.sock"
START_SECONDS = 20.0
AGAIN_SECONDS = 1.0
# The key or the memory may not be used: starting again changes nothing.
GAVE_UP = 2
# sun_path of the smallest system.
LONGEST_SOCKET = 100


class SignerChildError(Exception):
    """The signer did not start; its sentence."""


@contextmanager
def signer_beside(settings: Settings) -> Iterator[Settings]:
    """The settings with the signer's socket, while it runs; started again when it ends. Raises SignerChildError."""
    folder, path = (settings.data_dir / name for name in (FOLDER, SOCKET))
    if len(str(path.absolute())) > LONGEST_SOCKET:
        raise SignerChildError(f"{path} is too long for a socket: choose a shorter BIDROOM_DATA_DIR")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    child = _Child(folder, path)
    try:
        child.wait_for_it()
        yield settings.model_copy(update={"signer": path})
    finally:
        child.end()


class _Child:
    """The process, and the thread that starts it again."""

    def __init__(self, folder: Path, socket: Path) -> None:
        self._command = [sys.executable, "-m", "app.signer_cli", "--folder", str(folder), "--socket", str(socket)]
        self._socket = socket
        self._ending = threading.Event()
        self._running = self._start()
        self._keeper = threading.Thread(target=self._keep, name="signer", daemon=True)
        self._keeper.start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A group of its own: Ctrl+C ends the service first, which may still have to sign.
        return subprocess.Popen(self._command, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - ourselves

    def _keep(self) -> None:
        while self._running.wait() != GAVE_UP and not self._ending.wait(AGAIN_SECONDS):
            self._running = self._start()

    def wait_for_it(self) -> None:
        """Until it answers. Raises SignerChildError."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._running.poll() == GAVE_UP:
                raise SignerChildError("the signer did not start: its own words stand above")
            with contextlib.suppress(SignerAwayError):
                SignerLine(self._socket)
                return
            time.sleep(0.05)
        raise SignerChildError(f"the signer does not answer at {self._socket}")

    def end(self) -> None:
        """End it, and do not start it again."""
        self._ending.set()
        self._running.terminate()
        self._keeper.join(5)
        self._running.kill()
        self._running.wait()
        self._socket.unlink(missing_ok=True)
