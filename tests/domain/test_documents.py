"""domain/documents.py and document_types.py: the life of a document, names, sizes, boxes, twins, the allow-list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.document_types import DocumentKind, FileFault, Form, Limits, extension_of, form_of, text_of
from app.domain.documents import (
    MOST_BOXES,
    SMALLEST_BUCKET,
    WHOLE,
    Box,
    DocumentState,
    Hold,
    boxes_by_page,
    decide_report,
    decide_verdict,
    neutral_name,
    settled_state,
    size_bucket,
    twins,
)
from app.domain.refusals import Code, Refusal

PAGE = (DocumentKind.PICTURE, [(1000, 1400), (1000, 1400)])


def said(box: Box, *, state: DocumentState = DocumentState.HELD, given: int = 3) -> Refusal | None:
    """What is said of one box on two pages."""
    kind, sizes = PAGE
    return decide_verdict(state, sizes, [box], version=3, given=given, kind=kind)


@given(st.integers(0, 1 << 40))
def test_a_shown_size_is_a_power_of_two_that_holds_the_file(size: int) -> None:
    bucket = size_bucket(size)
    assert bucket >= max(size, SMALLEST_BUCKET)
    assert bucket & (bucket - 1) == 0
    assert bucket == SMALLEST_BUCKET or bucket < 2 * size


@given(st.lists(st.sets(st.sampled_from(Hold))))
def test_one_page_holds_the_whole(holds: list[set[Hold]]) -> None:
    assert (settled_state(holds) is DocumentState.HELD) == any(holds)


@given(st.integers(-5, WHOLE + 5), st.integers(-5, WHOLE + 5), st.integers(-5, WHOLE + 5), st.integers(-1, 2))
def test_boxes_lie_on_their_page(left: int, width: int, top: int, page: int) -> None:
    is_inside = 0 <= page < 2 and left >= 0 < width and left + width <= WHOLE and 0 <= top <= WHOLE - 1
    assert (said(Box(page, left, top, width, 1)) is None) == is_inside


def test_boxes_of_a_table_are_cells() -> None:
    def table(box: Box) -> Refusal | None:
        return decide_verdict(DocumentState.HELD, [(3, 2)], [box], version=1, given=1, kind=DocumentKind.TABLE)

    assert table(Box(0, 2, 1, 1, 1)) is None
    assert table(Box(0, 2, 1, 2, 1)) is not None


def test_what_is_decided_or_has_changed_is_not_decided_again() -> None:
    box = Box(0, 0, 0, 1, 1)
    for state in set(DocumentState) - {DocumentState.HELD}:
        refusal = said(box, state=state)
        assert refusal is not None
        assert refusal.code is Code.ALREADY_DECIDED
    stale = said(box, given=2)
    assert stale is not None
    assert stale.code is Code.CHANGED_SINCE
    kind, sizes = PAGE
    many = decide_verdict(DocumentState.HELD, sizes, [box] * (MOST_BOXES + 1), version=1, given=1, kind=kind)
    assert many is not None


def test_only_what_is_shown_can_be_reported() -> None:
    assert [state for state in DocumentState if decide_report(state) is None] == [DocumentState.SHOWN]


def test_names_and_boxes() -> None:
    assert neutral_name("T3", DocumentKind.TABLE, 2) == "T3_table_2"
    assert neutral_name("T3", None, 2) == "T3_file_2"
    first, second = Box(1, 0, 0, 1, 1), Box(0, 0, 0, 1, 1)
    assert list(boxes_by_page([first, second, first]).items()) == [(0, [second]), (1, [first, first])]


def test_twins_are_of_different_bidders() -> None:
    digests = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y"}
    authors = {"a": "1", "b": "2", "c": "1", "d": "1", "e": "1"}
    assert twins(digests, authors) == [["a", "b", "c"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 x", Form(DocumentKind.PDF)),
        (b" %PDF-1.7", FileFault.WRONG_TYPE),
        (b"\x89PNG\r\n\x1a\n", Form(DocumentKind.PICTURE)),
        (b"\xff\xd8\xff\xe0", Form(DocumentKind.PICTURE)),
        (b"a;b\n1;2\n", Form(DocumentKind.TABLE, is_text=True)),
        (b"GIF89a\x01\x00\x01\x00\x00", FileFault.WRONG_TYPE),
        (b"{\\rtf1 x}", FileFault.WRONG_TYPE),
        (b"#!/bin/sh\n", FileFault.WRONG_TYPE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileFault.CONVERT_TO_PDF),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), FileFault.ENCRYPTED),
        (b"PK\x03\x04 broken", FileFault.UNREADABLE),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, said: Form | FileFault) -> None:
    assert form_of(content, Limits()) == said


@given(st.binary(max_size=200))
def test_any_bytes_have_a_form_or_a_fault(content: bytes) -> None:
    assert isinstance(form_of(content, Limits()), Form | FileFault)
    assert extension_of(content) in {"pdf", "png", "jpg", "zip", "bin"}
    assert text_of(b"<" + content) is None
