"""Shapes of documents on the wire: neutral names, bucketed sizes, no tag, no original name."""

from typing import Annotated

from pydantic import Field

from app.domain.document_types import DocumentKind, FileFault
from app.domain.documents import MOST_BOXES, WHOLE, Box, DocumentState, HeldVerdict, Hold
from app.infra.web import StrictModel


class DocumentPage(StrictModel):
    """The size of a page: pixels, or columns and rows of a table."""

    width: int
    height: int


class DocumentView(StrictModel):
    """A file of an offer. `fault`: why it is not shown. `is_twin`, `is_reported`: for the auditor alone (d53)."""

    id: str
    lot_id: str
    lot_number: int
    alias: str
    name: str
    kind: DocumentKind | None
    state: DocumentState
    fault: FileFault | None
    size_bucket: int
    pages: list[DocumentPage]
    is_twin: bool
    is_reported: bool


class DocumentsView(StrictModel):
    """The files of all offers of a tender, as far as the reader may see them."""

    tender_id: str
    can_report: bool
    documents: list[DocumentView]


class DocumentTable(StrictModel):
    """One sheet: values alone, rows of one length."""

    rows: list[list[str]]


class HeldDocumentPage(DocumentPage):
    """A page at the relay, and why it is held."""

    holds: list[Hold]


class HeldDocumentView(StrictModel):
    """A held document. `alias` is empty for the approver of `lean`: he must not join it to an offer."""

    key: str
    tender_id: str
    reference: str
    title_zh: str
    title_en: str
    alias: str | None
    kind: DocumentKind
    is_reported: bool
    version: int
    pages: list[HeldDocumentPage]


class HeldDocumentsView(StrictModel):
    """What is held in the tenders in which the reader relays, in random order."""

    documents: list[HeldDocumentView]


_Place = Annotated[int, Field(ge=0, le=1_000_000)]


class BoxForm(StrictModel):
    """A black box: page from 0, the rest in thousandths of its sides, or in cells of a table."""

    page: Annotated[int, Field(ge=0, le=WHOLE)]
    left: _Place
    top: _Place
    width: _Place
    height: _Place

    @property
    def box(self) -> Box:
        """The same for the rules."""
        return Box(self.page, self.left, self.top, self.width, self.height)


class DecideHeld(StrictModel):
    """The relay's word on a held document."""

    verdict: HeldVerdict
    version: int
    boxes: Annotated[list[BoxForm], Field(max_length=MOST_BOXES)] = Field(default_factory=list)
