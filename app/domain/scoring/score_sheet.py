"""The score sheet: method, parameters and inputs as one JSON document, and its answer with every intermediate figure.

Serves SCORING.md section 1 ("an auditor can recompute it by hand"). `bidroom score FILE` and the service answer with
the same bytes. What is wrong with a sheet is a list of coded faults and no ranking at all; what is unusual but clear
(one bid, all equal) is ranked and said in `notes`. The form is published as a JSON schema (`score_sheet_schema.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.domain.entries import digest_of
from app.domain.scoring.formulas import formula_to_json
from app.domain.scoring.mechanisms import round_fraction
from app.domain.scoring.sheet_reading import SHEET_VERSION, Entrant, Sheet, read_sheet
from app.domain.scoring.sheet_steps import Step, steps_of
from app.domain.scoring.totals import ScoredOffer, rank_offers
from app.domain.scoring.typed import plain
from app.domain.scoring.warnings import (
    Claims,
    LeavingWarning,
    Witness,
    claims_of,
    leaving_warning,
    turned_by_leaving,
)

# The version of the rules of this package: it changes when any sheet would get another answer.
RULE_VERSION: Final = "bidroom-scoring-2"
SHOWN_DIGITS: Final = 10
# Everybody's leaving is tried in so large a field at most: it ranks the field once for each.
MOST_LEAVERS: Final = 40


def answer_sheet(typed: Any) -> dict[str, Any]:
    """The answer to a sheet as typed: its faults, or its ranking with every figure it was made of."""
    sheet, faults = read_sheet(typed)
    if sheet is None or faults:
        return _signed({**_EMPTY, "faults": [{"field": each.field, "code": each.code} for each in faults]})
    return _signed({**_EMPTY, **_ranked(sheet)})


def answer_bytes(typed: Any) -> bytes:
    """The answer as bytes, the same on every way: UTF-8, one member a line, a line feed at the end."""
    return (json.dumps(answer_sheet(typed), ensure_ascii=False, indent=1) + "\n").encode()


_EMPTY: Final[Mapping[str, Any]] = {
    "version": RULE_VERSION,
    "sheet": SHEET_VERSION,
    "faults": [],
    "method": None,
    "rows": [],
    "notes": [],
    "warnings": [],
    "witness": None,
    "turned": [],
    "steps": [],
}


def _signed(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "digest": digest_of(answer)}


def _ranked(sheet: Sheet) -> dict[str, Any]:
    rules = sheet.rules
    ranked, others = rank_sheet(sheet)
    warning = leaving_warning(rules)
    technical = rules.technical
    weights = {"technical": None if technical is None else plain(technical.weight), "price": plain(rules.price.weight)}
    return {
        "method": {
            "formula": formula_to_json(rules.price.formula),
            "weights": weights,
            "claims": _claims(claims_of(rules.price.formula)),
        },
        "rows": rows_of(sheet, ranked),
        "notes": list(_notes(ranked, others)),
        "warnings": [] if warning is None else [warning.kind.value],
        "witness": None if warning is None else _witness(warning),
        "turned": list(_turned(sheet, ranked)),
        "steps": [_step(each) for each in steps_of(sheet, ranked, others)],
    }


def _claims(claims: Claims) -> dict[str, Any]:
    low, high = (None if bound is None else plain(bound) for bound in (claims.low, claims.high))
    return {"is_monotone": claims.is_monotone, "is_independent": claims.is_independent, "low": low, "high": high}


def rank_sheet(sheet: Sheet) -> tuple[list[ScoredOffer], list[Decimal]]:
    """The offers that have a place, in order, and the amounts of the others."""
    valid = [each.offer for each in sheet.entrants if each.is_ranked]
    others = [each.offer.amount for each in sheet.entrants if not each.is_ranked]
    return rank_offers(sheet.rules, valid, ceiling=sheet.ceiling, others=others), others


def rows_of(sheet: Sheet, ranked: Sequence[ScoredOffer]) -> list[dict[str, Any]]:
    """The rows of the answer: by rank, then what has none in the order of the sheet."""
    by_key = {each.offer.key: each for each in ranked}
    ordered = sorted(sheet.entrants, key=lambda one: _place(by_key.get(one.offer.key), one))
    return [_row(each, by_key.get(each.offer.key)) for each in ordered]


def _place(scored: ScoredOffer | None, entrant: Entrant) -> tuple[bool, int]:
    return scored is None, entrant.offer.order if scored is None else scored.rank


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _row(entrant: Entrant, scored: ScoredOffer | None) -> dict[str, Any]:
    return {
        "name": entrant.offer.key,
        "rank": None if scored is None else scored.rank,
        "amount": _text(entrant.offer.amount),
        "technical_points": _text(entrant.offer.technical),
        "price_points": None if scored is None else _text(scored.price_points),
        "total": None if scored is None else _text(scored.total),
        "figure": None if scored is None else _text(scored.figure),
        "is_tied": scored is not None and scored.is_tied,
        "is_passing": entrant.is_passing,
        "failed": list(entrant.failed),
    }


def _notes(ranked: Sequence[ScoredOffer], others: Sequence[Decimal]) -> Iterator[str]:
    """What an unusual field is, in codes."""
    if not ranked:
        yield "NO_RANKED_OFFER"
    if len(ranked) == 1:
        yield "ONE_BID"
    if len(ranked) > 1 and len({each.offer.amount for each in ranked}) == 1:
        yield "ALL_EQUAL"
    if others:
        yield "SOME_NOT_RANKED"


def _witness(warning: LeavingWarning) -> dict[str, Any] | None:
    witness: Witness | None = warning.witness
    if witness is None:
        return None
    return {
        "ceiling_price": plain(witness.ceiling),
        "offers": [
            {"name": each.key, "amount": _text(each.amount), "technical": _text(each.technical)}
            for each in witness.offers
        ],
        "leaves": witness.leaves,
        "turned": list(witness.turned),
    }


def _turned(sheet: Sheet, ranked: Sequence[ScoredOffer]) -> Iterator[dict[str, Any]]:
    """Whose leaving would turn two others in this very field."""
    if not 2 < len(ranked) <= MOST_LEAVERS:
        return
    offers = [each.offer for each in ranked]
    for offer in offers:
        pair = turned_by_leaving(sheet.rules, offers, ceiling=sheet.ceiling, leaver=offer.key)
        if pair is not None:
            yield {"leaves": offer.key, "turned": list(pair)}


def _step(step: Step) -> dict[str, Any]:
    return {
        "offer": step.offer,
        "figure": step.figure,
        # Without loss: a whole number or a quotient of two.
        "exact": str(step.value),
        "shown": plain(round_fraction(step.value, SHOWN_DIGITS)),
    }


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no sheet at all."""

    reason: str


def parse_sheet(content: bytes) -> Any | Unreadable:
    """The JSON of a file, as strictly as the service reads a request: UTF-8, no member twice, no NaN."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        return Unreadable(str(error))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice in one object")
    return members


def _constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
