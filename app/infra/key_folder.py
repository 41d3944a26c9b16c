"""The journal's key in its folder, and the change to another one (domain/key_history.py).

`journal.key` is the private key in force, `rotations.jsonl` the statements by which each key handed over to the next:
the old public keys for ever. A rotation makes `journal.next.key`, writes the statement that both keys signed, gives the
new key its place and destroys the old one. The statement's line is the moment: before it the old key is in force, after
it the new one, and whoever opens the folder next finishes what a crash has left. Every process that has the folder sees
the change at its next look; the folder's lock lets one at a time in.
"""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.domain.entries import canonical_bytes
from app.domain.key_history import HistoryFault, KeyHistory, Rotation, read_history, signed_rotation
from app.domain.sealing.receipt import key_id_of
from app.infra.key_files import load_or_make, overwrite, sync_folder

KEY, NEXT, ENDED, ROTATIONS = "journal.key", "journal.next.key", "journal.ended.key", "rotations.jsonl"


@dataclass(frozen=True, slots=True)
class JournalKey:
    """One journal key as it is used: what names it, and what it signs with. It stays itself through a rotation."""

    public_key: bytes
    sign: Callable[[bytes], bytes] = field(repr=False)
    key_id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_id", key_id_of(self.public_key))


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: the end of a key, after the checkpoint that the journal ends with."""

    ending: str
    last_checkpoint: int
    last_digest: str
    at_ms: int
    reason: str

    def is_done_by(self, history: KeyHistory) -> bool:
        """Whether the last rotation is this one, asked for before: that key has ended after that checkpoint."""
        if not history.rotations:
            return False
        last = history.rotations[-1]
        told = (key_id_of(last.old_key), last.from_checkpoint - 1, last.last_checkpoint)
        return told == (self.ending, self.last_checkpoint, self.last_digest)


class KeyHolder(Protocol):
    """What has the journal's key: its folder, a line to the process that has it, or the memory of a test."""

    def refresh(self) -> None:
        """Look which key is in force, however lately that was done."""

    def current(self) -> JournalKey:
        """The key in force now."""

    def rotations(self) -> list[dict[str, Any]]:
        """The statements of the history, oldest first."""

    def rotate(self, order: Order, /) -> dict[str, Any]:
        """End the key in force; the statement. Asked again it gives the same. Raises RotationRefusedError."""


class RotationRefusedError(Exception):
    """The key is not changed; the sentence."""


