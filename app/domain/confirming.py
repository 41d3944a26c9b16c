"""The panel on the official ranking and the shortlist: who confirms, who votes how, when the shortlist may be locked.

Serves SCREENS.md DR-01 (each member confirms the ranking), DR-04 (vote and dissent, lock) and DR-08 (quorum missing =
blocked with a list). Every member who counts confirms and votes; nobody is outvoted silently: a vote against says why.
A confirmation is bound to the rankings, a vote to the cut: when either changes, it is given anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.domain.awarding import LotRanking, rankings_data
from app.domain.empanelling import Member, counting
from app.domain.entries import digest_of
from app.domain.refusals import Code, Refusal
from app.domain.scoring.rules import EvaluationRules

LONGEST_REASON: Final = 2000


class ActKind(StrEnum):
    """The acts of the decision room in the order they follow each other; a note belongs to none of them."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    VOTED = "voted"
    LOCKED = "locked"
    NOTED = "noted"


class Vote(StrEnum):
    """How a member votes on the shortlist."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Act:
    """One act as stored. `digest`: of the rankings that are confirmed, else of the cuts it is about."""

    kind: ActKind
    by: str
    at: datetime
    digest: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one member has said on what stands now."""

    account_id: str
    confirmed_at: datetime | None = None
    vote: Vote | None = None
    reason: str = ""
    voted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the room stands: the cut that is put to the panel, what each member said on it, whether it is locked.

    `proposed` is None before the first cut and after the ranking it was of has changed.
    """

    rankings: str
    ballots: tuple[Ballot, ...]
    proposed: Act | None = None
    locked: Act | None = None

    def count(self, vote: Vote) -> int:
        """How many voted so."""
        return sum(each.vote is vote for each in self.ballots)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Who has not confirmed the ranking."""
        return tuple(each.account_id for each in self.ballots if each.confirmed_at is None)

    @property
    def silent(self) -> tuple[str, ...]:
        """Who has not voted."""
        return tuple(each.account_id for each in self.ballots if each.vote is None)


def rankings_digest(rankings: Sequence[LotRanking]) -> str:
    """SHA-256 over the digests of all rankings of the tender: what a confirmation is bound to."""
    return digest_of({"rankings": rankings_data(rankings)})


def is_due(rules: EvaluationRules | None, members: Sequence[Member], rankings: Sequence[LotRanking]) -> bool:
    """Whether the panel has to confirm and to vote: there is a technical part, a panel, and something ranked."""
    has_technical = rules is not None and rules.technical is not None
    return has_technical and bool(counting(members)) and any(each.rows for each in rankings)


def stand(acts: Sequence[Act], members: Sequence[Member], rankings: Sequence[LotRanking]) -> Standing:
    """The acts, oldest first, folded over the members who count and the rankings that stand."""
    digest, current = rankings_digest(rankings), {each.lot_id: each.digest for each in rankings}
    newest = next((each for each in reversed(acts) if each.kind is ActKind.PROPOSED), None)
    is_current = newest is not None and all(
        cut["ranking"] == current.get(cut["lot"]) for cut in newest.data.get("cuts", ())
    )
    is_whole = is_current and newest is not None and _lots(newest) == {each.lot_id for each in rankings if each.rows}
    proposed = newest if is_whole else None
    locked = None
    if proposed is not None:
        locked = next((each for each in acts if (each.kind, each.digest) == (ActKind.LOCKED, proposed.digest)), None)
    ballots = [_ballot(each.account_id, acts, digest, proposed) for each in counting(members)]
    return Standing(digest, tuple(ballots), proposed, locked)


def _lots(act: Act) -> set[str]:
    return {cut["lot"] for cut in act.data["cuts"]}


def _ballot(account_id: str, acts: Sequence[Act], rankings: str, proposed: Act | None) -> Ballot:
    own = [each for each in acts if each.by == account_id]
    confirmed = next((each for each in own if (each.kind, each.digest) == (ActKind.CONFIRMED, rankings)), None)
    votes = [
        each for each in own if proposed is not None and (each.kind, each.digest) == (ActKind.VOTED, proposed.digest)
    ]
    at = None if confirmed is None else confirmed.at
    if not votes:
        return Ballot(account_id, at)
    return Ballot(account_id, at, Vote(votes[-1].data["vote"]), votes[-1].data["reason"], votes[-1].at)


