"""Keys outside the database: the journal's Ed25519 key and one AES-256-GCM key per purpose, each in a file of its own.

Files are made on the first start with mode 0600 (VISIBILITY.md section 2: the link of supplier to tag is unreadable to
someone who has the database and no keys).
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from collections import Counter
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.domain.sealing.suite import KeyPair, derive_key_pair, hkdf
from app.infra.signer_line import SignerLine

NONCE_BYTES = 12
KEY_BYTES = 32
# Of 32 random bytes fewer than 8 different ones come about once in 10**30; zeros or "changeme…" have few.
LEAST_DIFFERENT = 8
PURPOSES = ("vault", "scoring", "reserve")
# What a file holds whose key was erased: it is not made anew.
ERASED = b"erased"


class SigningKey(Protocol):
    """What signs with the journal's key: the key itself, or a line to the process that has it."""

    def sign(self, message: bytes, /) -> bytes:
        """Ed25519 signature (64 bytes)."""


def public_half(key: Ed25519PrivateKey) -> bytes:
    """The 32 raw bytes of a key's public half."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def short_name(public_key: bytes) -> str:
    """Short name of a key on receipts and checkpoints: the first 8 bytes of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]


class Keys:
    """Signs receipts and checkpoints; seals and unseals what VISIBILITY.md keeps from readers of the database."""

    def __init__(
        self,
        signer: Ed25519PrivateKey | SignerLine,
        ciphers: dict[str, AESGCM],
        *,
        lookup_key: bytes,
        lock_master: bytes,
    ) -> None:
        self._signer: SigningKey = signer
        # The signer outside, if there is one: it also decides which checkpoints it signs (domain/signing.py).
        self.outside = signer if isinstance(signer, SignerLine) else None
        self._ciphers = ciphers
        self._lookup_key = lookup_key
        self._lock_master = lock_master
        # How many sealed values were opened, by key, since they were last told (identity/vault.py).
        self._opened: Counter[str] = Counter()
        self.public_key = signer.public_key if isinstance(signer, SignerLine) else public_half(signer)
        self.public_key_hex = self.public_key.hex()
        self.key_id = short_name(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature (64 bytes)."""
        return self._signer.sign(message)

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


def _name(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        # A volume without hard links: two first starts at once are told apart by nobody there.
        draft.rename(path)


def _load_or_make(path: Path, fresh: bytes) -> bytes:
    """The key of a file; a missing file is made whole or not at all, so that a full disk leaves no empty key behind."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(fresh)
                file.flush()
                os.fsync(file.fileno())
            # Whoever is first names it; a second process that starts now reads the first one's.
            with contextlib.suppress(FileExistsError):
                _name(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    held = path.read_bytes()
    if held == ERASED:
        raise PermissionError(f"key file {path.name} was erased: nobody can sign in any more; bundles still verify")
    if len(held) != KEY_BYTES or len(set(held)) < LEAST_DIFFERENT:
        raise PermissionError(
            f"key file {path.name} holds no random key of {KEY_BYTES} bytes: restore it from a backup"
        )
    return held


def erase_key(folder: Path, name: str) -> None:
    """Write over a key in its file, and leave a mark there. Copies of the folder are the operator's to destroy."""
    path = folder / f"{name}.key"
    for content in (secrets.token_bytes(path.stat().st_size), ERASED):
        with path.open("r+b") as file:
            file.truncate(file.write(content))
            file.flush()
            os.fsync(file.fileno())


def _refuse_readable(folder: Path) -> None:
    for path in folder.glob("*.key"):
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"key file {path.name} is readable by others: chmod 600 it")


def load_journal_key(folder: Path) -> Ed25519PrivateKey:
    """The journal's key in its folder, made on the first start. Raises PermissionError if others can read it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    key = Ed25519PrivateKey.from_private_bytes(_load_or_make(folder / "journal.key", raw))
    _refuse_readable(folder)
    return key


def load_keys(folder: Path, outside: SignerLine | None = None) -> Keys:
    """Read the key files of a deployment, making them on the first start. Raises PermissionError if others can read
    them, one was erased, or the journal's key still lies here although a signer outside has it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if outside is not None and (folder / "journal.key").exists():
        raise PermissionError("journal.key lies beside the service although a signer is set: move it to the signer")
    signer = load_journal_key(folder) if outside is None else outside
    ciphers = {
        purpose: AESGCM(_load_or_make(folder / f"{purpose}.key", secrets.token_bytes(32))) for purpose in PURPOSES
    }
    lookup_key = _load_or_make(folder / "lookup.key", secrets.token_bytes(32))
    lock_master = _load_or_make(folder / "lock.key", secrets.token_bytes(32))
    _refuse_readable(folder)
    return Keys(signer, ciphers, lookup_key=lookup_key, lock_master=lock_master)


def make_keys() -> Keys:
    """Keys that live in memory only; for tests."""
    ciphers = {purpose: AESGCM(secrets.token_bytes(32)) for purpose in PURPOSES}
    masters = {"lookup_key": secrets.token_bytes(32), "lock_master": secrets.token_bytes(32)}
    return Keys(Ed25519PrivateKey.generate(), ciphers, **masters)
