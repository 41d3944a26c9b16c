"""The crawl finds what it looks for, in every form; else its silence would say nothing."""

import base64
import gzip
import io
import zipfile
from urllib.parse import quote

import pytest
import typst

from app.award.printing import find_fonts
from tests.access.canaries import Aviary, Canary

AMOUNT = Canary("amount", "1", "7319024.58", is_amount=True)
NAME = Canary("name", "1", "岚川压缩机有限公司 Lanchuan")
AVIARY = Aviary([AMOUNT, NAME])


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b'{"amount": "7319024.58"}', b"731902458", b"73190245800", b"7,319,024.58", b"7319024.58".hex().encode(),
        "7319024.58".encode("utf-16-le"), gzip.compress(b"x 7319024.58"), zipped(b"[7319024.58]"),
        *[base64.b64encode(b"a" * offset + b"7319024.58 and more") for offset in range(4)],
    ],
)  # fmt: skip
def test_an_amount_is_found(body: bytes) -> None:
    assert AVIARY.found_in(body) == {AMOUNT}


@pytest.mark.parametrize(
    "body",
    [
        NAME.text.encode(), quote(NAME.text).encode(), NAME.text.encode("utf-16-be"),
        *[base64.urlsafe_b64encode(b"a" * offset + NAME.text.encode() + b"z") for offset in range(3)],
        b'{"n": "\\u5c9a\\u5ddd\\u538b\\u7f29\\u673a\\u6709\\u9650\\u516c\\u53f8 Lanchuan"}',
    ],
)  # fmt: skip
def test_a_name_is_found(body: bytes) -> None:
    assert AVIARY.found_in(body) == {NAME}


def test_what_a_pdf_says_is_found() -> None:
    found = find_fonts()
    assert found is not None
    family, fonts = found
    source = f'#set page(width: 60pt)\n#set text(font: "{family}")\n{NAME.text}\n\n7319024.58'
    assert AVIARY.found_in(typst.compile(source.encode(), font_paths=fonts)) == {AMOUNT, NAME}


def test_nothing_is_found_in_nothing() -> None:
    assert AVIARY.found_in(b'{"amount": "7319024.57", "name": "Lanchuan"}') == set()
