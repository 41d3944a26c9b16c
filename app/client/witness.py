"""An outside witness at work: it looks at a service's checkpoints, cosigns what continues what it cosigned before, and
raises an alarm where something else is shown (domain/cosigning.py).

Its folder holds `witness.key` (0600), `journal.pin` (the public key of the journal that it was told to watch),
`cosigned.jsonl` (every checkpoint it ever cosigned, with the journal's signature and its own; durable before it leaves
the house) and `alarms.jsonl` (what it refused, with everything it was shown). After an alarm it goes on refusing: a
service that shows the true history again is watched on.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.checkpointing import Statement, is_signed, statement_from
from app.domain.cosigning import (
    Alarm,
    Cosignature,
    CosignatureFault,
    Refusal,
    asking_message,
    cosignature_for,
    decide_cosigning,
    decide_same,
    is_fork_proof,
    read_cosignature,
)
from app.domain.entries import canonical_bytes
from app.domain.fingerprints import key_in, names_key
from app.domain.key_history import SENTENCES, HistoryFault, KeyHistory, follow
from app.domain.sealing.receipt import key_id_of

KEY, PIN, MEMORY, ALARMS = "witness.key", "journal.pin", "cosigned.jsonl", "alarms.jsonl"
STATEMENTS: Final = "/api/witness/checkpoints"
COSIGNATURES: Final = "/api/witness/cosignatures"
PUBLISHED: Final = "/api/audit/key"
SECONDS: Final = 20.0
# A page of 500 statements is some 250 kB; what is larger is no answer.
LARGEST_ANSWER: Final = 1 << 23
# The service takes no more at once.
BATCH: Final = 500
KEY_BYTES: Final = 32


class WitnessError(Exception):
    """The witness cannot work: its folder, or what the service answers. The message is the sentence."""


class AwayError(WitnessError):
    """The service does not answer, or not as a service does: it is asked again later."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint with the journal's signature."""

    statement: Statement
    signature: bytes

    def as_json(self) -> dict[str, Any]:
        """As it stands in files."""
        return {"statement": self.statement.as_json(), "sig": self.signature.hex()}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the service answered; `keys`: the journal's, as far as they could be followed."""

    checkpoints: Sequence[Seen]
    rotations: object
    keys: KeyHistory


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one look: how many checkpoints were cosigned, and the alarm if there was one; `is_proven`: the
    journal's own key signed two checkpoints of one number, and the evidence needs no witness to be believed."""

    cosigned: int
    last: Statement | None
    refusal: Refusal | None = None
    is_proven: bool = False