def decide_proposing(standing: Standing) -> Refusal | None:
    """Refuse another cut once one is locked on the rankings that stand (LOCKED)."""
    return None if standing.locked is None else Refusal(Code.LOCKED)


def decide_confirming(standing: Standing, account_id: str, shown: str) -> Refusal | None:
    """Refuse a confirmation before the ranking is put to the panel (TOO_EARLY), of another ranking than the one that
    stands (CHANGED_SINCE), and a second one (ALREADY_DECIDED)."""
    if standing.proposed is None:
        return Refusal(Code.TOO_EARLY)
    if shown != standing.rankings:
        return Refusal(Code.CHANGED_SINCE, {"digest": standing.rankings})
    return Refusal(Code.ALREADY_DECIDED) if account_id not in standing.unconfirmed else None


def decide_voting(standing: Standing, account_id: str, shown: str, vote: Vote, *, reason: str) -> Refusal | None:
    """Refuse a vote on nothing (TOO_EARLY), on another cut (CHANGED_SINCE), after the lock (LOCKED), before the own
    confirmation (NOT_ALLOWED_HERE), and one against without its reason (REASON_MISSING). Until the lock a vote may be
    changed: the last one counts."""
    if standing.proposed is None:
        return Refusal(Code.TOO_EARLY)
    if standing.locked is not None:
        return Refusal(Code.LOCKED)
    if shown != standing.proposed.digest:
        return Refusal(Code.CHANGED_SINCE, {"digest": standing.proposed.digest})
    if account_id in standing.unconfirmed:
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "confirm_first"})
    return Refusal(Code.REASON_MISSING) if vote is Vote.AGAINST and not reason.strip() else None


def decide_quorum(standing: Standing) -> Refusal | None:
    """Refuse while a member who counts has not confirmed or not voted (QUORUM_MISSING, with how many)."""
    missing = {"confirmations": len(standing.unconfirmed), "votes": len(standing.silent)}
    if standing.proposed is None or any(missing.values()):
        return Refusal(Code.QUORUM_MISSING, {name: str(count) for name, count in missing.items()})
    return None


def decide_lock(standing: Standing, shown: str) -> Refusal | None:
    """Refuse to lock twice (LOCKED), another cut than the one shown (CHANGED_SINCE), without all confirmations and
    votes (QUORUM_MISSING), and against more votes than there are for it (NOT_ALLOWED_HERE)."""
    if standing.locked is not None:
        return Refusal(Code.LOCKED)
    if standing.proposed is not None and shown != standing.proposed.digest:
        return Refusal(Code.CHANGED_SINCE, {"digest": standing.proposed.digest})
    refusal = decide_quorum(standing)
    if refusal is None and standing.count(Vote.AGAINST) > standing.count(Vote.FOR):
        return Refusal(Code.NOT_ALLOWED_HERE, {"rule": "majority"})
    return refusal


def decide_decided(standing: Standing) -> Refusal | None:
    """Refuse a decision by alias before its shortlist is locked: who is missing is counted (DR-08)."""
    if standing.locked is not None:
        return None
    missing = decide_quorum(standing)
    return Refusal(Code.QUORUM_MISSING, {"rule": "shortlist", **({} if missing is None else missing.detail)})


def confirmed_data(rankings: Sequence[LotRanking]) -> dict[str, Any]:
    """The data of `ranking.confirmed`."""
    return {"rankings": rankings_data(rankings), "digest": rankings_digest(rankings)}


def locked_data(standing: Standing, lots: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    """The data of `shortlist.locked`: what was locked, and by how many votes."""
    assert standing.proposed is not None, "only a cut that was put to the panel is locked"
    votes = {vote.value: standing.count(vote) for vote in Vote}
    return {"digest": standing.proposed.digest, "members": len(standing.ballots), "votes": votes, "lots": list(lots)}
