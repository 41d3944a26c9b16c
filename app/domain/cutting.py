"""Where the cut line of a shortlist may stand: within the published rule, deviations with their reason.

Serves SCREENS.md DR-04 and SCORING.md section 3. The rule cuts by itself; people may move the line as far as the rule
leaves room: no further down than its best n, no further up than its least number, never between equals that it lets in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.domain.entries import digest_of
from app.domain.refusals import Code, Refusal
from app.domain.scoring.shortlist_rules import CutOffTies, ShortlistRules
from app.domain.shortlisting import Ranked, Shortlist, cut_of, make_shortlist, measures_of, shortlist_data

LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, slots=True)
class Cut:
    """The cut that is put to the panel for one lot: its labels in order of rank, why it is not the rule's where it is
    not, and a reason for each offer that has one."""

    lot_id: str
    labels: tuple[str, ...]
    reason: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


def allowed_cuts(rows: Sequence[Ranked], rules: ShortlistRules) -> tuple[int, ...]:
    """How many of the best may be on the list. Precondition: the rows are in order of rank.

    Worked example: totals 90, 88, 85, 85, 70, best 4 within 5 %: the rule takes two; 1, 2 and 4 are allowed, 3 would
    part equals and 5 are more than the best four.
    """
    if not rows:
        return ()
    measures = measures_of(rows)
    own = cut_of(measures, rules)[1]
    most = cut_of(measures, replace(rules, within=None, at_least=None))[1]
    least = min(rules.at_least or 1, own)
    parts_equals = rules.ties is CutOffTies.INCLUDE
    found = {
        end
        for end in range(least, most + 1)
        if end == len(rows) or not parts_equals or measures[end] != measures[end - 1]
    }
    return tuple(sorted(found | {own}))


def rules_of(rows: Sequence[Ranked], rules: ShortlistRules, labels: Sequence[str]) -> ShortlistRules:
    """The rule that a shortlist follows under changes: the published one, or so many of the best where people moved
    the line."""
    if tuple(labels) == make_shortlist("", rows, rules).labels:
        return rules
    return replace(rules, count=len(labels), within=None, at_least=None)


def decide_cut(rows: Sequence[Ranked], rules: ShortlistRules, cut: Cut) -> Refusal | None:
    """Refuse labels that are not the first of the ranking (UNKNOWN_LABEL), a line where the rule allows none
    (NOT_ALLOWED_HERE), one that is not the rule's without its reason (REASON_MISSING), notes of others (UNKNOWN_LABEL)
    and over-long ones (TOO_LARGE)."""
    where = {"lot": cut.lot_id}
    known = [row.label for row in rows]
    if list(cut.labels) != known[: len(cut.labels)] or not set(cut.notes) <= set(known):
        return Refusal(Code.UNKNOWN_LABEL, where)
    if len(cut.labels) not in allowed_cuts(rows, rules):
        return Refusal(Code.NOT_ALLOWED_HERE, {**where, "rule": "shortlist"})
    if any(len(text) > LONGEST_NOTE for text in (cut.reason, *cut.notes.values())):
        return Refusal(Code.TOO_LARGE, where)
    if cut.labels != make_shortlist(cut.lot_id, rows, rules).labels and not cut.reason.strip():
        return Refusal(Code.REASON_MISSING, where)
    return None


def cuts_data(cuts: Sequence[Cut], rankings: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cuts in the form that is hashed, stored and journaled: by lot, each with the digest of its ranking."""
    return [
        {
            "lot": each.lot_id,
            "ranking": rankings[each.lot_id],
            "labels": list(each.labels),
            "reason": each.reason,
            "notes": [{"label": label, "text": text} for label, text in sorted(each.notes.items())],
        }
        for each in sorted(cuts, key=lambda each: each.lot_id)
    ]


def cuts_from_data(data: Sequence[Mapping[str, Any]]) -> tuple[Cut, ...]:
    """The inverse of cuts_data. Raises KeyError and TypeError where it is not in that form."""
    return tuple(
        Cut(
            each["lot"],
            tuple(each["labels"]),
            each["reason"],
            {note["label"]: note["text"] for note in each["notes"]},
        )
        for each in data
    )


def cuts_digest(data: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the cuts and the rankings they are of: what a vote is bound to."""
    return digest_of({"cuts": [dict(each) for each in data]})


def locked_shortlist(cut: Cut, rules: ShortlistRules, ranking_digest: str) -> dict[str, Any]:
    """The shortlist of a lot once its cut is locked, in the form of `shortlist.made`: it takes that one's place."""
    made = Shortlist(cut.lot_id, rules.count, cut.labels, has_cut_off_ties=len(cut.labels) > rules.count)
    return shortlist_data(made, ranking_digest)
