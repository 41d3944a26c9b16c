"""What a file is, by its content and never by its name: the allow-list of VISIBILITY.md section 4.

PDF, PNG, JPEG, XLSX and CSV; no archives, no macros, nothing that is two things at once (attacks.md D08). Asked in the
sandbox alone: looking into an archive's list is parsing, too.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class DocumentKind(StrEnum):
    """What evaluators are shown: pages, one picture, or tables."""

    PDF = "pdf"
    PICTURE = "picture"
    TABLE = "table"


class FileFault(StrEnum):
    """Why a file is shown to nobody; the original is kept."""

    EMPTY = "EMPTY"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    WRONG_TYPE = "WRONG_TYPE"
    # Word files flow differently on every machine; the supplier makes them a PDF.
    CONVERT_TO_PDF = "CONVERT_TO_PDF"
    MACROS = "MACROS"
    TWO_TYPES = "TWO_TYPES"
    ENCRYPTED = "ENCRYPTED"
    TOO_MANY_PAGES = "TOO_MANY_PAGES"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    UNPACKED_TOO_LARGE = "UNPACKED_TOO_LARGE"
    TOO_MANY_CELLS = "TOO_MANY_CELLS"
    TOO_SLOW = "TOO_SLOW"
    TOO_MUCH_MEMORY = "TOO_MUCH_MEMORY"
    UNREADABLE = "UNREADABLE"
    # The desk found that it cannot be shown without telling who offers.
    WITHHELD = "WITHHELD"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is looked at; the sandbox adds time and memory of its own."""

    file_bytes: int = 20 << 20
    pages: int = 80
    # Of one picture before it is drawn smaller.
    pixels: int = 60_000_000
    unpacked_bytes: int = 64 << 20
    archive_entries: int = 2000
    cells: int = 200_000
    cell_length: int = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """How the content is read: `table` by a workbook reader or as comma-separated text."""

    kind: DocumentKind
    is_text: bool = False


_PDF: Final = b"%PDF-"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_ARCHIVE: Final = b"PK\x03\x04"
# The end record of an archive and the longest comment after it.
_ARCHIVE_END: Final = b"PK\x05\x06"
_ARCHIVE_TAIL: Final = 22 + 65_535
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_WORD: Final = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES_NAME: Final = "[Content_Types].xml"
_MOST_TYPES_BYTES: Final = 1 << 20
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def form_of(content: bytes, limits: Limits) -> Form | FileFault:
    """How to read a file, or why it is not read."""
    if not content:
        return FileFault.EMPTY
    if len(content) > limits.file_bytes:
        return FileFault.FILE_TOO_LARGE
    if content.startswith(_ARCHIVE):
        return _form_of_archive(content, limits)
    if content.startswith(_OLD_OFFICE):
        # Old office files, and new ones under a password.
        return FileFault.ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in content else FileFault.CONVERT_TO_PDF
    for start, kind in ((_PDF, DocumentKind.PDF), (_PNG, DocumentKind.PICTURE), (_JPEG, DocumentKind.PICTURE)):
        if content.startswith(start):
            return FileFault.TWO_TYPES if _ARCHIVE_END in content[-_ARCHIVE_TAIL:] else Form(kind)
    return Form(DocumentKind.TABLE, is_text=True) if text_of(content) is not None else FileFault.WRONG_TYPE


def text_of(content: bytes) -> str | None:
    """The text of a comma-separated file, as Excel of either language writes it; None where it is no plain text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Markup of any kind begins so, and no table does.
        is_plain = not _CONTROL.search(text) and text.lstrip()[:1] not in {"", "<", "{", "%", "#"}
        return text if is_plain else None
    return None


def _form_of_archive(content: bytes, limits: Limits) -> Form | FileFault:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > limits.archive_entries or sum(one.file_size for one in entries) > limits.unpacked_bytes:
                return FileFault.UNPACKED_TOO_LARGE
            if any(one.flag_bits & 1 for one in entries):
                return FileFault.ENCRYPTED
            names = [one.filename for one in entries]
            if _TYPES_NAME not in names or len(set(names)) != len(names):
                return FileFault.WRONG_TYPE
            with archive.open(_TYPES_NAME) as types:
                told = types.read(_MOST_TYPES_BYTES)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError):
        return FileFault.UNREADABLE
    # What lies before or after the archive makes the file two things at once.
    if not content[-22:].startswith(_ARCHIVE_END):
        return FileFault.TWO_TYPES
    return _form_of_office(told, names)


def _form_of_office(types: bytes, names: list[str]) -> Form | FileFault:
    if b"macroEnabled" in types or b"vbaProject" in types or any("vbaproject" in name.lower() for name in names):
        return FileFault.MACROS
    if _WORKBOOK in types:
        return Form(DocumentKind.TABLE)
    return FileFault.CONVERT_TO_PDF if _WORD in types else FileFault.WRONG_TYPE


def extension_of(content: bytes) -> str:
    """How a file's download ends, by its content; what it is not sure of is bytes."""
    endings = ((_PDF, "pdf"), (_PNG, "png"), (_JPEG, "jpg"), (_ARCHIVE, "zip"))
    return next((ending for start, ending in endings if content.startswith(start)), "bin")
