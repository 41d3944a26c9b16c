"""The signer: a process of its own that alone holds the journal's key (`bidroom signer`; JOURNAL.md section 2).

Its folder holds `journal.key` (0600) with `rotations.jsonl` (infra/key_folder.py) and `signed.jsonl`, one line for each
checkpoint it ever signed, durable before the signature leaves the house. It is read whole at the start: numbers, links,
heads and roots must follow, and the last line must carry the signature of the key that was in force at its number. A
service that had its key inside moves it by copying `journal.key`, `rotations.jsonl` and `checkpoints.jsonl` (as
`signed.jsonl`) into the folder.

A memory put back to an older state ends with the first offer of the service, whose number is then not the next: it is
refused. Only who puts back the memory *and* the database together gets a second history signed, and a witness has the
first.
"""

import fcntl
import logging
import os
import socketserver
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
from typing_extensions import override

from app.domain.checkpointing import FIRST_PREV, Head, Statement, is_signed, root_of, statement_from
from app.domain.entries import canonical_bytes
from app.domain.key_history import HistoryFault, KeyHistory
from app.domain.signing import (
    Memory,
    decide_checkpoint,
    decide_message,
    decide_rotation,
    fold_heads,
    is_same_again,
)
from app.infra.key_folder import JournalKey, KeyFolder, Order, RotationRefusedError
from app.infra.signer_line import pairs

log = logging.getLogger("bidroom.signer")
MEMORY = "signed.jsonl"
# How long an ended key signs receipts that name it, for services that have not heard yet (`signer_line.py`); never a
# checkpoint. Less than what receipts are granted (`key_history.GRACE_MS`).
LAST_SECONDS = 20.0
LARGEST_QUESTION = 1 << 28


class MemoryAlteredError(Exception):
    """The signer's memory is not what it wrote: it signs nothing."""


class Signer:
    """The key and the memory. One process alone has the folder: a second one is refused."""

    def __init__(self, folder: Path) -> None:
        self._keys = KeyFolder(folder)
        self._ended: tuple[JournalKey, float] | None = None
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

    @property
    def public_key(self) -> bytes:
        """The public half of the key in force."""
        return self._keys.current().public_key

    @property
    def key_id(self) -> str:
        """Its short name."""
        return self._keys.current().key_id

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer to one question; `refused` with a sentence where it signs nothing."""
        match question.get("do"):
            case "name":
                return {"public_key": self.public_key.hex(), "rotations": self._keys.rotations()}
            case "sign":
                return self._sign(bytes.fromhex(question["message"]), str(question.get("key_id", self.key_id)))
            case "rotate":
                last, digest = question["last"]
                return self._rotate(
                    Order(str(question["ending"]), last, digest, int(question["at"]), str(question["reason"]))
                )
            case "checkpoint":
                return self._checkpoint(statement_from(question["statement"]), _heads(question["heads"]))
            case _:
                return {"refused": "the signer does not know the question"}

    def close(self) -> None:
        """Let go of the folder."""
        self._file.close()

    def _sign(self, message: bytes, key_id: str) -> dict[str, Any]:
        why = decide_message(message)
        if why is not None:
            return {"refused": why}
        current = self._keys.current()
        if key_id == current.key_id:
            return {"sig": current.sign(message).hex()}
        ended, until = self._ended or (None, 0.0)
        if ended is not None and key_id == ended.key_id and time.monotonic() < until:
            return {"sig": ended.sign(message).hex()}
        self._ended = None
        return {"ended": key_id, "key_id": current.key_id}

    def _rotate(self, order: Order) -> dict[str, Any]:
        if not order.is_done_by(self._keys.history()):
            why = decide_rotation(
                self._memory,
                last=order.last_checkpoint,
                digest=order.last_digest,
                at_ms=order.at_ms,
                reason=order.reason,
            )
            if why is not None:
                return {"refused": why}
        before = self._keys.current()
        try:
            told = self._keys.rotate(order)
        except RotationRefusedError as refused:
            return {"refused": str(refused)}
        if before.key_id != self.key_id:
            self._ended = (before, time.monotonic() + LAST_SECONDS)
            log.warning("the journal's key %s was ended, %s is in force", before.key_id, self.key_id)
        return {"rotation": told}

    def _checkpoint(self, offered: Statement, moved: list[Head]) -> dict[str, Any]:
        if is_same_again(self._memory, offered):
            return self._last_line
        decided = decide_checkpoint(self._memory, offered, moved, self.key_id)
        if isinstance(decided, str):
            log.critical("checkpoint %d refused: %s", offered.n, decided)
            return {"refused": decided}
        line = {
            "statement": offered.as_json(),
            "sig": self._keys.current().sign(offered.message()).hex(),
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
        if decide_kept(kept, bytes.fromhex(str(told["sig"])), self._keys.history()):
            return kept, told
        raise MemoryAlteredError("the last checkpoint of signed.jsonl is not what this key signed")


def decide_kept(memory: Memory, signature: bytes, history: KeyHistory) -> bool:
    """True if the memory's last checkpoint is by the key that was in force at its number, over these heads."""
    last = memory.last
    if last is None or last.root != root_of(memory.heads):
        return False
    key = history.checkpoint_key(last.n, last.key_id, last.prev)
    return not isinstance(key, HistoryFault) and is_signed(key, last.message(), signature)


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
