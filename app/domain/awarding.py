"""From the ranking to the award: the proposal by alias, the unsealing of names, who is told what.

Serves DESIGN.md decision 8 (names only after the decision is fixed by alias), VISIBILITY.md section 2 (unseal),
ACCESS.md section 3 (two persons), SCREENS.md DR-01, DR-08, PL-10, SP-08.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from app.domain.entries import digest_of
from app.domain.money import format_amount
from app.domain.refusals import Code, Refusal
from app.domain.reserve_pricing import is_met
from app.domain.saving import blended
from app.domain.scoring.split_rules import SplitRules
from app.domain.scoring.typed import plain
from app.domain.sharing import Awarded, Choice, choices_data, decide_shares, departs

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
    # Not as the adopted scenario awards the lot, or in shares that no scenario stands behind.
    OFF_SCENARIO = "off_scenario"
    # A price above the lot's secret reserve price, which is open by now (reserve_pricing.py).
    ABOVE_RESERVE = "above_reserve"


@dataclass(frozen=True, slots=True)
class ProposedDecision:
    """A decision by alias, bound to the rankings it was taken on."""

    choices: tuple[Choice, ...]
    reserves: Mapping[str, str]
    digest: str
    # Of awarded lots with a secret reserve price: whether everything awarded of it is at that price or below.
    meets_reserve: Mapping[str, bool] = field(default_factory=dict)


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


def why_choice(
    ranking: LotRanking, choice: Choice, adopted: Awarded | None, reserve: Decimal | None = None
) -> WhyReason | None:
    """Whether a choice needs a reason: a price above the reserve, its label, or that it departs from the adopted
    scenario."""
    if is_above_reserve(ranking, choice.awarded, reserve):
        return WhyReason.ABOVE_RESERVE
    off = WhyReason.OFF_SCENARIO if departs(choice, adopted) else None
    return why_reason(ranking, choice.label) or off


def is_above_reserve(ranking: LotRanking, awarded: Awarded, reserve: Decimal | None) -> bool:
    """Whether anything of a lot is awarded at a price above its reserve price; a price equal to it is not."""
    if reserve is None:
        return False
    return any(row.label in awarded and not is_met(row.amount, reserve) for row in ranking.rows)


def reserve_of(ranking: LotRanking, awarded: Awarded) -> str | None:
    """The reserve candidate: the best ranked who has no share (SCREENS.md DR-08)."""
    return next((row.label for row in ranking.rows if row.label not in awarded), None) if awarded else None


def awarded_price(ranking: LotRanking, awarded: Awarded) -> Decimal | None:
    """What the lot costs where bids are compared: each share at its own price. Exact; None without an award."""
    return blended([(row.amount, awarded[row.label]) for row in ranking.rows if row.label in awarded])


def shared_data(choice: Choice, ranking: LotRanking, scale: int) -> dict[str, Any]:
    """The shares of a lot as they are told, each at its own rank and price; nothing where the lot is awarded whole."""
    if not choice.shares:
        return {}
    rows = [(row, share) for label, share in choice.awarded.items() if (row := ranking.find(label)) is not None]
    return {
        "shares": [
            {"label": row.label, "share": plain(share), "rank": row.rank, "amount": format_amount(row.amount, scale)}
            for row, share in rows
        ]
    }


def decide_proposal(
    rankings: Sequence[LotRanking],
    choices: Sequence[Choice],
    *,
    split: SplitRules | None = None,
    adopted: Mapping[str, Awarded] | None = None,
    reserve_prices: Mapping[str, Decimal] | None = None,
) -> ProposedDecision | Refusal:
    """The decision by alias, or why not: exactly one choice for each ranked lot, of labels of that lot's ranking and
    shortlist, several in announced shares alone (`split`), with a reason where one is due (SCREENS.md DR-04, DR-05,
    DR-08). `adopted`: what the adopted scenario awards, `reserve_prices`: the opened reserve prices, both by lot."""
    if not rankings:
        return Refusal(Code.NOT_RANKED)
    by_lot = {each.lot_id: each for each in rankings}
    if sorted(choice.lot_id for choice in choices) != sorted(by_lot):
        return Refusal(Code.INCOMPLETE, {"lots": str(len(by_lot))})
    for choice in choices:
        why = partial(
            why_choice, adopted=(adopted or {}).get(choice.lot_id), reserve=(reserve_prices or {}).get(choice.lot_id)
        )
        refusal = _choice_refusal(by_lot[choice.lot_id], choice, split, why)
        if refusal is not None:
            return refusal
    reserves = {choice.lot_id: reserve_of(by_lot[choice.lot_id], choice.awarded) for choice in choices}
    secret = reserve_prices or {}
    return ProposedDecision(
        choices=tuple(choices),
        reserves={lot: label for lot, label in reserves.items() if label is not None},
        digest=decision_digest(rankings, choices),
        meets_reserve={
            one.lot_id: not is_above_reserve(by_lot[one.lot_id], one.awarded, secret[one.lot_id])
            for one in choices
            if one.lot_id in secret and one.awarded
        },
    )


def _choice_refusal(
    ranking: LotRanking,
    choice: Choice,
    split: SplitRules | None,
    why: Callable[[LotRanking, Choice], WhyReason | None],
) -> Refusal | None:
    lot = {"lot": choice.lot_id}
    if any(ranking.find(label) is None for label in choice.awarded):
        return Refusal(Code.UNKNOWN_LABEL, lot)
    if ranking.shortlist is not None and not set(choice.awarded) <= set(ranking.shortlist):
        return Refusal(Code.NOT_ALLOWED_HERE, {**lot, "rule": "shortlist"})
    refusal, due = decide_shares(choice, split), why(ranking, choice)
    if refusal is None and due is not None and not choice.reason.strip():
        return Refusal(Code.REASON_MISSING, {**lot, "rule": due.value})
    return refusal


def decide_approval(rankings: Sequence[LotRanking], choices: Sequence[Choice], digest: str) -> Refusal | None:
    """Refuse to approve a decision whose ranking is no longer the one it was taken on (ACCESS.md section 3)."""
    return None if decision_digest(rankings, choices) == digest else Refusal(Code.CHANGED_SINCE)


class DecisionState(StrEnum):
    """The life of a decision by alias; one that was returned, or reopened after the unsealing, is replaced by a new
    proposal."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"
    REOPENED = "reopened"


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


