"""The line to the signer: a Unix socket, one JSON line asked, one answered, and then it is closed (JOURNAL.md 2).

Local and short: a signature takes a fraction of a millisecond, so it is asked for where it is needed, as with a key in
the process itself. If nobody answers, `SignerAwayError` says so within `PATIENCE` seconds: nothing is acknowledged
without its signature.
"""

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app.domain.checkpointing import Head, Statement, is_signed, statement_from
from app.domain.key_history import HistoryFault, KeyHistory, follow_on, read_history
from app.domain.sealing.receipt import key_id_of
from app.infra.errors import Problem
from app.infra.key_folder import JournalKey, Order, RotationRefusedError

PATIENCE = 2.0
# A signer that hung is asked again no sooner than this, and then not waited for as long.
HUNG_SECONDS = 5.0
LITTLE_PATIENCE = 0.2
# How old the knowledge of the signer's key may be. An ended key signs what names it for longer than that
# (`journal/signer.py`), so that nothing is turned away while the key changes.
KNOWN_SECONDS = 5.0
LARGEST_ANSWER = 1 << 28


class SignerAwayError(Problem):
    """The signer does not answer: what needs a signature waits."""

    def __init__(self) -> None:
        super().__init__(503, "UNAVAILABLE", headers={"Retry-After": "5"})


class SignerRefusedError(Exception):
    """The signer said no; its sentence."""


class KeyEndedError(Problem):
    """The signer has another key by now, and signs no more with the one that was asked for: ask again."""

    def __init__(self) -> None:
        super().__init__(503, "UNAVAILABLE", headers={"Retry-After": "1"})


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signer signed for a number: what was offered, or what it had signed before."""

    statement: Statement
    signature: bytes
    moved: Sequence[Head]


def pairs(heads: Sequence[Head]) -> list[list[str | int]]:
    """Heads as they stand on the line and in files."""
    return [[head.chain, head.seq, head.hash] for head in heads]


class SignerLine:
    """Asks the signer; holds its public key, and believes no signature that does not fit it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: list[dict[str, Any]] = []
        self._history: KeyHistory | None = None
        self._current: JournalKey
        self._known_at = 0.0
        # Since when it has not answered in time, and until when it is not asked.
        self._is_hung, self._silent_until = False, 0.0
        self._learn()

    @property
    def public_key(self) -> bytes:
        """The public half of the signer's key, as it was told last."""
        return self._current.public_key

    def refresh(self) -> None:
        """Ask which key the signer has now. Raises SignerAwayError, SignerRefusedError."""
        self._learn()

    def current(self) -> JournalKey:
        """The signer's key. Where nobody answers, the one that was told last: signing with it finds that out."""
        if time.monotonic() - self._known_at > KNOWN_SECONDS:
            try:
                self._learn()
            except SignerAwayError:
                return self._current
        return self._current

    def rotations(self) -> list[dict[str, Any]]:
        """The statements of the key's history, oldest first."""
        self.current()
        return list(self._told)

    def rotate(self, order: Order, /) -> dict[str, Any]:
        """Have the signer end its key. Raises RotationRefusedError, SignerAwayError."""
        asked = {"ending": order.ending, "last": [order.last_checkpoint, order.last_digest]}
        try:
            self._ask({"do": "rotate", **asked, "at": order.at_ms, "reason": order.reason})
        except SignerRefusedError as refused:
            raise RotationRefusedError(str(refused)) from None
        self._learn()
        return self._told[-1]

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of a message by the key in force. Raises SignerAwayError, KeyEndedError, or
        SignerRefusedError for a strange context."""
        return self._sign(self.current().public_key, message)

    def _sign(self, public_key: bytes, message: bytes) -> bytes:
        question = {"do": "sign", "message": message.hex(), "key_id": key_id_of(public_key)}
        told = self._ask(question)
        if "ended" in told:
            self._known_at = 0.0
            raise KeyEndedError
        signature = bytes.fromhex(told["sig"])
        if not is_signed(public_key, message, signature):
            raise SignerRefusedError("the signer answers with another key than when the service started")
        return signature

    def _learn(self) -> None:
        """Ask for the signer's key; one that came by rotations signed by the key known so far, or none."""
        told = self._ask({"do": "name"})
        public_key = bytes.fromhex(str(told.get("public_key", "")))
        statements: list[dict[str, Any]] = told.get("rotations", [])
        if self._history is None:
            held = read_history(statements, public_key)
        else:
            held = self._history if public_key == self._history.newest else follow_on(self._history, statements)
        if isinstance(held, HistoryFault) or held.newest != public_key:
            raise SignerRefusedError("the signer answers with another key than when the service started")
        self._told, self._history, self._known_at = statements, held, time.monotonic()
        self._current = JournalKey(public_key, lambda message: self._sign(public_key, message))

    def sign_checkpoint(self, offered: Statement, moved: Sequence[Head]) -> Signed:
        """The checkpoint of the offer's number. Raises SignerAwayError, or SignerRefusedError: fork, shrink, gap."""
        told = self._ask({"do": "checkpoint", "statement": offered.as_json(), "heads": pairs(moved)})
        heads = [Head(*each) for each in told["heads"]]
        if offered.key_id != self._current.key_id:
            self._learn()
        made = Signed(statement_from(told["statement"]), bytes.fromhex(told["sig"]), heads)
        if made.statement.n != offered.n or not is_signed(self.public_key, made.statement.message(), made.signature):
            raise SignerRefusedError("the signer answers with another key or checkpoint than it was asked for")
        return made

    def is_there(self) -> bool:
        """True if the signer answers, with the key it had when the service started or one that followed it."""
        try:
            self._learn()
        except (SignerAwayError, SignerRefusedError):
            return False
        return True

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        if self._is_hung and time.monotonic() < self._silent_until:
            raise SignerAwayError
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(LITTLE_PATIENCE if self._is_hung else PATIENCE)
                line.connect(str(self._path))
                line.sendall(orjson.dumps(question) + b"\n")
                with line.makefile("rb") as file:
                    answer = file.readline(LARGEST_ANSWER)
        except TimeoutError:
            self._is_hung, self._silent_until = True, time.monotonic() + HUNG_SECONDS
            raise SignerAwayError from None
        except OSError:
            raise SignerAwayError from None
        self._is_hung = False
        if not answer.endswith(b"\n"):
            raise SignerAwayError
        told: dict[str, Any] = orjson.loads(answer)
        if "refused" in told:
            raise SignerRefusedError(str(told["refused"]))
        return told
