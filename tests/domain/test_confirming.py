"""What stands in the decision room: bound to the ranking that stands and to the cut that was shown."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.domain.awarding import LotRanking, RankedRow
from app.domain.confirming import (
    Act,
    ActKind,
    Standing,
    Vote,
    decide_decided,
    decide_lock,
    is_due,
    rankings_digest,
    stand,
)
from app.domain.empanelling import Member
from app.domain.refusals import Code
from tests.domain.scoring.samples import rules

AT = datetime(2026, 11, 22, tzinfo=UTC)
MEMBERS = [Member(name, place, declared_at=AT, has_conflict=name == "recused") for place, name in enumerate("abc")]
RECUSED = [*MEMBERS, Member("recused", 9, declared_at=AT, has_conflict=True)]


def ranking(digest: str, lot: str = "L1") -> LotRanking:
    return LotRanking(lot, (RankedRow("R1", 1, Decimal(1), 1, is_tied=False),), digest)


def act(kind: ActKind, by: str, digest: str, **data: Any) -> Act:
    return Act(kind, by, AT, digest, data)


def acts(*votes: Vote, ranked: str = "d1") -> list[Act]:
    put = act(ActKind.PROPOSED, "purchaser", "cut", cuts=[{"lot": "L1", "ranking": ranked}])
    confirmed = [act(ActKind.CONFIRMED, member.account_id, rankings_digest([ranking(ranked)])) for member in MEMBERS]
    voted = [
        act(ActKind.VOTED, member.account_id, "cut", vote=vote.value, reason="why")
        for member, vote in zip(MEMBERS, votes, strict=False)
    ]
    return [put, *confirmed, *voted]


def code_of(standing: Standing) -> Code | None:
    refusal = decide_lock(standing, "cut")
    return None if refusal is None else refusal.code


def test_everybody_who_counts_speaks_and_nobody_is_outvoted_by_the_lock() -> None:
    whole = stand(acts(Vote.FOR, Vote.AGAINST, Vote.ABSTAIN), RECUSED, [ranking("d1")])
    assert (code_of(whole), [each.account_id for each in whole.ballots]) == (None, ["a", "b", "c"])
    assert code_of(stand(acts(Vote.FOR, Vote.FOR), MEMBERS, [ranking("d1")])) is Code.QUORUM_MISSING
    outvoted = stand(acts(Vote.AGAINST, Vote.AGAINST, Vote.FOR), MEMBERS, [ranking("d1")])
    assert code_of(outvoted) is Code.NOT_ALLOWED_HERE
    # A later vote takes the place of an earlier one.
    changed = [*acts(Vote.AGAINST, Vote.AGAINST, Vote.FOR), act(ActKind.VOTED, "a", "cut", vote="for", reason="")]
    assert code_of(stand(changed, MEMBERS, [ranking("d1")])) is None


def test_another_ranking_leaves_confirmations_votes_and_lock_behind() -> None:
    said = [*acts(*[Vote.FOR] * 3), act(ActKind.LOCKED, "purchaser", "cut")]
    assert decide_decided(stand(said, MEMBERS, [ranking("d1")])) is None
    for moved in ([ranking("d2")], [ranking("d1"), ranking("d9", "L2")]):
        standing = stand(said, MEMBERS, moved)
        assert (standing.proposed, standing.locked, len(standing.unconfirmed), len(standing.silent)) == (
            None,
            None,
            3,
            3,
        )
        refusal = decide_decided(standing)
        assert refusal is not None
        assert refusal.detail == {"rule": "shortlist", "confirmations": "3", "votes": "3"}


def test_a_panel_is_asked_where_there_is_one_and_something_to_say() -> None:
    technical, price = rules(), rules(technical=None, price={"weight": "100", "formula": {"code": "price_only"}})
    empty = LotRanking("L1", (), "d")
    assert is_due(technical, MEMBERS, [ranking("d1")])
    for told, members, ranked in (
        (price, MEMBERS, ranking("d1")), (None, MEMBERS, ranking("d1")), (technical, [RECUSED[-1]], ranking("d1")),
        (technical, MEMBERS, empty),
    ):  # fmt: skip
        assert not is_due(told, members, [ranked])