def public_half(key: Ed25519PrivateKey) -> bytes:
    """The 32 raw bytes of a key's public half."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_of(private: Ed25519PrivateKey) -> JournalKey:
    """A private key in use."""
    return JournalKey(public_half(private), private.sign)


def state_rotation(
    order: Order, held: KeyHistory, old: JournalKey, private: Ed25519PrivateKey
) -> tuple[Rotation, dict[str, Any]]:
    """The statement by which `old` ends and `private` begins, signed by both."""
    told = Rotation(
        number=len(held.rotations) + 1,
        old_key=old.public_key,
        new_key=public_half(private),
        from_checkpoint=order.last_checkpoint + 1,
        last_checkpoint=order.last_digest,
        # Statements stand in order of time, whatever the machine's clock does.
        at_ms=max([order.at_ms, *(each.at_ms for each in held.rotations)]),
        reason=order.reason,
    )
    return told, signed_rotation(told, old.sign(told.ending_message()), private.sign(told.beginning_message()))


class KeyFolder:
    """The key in force and its history. Raises PermissionError where the folder's files do not fit one another."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._seen: tuple[int, int] | None = None
        self._told: list[dict[str, Any]] = []
        self._history: KeyHistory
        self._current: JournalKey
        self._look()

    def refresh(self) -> None:
        """Nothing to do: every use looks."""

    def current(self) -> JournalKey:
        """The key in force: read again where another process has changed it."""
        if self._mark() != self._seen:
            self._look()
        return self._current

    def rotations(self) -> list[dict[str, Any]]:
        """The statements, oldest first."""
        self.current()
        return list(self._told)

    def history(self) -> KeyHistory:
        """The keys and their rotations."""
        self.current()
        return self._history

    def rotate(self, order: Order, /) -> dict[str, Any]:
        """End the key in force and put a new one in its place."""
        with self._locked(make=True):
            self._read()
            if order.is_done_by(self._history):
                return self._told[-1]
            if order.ending != self._current.key_id:
                raise RotationRefusedError(f"the key in force is {self._current.key_id}, not {order.ending}")
            # Durable before anything names it. One that a crash has left is as good as a fresh one.
            private = _private(load_or_make(self._folder / NEXT, _fresh()))
            told, statement = state_rotation(order, self._history, self._current, private)
            held = read_history([*self._told, statement], told.new_key)
            if isinstance(held, HistoryFault):
                raise RotationRefusedError(f"the rotation would not stand: {held.value}")
            self._append(statement)
            self._read()
            return statement

    def _append(self, statement: dict[str, Any]) -> None:
        with (self._folder / ROTATIONS).open("ab") as file:
            file.write(canonical_bytes(statement) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self._folder)

    def _mark(self) -> tuple[int, int] | None:
        try:
            told = (self._folder / ROTATIONS).stat()
        except FileNotFoundError:
            return None
        return told.st_mtime_ns, told.st_size

    def _look(self) -> None:
        if self._mark() is not None:
            with self._locked(make=False):
                self._read()
            return
        # No rotation was ever begun here; one that begins now is seen at the next look.
        private = _private(load_or_make(self._folder / KEY, _fresh()))
        refuse_readable(self._folder)
        self._current, self._seen = key_of(private), None
        self._told, self._history = [], KeyHistory((self._current.public_key,))

    @contextlib.contextmanager
    def _locked(self, *, make: bool) -> Iterator[None]:
        flags = os.O_RDWR | os.O_CREAT if make else os.O_RDONLY
        handle = os.open(self._folder / ROTATIONS, flags, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _read(self) -> None:
        """What the folder holds, after finishing a rotation that a crash has left. Under the lock."""
        told = self._statements()
        private = _private(load_or_make(self._folder / KEY, _fresh()))
        refuse_readable(self._folder)
        held = read_history(told, public_half(private) if not told else None)
        if isinstance(held, HistoryFault):
            raise PermissionError(f"{ROTATIONS} was altered ({held.value}): restore it from a backup")
        if public_half(private) != held.newest:
            private = self._install(held.newest)
        self._destroy()
        self._told, self._history, self._current = told, held, key_of(private)
        self._seen = self._mark()

    def _statements(self) -> list[dict[str, Any]]:
        path = self._folder / ROTATIONS
        content = path.read_bytes()
        # A line cut off by a crash was no rotation.
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) != len(content):
            os.truncate(path, len(whole))
        try:
            return [orjson.loads(line) for line in whole.splitlines()]
        except orjson.JSONDecodeError:
            raise PermissionError(f"{ROTATIONS} was altered: restore it from a backup") from None

    def _install(self, newest: bytes) -> Ed25519PrivateKey:
        """Give the key that the statements lead to its place."""
        made, path = self._folder / NEXT, self._folder / KEY
        private = _private(load_or_make(made, None)) if made.exists() else None
        if private is None or public_half(private) != newest:
            raise PermissionError(
                f"{KEY} is not the key in force (…{newest.hex()[-8:]}): its use was ended by a rotation, "
                "restore the newer one"
            )
        with contextlib.suppress(OSError):
            # A second name for the old one, so that it is found and overwritten even after a crash in the next line.
            (self._folder / ENDED).hardlink_to(path)
        with path.open("r+b") as old:
            made.replace(path)
            sync_folder(self._folder)
            overwrite(old)
        return private

    def _destroy(self) -> None:
        ended = self._folder / ENDED
        if ended.exists():
            with ended.open("r+b") as file:
                overwrite(file)
            ended.unlink()
            sync_folder(self._folder)


def refuse_readable(folder: Path) -> None:
    """Raise PermissionError where others can read a key file."""
    for path in folder.glob("*.key"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mode & 0o077:
                raise PermissionError(f"key file {path.name} is readable by others: chmod 600 it")


def _private(raw: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(raw)


def _fresh() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


class KeyInMemory:
    """A key that lives in memory only; for tests."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._current = key_of(private)
        self._told: list[dict[str, Any]] = []

    def refresh(self) -> None:
        """Nothing to do."""

    def current(self) -> JournalKey:
        """The key in force."""
        return self._current

    def rotations(self) -> list[dict[str, Any]]:
        """The statements, oldest first."""
        return list(self._told)

    def rotate(self, order: Order, /) -> dict[str, Any]:
        """End the key and begin another."""
        held = read_history(self._told, self._current.public_key)
        assert isinstance(held, KeyHistory), "the memory holds what was made here"
        if order.is_done_by(held):
            return self._told[-1]
        if order.ending != self._current.key_id:
            raise RotationRefusedError(f"the key in force is {self._current.key_id}, not {order.ending}")
        private = Ed25519PrivateKey.generate()
        _, statement = state_rotation(order, held, self._current, private)
        self._told.append(statement)
        self._current = key_of(private)
        return statement
