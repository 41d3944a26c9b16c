"""Is this upload a PDF, PNG or JPEG, told by its content alone? VISIBILITY.md section 4, attacks.md D07, D08, D10.

An allow-list with bounds: a file that is two things at once, carries script or files, or unfolds to a wall of pixels is
none of ours. File names and declared types are not looked at.
"""

import re
from enum import StrEnum

# Enough for an A3 page scanned at 600 dpi.
MOST_PIXELS = 100_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_JPEG = b"\xff\xd8\xff"
_JPEG_END = b"\xff\xd9"
_PDF = re.compile(rb"%PDF-(1\.[0-9]|2\.0)[\r\n ]")
# Active or embedded content; long names only, since two letters occur in compressed streams by chance.
_PDF_FORBIDDEN = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
# Readers take what follows the end mark for another file: an archive or a page is found by its own end or beginning.
_PDF_TAIL = 2048
_ZIP_MARKS = (b"PK\x05\x06", b"PK\x03\x04")
# Start-of-frame markers of JPEG that carry height and width (all but DHT, JPG and DAC of the C0 row).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length behind them.
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


class MediaType(StrEnum):
    """What evidence may be."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


EXTENSIONS = {MediaType.PDF: "pdf", MediaType.PNG: "png", MediaType.JPEG: "jpg"}


def media_type_of(data: bytes) -> MediaType | None:
    """The type of a whole file by its content, or None if it is none of ours."""
    if data.startswith(_PNG):
        return MediaType.PNG if _is_png(data) else None
    if data.startswith(_JPEG):
        return MediaType.JPEG if _is_jpeg(data) else None
    return MediaType.PDF if _is_pdf(data) else None


def _is_pdf(data: bytes) -> bool:
    if not _PDF.match(data) or b"%%EOF" not in data[-_PDF_TAIL:]:
        return False
    if any(mark in data[-_PDF_TAIL:] for mark in _ZIP_MARKS):
        return False
    return _PDF_FORBIDDEN.search(data) is None


def _is_png(data: bytes) -> bool:
    # The header chunk comes first and the end chunk last: nothing stands behind the picture.
    if data[12:16] != b"IHDR" or not data.endswith(_PNG_END):
        return False
    return _is_bounded(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))


def _is_jpeg(data: bytes) -> bool:
    if not data.rstrip(b"\x00").endswith(_JPEG_END):
        return False
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            return _is_bounded(
                int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
            )
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return False


def _is_bounded(width: int, height: int) -> bool:
    return width > 0 and height > 0 and width * height <= MOST_PIXELS
