"""The sandbox: one process for one file. Reads a job from its input, writes what it drew to its output, and ends.

`python -m app.evaluation.document_worker`, started by document_sandbox.py. Job and answer are framed alike: four bytes
of length, JSON, then bytes. It knows neither who asks nor whose file it is, and holds no key.
"""

import codecs
import io
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import orjson
import pypdfium2
from PIL import Image

from app.domain.document_types import DocumentKind, FileFault, Form, Limits, form_of
from app.evaluation.document_confining import confine, limit_resources
from app.evaluation.document_drawing import Drawn, Refused, blacken, draw_pdf, draw_picture
from app.evaluation.document_properties import author_of
from app.evaluation.document_tables import read_text_table, read_workbook

PREFIX_BYTES = 4
_ORIENTATION = 0x0112


def read_frame(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The head of a frame and the bytes after it."""
    length = int.from_bytes(source.read(PREFIX_BYTES))
    head: dict[str, Any] = orjson.loads(source.read(length))
    return head, source.read()


def frame(head: Mapping[str, Any], *bodies: bytes) -> bytes:
    """A frame of these."""
    text = orjson.dumps(head)
    return b"".join([len(text).to_bytes(PREFIX_BYTES), text, *bodies])


def redraw(content: bytes, limits: Limits) -> Drawn:
    """Every page of a file, drawn anew. Raises Refused."""
    form = form_of(content, limits)
    if isinstance(form, FileFault):
        raise Refused(form)
    return _drawer(form)(content, limits)


def _drawer(form: Form) -> Callable[[bytes, Limits], Drawn]:
    if form.kind is DocumentKind.TABLE:
        return read_text_table if form.is_text else read_workbook
    return draw_pdf if form.kind is DocumentKind.PDF else draw_picture


def warm_up() -> None:
    """Do everything once, on files of our own: what is loaded on first use cannot be loaded later."""
    pdf, picture = io.BytesIO(), io.BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(10, 10)
        document.save(pdf)
    turned = Image.Exif()
    turned[_ORIENTATION] = 6
    Image.new("RGB", (8, 8)).save(picture, "JPEG", exif=turned)
    for sample in (pdf.getvalue(), picture.getvalue(), "价,1".encode("gb18030")):
        redraw(sample, Limits())
        author_of(sample)
    # Of names in archives, of text in a PDF.
    for encoding in ("cp437", "utf-16-le"):
        codecs.lookup(encoding)


def answer(job: Mapping[str, Any], content: bytes) -> bytes:
    """The frame that answers a job: pages, or why there are none."""
    try:
        drawn = blacken(content, job["boxes"]) if "boxes" in job else redraw(content, Limits(**job["limits"]))
        author = "" if "boxes" in job else author_of(content)
    except Refused as refused:
        return frame({"fault": refused.fault.value})
    except MemoryError:
        return frame({"fault": FileFault.TOO_MUCH_MEMORY.value})
    except Exception:
        # Whatever a parser stumbled over: the file is not shown, and its words go nowhere.
        return frame({"fault": FileFault.UNREADABLE.value})
    pages = [
        {"width": page.width, "height": page.height, "holds": page.holds, "text": page.text, "size": len(page.content)}
        for page in drawn.pages
    ]
    return frame({"kind": drawn.kind.value, "pages": pages, "author": author}, *(page.content for page in drawn.pages))


def main() -> None:
    """One job. Nothing of the file is looked at before the process has given up what it needs no more."""
    job, content = read_frame(sys.stdin.buffer)
    warm_up()
    limit_resources(memory=job["memory"], seconds=job["seconds"])
    confine()
    sys.stdout.buffer.write(answer(job, content))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
