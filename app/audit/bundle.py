"""Writing a bundle: a ZIP of stored files, streamed page by page with flat memory, sealed with a signed manifest.

Nothing is compressed: hashes and salts do not shrink, and a stored file has no bit that could change unseen.
"""

import csv
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from app.domain import bundling
from app.domain.bundling import ChainScope, CheckpointLine, Manifest
from app.domain.cosigning import Cosignature
from app.domain.entries import canonical_bytes, from_milliseconds

CHUNK = 1 << 20
INTRO = """Bidroom audit bundle / 竞价室 审计包

Check it on your own machine, without network or server:
    bidroom verify THIS-FILE.zip --key FINGERPRINT
The fingerprint comes from outside this file: from the tender's notice or the service's key page.
Exit status 0: clean. 1: tampered or damaged, the first bad entry is named. 2: it cannot be checked.

请在自己的电脑上离线核验（无需网络和服务器）：
    bidroom verify 本文件.zip --key 指纹
指纹须取自本文件之外：采购公告或系统公钥页。退出码 0 无异常；1 被改动或损坏，并指出首条异常记录；2 无法核验。

journal.jsonl      every entry as it was stored: body (canonical JSON), hash, salt / 全部记录原文、哈希与盐
journal.csv        the same as a table / 同内容的表格
checkpoints.jsonl  signed roots over all chains / 覆盖全部哈希链的签名检查点
cosignatures.jsonl  what outside witnesses signed of them, if there is one / 外部见证人的联署（如有）
stamps/*.tsr       time stamps of checkpoints (RFC 3161), if an authority is named / 时间戳（如有）
tenders/*.json     the published documents in force / 现行采购文件
openings/*.json    signed records of opened envelopes, with their secrets / 开启记录（含开启密钥）
openings/*.csv     the same as tables: who released when, what was left out, what each package gave / 同内容的表格
reserves/*.json    opened reserve prices with the salt of their commitment / 已开启的保留价（含承诺盐值）
aliases/*.json     who is behind the aliases of the evaluation, by tag / 评审代号与标签的对应
packages/*.bin     the sealed bytes of opened envelopes / 已开启信封的密文
key.json           the public key / 公钥
rotations.json     how earlier keys handed over to it, where there were any / 历次公钥轮换声明（如有）
manifest.json      digests of all files, chains and their ends / 全部文件摘要与各链终点
manifest.sig       signature over manifest.json / 清单签名
"""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes the bundle: the journal's key and the release of the program."""

    public_key: bytes
    key_id: str
    release: str
    sign: Callable[[bytes], bytes]
    # The statements by which earlier keys handed over to this one, oldest first.
    rotations: Sequence[Mapping[str, Any]] = ()


