"""Replaying the evaluation: marks to values to locked scores to ranking to shortlist (SCORING.md, JOURNAL.md 4).

Pure, one entry of the tender's chain at a time; the same `marking`, `scoring` and `shortlisting` that scored in the
room score again here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry, NotCanonical, parse_body
from app.domain.framing import BadDataError, number_of, rows_of, text_of
from app.domain.grading import GradeRetrace
from app.domain.kinds import Kind
from app.domain.marking import (
    Cell,
    LotScores,
    alias_digest,
    check_mark,
    consensus_value,
    decide_agreed,
    score_offer,
    scores_data,
    scores_digest,
    value_text,
)
from app.domain.money import format_amount
from app.domain.scoring.rules import BadEvaluationError, EvaluationRules, TechnicalRules, evaluation_from_json
from app.domain.scoring.totals import Offer, rank_offers
from app.domain.sealed_retracing import SealedRetrace
from app.domain.sealing.rules import PRICE, TECHNICAL
from app.domain.shortlisting import Listed, make_shortlist, shortlist_data


class ScoreRetrace:
    """Folds the evaluation of one tender."""

    def __init__(self, sealed: SealedRetrace) -> None:
        self.rules: EvaluationRules | None = None
        # By lot: the digest that `aliases.drawn` committed to.
        self.aliases: dict[str, str] = {}
        # The locked scores by lot, and their digest.
        self.scores: dict[str, LotScores] = {}
        self.lock: str | None = None
        self._sealed = sealed
        self.grades = GradeRetrace()
        self._marks: dict[str, dict[Cell, int]] = {}
        self._agreed: dict[Cell, Decimal] = {}

    @property
    def seats(self) -> int:
        """How many sheets count."""
        return len(self._marks)

    def publish(self, document: Mapping[str, Any]) -> None:
        """Take the evaluation of a document over. Raises BadDataError."""
        try:
            stored = document.get("evaluation")
            self.rules = None if stored is None else evaluation_from_json(stored)
        except BadEvaluationError as error:
            raise BadDataError(f"the evaluation of the document is not in its form: {error.field}") from None

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with this entry after those before it. Raises BadDataError."""
        match entry.kind:
            case Kind.ALIASES_DRAWN:
                return self._drawn(entry)
            case Kind.MARKS_SUBMITTED:
                return self._submitted(entry)
            case Kind.CONFLICT_DECLARED:
                if entry.data.get("has_conflict") is True and isinstance(entry.data.get("seat"), str):
                    self._marks.pop(entry.data["seat"], None)
                return None
            case Kind.CONSENSUS_CHANGED:
                return self._changed(entry)
            case Kind.SCORES_LOCKED:
                return self._locked(entry)
            case Kind.SCORES_UNLOCKED:
                return self._unlocked(entry)
            case Kind.PRICES_RELEASED:
                return self._released(entry)
            case Kind.GRADES_FROZEN | Kind.GRADES_TOLD:
                return self.grades.take(entry, None if self.rules is None else self.rules.certification)
            case _:
                return None

    def _technical(self) -> TechnicalRules:
        if self.rules is None or self.rules.technical is None:
            raise BadDataError("the tender has no technical evaluation")
        return self.rules.technical

    def _drawn(self, entry: Entry) -> Fault | None:
        lot = text_of(entry.data, "lot")
        if (lot, TECHNICAL) not in self._sealed.openings or lot in self.aliases:
            return Fault(Why.STATE, "aliases were drawn before the technical opening, or a second time")
        self.aliases[lot] = text_of(entry.data, "digest")
        return None

    def _submitted(self, entry: Entry) -> Fault | None:
        criteria = {each.id for each in self._technical().criteria}
        seat = text_of(entry.data, "seat")
        if self.lock is not None or not self.aliases or seat in self._marks:
            return Fault(Why.STATE, "marks came before the technical opening, after the lock, or a second time")
        sheet: dict[Cell, int] = {}
        for row in rows_of(entry.data, "marks"):
            cell, mark = _cell(row), number_of(row, "mark")
            if check_mark(mark) is not None or cell[2] not in criteria or cell in sheet or cell[0] not in self.aliases:
                return Fault(Why.REPLAY, "a mark is none of the scale, or of a criterion or lot that is not marked")
            sheet[cell] = mark
        others = next(iter(self._marks.values()), None)
        if others is not None and set(others) != set(sheet):
            return Fault(Why.REPLAY, "the sheet marks other offers or criteria than the sheets before it")
        if len(sheet) != len({cell[:2] for cell in sheet}) * len(criteria):
            return Fault(Why.REPLAY, "the sheet is not complete")
        self._marks[seat] = sheet
        return None

    def _by_rule(self, cell: Cell) -> Decimal | None:
        marks = [sheet[cell] for sheet in self._marks.values() if cell in sheet]
        technical = self._technical()
        return consensus_value(marks, technical.aggregation, technical.drop_from) if marks else None

    def _changed(self, entry: Entry) -> Fault | None:
        cell = _cell(entry.data)
        by_rule = self._by_rule(cell)
        if self.lock is not None or by_rule is None:
            return Fault(Why.STATE, "a value was agreed that nobody had marked, or after the lock")
        before = self._agreed.get(cell, by_rule)
        if text_of(entry.data, "from") != value_text(before):
            return Fault(Why.REPLAY, f"the value before it was {value_text(before)}")
        value = _decimal(entry.data, "to")
        refusal = decide_agreed(value, by_rule=by_rule, reason=text_of(entry.data, "reason"))
        if refusal is not None:
            return Fault(Why.REPLAY, f"agreed, but by the rules this is refused: {refusal.code.value}")
        self._agreed[cell] = value
        return None

    def _locked(self, entry: Entry) -> Fault | None:
        told, technical = rows_of(entry.data, "lots"), self._technical()
        if self.lock is not None or not self._marks:
            return Fault(Why.STATE, "the scores were locked without marks, or a second time")
        scored = [LotScores(lot, self._offers(lot, technical)) for lot in sorted({text_of(row, "lot") for row in told})]
        missing = {cell[0] for sheet in self._marks.values() for cell in sheet} - {lot.lot_id for lot in scored}
        expected = scores_data(technical, scored)
        if missing or told != expected:
            return Fault(Why.REPLAY, f"the locked scores are not those of the marks{_first_difference(told, expected)}")
        if scores_digest(expected) != entry.data.get("digest"):
            return Fault(Why.DIGEST, "the digest beside the scores is not theirs")
        self.scores = {lot.lot_id: lot for lot in scored}
        self.lock = text_of(entry.data, "digest")
        return None

    def _unlocked(self, entry: Entry) -> Fault | None:
        """The approval it stands on is followed in `countersigning`."""
        if self.lock is None or entry.data.get("lock") != self.lock:
            return Fault(Why.STATE, "other scores were unlocked than the locked ones")
        if any(envelope == PRICE for _, envelope in self._sealed.openings):
            return Fault(Why.STATE, "the scores were unlocked after a price had been opened")
        if not text_of(entry.data, "reason").strip():
            return Fault(Why.REPLAY, "the scores were unlocked without a reason")
        self.scores, self.lock = {}, None
        self._sealed.withdraw_release()
        return None

    def _offers(self, lot: str, technical: TechnicalRules) -> tuple[Any, ...]:
        sheet = next(iter(self._marks.values()))
        aliases = sorted({cell[1] for cell in sheet if cell[0] == lot})
        found = []
        for alias in aliases:
            cells = {each.id: (lot, alias, each.id) for each in technical.criteria}
            values = {name: self._agreed.get(cell, self._by_rule(cell)) for name, cell in cells.items()}
            known = {name: value for name, value in values.items() if value is not None}
            found.append(score_offer(technical, alias, known))
        return tuple(found)

    def _released(self, entry: Entry) -> Fault | None:
        if self.lock is None or entry.data.get("lock") != self.lock:
            return Fault(Why.STATE, "prices were handed down for other scores than the locked ones")
        for row in rows_of(entry.data, "lots"):
            scores = self.scores.get(text_of(row, "lot"))
            passing = 0 if scores is None else sum(offer.passes for offer in scores.offers)
            if number_of(row, "passing") != passing:
                return Fault(Why.REPLAY, f"by the locked scores {passing} offers of the lot pass")
        self._sealed.is_released = True
        return None

    def shortlist_fault(self, entry: Entry, rows: Sequence[Mapping[str, Any]], ranking_digest: str) -> Fault | None:
        """How `shortlist.made` differs from the ranking it was cut from, or None. Raises BadDataError."""
        if self.rules is None:
            raise BadDataError("the tender has no shortlist")
        listed = [
            Listed(text_of(row, "label"), _decimal(row, "amount"), _points(row, "total"), _points(row, "figure"))
            for row in rows
        ]
        made = make_shortlist(text_of(entry.data, "lot"), listed, self.rules.shortlist)
        expected = shortlist_data(made, ranking_digest)
        if entry.data != expected:
            return Fault(Why.RANKING, f"by the ranking the shortlist is {', '.join(made.labels) or 'empty'}")
        return None

    def read_aliases(self, lot: str, content: bytes) -> dict[str, str] | Fault:
        """{tag: T-alias} of a lot from the bundle's file, if it is the map that `aliases.drawn` committed to."""
        try:
            value = parse_body(content)
            salt, tags = value["salt"], value["map"]
            is_whole = isinstance(salt, str) and all(isinstance(tag, str) for tag in tags.values())
        except (NotCanonical, KeyError, AttributeError):
            is_whole, salt, tags = False, "", {}
        if not is_whole or alias_digest(salt, tags) != self.aliases.get(lot):
            return Fault(Why.DIGEST, "the map of aliases is not the one that was drawn")
        return {tag: alias for alias, tag in tags.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A price that counts in a ranking: ``order`` in the record; ``number`` as the ranking tells it."""

    tag: str
    amount: Decimal
    order: int
    number: int


def expected_rows(
    rules: EvaluationRules,
    candidates: Iterable[Candidate],
    points: Mapping[str, Decimal],
    *,
    ceiling: Decimal,
    scale: int,
    bonuses: Mapping[str, Decimal] | None = None,
    features: Mapping[str, tuple[Decimal, ...]] | None = None,
    others: Sequence[Decimal] = (),
) -> list[dict[str, Any]]:
    """The rows of a ranking without their labels, from the prices and the locked technical points by tag; `others` are
    the amounts of excluded offers."""
    listed = {one.tag: one for one in candidates}
    added, own = bonuses or {}, features or {}
    offers = [
        Offer(
            one.tag,
            one.amount,
            one.order,
            points.get(one.tag),
            added.get(one.tag, Decimal(0)),
            own.get(one.tag, ()),
        )
        for one in listed.values()
    ]
    return [
        {
            "rank": row.rank,
            "amount": format_amount(row.offer.amount, scale),
            "n": listed[row.offer.key].number,
            "tied": row.is_tied,
            "technical_points": _text(row.offer.technical),
            # As many digits as the formula says.
            "price_points": None if row.price_points is None else f"{row.price_points:f}",
            "total": _text(row.total),
            **({} if row.figure is None else {"figure": f"{row.figure:f}"}),
        }
        for row in rank_offers(rules, offers, ceiling=ceiling, others=others)
    ]


def sealed_candidates(prices: Mapping[str, tuple[Decimal, datetime]]) -> list[Candidate]:
    """The candidates of a lot without a live round: in order of receipt, numbered among equal amounts alone."""
    ordered = sorted(prices.items(), key=lambda item: (item[1][1], item[0]))
    alike: dict[Decimal, int] = {}
    found = []
    for order, (tag, (amount, _)) in enumerate(ordered, start=1):
        alike[amount] = alike.get(amount, 0) + 1
        found.append(Candidate(tag, amount, order, alike[amount]))
    return found


def _cell(row: Mapping[str, Any]) -> Cell:
    return text_of(row, "lot"), text_of(row, "offer"), text_of(row, "criterion")


def _decimal(data: Mapping[str, Any], name: str) -> Decimal:
    try:
        value = Decimal(text_of(data, name))
    except InvalidOperation:
        raise BadDataError(f"{name} is not a number") from None
    if not value.is_finite():
        raise BadDataError(f"{name} is not a number")
    return value


def _points(data: Mapping[str, Any], name: str) -> Decimal | None:
    return None if data.get(name) is None else _decimal(data, name)


def _text(points: Decimal | None) -> str | None:
    return None if points is None else f"{points:.2f}"


def _first_difference(told: Sequence[Mapping[str, Any]], expected: Sequence[Mapping[str, Any]]) -> str:
    for said_lot, lot in zip(told, expected, strict=False):
        for said, offer in zip(said_lot.get("offers") or (), lot["offers"], strict=False):
            if said != offer:
                return f": the marks give {offer['offer']} {offer['points']} points"
    return ""
