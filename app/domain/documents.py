"""The life of an offer's file after the opening: drawn anew, held, cleared, reported. VISIBILITY.md section 4; AN-04.

A file is shown only as the sandbox drew it. What a program cannot read (pictures, drawings, pages without text) and
what names an invited supplier is held until somebody of the relay has looked; an evaluator's report holds it again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.document_types import DocumentKind
from app.domain.refusals import Code, Refusal

# Boxes are told in thousandths of a page's sides; of a table in its cells.
WHOLE: Final = 1000
MOST_BOXES: Final = 200
SMALLEST_BUCKET: Final = 64 << 10


class DocumentState(StrEnum):
    """Where a document stands. `not_shown`: a rule or the desk refused it, for good."""

    WAITING = "waiting"
    HELD = "held"
    SHOWN = "shown"
    NOT_SHOWN = "not_shown"


class Hold(StrEnum):
    """Why a page waits for the relay."""

    # No text, or more of it than is looked through.
    UNREAD = "UNREAD"
    PICTURE = "PICTURE"
    DRAWING = "DRAWING"
    # Drawn with another font than its author's: something may be missing.
    FONT = "FONT"
    NAME = "NAME"


class HeldVerdict(StrEnum):
    """What the relay says of a held document."""

    CLEAR = "clear"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class Box:
    """A black box on a page (thousandths of its sides) or over cells of a table; `page` from 0."""

    page: int
    left: int
    top: int
    width: int
    height: int


def neutral_name(alias: str, kind: DocumentKind | None, number: int) -> str:
    """What a document is called, wherever it is shown (VISIBILITY.md section 3, file names)."""
    return f"{alias}_{'file' if kind is None else kind.value}_{number}"


def size_bucket(size: int) -> int:
    """The shown size: the next power of two, from 64 KiB."""
    return max(SMALLEST_BUCKET, 1 << max(size - 1, 0).bit_length())


def settled_state(holds: Sequence[Collection[Hold]]) -> DocumentState:
    """Where a document stands that was drawn: held if one page of it must be looked at."""
    return DocumentState.HELD if any(holds) else DocumentState.SHOWN


def decide_report(state: DocumentState) -> Refusal | None:
    """Whether a leak can be reported: only of what is shown (attacks.md D12)."""
    return None if state is DocumentState.SHOWN else Refusal(Code.ALREADY_DECIDED)


def decide_verdict(
    state: DocumentState,
    sizes: Sequence[tuple[int, int]],
    boxes: Sequence[Box],
    *,
    version: int,
    given: int,
    kind: DocumentKind,
) -> Refusal | None:
    """Whether a held document can be cleared or withheld so. `sizes`: (width, height) of each page.

    Refuses what somebody else has decided meanwhile, and boxes that lie outside their page.
    """
    if state is not DocumentState.HELD:
        return Refusal(Code.ALREADY_DECIDED)
    if version != given:
        return Refusal(Code.CHANGED_SINCE)
    if len(boxes) > MOST_BOXES or not all(_is_inside(box, sizes, kind) for box in boxes):
        return Refusal(Code.OUT_OF_RANGE, {"boxes": str(MOST_BOXES)})
    return None


def _is_inside(box: Box, sizes: Sequence[tuple[int, int]], kind: DocumentKind) -> bool:
    if not 0 <= box.page < len(sizes):
        return False
    width, height = sizes[box.page] if kind is DocumentKind.TABLE else (WHOLE, WHOLE)
    is_area = box.width > 0 and box.height > 0 and box.left >= 0 and box.top >= 0
    return is_area and box.left + box.width <= width and box.top + box.height <= height


def boxes_by_page(boxes: Sequence[Box]) -> Mapping[int, list[Box]]:
    """The boxes of each page that has some, in the order of the pages."""
    found: dict[int, list[Box]] = {}
    for box in sorted(boxes, key=lambda each: each.page):
        found.setdefault(box.page, []).append(box)
    return found


def twins(digests: Mapping[str, str], authors: Mapping[str, str]) -> list[list[str]]:
    """Documents with the same content from different bidders (attacks.md D11): groups of their ids, sorted.

    `digests`: {document: digest of the original}; `authors`: {document: tag}.
    """
    groups: dict[str, list[str]] = {}
    for document, digest in digests.items():
        groups.setdefault(digest, []).append(document)
    return sorted(sorted(group) for group in groups.values() if len({authors[each] for each in group}) > 1)