class BundleWriter:
    """Writes one bundle into a file, in order: entries, checkpoints, finish. Every method blocks: use a thread."""

    def __init__(self, path: Path, maker: Maker) -> None:
        self.path = path
        self.entries = 0
        self.checkpoints = 0
        self._maker = maker
        self._digests: dict[str, str] = {}
        # A zip takes one file at a time: the table grows beside it and is copied in afterwards.
        self._raw_table = tempfile.TemporaryFile("w+b", dir=path.parent)  # noqa: SIM115 - closed in finish or discard
        self._table = io.TextIOWrapper(self._raw_table, encoding="utf-8", newline="")
        self._rows = csv.writer(self._table)
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED)
        self._part: _Part | None = None
        self._add(bundling.INTRO, INTRO.encode())
        self._add(bundling.KEY, canonical_bytes(key_members(maker.public_key)))
        if maker.rotations:
            self._add(bundling.ROTATIONS, canonical_bytes(list(maker.rotations)))
        self._rows.writerow(bundling.TABLE_HEAD)

    def add_entries(self, page: Sequence[tuple[bytes, str, bytes]]) -> None:
        """Entries of one chain in order: (body, hash, salt) as stored."""
        lines = b"".join(bundling.journal_line(body, told, salt) + b"\n" for body, told, salt in page)
        self._in(bundling.JOURNAL).write(lines)
        self._rows.writerows(_row(body, told) for body, told, _ in page)
        self.entries += len(page)

    def add_checkpoints(self, page: Sequence[CheckpointLine]) -> None:
        """Checkpoints in order; after the last entry."""
        self._in(bundling.CHECKPOINTS).write(b"".join(line.encode() + b"\n" for line in page))
        self.checkpoints += len(page)

    def add_cosignatures(self, page: Sequence[Cosignature]) -> None:
        """What outside witnesses said of the checkpoints, in order; after the last checkpoint."""
        self._in(bundling.COSIGNATURES).write(b"".join(canonical_bytes(told.as_json()) + b"\n" for told in page))

    def add_file(self, name: str, content: bytes) -> None:
        """A side file, after the last checkpoint; one of a name, however often it is named."""
        self._leave()
        if name not in self._digests:
            self._add(name, content)

    def finish(
        self,
        scope: Mapping[str, Any],
        chains: Sequence[ChainScope],
        documents: Mapping[str, bytes],
        *,
        made_at: int,
    ) -> str:
        """Table, documents, manifest, signature, and the digest over all; returns the SHA-256 of the whole file."""
        for name in (bundling.JOURNAL, bundling.CHECKPOINTS):
            # Both are there, even where nothing was to be said.
            self._in(name)
        self._leave()
        self._add_table()
        for name, content in documents.items():
            self._add(name, content)
        manifest = Manifest(
            scope=scope,
            chains=chains,
            files=dict(self._digests),
            entries=self.entries,
            checkpoints=self.checkpoints,
            made_at=made_at,
            key_id=self._maker.key_id,
            release=self._maker.release,
        )
        content = canonical_bytes(manifest.as_json())
        self._add(bundling.MANIFEST, content)
        signature = self._maker.sign(bundling.manifest_message(content))
        self._add(bundling.SIGNATURE, bundling.signature_file(self._maker.public_key, signature))
        # The comment's place is kept now and filled when every byte before it stands.
        self._zip.comment = b"0" * bundling.COMMENT_BYTES
        self._zip.close()
        self._table.close()
        return _seal(self.path)

    def discard(self) -> None:
        """Throw an unfinished bundle away."""
        if self._part is not None:
            self._part.close()
        self._zip.close()
        self._table.close()
        self.path.unlink(missing_ok=True)

    def _in(self, name: str) -> "_Part":
        if self._part is None or self._part.name != name:
            if name in self._digests:
                return _Part(name, io.BytesIO())
            self._leave()
            self._part = _Part(name, self._open(name))
        return self._part

    def _leave(self) -> None:
        if self._part is not None:
            self._digests[self._part.name] = self._part.close()
            self._part = None

    def _open(self, name: str) -> IO[bytes]:
        # No clock in it: the same journal gives the same bytes. A bundle may pass 4 GiB.
        return self._zip.open(zipfile.ZipInfo(name), "w", force_zip64=True)

    def _add(self, name: str, content: bytes) -> None:
        part = _Part(name, self._open(name))
        part.write(content)
        self._digests[name] = part.close()

    def _add_table(self) -> None:
        self._table.flush()
        self._raw_table.seek(0)
        part = _Part(bundling.TABLE, self._open(bundling.TABLE))
        while chunk := self._raw_table.read(CHUNK):
            part.write(chunk)
        self._digests[bundling.TABLE] = part.close()


class _Part:
    """One file of the bundle while it is written, with its digest."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name = name
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, content: bytes) -> None:
        self._file.write(content)
        self._digest.update(content)

    def close(self) -> str:
        self._file.close()
        return self._digest.hexdigest()


def key_members(public_key: bytes) -> dict[str, str]:
    """The public key as it stands in key.json and on the key page."""
    whole = bundling.fingerprint(public_key)
    return {"algorithm": "Ed25519", "public_key": public_key.hex(), "key_id": whole[:16], "fingerprint": whole}


def _row(body: bytes, told: str) -> list[str]:
    members = orjson.loads(body)
    return bundling.table_row(members, told, from_milliseconds(members["at"]).isoformat(timespec="milliseconds"))


def _seal(path: Path) -> str:
    """Write the digest of every byte before the comment into the comment; returns the digest of the whole file."""
    digest = hashlib.sha256()
    left = path.stat().st_size - bundling.COMMENT_BYTES
    with path.open("r+b") as file:
        while left > 0:
            chunk = file.read(min(CHUNK, left))
            digest.update(chunk)
            left -= len(chunk)
        comment = bundling.COMMENT_PREFIX + digest.hexdigest().encode()
        file.seek(-bundling.COMMENT_BYTES, os.SEEK_END)
        file.write(comment)
        file.flush()
        os.fsync(file.fileno())
    digest.update(comment)
    return digest.hexdigest()
