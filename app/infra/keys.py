"""Keys outside the database: the journal's Ed25519 key and one AES-256-GCM key per purpose, each in a file of its own.

Files are made on the first start with mode 0600 (VISIBILITY.md section 2: the link of supplier to tag is unreadable to
someone who has the database and no keys).
"""

import hashlib
import hmac
import os
import secrets
from collections import Counter
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.key_history import HistoryFault, KeyHistory, read_history
from app.domain.sealing.suite import KeyPair, derive_key_pair, hkdf
from app.infra.key_files import ERASED, load_or_make
from app.infra.key_folder import JournalKey, KeyFolder, KeyHolder, KeyInMemory, Order, refuse_readable
from app.infra.signer_line import SignerLine

NONCE_BYTES = 12
PURPOSES = ("vault", "scoring", "reserve")


def short_name(public_key: bytes) -> str:
    """Short name of a key on receipts and checkpoints: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


class Keys:
    """Signs receipts and checkpoints; seals and unseals what VISIBILITY.md keeps from readers of the database."""

    def __init__(
        self,
        holder: KeyHolder,
        ciphers: dict[str, AESGCM],
        *,
        lookup_key: bytes,
        lock_master: bytes,
    ) -> None:
        self._holder = holder
        # The signer outside, if there is one: it also decides which checkpoints it signs (domain/signing.py).
        self.outside = holder if isinstance(holder, SignerLine) else None
        self._ciphers = ciphers
        self._lookup_key = lookup_key
        self._lock_master = lock_master
        # How many sealed values were opened, by key, since they were last told (identity/vault.py).
        self._opened: Counter[str] = Counter()

    @property
    def journal(self) -> JournalKey:
        """The journal's key in force. Take it once for what names a key and is signed: it may change in between."""
        return self._holder.current()

    @property
    def public_key(self) -> bytes:
        """The public half of the journal's key in force."""
        return self.journal.public_key

    @property
    def public_key_hex(self) -> str:
        """The same in hex."""
        return self.public_key.hex()

    @property
    def key_id(self) -> str:
        """Its short name."""
        return self.journal.key_id

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature (64 bytes) by the key in force."""
        return self.journal.sign(message)

    def refresh(self) -> None:
        """Look which key is in force; a line to a signer else knows it some seconds late."""
        self._holder.refresh()

    def rotations(self) -> list[dict[str, Any]]:
        """The statements by which one journal key handed over to the next, oldest first; as anybody may have them."""
        return self._holder.rotations()

    def history(self) -> KeyHistory:
        """The journal's keys, oldest first. Raises PermissionError where the holder's statements are none."""
        told = self.rotations()
        held = read_history(told, None if told else self.public_key)
        if isinstance(held, HistoryFault):
            raise PermissionError(f"the rotations of the journal's key do not stand: {held.value}")
        return held

    def rotate(self, order: Order) -> dict[str, Any]:
        """End the journal's key and begin another (journal/rotating.py)."""
        return self._holder.rotate(order)

    def lookup(self, text: str) -> str:
        """HMAC-SHA256 in hex: finds a sealed value by its text without storing the text."""
        return hmac.new(self._lookup_key, text.encode(), hashlib.sha256).hexdigest()

    def server_lock(self, round_id: str) -> KeyPair:
        """The server's lock of one sealed round: the same pair whenever asked, another for every round."""
        return derive_key_pair(hkdf(self._lock_master, f"server-lock|{round_id}"))

    def seal(self, purpose: str, plaintext: bytes, aad: bytes) -> bytes:
        """nonce || AES-256-GCM ciphertext under the purpose's key, bound to ``aad``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._ciphers[purpose].encrypt(nonce, plaintext, aad)

    def unseal(self, purpose: str, sealed: bytes, aad: bytes) -> bytes:
        """The plaintext; raises ValueError if the bytes, the purpose or ``aad`` are not those of the sealing."""
        self._opened[purpose] += 1
        try:
            return self._ciphers[purpose].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except InvalidTag:
            raise ValueError("sealed value does not open") from None

    def take_counts(self) -> dict[str, int]:
        """How many sealed values were opened since this was last asked, by purpose."""
        taken, self._opened = self._opened, Counter()
        return dict(taken)


def erase_key(folder: Path, name: str) -> None:
    """Write over a key in its file, and leave a mark there. Copies of the folder are the operator's to destroy."""
    path = folder / f"{name}.key"
    for content in (secrets.token_bytes(path.stat().st_size), ERASED):
        with path.open("r+b") as file:
            file.truncate(file.write(content))
            file.flush()
            os.fsync(file.fileno())


def load_keys(folder: Path, outside: SignerLine | None = None) -> Keys:
    """Read the key files of a deployment, making them on the first start. Raises PermissionError if others can read
    them, one was erased, or the journal's key still lies here although a signer outside has it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if outside is not None and (folder / "journal.key").exists():
        raise PermissionError("journal.key lies beside the service although a signer is set: move it to the signer")
    holder: KeyHolder = KeyFolder(folder) if outside is None else outside
    ciphers = {
        purpose: AESGCM(load_or_make(folder / f"{purpose}.key", secrets.token_bytes(32))) for purpose in PURPOSES
    }
    lookup_key = load_or_make(folder / "lookup.key", secrets.token_bytes(32))
    lock_master = load_or_make(folder / "lock.key", secrets.token_bytes(32))
    refuse_readable(folder)
    return Keys(holder, ciphers, lookup_key=lookup_key, lock_master=lock_master)


def make_keys() -> Keys:
    """Keys that live in memory only; for tests."""
    ciphers = {purpose: AESGCM(secrets.token_bytes(32)) for purpose in PURPOSES}
    masters = {"lookup_key": secrets.token_bytes(32), "lock_master": secrets.token_bytes(32)}
    return Keys(KeyInMemory(Ed25519PrivateKey.generate()), ciphers, **masters)
