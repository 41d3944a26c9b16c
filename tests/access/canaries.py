"""Canaries and the search for them: unique values put into the data, looked for in every byte that leaves.

A canary is searched as text, in minor units, as a float, grouped, percent-encoded, as base64 at three offsets, in hex,
in UTF-16 and inside decompressed zip and gzip, and in the words of a PDF (attacks.md, ground rules).
"""

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from urllib.parse import quote

import pypdfium2 as pdfium

# Shorter than this a base64 middle would be found by chance.
LEAST_DIGITS = 7
LEAST_BASE64 = 6


@dataclass(frozen=True)
class Canary:
    """One marked value. `what` is its datum's nickname (see rules.py), `owner` whose it is: a supplier's key or ""."""

    what: str
    owner: str
    text: str
    is_amount: bool = False

    @cached_property
    def forms(self) -> tuple[bytes, ...]:
        """Every byte string that gives the value away."""
        texts = set(_amount_texts(self.text)) if self.is_amount else {self.text}
        found: set[bytes] = set()
        for text in texts:
            found |= set(_encodings(text))
        return tuple(sorted(found))


def _amount_texts(text: str) -> Iterator[str]:
    amount = Decimal(text)
    yield text
    # Minor units, and the ten-thousandths of the database; five digits stand in a megabyte of digests by chance.
    yield from (form for form in (str(int(amount * 100)), str(int(amount * 10_000))) if len(form) >= LEAST_DIGITS)
    yield repr(float(amount))
    yield f"{amount:,}"
    yield f"{amount:,}".replace(",", " ")


def _encodings(text: str) -> Iterator[bytes]:
    plain = text.encode()
    yield plain
    yield quote(text, safe="").encode()
    yield json.dumps(text)[1:-1].encode()
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield from _base64_middles(plain)


def _base64_middles(plain: bytes) -> Iterator[bytes]:
    """What stays the same of a base64 text wherever in it the value begins."""
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + plain)
        first = -(-offset * 4 // 3) if offset else 0
        last = len(text) - (4 if (offset + len(plain)) % 3 else 0)
        middle = text[first:last]
        if len(middle) >= LEAST_BASE64:
            yield middle
            yield middle.translate(bytes.maketrans(b"+/", b"-_"))


def unpacked(body: bytes) -> Iterator[bytes]:
    """The bytes, and what is inside where they are a zip, a gzip or a deflated stream."""
    yield body
    if body[:2] == b"PK":
        yield from _unzipped(body)
    elif body[:2] == b"\x1f\x8b":
        yield from unpacked(gzip.decompress(body))
    elif body[:5] == b"%PDF-":
        yield from _words_of(body)
    elif body[:1] == b"\x78":
        try:
            yield zlib.decompress(body)
        except zlib.error:
            return


def _words_of(body: bytes) -> Iterator[bytes]:
    """What a reader can select and copy, page by page, and what the document says of itself. A word that is broken at
    the end of a line is put together again."""
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError:
        # An original as it was sent: its bytes have been looked through.
        return
    try:
        yield json.dumps(document.get_metadata_dict(), ensure_ascii=False).encode()
        for page in document:
            text = page.get_textpage().get_text_bounded()
            lines = text.splitlines()
            yield from (joint.join(lines).encode() for joint in ("\n", " ", ""))
    finally:
        document.close()


def _unzipped(body: bytes) -> Iterator[bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except zipfile.BadZipFile:
        # Two bytes of a ciphertext, by chance.
        return
    with archive:
        for name in archive.namelist():
            yield name.encode()
            yield from unpacked(archive.read(name))


class Aviary:
    """All canaries of a world."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self.canaries = list(canaries)
        # Pages, items and headers repeat by the thousand: each is searched once.
        self._searched: dict[bytes, frozenset[Canary]] = {}
        self._forms: list[tuple[bytes, Canary]] = []

    def add(self, *canaries: Canary) -> None:
        """Canaries that came into being on the way: tags, labels, receipts."""
        self.canaries.extend(canaries)
        self._searched.clear()
        self._forms.clear()

    def found_in(self, body: bytes, among: frozenset[Canary] | None = None) -> frozenset[Canary]:
        """Every canary the bytes give away; ``among``: those the whole has, where the bytes are a part of it."""
        if body not in self._searched and among is not None:
            self._searched[body] = frozenset(one for one in among if any(form in body for form in one.forms))
        elif body not in self._searched:
            # One flat list: sixty million times a generator costs more than the search.
            self._forms = self._forms or [(form, canary) for canary in self.canaries for form in canary.forms]
            self._searched[body] = frozenset(
                canary for part in unpacked(body) for canary in [of for form, of in self._forms if form in part]
            )
        return self._searched[body]
