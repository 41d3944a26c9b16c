"""Files of the demo's offers: a data sheet each, tables of measurements, and one letterhead for the relay."""

import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter
from PIL import Image, ImageDraw

from app.client.sealer import File
from app.demo.cast import SupplierSeat

# Whose letter carries its name as a picture: nobody but the relay sees it before it is covered.
LETTER_OF: Final = 4
# Whose table names the author that a fresh installation names: a lead of the auditor's, and an innocent one.
UNNAMED: Final = frozenset({2, 6})
_LEFT, _TOP, _LINE = 64, 760, 24


def files_of(seat: SupplierSeat) -> list[File]:
    """What a supplier seals with its answers; other figures for each, the same every time."""
    found: list[File] = [("datasheet.pdf", "application/pdf", data_sheet(seat.number))]
    if seat.number % 2 == 0:
        found.append(("measurements.xlsx", _XLSX, measurements(seat.number)))
    if seat.number == LETTER_OF:
        found.append(("letter.png", "image/png", letter(seat.name_en)))
    return found


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def data_sheet(number: int) -> bytes:
    """One page of text and rules."""
    rows = (
        ("Cooling capacity", f"{3480 + 11 * number} W"),
        ("Energy efficiency (EER)", f"{3.6 + number / 50:.2f}"),
        ("Sound pressure at 1 m", f"{41 - number % 4}.{number % 10} dB(A)"),
        ("Refrigerant charge, R32", f"{620 + 4 * number} g"),
        ("Operating range, outdoor", "-15 to 52 degC"),
        ("Net weight", f"{9.1 + number / 20:.1f} kg"),
        ("Warranty", f"{24 + 12 * (number % 3)} months"),
    )
    lines = ["Technical data sheet", "", *(f"{name}: {value}" for name, value in rows), "", "Measured to GB/T 15765."]
    return _pdf(lines)


def _pdf(lines: Sequence[str]) -> bytes:
    """The smallest PDF of one page that says so: five objects and their table."""
    shown = [
        f"BT /F1 {18 if at == 0 else 12} Tf {_LEFT} {_TOP - _LINE * at} Td ({line.translate(_ESCAPED)}) Tj ET"
        for at, line in enumerate(lines)
    ]
    text = "\n".join([*shown, f"{_LEFT} {_TOP - 10} m 530 {_TOP - 10} l S"]).encode()
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = bytearray(b"%PDF-1.7\n"), []
    for at, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (at, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, count = len(made), len(parts) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)
    return bytes(made)


_ESCAPED: Final = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def measurements(number: int) -> bytes:
    """A sheet of values."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    # What the program writes where nobody gave a name: the same at two firms, and no sign of anything.
    book.set_properties({"author": "Administrator" if number in UNNAMED else f"engineer {number}"})
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, ["频率 Frequency (Hz)", "功率 Power (W)", "噪声 Noise (dB)"])
    for at, hertz in enumerate(range(20, 121, 10), start=1):
        sheet.write_row(at, 0, [hertz, round(6.2 * hertz + 3 * number, 1), round(30 + hertz / 9 + number / 5, 1)])
    book.close()
    return made.getvalue()


def letter(name: str) -> bytes:
    """A letter whose head names the firm in pixels."""
    paper = Image.new("RGB", (900, 1200), "white")
    pen = ImageDraw.Draw(paper)
    pen.rectangle([60, 60, 840, 150], outline="navy", width=3)
    pen.text((90, 92), name, fill="navy", font_size=34)
    for at, line in enumerate(
        ("To whom it may concern", "Spare parts are kept for ten years.", "Delivery in 21 days.")
    ):
        pen.text((90, 260 + 60 * at), line, fill="black", font_size=26)
    made = io.BytesIO()
    paper.save(made, "PNG", optimize=True)
    return made.getvalue()
