"""The recommendation report: what it holds, whether it is a draft, what is missing, how it is named and checked.

Serves SCREENS.md DR-07. A report is a document (JSON) that both PDFs are drawn from; its digest stands in the journal
as `report.made`, and a short code of that digest on every page of the PDF. Who reads without the right to baselines,
budgets and invited names (VISIBILITY.md d04, d58 to d60) gets the same report without that part.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, digest_of
from app.domain.framing import number_of, text_of
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text

# 2 tells of the panel's word, of inquiries and of the adopted scenario, 3 of decisions that were reopened; an older
# document is drawn as it always was.
REPORT_VERSION: Final = 3
# The part for purchaser, approver and auditor alone.
RESTRICTED: Final = "restricted"
# Crockford's letters: no I, L, O, U to misread or to misspell into words.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS: Final = 16
_GROUP: Final = 4


class Stage(StrEnum):
    """How far the decision was when the report was made."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    # Names of the scope are known.
    UNSEALED = "unsealed"


def stage_of(*, is_fixed: bool, is_unsealed: bool) -> Stage:
    """The stage of a tender whose decision was proposed."""
    if is_unsealed:
        return Stage.UNSEALED
    return Stage.APPROVED if is_fixed else Stage.PROPOSED


def report_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 over the whole document, the restricted part included: what the journal holds."""
    return digest_of(document)


def verify_code(digest: str) -> str:
    """The code on the pages: the first 80 bits of the digest in groups of four letters."""
    bits = int(digest[: _CODE_LETTERS * 5 // 4], 16)
    letters = "".join(_LETTERS[(bits >> 5 * place) & 31] for place in reversed(range(_CODE_LETTERS)))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _CODE_LETTERS, _GROUP))


def normal_code(text: str) -> str | None:
    """A code as somebody typed it from paper, or None: case and separators do not count, O is 0, I and L are 1."""
    bare = "".join(text.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    if len(bare) != _CODE_LETTERS or any(letter not in _LETTERS for letter in bare):
        return None
    return "-".join(bare[at : at + _GROUP] for at in range(0, _CODE_LETTERS, _GROUP))


def without_restricted(document: Mapping[str, Any]) -> dict[str, Any]:
    """The report for a reader without the right to baseline, budget and invited names."""
    return {**document, RESTRICTED: None}


def missing_parts(document: Mapping[str, Any]) -> list[str]:
    """The parts that could not be filled (SCREENS.md DR-07: missing parts are listed), in their order of reading."""
    restricted = document[RESTRICTED] or {}
    lots = restricted.get("savings", [])
    found = [("need", document["need"]["summary_zh"] or document["need"]["summary_en"])]
    if document["scores"] is not None:
        found.append(("sensitivity", all(lot["sensitivity"] is not None for lot in document["ranking"])))
        found.append(("conflicts", document["conflicts"]["silent"] == 0))
    found += [(name, all(lot["references"][name] is not None for lot in lots)) for name in ("baseline", "budget")]
    return [name for name, is_there in found if not is_there]


def is_draft(document: Mapping[str, Any]) -> bool:
    """Whether the paper is a draft as yet: a part is missing that somebody still owes. No baseline and no budget are
    said in their place; a tender may have none for ever."""
    return bool(set(missing_parts(document)) - {"baseline", "budget"})


# What the timeline tells of each kind: facts of the rules and of the clock, no bidder's act (VISIBILITY.md d56, d43).
_TOLD: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TENDER_PUBLISHED: (),
    Kind.TENDER_AMENDED: ("version",),
    Kind.RESPONSE_EXTENDED: ("from", "to"),
    Kind.RESPONSE_CLOSED: (),
    Kind.TENDER_CONTINUED: (),
    Kind.ROUND_OPENED: ("closes_at",),
    Kind.ROUND_EXTENDED: ("from", "to", "reason"),
    Kind.ROUND_CLOSED: (),
    Kind.ENVELOPES_OPENED: ("lot", "envelope", "count"),
    Kind.RESERVE_OPENED: ("lot",),
    Kind.SCORES_LOCKED: (),
    Kind.SCORES_UNLOCKED: ("reason",),
    Kind.PRICES_RELEASED: (),
    Kind.LOT_OPENED: ("closes_at",),
    Kind.LOT_EXTENDED: ("from", "to", "n"),
    Kind.LOT_EXTENDED_BY_HAND: ("from", "to", "reason"),
    Kind.LOT_PAUSED: ("reason_code", "reason"),
    Kind.LOT_RESUMED: ("closes_at",),
    Kind.LOT_CLOSED: (),
    Kind.LOT_CANCELLED: ("reason",),
    Kind.BID_VOIDED: (),
    Kind.RANKING_MADE: ("lot",),
    Kind.INQUIRY_OPENED: ("lot",),
    Kind.INQUIRY_DECIDED: ("lot",),
    Kind.OFFER_EXCLUDED: ("lot",),
    Kind.SHORTLIST_PROPOSED: (),
    Kind.SHORTLIST_LOCKED: (),
    Kind.DECISION_PROPOSED: (),
    Kind.DECISION_RETURNED: ("reason",),
    Kind.DECISION_APPROVED: (),
    Kind.DECISION_REOPENED: ("reason",),
    # That it happened; why, the closed file tells.
    Kind.EMERGENCY_UNSEALED: (),
    Kind.TENDER_AWARDED: (),
    Kind.TENDER_UNSUCCESSFUL: ("reason",),
}


def timeline(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The course of the tender in order of time, cut to whole seconds; of bids only that one was voided."""
    told = sorted(
        (entry for entry in entries if entry.kind in _TOLD), key=lambda entry: (entry.at, entry.chain, entry.seq)
    )
    return [
        {
            "at": instant_text(entry.at.replace(microsecond=0)),
            "kind": entry.kind.value,
            "lot": entry.lot or entry.data.get("lot"),
            **{name: entry.data[name] for name in _TOLD[entry.kind] if name != "lot" and name in entry.data},
        }
        for entry in told
    ]


def made_data(document: Mapping[str, Any]) -> dict[str, Any]:
    """The data of `report.made`: which report, at which stage, on which decision, and the digest of its document."""
    return {
        "report": document["number"],
        "stage": document["stage"],
        "decision": document["decision"]["digest"],
        "digest": report_digest(document),
    }


def made_fault(entry: Entry, *, number: int, decision: str | None, approved: str | None) -> Fault | None:
    """How `report.made` differs from what the chain says before it, or None: `number` is the next report's, `decision`
    the digest of the one proposed, `approved` of the one approved. Raises BadDataError."""
    if number_of(entry.data, "report") != number:
        return Fault(Why.REPLAY, f"the next report of this tender is number {number}")
    told, stage = text_of(entry.data, "decision"), text_of(entry.data, "stage")
    if decision is None or told != decision:
        return Fault(Why.DIGEST, "the report stands on another decision than the one proposed")
    if stage not in list(Stage) or (stage != Stage.PROPOSED and approved != decision):
        return Fault(Why.STATE, "the report says more than was decided")
    return None


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two documents say the same, their number and the instant of their making aside."""
    return _content(one) == _content(other)


def _content(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in {"number", "made_at", "made_by"}}


def in_lot_order(rows: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rows with the number of their lot instead of its id; what is of no lot stays so."""
    return [{**row, "lot": None if row["lot"] is None else numbers.get(row["lot"])} for row in rows]


def shown_at(at: datetime) -> str:
    """An instant as the document writes it: UTC, whole seconds."""
    return instant_text(at.replace(microsecond=0))
