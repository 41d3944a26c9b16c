"""From the ranking to the award: the proposal by alias, the unsealing of names, who is told what.

Serves DESIGN.md decision 8 (names only after the decision is fixed by alias), VISIBILITY.md section 2 (unseal),
ACCESS.md section 3 (two persons), SCREENS.md DR-01, DR-08, PL-10, SP-08.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.domain.entries import digest_of
from app.domain.refusals import Code, Refusal
from app.domain.sealing.record import OwnFinding

# DESIGN.md, the scoring service "cuts ten to three".
SHORTLIST_SIZE = 3


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One row of a lot's official ranking: `label` is the R-alias, `n` the number of the bid in its lot.

    Of a bid that was only ever sealed `n` counts among equal amounts alone: a number in the order of receipt would tell
    receive times (VISIBILITY.md d14). Points and total only where the tender has an evaluation that gives them.
    """

    label: str
    rank: int
    amount: Decimal
    n: int
    is_tied: bool
    technical_points: Decimal | None = None
    price_points: Decimal | None = None
    total: Decimal | None = None
    # What a formula without totals ranks by.
    figure: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LotRanking:
    """A lot's official ranking, in order of rank. `digest` is of the rows as they were journaled; `shortlist` are the
    labels a preferred supplier may be chosen from, None where the tender has no evaluation."""

    lot_id: str
    rows: tuple[RankedRow, ...]
    digest: str
    shortlist: tuple[str, ...] | None = None

    def find(self, label: str) -> RankedRow | None:
        """The row of a label."""
        return next((row for row in self.rows if row.label == label), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """The proposal for one lot: an R-label, or None for no award."""

    lot_id: str
    label: str | None
    reason: str


class Field(StrEnum):
    """How many bid on a lot, as far as the rules care."""

    NO_BID = "no_bid"
    ONE_BID = "one_bid"
    TOO_FEW = "too_few"
    ENOUGH = "enough"


class WhyReason(StrEnum):
    """Why a choice must give its reason."""

    NOT_FIRST = "not_first"
    ONLY_BID = "only_bid"
    NO_AWARD = "no_award"


@dataclass(frozen=True, slots=True)
class ProposedDecision:
    """A decision by alias, bound to the rankings it was taken on."""

    choices: tuple[Choice, ...]
    reserves: Mapping[str, str]
    digest: str


def ranking_digest(lot_id: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the lot and its rows as journaled in `ranking.made`; what a decision is bound to."""
    return digest_of({"lot": lot_id, "rows": [dict(row) for row in rows]})


def decision_digest(rankings: Sequence[LotRanking], choices: Sequence[Choice]) -> str:
    """SHA-256 over the digests of the rankings and the choices, both by lot: the decision "signed by alias"
    (VISIBILITY.md section 2)."""
    return digest_of({"rankings": rankings_data(rankings), "choices": choices_data(choices)})


def rankings_data(rankings: Sequence[LotRanking]) -> list[dict[str, str]]:
    """The digests of the rankings in the form that is hashed and journaled: by lot."""
    return [{"lot": each.lot_id, "digest": each.digest} for each in sorted(rankings, key=lambda each: each.lot_id)]


def choices_data(choices: Sequence[Choice]) -> list[dict[str, str | None]]:
    """The choices in the form that is hashed and journaled: by lot."""
    ordered = sorted(choices, key=lambda each: each.lot_id)
    return [{"lot": each.lot_id, "label": each.label, "reason": each.reason} for each in ordered]


# Two digits without meaning, drawn at random: "R47" can be read out and looks like no rank and no C-alias.
_FIRST_LABEL, _LABELS, _FIRST_LONG_LABEL = 10, 90, 100


def label_pool(bidders: int) -> list[str]:
    """The R-labels to draw from for a lot of so many bidders: the caller draws with a CSPRNG when the ranking is made
    (VISIBILITY.md section 1); unlinked from T and C."""
    if bidders <= _LABELS // 2:
        return [f"R{number}" for number in range(_FIRST_LABEL, _FIRST_LABEL + _LABELS)]
    return [f"R{number}" for number in range(_FIRST_LONG_LABEL, _FIRST_LONG_LABEL + 2 * bidders)]


def field_of(bidders: int, min_bidders: int) -> Field:
    """How large the field of a lot was at the close (DESIGN.md section 3: too few, no bid, one bid)."""
    if bidders == 0:
        return Field.NO_BID
    if bidders == 1 and min_bidders > 1:
        return Field.ONE_BID
    return Field.ENOUGH if bidders >= min_bidders else Field.TOO_FEW


def why_reason(ranking: LotRanking, label: str | None) -> WhyReason | None:
    """Whether a choice needs a reason: not rank 1 (SCREENS.md DR-08), the only bid there was, or no award at all.

    A lot without bids explains itself.
    """
    if label is None:
        return WhyReason.NO_AWARD if ranking.rows else None
    if len(ranking.rows) == 1:
        return WhyReason.ONLY_BID
    return None if label == ranking.rows[0].label else WhyReason.NOT_FIRST


def reserve_of(ranking: LotRanking, label: str | None) -> str | None:
    """The reserve candidate: the best ranked who was not chosen (SCREENS.md DR-08)."""
    return None if label is None else next((row.label for row in ranking.rows if row.label != label), None)


def decide_proposal(rankings: Sequence[LotRanking], choices: Sequence[Choice]) -> ProposedDecision | Refusal:
    """The decision by alias, or why not: exactly one choice for each ranked lot, of a label of that lot's ranking and
    shortlist, with a reason where one is due (SCREENS.md DR-04, DR-08)."""
    if not rankings:
        return Refusal(Code.NOT_RANKED)
    by_lot = {each.lot_id: each for each in rankings}
    if sorted(choice.lot_id for choice in choices) != sorted(by_lot):
        return Refusal(Code.INCOMPLETE, {"lots": str(len(by_lot))})
    for choice in choices:
        ranking, label = by_lot[choice.lot_id], choice.label
        if label is not None and ranking.find(label) is None:
            return Refusal(Code.UNKNOWN_LABEL, {"lot": choice.lot_id})
        if label is not None and ranking.shortlist is not None and label not in ranking.shortlist:
            return Refusal(Code.NOT_ALLOWED_HERE, {"lot": choice.lot_id, "rule": "shortlist"})
        due = why_reason(ranking, choice.label)
        if due is not None and not choice.reason.strip():
            return Refusal(Code.REASON_MISSING, {"lot": choice.lot_id, "rule": due.value})
    reserves = {choice.lot_id: reserve_of(by_lot[choice.lot_id], choice.label) for choice in choices}
    return ProposedDecision(
        choices=tuple(choices),
        reserves={lot: label for lot, label in reserves.items() if label is not None},
        digest=decision_digest(rankings, choices),
    )


def decide_approval(rankings: Sequence[LotRanking], choices: Sequence[Choice], digest: str) -> Refusal | None:
    """Refuse to approve a decision whose ranking is no longer the one it was taken on (ACCESS.md section 3)."""
    return None if decision_digest(rankings, choices) == digest else Refusal(Code.CHANGED_SINCE)


class DecisionState(StrEnum):
    """The life of a decision by alias; a returned one is replaced by a new proposal."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"


class UnsealScope(StrEnum):
    """Whose names appear, fixed at publication (VISIBILITY.md section 2)."""

    PREFERRED = "preferred"
    SHORTLIST = "shortlist"


def decide_unsealing(*, state: DecisionState | None, is_unsealed: bool, is_pending: bool = False) -> Refusal | None:
    """Names appear only after the decision by alias was approved, and once (VISIBILITY.md section 2, attack N12)."""
    if state is not DecisionState.APPROVED:
        return Refusal(Code.NOT_DECIDED)
    if is_pending:
        return Refusal(Code.PENDING)
    return Refusal(Code.ALREADY_DECIDED) if is_unsealed else None


def decide_second_person(proposer: str, approver: str | None) -> Refusal | None:
    """Unsealing takes two different persons (VISIBILITY.md section 2; profile `lean`: purchaser and approver)."""
    if approver is None:
        return Refusal(Code.NEEDS_SECOND_PERSON)
    return Refusal(Code.SAME_PERSON) if approver == proposer else None


def labels_in_scope(scope: UnsealScope, ranking: LotRanking, label: str | None) -> tuple[str, ...]:
    """The labels of one lot whose names are unsealed: the preferred supplier, or the best three with him and with all
    who stand equal to the third (SCORING.md section 3, declared cut-off ties); where a shortlist was made, that one. No
    award unseals nobody."""
    if label is None:
        return ()
    if scope is UnsealScope.PREFERRED:
        return (label,)
    if ranking.shortlist is not None:
        return tuple(row.label for row in ranking.rows if row.label in ranking.shortlist or row.label == label)
    last = ranking.rows[min(SHORTLIST_SIZE, len(ranking.rows)) - 1].amount
    return tuple(row.label for row in ranking.rows if row.amount <= last or row.label == label)


def unseal_change(
    decision_id: str, digest: str, *, scope: UnsealScope, rankings: Sequence[LotRanking], choices: Sequence[Choice]
) -> dict[str, Any]:
    """The exact change the second person approves: which labels of which lots, on which decision."""
    chosen = {choice.lot_id: choice.label for choice in choices}
    labels = [
        {"lot": each.lot_id, "label": label}
        for each in sorted(rankings, key=lambda each: each.lot_id)
        for label in labels_in_scope(scope, each, chosen.get(each.lot_id))
    ]
    return {"decision": decision_id, "digest": digest, "scope": scope.value, "labels": labels}


def decision_change(
    decision_id: str, digest: str, *, rankings: Sequence[LotRanking], choices: Sequence[Choice]
) -> dict[str, Any]:
    """The exact change of a decision by alias: its choices, and the rankings they were taken on."""
    bound = {"decision": decision_id, "digest": digest}
    return {**bound, "choices": choices_data(choices), "rankings": rankings_data(rankings)}


class Outcome(StrEnum):
    """What a bidder is told about one lot (SCREENS.md SP-08)."""

    PREFERRED = "preferred"
    NOT_SELECTED = "not_selected"
    NO_AWARD = "no_award"
    NO_BID = "no_bid"
    # The technical part missed a threshold: the price was never opened.
    BELOW_THRESHOLD = "below_threshold"
    # The sealed offer came in time but could not count: what was found at the opening says why.
    NOT_COUNTED = "not_counted"
    # Abnormally low: two persons excluded it after an inquiry.
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class OwnResult:
    """A bidder's own result of one lot: never another's name, price or rank (SCREENS.md SP-08)."""

    lot_id: str
    outcome: Outcome
    rank: int | None
    amount: Decimal | None
    is_tied: bool
    finding: OwnFinding | None = None
    # Why it was excluded after an inquiry.
    exclusion: str | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An own offer that was excluded after an inquiry: why, and what it bid."""

    reason: str
    amount: Decimal


def own_result(
    ranking: LotRanking,
    *,
    own_label: str | None,
    chosen: str | None,
    is_failed: bool = False,
    finding: OwnFinding | None = None,
    exclusion: Exclusion | None = None,
) -> OwnResult:
    """What the bidder behind `own_label` is told of a lot; `own_label` is None if it placed no bid there, failed the
    technical stage (`is_failed`), was excluded (`exclusion`), or its sealed offer could not count (`finding`). An
    excluded one keeps its amount: its absence would tell of the exclusion before the decision does."""
    row = None if own_label is None else ranking.find(own_label)
    if row is None:
        outcome = Outcome.NO_BID if finding is None else Outcome.NOT_COUNTED
        outcome = Outcome.EXCLUDED if exclusion is not None else outcome
        outcome = Outcome.BELOW_THRESHOLD if is_failed else outcome
        reason, amount = (None, None) if exclusion is None else (exclusion.reason, exclusion.amount)
        return OwnResult(ranking.lot_id, outcome, None, amount, is_tied=False, finding=finding, exclusion=reason)
    return OwnResult(ranking.lot_id, _outcome(row.label, chosen), row.rank, row.amount, row.is_tied)


def _outcome(label: str, chosen: str | None) -> Outcome:
    found = Outcome.PREFERRED if label == chosen else Outcome.NOT_SELECTED
    return Outcome.NO_AWARD if chosen is None else found
