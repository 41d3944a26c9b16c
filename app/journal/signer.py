"""The signer: a process of its own that alone holds the journal's key (`bidroom signer`; JOURNAL.md section 2).

Its folder holds `journal.key` (0600) and `signed.jsonl`, one line for each checkpoint it ever signed, durable before
the signature leaves the house. It is read whole at the start: numbers, links, heads and roots must follow, and the last
line must carry its own key's signature. A service that had its key inside moves it by copying `journal.key` and
`checkpoints.jsonl` (as `signed.jsonl`) into the folder.

A memory put back to an older state ends with the first offer of the service, whose number is then not the next: it is
refused. Only who puts back the memory *and* the database together gets a second history signed, and a witness has the
first.
"""

import fcntl
import logging
import os
import socketserver
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typing_extensions import override

from app.domain.checkpointing import FIRST_PREV, Head, Statement, is_signed, root_of, statement_from
from app.domain.entries import canonical_bytes
from app.domain.signing import Memory, decide_checkpoint, decide_message, fold_heads, is_same_again
from app.infra.keys import load_journal_key, public_half, short_name
from app.infra.signer_line import pairs

log = logging.getLogger("bidroom.signer")
MEMORY = "signed.jsonl"
LARGEST_QUESTION = 1 << 28


class MemoryAlteredError(Exception):
    """The signer's memory is not what it wrote: it signs nothing."""


class Signer:
    """The key and the memory. One process alone has the folder: a second one is refused."""

    def __init__(self, folder: Path) -> None:
        self._key: Ed25519PrivateKey = load_journal_key(folder)
        self.public_key = public_half(self._key)
        self.key_id = short_name(self.public_key)
        self._file = (folder / MEMORY).open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise PermissionError("another signer has this folder") from None
        try:
            self._memory, self._last_line = self._read()
        except MemoryAlteredError:
            self._file.close()
            raise

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to one question; `refused` with a sentence where it signs nothing."""
        match question.get("do"):
            case "name":
                return {"public_key": self.public_key.hex()}
            case "sign":
                message = bytes.fromhex(question["message"])
                why = decide_message(message)
                return {"sig": self._key.sign(message).hex()} if why is None else {"refused": why}
            case "checkpoint":
                return self._checkpoint(statement_from(question["statement"]), _heads(question["heads"]))
            case _:
                return {"refused": "the signer does not know the question"}

    def close(self) -> None:
        """Let go of the folder."""
        self._file.close()

    def _checkpoint(self, offered: Statement, moved: list[Head]) -> dict[str, Any]:
        if is_same_again(self._memory, offered):
            return self._last_line
        decided = decide_checkpoint(self._memory, offered, moved, self.key_id)
        if isinstance(decided, str):
            log.critical("checkpoint %d refused: %s", offered.n, decided)
            return {"refused": decided}
        line = {
            "statement": offered.as_json(),
            "sig": self._key.sign(offered.message()).hex(),
            "heads": pairs(moved),
        }
        # Remembered before it is given away: a crash in between leaves a checkpoint that is given when asked again.
        self._file.write(canonical_bytes(line) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._memory, self._last_line = decided, line
        return line

    def _read(self) -> tuple[Memory, dict[str, Any]]:
        """The memory of the file; a last line cut off by a crash was never given away, and goes."""
        memory, told, whole = Memory(), dict[str, Any](), 0
        heads: dict[str, Head] = {}
        self._file.seek(0)
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                told = orjson.loads(line)
                statement = statement_from(told["statement"])
                moved = _heads(told["heads"])
            except (ValueError, TypeError, KeyError):
                raise MemoryAlteredError("a line of signed.jsonl is no checkpoint") from None
            last = memory.last
            n, prev = (1, FIRST_PREV) if last is None else (last.n + 1, last.digest())
            if (statement.n, statement.prev) != (n, prev) or any(
                head.chain in heads and heads[head.chain].seq >= head.seq for head in moved
            ):
                raise MemoryAlteredError(f"checkpoint {statement.n} of signed.jsonl does not follow the line before it")
            heads.update((head.chain, head) for head in moved)
            memory = Memory(statement)
        self._file.truncate(whole)
        if memory.last is None:
            return memory, told
        # Each names the one before by its digest: the last signature and root stand for all of them.
        kept = Memory(memory.last, fold_heads((), tuple(heads.values())))
        if decide_kept(kept, bytes.fromhex(str(told["sig"])), self.public_key, self.key_id):
            return kept, told
        raise MemoryAlteredError("the last checkpoint of signed.jsonl is not what this key signed")


def decide_kept(memory: Memory, signature: bytes, public_key: bytes, key_id: str) -> bool:
    """True if the memory's last checkpoint is by this key, over these heads."""
    last = memory.last
    if last is None or last.key_id != key_id or last.root != root_of(memory.heads):
        return False
    return is_signed(public_key, last.message(), signature)


def _heads(value: Any) -> list[Head]:
    heads = [Head(*each) for each in value]
    if not all(type(head.chain) is str and type(head.seq) is int and type(head.hash) is str for head in heads):
        raise ValueError("a head has the wrong type")
    return heads


class _Handler(socketserver.StreamRequestHandler):
    timeout = 5

    @override
    def handle(self) -> None:
        answer: Callable[[dict[str, Any]], dict[str, Any]] = self.server.signer.answer  # type: ignore[attr-defined]  # the server below has it
        try:
            told = answer(orjson.loads(self.rfile.readline(LARGEST_QUESTION)))
        except (ValueError, TypeError, KeyError, AttributeError):
            told = {"refused": "the question is not understood"}
        except OSError:
            # A full disk: nothing was remembered, so nothing is given away. The file may hold half a line: start anew.
            log.critical("the signer's memory cannot be written")
            raise SystemExit(3) from None
        self.wfile.write(orjson.dumps(told) + b"\n")


class SignerServer(socketserver.UnixStreamServer):
    """One question after the other: that is the fence between two services."""

    request_queue_size = 256

    def __init__(self, signer: Signer, path: Path) -> None:
        self.signer = signer
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()
        before = os.umask(0o117)
        try:
            super().__init__(str(path), _Handler)
        finally:
            os.umask(before)