def labels_in_scope(scope: UnsealScope, ranking: LotRanking, awarded: Awarded) -> tuple[str, ...]:
    """The labels of one lot whose names are unsealed: all who have a share, or the best three with them and with all
    who stand equal to the third (SCORING.md section 3, declared cut-off ties); where a shortlist was made, that one. No
    award unseals nobody."""
    if not awarded:
        return ()
    if scope is UnsealScope.PREFERRED:
        return tuple(row.label for row in ranking.rows if row.label in awarded)
    if ranking.shortlist is not None:
        return tuple(row.label for row in ranking.rows if row.label in ranking.shortlist or row.label in awarded)
    last = ranking.rows[min(SHORTLIST_SIZE, len(ranking.rows)) - 1].amount
    return tuple(row.label for row in ranking.rows if row.amount <= last or row.label in awarded)


def unseal_change(
    decision_id: str, digest: str, *, scope: UnsealScope, rankings: Sequence[LotRanking], choices: Sequence[Choice]
) -> dict[str, Any]:
    """The exact change the second person approves: which labels of which lots, on which decision."""
    awarded = {choice.lot_id: choice.awarded for choice in choices}
    labels = [
        {"lot": each.lot_id, "label": label}
        for each in sorted(rankings, key=lambda each: each.lot_id)
        for label in labels_in_scope(scope, each, awarded.get(each.lot_id, {}))
    ]
    return {"decision": decision_id, "digest": digest, "scope": scope.value, "labels": labels}


def decision_change(
    decision_id: str, digest: str, *, rankings: Sequence[LotRanking], choices: Sequence[Choice]
) -> dict[str, Any]:
    """The exact change of a decision by alias: its choices, and the rankings they were taken on."""
    bound = {"decision": decision_id, "digest": digest}
    return {**bound, "choices": choices_data(choices), "rankings": rankings_data(rankings)}