def make_key(folder: Path) -> bytes:
    """Make a witness's key in a folder that has none; its public half. Raises WitnessError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_bytes(KEY_BYTES)
    try:
        descriptor = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise WitnessError(f"{KEY} cannot be made: {error.strerror}") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return _public(Ed25519PrivateKey.from_private_bytes(secret))


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def load_key(folder: Path) -> Ed25519PrivateKey:
    """The key of a folder. Raises WitnessError where there is none, or others may read it."""
    path = folder / KEY
    try:
        mode, secret = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise WitnessError(f"{KEY} cannot be read: {error.strerror}") from None
    if mode & 0o077:
        raise WitnessError(f"{KEY} can be read by others: chmod 600 it, or make a new one")
    if len(secret) != KEY_BYTES:
        raise WitnessError(f"{KEY} holds no key")
    return Ed25519PrivateKey.from_private_bytes(secret)


class Witness:
    """The key, the memory and the service it watches. One process alone has the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = load_key(folder)
        self.public_key = _public(self._key)
        self._file = (folder / MEMORY).open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise WitnessError("another witness has this folder") from None
        try:
            self._seen, self._waiting = self._read_memory()
        except WitnessError:
            self._file.close()
            raise

    def close(self) -> None:
        """Let go of the folder."""
        self._file.close()

    @property
    def last(self) -> Statement | None:
        """The checkpoint that was cosigned last."""
        return None if self._seen is None else self._seen.statement

    async def look(self, client: httpx.AsyncClient, now_ms: Callable[[], int], pin: str = "") -> Look:
        """Look once: what is new is cosigned and handed over; what does not follow raises an alarm.

        ``client`` has the address of the service, ``now_ms`` gives the witness's own clock (UTC ms). ``pin``: at the
        first look the fingerprint of the journal's key, as it was told by other ways than the service.
        Raises AwayError, WitnessError.
        """
        pinned = await self._pinned(client, pin)
        before = 0
        while True:
            # What was cosigned last is asked for again each time: it must still be there.
            after = 0 if self.last is None else self.last.n - 1
            shown, rotations = await self._ask(client, after, now_ms())
            keys = follow(pinned, rotations)
            if isinstance(keys, HistoryFault):
                # The key it knows is the only one left to weigh the evidence with.
                answer = _Shown(shown, rotations, KeyHistory((pinned,)))
                return self._alarm(Refusal(Alarm.OTHER_KEY, SENTENCES[keys]), answer, before, now_ms())
            if self.last is not None:
                refusal = decide_same(self.last, shown[0].statement if shown else None)
                if refusal is not None:
                    return self._alarm(refusal, _Shown(shown, rotations, keys), before, now_ms())
                shown = shown[1:]
            cosigned, refusal = self._cosign(shown, keys, now_ms())
            before += cosigned
            await self._hand_over(client, now_ms())
            if refusal is not None:
                return self._alarm(refusal, _Shown(shown, rotations, keys), before, now_ms())
            if not shown:
                return Look(before, self.last)

    def _cosign(self, shown: Sequence[Seen], keys: KeyHistory, now_ms: int) -> tuple[int, Refusal | None]:
        """Sign what follows, durable before anything leaves; how many. The first that does not follow ends it."""
        refusal, lines = None, []
        for seen in shown:
            refusal = decide_cosigning(self.last, seen.statement, seen.signature, keys, now_ms)
            if refusal is not None:
                break
            core = cosignature_for(seen.statement, self.public_key, now_ms)
            told = Cosignature(core.witness, core.journal, core.n, core.digest, now_ms, self._key.sign(core.message()))
            line = {**seen.as_json(), "cosignature": told.as_json()}
            lines.append(canonical_bytes(line) + b"\n")
            self._waiting.append(told)
            self._seen = seen
        if lines:
            self._file.write(b"".join(lines))
            self._file.flush()
            os.fsync(self._file.fileno())
        return len(lines), refusal

    async def _hand_over(self, client: httpx.AsyncClient, now_ms: int) -> None:
        while self._waiting:
            batch = self._waiting[:BATCH]
            body = {"cosignatures": [told.as_json() for told in batch]}
            headers = self._signed(COSIGNATURES, now_ms) | {"Content-Type": "application/json"}
            await self._call(client, "POST", COSIGNATURES, headers, orjson.dumps(body))
            del self._waiting[: len(batch)]

    async def _ask(self, client: httpx.AsyncClient, after: int, now_ms: int) -> tuple[list[Seen], object]:
        path = f"{STATEMENTS}?after={after}"
        value = await self._call(client, "GET", path, self._signed(path, now_ms))
        try:
            shown = [
                Seen(statement_from(each["statement"]), bytes.fromhex(each["sig"])) for each in value["checkpoints"]
            ]
            return shown, value["rotations"]
        except (ValueError, KeyError, TypeError):
            raise AwayError("the service's answer is not one of checkpoints") from None

    async def _pinned(self, client: httpx.AsyncClient, pin: str) -> bytes:
        """The journal's key that this witness watches: the folder's, or at the first look the one with this print."""
        path = self.folder / PIN
        if path.exists():
            held = key_in(path.read_bytes())
            if held is None:
                raise WitnessError(f"{PIN} holds no public key")
            return held
        if not pin:
            raise WitnessError("tell the fingerprint of the journal's key the first time: --journal-key")
        published = await self._call(client, "GET", PUBLISHED, {})
        key = key_in(orjson.dumps(published))
        if key is None or not names_key(key, pin):
            raise WitnessError("the service's journal key does not have this fingerprint")
        path.write_bytes(canonical_bytes({"algorithm": "Ed25519", "public_key": key.hex()}) + b"\n")
        return key

    def _signed(self, path: str, now_ms: int) -> dict[str, str]:
        signature = self._key.sign(asking_message(path, now_ms)).hex()
        return {"Authorization": f"Bidroom-Witness {key_id_of(self.public_key)}.{now_ms}.{signature}"}

    async def _call(
        self, client: httpx.AsyncClient, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Any:
        content = bytearray()
        try:
            async with client.stream(method, path, headers=dict(headers), content=body or None) as answer:
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    if len(content) > LARGEST_ANSWER:
                        raise AwayError("the service's answer is too large")
        except httpx.HTTPError as error:
            raise AwayError(f"the service does not answer: {type(error).__name__}") from None
        try:
            value = orjson.loads(bytes(content))
        except ValueError:
            raise AwayError(f"the service answers {answer.status_code} and no JSON") from None
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise WitnessError("the service does not know this witness (BIDROOM_WITNESSES), or the clocks differ")
        if answer.status_code != HTTPStatus.OK:
            code = value.get("code") if isinstance(value, dict) else None
            raise AwayError(f"the service refuses: {answer.status_code} {code or ''}".rstrip())
        return value

    def _alarm(self, refusal: Refusal, answer: _Shown, cosigned: int, now_ms: int) -> Look:
        last = None if self._seen is None else self._seen.as_json()
        others = [seen.as_json() for seen in answer.checkpoints[:BATCH]]
        is_proven = last is not None and any(is_fork_proof(last, other, answer.keys) for other in others)
        line = {
            "at": now_ms,
            "alarm": refusal.alarm.value,
            "sentence": refusal.sentence,
            "is_proven": is_proven,
            "last": last,
            "shown": others,
            "rotations": answer.rotations if isinstance(answer.rotations, list) else None,
        }
        with (self.folder / ALARMS).open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return Look(cosigned, self.last, refusal, is_proven=is_proven)

    def _read_memory(self) -> tuple[Seen | None, list[Cosignature]]:
        """The last checkpoint, and those that may not have been handed over: the newest page of them is said again,
        which costs the service a look. A line cut off by a crash never left the house, and goes."""
        last: Seen | None = None
        told, whole = list[Cosignature](), 0
        self._file.seek(0)
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                value = json.loads(line)
                seen = Seen(statement_from(value["statement"]), bytes.fromhex(value["sig"]))
                cosigned = read_cosignature(value["cosignature"])
            except (ValueError, KeyError, TypeError):
                raise WitnessError(f"a line of {MEMORY} is no cosigned checkpoint") from None
            statement, before = seen.statement, None if last is None else last.statement
            follows = before is None or (statement.n == before.n + 1 and statement.prev == before.digest())
            if isinstance(cosigned, CosignatureFault) or not follows or cosigned.digest != statement.digest():
                raise WitnessError(f"checkpoint {statement.n} of {MEMORY} does not follow the line before it")
            last = seen
            told = [*told[-BATCH + 1 :], cosigned]
        if told and not is_signed(self.public_key, told[-1].message(), told[-1].signature):
            raise WitnessError(f"the last line of {MEMORY} is not what this key signed")
        self._file.truncate(whole)
        return last, told
