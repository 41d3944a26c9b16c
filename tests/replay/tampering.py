"""Hands that change a bundle: with a text editor, with a program that knows the format, and with a key of their own."""

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.domain import bundling
from app.domain.bundling import CheckpointLine, fold_leaves, journal_line, parse_checkpoint_line, split_line
from app.domain.checkpointing import Head, LeafTree, Statement
from app.domain.entries import GENESIS, canonical_bytes, entry_hash


@dataclass
class Line:
    """One entry of the bundle, opened."""

    body: dict[str, Any]
    hash: str
    salt: bytes

    def encode(self) -> bytes:
        """As it stands in the file."""
        return journal_line(canonical_bytes(self.body), self.hash, self.salt)

    def rehash(self) -> None:
        """Give it the hash of its content."""
        self.hash = entry_hash(self.salt, canonical_bytes(self.body))


def read_files(bundle: Path) -> dict[str, bytes]:
    """Every file of a bundle."""
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_files(files: dict[str, bytes], path: Path) -> Path:
    """A bundle packed by hand: no comment, another method."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def read_lines(files: dict[str, bytes]) -> list[Line]:
    """The entries of a bundle."""
    parts = [split_line(line) for line in files[bundling.JOURNAL].splitlines()]
    return [Line(orjson.loads(body), told, salt) for body, told, salt in parts]


def rechain(lines: Sequence[Line]) -> None:
    """Number, link and hash every chain anew, as an insider with the database would."""
    ends: dict[str, tuple[int, str]] = {}
    for line in lines:
        seq, prev = ends.get(line.body["chain"], (0, GENESIS))
        line.body.update(seq=seq + 1, prev=prev)
        line.rehash()
        ends[line.body["chain"]] = (seq + 1, line.hash)


def remake_manifest(files: dict[str, bytes], sign: Callable[[bytes], bytes] | None = None) -> None:
    """Make the manifest fit the files; signed by whoever holds the pen, or with the old signature left in place."""
    manifest = orjson.loads(files[bundling.MANIFEST])
    named = [name for name in files if name not in (bundling.MANIFEST, bundling.SIGNATURE)]
    manifest["files"] = {name: hashlib.sha256(files[name]).hexdigest() for name in named}
    lines = read_lines(files)
    ends = {line.body["chain"]: (line.body["seq"], line.hash) for line in lines}
    for chain in manifest["chains"]:
        if chain["chain"] in ends:
            chain["seq"], chain["hash"] = ends[chain["chain"]]
    manifest["entries"] = len(lines)
    files[bundling.MANIFEST] = canonical_bytes(manifest)
    if sign is not None:
        public_key = bytes.fromhex(orjson.loads(files[bundling.KEY])["public_key"])
        signature = sign(bundling.manifest_message(files[bundling.MANIFEST]))
        files[bundling.SIGNATURE] = bundling.signature_file(public_key, signature)


def change(bundle: Path, path: Path, edit: Callable[[list[Line]], None], *, insider: bool) -> Path:
    """The bundle with its entries edited; an insider re-chains them and makes the manifest fit."""
    files = read_files(bundle)
    lines = read_lines(files)
    edit(lines)
    if insider:
        rechain(lines)
    files[bundling.JOURNAL] = b"".join(line.encode() + b"\n" for line in lines)
    if insider:
        remake_manifest(files)
    return write_files(files, path)


def forge_key(files: dict[str, bytes]) -> Ed25519PrivateKey:
    """A key of the forger's own, put into the bundle."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    told = {"algorithm": "Ed25519", "public_key": public.hex(), "fingerprint": bundling.fingerprint(public)}
    files[bundling.KEY] = canonical_bytes({**told, "key_id": told["fingerprint"][:16]})
    manifest = orjson.loads(files[bundling.MANIFEST])
    files[bundling.MANIFEST] = canonical_bytes({**manifest, "key_id": told["fingerprint"][:16]})
    return key


def resign_all(
    files: dict[str, bytes], sign: Callable[[bytes], bytes] | None = None, *, is_extended: bool = True
) -> None:
    """Every signature made anew over heads that fit: with the journal's own key, or with one of the forger's.

    The last checkpoint then covers every chain to its end, unless told otherwise.
    """
    sign = sign or forge_key(files).sign
    key_id = orjson.loads(files[bundling.KEY])["key_id"]
    ends = {(line.body["chain"], line.body["seq"]): line.hash for line in read_lines(files)}
    # Lines stand in order: the last number of a chain wins.
    last = dict(ends.keys())
    told, prev = [], "0" * 64
    tree = LeafTree()

    def fit(head: Head) -> Head:
        seq = min(head.seq, last[head.chain])
        return Head(head.chain, seq, ends[head.chain, seq])

    raws = files[bundling.CHECKPOINTS].splitlines()
    names: list[str] = []
    heads: dict[str, int] = {}
    for raw in raws:
        line = parse_checkpoint_line(raw)
        parts = [
            [(at, fit(leaf) if isinstance(leaf, Head) else leaf) for at, leaf in pairs]
            for pairs in (line.added, line.replaced)
        ]
        for at, leaf in parts[0]:
            names.insert(at, leaf.chain if isinstance(leaf, Head) else "")
        heads |= {leaf.chain: leaf.seq for pairs in parts for _, leaf in pairs if isinstance(leaf, Head)}
        if is_extended and raw is raws[-1]:
            short = [name for name in heads if heads[name] < last.get(name, 0)]
            ahead = {name: Head(name, last[name], ends[name, last[name]]) for name in short}
            parts = [[(at, ahead.pop(names[at], leaf)) for at, leaf in pairs] for pairs in parts]
            parts[1] += [(names.index(name), head) for name, head in ahead.items()]
        fresh = CheckpointLine(line.statement, b"", *parts)
        fold_leaves(tree, fresh)
        old = line.statement
        new = Statement(old.n, old.at_ms, old.reason, old.chains, old.entries, tree.root().hex(), prev, key_id)
        prev = new.digest()
        told.append(CheckpointLine(new, sign(new.message()), *parts).encode())
    files[bundling.CHECKPOINTS] = b"".join(line + b"\n" for line in told)
    remake_manifest(files, sign)
