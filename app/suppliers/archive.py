"""Is this upload a plain .xlsx workbook of bounded size? Looks at the archive before any reader unpacks it.

STACK.md 2.5 ("bound the unzipped size first"), attacks.md D07 and D08. Declared sizes are not believed: every member is
inflated once, in pieces, and counted.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum

SIGNATURE = b"PK\x03\x04"
WORKBOOK_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
CONTENT_TYPES = "[Content_Types].xml"
# Length of a ZIP local file header before name and extra field; the two lengths stand at its end.
LOCAL_HEADER = 30
PIECE = 1 << 16


class FileFault(StrEnum):
    """Why a whole file is refused."""

    NOT_A_SPREADSHEET = "NOT_A_SPREADSHEET"
    TOO_LARGE = "TOO_LARGE"
    NO_ROWS = "NO_ROWS"
    COLUMN_MISSING = "COLUMN_MISSING"
    COLUMN_TWICE = "COLUMN_TWICE"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a workbook is read. The defaults fit 10,000 suppliers with room for formatting."""

    file_bytes: int = 5 * 1024 * 1024
    unzipped_bytes: int = 32 * 1024 * 1024
    members: int = 256
    # The title rows above the heading count as well.
    rows: int = 10_050
    columns: int = 40
    # Formatted but empty cells are walked over, too.
    cells: int = 600_000


def open_archive(data: bytes, limits: Limits) -> zipfile.ZipFile | FileFault:
    """The workbook's archive if it is one of bounded size, else why not."""
    if len(data) > limits.file_bytes:
        return FileFault.TOO_LARGE
    if not data.startswith(SIGNATURE):
        return FileFault.NOT_A_SPREADSHEET
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        return _check_members(archive, data, limits) or archive
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, IndexError):
        return FileFault.NOT_A_SPREADSHEET


def _check_members(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> FileFault | None:
    members = archive.infolist()
    if len(members) > limits.members:
        return FileFault.TOO_LARGE
    # Two members of one name: readers disagree on which one counts.
    if len({member.filename for member in members}) < len(members):
        return FileFault.NOT_A_SPREADSHEET
    total = 0
    for member in members:
        size = _inflated_size(member, data, limits.unzipped_bytes - total)
        if size is None:
            return FileFault.TOO_LARGE
        if size != member.file_size:
            return FileFault.NOT_A_SPREADSHEET
        total += size
    return None if _is_workbook(archive) else FileFault.NOT_A_SPREADSHEET


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = set(archive.namelist())
    # A macro-enabled workbook has another main type; a stray macro part is refused whatever the type says.
    if CONTENT_TYPES not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return False
    return WORKBOOK_TYPE in archive.read(CONTENT_TYPES)


def _inflated_size(member: zipfile.ZipInfo, data: bytes, room: int) -> int | None:
    """Bytes the member really unpacks to; None once it passes the room left. Raises ValueError for odd members."""
    if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("encrypted or oddly packed member")
    start = member.header_offset + LOCAL_HEADER
    header = data[member.header_offset : start]
    if len(header) < LOCAL_HEADER or not header.startswith(SIGNATURE):
        raise ValueError("no local header")
    start += int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        return len(packed) if len(packed) <= room else None
    return _count(packed, room)


def _count(packed: bytes, room: int) -> int | None:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    pending = packed
    while not inflater.eof:
        piece = inflater.decompress(pending, PIECE)
        size += len(piece)
        if size > room:
            return None
        pending = inflater.unconsumed_tail
        if not piece and not pending:
            raise ValueError("cut deflate stream")
    return size
