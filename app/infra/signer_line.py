"""The line to the signer: a Unix socket, one JSON line asked, one answered, and then it is closed (JOURNAL.md 2).

Local and short: a signature takes a fraction of a millisecond, so it is asked for where it is needed, as with a key in
the process itself. If nobody answers, `SignerAwayError` says so within `PATIENCE` seconds: nothing is acknowledged
without its signature.
"""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app.domain.checkpointing import Head, Statement, is_signed, statement_from
from app.infra.errors import Problem

PATIENCE = 2.0
LARGEST_ANSWER = 1 << 28


class SignerAwayError(Problem):
    """The signer does not answer: what needs a signature waits."""

    def __init__(self) -> None:
        super().__init__(503, "UNAVAILABLE", headers={"Retry-After": "5"})


class SignerRefusedError(Exception):
    """The signer said no; its sentence."""


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
        self.public_key = bytes.fromhex(str(self._ask({"do": "name"}).get("public_key", "")))

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of a message. Raises SignerAwayError, or SignerRefusedError for a strange context."""
        signature = bytes.fromhex(self._ask({"do": "sign", "message": message.hex()})["sig"])
        if not is_signed(self.public_key, message, signature):
            raise SignerRefusedError("the signer answers with another key than when the service started")
        return signature

    def sign_checkpoint(self, offered: Statement, moved: Sequence[Head]) -> Signed:
        """The checkpoint of the offer's number. Raises SignerAwayError, or SignerRefusedError: fork, shrink, gap."""
        told = self._ask({"do": "checkpoint", "statement": offered.as_json(), "heads": pairs(moved)})
        heads = [Head(*each) for each in told["heads"]]
        made = Signed(statement_from(told["statement"]), bytes.fromhex(told["sig"]), heads)
        if made.statement.n != offered.n or not is_signed(self.public_key, made.statement.message(), made.signature):
            raise SignerRefusedError("the signer answers with another key or checkpoint than it was asked for")
        return made

    def is_there(self) -> bool:
        """True if the signer answers, with the key it had when the service started."""
        try:
            return self._ask({"do": "name"}).get("public_key") == self.public_key.hex()
        except (SignerAwayError, SignerRefusedError):
            return False

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(PATIENCE)
                line.connect(str(self._path))
                line.sendall(orjson.dumps(question) + b"\n")
                with line.makefile("rb") as file:
                    answer = file.readline(LARGEST_ANSWER)
        except OSError:
            raise SignerAwayError from None
        if not answer.endswith(b"\n"):
            raise SignerAwayError
        told: dict[str, Any] = orjson.loads(answer)
        if "refused" in told:
            raise SignerRefusedError(str(told["refused"]))
        return told
