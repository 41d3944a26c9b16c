"""Replaying the decision room: cuts within the rule, confirmations, votes, and no decision before the lock.

Pure, one entry of the tender's chain at a time (JOURNAL.md section 4); the same `cutting` and `confirming` that decided
in the room decide here. A chain without a cut is of a tender that has no panel, or of a service that knew no room.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.awarding import LotRanking, RankedRow
from app.domain.chaining import Fault, Why
from app.domain.confirming import (
    Act,
    ActKind,
    Standing,
    Vote,
    confirmed_data,
    decide_confirming,
    decide_decided,
    decide_lock,
    decide_proposing,
    decide_voting,
    locked_data,
    stand,
)
from app.domain.cutting import cuts_digest, cuts_from_data, decide_cut, locked_shortlist
from app.domain.empanelling import Member
from app.domain.entries import Entry
from app.domain.framing import BadDataError, number_of, rows_of, text_of
from app.domain.kinds import Kind
from app.domain.refusals import Refusal
from app.domain.scoring.rules import EvaluationRules

Lots = Mapping[str, LotRanking]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def ranked_lot(lot: str, rows: Sequence[Mapping[str, Any]], digest: str) -> LotRanking:
    """A ranking as it was told. Raises BadDataError."""
    return LotRanking(lot, tuple(_row(row) for row in rows), digest)


def _row(row: Mapping[str, Any]) -> RankedRow:
    points = {name: _number(row[name]) for name in ("total", "figure") if row.get(name) is not None}
    amount = _number(text_of(row, "amount"))
    is_tied = row.get("tied") is True
    return RankedRow(text_of(row, "label"), number_of(row, "rank"), amount, number_of(row, "n"), is_tied, **points)


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except (InvalidOperation, TypeError):
        raise BadDataError("a figure of the ranking is none") from None
    if not value.is_finite():
        raise BadDataError("a figure of the ranking is none")
    return value


class RoomRetrace:
    """Folds the acts of one tender's decision room."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        # By ranking: the labels that were locked.
        self._locked: dict[str, tuple[str, ...]] = {}

    def take(self, entry: Entry, rules: EvaluationRules | None, lots: Lots, seats: int) -> Fault | None:
        """What is wrong with this entry after those before it; `seats`: how many sheets count. Raises BadDataError."""
        if rules is None or rules.technical is None or entry.actor_ref is None:
            return Fault(Why.STATE, "the panel was asked where there is none, or by nobody")
        try:
            return self._take(entry, rules, lots, seats)
        except (KeyError, TypeError, ValueError):
            raise BadDataError("it is not in its form") from None

    def _take(self, entry: Entry, rules: EvaluationRules, lots: Lots, seats: int) -> Fault | None:
        by = entry.actor_ref or ""
        is_member = entry.kind in {Kind.RANKING_CONFIRMED, Kind.SHORTLIST_VOTED}
        standing = self._standing(lots, seats, by if is_member else None)
        if len(standing.ballots) > seats:
            return Fault(Why.STATE, "more people confirmed or voted than had handed in a sheet")
        match entry.kind:
            case Kind.SHORTLIST_PROPOSED:
                return self._proposed(entry, rules, lots, standing)
            case Kind.RANKING_CONFIRMED:
                if entry.data != confirmed_data(list(lots.values())):
                    return Fault(Why.DIGEST, "another ranking was confirmed than the one that stood")
                refusal = decide_confirming(standing, by, standing.rankings)
                return self._keep(entry, ActKind.CONFIRMED, standing.rankings, refusal)
            case Kind.SHORTLIST_VOTED:
                shown, vote, reason = text_of(entry.data, "shortlist"), Vote(entry.data["vote"]), entry.data["reason"]
                refusal = decide_voting(standing, by, shown, vote, reason=reason)
                return self._keep(entry, ActKind.VOTED, shown, refusal)
            case _:
                return self._lock(entry, rules, lots, standing)

    def _proposed(self, entry: Entry, rules: EvaluationRules, lots: Lots, standing: Standing) -> Fault | None:
        data = rows_of(entry.data, "cuts")
        if cuts_digest(data) != entry.data.get("digest"):
            return Fault(Why.DIGEST, "the digest beside the cuts is not theirs")
        ranked = {lot: told.digest for lot, told in lots.items() if told.rows}
        if {each["lot"]: each["ranking"] for each in data} != ranked:
            return Fault(Why.DIGEST, "a shortlist was put to the panel of another ranking than the one that stood")
        cuts = cuts_from_data(data)
        refusals = (decide_cut(lots[cut.lot_id].rows, rules.shortlist, cut) for cut in cuts)
        refusal = decide_proposing(standing) or next((each for each in refusals if each is not None), None)
        return self._keep(entry, ActKind.PROPOSED, cuts_digest(data), refusal)

    def _lock(self, entry: Entry, rules: EvaluationRules, lots: Lots, standing: Standing) -> Fault | None:
        refusal = decide_lock(standing, text_of(entry.data, "digest"))
        if refusal is not None or standing.proposed is None:
            code = "" if refusal is None else refusal.code.value
            return Fault(Why.STATE, f"the shortlist was locked, but by the rules: {code}")
        cuts = cuts_from_data(standing.proposed.data["cuts"])
        expected = [locked_shortlist(cut, rules.shortlist, lots[cut.lot_id].digest) for cut in cuts]
        if entry.data != locked_data(standing, expected):
            return Fault(Why.REPLAY, "the locked shortlist is not the one that was voted on")
        self._locked |= {lots[cut.lot_id].digest: cut.labels for cut in cuts}
        return self._keep(entry, ActKind.LOCKED, standing.proposed.digest, None)

    def _keep(self, entry: Entry, kind: ActKind, digest: str, refusal: Refusal | None) -> Fault | None:
        if refusal is not None:
            return Fault(Why.STATE, f"{entry.kind.value}, but by the rules: {refusal.code.value}")
        self._acts.append(Act(kind, entry.actor_ref or "", entry.at, digest, entry.data))
        return None

    def _standing(self, lots: Lots, seats: int, by: str | None = None) -> Standing:
        """Whose seat is whose the chain does not say: those who have acted, and as many as are missing."""
        known = [each.by for each in self._acts if each.kind in {ActKind.CONFIRMED, ActKind.VOTED}]
        acting = [] if by is None else [by]
        people = list(dict.fromkeys([*known, *acting]))
        people += [f"missing {place}" for place in range(len(people), seats)]
        members = [Member(each, place, declared_at=_LONG_AGO) for place, each in enumerate(people)]
        return stand(self._acts, members, list(lots.values()))

    def decided_fault(self, lots: Lots, seats: int, chosen: Mapping[str, Collection[str]]) -> Fault | None:
        """Why a decision could not be proposed: the shortlist was not locked, or a choice is not on it."""
        if not self._acts:
            return None
        refusal = decide_decided(self._standing(lots, seats))
        if refusal is not None:
            return Fault(Why.STATE, f"decided, but by the rules: {refusal.code.value}")
        for lot, labels in chosen.items():
            if not set(labels) <= set(self._locked.get(lots[lot].digest, ())):
                return Fault(Why.STATE, "the decision chooses a label that is not on the locked shortlist")
        return None
