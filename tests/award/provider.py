"""A signature provider in a thread: it checks who calls, keeps requests by key, and does what a test tells it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from app.domain.signature_requests import sign_call

SECRET = b"both of us know this"
PREFIX = "/v1"


@dataclass
class FakeProvider:
    """What it has been asked, what it says, and how it fails."""

    url: str = ""
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    strangers: int = 0
    # Answers with this status instead of an answer.
    status: int = 0
    # Takes a request, and hangs up before it answers.
    loses_answers: bool = False
    # Says this is what was signed.
    digest: str = ""
    text: bytes | None = None

    def say(self, state: str, side: int = 0) -> None:
        """Everything that was asked for, or the request at a place, is confirmed, declined or pending."""
        for place, each in enumerate(self.kept.values(), start=1):
            if side in (0, place):
                each["state"] = state


@contextmanager
def serve(fake: FakeProvider) -> Iterator[FakeProvider]:
    """Serve it on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        """One call."""

        def do_POST(self) -> None:
            """A request."""
            self._answer()

        def do_GET(self) -> None:
            """How it stands."""
            self._answer()

        def do_DELETE(self) -> None:
            """Taken back."""
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            fake.calls.append(self.command)
            if not _is_ours(self, body):
                fake.strangers += 1
                self.send_error(401)
                return
            if fake.status:
                self.send_error(fake.status)
                return
            found = _do(fake, self.command, self.path, self.headers.get("idempotency-key", ""), body)
            if fake.loses_answers:
                self.close_connection = True
                return
            told = {"reference": found["reference"], "state": found["state"], "digest": fake.digest or found["digest"]}
            text = json.dumps(told).encode() if fake.text is None else fake.text
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _is_ours(call: BaseHTTPRequestHandler, body: bytes) -> bool:
    # The time is the tests' own, wound by hand.

    at = datetime.fromtimestamp(int(call.headers.get("bidroom-timestamp", "0")), UTC)
    expected = sign_call(SECRET, call.command, call.path, body, at)
    return expected["bidroom-signature"] == call.headers.get("bidroom-signature")


def _do(fake: FakeProvider, method: str, path: str, key: str, body: bytes) -> dict[str, Any]:
    if method == "POST":
        asked = json.loads(body)
        assert asked["key"] == key
        new = {**asked, "reference": f"sig/{len(fake.kept) + 1}", "state": "pending"}
        return fake.kept.setdefault(key, new)
    reference = path.removeprefix(f"{PREFIX}/signatures/").replace("%2F", "/")
    found = next(each for each in fake.kept.values() if each["reference"] == reference)
    if method == "DELETE" and found["state"] == "pending":
        found["state"] = "declined"
    return found
