"""Pages and pictures drawn anew to pixels. Runs in the sandbox alone; what is not drawn does not survive.

No metadata, hidden text, layer, attachment, annotation or script comes through (attacks.md D01): the result is a new
PNG with nothing but pixels, the same bytes whenever it is drawn. What stands in the text is told apart, for the
matcher.
"""

import ctypes
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageDraw, ImageOps

from app.domain.document_types import DocumentKind, FileFault, Limits
from app.domain.documents import WHOLE, Hold

_DOTS_PER_POINT: Final = 150 / 72
_LONGEST_SIDE: Final = 2200
# A full page has a fifth of it.
MOST_TEXT: Final = 30_000
# More strokes than a ruled table has are a drawing.
_MOST_PATHS: Final = 1500
_MOST_OBJECTS: Final = 200_000


class Refused(Exception):  # noqa: N818 - a file's own fault, not ours
    """The file is not shown."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page: a PNG, or a table as JSON. `text` is for the matcher and is kept nowhere."""

    width: int
    height: int
    content: bytes
    holds: Sequence[str] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document."""

    kind: DocumentKind
    pages: Sequence[DrawnPage] = field(default_factory=tuple)


def draw_pdf(content: bytes, limits: Limits) -> Drawn:
    """The pages of a PDF."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise Refused(FileFault.ENCRYPTED if is_locked else FileFault.UNREADABLE) from None
    if len(document) > limits.pages:
        raise Refused(FileFault.TOO_MANY_PAGES)
    if len(document) == 0:
        raise Refused(FileFault.EMPTY)
    return Drawn(DocumentKind.PDF, [_draw_page(document[at], limits) for at in range(len(document))])


def _draw_page(page: pypdfium2.PdfPage, limits: Limits) -> DrawnPage:
    holds, has_text = _look_at(page, limits)
    width, height = page.get_size()
    longest, shortest = max(width, height), min(width, height)
    if not (shortest > 0 and longest < float("inf")):
        raise Refused(FileFault.UNREADABLE)
    scale = min(_DOTS_PER_POINT, _LONGEST_SIDE / longest)
    # Neither annotations nor form fields: their authors stand in them.
    drawn = page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil().convert("RGB")
    text = page.get_textpage().get_text_range()
    if not has_text or len(text) > MOST_TEXT:
        holds.add(Hold.UNREAD)
    page.close()
    return DrawnPage(drawn.width, drawn.height, _png(drawn), sorted(holds), text[:MOST_TEXT])


def _look_at(page: pypdfium2.PdfPage, limits: Limits) -> tuple[set[Hold], bool]:
    """What of a page a program cannot read, and whether it has text that is seen."""
    holds: set[Hold] = set()
    has_text, paths = False, 0
    for at, thing in enumerate(page.get_objects()):
        if at > _MOST_OBJECTS:
            raise Refused(FileFault.TOO_SLOW)
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            holds.add(Hold.PICTURE)
            _measure(thing.raw, limits)
        elif thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(thing.raw)
            has_text = has_text or mode != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            if pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(thing.raw)) == 0 and _is_foreign(thing.raw):
                holds.add(Hold.FONT)
        elif thing.type == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
            if paths > _MOST_PATHS or _is_curved(thing.raw):
                holds.add(Hold.DRAWING)
        elif thing.type == pdfium.FPDF_PAGEOBJ_SHADING:
            holds.add(Hold.DRAWING)
    return holds, has_text


def _measure(picture: Any, limits: Limits) -> None:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pdfium.FPDFImageObj_GetImagePixelSize(picture, ctypes.byref(width), ctypes.byref(height))
    if width.value * height.value > limits.pixels:
        raise Refused(FileFault.TOO_MANY_PIXELS)


def _is_curved(path: Any) -> bool:
    """Letters and logos have curves; frames and rules have none."""
    segments = range(pdfium.FPDFPath_CountSegments(path))
    kinds = (pdfium.FPDFPathSegment_GetType(pdfium.FPDFPath_GetPathSegment(path, at)) for at in segments)
    return pdfium.FPDF_SEGMENT_BEZIERTO in kinds


# The fourteen fonts that every viewer has, by the beginnings of their names.
_EVERYWHERE: Final = (b"Helvetica", b"Times", b"Courier", b"Arial", b"Symbol", b"ZapfDingbats")


def _is_foreign(text: Any) -> bool:
    """Whether a text's font is one that only its author's machine has."""
    name = ctypes.create_string_buffer(256)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(text), name, 256)
    return not name.value.startswith(_EVERYWHERE)


def draw_picture(content: bytes, limits: Limits) -> Drawn:
    """A picture, upright, on white, no larger than a page; always held: nobody can read it but a person."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > limits.pixels:
                raise Refused(FileFault.TOO_MANY_PIXELS)
            opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
    except Image.DecompressionBombError:
        raise Refused(FileFault.TOO_MANY_PIXELS) from None
    layered = upright.convert("RGBA")
    plain = Image.new("RGBA", layered.size, "white")
    plain.alpha_composite(layered)
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    drawn = plain.convert("RGB")
    return Drawn(DocumentKind.PICTURE, [DrawnPage(drawn.width, drawn.height, _png(drawn), [Hold.PICTURE])])


def blacken(content: bytes, boxes: Iterable[Sequence[int]]) -> Drawn:
    """A page of ours with black boxes burned in: nothing is under them."""
    with Image.open(io.BytesIO(content), formats=("PNG",)) as opened:
        drawn = opened.convert("RGB")
    pen = ImageDraw.Draw(drawn)
    for left, top, width, height in boxes:
        corner = (left * drawn.width // WHOLE, top * drawn.height // WHOLE)
        end = (-(-(left + width) * drawn.width // WHOLE), -(-(top + height) * drawn.height // WHOLE))
        pen.rectangle([corner, end], fill="black")
    return Drawn(DocumentKind.PICTURE, [DrawnPage(drawn.width, drawn.height, _png(drawn))])


def _png(drawn: Image.Image) -> bytes:
    """Pixels and nothing else: what a picture carried along (profiles, comments) stays behind."""
    bare = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    made = io.BytesIO()
    bare.save(made, "PNG", compress_level=6)
    return made.getvalue()
