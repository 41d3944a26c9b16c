"""Files an attacker would send, made when they are needed; nothing binary is kept in the repository."""

import io
import struct
import zipfile
import zlib

import pikepdf
import xlsxwriter
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

FIRM = "Supplier 001"


def pdf_bytes(document: pikepdf.Pdf) -> bytes:
    """A document as a file."""
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def plain_pdf(*lines: str, pages: int = 1, operators: bytes = b"") -> bytes:
    """Pages of text in a font that every viewer has, followed by raw operators."""
    document = pikepdf.new()
    font = document.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    )
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
        page = document.pages[-1]
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        text = b"".join(
            f"BT /F1 14 Tf 72 {720 - 30 * at} Td ({line}) Tj ET\n".encode() for at, line in enumerate(lines)
        )
        page.Contents = document.make_stream(text + operators)
    return pdf_bytes(document)


def telling_pdf(firm: str = FIRM) -> bytes:
    """The firm in everything a PDF has beside its pixels (attacks.md D01)."""
    document = pikepdf.open(io.BytesIO(plain_pdf("Noise 42 dB")))
    document.docinfo["/Author"] = firm
    with document.open_metadata() as xmp:
        xmp["dc:creator"] = [firm]
    document.attachments[f"{firm}.txt"] = firm.encode()
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String(firm)))
    document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(Order=Array([layer])))
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{firm}')"))
    page = document.pages[0]
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([72, 500, 300, 560]), T=String(firm), Contents=String(firm)
    )
    page.Annots = Array([document.make_indirect(note)])
    page.PieceInfo = Dictionary(Firm=Dictionary(Private=String(firm)))
    hidden = document.make_stream(f"BT 3 Tr /F1 14 Tf 72 400 Td ({firm}) Tj ET".encode())
    page.Contents = Array([document.make_indirect(page.Contents), hidden])
    return pdf_bytes(document)


def letterhead(*, size: tuple[int, int] = (400, 200), text: str = FIRM) -> bytes:
    """A name as nothing but a picture."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text((20, 20), text, fill="black")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def telling_jpeg() -> bytes:
    """A photograph whose data name the firm."""
    picture = Image.new("RGB", (64, 48), "navy")
    exif = Image.Exif()
    exif[0x013B] = FIRM
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, comment=FIRM.encode(), icc_profile=FIRM.encode() * 20)
    return made.getvalue()


def telling_workbook() -> bytes:
    """Prices, and the firm wherever nobody looks (attacks.md D05)."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    book.set_properties({"author": FIRM, "company": FIRM})
    sheet, hidden = book.add_worksheet("Data"), book.add_worksheet("Secret")
    hidden.write(0, 0, FIRM)
    hidden.hide()
    book.define_name("Offered_by", f'="{FIRM}"')
    sheet.write_row(0, 0, ["Efficiency", 3.25])
    sheet.write_formula(1, 0, "='[C:\\Supplier 001\\prices.xlsx]S'!A1", None, 17)
    sheet.write_comment(0, 0, FIRM, {"author": FIRM})
    sheet.write_url(2, 0, "https://supplier.example/", string="annex")
    sheet.write(3, 0, "x" * 30_000)
    book.close()
    return made.getvalue()


def archive(entries: dict[str, bytes], *, types: bytes | None = None) -> bytes:
    """A zip file; with `types` it looks like an office document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        if types is not None:
            opened.writestr("[Content_Types].xml", types)
        for name, content in entries.items():
            opened.writestr(name, content)
    return made.getvalue()


MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"


def office(kind: str, **entries: bytes) -> bytes:
    """The shell of an office document: 'spreadsheetml.sheet', 'wordprocessingml.document'."""
    return archive({f"{name}.bin": content for name, content in entries.items()}, types=MAIN.format(kind).encode())


def macro_workbook() -> bytes:
    """A workbook with a program in it."""
    types = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return archive({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, types=types)


def far_cell() -> bytes:
    """A workbook of one cell in its last corner: a naive reader makes room for 17 billion."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    made = io.BytesIO(_one_cell())
    with zipfile.ZipFile(made) as book:
        parts = {name: book.read(name) for name in book.namelist() if name != "[Content_Types].xml"}
        types = book.read("[Content_Types].xml")
    return archive({**parts, "xl/worksheets/sheet1.xml": sheet.encode()}, types=types)


def _one_cell() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    book.add_worksheet("Data").write(0, 0, 1)
    book.close()
    return made.getvalue()


def huge_png(side: int = 40_000) -> bytes:
    """A picture of side², in a hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def endless_pdf(depth: int = 14, fan: int = 10) -> bytes:
    """Forms that draw forms: fan^depth of them on one page."""
    document = pikepdf.open(io.BytesIO(plain_pdf("Noise 42 dB")))
    page = document.pages[0]
    form = document.make_stream(b"0 0 m 9 9 l S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 99, 99]))
    for _ in range(depth):
        form = document.make_stream(
            b"/X Do " * fan,
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, 99, 99]),
            Resources=Dictionary(XObject=Dictionary(X=form)),
        )
    page.Resources.XObject = Dictionary(X=form)
    page.Contents = document.make_stream(b"/X Do")
    return pdf_bytes(document)
