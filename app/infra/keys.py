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

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.domain.sealing.suite import KeyPair, derive_key_pair, hkdf

NONCE_BYTES = 12
PURPOSES = ("vault", "scoring", "reserve")
# What a file holds whose key was erased: it is not made anew.
ERASED = b"erased"


class Keys:
    """Signs receipts and checkpoints; seals and unseals what VISIBILITY.md keeps from readers of the database."""

    def __init__(
        self, signer: Ed25519PrivateKey, ciphers: dict[str, AESGCM], *, lookup_key: bytes, lock_master: bytes
    ) -> None:
        self._signer = signer
        self._ciphers = ciphers
        self._lookup_key = lookup_key
        self._lock_master = lock_master
        # How many sealed values were opened, by key, since they were last told (identity/vault.py).
        self._opened: Counter[str] = Counter()
        self.public_key = signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public_key_hex = self.public_key.hex()
        # Short name of the key on receipts: the first 8 bytes of its SHA-256.
        self.key_id = hashlib.sha256(self.public_key).hexdigest()[:16]

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


def _load_or_make(path: Path, fresh: bytes) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        held = path.read_bytes()
        if held == ERASED:
            raise PermissionError(
                f"key file {path.name} was erased: nobody can sign in any more; bundles still verify"
            ) from None
        return held
    with os.fdopen(descriptor, "wb") as file:
        file.write(fresh)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def erase_key(folder: Path, name: str) -> None:
    """Write over a key in its file, and leave a mark there. Copies of the folder are the operator's to destroy."""
    path = folder / f"{name}.key"
    for content in (secrets.token_bytes(path.stat().st_size), ERASED):
        with path.open("r+b") as file:
            file.truncate(file.write(content))
            file.flush()
            os.fsync(file.fileno())


def load_keys(folder: Path) -> Keys:
    """Read the key files of a deployment, making them on the first start. Raises PermissionError if others can read
    them, or one was erased."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    signer = Ed25519PrivateKey.from_private_bytes(_load_or_make(folder / "journal.key", raw))
    ciphers = {
        purpose: AESGCM(_load_or_make(folder / f"{purpose}.key", secrets.token_bytes(32))) for purpose in PURPOSES
    }
    lookup_key = _load_or_make(folder / "lookup.key", secrets.token_bytes(32))
    lock_master = _load_or_make(folder / "lock.key", secrets.token_bytes(32))
    for path in folder.glob("*.key"):
        if path.stat().st_mode & 0o077:
            raise PermissionError(f"key file {path.name} is readable by others: chmod 600 it")
    return Keys(signer, ciphers, lookup_key=lookup_key, lock_master=lock_master)


def make_keys() -> Keys:
    """Keys that live in memory only; for tests."""
    ciphers = {purpose: AESGCM(secrets.token_bytes(32)) for purpose in PURPOSES}
    masters = {"lookup_key": secrets.token_bytes(32), "lock_master": secrets.token_bytes(32)}
    return Keys(Ed25519PrivateKey.generate(), ciphers, **masters)
